"""Marks, appended and never edited. Whoever marks calls `record` in the transaction of the marking.

`put_item` and `record` are for the rooms that mark (quizzes, assignments), never for routes: whoever may call `record`
decides the mark. What a person sets by hand goes through `put`, and stays until a person changes it.
"""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import and_, func, or_
from sqlmodel import col, select

from lms_app.core import audit, outbox, when
from lms_app.core.errors import Conflict, Invalid, NotFound
from lms_app.core.identity import User
from lms_app.core.words import say
from lms_app.core.work import Work
from lms_app.courses import service as courses
from lms_app.courses.models import LEARNS, CourseMember, OutlineItem
from lms_app.grades import rules
from lms_app.grades.models import GradeEntry, GradeItem, Status
from lms_app.grades.views import NO_STANDING, Change, EntryView, GradeItemView, GradeView, Standing
from lms_app.policy import Can

GRADES_SHOWN = "grades_shown"  # an item's marks can be seen by their students from this moment on
REASON_MAX = 200
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
    before = (item.hidden, item.shown_from)
    item.title, item.points_max, item.hidden, item.shown_from = title, points_max, hidden, shown_from
    work.db.add(item)
    work.db.flush()
    if before != (hidden, shown_from) and (not hidden or shown_from is not None):
        outbox.put(work, GRADES_SHOWN, {"course_id": str(course_id)}, due_at=shown_from if hidden else None)
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
    _check(points, out_of)
    last = _last(work, item_id, user_id)
    held = last is not None and last.override
    said = _last(work, item_id, user_id, override=False) if held else last
    if said is None or (said.points, said.points_max) != (points, out_of):
        kept = last.status if last is not None and last.status in (Status.EXCUSED, Status.EXEMPT) else Status.NONE
        entry = GradeEntry(
            item_id=item_id,
            user_id=user_id,
            points=points,
            points_max=out_of,
            status=kept,
            reason=reason,
            by_id=by_id,
            at=work.now,
        )
        work.db.add(entry)
        work.db.flush()
        if said is not None or by_id is not None:  # a first mark by machine is its own record
            audit.record(work, "grade.changed", "grade_item", item_id, _said(said, user_id), _said(entry, user_id))
        if last is not None and held:
            stands = _standing(last, last.points_max)
            work.db.add(_entry(work, item_id, user_id, stands, last.points_max, last.reason, last.by_id))
            work.db.flush()
        else:
            last = entry
        courses.tell_progress(work, course_id=item.course_id, user_id=user_id)
    return _view(work, item, last)


def put(work: Work, *, course_id: UUID, changes: Sequence[Change], reason: str = "") -> list[int]:
    """Set marks by hand, all or none, for whoever may grade, and return their numbers. What changes nothing appends nothing.

    Raises Conflict where somebody changed a mark meanwhile, and where one is locked, unless the lock alone goes.
    """
    courses.enter(work, course_id, Can.GRADE)
    if len(reason) > REASON_MAX:
        raise Invalid({"reason": say("Use at most {reason_max} characters.", reason_max=REASON_MAX)})
    items = _items(work, course_id, {change.item_id for change in changes})
    done = _learners(work, course_id, {change.user_id for change in changes})
    last = _newest(work, changes)
    numbers: list[int | GradeEntry] = []
    said: dict[UUID, list[tuple[dict[str, str | None], dict[str, str | None]]]] = {}
    for change in changes:
        item, before = items[change.item_id], last.get((change.item_id, change.user_id))
        entry = _changed(work, item, change, before, reason.strip())
        numbers.append(entry or (before.seq or 0 if before else 0))
        if entry is not None:
            work.db.add(entry)
            said.setdefault(item.id, []).append((_said(before, change.user_id), _said(entry, change.user_id)))
    work.db.flush()
    for item_id, pairs in said.items():
        audit.record_each(work, "grade.changed", "grade_item", item_id, pairs)
    changed = [one.user_id for one in numbers if isinstance(one, GradeEntry)]
    for user_id in dict.fromkeys(user_id for user_id in changed if done[user_id]):
        courses.tell_progress(work, course_id=course_id, user_id=user_id)
    return [one.seq or 0 if isinstance(one, GradeEntry) else one for one in numbers]


def standing(work: Work, *, item_id: UUID, user_id: UUID) -> Standing:
    """A mark as it stands, with all beside it; for whoever may grade."""
    item = _graded_item(work, item_id, user_id, Can.GRADE)
    last = _last(work, item_id, user_id)
    return _standing(last, item.points_max) if last else NO_STANDING


def said_by_room(work: Work, *, item_id: UUID, user_id: UUID) -> Standing:
    """What the room that marks said last, below any override; for whoever may grade."""
    item = _graded_item(work, item_id, user_id, Can.GRADE)
    last = _last(work, item_id, user_id, override=False)
    return _standing(last, item.points_max) if last else NO_STANDING


def own_points(
    work: Work, *, course_id: UUID, item_ids: Sequence[UUID], user_ids: Sequence[UUID]
) -> dict[tuple[UUID, UUID], Decimal]:
    """What the rooms that mark said last of several marks, by item and student, below any override. One query."""
    courses.enter(work, course_id, Can.GRADE)
    newest = (
        select(func.max(GradeEntry.seq))
        .where(
            col(GradeEntry.item_id).in_(item_ids),
            col(GradeEntry.user_id).in_(user_ids),
            ~col(GradeEntry.override),
        )
        .group_by(col(GradeEntry.item_id), col(GradeEntry.user_id))
    )
    rows = work.db.exec(
        select(GradeEntry, col(GradeItem.points_max))
        .join(GradeItem, col(GradeItem.id) == col(GradeEntry.item_id))
        .where(col(GradeEntry.seq).in_(newest), col(GradeItem.course_id) == course_id)
    ).all()
    return {
        (entry.item_id, entry.user_id): rules.scaled(entry.points, entry.points_max, out_of)
        for entry, out_of in rows
        if entry.points is not None
    }


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
            col(GradeItem.removed_at).is_(None),
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
    return [
        EntryView(e.points, e.points_max, e.reason, name or "", e.at, e.status, e.override, e.locked, e.seq or 0)
        for e, name in rows
    ]


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


def _graded_item(work: Work, item_id: UUID, user_id: UUID, can: Can | None = None) -> GradeItem:
    item = work.db.get(GradeItem, item_id)
    if item is None:
        raise NotFound(NO_ITEM)
    courses.enter(work, item.course_id, can or (Can.SEE if user_id == work.actor.user_id else Can.GRADE))
    return item


def _items(work: Work, course_id: UUID, item_ids: set[UUID]) -> dict[UUID, GradeItem]:
    rows = work.db.exec(
        select(GradeItem).where(
            col(GradeItem.course_id) == course_id, col(GradeItem.id).in_(item_ids), col(GradeItem.removed_at).is_(None)
        )
    ).all()
    if len(rows) < len(item_ids):
        raise NotFound(NO_ITEM)
    return {item.id: item for item in rows}


def _learners(work: Work, course_id: UUID, user_ids: set[UUID]) -> dict[UUID, bool]:
    """Whether they have completed the course, of learners. Whoever else marks them waits, where two may write at once."""
    rows = work.db.exec(
        select(CourseMember.user_id, CourseMember.completed_at)
        .where(
            col(CourseMember.course_id) == course_id,
            col(CourseMember.user_id).in_(user_ids),
            LEARNS,
        )
        .order_by(col(CourseMember.user_id))
        .with_for_update()
    ).all()
    if len(rows) < len(user_ids):
        raise NotFound("We could not find that learner in this course.")
    return {user_id: completed_at is not None for user_id, completed_at in rows}


def _newest(work: Work, changes: Sequence[Change]) -> dict[tuple[UUID, UUID], GradeEntry]:
    newest = (
        select(func.max(GradeEntry.seq))
        .where(
            col(GradeEntry.item_id).in_({change.item_id for change in changes}),
            col(GradeEntry.user_id).in_({change.user_id for change in changes}),
        )
        .group_by(col(GradeEntry.item_id), col(GradeEntry.user_id))
    )
    rows = work.db.exec(select(GradeEntry).where(col(GradeEntry.seq).in_(newest))).all()
    return {(entry.item_id, entry.user_id): entry for entry in rows}


def _changed(work: Work, item: GradeItem, change: Change, last: GradeEntry | None, reason: str) -> GradeEntry | None:
    """The entry that a change appends; None where nothing is different."""
    standing = change.standing
    _check(standing.points, item.points_max)
    if change.seen is not None and change.seen != (last.seq if last else 0):
        raise Conflict(_meanwhile(work, last))
    before = _standing(last, item.points_max) if last else NO_STANDING
    if standing == before:
        return None
    if before.locked and (standing.locked or standing.points != before.points):
        raise Conflict("This mark is locked. Unlock it first.")
    return _entry(work, item.id, change.user_id, standing, item.points_max, reason, work.actor.user_id)


def _check(points: Decimal | None, out_of: Decimal) -> None:
    if points is not None and not 0 <= points <= out_of:
        raise Invalid({"points": say("Enter points from 0 to {points:f}.", points=out_of.normalize())})


def _entry(
    work: Work, item_id: UUID, user_id: UUID, standing: Standing, out_of: Decimal, reason: str, by_id: UUID | None
) -> GradeEntry:
    return GradeEntry(
        item_id=item_id,
        user_id=user_id,
        points=standing.points,
        points_max=out_of,
        status=standing.status,
        override=standing.override,
        locked=standing.locked,
        reason=reason,
        by_id=by_id,
        at=work.now,
    )


def _standing(entry: GradeEntry, out_of: Decimal) -> Standing:
    points = None if entry.points is None else rules.scaled(entry.points, entry.points_max, out_of)
    return Standing(points, entry.status, entry.override, entry.locked)


def _meanwhile(work: Work, last: GradeEntry | None) -> str:
    if last is None:
        return say("This mark was changed meanwhile. Yours was not saved: look at it once more.")
    by = work.db.get(User, last.by_id) if last.by_id else None
    now = say("no mark") if last.points is None else when.plural(last.points, "point")
    status = f", {last.status}" if last.status else ""
    who = by.name if by else say("A machine")
    return say("{who} changed this mark meanwhile: {mark}. Yours was not saved.", who=who, mark=now + status)


def _is_staff(work: Work, course_id: UUID) -> bool:
    return courses.enter(work, course_id, Can.SEE).is_staff


def _last(work: Work, item_id: UUID, user_id: UUID, *, override: bool | None = None) -> GradeEntry | None:
    """The newest entry: of all, or of those by the room that marks."""
    statement = select(GradeEntry).where(col(GradeEntry.item_id) == item_id, col(GradeEntry.user_id) == user_id)
    if override is not None:
        statement = statement.where(col(GradeEntry.override) == override)
    return work.db.exec(statement.order_by(col(GradeEntry.seq).desc()).limit(1)).first()


def _said(entry: GradeEntry | None, user_id: UUID) -> dict[str, str | None]:
    points = None if entry is None or entry.points is None else f"{entry.points:f}"
    beside = {"status": entry.status} if entry is not None and entry.status else {}
    return {"user_id": str(user_id), "points": points, **beside}


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
