"""Marks by hand: giving one, a status, locking, undoing, and what became of it.

Nothing is overwritten: each change is an entry of its own, and one that was begun before somebody else's is refused.
"""

from decimal import Decimal
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
    work: Work,
    *,
    item_id: UUID,
    user_id: UUID,
    points: Decimal | None,
    status: str = "",
    locked: bool | None = None,
    reason: str = "",
    seen: int | None = None,
) -> TableRow:
    """Set a mark and its status, and return the student's row with its new totals. A lock says why; None leaves it.

    Where work is handed in, the points stand in place of what that room says, until None lifts them. `seen` is the number
    of the cell that its author saw: raises Conflict where somebody changed it meanwhile.
    """
    item, membership = _enter(work, item_id)
    if status not in list(Status):
        raise Invalid({"status": "Choose excused, missing or exempt."})
    if points is not None and points != round(points, 3):
        raise Invalid({"points": "Use at most three decimals."})
    was = grades.standing(work, item_id=item_id, user_id=user_id).locked
    locks = was if locked is None else locked
    if locks and not was and not reason.strip():
        raise Invalid({"reason": "Say why: whoever finds it locked will ask."})
    standing = Standing(points, status, locks, locks)
    if item.source_kind != COLUMN:
        own = grades.said_by_room(work, item_id=item_id, user_id=user_id).points
        points = own if points is None else points
        standing = Standing(points, status, locks or points != own, locks)
    change = Change(item_id, user_id, standing, seen)
    grades.put(work, course_id=item.course_id, changes=[change], reason=reason)
    return reading.read_row(work, membership, user_id)


def type_mark(work: Work, *, item_id: UUID, user_id: UUID, text: str, seen: int | None = None) -> TableRow:
    """`write_mark` as one types it: `8`, `excused`, `8 exempt`, or nothing."""
    item, _membership = _enter(work, item_id)
    points, status = _read(item, text)
    return write_mark(work, item_id=item_id, user_id=user_id, points=points, status=status, seen=seen)


def undo_mark(work: Work, *, item_id: UUID, user_id: UUID, seq: int) -> TableRow:
    """Take back the change number `seq`, the newest: what stood before it is appended again."""
    item, membership = _enter(work, item_id)
    history = grades.history(work, item_id=item_id, user_id=user_id)
    if not history or history[0].seq != seq:
        raise Conflict("This mark was changed again meanwhile. Look at its history.")
    before = _standing(item, history[1]) if len(history) > 1 else NO_STANDING
    if history[0].locked and before.points != history[0].points:
        raise Conflict("This mark is locked. Unlock it first.")
    change = Change(item_id, user_id, before, seq)
    grades.put(work, course_id=item.course_id, changes=[change], reason="Undone")
    return reading.read_row(work, membership, user_id)


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
    behind = source.behind(work, membership, [item.source_id], user_id).get(str(item.source_id)) if source else None
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
    points, status = _read(item, text)
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


def _read(item: GradeItem, text: str) -> tuple[Decimal | None, str]:
    try:
        return cells.read(text, item.points_max)
    except ValueError as error:
        raise Invalid({"points": str(error)}) from None


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
