"""The state of the school in figures, and all of its courses."""

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

    assert seen.figures == [
        Figure("People", "1", "1 joined this month", routes.people()),
        Figure("Active in 7 days", "0", "As many as the week before", routes.people()),
        Figure("Published courses", "0", "No drafts", routes.admin_courses()),
        Figure("Enrolments", "0", "0 new this week", routes.admin_courses()),
        Figure("Completed", "0", "0% of enrolments", routes.admin_courses()),
        Figure("Quiz attempts today", "0", "None under way now", routes.admin_courses()),
        Figure("Mail waiting", "0", "0 sent this week", routes.outbox()),
    ]
    assert seen.roles == [
        RoleCount("student", 0, 0, 0, f"{routes.people()}?role=student"),
        RoleCount("instructor", 0, 0, 0, f"{routes.people()}?role=instructor"),
        RoleCount("admin", 1, 1, 0, f"{routes.people()}?role=admin"),
    ]
    assert seen.signals == []


def test_a_week_at_school_is_counted(admin: Any, student: Any, stranger: Any, instructor: Any) -> None:
    made = quiz_makers.quiz(instructor, student)
    makers.course(instructor, ["One"], title="Draft", published=False)
    quiz_makers.taken(student, made, *RIGHT)
    stranger.does(courses.enrol, slug=made.course.slug)
    quiz_makers.begun(stranger, made)
    post.letter("Sent", state="sent")
    post.letter("Given up", state="failed")
    people.person("Zed", created_at=NOON - 60 * DAY, suspended_at=NOON)

    seen = admin.sees(service.overview)

    assert [(figure.label, figure.value, figure.note) for figure in seen.figures] == [
        ("People", "5", "4 joined this month"),
        ("Active in 7 days", "2", "2 more than the week before"),
        ("Published courses", "1", "1 draft beside them"),
        ("Enrolments", "2", "2 new this week"),
        ("Completed", "1", "50% of enrolments"),
        ("Quiz attempts today", "2", "1 under way now"),
        ("Mail waiting", "0", "1 could not be sent"),
    ]
    assert [(role.role, role.people, role.fresh, role.suspended) for role in seen.roles] == [
        ("student", 3, 2, 1),
        ("instructor", 1, 1, 0),
        ("admin", 1, 1, 0),
    ]
    later = {figure.label: figure for figure in admin.at(NOON + 8 * DAY).sees(service.overview).figures}
    assert (later["Active in 7 days"].value, later["Active in 7 days"].note) == ("0", "2 fewer than the week before")


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
