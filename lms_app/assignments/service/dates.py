"""The dates that hold for somebody. Everything that asks whether work is open, late or closed asks here."""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from sqlmodel import col, select

from lms_app.assignments.models import Assignment, Submission
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


def retimed(work: Work, item_ids: Sequence[UUID]) -> None:
    """For `courses.ItemKind.retimed`: what was submitted gets the due date that holds for its student now.

    A mark that was given keeps what being late cost, until it is given again.
    """
    found = select(Assignment, OutlineItem).join(OutlineItem, col(OutlineItem.id) == col(Assignment.item_id))
    for assignment, item in work.db.exec(found.where(col(Assignment.item_id).in_(item_ids))).all():
        rows = work.db.exec(
            select(Submission).where(
                col(Submission.assignment_id) == item.id, col(Submission.submitted_at).is_not(None)
            )
        ).all()
        terms = dates_for(work, assignment, item, {row.user_id for row in rows})
        for row in rows:
            if row.due_at != terms[row.user_id].due_at:
                row.due_at = terms[row.user_id].due_at
                work.db.add(row)
        work.db.flush()


def _usual(assignment: Assignment, item: OutlineItem) -> Terms:
    return Terms(
        opens_at=item.opens_at,
        due_at=item.due_at,
        closes_at=assignment.closes_at,
        attempts_allowed=assignment.attempts_max,
    )
