from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from lms_app.demo import people
from lms_app.demo.material import read_courses
from lms_app.demo.plan import BEGUN_DAYS_AGO, Calendar, journeys, moments, open_now

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
COURSES = read_courses()


def test_the_same_moment_plans_the_same_school():
    assert journeys(COURSES, NOW) == journeys(COURSES, NOW)


def test_every_student_takes_one_to_three_courses():
    taken = [sum(j.student == student for j in journeys(COURSES, NOW)) for student in range(len(people.STUDENTS))]

    assert (min(taken), max(taken)) == (1, 3)


@pytest.mark.parametrize("hour", [0, 9, 23])
def test_nobody_acts_before_joining_or_after_now(hour: int):
    now = NOW.replace(hour=hour)
    by_slug = {course.slug: course for course in COURSES}

    for journey in journeys(COURSES, now):
        steps = moments(Random(1), journey, 2 * journey.items + 1)

        assert steps == sorted(steps)
        assert journey.joined_at < steps[0]
        assert steps[-1] == journey.until < now
        assert 1 <= journey.items <= open_now(by_slug[journey.slug])


def test_nobody_joins_before_the_course_began():
    calendar = Calendar(NOW)

    assert [j for j in journeys(COURSES, NOW) if j.joined_at < calendar.at(-BEGUN_DAYS_AGO[j.slug], 0)] == []


def test_days_are_counted_as_northfield_counts_them():
    just_after_midnight = datetime(2026, 7, 1, 23, 30, tzinfo=UTC)  # already the 2nd in London

    assert Calendar(just_after_midnight).end_of_day(1) == datetime(2026, 7, 3, 22, 59, tzinfo=UTC)


def test_there_is_one_admin_with_three_instructors_and_forty_students():
    assert (len(people.ADMINS), len(people.INSTRUCTORS), len(people.STUDENTS)) == (1, 3, 40)


def test_everybody_has_an_address_of_their_own():
    everybody = [*people.ADMINS, *people.INSTRUCTORS, *people.STUDENTS]

    assert len({person.email for person in everybody}) == len(everybody)
    assert [p.email for p in everybody if not p.email.isascii() or " " in p.email] == []


@pytest.mark.parametrize(
    ("name", "handle"),
    [
        ("Dr Tomas Lindqvist", "tomas.lindqvist"),
        ("Élodie Dubois", "elodie.dubois"),
        ("Şebnem Yılmaz", "sebnem.yilmaz"),
        ("Niamh O'Connor", "niamh.oconnor"),
        ("Søren Kjær", "soren.kjr"),
    ],
)
def test_handles_are_made_of_plain_letters(name: str, handle: str):
    assert people.handle_of(name) == handle


def test_a_journey_without_steps_has_no_moments():
    journey = journeys(COURSES, NOW)[0]

    assert moments(Random(1), journey, 0) == []
    assert moments(Random(1), journey, 1) == [journey.until]
    assert journey.until - journey.joined_at > timedelta(days=1)
