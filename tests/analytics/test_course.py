"""How a course goes: who may need help and by which rule, how far people came, and the items in figures."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from lms_app.analytics import rules, service
from lms_app.analytics.views import Stage, Standing
from lms_app.core.errors import Forbidden, NotFound
from lms_app.courses import service as courses
from lms_app.gradebook import service as gradebook
from lms_app.quizzes import service as quizzes
from tests.courses import makers
from tests.courses.test_queries import cost
from tests.gradebook import makers as book_makers
from tests.makers import NOON, person
from tests.quizzes import makers as quiz_makers

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
WELL = Standing(away_days=1, never_seen=False, completed=False, overdue=0, oldest_days=0, share=Decimal("0.8"))


@pytest.fixture(autouse=True)
def _the_rooms_above(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(courses.ITEM_KINDS, quizzes.QUIZ, quizzes.QUIZ_ITEM)


@pytest.mark.no_database
@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, []),
        ({"away_days": 13}, []),
        ({"away_days": 14}, ["Not here for 14 days."]),
        ({"never_seen": True, "away_days": 6}, []),
        ({"never_seen": True, "away_days": 7}, ["Has opened nothing since joining 7 days ago."]),
        ({"overdue": 1}, ["1 required item is overdue, since today."]),
        ({"overdue": 2, "oldest_days": 3}, ["2 required items are overdue, the first for 3 days."]),
        ({"share": Decimal("0.6")}, []),
        ({"share": Decimal("0.594")}, ["59% so far, where 60% are needed."]),
        ({"share": None}, []),
        ({"away_days": 30, "overdue": 5, "share": Decimal(0), "completed": True}, []),
    ],
)
def test_each_rule_puts_its_own_people_on_the_list(changes: dict[str, Any], said: list[str]) -> None:
    one = Standing(**{name: getattr(WELL, name) for name in Standing.__slots__} | changes)

    assert rules.reasons(one, Decimal("0.6")) == said


def test_a_course_in_figures(instructor: Any) -> None:
    course = makers.course(instructor, ["Light", "Shade"], ["Water"])
    ada, bo, cy = (person(name) for name in ("Ada", "Bo", "Cy"))
    for one in (ada, bo, cy):
        makers.enrolled(one.at(NOON), course)
    light, shade, water = course.items
    for item in (light, shade, water):
        ada.at(NOON + DAY).does(courses.complete_lesson, item_id=item)
        ada.at(NOON + DAY).does(courses.open_lesson, item_id=item)
    bo.at(NOON + 2 * DAY).does(courses.open_lesson, item_id=light)
    bo.at(NOON + 2 * DAY).does(courses.complete_lesson, item_id=light)
    instructor.does(courses.update_item, item_id=shade, due_at=NOON + 3 * DAY)

    seen = instructor.at(NOON + 20 * DAY).sees(service.course_analytics, slug=course.slug)

    assert (seen.learners, seen.active, seen.completed, seen.so_far) == (3, 0, 1, "")
    names = [stage.label for stage in seen.stages]
    assert [(stage.count, stage.percent) for stage in seen.stages] == [(3, 100), (2, 66), (1, 33), (1, 33), (1, 33)]
    assert (names[:2], names[-1]) == (["Joined", "Began"], "Completed the course")
    assert isinstance(seen.stages[0], Stage)
    assert [(item.title, item.opened, item.done, item.percent) for item in seen.items] == [
        ("Light", 2, 2, 66),
        ("Shade", 1, 1, 33),
        ("Water", 1, 1, 33),
    ]
    assert [(one.name, one.seen, one.reasons) for one in seen.at_risk] == [
        ("Bo", "3 March", ["Not here for 18 days.", "1 required item is overdue, the first for 17 days."]),
        (
            "Cy",
            "Never",
            ["Has opened nothing since joining 20 days ago.", "1 required item is overdue, the first for 17 days."],
        ),
    ]


def test_an_extension_is_nothing_overdue(instructor: Any, student: Any) -> None:
    course = makers.course(instructor, ["Light"])
    makers.enrolled(student.at(NOON), course)
    student.at(NOON).does(courses.open_lesson, item_id=course.items[0])
    instructor.does(courses.update_item, item_id=course.items[0], due_at=NOON + DAY)
    later = instructor.at(NOON + 2 * DAY)
    assert [one.reasons for one in later.sees(service.course_analytics, slug=course.slug).at_risk] == [
        ["1 required item is overdue, the first for 1 day."]
    ]

    instructor.does(courses.put_override, item_id=course.items[0], user_id=student.id, due_at=NOON + 5 * DAY)

    assert later.sees(service.course_analytics, slug=course.slug).at_risk == []


def test_a_quiz_shows_its_mean_mark_and_how_long_it_took(instructor: Any, student: Any) -> None:
    quiz = quiz_makers.quiz(instructor, student)
    attempt = quiz_makers.begun(student.at(NOON), quiz)
    quiz_makers.answers(student.at(NOON), attempt, 1, quiz_makers.RIGHT[0])
    student.at(NOON + 12 * MINUTE).does(quizzes.submit, attempt_id=quiz_makers.UUID(attempt.id))

    seen = instructor.at(NOON + DAY).sees(service.course_analytics, slug=quiz.course.slug)

    (item,) = seen.items
    assert (item.marked, item.mark, item.time, seen.so_far) == (1, "20%", "12 min", "20%")
    # It was all of the course: who is through with it is past help.
    assert (seen.completed, seen.at_risk) == (1, [])


def test_time_counts_while_something_moves(instructor: Any, student: Any) -> None:
    course = makers.course(instructor, ["Light"])
    makers.enrolled(student, course)
    item = course.items[0]
    student.at(NOON).does(courses.open_lesson, item_id=item)
    for minutes in (2, 4, 60, 63):  # an hour away from it is no hour spent on it
        student.at(NOON + minutes * MINUTE).does(courses.save_place, item_id=item, scroll=minutes)

    assert instructor.sees(service.course_analytics, slug=course.slug).items[0].time == "7 min"


def test_three_learners_cost_as_much_as_many(instructor: Any) -> None:
    few, many = (book_makers.class_of(instructor, number, 6) for number in (3, 60))

    costs = [cost(instructor, service.course_analytics, slug=made.course.slug) for made in (few, many)]

    assert costs[0] == costs[1]
    assert instructor.sees(service.course_analytics, slug=many.course.slug).at_risk_total > 0


def test_only_who_grades_sees_it(instructor: Any, student: Any, stranger: Any) -> None:
    course = makers.course(instructor)
    makers.enrolled(student, course)

    for act in (service.course_analytics, gradebook.standings):
        with pytest.raises(Forbidden):
            student.sees(act, slug=course.slug)
        with pytest.raises(NotFound):
            stranger.sees(act, slug=course.slug)
