"""What follows when a due date moves, or an extension is given: work that was submitted is as late as it is now."""

from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

from sqlmodel import col, select

from lms_app.assignments.models import Assignment, Marking, MarkVersion, Submission
from lms_app.assignments.service.dates import dates_for
from lms_app.assignments.service.door import member_ids
from lms_app.assignments.service.grading import after_late, give_mark
from lms_app.core.work import Work
from lms_app.courses.models import OutlineItem


def retimed(work: Work, item_ids: Sequence[UUID]) -> None:
    """For `courses.ItemKind.retimed`. A mark that being late had cost something is given anew, as a version of its own."""
    found = select(Assignment, OutlineItem).join(OutlineItem, col(OutlineItem.id) == col(Assignment.item_id))
    for assignment, item in work.db.exec(found.where(col(Assignment.item_id).in_(item_ids))).all():
        rows = work.db.exec(
            select(Submission).where(
                col(Submission.assignment_id) == item.id, col(Submission.submitted_at).is_not(None)
            )
        ).all()
        terms = dates_for(work, assignment, item, {row.user_id for row in rows})
        moved = [row for row in rows if row.due_at != terms[row.user_id].due_at]
        for row in moved:
            row.due_at = terms[row.user_id].due_at
            work.db.add(row)
        work.db.flush()
        for row in moved:
            _mark_anew(work, row)


def _mark_anew(work: Work, submission: Submission) -> None:
    head = work.db.get(Marking, submission.id)
    mark = work.db.get(MarkVersion, (submission.id, head.version)) if head else None
    if head is None or mark is None:
        return
    kept = after_late(work, submission, mark.points)
    if (kept.points, kept.said) == (mark.kept, mark.arithmetic):
        return
    head.version += 1
    work.db.add(head)
    copy = mark.model_dump(exclude={"version", "kept", "arithmetic", "by_id", "at"})
    by_id = work.actor.user_id or mark.by_id
    work.db.add(
        MarkVersion(**copy, version=head.version, kept=kept.points, arithmetic=kept.said, by_id=by_id, at=work.now)
    )
    work.db.flush()
    for user_id in member_ids(work, submission.id):
        points = Decimal(mark.own.get(str(user_id), mark.points))
        give_mark(work, submission=submission, user_id=user_id, points=points, by_id=by_id)
