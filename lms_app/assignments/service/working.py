"""A student's work until it is handed in: whose it is, its draft, its files."""

from dataclasses import dataclass
from urllib.parse import urlsplit
from uuid import UUID

from sqlalchemy import update
from sqlmodel import col, select

from lms_app.assignments.models import Assignment, Submission
from lms_app.assignments.service.dates import dates_of
from lms_app.assignments.service.door import Entered, enter_assignment, own_submission
from lms_app.assignments.service.reading import SUBMISSION
from lms_app.assignments.views import DraftView
from lms_app.core import files, filetypes, when
from lms_app.core.errors import Conflict, Forbidden, Invalid, NotFound
from lms_app.core.files import Staged
from lms_app.core.identity import User
from lms_app.core.words import say
from lms_app.core.work import Work
from lms_app.courses.models import CourseGroup, CourseGroupMember
from lms_app.courses.service import Terms
from lms_app.policy import Can

BODY_MAX = 200_000
LINK_MAX = 2_000
NO_GROUP = (
    "You are in no group of this course yet, and this is work for groups. Ask your instructor to put you into one."
)
SUBMITTED = "This was submitted already. Withdraw it to change it."
CHANGED = "{who} changed this text while you did. Choose which one goes on."


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose work it is: a person's, or with a name a group's."""

    id: UUID
    group_name: str = ""


def read_draft(work: Work, *, submission_id: UUID) -> DraftView:
    """A draft as it stands, for whoever writes in it. Raises Conflict when it was submitted."""
    return draft_view(work, _own_draft(work, submission_id))


def begin_draft(work: Work, *, item_id: UUID) -> DraftView:
    """The draft to work on: the one that there is, or the first. Raises Forbidden where nothing can be begun now."""
    entered = enter_assignment(work, item_id, Can.ATTEMPT)
    owner = owner_of(work, entered.assignment, work.user_id)
    if owner is None:
        raise Forbidden(NO_GROUP)
    draft = draft_of(work, item_id, owner)
    if draft is None:
        if newest_version(work, item_id, owner) is not None:
            raise Conflict(SUBMITTED)
        check_open(work, entered, dates_of(work, entered.assignment, entered.item, work.user_id))
        draft = new_version(work, entered.assignment, owner, None, attempt=1)
    return draft_view(work, draft)


def save_draft(
    work: Work, *, submission_id: UUID, body: str | None = None, link: str | None = None, seen: int | None = None
) -> DraftView:
    """Keep what was written so far; what is None stays as it is.

    `seen` is the `seq` that the writer had before them; None takes whatever is there. Raises Conflict where another tab,
    or somebody else of the group, wrote meanwhile, or when it was submitted; Invalid by field.
    """
    draft = _own_draft(work, submission_id)
    new_body, new_link = draft.body if body is None else body, draft.link if link is None else link.strip()
    check_written(new_body, new_link)
    if (new_body, new_link) == (draft.body, draft.link):
        return draft_view(work, draft)
    if seen is not None and seen != draft.seq:
        raise Conflict(CHANGED.format(who=_who(work, draft)))
    changed = work.db.connection().execute(
        update(Submission)
        .where(
            col(Submission.id) == submission_id,
            col(Submission.submitted_at).is_(None),
            col(Submission.seq) == draft.seq,
        )
        .values(body=new_body, link=new_link, seq=draft.seq + 1, user_id=work.user_id, saved_at=work.now)
    )
    work.db.refresh(draft)
    if not changed.rowcount:
        raise Conflict(SUBMITTED if draft.submitted_at else CHANGED.format(who=_who(work, draft)))
    return draft_view(work, draft)


def submission_writers_door(work: Work, submission_id: UUID) -> None:
    """Who may add and remove files: whoever writes the draft, while it is one and the assignment is open to them."""
    draft = _own_draft(work, submission_id)
    try:
        entered = enter_assignment(work, draft.assignment_id, Can.ATTEMPT)
    except NotFound:
        raise NotFound(files.NO_FILE) from None
    check_open(work, entered, dates_of(work, entered.assignment, entered.item, work.user_id))
    if not entered.assignment.takes_files:
        raise Forbidden("This assignment takes no files.")


def check_file(work: Work, submission_id: UUID, staged: Staged, name: str) -> None:
    """What a file of a submission must be (`files.CHECKS`). Raises Invalid: too many, too large, of another type."""
    draft = _own_draft(work, submission_id)
    assignment = work.db.get_one(Assignment, draft.assignment_id)
    if staged.size_bytes > assignment.file_mib * 1024 * 1024:
        raise Invalid({"file": say("A file may have at most {file_mib} MB here.", file_mib=assignment.file_mib)})
    if wrong := filetypes.wrong_type(files.media_type_of(staged.head, name), assignment.file_types):
        raise Invalid({"file": wrong})
    # The row first: two uploads at once would each still count the files without the other one.
    work.db.connection().execute(
        update(Submission).where(col(Submission.id) == submission_id).values(saved_at=work.now)
    )
    if wrong := filetypes.too_many(len(files.of(work, SUBMISSION, submission_id)), assignment.files_max):
        raise Invalid({"file": wrong})


# ---- For the other modules of this package: the door was theirs.


def owner_of(work: Work, assignment: Assignment, user_id: UUID) -> Owner | None:
    """Whose work it is that somebody does here; None for group work without a group.

    Who is in several groups works in the one that has begun, else in the first by name.
    """
    if not assignment.group_work:
        return Owner(user_id)
    statement = (
        select(CourseGroup.id, CourseGroup.name)
        .join(CourseGroupMember, col(CourseGroupMember.group_id) == col(CourseGroup.id))
        .outerjoin(
            Submission,
            (col(Submission.owner_id) == col(CourseGroup.id))
            & (col(Submission.assignment_id) == assignment.item_id)
            & (col(Submission.number) == 1),
        )
        .where(col(CourseGroup.course_id) == assignment.course_id, col(CourseGroupMember.user_id) == user_id)
        .order_by(col(Submission.id).is_(None), col(CourseGroup.folded), col(CourseGroup.id))
        .limit(1)
    )
    found = work.db.exec(statement).first()
    return Owner(found[0], found[1]) if found else None


def draft_of(work: Work, item_id: UUID, owner: Owner) -> Submission | None:
    return work.db.exec(
        select(Submission).where(
            col(Submission.assignment_id) == item_id,
            col(Submission.owner_id) == owner.id,
            col(Submission.submitted_at).is_(None),
        )
    ).first()


def newest_version(work: Work, item_id: UUID, owner: Owner) -> Submission | None:
    return work.db.exec(
        select(Submission)
        .where(col(Submission.assignment_id) == item_id, col(Submission.owner_id) == owner.id)
        .order_by(col(Submission.number).desc())
        .limit(1)
    ).first()


def new_version(
    work: Work, assignment: Assignment, owner: Owner, before: Submission | None, *, attempt: int
) -> Submission:
    """A draft that begins with what was there before, its files too."""
    draft = Submission(
        assignment_id=assignment.item_id,
        course_id=assignment.course_id,
        owner_id=owner.id,
        group_name=owner.group_name,
        user_id=before.user_id if before else work.user_id,
        number=before.number + 1 if before else 1,
        attempt=attempt,
        body=before.body if before else "",
        link=before.link if before else "",
        saved_at=work.now,
    )
    work.db.add(draft)
    work.db.flush()
    if before is not None:
        files.copy_all(work, SUBMISSION, {before.id: draft.id})
    return draft


def check_open(work: Work, entered: Entered, dates: Terms) -> None:
    """Raises Forbidden after the cut-off."""
    if said := closed_words(work, dates):
        raise Forbidden(said)


def closed_words(work: Work, dates: Terms) -> str:
    """Why nothing is taken any more; empty while something is."""
    if dates.closes_at is None or work.now <= dates.closes_at:
        return ""
    at = when.moment(dates.closes_at, work.actor.zone, work.actor.locale, now=work.now)
    return say("This closed on {at}. Ask your instructor if you need more time.", at=at)


def check_written(body: str, link: str) -> None:
    """Raises Invalid for what cannot be kept. A link is checked when it is submitted: one may be half typed."""
    wrong: dict[str, str] = {}
    if len(body) > BODY_MAX:
        wrong["body"] = say("Shorten the text to {body_max:,} characters.", body_max=BODY_MAX)
    if len(link) > LINK_MAX:
        wrong["link"] = say("Enter a link of up to {link_max:,} characters.", link_max=LINK_MAX)
    if wrong:
        raise Invalid(wrong)


def is_link(link: str) -> bool:
    try:
        parts = urlsplit(link)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and not any(c.isspace() for c in link)


def draft_view(work: Work, draft: Submission) -> DraftView:
    return DraftView(
        id=str(draft.id),
        seq=draft.seq,
        body=draft.body,
        link=draft.link,
        saved=when.clock(draft.saved_at, work.actor.zone, work.actor.locale) if draft.seq else "",
        by=_who(work, draft) if draft.group_name and draft.user_id != work.actor.user_id else "",
    )


def _own_draft(work: Work, submission_id: UUID) -> Submission:
    draft = own_submission(work, submission_id)
    if draft.submitted_at is not None:
        raise Conflict(SUBMITTED)
    return draft


def _who(work: Work, draft: Submission) -> str:
    if draft.user_id == work.actor.user_id:
        return say("Another tab of yours")
    user = work.db.get(User, draft.user_id)
    return user.name if user else "Somebody"
