"""What assignments tell the gradebook: submissions that count, and by which criteria the newest mark came about."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import and_, bindparam, case, func
from sqlalchemy import select as columns
from sqlmodel import col, select

from lms_app.assignments import rules
from lms_app.assignments.models import Assignment, GradeRelease, Marking, MarkVersion, Submission, SubmissionMember
from lms_app.assignments.service import COUNTS, IS_MARKED
from lms_app.core.words import say
from lms_app.core.work import Work
from lms_app.courses.views import Membership
from lms_app.gradebook.service.sources.shape import Answered, Behind, Source
from lms_app.grades.models import GradeEntry, GradeItem
from lms_app.grades.rules import scaled
from lms_app.rubrics import service as rubrics
from lms_app.rubrics.models import RubricVersion
from lms_app.web import routes

_MARKED = (
    columns(
        col(Submission.assignment_id),
        col(Submission.id),
        col(Submission.attempt),
        col(Submission.group_name),
        col(MarkVersion.rubric_version_id),
        col(MarkVersion.marks),
        col(MarkVersion.own),
        col(MarkVersion.points),
        col(MarkVersion.kept),
        col(MarkVersion.arithmetic),
        col(Assignment.points).label("points_max"),
        and_(col(Assignment.blind), col(GradeRelease.at).is_(None)).label("nameless"),
    )
    .select_from(SubmissionMember)
    .join(Submission, col(Submission.id) == col(SubmissionMember.submission_id))
    .join(Assignment, col(Assignment.item_id) == col(Submission.assignment_id))
    .join(Marking, col(Marking.submission_id) == col(Submission.id))
    .join(
        MarkVersion,
        and_(col(MarkVersion.submission_id) == col(Submission.id), col(MarkVersion.version) == col(Marking.version)),
    )
    .outerjoin(GradeRelease, col(GradeRelease.assignment_id) == col(Assignment.item_id))
    .where(
        col(SubmissionMember.user_id) == bindparam("user"),
        col(Submission.assignment_id).in_(bindparam("assignments", expanding=True)),
        COUNTS,
    )
    .order_by(col(Submission.assignment_id), col(Submission.number))
)


_SAID = (
    columns(col(GradeItem.source_id), col(GradeEntry.reason))
    .join(GradeItem, col(GradeItem.id) == col(GradeEntry.item_id))
    .where(
        col(GradeItem.source_id).in_(bindparam("assignments", expanding=True)),
        col(GradeEntry.user_id) == bindparam("user"),
    )
    .order_by(col(GradeEntry.seq))
)


def _behind(work: Work, membership: Membership, assignment_ids: Sequence[UUID], user_id: UUID) -> dict[str, Behind]:
    """The newest marked version of each; who marks without names is not led from a name to its work. Three queries.

    Where nothing was ever marked, a mark may stand for what is missing, and says so.
    """
    given = {"assignments": list(assignment_ids), "user": user_id}
    run = work.db.connection().execute
    newest = {str(row.assignment_id): row for row in run(_MARKED, given)}
    said = {str(row.source_id): row.reason for row in run(_SAID, given)}
    shown = {name: row for name, row in newest.items() if not (row.nameless and membership.is_staff)}
    criteria = _criteria(work, {row.rubric_version_id for row in shown.values()} - {None})
    missing = {
        name: Behind("", f"{reason}.")
        for name, reason in said.items()
        if name not in newest and reason.startswith(rules.MISSING)
    }
    return missing | {
        name: Behind(_url(membership, row), _note(row), _parts(row, str(user_id), criteria))
        for name, row in shown.items()
    }


def _url(membership: Membership, row: Any) -> str:
    if membership.is_staff:
        return routes.assignment_grading(membership.slug, row.assignment_id, row.id)
    return routes.assignment_feedback(membership.slug, row.assignment_id)


def _note(row: Any) -> str:
    attempt = say("Attempt {attempt} counts.", attempt=row.attempt) if row.attempt > 1 else ""
    group = say("Handed in by {group_name}.", group_name=row.group_name) if row.group_name else ""
    return f"{group} {attempt}".strip()


def _criteria(work: Work, version_ids: set[UUID]) -> dict[UUID, tuple[Decimal, Mapping[str, tuple[str, Decimal]]]]:
    """Of each version of a rubric what it is worth, and its criteria: title and points, by their ids."""
    if not version_ids:
        return {}
    rows = work.db.exec(select(RubricVersion).where(col(RubricVersion.id).in_(version_ids))).all()
    return {
        row.id: (
            row.points_max,
            {one.id: (one.title, one.points_max) for one in rubrics.criteria_from_json(row.criteria)},
        )
        for row in rows
    }


def _parts(row: Any, user_id: str, criteria: Mapping[UUID, Any]) -> list[Answered]:
    """Criteria in points of the assignment, and what being late took off them. A mark of one's own has no criteria."""
    if user_id in row.own:
        return []
    points_max, titles = criteria.get(row.rubric_version_id, (row.points_max, {}))
    given = rubrics.marks_from_json(row.marks)
    parts = [
        Answered(
            title=title,
            points=scaled(mark.points, points_max, row.points_max),
            points_max=scaled(worth, points_max, row.points_max),
        )
        for name, (title, worth) in titles.items()
        if (mark := given.get(name)) is not None and mark.points is not None
    ]
    off = row.points - row.kept
    if not off:
        return parts
    whole = parts or [Answered("Mark", row.points, row.points_max)]
    return [*whole, Answered("Late", -off, Decimal(0), row.arithmetic)]


_AT = col(Submission.submitted_at)
_HANDED = (
    columns(
        col(Submission.assignment_id).label("source_id"),
        col(SubmissionMember.user_id).label("user_id"),
        func.max(_AT).label("handed_in_at"),
        # What came last has a mark, or waits for it.
        case((func.max(_AT) == func.max(case((IS_MARKED, _AT))), 0), else_=1).label("waits"),
    )
    .select_from(Submission)
    .join(SubmissionMember, col(SubmissionMember.submission_id) == col(Submission.id))
    .outerjoin(Marking, col(Marking.submission_id) == col(Submission.id))
    .where(COUNTS)
    .group_by(col(Submission.assignment_id), col(SubmissionMember.user_id))
)
ASSIGNMENTS = Source(
    noun="assignment",
    handed=_HANDED.join(Assignment, col(Assignment.item_id) == col(Submission.assignment_id)).where(
        col(Assignment.course_id) == bindparam("course")
    ),
    handed_by=_HANDED.where(
        col(Submission.course_id) == bindparam("course"),
        col(SubmissionMember.user_id).in_(bindparam("users", expanding=True)),
    ),
    url=routes.submissions,
    edit_url=routes.assignment_settings,
    behind=_behind,
)
