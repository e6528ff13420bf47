"""An assignment as a student comes to it: what is asked, until when, what they have, and what they can do now."""

from datetime import datetime
from uuid import UUID

from sqlmodel import col, select

from lms_app.assignments import rules
from lms_app.assignments.models import Assignment, Reopen, Submission
from lms_app.assignments.service.dates import dates_of
from lms_app.assignments.service.door import Entered, enter_assignment
from lms_app.assignments.service.grading import ASSIGNMENT, rule_of
from lms_app.assignments.service.reading import lateness_of, state_of, submission_view
from lms_app.assignments.service.submitting import may_begin_again, withdrawing_ends
from lms_app.assignments.service.working import (
    NO_GROUP,
    Owner,
    closed_words,
    draft_view,
    new_version,
    newest_version,
    owner_of,
)
from lms_app.assignments.views import NO_DRAFT, NO_SUBMISSION, AssignmentView, VersionView
from lms_app.core import filetypes, when
from lms_app.core.words import say
from lms_app.core.work import Work
from lms_app.courses import service as courses
from lms_app.courses.models import CourseStatus
from lms_app.courses.service import Terms
from lms_app.grades import service as grades
from lms_app.policy import Can
from lms_app.rubrics import service as rubrics
from lms_app.rubrics.views import NO_RUBRIC

WORK, DONE, CLOSED, LOOK = "work", "done", "closed", "look"


def read_assignment(work: Work, *, item_id: UUID) -> AssignmentView:
    """What is asked, until when, and one's own work. Raises NotFound to strangers; a locked one says why, and no more."""
    return _view(work, enter_assignment(work, item_id, Can.SEE))


def open_assignment(work: Work, *, item_id: UUID, as_student: bool = False) -> AssignmentView:
    """`read_assignment` as the page opens it: seen from now on, and with a draft where one can be begun.

    `as_student` shows it to staff as to a student who has just joined, and keeps nothing.
    """
    entered = enter_assignment(work, item_id, Can.SEE)
    if as_student and entered.membership.is_staff:
        return _view(work, entered, as_student=True)
    courses.mark_seen(work, item_id=item_id)
    view = _view(work, entered)
    owner = owner_of(work, entered.assignment, work.user_id) if view.state == WORK and not view.draft.id else None
    if owner is None:
        return view
    new_version(work, entered.assignment, owner, None, attempt=1)
    return _view(work, entered)


def _view(work: Work, entered: Entered, *, as_student: bool = False) -> AssignmentView:
    assignment, item, membership = entered.assignment, entered.item, entered.membership
    is_staff = membership.is_staff or not membership.is_member
    locked = courses.lock_of(work, item, membership)
    me = None if is_staff else work.user_id
    dates = dates_of(work, assignment, item, me)
    owner = owner_of(work, assignment, me) if me else None
    newest = newest_version(work, item.id, owner) if owner else None
    draft = newest if newest is not None and newest.submitted_at is None else None
    current = None if draft else newest
    state, blocked = _state(work, entered, dates, owner, newest, locked, is_staff=is_staff, as_student=as_student)
    due_at = dates.due_at
    grade, grade_note = _mark(work, item.id) if me else ("", "")
    return AssignmentView(
        item_id=str(item.id),
        slug=membership.slug,
        course=membership.title,
        title=item.title,
        brief_html="" if locked else assignment.brief_html,
        rubric=NO_RUBRIC
        if locked or assignment.rubric_id is None
        else rubrics.newest(work, rubric_id=assignment.rubric_id, can=Can.SEE),
        points=when.points(assignment.points),
        rules=[] if locked else _rules(work, assignment, dates),
        opens_at=dates.opens_at,
        due_at=due_at,
        closes_at=dates.closes_at,
        due=_moment(work, due_at),
        due_note=_due_note(work, due_at, newest),
        state=state,
        blocked=blocked,
        takes_text=assignment.takes_text,
        takes_files=assignment.takes_files,
        takes_link=assignment.takes_link,
        files_hint=files_hint(assignment),
        files_max=assignment.files_max,
        file_bytes=assignment.file_mib * 1024 * 1024,
        accept=filetypes.accept(assignment.file_types),
        statement=assignment.statement,
        group=owner.group_name if owner else "",
        is_staff=is_staff,
        as_student=as_student,
        may_withdraw=bool(current and current.withdrawn_at is None and not withdrawing_ends(work, entered, current)),
        may_begin=bool(current and may_begin_again(work, entered, current, dates)),
        grade=grade,
        grade_note=grade_note,
        draft=draft_view(work, draft) if draft and state == WORK else NO_DRAFT,
        submission=submission_view(work, newest, staff=False) if newest else NO_SUBMISSION,
        versions=_versions(work, item.id, owner) if owner else [],
    )


def _state(
    work: Work,
    entered: Entered,
    dates: Terms,
    owner: Owner | None,
    newest: Submission | None,
    locked: str,
    *,
    is_staff: bool,
    as_student: bool,
) -> tuple[str, str]:
    """What can be done now, and why no more than that."""
    if is_staff:
        return WORK if as_student else LOOK, ""
    if locked:
        return CLOSED, locked
    if newest is not None and newest.submitted_at is not None:
        return DONE, ""
    if owner is None:
        return CLOSED, NO_GROUP
    if entered.membership.status == CourseStatus.ARCHIVED:
        return CLOSED, courses.ARCHIVED
    if said := closed_words(work, dates):
        return CLOSED, said
    return WORK, ""


def _rules(work: Work, assignment: Assignment, dates: Terms) -> list[str]:
    """What one should know before beginning, in sentences."""
    said: list[str] = []
    if dates.due_at:
        zone = when.zone_name(dates.due_at, work.actor.zone, work.actor.locale)
        said.append(say("Due {moment} ({zone}).", moment=_moment(work, dates.due_at), zone=zone))
    if dates.closes_at and dates.closes_at != dates.due_at:
        said.append(say("Nothing is taken after {moment}.", moment=_moment(work, dates.closes_at)))
    said += rules.policy_words(rule_of(assignment), assignment.points) if dates.due_at else []
    if assignment.missing_share is not None and dates.due_at:
        left = rules.missing(assignment.points, assignment.missing_share).points
        said.append(
            say(
                "Without a submission by then you get {left} of {points} points.",
                left=when.points(left),
                points=when.points(assignment.points),
            )
        )
    if assignment.group_work:
        marks = (
            say("Each member gets a mark of their own.")
            if assignment.own_grades
            else say("Everybody gets the same mark.")
        )
        said.append(say("One submission for your group. {marks}", marks=marks))
    said.append(_attempts(assignment, dates))
    if assignment.blind:
        said.append(say("It is marked without names: leave yours out of the text and the names of your files."))
    return said


def _attempts(assignment: Assignment, dates: Terms) -> str:
    if assignment.reopen == Reopen.NEVER or dates.attempts_allowed == 1:
        return say("You submit once. You can withdraw it until it is due.") if dates.due_at else say("You submit once.")
    most = when.plural(dates.attempts_allowed, "attempt") if dates.attempts_allowed else ""
    if assignment.reopen == Reopen.UNTIL_PASS:
        share = when.percent(assignment.pass_fraction or 0)
        if most:
            return say("You can try again until you pass, at {share}, {attempts} at most.", share=share, attempts=most)
        return say("You can try again until you pass, at {share}.", share=share)
    if most:
        return say("Your instructor may give you another attempt, {attempts} at most.", attempts=most)
    return say("Your instructor may give you another attempt.")


def files_hint(assignment: Assignment) -> str:
    """What may be handed in as a file, before anybody chooses one."""
    return filetypes.taken_words(assignment.files_max, assignment.file_mib, assignment.file_types)


def _due_note(work: Work, due_at: datetime | None, newest: Submission | None) -> str:
    """How far away it is, while there is still something to do."""
    if due_at is None or (newest is not None and newest.submitted_at is not None):
        return ""
    if due_at < work.now:
        return say("{time} late", time=rules.late_words(work.now - due_at))
    return when.ago(due_at, work.now, work.actor.locale)


def _mark(work: Work, item_id: UUID) -> tuple[str, str]:
    """One's mark once it may be seen, and how it came about."""
    graded = grades.item_of(work, source_kind=ASSIGNMENT, source_id=item_id)
    found = grades.current(work, item_id=graded.id, user_id=work.user_id)
    if found.points is None:
        return "", ""
    return when.out_of(found.points, graded.points_max), found.reason


def _versions(work: Work, item_id: UUID, owner: Owner) -> list[VersionView]:
    """What was submitted, newest first."""
    rows = work.db.exec(
        select(Submission)
        .where(
            col(Submission.assignment_id) == item_id,
            col(Submission.owner_id) == owner.id,
            col(Submission.submitted_at).is_not(None),
        )
        .order_by(col(Submission.number).desc())
    ).all()
    return [_version(work, row) for row in rows]


def _version(work: Work, row: Submission) -> VersionView:
    late = lateness_of(row)
    return VersionView(
        id=str(row.id),
        label=say("Version {number}", number=row.number),
        when=_moment(work, row.submitted_at),
        state=state_of(row),
        late=rules.late_words(late) if late else "",
    )


def _moment(work: Work, at: datetime | None) -> str:
    return when.moment(at, work.actor.zone, work.actor.locale, now=work.now) if at else ""
