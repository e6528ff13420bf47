"""Reading what was handed in, for its students and for whoever marks it."""

from datetime import timedelta
from uuid import UUID

from sqlmodel import col, select

from lms_app.assignments import rules
from lms_app.assignments.models import Assignment, GradeRelease, Submission, SubmissionMember
from lms_app.assignments.service.door import readable_submission
from lms_app.assignments.views import SubmissionView, SubmittedFile
from lms_app.core import files, when
from lms_app.core.errors import NotFound
from lms_app.core.files import StoredFile
from lms_app.core.identity import User
from lms_app.core.work import Work
from lms_app.courses import rules as course_rules

SUBMISSION = "submission"  # the scope of its files


def read_submission(work: Work, *, submission_id: UUID) -> SubmissionView:
    """One version of somebody's work. Whoever marks blindly reads no names. Raises NotFound to everybody else."""
    submission, staff = readable_submission(work, submission_id)
    return submission_view(work, submission, staff=staff)


def submission_files_door(work: Work, submission_id: UUID) -> None:
    """Who may fetch the files of a submission: its students, and the course's staff once it is submitted."""
    try:
        readable_submission(work, submission_id)
    except NotFound:
        raise NotFound(files.NO_FILE) from None


# ---- For the other modules of this package: the door was theirs.


def submission_view(work: Work, submission: Submission, *, staff: bool) -> SubmissionView:
    """As its students see it, or, to `staff`, without names where the marking is blind."""
    assignment = work.db.get_one(Assignment, submission.assignment_id)
    late = lateness_of(submission)
    hidden = staff and hides_names(work, assignment)
    names = [] if hidden else names_of(work, submission)
    return SubmissionView(
        id=str(submission.id),
        assignment_id=str(submission.assignment_id),
        student=rules.alias_of(assignment.item_id, submission.owner_id)
        if hidden
        else submission.group_name or ", ".join(names),
        members=names,
        number=submission.number,
        attempt=submission.attempt,
        state=state_of(submission),
        body=submission.body,
        body_html=submission.body_html,
        link=submission.link,
        files=files_of(work, submission.id),
        submitted_at=submission.submitted_at,
        when=when.moment(submission.submitted_at, work.actor.zone, work.actor.locale, now=work.now)
        if submission.submitted_at
        else "",
        late=rules.late_words(late) if late else "",
        late_seconds=int(late.total_seconds()),
        statement=submission.statement,
        reference=rules.reference_of(submission.id),
        newest=newest_submitted(work, submission.assignment_id, submission.owner_id) in (None, submission.id),
    )


def hides_names(work: Work, assignment: Assignment) -> bool:
    """Whether its markers read aliases in place of names: until the grades are published."""
    return assignment.blind and not is_released(work, assignment.item_id)


def is_released(work: Work, assignment_id: UUID) -> bool:
    """Whether students see their marks."""
    return work.db.get(GradeRelease, assignment_id) is not None


def state_of(submission: Submission) -> str:
    if submission.submitted_at is None:
        return "draft"
    return "withdrawn" if submission.withdrawn_at else "submitted"


def lateness_of(submission: Submission) -> timedelta:
    """How late it is; a draft is not late yet."""
    at = submission.submitted_at
    return rules.lateness(at, submission.due_at) if at else timedelta(0)


def files_of(work: Work, submission_id: UUID) -> list[SubmittedFile]:
    """In the order in which they came."""
    statement = select(StoredFile).where(col(StoredFile.scope) == SUBMISSION, col(StoredFile.scope_id) == submission_id)
    return [_file(row) for row in work.db.exec(statement.order_by(col(StoredFile.created_at), col(StoredFile.id)))]


def names_of(work: Work, submission: Submission) -> list[str]:
    """Who shares in it; of a draft, who wrote in it last."""
    if submission.submitted_at is None:
        return [work.db.get_one(User, submission.user_id).name]
    statement = (
        select(User.name)
        .join(SubmissionMember, col(SubmissionMember.user_id) == col(User.id))
        .where(col(SubmissionMember.submission_id) == submission.id)
        .order_by(col(User.name), col(User.id))
    )
    return list(work.db.exec(statement).all())


def newest_submitted(work: Work, assignment_id: UUID, owner_id: UUID) -> UUID | None:
    """The version that counts: the last one that was submitted and not withdrawn."""
    statement = (
        select(Submission.id)
        .where(
            col(Submission.assignment_id) == assignment_id,
            col(Submission.owner_id) == owner_id,
            col(Submission.submitted_at).is_not(None),
            col(Submission.withdrawn_at).is_(None),
        )
        .order_by(col(Submission.number).desc())
        .limit(1)
    )
    return work.db.exec(statement).first()


def _file(row: StoredFile) -> SubmittedFile:
    view = files.view_of(row)
    return SubmittedFile(
        id=view.id,
        name=view.name,
        media_type=view.media_type,
        size=course_rules.size_words(view.size_bytes),
        size_bytes=view.size_bytes,
        sha256=row.sha256,
        url=view.url,
    )
