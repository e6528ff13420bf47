"""A total that a person sets in place of the one that is made of the marks, and keeps from changing."""

from decimal import Decimal
from uuid import UUID

from sqlmodel import col, select

from lms_app.core import audit, when
from lms_app.core.errors import Conflict, Invalid
from lms_app.core.identity import User
from lms_app.core.work import Work
from lms_app.courses import service as courses
from lms_app.gradebook import rules
from lms_app.gradebook.models import TotalEntry
from lms_app.gradebook.service import reading
from lms_app.gradebook.views import HistoryLine, TableRow
from lms_app.grades.service import REASON_MAX
from lms_app.policy import Can

SHARE_MAX = 10


def put_total(
    work: Work,
    *,
    slug: str,
    user_id: UUID,
    share: Decimal | None,
    locked: bool = False,
    reason: str = "",
    seen: int | None = None,
) -> TableRow:
    """Set a learner's total (a share, 0.85 is 85%), or lift it with None; for whoever manages the course, with a reason.

    `seen` is the number of the entry that its author saw, 0 for none. A locked total changes once it is unlocked: send the
    same share with `locked` false. Raises Conflict where somebody changed it meanwhile.
    """
    membership = courses.enter_by_slug(work, slug, Can.MANAGE)
    course_id = membership.course_id
    reading.read_learner(work, membership, user_id)
    _check(share, reason)
    last = _last(work, course_id, user_id)
    if seen is not None and seen != (last.seq if last else 0):
        raise Conflict("This total was changed meanwhile. Yours was not saved: look at it once more.")
    was, was_locked = (last.share, last.locked) if last else (None, False)
    if (was, was_locked) != (share, locked):
        if was_locked and (locked or share != was):
            raise Conflict("This total is locked. Unlock it first.")
        entry = TotalEntry(
            course_id=course_id,
            user_id=user_id,
            share=share,
            locked=locked and share is not None,
            reason=reason.strip(),
            by_id=work.actor.user_id,
            at=work.now,
        )
        work.db.add(entry)
        work.db.flush()
        audit.record(work, "total.changed", "course", course_id, _said(was, user_id), _said(share, user_id))
        courses.tell_progress(work, course_id=course_id, user_id=user_id)
    return reading.read_row(work, membership, user_id)


def _check(share: Decimal | None, reason: str) -> None:
    wrong: dict[str, str] = {}
    if share is not None and not 0 <= share <= SHARE_MAX:
        wrong["share"] = "Enter a percentage from 0."
    if share is not None and not reason.strip():
        wrong["reason"] = "Say why: the student sees it beside the total."
    if len(reason) > REASON_MAX:
        wrong["reason"] = f"Use at most {REASON_MAX} characters."
    if wrong:
        raise Invalid(wrong)


def _last(work: Work, course_id: UUID, user_id: UUID) -> TotalEntry | None:
    return work.db.exec(
        select(TotalEntry)
        .where(col(TotalEntry.course_id) == course_id, col(TotalEntry.user_id) == user_id)
        .order_by(col(TotalEntry.seq).desc())
        .limit(1)
    ).first()


def _said(share: Decimal | None, user_id: UUID) -> dict[str, str | None]:
    return {"user_id": str(user_id), "share": None if share is None else f"{share:f}"}


# ---- For the other modules of this package: the door was theirs.


def lines(work: Work, course_id: UUID, user_id: UUID) -> list[HistoryLine]:
    """Every total that was set for a student, newest first."""
    rows = work.db.exec(
        select(TotalEntry, User.name)
        .outerjoin(User, col(User.id) == col(TotalEntry.by_id))
        .where(col(TotalEntry.course_id) == course_id, col(TotalEntry.user_id) == user_id)
        .order_by(col(TotalEntry.seq).desc())
    ).all()
    return [
        HistoryLine(
            what=_what(entry),
            reason=entry.reason,
            by=name or "",
            when=when.moment(entry.at, work.actor.zone, work.actor.locale, now=work.now),
            seq=entry.seq or 0,
        )
        for entry, name in rows
    ]


def _what(entry: TotalEntry) -> str:
    if entry.share is None:
        return "Made of the marks again"
    return f"Set to {rules.said(rules.percent(rules.exact(entry.share)))}%{', locked' if entry.locked else ''}"
