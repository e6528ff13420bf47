"""How work is handed in: submitted once, with a receipt; withdrawn until it is due; and worked on once more."""

from dataclasses import replace
from decimal import Decimal
from uuid import UUID

from sqlalchemy import insert, update
from sqlalchemy import select as columns
from sqlmodel import col, select

from lms_app.assignments import rules
from lms_app.assignments.models import Assignment, Reopen, Submission, SubmissionMember
from lms_app.assignments.service import receipts
from lms_app.assignments.service.dates import dates_of
from lms_app.assignments.service.door import NO_SUBMISSION, Entered, enter_assignment, member_ids, own_submission, rows
from lms_app.assignments.service.grading import ASSIGNMENT, passes
from lms_app.assignments.service.reading import SUBMISSION, is_released, newest_submitted, submission_view
from lms_app.assignments.service.working import (
    Owner,
    check_open,
    check_written,
    closed_words,
    draft_of,
    draft_view,
    is_link,
    new_version,
    newest_version,
    owner_of,
)
from lms_app.assignments.views import DraftView, SubmissionView
from lms_app.core import audit, files, when
from lms_app.core.errors import Conflict, Invalid, NotFound
from lms_app.core.words import say
from lms_app.core.work import SYSTEM, Work
from lms_app.courses import service as courses
from lms_app.courses.models import LEARNS, Completion, CourseGroupMember, CourseMember
from lms_app.courses.service import Terms
from lms_app.grades import service as grades
from lms_app.grades.models import GradeEntry, GradeItem
from lms_app.policy import Can

MARKED = "This was marked already, so it cannot be withdrawn. Ask your instructor for another attempt."


def submit(
    work: Work,
    *,
    submission_id: UUID,
    body: str | courses.Written | None = None,
    link: str | None = None,
    agreed: bool = False,
) -> SubmissionView:
    """Hand a draft in, with what was typed last; None takes the draft's. Everybody who shares in it gets a receipt.

    Twice, also from two tabs, is once and gives the same receipt. Raises Forbidden after the cut-off, Invalid by field.
    """
    draft = own_submission(work, submission_id)
    if draft.submitted_at is not None:
        return submission_view(work, draft, staff=False)
    entered = enter_assignment(work, draft.assignment_id, Can.ATTEMPT)
    assignment = entered.assignment
    dates = dates_of(work, assignment, entered.item, work.user_id)
    check_open(work, entered, dates)
    text = body if isinstance(body, courses.Written) else courses.written(draft.body if body is None else body)
    new_link = (draft.link if link is None else link).strip()
    _check_complete(work, assignment, draft, text.body, new_link, agreed=agreed)
    handed_in = work.db.connection().execute(
        update(Submission)
        # Two tabs may submit at once: the WHERE lets one of them match.
        .where(col(Submission.id) == submission_id, col(Submission.submitted_at).is_(None))
        .values(
            body=text.body if assignment.takes_text else "",
            body_html=text.html if assignment.takes_text else "",
            link=new_link if assignment.takes_link else "",
            user_id=work.user_id,
            submitted_at=work.now,
            saved_at=work.now,
            due_at=dates.due_at,
            statement=assignment.statement,
        )
    )
    work.db.refresh(draft)
    if handed_in.rowcount:
        people = _share(work, draft)
        _complete(work, entered, people)
        receipts.send(work, entered, draft, people)
    return submission_view(work, draft, staff=False)


def withdraw(work: Work, *, submission_id: UUID) -> DraftView:
    """Take back what was submitted, to go on with a copy. The version stays, and so does its receipt.

    Raises Conflict when it was marked, or is not the newest; Forbidden after the due date, without one the cut-off.
    """
    submission = own_submission(work, submission_id)
    entered = enter_assignment(work, submission.assignment_id, Can.ATTEMPT)
    owner = Owner(submission.owner_id, submission.group_name)
    if submission.withdrawn_at is not None and (draft := draft_of(work, submission.assignment_id, owner)):
        return draft_view(work, draft)
    if said := withdrawing_ends(work, entered, submission):
        raise Conflict(said)
    gone = work.db.connection().execute(
        update(Submission)
        .where(col(Submission.id) == submission_id, col(Submission.withdrawn_at).is_(None))
        .values(withdrawn_at=work.now)
    )
    work.db.refresh(submission)
    if not gone.rowcount:
        raise Conflict("This was withdrawn already.")
    audit.record(work, "submission.withdrawn", "submission", submission_id, None, {"number": submission.number})
    return draft_view(work, new_version(work, entered.assignment, owner, submission, attempt=submission.attempt))


def begin_again(work: Work, *, item_id: UUID) -> DraftView:
    """Another attempt where the mark was below the pass mark, beginning with a copy. Raises Conflict for anything else."""
    entered = enter_assignment(work, item_id, Can.ATTEMPT)
    owner = owner_of(work, entered.assignment, work.user_id)
    newest = newest_version(work, item_id, owner) if owner else None
    if owner is None or newest is None:
        raise Conflict("There is nothing to work on once more yet.")
    if newest.submitted_at is None:
        return draft_view(work, newest)
    dates = dates_of(work, entered.assignment, entered.item, work.user_id)
    check_open(work, entered, dates)
    if not may_begin_again(work, entered, newest, dates):
        raise Conflict("Another attempt begins once this one is marked and has not passed.")
    return draft_view(work, new_version(work, entered.assignment, owner, newest, attempt=newest.attempt + 1))


def reopen(work: Work, *, submission_id: UUID) -> None:
    """Give a student another attempt, for whoever may grade; again changes nothing. Who shares in it is told by mail.

    Raises Conflict where the assignment never gives another attempt, and where no attempt is left.
    """
    submission = work.db.get(Submission, submission_id)
    if submission is None or submission.submitted_at is None:
        raise NotFound(NO_SUBMISSION)
    try:
        entered = enter_assignment(work, submission.assignment_id, Can.GRADE)
    except NotFound:
        raise NotFound(NO_SUBMISSION) from None
    assignment, owner = entered.assignment, Owner(submission.owner_id, submission.group_name)
    newest = newest_version(work, assignment.item_id, owner)
    assert newest is not None, "the one that was submitted, at least"
    if newest.submitted_at is None:
        return
    if assignment.reopen == Reopen.NEVER:
        raise Conflict("This assignment has one attempt. Its settings say so under “Attempts”.")
    people = member_ids(work, newest.id)
    dates = dates_of(work, assignment, entered.item, people[0] if people else None)
    if dates.attempts_allowed is not None and newest.attempt >= dates.attempts_allowed:
        raise Conflict(
            say(
                "All of their {attempts} are used. Its settings set how many.",
                attempts=when.plural(dates.attempts_allowed, "attempt"),
            )
        )
    new_version(work, assignment, owner, newest, attempt=newest.attempt + 1)
    audit.record(work, "submission.reopened", "submission", submission_id, None, {"attempt": newest.attempt + 1})
    receipts.tell_reopened(work, entered, people)


# ---- For the other modules of this package: the door was theirs.


def withdrawing_ends(work: Work, entered: Entered, submission: Submission) -> str:
    """Why a submission cannot be withdrawn now; empty when it can."""
    dates = dates_of(work, entered.assignment, entered.item, work.user_id)
    until = dates.due_at or dates.closes_at
    if until is not None and work.now > until:
        return say("The time to withdraw is over: work can be taken back until it is due.")
    if newest_submitted(work, submission.assignment_id, submission.owner_id) != submission.id:
        return say("This is not the version that counts.")
    if draft_of(work, submission.assignment_id, Owner(submission.owner_id)) is not None:
        return say("You are working on the next attempt already.")
    return MARKED if is_marked(work, submission) else ""


def is_marked(work: Work, submission: Submission) -> bool:
    """Whether anybody who shares in it has a mark that was given after it was submitted."""
    return bool(marks_of(work, submission))


def marks_of(work: Work, submission: Submission) -> list[tuple[UUID, Decimal]]:
    """The present marks, after late work was taken into account, of those who share in it."""
    statement = (
        columns(col(GradeEntry.user_id), col(GradeEntry.points), col(GradeEntry.at))
        .join(GradeItem, col(GradeItem.id) == col(GradeEntry.item_id))
        .join(SubmissionMember, col(SubmissionMember.user_id) == col(GradeEntry.user_id))
        .where(
            col(GradeItem.source_kind) == ASSIGNMENT,
            col(GradeItem.source_id) == submission.assignment_id,
            col(SubmissionMember.submission_id) == submission.id,
        )
        .order_by(col(GradeEntry.seq))
    )
    newest = {row.user_id: (row.points, row.at) for row in rows(work, statement)}
    since = submission.submitted_at
    return [
        (user_id, points)
        for user_id, (points, at) in newest.items()
        if points is not None and since is not None and at >= since
    ]


def may_begin_again(work: Work, entered: Entered, newest: Submission, dates: Terms) -> bool:
    """Whether a mark below the pass mark gives another attempt."""
    if entered.assignment.reopen != Reopen.UNTIL_PASS or newest.submitted_at is None or closed_words(work, dates):
        return False
    if dates.attempts_allowed is not None and newest.attempt >= dates.attempts_allowed:
        return False
    marks = marks_of(work, newest) if is_released(work, newest.assignment_id) else []
    return bool(marks) and not all(passes(entered.assignment, points) for _user_id, points in marks)


def _check_complete(
    work: Work, assignment: Assignment, draft: Submission, body: str, link: str, *, agreed: bool
) -> None:
    check_written(body, link)
    wrong: dict[str, str] = {}
    has_text = assignment.takes_text and bool(body.strip())
    has_link = assignment.takes_link and bool(link)
    has_files = assignment.takes_files and bool(files.of(work, SUBMISSION, draft.id))
    if has_link and not is_link(link):
        wrong["link"] = say("Enter a whole web address, like https://example.org/my-work.")
    if not (has_text or has_link or has_files):
        kinds = [
            (assignment.takes_text, "body", say("Write something")),
            (assignment.takes_files, "files", say("Add a file")),
            (assignment.takes_link, "link", say("Enter a link")),
        ]
        taken = [(name, words) for takes, name, words in kinds if takes]
        said = say(", or ").join(
            words if number == 0 else words[0].lower() + words[1:] for number, (_n, words) in enumerate(taken)
        )
        wrong[taken[0][0]] = say("{what} before you submit.", what=said)
    if assignment.statement and not agreed:
        wrong["agreed"] = say("Tick this before you submit.")
    if wrong:
        raise Invalid(wrong)


def _share(work: Work, draft: Submission) -> list[UUID]:
    """Write down who shares in it: the student, or the students who are in the group now."""
    people = [work.user_id]
    if draft.group_name:
        statement = (
            select(CourseGroupMember.user_id)
            .join(CourseMember, col(CourseMember.user_id) == col(CourseGroupMember.user_id))
            .where(
                col(CourseGroupMember.group_id) == draft.owner_id,
                col(CourseMember.course_id) == draft.course_id,
                LEARNS,
            )
        )
        people = sorted({*people, *work.db.exec(statement).all()})
    shares = [{"submission_id": draft.id, "user_id": user_id} for user_id in people]
    work.db.connection().execute(insert(SubmissionMember), shares)
    return people


def _complete(work: Work, entered: Entered, people: list[UUID]) -> None:
    """What submitting completes, and a mark for missing work that it takes back, for all who share in it."""
    graded = grades.item_of(work, source_kind=ASSIGNMENT, source_id=entered.item.id)
    system = replace(work, actor=SYSTEM)  # one member submits for the others
    for user_id in people:
        if entered.item.completion == Completion.SUBMIT:
            courses.mark_complete(system, item_id=entered.item.id, user_id=user_id)
        else:
            courses.tell_progress(system, course_id=entered.item.course_id, user_id=user_id)
        mark = grades.current(system, item_id=graded.id, user_id=user_id)
        if mark.points is not None and mark.reason.startswith(rules.MISSING):
            grades.record(system, item_id=graded.id, user_id=user_id, points=None, reason="Submitted after all.")
