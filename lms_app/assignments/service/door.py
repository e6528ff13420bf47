"""The doors of an assignment, and the rows behind them. Every other module of this package comes in through here."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from lms_app.assignments.models import Assignment, Submission, SubmissionMember
from lms_app.core.errors import LmsError, NotFound
from lms_app.core.work import Work
from lms_app.courses import service as courses
from lms_app.courses.models import OutlineItem
from lms_app.policy import Can

NO_ASSIGNMENT = "We could not find that assignment. It may have moved, or you may not have access."
NO_SUBMISSION = "We could not find that submission. It may belong to somebody else."


@dataclass(frozen=True, slots=True)
class Entered:
    """An assignment that somebody came to, and as what."""

    assignment: Assignment
    item: OutlineItem
    membership: courses.Membership


def enter_assignment(work: Work, item_id: UUID, can: Can) -> Entered:
    """Come to an assignment to do `can`. Raises NotFound to strangers, Forbidden to members without the right."""
    try:
        item, membership = courses.enter_item(work, item_id, can)
    except NotFound:
        raise NotFound(NO_ASSIGNMENT) from None
    assignment = work.db.get(Assignment, item_id)
    if assignment is None:
        raise NotFound(NO_ASSIGNMENT)
    return Entered(assignment, item, membership)


def readable_submission(work: Work, submission_id: UUID) -> tuple[Submission, bool]:
    """One's own work, or a student's for whoever may grade: then the second value is True.

    A draft is its writers' alone. A fellow student gets the same answer as a stranger: NotFound.
    """
    submission = work.db.get(Submission, submission_id)
    if submission is None:
        raise NotFound(NO_SUBMISSION)
    if is_own(work, submission):
        see(work, submission.course_id, Can.SEE)
        return submission, False
    if submission.submitted_at is None:
        raise NotFound(NO_SUBMISSION)
    see(work, submission.course_id, Can.GRADE)
    return submission, True


def marked_submission(work: Work, submission_id: UUID) -> tuple[Submission, Entered]:
    """What was submitted, for whoever may grade it. Its own students get the same answer as strangers: NotFound."""
    submission = work.db.get(Submission, submission_id)
    if submission is None or submission.submitted_at is None:
        raise NotFound(NO_SUBMISSION)
    see(work, submission.course_id, Can.GRADE)
    return submission, enter_assignment(work, submission.assignment_id, Can.GRADE)


def own_submission(work: Work, submission_id: UUID) -> Submission:
    """The actor's own work, or their group's. Anybody else's is not there, whoever asks."""
    submission = work.db.get(Submission, submission_id)
    if submission is None or not is_own(work, submission):
        raise NotFound(NO_SUBMISSION)
    see(work, submission.course_id, Can.SEE)
    return submission


def is_own(work: Work, submission: Submission) -> bool:
    """Whether the actor shares in it: theirs alone, a draft of a group of theirs, or submitted with them in it."""
    if work.actor.user_id is None:
        return False
    if not submission.group_name:
        return submission.owner_id == work.actor.user_id
    if submission.submitted_at is None:
        return submission.owner_id in courses.groups_of(work, submission.course_id, work.user_id)
    return work.db.get(SubmissionMember, (submission.id, work.user_id)) is not None


def see(work: Work, course_id: UUID, can: Can) -> courses.Membership:
    """That there is such a submission is nobody's business who may not read it."""
    try:
        return courses.enter(work, course_id, can)
    except LmsError:
        raise NotFound(NO_SUBMISSION) from None


def rows(work: Work, statement: Any, **given: Any) -> Sequence[Any]:
    """Plain rows of a statement: past the Session, which would only wrap each row once more."""
    work.db.flush()
    return work.db.connection().execute(statement, given).all()


def member_ids(work: Work, submission_id: UUID) -> list[UUID]:
    """Who shares in what was submitted."""
    statement = select(SubmissionMember.user_id).where(col(SubmissionMember.submission_id) == submission_id)
    return list(work.db.exec(statement.order_by(col(SubmissionMember.user_id))).all())
