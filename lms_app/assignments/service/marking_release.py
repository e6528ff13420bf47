"""Publishing the grades of an assignment, and what its students read from then on: mark, arithmetic, comments, notes."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy import func
from sqlalchemy import select as columns
from sqlmodel import col, select

from lms_app.assignments.models import GradeRelease, Marking, Submission, SubmissionMember
from lms_app.assignments.service import marking_notes
from lms_app.assignments.service.door import (
    NO_SUBMISSION,
    Entered,
    enter_assignment,
    is_own,
    readable_submission,
    rows,
)
from lms_app.assignments.service.grading import ASSIGNMENT, passes, settle
from lms_app.assignments.service.marking import mark_view, newest_mark, points_alone
from lms_app.assignments.service.marking_queue import IS_MARKED, NEWEST
from lms_app.assignments.service.reading import is_released, submission_view
from lms_app.assignments.views_marking import FeedbackView
from lms_app.core import audit, files, outbox, when
from lms_app.core.errors import NotFound
from lms_app.core.identity import User
from lms_app.core.work import Work
from lms_app.courses import service as courses
from lms_app.courses.models import Completion
from lms_app.grades import service as grades
from lms_app.notifications import service as notifications
from lms_app.notifications.events import Event, register
from lms_app.policy import Can
from lms_app.rubrics import service as rubrics
from lms_app.web import routes

MARKED = register(
    Event(
        "assignment_marked",
        label="Marks in assignments",
        category="Your work",
        title="Marked: {{ title }}",
        text="Your work in {{ title }} was marked. Mark and feedback stand with it.",
        sample={"course": "Principles of Ecology", "title": "Field notes", "url": routes.home()},
    )
)
GRADES_PUBLISHED = "grades_published"
AT_ONCE = 50  # students who are told in one transaction: nobody else may write meanwhile


def publish_grades(work: Work, *, item_id: UUID) -> int:
    """Let students see their marks, and tell them; returns how many submissions are marked. Again changes nothing.

    From then on a mark shows as soon as it is saved.
    """
    entered = enter_assignment(work, item_id, Can.RELEASE)
    if not is_released(work, item_id):
        work.db.add(GradeRelease(assignment_id=item_id, at=work.now, by_id=work.actor.user_id))
        work.db.flush()
        settle(work, entered.assignment, entered.item)
        audit.record(work, "grades.published", "assignment", item_id)
        outbox.put(work, GRADES_PUBLISHED, {"item_id": str(item_id), "after": ""})
    counted = (
        columns(func.count()).select_from(Submission).join(Marking, col(Marking.submission_id) == col(Submission.id))
    )
    return rows(work, counted.where(col(Submission.assignment_id) == item_id, NEWEST, IS_MARKED))[0][0]


def hide_grades(work: Work, *, item_id: UUID) -> None:
    """Take the marks out of sight again. What was read was read; who has passed stays so."""
    entered = enter_assignment(work, item_id, Can.RELEASE)
    release = work.db.get(GradeRelease, item_id)
    if release is not None:
        work.db.delete(release)
        work.db.flush()
        settle(work, entered.assignment, entered.item)
        audit.record(work, "grades.hidden", "assignment", item_id)


def tell_graded(work: Work, payload: dict[str, Any]) -> None:
    """Tell some students that their mark is there, and complete the item of those who passed; the rest come after them."""
    item_id = UUID(payload["item_id"])
    if not is_released(work, item_id):
        return
    entered = enter_assignment(work, item_id, Can.SEE)
    statement = (
        select(User)
        .join(SubmissionMember, col(SubmissionMember.user_id) == col(User.id))
        .join(Submission, col(Submission.id) == col(SubmissionMember.submission_id))
        .join(Marking, col(Marking.submission_id) == col(Submission.id))
        .where(col(Submission.assignment_id) == item_id, NEWEST, IS_MARKED)
        .order_by(col(User.id))
        .limit(AT_ONCE)
    )
    if payload["after"]:
        statement = statement.where(col(User.id) > UUID(payload["after"]))
    people = work.db.exec(statement).all()
    for user in people:
        _tell(work, entered, user)
    if len(people) == AT_ONCE:
        outbox.put(work, GRADES_PUBLISHED, {"item_id": str(item_id), "after": str(people[-1].id)})


def feedback(work: Work, *, submission_id: UUID) -> FeedbackView:
    """What was said of one's own work, once grades are published; whoever grades reads it as its students will.

    Raises NotFound to everybody else, and while there is nothing to be read.
    """
    submission, staff = readable_submission(work, submission_id)
    entered = enter_assignment(work, submission.assignment_id, Can.SEE)
    row = newest_mark(work, submission_id)
    if row is None or not (staff or is_released(work, submission.assignment_id)):
        raise NotFound(NO_SUBMISSION)
    if row.rubric_version_id is None:
        rubric = points_alone(entered.assignment.points)
    else:
        rubric = rubrics.version(work, version_id=row.rubric_version_id, can=Can.SEE)
    mark = mark_view(work, row, "")
    return FeedbackView(
        item_id=str(submission.assignment_id),
        slug=entered.membership.slug,
        course=entered.membership.title,
        title=entered.item.title,
        points_max=when.points(entered.assignment.points),
        submission=submission_view(work, submission, staff=staff),
        rubric=rubric,
        mark=mark,
        # Students hear what was said, not which of the staff said it.
        notes=[replace(one, by="") for one in marking_notes.of(work, submission_id)],
        files=marking_notes.feedback_files(work, submission_id),
    )


def my_feedback(work: Work, *, item_id: UUID) -> FeedbackView:
    """What was said of one's own work last. Raises NotFound while there is nothing to be read."""
    enter_assignment(work, item_id, Can.SEE)
    statement = (
        select(Submission.id)
        .join(SubmissionMember, col(SubmissionMember.submission_id) == col(Submission.id))
        .join(Marking, col(Marking.submission_id) == col(Submission.id))
        .where(col(SubmissionMember.user_id) == work.user_id, col(Submission.assignment_id) == item_id, IS_MARKED)
        .order_by(col(Submission.number).desc())
        .limit(1)
    )
    found = work.db.exec(statement).first()
    if found is None:
        raise NotFound(NO_SUBMISSION)
    return feedback(work, submission_id=found)


def feedback_files_door(work: Work, submission_id: UUID) -> None:
    """Who may fetch a file of feedback: the staff, and its students once they may read the mark."""
    try:
        submission, staff = readable_submission(work, submission_id)
    except NotFound:
        raise NotFound(files.NO_FILE) from None
    if not staff and not has_feedback(work, submission):
        raise NotFound(files.NO_FILE)


def has_feedback(work: Work, submission: Submission) -> bool:
    """Whether its students may read what was said of it; the door was another's."""
    return is_released(work, submission.assignment_id) and newest_mark(work, submission.id) is not None


def marking_begun(work: Work, *, submission_id: UUID) -> bool:
    """Whether somebody has begun to mark one's own work: who then submits once more should know."""
    submission = work.db.get(Submission, submission_id)
    if submission is None or not is_own(work, submission):
        raise NotFound(NO_SUBMISSION)
    return work.db.get(Marking, submission_id) is not None


def _tell(work: Work, entered: Entered, user: User) -> None:
    assignment = entered.assignment
    graded = grades.item_of(work, source_kind=ASSIGNMENT, source_id=assignment.item_id)
    points = grades.current(work, item_id=graded.id, user_id=user.id).points
    if points is None:
        return
    if entered.item.completion == Completion.PASS and passes(assignment, points):
        courses.mark_complete(work, item_id=assignment.item_id, user_id=user.id)
    data = {
        "course": entered.membership.title,
        "title": entered.item.title,
        "url": routes.assignment(entered.membership.slug, assignment.item_id),
    }
    notifications.tell(work, [user.id], MARKED.name, data, key=str(assignment.item_id))
