"""The dates that hold for somebody. Everything that asks whether work is open, late or closed asks here."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from lms_app.assignments.models import Assignment
from lms_app.core.work import Work
from lms_app.courses import service as courses
from lms_app.courses.models import OutlineItem
from lms_app.courses.service import Terms


def dates_of(work: Work, assignment: Assignment, item: OutlineItem, user_id: UUID | None) -> Terms:
    """What holds for one person, extensions counted in."""
    return courses.terms_of(
        work, course_id=item.course_id, item_id=item.id, user_id=user_id, usual=_usual(assignment, item)
    )


def dates_for(work: Work, assignment: Assignment, item: OutlineItem, user_ids: Iterable[UUID]) -> Mapping[UUID, Terms]:
    """What holds for each of several people; the same number of queries for all of them."""
    return courses.terms_of_each(
        work, course_id=item.course_id, item_id=item.id, user_ids=user_ids, usual=_usual(assignment, item)
    )


def _usual(assignment: Assignment, item: OutlineItem) -> Terms:
    return Terms(
        opens_at=item.opens_at,
        due_at=item.due_at,
        closes_at=assignment.closes_at,
        attempts_allowed=assignment.attempts_max,
    )
