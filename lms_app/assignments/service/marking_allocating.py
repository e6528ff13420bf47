"""Who marks whose work: given to one marker, or divided evenly among several."""

from collections.abc import Sequence
from itertools import cycle
from uuid import UUID

from sqlalchemy import delete, insert
from sqlalchemy import select as columns
from sqlmodel import col, select

from lms_app.assignments.models import Allocation, Submission
from lms_app.assignments.service.door import enter_assignment, marked_submission, rows
from lms_app.assignments.service.marking_queue import NEWEST
from lms_app.core.errors import Invalid
from lms_app.core.work import Work
from lms_app.courses.models import TEACHES, CourseMember
from lms_app.policy import Can


def allocate(work: Work, *, submission_id: UUID, marker_id: UUID | None) -> None:
    """Give somebody's work to a marker, this version and all that follow; None gives it to nobody in particular."""
    submission, _entered = marked_submission(work, submission_id)
    if marker_id is not None:
        _check_markers(work, submission.course_id, [marker_id])
    key = (submission.assignment_id, submission.owner_id)
    row = work.db.get(Allocation, key)
    if row is not None and marker_id is None:
        work.db.delete(row)
    elif marker_id is not None:
        row = row or Allocation(assignment_id=key[0], owner_id=key[1], marker_id=marker_id)
        row.marker_id = marker_id
        work.db.add(row)
    work.db.flush()


def divide(work: Work, *, item_id: UUID, marker_ids: Sequence[UUID]) -> int:
    """Divide what nobody in particular marks evenly among markers; returns how many submissions that were."""
    entered = enter_assignment(work, item_id, Can.GRADE)
    markers = sorted(set(marker_ids))
    if not markers:
        raise Invalid({"marker_ids": "Choose at least one marker."})
    _check_markers(work, entered.assignment.course_id, markers)
    given = select(Allocation.owner_id).where(col(Allocation.assignment_id) == item_id)
    # In the order of ids, which tells nothing of anybody.
    owners = rows(
        work,
        columns(col(Submission.owner_id))
        .where(col(Submission.assignment_id) == item_id, NEWEST, col(Submission.owner_id).not_in(given))
        .order_by(col(Submission.owner_id)),
    )
    new = [
        {"assignment_id": item_id, "owner_id": row[0], "marker_id": marker}
        for row, marker in zip(owners, cycle(markers), strict=False)
    ]
    if new:
        work.db.connection().execute(insert(Allocation), new)
    return len(new)


def take_back(work: Work, *, item_id: UUID) -> None:
    """Nobody in particular marks anything of an assignment from now on."""
    enter_assignment(work, item_id, Can.GRADE)
    work.db.connection().execute(delete(Allocation).where(col(Allocation.assignment_id) == item_id))


def _check_markers(work: Work, course_id: UUID, marker_ids: Sequence[UUID]) -> None:
    known = work.db.exec(
        select(CourseMember.user_id).where(
            col(CourseMember.course_id) == course_id,
            col(CourseMember.user_id).in_(marker_ids),
            TEACHES,
        )
    ).all()
    if len(known) != len(marker_ids):
        raise Invalid({"marker_ids": "Only the staff of the course mark its work."})
