"""The home of a student: what to do next, what is due, how it went."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import event

from lms_app.core import db
from lms_app.core.errors import NotSignedIn
from lms_app.core.work import ANONYMOUS, reading
from lms_app.courses import service as courses
from lms_app.grades import service as grades
from lms_app.home import service
from lms_app.home.api import router
from lms_app.home.pages import home
from lms_app.home.state import HomeState
from lms_app.home.views import NOTHING_TO_RESUME, CourseRing, DueRow, Feedback, HomeView
from lms_app.quizzes import service as quizzes
from lms_app.web import routes
from tests.courses import makers, rest
from tests.courses.tabs import Tab, leads_to
from tests.makers import NOON
from tests.quizzes import makers as quiz_makers
from tests.quizzes.makers import RIGHT

DAY = timedelta(days=1)
EMPTY = HomeView("Good afternoon, Student", "", NOTHING_TO_RESUME, [], [], [], [])
API = rest.app(router)


@pytest.fixture(autouse=True)
def _quizzes_are_a_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in the whole product, where quizzes stand in outlines."""
    monkeypatch.setitem(courses.ITEM_KINDS, quizzes.QUIZ, quizzes.QUIZ_ITEM)


def _home(student: Any, moment: Any = NOON) -> HomeView:
    return student.at(moment).sees(service.student_home)


# ---- Going on


def test_who_takes_no_course_has_an_empty_home(student: Any) -> None:
    assert _home(student) == EMPTY


def test_one_goes_on_where_one_was(student: Any, instructor: Any) -> None:
    ecology = makers.course(instructor, ["Scales of life", "Counting"])
    poetry = makers.course(instructor, ["Hopkins"], title="Poetry")
    for made in (ecology, poetry):
        makers.enrolled(student, made)
    makers.completed(student, ecology.items[0])
    student.at(NOON + DAY).does(courses.open_lesson, item_id=ecology.items[1])
    student.does(courses.save_place, item_id=ecology.items[1], scroll=500)

    seen = _home(student, NOON + DAY)

    assert (seen.resume.course, seen.resume.title) == ("Principles of Ecology", "Counting")
    assert seen.resume.place == "Module 1 · Lesson 2 of 2 · about 5 minutes left"
    assert (seen.resume.percent, seen.resume.action) == (50, "Resume lesson")
    assert seen.resume.url == routes.lesson(ecology.slug, ecology.items[1])
    assert [(card.course, card.title) for card in seen.more] == [("Poetry", "Hopkins")]
    assert seen.courses == [
        CourseRing(ecology.slug, "Principles of Ecology", routes.course(ecology.slug), 50, "1 of 2 done"),
        CourseRing(poetry.slug, "Poetry", routes.course(poetry.slug), 0, "0 of 1 done"),
    ]


def test_a_course_that_is_done_or_waited_for_is_nothing_to_go_on_with(student: Any, instructor: Any) -> None:
    done = makers.course(instructor, ["Hopkins"], title="Poetry")
    asked = makers.course(instructor, title="Asked", enrol_mode="approval")
    for made in (done, asked):
        makers.enrolled(student, made)
    makers.completed(student, *done.items)

    seen = _home(student)

    assert (seen.resume, seen.more) == (NOTHING_TO_RESUME, [])
    assert sorted((ring.title, ring.note) for ring in seen.courses) == [
        ("Asked", "Waiting for approval"),
        ("Poetry", "Completed"),
    ]


def test_how_one_keeps_up_is_said_in_a_sentence(student: Any, instructor: Any) -> None:
    slow = makers.course(instructor, ["One", "Two"], starts_at=NOON - 10 * DAY, ends_at=NOON + 10 * DAY)
    makers.enrolled(student.at(NOON - 10 * DAY), slow)

    before = _home(student).truth
    makers.completed(student, slow.items[0])

    assert before == "Nothing is due this week. You are a little behind in Principles of Ecology."
    assert _home(student).truth == "Nothing is due this week. You are on track in Principles of Ecology."


# ---- What is due


def test_what_is_due_comes_soonest_first_across_courses(student: Any, instructor: Any) -> None:
    ecology = makers.course(instructor, ["Late", "Soon", "Far"])
    poetry = makers.course(instructor, ["Tomorrow"], title="Poetry")
    for item_id, days in zip(ecology.items, (-1, 4, 30), strict=True):
        instructor.does(courses.update_item, item_id=item_id, due_at=NOON + days * DAY)
    instructor.does(courses.update_item, item_id=poetry.items[0], due_at=NOON + DAY)
    for made in (ecology, poetry):
        makers.enrolled(student, made)

    seen = _home(student)

    assert seen.truth == "One thing is overdue. 2 things are due this week."
    assert seen.due == [
        DueRow(
            "Late", "Principles of Ecology", _lesson(ecology, 0), "28", "Feb", "Sun 28 Feb, 12:00", "Overdue", "danger"
        ),
        DueRow("Tomorrow", "Poetry", _lesson(poetry, 0), "2", "Mar", "Tue 2 Mar, 12:00", "Tomorrow", "mark"),
        DueRow("Soon", "Principles of Ecology", _lesson(ecology, 1), "5", "Mar", "Fri 5 Mar, 12:00", "4 days", ""),
    ]


def _lesson(made: makers.Made, number: int) -> str:
    return routes.lesson(made.slug, made.items[number])


def test_at_most_seven_rows_are_shown_and_all_are_counted(student: Any, instructor: Any) -> None:
    made = makers.course(instructor, [f"Lesson {number}" for number in range(9)])
    for item_id in made.items:
        instructor.does(courses.update_item, item_id=item_id, due_at=NOON + DAY)
    makers.enrolled(student, made)

    seen = _home(student)

    assert (len(seen.due), seen.truth) == (7, "9 things are due this week.")


# ---- How it went


def test_a_quiz_that_was_graded_stands_among_the_feedback(student: Any, instructor: Any) -> None:
    made = quiz_makers.quiz(instructor, student, pass_fraction=Decimal("0.6"))
    result = quiz_makers.taken(student, made, *RIGHT[:4])

    seen = _home(student)

    assert seen.feedback == [
        Feedback(
            who="",
            title="Energy flow",
            course="Principles of Ecology",
            url=routes.results(result.attempt_id),
            text="4 of 5 questions right.",
            score="7 / 10",
            kind="ok",
        )
    ]


def test_feedback_tells_of_the_attempt_that_made_the_mark(student: Any, instructor: Any) -> None:
    made = quiz_makers.quiz(instructor, student, attempts_allowed=3, grading="last", pass_fraction=Decimal("0.6"))
    quiz_makers.taken(student, made, *RIGHT)
    last = quiz_makers.taken(student, made, RIGHT[0])

    (feedback,) = _home(student).feedback

    assert (feedback.score, feedback.kind, feedback.text) == ("2 / 10", "warn", "1 of 5 questions right.")
    assert feedback.url == routes.results(last.attempt_id)


def test_a_person_who_graded_is_named_and_quoted(student: Any, instructor: Any) -> None:
    made = quiz_makers.quiz(instructor, student)
    quiz_makers.taken(student, made)
    graded = instructor.sees(grades.item_of, source_kind="quiz", source_id=made.id)
    instructor.does(
        grades.record,
        item_id=graded.id,
        user_id=student.id,
        points=Decimal("9.5"),
        reason="Well argued.",
        by_id=instructor.id,
    )

    (feedback,) = _home(student).feedback

    assert (feedback.who, feedback.text, feedback.score) == ("Instructor", "“Well argued.”", "9.5 / 10")


@pytest.mark.parametrize("how", ["left", "hidden course", "hidden quiz", "hidden marks"])
def test_what_a_student_may_not_see_is_not_among_the_feedback(student: Any, instructor: Any, how: str) -> None:
    made = quiz_makers.quiz(instructor, student)
    quiz_makers.taken(student, made, *RIGHT)
    shown = len(_home(student).feedback)

    if how == "left":
        student.does(courses.leave, slug=made.course.slug)
    elif how == "hidden course":
        instructor.does(courses.unpublish, course_id=made.course.id)
    elif how == "hidden quiz":
        instructor.does(courses.update_item, item_id=made.id, published=False)
    else:
        instructor.does(quizzes.update_quiz, quiz_id=made.id, show_marks="never")

    assert (shown, _home(student).feedback) == (1, [])


# ---- Whose home


def test_nobody_has_a_home_without_signing_in() -> None:
    with reading(ANONYMOUS) as work, pytest.raises(NotSignedIn):
        service.student_home(work)


def test_a_stranger_sees_nothing_of_others(student: Any, stranger: Any, instructor: Any) -> None:
    made = quiz_makers.quiz(instructor, student)
    quiz_makers.taken(student, made, *RIGHT)

    seen = _home(stranger)

    assert (seen.resume, seen.more, seen.due, seen.feedback, seen.courses) == (NOTHING_TO_RESUME, [], [], [], [])


# ---- What it costs


@contextmanager
def _counted() -> Iterator[list[str]]:
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.startswith("SELECT"):
            statements.append(statement)

    engine = db.database().read
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", note)


def _cost(student: Any) -> int:
    with _counted() as statements:
        _home(student)
    return len(statements)


def test_three_courses_cost_as_much_as_thirty(student: Any, instructor: Any) -> None:
    made = quiz_makers.quiz(instructor, student)
    quiz_makers.taken(student, made)
    for number in range(2):
        _with_work(student, instructor, number)
    at_three = _cost(student)
    for number in range(27):
        _with_work(student, instructor, number)

    assert _cost(student) == at_three


def _with_work(student: Any, instructor: Any, number: int) -> None:
    made = makers.course(instructor, ["One", "Two"], title=f"Course {number}")
    instructor.does(courses.update_item, item_id=made.items[0], due_at=NOON + DAY)
    makers.enrolled(student, made)


# ---- Page and REST


@pytest.mark.no_database
def test_the_page_draws_for_guests_and_students() -> None:
    drawn = str(home.PAGE.view().render())

    for words in ("Browse the catalogue", "Continue learning", "Due soon", "Recent feedback", "We could not load"):
        assert words in drawn


def test_students_stay_and_staff_go_to_their_desks(student: Any, instructor: Any, admin: Any) -> None:
    makers.enrolled(student, makers.course(instructor))
    tab = Tab(student, HomeState)

    assert tab.sends("open_home") is None
    assert (tab.loaded, tab.is_guest, [ring.title for ring in tab.home.courses]) == (
        True,
        False,
        ["Principles of Ecology"],
    )
    assert leads_to(Tab(instructor, HomeState).sends("open_home")) == routes.teaching()
    assert leads_to(Tab(admin, HomeState).sends("open_home")) == routes.admin()


def test_a_guest_sees_the_door(student: Any) -> None:
    tab = Tab(_Guest(), HomeState)

    tab.sends("open_home")

    assert (tab.is_guest, tab.loaded) == (True, False)


class _Guest:
    actor = ANONYMOUS


def test_home_by_rest(student: Any, instructor: Any) -> None:
    made = makers.course(instructor)
    makers.enrolled(student, made)

    assert rest.program(None, API).get("/api/v1/me/home").status_code == 401
    found = rest.program(student, API).get("/api/v1/me/home").json()
    assert (found["resume"]["title"], UUID(found["resume"]["url"].rpartition("/")[2])) == (
        "Scales of life",
        made.items[0],
    )
