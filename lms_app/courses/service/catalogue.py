"""Finding courses: the catalogue, and one's own."""

from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, bindparam, case, func, or_
from sqlalchemy import select as columns
from sqlmodel import col

from lms_app.core import when
from lms_app.core.db import Moment
from lms_app.core.errors import Invalid
from lms_app.core.identity import User
from lms_app.core.words import say
from lms_app.core.work import Work
from lms_app.courses import rules
from lms_app.courses.models import (
    LEARNS,
    Course,
    CourseMember,
    CourseStatus,
    ItemOverride,
    ItemProgress,
    MemberState,
    Module,
    OutlineItem,
)
from lms_app.courses.service.door import many, visible
from lms_app.courses.service.finding import SEARCH_MAX, name_has
from lms_app.courses.service.granted import or_own
from lms_app.courses.service.items import LESSON, url_of
from lms_app.courses.views import Catalogue, CourseCard, DueItem, MyCourse, ProgressView
from lms_app.policy import Role
from lms_app.web import routes

WINDOW = 24
WINDOW_MAX = 100

_PUBLISHED = col(Course.status) == CourseStatus.PUBLISHED
_OWNER = col(User.id) == col(Course.owner_id)
_STUDENTS = (
    columns(func.count())
    .select_from(CourseMember)
    .where(
        col(CourseMember.course_id) == col(Course.id),
        LEARNS,
    )
    .correlate(Course)
    .scalar_subquery()
)
_LESSONS = (
    columns(func.count())
    .where(col(OutlineItem.course_id) == col(Course.id), col(OutlineItem.published), col(OutlineItem.kind) == LESSON)
    .scalar_subquery()
)
_ALL_CARDS = (
    columns(
        col(Course.id),
        col(Course.slug),
        col(Course.title),
        col(Course.summary),
        col(Course.category),
        col(Course.level),
        col(Course.hours),
        col(Course.starts_at),
        col(Course.ends_at),
        col(User.name).label("owner"),
        _LESSONS.label("lessons"),
        col(CourseMember.role),
        col(CourseMember.state),
        col(CourseMember.completed_at),
    )
    .join(User, _OWNER)
    .outerjoin(
        CourseMember,
        and_(col(CourseMember.course_id) == col(Course.id), col(CourseMember.user_id) == bindparam("user")),
    )
    .where(_PUBLISHED)
    .limit(bindparam("limit"))
    .offset(bindparam("offset"))
)
_CARDS = {
    "newest": _ALL_CARDS.order_by(col(Course.created_at).desc(), col(Course.id)),
    "popular": _ALL_CARDS.order_by(_STUDENTS.desc(), col(Course.title), col(Course.id)),
    "title": _ALL_CARDS.order_by(func.lower(Course.title), col(Course.id)),
}
SORTS = tuple(_CARDS)
_TOTAL = columns(func.count()).select_from(Course).join(User, _OWNER).where(_PUBLISHED)
_FACETS = (
    columns(col(Course.category), col(Course.level), func.count().label("courses"))
    .where(_PUBLISHED)
    .group_by(col(Course.category), col(Course.level))
)


def catalogue(
    work: Work,
    *,
    search: str = "",
    category: str = "",
    level: str = "",
    sort: str = "newest",
    limit: int = WINDOW,
    offset: int = 0,
) -> Catalogue:
    """The published courses that match. Every word of `search` must be in the title, summary, subject or instructor.

    Case and accents do not matter. At most three queries, however many courses there are.
    """
    _ = visible(work)  # the door: signed in
    if sort not in SORTS:
        raise Invalid({"sort": "Sort by newest, popular or title."})
    if not 1 <= limit <= WINDOW_MAX or not 0 <= offset <= 1_000_000:
        raise Invalid({"limit": say("Ask for 1 to {most} courses at a time.", most=WINDOW_MAX)})
    wanted = _matches(search[:SEARCH_MAX])
    if category:
        wanted.append(col(Course.category) == category)
    if level:
        wanted.append(col(Course.level) == level)
    window = {"limit": limit, "offset": offset, "user": work.actor.user_id}
    cards = many(work, _CARDS[sort].where(*wanted) if wanted else _CARDS[sort], **window).all()
    facets = many(work, _FACETS).all()
    opened = sum(row.courses for row in facets)
    return Catalogue(
        courses=[_card(work, row) for row in cards],
        total=many(work, _TOTAL.where(*wanted)).scalar_one() if wanted else opened,
        open=opened,
        categories=sorted({row.category for row in facets if row.category}, key=rules.folded),
        levels=sorted({row.level for row in facets if row.level}, key=rules.folded),
    )


def _matches(search: str) -> list[ColumnElement[bool]]:
    return [
        or_(
            col(Course.haystack).contains(rules.folded(word), autoescape=True),
            name_has(word),
        )
        for word in search.replace("\0", " ").split()
    ]


def _card(work: Work, row: Row[Any]) -> CourseCard:
    hue, motif = rules.cover_of(row.id)
    badge, kind = _badge(work, row)
    parts = [when.plural(row.lessons, "lesson")] if row.lessons else []
    if row.hours:
        parts.append(say("{hours} h", hours=when.points(row.hours)))
    return CourseCard(
        slug=row.slug,
        title=row.title,
        summary=row.summary,
        owner=row.owner,
        category=row.category,
        level=row.level,
        lessons=row.lessons,
        extent=" · ".join(parts),
        badge=badge,
        badge_kind=kind,
        hue=hue,
        motif=motif,
    )


def _badge(work: Work, row: Row[Any]) -> tuple[str, str]:
    """What the reader should know first, and the chip's colour."""
    if row.state == MemberState.ACTIVE and row.role != Role.STUDENT:
        return say("You teach this"), "info"
    if row.state == MemberState.ACTIVE:
        return (say("Completed") if row.completed_at else say("Enrolled")), "ok"
    if row.state == MemberState.WAITING:
        return say("Waiting for approval"), "mark"
    if row.state == MemberState.QUEUED:
        return say("On the wait-list"), "mark"
    if row.starts_at and row.starts_at > work.now:
        return say(
            "Starts {day}", day=when.day(row.starts_at, work.actor.zone, work.actor.locale, now=work.now)
        ), "info"
    if row.ends_at and row.ends_at <= work.now:
        return say("Ended"), ""
    return "", ""


# ---- My courses

_UNDONE = (
    columns(col(OutlineItem.id))
    .join(Module, col(Module.id) == col(OutlineItem.module_id))
    .outerjoin(
        ItemProgress,
        and_(col(ItemProgress.item_id) == col(OutlineItem.id), col(ItemProgress.user_id) == bindparam("user")),
    )
    .where(
        col(OutlineItem.course_id) == col(Course.id),
        col(OutlineItem.published),
        col(ItemProgress.completed_at).is_(None),
        or_(col(OutlineItem.opens_at).is_(None), col(OutlineItem.opens_at) <= bindparam("now")),
        col(OutlineItem.release) == "",  # conditions are read on the course's page, not here
    )
    .correlate(Course)
)
_COUNTS = (
    columns(func.count())
    .select_from(OutlineItem)
    .where(col(OutlineItem.course_id) == col(Course.id), col(OutlineItem.published), col(OutlineItem.required))
    .correlate(Course)
)
_MINE = (
    columns(
        col(Course.id),
        col(Course.slug),
        col(Course.title),
        col(Course.starts_at),
        col(User.name).label("owner"),
        col(CourseMember.state),
        col(CourseMember.completed_at),
        col(CourseMember.last_seen_at),
        _COUNTS.scalar_subquery().label("total"),
        _COUNTS.join(ItemProgress, col(ItemProgress.item_id) == col(OutlineItem.id))
        .where(col(ItemProgress.user_id) == bindparam("user"), col(ItemProgress.completed_at).is_not(None))
        .scalar_subquery()
        .label("done"),
        # Where they were, while that is unfinished; else the next thing in the order of the outline.
        func.coalesce(
            _UNDONE.where(col(OutlineItem.id) == col(CourseMember.last_item_id))
            .correlate(Course, CourseMember)
            .scalar_subquery(),
            _UNDONE.order_by(
                col(OutlineItem.required).desc(),
                col(Module.position),
                col(Module.id),
                col(OutlineItem.position),
                col(OutlineItem.id),
            )
            .limit(1)
            .scalar_subquery(),
        ).label("next_id"),
    )
    .join(CourseMember, col(CourseMember.course_id) == col(Course.id))
    .join(User, _OWNER)
    .where(
        col(CourseMember.user_id) == bindparam("user"),
        col(CourseMember.role) == Role.STUDENT,
        or_(
            and_(col(CourseMember.state) == MemberState.ACTIVE, col(Course.status) != CourseStatus.DRAFT),
            and_(
                col(CourseMember.state).in_([MemberState.WAITING, MemberState.QUEUED]),
                col(Course.status) == CourseStatus.PUBLISHED,
            ),
        ),
    )
    .order_by(
        case((col(CourseMember.completed_at).is_(None), 0), else_=1),
        func.coalesce(col(CourseMember.last_seen_at), col(CourseMember.joined_at)).desc(),
        col(Course.id),
    )
    .limit(200)
)
_NEXT = (
    columns(
        col(OutlineItem.id),
        col(OutlineItem.kind),
        col(OutlineItem.title),
        col(OutlineItem.minutes),
        col(Module.title).label("module"),
    )
    .join(Module, col(Module.id) == col(OutlineItem.module_id))
    .where(col(OutlineItem.id).in_(bindparam("items", expanding=True)))
)


def my_courses(work: Work) -> list[MyCourse]:
    """The courses that the actor takes, waits for or has completed: last visited first, completed ones at the end.

    Two queries, however many courses there are.
    """
    rows = many(work, _MINE, user=work.user_id, now=work.now).all()
    ids = [row.next_id for row in rows if row.next_id]
    items = {item.id: item for item in many(work, _NEXT, items=ids)} if ids else {}
    return [_my_course(work, row, items.get(row.next_id)) for row in rows]


def _my_course(work: Work, row: Row[Any], item: Row[Any] | None) -> MyCourse:
    hue, motif = rules.cover_of(row.id)
    waits = row.state in (MemberState.WAITING, MemberState.QUEUED)
    ahead = row.starts_at is not None and row.starts_at > work.now
    goes_on = item is not None and not waits and not ahead
    return MyCourse(
        slug=row.slug,
        title=row.title,
        owner=row.owner,
        state=row.state if waits else "complete" if row.completed_at else "active",
        percent=rules.percent(row.done, row.total),
        done=row.done,
        total=row.total,
        next_title=item.title if goes_on and item else "",
        next_place=item.module if goes_on and item else "",
        next_url=(url_of(item.kind, row.slug, item.id) if goes_on and item else "") or routes.course(row.slug),
        next_minutes=item.minutes if goes_on and item else 0,
        hue=hue,
        motif=motif,
    )


def my_progress(work: Work) -> list[ProgressView]:
    """How far the actor is in each course that they take or have completed, in the order of `my_courses`. One query."""
    rows = many(work, _MINE, user=work.user_id, now=work.now)
    return [
        ProgressView(
            slug=row.slug,
            done=row.done,
            total=row.total,
            percent=rules.percent(row.done, row.total),
            completed_at=row.completed_at,
            last_seen_at=row.last_seen_at,
        )
        for row in rows
        if row.state == MemberState.ACTIVE
    ]


_OPENS_AT = or_own(col(OutlineItem.id), col(ItemOverride.opens_at), col(OutlineItem.opens_at), func.min)
_DUE_AT = or_own(col(OutlineItem.id), col(ItemOverride.due_at), col(OutlineItem.due_at), func.max)

_DUE = (
    columns(
        col(OutlineItem.id),
        col(OutlineItem.kind),
        col(OutlineItem.title),
        _DUE_AT.label("due_at"),
        col(Course.title).label("course"),
        col(Course.slug),
    )
    .join(Course, col(Course.id) == col(OutlineItem.course_id))
    .join(CourseMember, col(CourseMember.course_id) == col(Course.id))
    .outerjoin(
        ItemProgress,
        and_(col(ItemProgress.item_id) == col(OutlineItem.id), col(ItemProgress.user_id) == bindparam("user")),
    )
    .where(
        col(CourseMember.user_id) == bindparam("user"),
        LEARNS,
        col(Course.status) == CourseStatus.PUBLISHED,
        or_(col(Course.starts_at).is_(None), col(Course.starts_at) <= bindparam("now", type_=Moment)),
        col(OutlineItem.published),
        or_(_OPENS_AT.is_(None), bindparam("now", type_=Moment) >= _OPENS_AT),
        bindparam("until", type_=Moment) >= _DUE_AT,
        col(ItemProgress.completed_at).is_(None),
    )
    .order_by(_DUE_AT, col(OutlineItem.id))
    .limit(bindparam("limit"))
)


def due_items(work: Work, *, days: int = 7, limit: int = 7) -> list[DueItem]:
    """The actor's unfinished work that is due within `days`, or was: soonest first, across all courses. One query."""
    rows = many(work, _DUE, user=work.user_id, now=work.now, until=work.now + timedelta(days=days), limit=limit)
    return [
        DueItem(
            item_id=str(row.id),
            kind=row.kind,
            title=row.title,
            course=row.course,
            url=url_of(row.kind, row.slug, row.id),
            due_at=row.due_at,
        )
        for row in rows
    ]
