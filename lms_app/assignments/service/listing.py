"""What courses tell about an assignment in outlines and lists (`courses.ITEM_KINDS`)."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import and_, bindparam
from sqlalchemy import select as columns
from sqlmodel import col

from lms_app.assignments.models import Assignment, Submission
from lms_app.assignments.service.authoring import begin_assignment, copy_assignment
from lms_app.assignments.service.door import rows
from lms_app.assignments.service.retiming import retimed
from lms_app.core import when
from lms_app.core.words import later
from lms_app.core.work import Work
from lms_app.courses import service as courses
from lms_app.courses.models import Completion
from lms_app.web import routes

_FACTS = (
    columns(col(Assignment.item_id), col(Assignment.points), col(Submission.id).label("begun"))
    .outerjoin(
        Submission,
        and_(
            col(Submission.assignment_id) == col(Assignment.item_id),
            col(Submission.owner_id) == bindparam("user"),
            col(Submission.submitted_at).is_(None),
            col(Submission.seq) > 0,
        ),
    )
    .where(col(Assignment.item_id).in_(bindparam("items", expanding=True)))
)


def describe(work: Work, item_ids: Sequence[UUID], user_id: UUID) -> Mapping[UUID, courses.ItemFacts]:
    """Facts of assignments for one student, in one query. Not a door: the outline's reader came through one."""
    return {
        row.item_id: courses.ItemFacts(
            state="now" if row.begun else "",
            note=f"{when.points(row.points)} {'point' if row.points == 1 else 'points'}",
        )
        for row in rows(work, _FACTS, user=user_id, items=list(item_ids))
    }


# For `lms_app.py`: courses.ITEM_KINDS[ASSIGNMENT] = ASSIGNMENT_ITEM
ASSIGNMENT_ITEM = courses.ItemKind(
    icon="file-pen-line",
    noun="assignment",
    nouns="assignments",
    verb=later("Open assignment"),
    url=routes.assignment,
    completion=Completion.SUBMIT,
    describe=describe,
    results_url=routes.submissions,
    edit_url=routes.assignment_settings,
    begin=begin_assignment,
    copy=copy_assignment,
    allows=("opens_at", "due_at", "closes_at", "attempts_allowed", "released"),
    retimed=retimed,
)
