"""Marks: appended, kept in their share, told to those who may know."""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlmodel import col, select

from lms_app.core.audit import AuditEntry
from lms_app.core.errors import Forbidden, Invalid, NotFound
from lms_app.core.work import Work
from lms_app.courses import service as courses
from lms_app.grades import service
from lms_app.grades.models import GradeEntry
from lms_app.grades.views import Change, EntryView, GradeItemView, Standing
from tests.courses import makers
from tests.makers import NOON


@pytest.fixture
def course(instructor: Any, student: Any) -> makers.Made:
    made = makers.course(instructor)
    makers.enrolled(student, made)
    return made


def put(
    instructor: Any, course: makers.Made, points: int = 10, *, hidden: bool = False, shown_from: datetime | None = None
) -> GradeItemView:
    return instructor.does(
        service.put_item,
        course_id=course.id,
        source_kind="quiz",
        source_id=course.items[0],
        title="Energy flow",
        points_max=Decimal(points),
        hidden=hidden,
        shown_from=shown_from,
    )


def record(person: Any, item: GradeItemView, student: Any, points: Any, **given: Any) -> Any:
    mark = None if points is None else Decimal(points)
    return person.does(
        service.record, item_id=item.id, user_id=student.id, points=mark, **{"reason": "Attempt 1", **given}
    )


def _entries(work: Work) -> list[Decimal | None]:
    return list(work.db.exec(select(GradeEntry.points).order_by(col(GradeEntry.seq))).all())


def test_marks_are_appended_and_the_last_one_is_current(student: Any, instructor: Any, course: makers.Made) -> None:
    item = put(instructor, course)

    for points in (4, 9, 9, 7):
        mark = record(instructor, item, student, points)

    assert mark.points == Decimal(7)
    assert instructor.sees(_entries) == [Decimal(4), Decimal(9), Decimal(7)]


def test_a_mark_can_be_taken_back(student: Any, instructor: Any, course: makers.Made) -> None:
    item = put(instructor, course)
    record(instructor, item, student, 4)

    taken_back = record(instructor, item, student, None, reason="Wrong student")

    assert (taken_back.points, taken_back.reason) == (None, "Wrong student")


def test_a_change_of_a_mark_is_in_the_audit_log(student: Any, instructor: Any, course: makers.Made) -> None:
    item = put(instructor, course)
    record(instructor, item, student, 4)
    record(instructor, item, student, 5, by_id=instructor.id)

    def log(work: Work) -> list[Any]:
        rows = work.db.exec(
            select(AuditEntry).where(col(AuditEntry.action) == "grade.changed").order_by(col(AuditEntry.seq))
        ).all()
        return [(row.old, row.new) for row in rows]

    assert instructor.sees(log) == [
        ({"user_id": str(student.id), "points": "4"}, {"user_id": str(student.id), "points": "5"})
    ]


def test_marks_keep_their_share_when_the_item_is_worth_more(student: Any, instructor: Any, course: makers.Made) -> None:
    item = put(instructor, course, 10)
    record(instructor, item, student, 5)

    put(instructor, course, 30)

    assert student.sees(service.current, item_id=item.id, user_id=student.id).points == Decimal(15)


@pytest.mark.parametrize("points", [-1, "10.001"])
def test_points_stay_within_the_item(student: Any, instructor: Any, course: makers.Made, points: Any) -> None:
    item = put(instructor, course)

    with pytest.raises(Invalid) as wrong:
        record(instructor, item, student, points)

    assert wrong.value.fields == {"points": "Enter points from 0 to 10."}


def test_hidden_marks_are_for_staff_until_their_day(student: Any, instructor: Any, course: makers.Made) -> None:
    item = put(instructor, course, hidden=True, shown_from=NOON)
    record(instructor, item, student, 5)

    def mine(at: datetime) -> Any:
        return student.at(at).sees(service.of_course, course_id=course.id, user_id=student.id)[0].points

    assert (mine(NOON - timedelta(seconds=1)), mine(NOON)) == (None, Decimal(5))
    staff = instructor.at(NOON - timedelta(days=1))
    assert staff.sees(service.current, item_id=item.id, user_id=student.id).points == Decimal(5)


def test_an_unpublished_item_does_not_count(student: Any, instructor: Any, course: makers.Made) -> None:
    put(instructor, course)
    instructor.does(courses.update_item, item_id=course.items[0], published=False)

    assert student.sees(service.of_course, course_id=course.id, user_id=student.id) == []


def test_the_history_says_who_gave_what_and_why(student: Any, instructor: Any, course: makers.Made) -> None:
    item = put(instructor, course)
    record(instructor.at(NOON), item, student, 4)
    record(instructor.at(NOON), item, student, 6, reason="Second look", by_id=instructor.id)

    history = instructor.sees(service.history, item_id=item.id, user_id=student.id)

    assert history == [
        EntryView(Decimal(6), Decimal(10), "Second look", "Instructor", NOON, seq=2),
        EntryView(Decimal(4), Decimal(10), "Attempt 1", "", NOON, seq=1),
    ]


# ---- Strangers

Case = Callable[[GradeItemView, makers.Made, UUID], dict[str, Any]]
CASES: dict[str, Case] = {
    "current": lambda item, _course, user: {"item_id": item.id, "user_id": user},
    "history": lambda item, _course, user: {"item_id": item.id, "user_id": user},
    "item_of": lambda item, _course, _user: {"source_kind": "quiz", "source_id": item.source_id},
    "of_course": lambda _item, course, user: {"course_id": course.id, "user_id": user},
    "put_item": lambda item, course, _user: {
        "course_id": course.id,
        "source_kind": "quiz",
        "source_id": item.source_id,
        "title": "Mine",
        "points_max": Decimal(1),
    },
    "put": lambda item, course, user: {
        "course_id": course.id,
        "changes": [Change(item.id, user, Standing(Decimal(1)))],
    },
    "own_points": lambda item, course, user: {"course_id": course.id, "item_ids": [item.id], "user_ids": [user]},
    "standing": lambda item, _course, user: {"item_id": item.id, "user_id": user},
    "said_by_room": lambda item, _course, user: {"item_id": item.id, "user_id": user},
    "record": lambda item, _course, user: {"item_id": item.id, "user_id": user, "points": Decimal(1), "reason": ""},
}


@pytest.mark.parametrize("name", CASES)
def test_a_stranger_finds_nothing(stranger: Any, student: Any, instructor: Any, course: makers.Made, name: str) -> None:
    item = put(instructor, course)

    for user_id in (student.id, stranger.id):
        with pytest.raises(NotFound):
            stranger.does(getattr(service, name), **CASES[name](item, course, user_id))


@pytest.mark.parametrize("name", sorted(set(CASES) - {"item_of"}))
def test_a_fellow_student_may_not(stranger: Any, student: Any, instructor: Any, course: makers.Made, name: str) -> None:
    item = put(instructor, course)
    makers.enrolled(stranger, course)

    with pytest.raises(Forbidden):
        stranger.does(getattr(service, name), **CASES[name](item, course, student.id))


def test_an_item_does_not_move_to_another_course(instructor: Any, course: makers.Made) -> None:
    put(instructor, course)
    other = makers.course(instructor, title="Other")

    with pytest.raises(NotFound):
        put(instructor, makers.Made(other.id, other.slug, other.modules, course.items))
    with pytest.raises(NotFound):
        instructor.does(service.item_of, source_kind="quiz", source_id=uuid4())
