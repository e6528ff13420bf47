"""Marks, appended and never edited. Whoever marks calls `record` in the transaction of the marking.

`put_item` and `record` are for the rooms that mark (quizzes, assignments), never for routes: whoever may call `record`
decides the mark.
"""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import and_, func, or_
from sqlmodel import col, select

from lms_app.core import audit
from lms_app.core.errors import Invalid, NotFound
from lms_app.core.identity import User
from lms_app.core.work import Work
from lms_app.courses import service as courses
from lms_app.courses.models import OutlineItem
from lms_app.grades import rules
from lms_app.grades.models import GradeEntry, GradeItem
from lms_app.grades.views import EntryView, GradeItemView, GradeView
from lms_app.policy import Can

NO_ITEM = "We could not find that mark. It may have moved, or you may not have access."


def put_item(
    work: Work,
    *,
    course_id: UUID,
    source_kind: str,
    source_id: UUID,
    title: str,
    points_max: Decimal,
    hidden: bool = False,
    shown_from: datetime | None = None,
) -> GradeItemView:
    """Make or change what `source_id` can earn. Marks given before keep their share of the points."""
    courses.enter(work, course_id, Can.AUTHOR)
    if points_max < 0:
        raise Invalid({"points_max": "Enter points from 0."})
    item = _of_source(work, source_kind, source_id)
    if item is None:
        item = GradeItem(
            course_id=course_id,
            source_kind=source_kind,
            source_id=source_id,
            title=title,
            points_max=points_max,
            created_at=work.now,
        )
    elif item.course_id != course_id:
        raise NotFound(NO_ITEM)
    item.title, item.points_max, item.hidden, item.shown_from = title, points_max, hidden, shown_from
    work.db.add(item)
    work.db.flush()
    return _item_view(work, item)


def record(
    work: Work,
    *,
    item_id: UUID,
    user_id: UUID,
    points: Decimal | None,
    reason: str,
    points_max: Decimal | None = None,
    by_id: UUID | None = None,
) -> GradeView:
    """Give a student a mark in an item, out of `points_max` (the item's own if it is left out); None takes it back.

    The same mark again appends nothing. A new one tells `course_progress`, since a certificate may hang on it.
    Raises NotFound to strangers and Forbidden to members who may not grade, unless the mark is for their own work.
    """
    item = _graded_item(work, item_id, user_id)
    out_of = item.points_max if points_max is None else points_max
    if points is not None and not 0 <= points <= out_of:
        raise Invalid({"points": f"Enter points from 0 to {out_of.normalize():f}."})
    last = _last(work, item_id, user_id)
    if last is None or (last.points, last.points_max) != (points, out_of):
        entry = GradeEntry(
            item_id=item_id,
            user_id=user_id,
            points=points,
            points_max=out_of,
            reason=reason,
            by_id=by_id,
            at=work.now,
        )
        work.db.add(entry)
        work.db.flush()
        if last is not None or by_id is not None:  # a first mark by machine is its own record
            audit.record(work, "grade.changed", "grade_item", item_id, _said(last, user_id), _said(entry, user_id))
        last = entry
        courses.tell_progress(work, course_id=item.course_id, user_id=user_id)
    return _view(work, item, last)


def current(work: Work, *, item_id: UUID, user_id: UUID) -> GradeView:
    """A student's mark in one item; students see their own, and only once it is shown."""
    item = _graded_item(work, item_id, user_id)
    return _as_seen(work, item, _last(work, item_id, user_id), staff=_is_staff(work, item.course_id))


def of_course(work: Work, *, course_id: UUID, user_id: UUID) -> list[GradeView]:
    """A student's marks in every published item of a course, in the order in which the items were made.

    To students, their own: what is not shown yet comes without points.
    """
    courses.enter(work, course_id, Can.SEE if user_id == work.actor.user_id else Can.GRADE)
    newest = (
        select(GradeEntry.item_id, func.max(GradeEntry.seq).label("seq"))
        .where(col(GradeEntry.user_id) == user_id)
        .group_by(col(GradeEntry.item_id))
        .subquery()
    )
    rows = work.db.exec(
        select(GradeItem, GradeEntry)
        .outerjoin(newest, newest.c.item_id == col(GradeItem.id))
        .outerjoin(GradeEntry, col(GradeEntry.seq) == newest.c.seq)
        .outerjoin(OutlineItem, col(OutlineItem.id) == col(GradeItem.source_id))
        .where(
            col(GradeItem.course_id) == course_id,
            or_(col(OutlineItem.id).is_(None), col(OutlineItem.published)),
        )
        .order_by(col(GradeItem.created_at), col(GradeItem.id))
    ).all()
    staff = _is_staff(work, course_id)
    return [_as_seen(work, item, entry, staff=staff) for item, entry in rows]


def history(work: Work, *, item_id: UUID, user_id: UUID) -> list[EntryView]:
    """Every mark this student was ever given in an item, newest first; for whoever may grade."""
    item = work.db.get(GradeItem, item_id)
    if item is None:
        raise NotFound(NO_ITEM)
    courses.enter(work, item.course_id, Can.GRADE)
    rows = work.db.exec(
        select(GradeEntry, User.name)
        .outerjoin(User, col(User.id) == col(GradeEntry.by_id))
        .where(and_(col(GradeEntry.item_id) == item_id, col(GradeEntry.user_id) == user_id))
        .order_by(col(GradeEntry.seq).desc())
    ).all()
    return [EntryView(e.points, e.points_max, e.reason, name or "", e.at) for e, name in rows]


def item_of(work: Work, *, source_kind: str, source_id: UUID) -> GradeItemView:
    """The item that `source_id` earns points in."""
    item = _of_source(work, source_kind, source_id)
    if item is None:
        raise NotFound(NO_ITEM)
    courses.enter(work, item.course_id, Can.SEE)
    return _item_view(work, item)


def _of_source(work: Work, kind: str, source_id: UUID) -> GradeItem | None:
    return work.db.exec(
        select(GradeItem).where(col(GradeItem.source_kind) == kind, col(GradeItem.source_id) == source_id)
    ).first()


def _graded_item(work: Work, item_id: UUID, user_id: UUID) -> GradeItem:
    item = work.db.get(GradeItem, item_id)
    if item is None:
        raise NotFound(NO_ITEM)
    courses.enter(work, item.course_id, Can.SEE if user_id == work.actor.user_id else Can.GRADE)
    return item


def _is_staff(work: Work, course_id: UUID) -> bool:
    return courses.enter(work, course_id, Can.SEE).is_staff


def _last(work: Work, item_id: UUID, user_id: UUID) -> GradeEntry | None:
    return work.db.exec(
        select(GradeEntry)
        .where(col(GradeEntry.item_id) == item_id, col(GradeEntry.user_id) == user_id)
        .order_by(col(GradeEntry.seq).desc())
        .limit(1)
    ).first()


def _said(entry: GradeEntry | None, user_id: UUID) -> dict[str, str | None]:
    points = None if entry is None or entry.points is None else f"{entry.points:f}"
    return {"user_id": str(user_id), "points": points}


def _as_seen(work: Work, item: GradeItem, entry: GradeEntry | None, *, staff: bool) -> GradeView:
    view = _view(work, item, entry)
    return view if staff or view.item.shown else GradeView(view.item, None, None, "")


def _view(work: Work, item: GradeItem, entry: GradeEntry | None) -> GradeView:
    if entry is None or entry.points is None:
        return GradeView(_item_view(work, item), None, entry.at if entry else None, entry.reason if entry else "")
    points = rules.scaled(entry.points, entry.points_max, item.points_max)
    return GradeView(_item_view(work, item), points, entry.at, entry.reason)


def _item_view(work: Work, item: GradeItem) -> GradeItemView:
    return GradeItemView(
        id=item.id,
        course_id=item.course_id,
        source_kind=item.source_kind,
        source_id=item.source_id,
        title=item.title,
        points_max=item.points_max,
        shown=rules.is_shown(work.now, hidden=item.hidden, shown_from=item.shown_from),
    )
