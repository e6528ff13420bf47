"""Marks by hand: giving one, a status, locking, undoing, and what became of it.

Nothing is overwritten: each change is an entry of its own, and one that was begun before somebody else's is refused.
"""

from dataclasses import replace
from uuid import UUID

from lms_app.core import when
from lms_app.core.errors import Conflict, Invalid, NotFound
from lms_app.core.identity import User
from lms_app.core.work import Work
from lms_app.courses import service as courses
from lms_app.courses.views import Membership
from lms_app.gradebook import rules
from lms_app.gradebook.rules import cells
from lms_app.gradebook.service import reading
from lms_app.gradebook.service.sources import COLUMN, SOURCES
from lms_app.gradebook.views import CellDetail, HistoryLine, TableRow
from lms_app.grades import rules as grade_rules
from lms_app.grades import service as grades
from lms_app.grades.models import GradeItem, Status
from lms_app.grades.service import NO_ITEM
from lms_app.grades.views import NO_STANDING, Change, EntryView, Standing
from lms_app.policy import Can


def write_mark(
    work: Work, *, item_id: UUID, user_id: UUID, text: str, seen: int | None = None, reason: str = ""
) -> TableRow:
    """Give a mark as one types it (`rules/cells.py`), and return the student's row with its new totals.

    Where work is handed in, it stands in place of what that room says, until an empty text lifts it.
    """
    item, membership = _enter(work, item_id)
    try:
        points, status = cells.read(text, item.points_max)
    except ValueError as error:
        raise Invalid({"points": str(error)}) from None
    standing = Standing(points, status)
    if item.source_kind != COLUMN:
        own = grades.said_by_room(work, item_id=item_id, user_id=user_id).points
        standing = Standing(own, status) if points is None else replace(standing, override=points != own)
    return _put(work, item, membership, user_id, standing, seen, reason)


def put_status(
    work: Work, *, item_id: UUID, user_id: UUID, status: str, seen: int | None = None, reason: str = ""
) -> TableRow:
    """Excuse from a column, call it missing or exempt, or take that back with an empty status. The points stay."""
    item, membership = _enter(work, item_id)
    if status not in list(Status):
        raise Invalid({"status": "Choose excused, missing or exempt."})
    standing = replace(_now(work, item_id, user_id), status=status)
    return _put(work, item, membership, user_id, standing, seen, reason)


def lock_mark(
    work: Work, *, item_id: UUID, user_id: UUID, locked: bool, seen: int | None = None, reason: str = ""
) -> TableRow:
    """Keep a mark as it is, whatever comes, or let it change again. A lock says why."""
    item, membership = _enter(work, item_id)
    if locked and not reason.strip():
        raise Invalid({"reason": "Say why: whoever finds it locked will ask."})
    own = grades.said_by_room(work, item_id=item_id, user_id=user_id)
    now = _now(work, item_id, user_id)
    stays = locked or (item.source_kind != COLUMN and now.points != own.points)
    return _put(work, item, membership, user_id, replace(now, locked=locked, override=stays), seen, reason)


def undo_mark(work: Work, *, item_id: UUID, user_id: UUID, seq: int) -> TableRow:
    """Take back the change number `seq`, the newest: what stood before it is appended again."""
    item, membership = _enter(work, item_id)
    history = grades.history(work, item_id=item_id, user_id=user_id)
    if not history or history[0].seq != seq:
        raise Conflict("This mark was changed again meanwhile. Look at its history.")
    before = _standing(item, history[1]) if len(history) > 1 else NO_STANDING
    if history[0].locked and before.points != history[0].points:
        raise Conflict("This mark is locked. Unlock it first.")
    return _put(work, item, membership, user_id, before, seq, "Undone")


def read_mark(work: Work, *, item_id: UUID, user_id: UUID) -> CellDetail:
    """One mark, with all that ever became of it and the way to the work behind it."""
    item, membership = _enter(work, item_id)
    row = reading.row_of(work, membership, user_id)
    cell = next((cell for column, cell in row if column.id == str(item_id)), None)
    if cell is None:
        raise NotFound(NO_ITEM)
    history = grades.history(work, item_id=item_id, user_id=user_id)
    own = None
    if item.source_kind != COLUMN:
        own = grades.said_by_room(work, item_id=item_id, user_id=user_id).points
    source = SOURCES.get(item.source_kind)
    behind = source.behind(work, [item.source_id], user_id).get(str(item.source_id)) if source else None
    return CellDetail(
        item_id=str(item_id),
        user_id=str(user_id),
        name=work.db.get_one(User, user_id).name,
        title=item.title,
        points=cell.points,
        points_max=item.points_max,
        state=cell.state,
        status=history[0].status if history else "",
        override=cell.override,
        locked=cell.locked,
        own=own,
        seq=cell.seq,
        url=behind.url if behind else "",
        history=[_line(work, entry) for entry in history],
    )


def fill_column(work: Work, *, item_id: UUID, text: str) -> int:
    """Give everybody who has no mark in a column this one, and return how many they are."""
    item, membership = _enter(work, item_id)
    try:
        points, status = cells.read(text, item.points_max)
    except ValueError as error:
        raise Invalid({"points": str(error)}) from None
    if points is None and not status:
        raise Invalid({"points": "Enter the points that everybody without a mark gets."})
    empty = reading.without_mark(work, membership, item_id)
    override = item.source_kind != COLUMN
    changes = [Change(item_id, user_id, Standing(points, status, override), seen) for user_id, seen in empty]
    grades.put(work, course_id=item.course_id, changes=changes, reason="Given to everybody without a mark")
    return len(changes)


def _enter(work: Work, item_id: UUID) -> tuple[GradeItem, Membership]:
    item = work.db.get(GradeItem, item_id)
    if item is None:
        raise NotFound(NO_ITEM)
    return item, courses.enter(work, item.course_id, Can.GRADE)


def _put(
    work: Work,
    item: GradeItem,
    membership: Membership,
    user_id: UUID,
    standing: Standing,
    seen: int | None,
    reason: str,
) -> TableRow:
    change = Change(item.id, user_id, standing, seen)
    grades.put(work, course_id=item.course_id, changes=[change], reason=reason)
    return reading.read_row(work, membership, user_id)


def _now(work: Work, item_id: UUID, user_id: UUID) -> Standing:
    return grades.standing(work, item_id=item_id, user_id=user_id)


def _standing(item: GradeItem, entry: EntryView) -> Standing:
    points = None if entry.points is None else grade_rules.scaled(entry.points, entry.points_max, item.points_max)
    return Standing(points, entry.status, entry.override, entry.locked)


def _line(work: Work, entry: EntryView) -> HistoryLine:
    mark = "No mark" if entry.points is None else f"{rules.said(entry.points)} of {rules.said(entry.points_max)}"
    beside = [
        entry.status,
        "set by hand" if entry.override and not entry.locked else "",
        "locked" if entry.locked else "",
    ]
    return HistoryLine(
        what=", ".join(filter(None, [mark, *beside])),
        reason=entry.reason,
        by=entry.by,
        when=when.moment(entry.at, work.actor.zone, work.actor.locale, now=work.now),
        seq=entry.seq,
    )
