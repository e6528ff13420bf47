"""The state of the school in figures, and all of its courses."""

import csv
import io
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from lms_app.admin import service
from lms_app.admin.views import Figure, RoleCount, Signal
from lms_app.core.errors import Invalid
from lms_app.courses import service as courses
from lms_app.web import routes
from tests import makers as people
from tests.admin import makers as post
from tests.courses import makers
from tests.makers import NOON
from tests.quizzes import makers as quiz_makers
from tests.quizzes.makers import RIGHT

DAY = timedelta(days=1)


def test_an_empty_school_counts_nothing_but_its_administrator(admin: Any) -> None:
    seen = admin.at(NOON).sees(service.overview)

    published = f"{routes.admin_courses()}?status=published"
    assert seen.figures == [
        Figure("Active learners", "0", "As many as in the 30 days before", f"{routes.people()}?role=student"),
        Figure("Enrolments", "0", "0 new in 30 days", f"{routes.admin_courses()}?sort=learners"),
        Figure("Completion rate", "0%", "Nobody was enrolled 30 days ago", f"{routes.admin_courses()}?sort=learners"),
        Figure("Waiting for approval", "0", "Nobody is kept waiting", published),
    ]
    assert seen.today == [
        Figure("People", "1", "1 new in 30 days", routes.people()),
        Figure("Published courses", "0", "No drafts", published),
        Figure("Quiz attempts today", "0", "None under way now", routes.admin_courses()),
        Figure("Mail waiting", "0", "0 sent in 30 days", routes.OUTBOX),
    ]
    assert seen.roles == [
        RoleCount("student", 0, 0, 0, f"{routes.people()}?role=student"),
        RoleCount("instructor", 0, 0, 0, f"{routes.people()}?role=instructor"),
        RoleCount("admin", 1, 1, 0, f"{routes.people()}?role=admin"),
    ]
    assert (seen.signals, seen.completions) == ([], [])
    assert [(stretch.active, stretch.completed) for stretch in seen.activity] == [(0, 0)] * 30


@pytest.fixture
def busy(student: Any, stranger: Any, instructor: Any) -> None:
    """One course of two learners, one of whom has finished it."""
    made = quiz_makers.quiz(instructor, student)
    makers.course(instructor, ["One"], title="Draft", published=False)
    quiz_makers.taken(student, made, *RIGHT)
    stranger.does(courses.enrol, slug=made.course.slug)
    quiz_makers.begun(stranger, made)
    post.letter("Sent", state="sent")
    post.letter("Given up", state="failed")
    people.person("Zed", created_at=NOON - 60 * DAY, suspended_at=NOON)


def test_a_week_at_school_is_counted(admin: Any, busy: None) -> None:
    seen = admin.sees(service.overview, period="7d")

    assert [(figure.label, figure.value, figure.note) for figure in [*seen.figures, *seen.today]] == [
        ("Active learners", "2", "2 more than in the 7 days before"),
        ("Enrolments", "2", "2 new in 7 days"),
        ("Completion rate", "50%", "Nobody was enrolled 7 days ago"),
        ("Waiting for approval", "0", "Nobody is kept waiting"),
        ("People", "5", "4 new in 30 days"),
        ("Published courses", "1", "1 draft beside them"),
        ("Quiz attempts today", "2", "1 under way now"),
        ("Mail waiting", "0", "1 could not be sent"),
    ]
    assert [(role.role, role.people, role.fresh, role.suspended) for role in seen.roles] == [
        ("student", 3, 2, 1),
        ("instructor", 1, 1, 0),
        ("admin", 1, 1, 0),
    ]
    assert [(one.course, one.learners, one.completed, one.share) for one in seen.completions] == [
        ("Principles of Ecology", 2, 1, 50)
    ]


@pytest.mark.parametrize(
    ("days", "period", "active", "rate"),
    [
        (8, "7d", ("0", "2 fewer than in the 7 days before"), "As it was 7 days ago"),
        (8, "30d", ("2", "2 more than in the 30 days before"), "Nobody was enrolled 30 days ago"),
        (31, "30d", ("0", "2 fewer than in the 30 days before"), "As it was 30 days ago"),
        (31, "12w", ("2", "2 more than in the 12 weeks before"), "Nobody was enrolled 12 weeks ago"),
        (200, "12w", ("0", "As many as in the 12 weeks before"), "As it was 12 weeks ago"),
    ],
)
def test_a_period_is_compared_with_the_one_before(
    admin: Any, busy: None, days: int, period: str, active: tuple[str, str], rate: str
) -> None:
    found = {one.label: one for one in admin.at(NOON + days * DAY).sees(service.overview, period=period).figures}

    assert (found["Active learners"].value, found["Active learners"].note) == active
    assert (found["Completion rate"].value, found["Completion rate"].note) == ("50%", rate)


@pytest.mark.parametrize(
    ("period", "days", "place", "label"),
    [
        ("7d", 0, 6, "1 Mar"),
        ("7d", 6, 0, "1 Mar"),
        ("7d", 7, None, ""),
        ("30d", 29, 0, "1 Mar"),
        ("12w", 6, 11, "1 Mar"),
        ("12w", 7, 10, "23 Feb"),
        ("12w", 83, 0, "1 Mar"),
        ("12w", 84, None, ""),
    ],
)
def test_activity_stands_on_its_day_or_in_its_week(
    admin: Any, busy: None, period: str, days: int, place: int | None, label: str
) -> None:
    activity = admin.at(NOON + days * DAY).sees(service.overview, period=period).activity

    busy_ones = [index for index, one in enumerate(activity) if (one.active, one.completed) != (0, 0)]
    assert busy_ones == ([] if place is None else [place])
    if place is not None:
        assert (activity[place].active, activity[place].completed) == (2, 1)
        assert activity[place].label == label


def test_a_day_is_the_readers_day(student: Any, instructor: Any) -> None:
    made = quiz_makers.quiz(instructor, student)
    quiz_makers.begun(student, made)  # 12:00 UTC is 1:00 of the next day in Auckland
    far = people.person("Aroha", "admin", zone="Pacific/Auckland")

    seen = far.sees(service.overview, period="7d")

    assert [(one.label, one.active) for one in seen.activity[-2:]] == [("1 Mar", 0), ("2 Mar", 1)]


def test_who_waits_longest_is_told(admin: Any, student: Any, stranger: Any, instructor: Any) -> None:
    asked = makers.course(instructor, title="Asked", enrol_mode="approval")
    makers.enrolled(student, asked)
    makers.enrolled(stranger.at(NOON - 3 * DAY), asked)

    waiting = admin.sees(service.overview).figures[3]

    assert (waiting.value, waiting.note) == ("2", "The oldest for 3 days")


def test_the_largest_courses_are_drawn_the_most_finished_first(admin: Any, instructor: Any) -> None:
    everybody = [people.person(f"Learner {number}") for number in range(3)]
    for number in range(7):
        course = makers.course(instructor, ["One"], title=f"Course {number}")
        for learner in everybody[: 1 if number == 3 else 3]:
            makers.enrolled(learner, course)
        for learner in everybody[: number % 3]:
            makers.completed(learner, *course.items)

    seen = admin.sees(service.overview)

    assert [(one.course, one.share) for one in seen.completions] == [
        ("Course 2", 66),
        ("Course 5", 66),
        ("Course 1", 33),
        ("Course 4", 33),
        ("Course 0", 0),
        ("Course 6", 0),
    ]
    assert "Course 3" in admin.sees(service.overview_sheet)


def test_the_export_has_what_the_page_shows_and_no_formula(admin: Any, instructor: Any, student: Any) -> None:
    evil = makers.course(instructor, ["One"], title='=HYPERLINK("http://evil.example","Marks")')
    makers.enrolled(student, evil)
    makers.completed(student, *evil.items)

    text = admin.sees(service.overview_sheet, period="7d")

    lines = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    assert lines[0] == ["part", "name", "number", "note"]
    assert ["figures", "Enrolments", "1", "1 new in 7 days"] in lines
    assert ["active learners", "1 Mar", "1", ""] in lines
    assert ["course completions", "1 Mar", "1", ""] in lines
    assert ["completion", '\'=HYPERLINK("http://evil.example","Marks")', "100%", "1 of 1"] in lines
    assert ["people", "student", "1", "1 new in 30 days"] in lines


@pytest.mark.parametrize("act", [service.overview, service.overview_sheet])
def test_another_period_there_is_not(admin: Any, act: Any) -> None:
    with pytest.raises(Invalid):
        admin.sees(act, period="1y")


def test_courses_that_want_attention_are_named_with_the_reason(admin: Any, instructor: Any) -> None:
    learners = [people.person(f"Learner {number}") for number in range(5)]
    hard = quiz_makers.quiz(instructor, *learners)
    for learner in learners:
        quiz_makers.taken(learner, hard)
    asked = makers.course(instructor, title="Asked", enrol_mode="approval")
    makers.enrolled(learners[0], asked)
    quiet = makers.course(instructor, title="Quiet")
    for learner in learners[:2]:
        makers.enrolled(learner.at(NOON - 20 * DAY), quiet)

    seen = admin.sees(service.overview)

    def signal(slug: str, course: str, text: str, kind: str, icon: str, count: int) -> Signal:
        return Signal(course, "Instructor", routes.teach_course(slug), text, kind, icon, count)

    assert seen.signals == [
        signal(hard.course.slug, "Principles of Ecology", "Energy flow: average 0%", "danger", "trending-down", 5),
        signal(quiet.slug, "Quiet", "2 quiet for 14 days", "warn", "user-x", 2),
        signal(asked.slug, "Asked", "1 waits for approval", "mark", "user-plus", 0),
    ]


# ---- All courses


@pytest.fixture
def school(instructor: Any, student: Any, stranger: Any) -> list[makers.Made]:
    elodie = people.person("Élodie Ñandú", instructor.actor.role)
    ecology = makers.course(instructor, ["One"], category="Biology")
    poetry = makers.course(elodie, ["One"], title="Modern Poetry", published=False)
    old = makers.course(instructor, ["One"], title="Alchemy")
    for person in (student, stranger):
        makers.enrolled(person, ecology)
    makers.completed(student, *ecology.items)
    instructor.does(courses.archive, course_id=old.id)
    return [ecology, poetry, old]


@pytest.mark.parametrize(
    ("filters", "titles"),
    [
        ({}, ["Modern Poetry", "Principles of Ecology", "Alchemy"]),
        ({"sort": "learners"}, ["Principles of Ecology", "Alchemy", "Modern Poetry"]),
        ({"status": "draft"}, ["Modern Poetry"]),
        ({"search": "biology"}, ["Principles of Ecology"]),
        ({"search": "élodie"}, ["Modern Poetry"]),
        ({"search": "poetry ecology"}, []),
        ({"limit": 1, "offset": 1}, ["Principles of Ecology"]),
    ],
)
def test_finding_courses(admin: Any, school: Any, filters: dict[str, Any], titles: list[str]) -> None:
    assert [row.title for row in admin.sees(service.all_courses, **filters).courses] == titles


def test_a_row_says_how_a_course_goes(admin: Any, school: Any) -> None:
    found = admin.sees(service.all_courses, search="ecology")

    assert found.total == 1
    row = found.courses[0]
    assert (row.instructor, row.status, row.url) == ("Instructor", "published", routes.teach_course(school[0].slug))
    assert (row.learners, row.waiting, row.completed, row.completion, row.attempts) == (2, 0, 1, "50%", 0)


@pytest.mark.parametrize("wrong", [{"sort": "magic"}, {"status": "lost"}, {"limit": 101}])
def test_what_cannot_be_asked(admin: Any, wrong: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        admin.sees(service.all_courses, **wrong)


def test_an_average_is_only_told_of_enough_attempts(admin: Any, instructor: Any) -> None:
    learners = [people.person(f"Learner {number}") for number in range(4)]
    hard = quiz_makers.quiz(instructor, *learners, pass_fraction=Decimal("0.5"))
    for learner in learners:
        quiz_makers.taken(learner, hard)

    assert admin.sees(service.overview).signals == []
