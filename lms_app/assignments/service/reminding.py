"""What happens by itself: staff are reminded to mark, and work that never came gets its mark."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func
from sqlalchemy import select as columns
from sqlmodel import col, select

from lms_app.assignments import rules
from lms_app.assignments.models import Assignment, Marking, Submission, SubmissionMember
from lms_app.assignments.service.collecting import due_of
from lms_app.assignments.service.door import Entered, enter_assignment, rows
from lms_app.assignments.service.grading import ASSIGNMENT
from lms_app.assignments.service.marking_queue import IS_MARKED, NEWEST
from lms_app.core import mail, when
from lms_app.core.db import to_micros
from lms_app.core.errors import Forbidden, NotFound
from lms_app.core.identity import User
from lms_app.core.settings import settings
from lms_app.core.work import Work
from lms_app.courses.models import LEARNS, TEACHES, CourseMember, OutlineItem
from lms_app.grades import service as grades
from lms_app.grades.models import GradeEntry
from lms_app.policy import Can
from lms_app.web import routes

LOOKS_BACK = timedelta(days=180)  # an extension ends within that
AT_ONCE = 50  # marks in one transaction: nobody else may write meanwhile


def remind_to_mark(work: Work, payload: dict[str, Any]) -> None:
    """The topic `assignment_grade_by`: a mail to each of the staff, if that date still holds and work waits."""
    try:
        entered = enter_assignment(work, UUID(payload["item_id"]), Can.MANAGE)
    except NotFound:
        if not work.actor.is_admin:
            raise
        return  # deleted meanwhile
    at = entered.assignment.grade_by_at
    waiting = _waiting(work, entered)
    if at is None or to_micros(at) != payload["at"] or not waiting:
        return
    url = f"{settings.url}{routes.submissions(entered.membership.slug, entered.item.id)}"
    said = when.plural(waiting, "submission")
    for user in _staff(work, entered):
        mail.put(
            work,
            to=user.email,
            subject=f"To mark: {entered.item.title}",
            text=f"“{entered.item.title}” in {entered.membership.title}: {said} to mark.\n\n{url}\n",
            key=f"grade_by:{entered.item.id}:{payload['at']}:{user.id}",
        )


def mark_missing(work: Work) -> int:
    """Give what the assignment says to students who submitted nothing until it was due; returns how many.

    For jobs, which call it until there are none: anybody else gets Forbidden. A submission that comes late takes it back.
    """
    if not work.actor.is_admin:
        raise Forbidden()
    recent = select(Assignment.item_id).join(OutlineItem, col(OutlineItem.id) == col(Assignment.item_id))
    recent = recent.where(
        col(Assignment.missing_share).is_not(None),
        col(OutlineItem.published),
        col(OutlineItem.due_at).between(work.now - LOOKS_BACK, work.now),
    )
    for item_id in work.db.exec(recent).all():
        if given := _mark_missing(work, enter_assignment(work, item_id, Can.GRADE)):
            return given
    return 0


def _mark_missing(work: Work, entered: Entered) -> int:
    assignment, item = entered.assignment, entered.item
    share, due_at = assignment.missing_share, item.due_at
    due = due_of(work, entered, of_groups=False)
    if share is None or due_at is None:
        return 0
    graded = grades.item_of(work, source_kind=ASSIGNMENT, source_id=item.id)
    handed_in = (
        select(SubmissionMember.user_id)
        .join(Submission, col(Submission.id) == col(SubmissionMember.submission_id))
        .where(col(Submission.assignment_id) == item.id, col(Submission.withdrawn_at).is_(None))
    )
    marked = select(GradeEntry.user_id).where(col(GradeEntry.item_id) == graded.id)
    students = work.db.exec(
        select(CourseMember.user_id, CourseMember.joined_at)
        .where(
            col(CourseMember.course_id) == item.course_id,
            LEARNS,
            col(CourseMember.user_id).not_in(handed_in),
            col(CourseMember.user_id).not_in(marked),
            due.is_over_of(col(CourseMember.user_id)),
        )
        .order_by(col(CourseMember.user_id))
    ).all()
    # Who came when it was over already had no chance.
    missing = [user_id for user_id, joined_at in students if joined_at < (due.others.get(user_id) or due_at)]
    kept = rules.missing(assignment.points, share)
    for user_id in missing[:AT_ONCE]:
        grades.record(work, item_id=graded.id, user_id=user_id, points=kept.points, reason=kept.said)
    return len(missing[:AT_ONCE])


def _waiting(work: Work, entered: Entered) -> int:
    """Submissions without a mark."""
    counted = (
        columns(func.count())
        .select_from(Submission)
        .outerjoin(Marking, col(Marking.submission_id) == col(Submission.id))
        .where(col(Submission.assignment_id) == entered.item.id, NEWEST, ~IS_MARKED)
    )
    return rows(work, counted)[0][0]


def _staff(work: Work, entered: Entered) -> list[User]:
    statement = (
        select(User)
        .join(CourseMember, col(CourseMember.user_id) == col(User.id))
        .where(
            col(CourseMember.course_id) == entered.item.course_id,
            TEACHES,
            col(User.suspended_at).is_(None),
        )
        .order_by(col(User.id))
    )
    return list(work.db.exec(statement).all())
