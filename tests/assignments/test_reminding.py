"""What happens by itself: a mark for work that never came, taken back when it comes; and a mail when work waits."""

from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import col, select

from lms_app.assignments import service
from lms_app.core import mail
from lms_app.core.errors import Forbidden
from lms_app.core.outbox import OutboxMessage
from lms_app.core.work import SYSTEM, unit_of_work
from lms_app.courses import service as courses
from lms_app.grades import service as grades
from tests.assignments import makers
from tests.assignments.makers import DAY, HOUR
from tests.makers import NOON, person

DUE = NOON + 2 * DAY


def _mark(instructor: Any, made: makers.Made, student: Any) -> tuple[Decimal | None, str]:
    item = instructor.sees(grades.item_of, source_kind=service.ASSIGNMENT, source_id=made.id)
    found = instructor.sees(grades.current, item_id=item.id, user_id=student.id)
    return found.points, found.reason


def _by_itself(at: Any) -> int:
    with unit_of_work(SYSTEM, at) as work:
        return service.mark_missing(work)


def test_missing_work_gets_its_mark_once_and_loses_it_when_it_comes(
    instructor: Any, student: Any, stranger: Any
) -> None:
    extended = person("Cy Three")
    made = makers.assignment(
        instructor, student, stranger, extended, item={"due_at": DUE}, points=Decimal(10), missing_share=Decimal("0.2")
    )
    makers.submitted(stranger, made)
    instructor.does(courses.put_override, item_id=made.id, user_id=extended.id, due_at=DUE + 5 * DAY)

    assert _by_itself(DUE) == 0
    assert _by_itself(DUE + HOUR) == 1
    assert _by_itself(DUE + 2 * HOUR) == 0

    assert _mark(instructor, made, student) == (Decimal(2), "Nothing was submitted until it was due: 20 % of 10")
    assert _mark(instructor, made, stranger)[0] is None
    assert _mark(instructor, made, extended)[0] is None
    makers.submitted(student.at(DUE + DAY), made)
    assert _mark(instructor, made, student) == (None, "Submitted after all.")
    assert _by_itself(DUE + 6 * DAY) == 1
    assert _mark(instructor, made, extended)[0] == Decimal(2)


def test_who_joins_after_the_end_has_missed_nothing(instructor: Any) -> None:
    made = makers.assignment(instructor, item={"due_at": DUE}, missing_share=Decimal(0))
    late = person("Late Comer")
    late.at(DUE + DAY).does(courses.enrol, slug=made.course.slug)

    assert _by_itself(DUE + 2 * DAY) == 0


def test_only_the_jobs_give_such_marks(instructor: Any) -> None:
    with pytest.raises(Forbidden):
        instructor.does(service.mark_missing)


def _reminders() -> list[OutboxMessage]:
    with unit_of_work(SYSTEM) as work:
        found = work.db.exec(select(OutboxMessage).where(col(OutboxMessage.topic) == service.GRADE_BY)).all()
        return sorted(found, key=lambda one: one.due_at)


def _mails() -> list[str]:
    with unit_of_work(SYSTEM) as work:
        found = work.db.exec(select(OutboxMessage).where(col(OutboxMessage.topic) == mail.TOPIC)).all()
        return [row.payload["subject"] for row in found if row.payload["subject"].startswith("To mark")]


def test_staff_are_reminded_when_work_waits_and_the_date_still_holds(instructor: Any, student: Any) -> None:
    made = makers.assignment(instructor, student, grade_by_at=NOON + 3 * DAY)
    instructor.does(service.update_assignment, item_id=made.id, grade_by_at=NOON + 4 * DAY)
    makers.submitted(student, made)
    old, new = _reminders()
    assert (old.due_at, new.due_at) == (NOON + 3 * DAY, NOON + 4 * DAY)

    with unit_of_work(SYSTEM, old.due_at) as work:
        service.remind_to_mark(work, old.payload)
    assert _mails() == []
    with unit_of_work(SYSTEM, new.due_at) as work:
        service.remind_to_mark(work, new.payload)
        service.remind_to_mark(work, new.payload)
    assert _mails() == ["To mark: A pond in words"]


def test_nobody_is_reminded_when_nothing_waits(instructor: Any, student: Any) -> None:
    makers.assignment(instructor, student, grade_by_at=NOON + 3 * DAY)
    (reminder,) = _reminders()

    with unit_of_work(SYSTEM, reminder.due_at) as work:
        service.remind_to_mark(work, reminder.payload)

    assert _mails() == []
    assert UUID(reminder.payload["item_id"])
