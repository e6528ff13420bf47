"""The dates that hold for somebody. Everything that asks whether work is open, late or closed asks here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from lms_app.assignments.models import Assignment
from lms_app.core.work import Work
from lms_app.courses.models import OutlineItem


@dataclass(frozen=True, slots=True)
class Dates:
    """Nothing is taken before `opens_at` and after `closes_at`; what comes after `due_at` is late. None is no limit."""

    opens_at: datetime | None
    due_at: datetime | None
    closes_at: datetime | None
    attempts: int | None


def dates_of(work: Work, assignment: Assignment, item: OutlineItem, user_id: UUID | None) -> Dates:
    """What holds for one person."""
    return dates_for(work, assignment, item, [user_id] if user_id else []).get(user_id) or _usual(assignment, item)


def dates_for(
    work: Work, assignment: Assignment, item: OutlineItem, user_ids: Sequence[UUID]
) -> Mapping[UUID | None, Dates]:
    """What holds for several people; the same number of queries for all of them."""
    usual = _usual(assignment, item)
    return dict.fromkeys(user_ids, usual)


def _usual(assignment: Assignment, item: OutlineItem) -> Dates:
    return Dates(item.opens_at, item.due_at, assignment.closes_at, assignment.attempts_max)
