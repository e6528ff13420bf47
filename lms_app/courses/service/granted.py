"""What exceptions make of an item for its students: what the database knows, for the rules in `courses/terms.py`.

Not doors: whoever calls these has come through one.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, bindparam, case, func, or_, type_coerce
from sqlalchemy import select as columns
from sqlmodel import col

from lms_app.core.work import Work
from lms_app.courses.models import CourseGroupMember, CourseMember, ItemOverride
from lms_app.courses.service.reads import many, one
from lms_app.courses.terms import NO_LIMIT, Override, Terms, effective
from lms_app.courses.views import Membership

_COLUMNS = (
    col(ItemOverride.item_id),
    col(ItemOverride.user_id),
    col(ItemOverride.group_id),
    col(ItemOverride.opens_at),
    col(ItemOverride.due_at),
    col(ItemOverride.closes_at),
    col(ItemOverride.limit_minutes),
    col(ItemOverride.attempts_allowed),
    col(ItemOverride.released),
)
_IS_MINE = or_(
    col(ItemOverride.user_id) == bindparam("user"),
    col(ItemOverride.group_id).in_(
        columns(col(CourseGroupMember.group_id)).where(col(CourseGroupMember.user_id) == bindparam("user"))
    ),
)
_IN_COURSE = columns(*_COLUMNS).where(col(ItemOverride.course_id) == bindparam("course"), _IS_MINE)
_ANYWHERE = columns(*_COLUMNS).where(_IS_MINE)
_OF_ITEM = columns(*_COLUMNS).where(col(ItemOverride.item_id) == bindparam("item"), _IS_MINE)
_EVERYBODYS = columns(*_COLUMNS).where(col(ItemOverride.item_id).in_(bindparam("items", expanding=True)))
_IN_GROUPS = columns(col(CourseGroupMember.group_id), col(CourseGroupMember.user_id)).where(
    col(CourseGroupMember.group_id).in_(bindparam("groups", expanding=True))
)
_EXTRA = columns(col(CourseMember.user_id), col(CourseMember.extra_percent)).where(
    col(CourseMember.course_id) == bindparam("course"), col(CourseMember.extra_percent) > 0
)
_EXTRA_OF = columns(col(CourseMember.extra_percent)).where(
    col(CourseMember.course_id) == bindparam("course"), col(CourseMember.user_id) == bindparam("user")
)
_MOST_EXTRA = (
    columns(col(CourseMember.course_id), func.max(col(CourseMember.extra_percent)).label("most"))
    .where(col(CourseMember.course_id).in_(bindparam("courses", expanding=True)), col(CourseMember.extra_percent) > 0)
    .group_by(col(CourseMember.course_id))
)


def or_own(item_id: Any, its: Any, usual: Any, kindest: Callable[[Any], Any]) -> ColumnElement[Any]:
    """In a select: what an exception of the parameter `user` says, or the kindest of their groups, or `usual`."""
    own = columns(its).where(col(ItemOverride.user_id) == bindparam("user"))
    groups = (
        columns(type_coerce(kindest(its), its.type))
        .join(CourseGroupMember, col(CourseGroupMember.group_id) == col(ItemOverride.group_id))
        .where(col(CourseGroupMember.user_id) == bindparam("user"))
    )
    here = [
        one.where(col(ItemOverride.item_id) == item_id).correlate(item_id.table).scalar_subquery()
        for one in (own, groups)
    ]
    return type_coerce(func.coalesce(*here, usual), its.type)


def most(its: Any) -> Any:
    """The kindest number of minutes or attempts: 0 is no limit."""
    return case((func.min(its) == NO_LIMIT, NO_LIMIT), else_=func.max(its))


def own_terms(work: Work, item_id: UUID, membership: Membership, usual: Terms) -> Terms:
    """What an item asks of whoever came through the door; of staff what it asks of everybody."""
    if membership.is_staff or membership.user_id is None:
        return usual
    rows = many(work, _OF_ITEM, item=item_id, user=membership.user_id).all()
    return effective(usual, [_override(row) for row in rows], extra_percent=membership.extra_percent)


def terms_of(work: Work, *, course_id: UUID, item_id: UUID, user_id: UUID | None, usual: Terms) -> Terms:
    """What an item asks of one student, whoever looks. At most two queries."""
    if user_id is None:
        return usual
    own = [_override(row) for row in many(work, _OF_ITEM, item=item_id, user=user_id)]
    timed = usual.limit_minutes is not None or any(one.limit_minutes for one in own)
    extra = one(work, _EXTRA_OF, course=course_id, user=user_id) if timed else None
    return effective(usual, own, extra_percent=extra.extra_percent if extra else 0)


def overrides_in(work: Work, course_id: UUID, user_id: UUID | None) -> dict[UUID, list[Override]]:
    """What is different for a student, by item; only items where something is. One query."""
    found: dict[UUID, list[Override]] = defaultdict(list)
    if user_id is not None:
        for row in many(work, _IN_COURSE, course=course_id, user=user_id):
            found[row.item_id].append(_override(row))
    return found


def overrides_of(work: Work, user_id: UUID) -> dict[UUID, list[Override]]:
    """What is different for a student in all of their courses, by item. One query."""
    found: dict[UUID, list[Override]] = defaultdict(list)
    for row in many(work, _ANYWHERE, user=user_id):
        found[row.item_id].append(_override(row))
    return found


def terms_of_each(
    work: Work, *, course_id: UUID, item_id: UUID, user_ids: Iterable[UUID], usual: Terms
) -> dict[UUID, Terms]:
    """What an item asks of each of many students. Three queries, however many they are."""
    rows = many(work, _EVERYBODYS, items=[item_id]).all()
    extra = {row.user_id: row.extra_percent for row in many(work, _EXTRA, course=course_id)}
    groups = [row.group_id for row in rows if row.group_id is not None]
    theirs: dict[UUID, list[Override]] = defaultdict(list)
    for row in rows:
        if row.user_id is not None:
            theirs[row.user_id].append(_override(row))
    by_group = {row.group_id: _override(row) for row in rows if row.group_id is not None}
    for row in many(work, _IN_GROUPS, groups=groups) if groups else ():
        theirs[row.user_id].append(by_group[row.group_id])
    return {
        user_id: effective(usual, theirs.get(user_id, []), extra_percent=extra.get(user_id, 0)) for user_id in user_ids
    }


def last_closings(work: Work, usual: Mapping[UUID, tuple[UUID, Terms]]) -> dict[UUID, datetime | None]:
    """When items have closed for everybody, also for those with an extension or more time; None for never.

    What shows once it has closed must not show while somebody still answers. `usual` are course and terms by item. Two
    queries for any number of items, none where nothing closes.
    """
    last: dict[UUID, datetime | None] = dict.fromkeys(usual)
    closing = {item_id: its for item_id, its in usual.items() if its[1].closes_at is not None}
    if not closing:
        return last
    extra = {
        row.course_id: row.most for row in many(work, _MOST_EXTRA, courses=[course for course, _ in closing.values()])
    }
    rows = many(work, _EVERYBODYS, items=list(closing)).all()
    for item_id, (course_id, terms) in closing.items():
        most_extra = extra.get(course_id, 0)
        theirs = [[], *([_override(row)] for row in rows if row.item_id == item_id)]
        each = [effective(terms, some, extra_percent=most_extra).closes_at for some in theirs]
        last[item_id] = max((at for at in each if at is not None), default=None)
    return last


def _override(row: Row[Any]) -> Override:
    return Override(
        of_group=row.group_id is not None,
        opens_at=row.opens_at,
        due_at=row.due_at,
        closes_at=row.closes_at,
        limit_minutes=row.limit_minutes,
        attempts_allowed=row.attempts_allowed,
        released=row.released,
    )
