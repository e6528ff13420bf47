"""A course from its staff's side: what I teach, who learns in it, who waits at the door."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, and_, bindparam, case, func
from sqlalchemy import select as columns
from sqlmodel import col

from lms_app.core import when
from lms_app.core.errors import Invalid
from lms_app.core.identity import User
from lms_app.core.work import Work
from lms_app.courses import rules
from lms_app.courses.models import (
    LEARNS,
    Course,
    CourseGroup,
    CourseGroupMember,
    CourseMember,
    Invitation,
    ItemProgress,
    MemberState,
    Module,
    OutlineItem,
)
from lms_app.courses.service.door import enter_by_slug, many, one
from lms_app.courses.service.finding import person_matches
from lms_app.courses.service.grouping import names_of
from lms_app.courses.service.items import ITEM_KINDS, counted, url_of
from lms_app.courses.views import (
    Learner,
    Learners,
    OpenInvitation,
    TaughtCourse,
    TaughtItem,
    TaughtModule,
    TeachingView,
)
from lms_app.policy import Can, Role

WINDOW = 50
WINDOW_MAX = 100
SORTS = ("name", "progress", "seen")
STATES = ("", "active", "complete", "queued", "left")

# What rooms above know of: how many questions wait for an answer in the courses that the actor teaches, by address.
UNANSWERED: list[Callable[[Work], Mapping[str, int]]] = []


def _count(*conditions: ColumnElement[bool]) -> Any:
    members = col(CourseMember.course_id) == col(Course.id)
    return columns(func.count()).select_from(CourseMember).where(members, *conditions).correlate(Course)


_MINE = CourseMember.__table__.alias("mine")  # type: ignore[attr-defined]
_TAUGHT = (
    columns(
        col(Course.id),
        col(Course.slug),
        col(Course.title),
        col(Course.status),
        _MINE.c.role,
        _count(LEARNS).scalar_subquery().label("learners"),
        _count(col(CourseMember.state) == MemberState.WAITING).scalar_subquery().label("waiting"),
        _count(LEARNS, col(CourseMember.completed_at).is_not(None)).scalar_subquery().label("completed"),
    )
    .join(_MINE, _MINE.c.course_id == col(Course.id))
    .where(
        _MINE.c.user_id == bindparam("user"),
        _MINE.c.state == MemberState.ACTIVE,
        _MINE.c.role != Role.STUDENT,
    )
    .order_by(case((col(Course.status) == "archived", 1), else_=0), func.lower(Course.title), col(Course.id))
    .limit(200)
)

_COURSE = columns(
    col(Course.enrol_mode),
    col(Course.enrol_key),
    col(Course.capacity),
    _count(col(CourseMember.state) == MemberState.QUEUED).scalar_subquery().label("queued"),
    _count(LEARNS).scalar_subquery().label("learners"),
    _count(LEARNS, col(CourseMember.completed_at).is_not(None)).scalar_subquery().label("completed"),
).where(col(Course.id) == bindparam("course"))

_ITEMS = (
    columns(
        col(Module.id).label("module_id"),
        col(Module.title).label("module"),
        col(OutlineItem.id),
        col(OutlineItem.kind),
        col(OutlineItem.title),
        col(OutlineItem.minutes),
        col(OutlineItem.required),
        col(OutlineItem.published),
    )
    .select_from(Module)
    .outerjoin(OutlineItem, and_(col(OutlineItem.module_id) == col(Module.id), col(OutlineItem.removed_at).is_(None)))
    .where(col(Module.course_id) == bindparam("course"), col(Module.removed_at).is_(None))
    .order_by(col(Module.position), col(Module.id), col(OutlineItem.position), col(OutlineItem.id))
)

_INVITATIONS = (
    columns(
        col(Invitation.id),
        col(Invitation.role),
        col(Invitation.expires_at),
        col(Invitation.uses),
        col(Invitation.max_uses),
    )
    .where(
        col(Invitation.course_id) == bindparam("course"),
        col(Invitation.email).is_(None),
        col(Invitation.revoked_at).is_(None),
        col(Invitation.expires_at) > bindparam("now"),
        col(Invitation.uses) < col(Invitation.max_uses),
    )
    .order_by(col(Invitation.created_at).desc(), col(Invitation.id))
    .limit(50)
)

_COUNTED = and_(
    col(OutlineItem.course_id) == bindparam("course"), col(OutlineItem.published), col(OutlineItem.required)
)
_TOTAL = columns(func.count()).select_from(OutlineItem).where(_COUNTED).scalar_subquery()
_DONE = (
    columns(col(ItemProgress.user_id), func.count().label("done"))
    .join(OutlineItem, col(OutlineItem.id) == col(ItemProgress.item_id))
    .where(_COUNTED, col(ItemProgress.completed_at).is_not(None))
    .group_by(col(ItemProgress.user_id))
    .subquery("done")
)
_LEARNERS = (
    columns(
        col(User.id),
        col(User.name),
        col(User.email),
        col(CourseMember.state),
        col(CourseMember.joined_at),
        col(CourseMember.last_seen_at),
        col(CourseMember.completed_at),
        col(CourseMember.extra_percent),
        func.coalesce(_DONE.c.done, 0).label("done"),
        _TOTAL.label("total"),
    )
    .select_from(CourseMember)
    .join(User, col(User.id) == col(CourseMember.user_id))
    .outerjoin(_DONE, _DONE.c.user_id == col(CourseMember.user_id))
    .where(col(CourseMember.course_id) == bindparam("course"), col(CourseMember.role) == Role.STUDENT)
)
_WAITING = (
    _LEARNERS.where(col(CourseMember.state) == MemberState.WAITING)
    .order_by(col(CourseMember.joined_at), col(User.id))
    .limit(100)
)
_AVERAGE = (
    columns(func.coalesce(func.sum(_DONE.c.done), 0).label("done"), _TOTAL.label("total"))
    .select_from(CourseMember)
    .outerjoin(_DONE, _DONE.c.user_id == col(CourseMember.user_id))
    .where(col(CourseMember.course_id) == bindparam("course"), LEARNS)
)


def taught(work: Work) -> list[TaughtCourse]:
    """The courses on whose staff the actor is; archived ones last. One query, and one of each room that counts."""
    rows = many(work, _TAUGHT, user=work.user_id).all()
    unanswered: dict[str, int] = {}
    for count in UNANSWERED:
        unanswered.update(count(work))
    return [_taught(row, unanswered.get(row.slug, 0)) for row in rows]


def teaching(work: Work, *, slug: str) -> TeachingView:
    """A course for its staff: numbers, who waits, open invitations, and the outline with drafts. Five queries."""
    membership = enter_by_slug(work, slug, Can.GRADE)
    manages = membership.may(Can.MANAGE)
    course = membership.course_id
    facts = one(work, _COURSE, course=course)
    average = one(work, _AVERAGE, course=course)
    assert facts is not None
    assert average is not None
    return TeachingView(
        id=str(course),
        slug=membership.slug,
        title=membership.title,
        status=membership.status,
        enrol_mode=facts.enrol_mode,
        enrol_key=facts.enrol_key if manages else "",
        manages=manages,
        learners=facts.learners,
        capacity=facts.capacity,
        queued=facts.queued,
        completed=facts.completed,
        average=rules.percent(int(average.done), average.total * facts.learners),
        waiting=[_learner(work, row) for row in many(work, _WAITING, course=course)],
        invitations=[_invitation(work, row) for row in many(work, _INVITATIONS, course=course, now=work.now)]
        if manages
        else [],
        modules=_modules(membership.slug, many(work, _ITEMS, course=course).all()),
    )


def learners(
    work: Work,
    *,
    slug: str,
    search: str = "",
    state: str = "active",
    group: str = "",
    sort: str = "name",
    limit: int = WINDOW,
    offset: int = 0,
) -> Learners:
    """The students of a course with their progress and groups. Four queries, however many there are.

    `state` is active, complete, queued (in the order of the queue), left, or empty for all who are or were in; who asks
    to join is in `teaching`. `group` is the id of one.
    """
    membership = enter_by_slug(work, slug, Can.GRADE)
    if state not in STATES or sort not in SORTS:
        raise Invalid({"state": "Choose active, complete, queued or left, sorted by name, progress or seen."})
    if not 1 <= limit <= WINDOW_MAX or not 0 <= offset <= 1_000_000:
        raise Invalid({"limit": f"Ask for 1 to {WINDOW_MAX} learners at a time."})
    wanted = [*_in_state(state), *_in_group(group), *person_matches(search)]
    total = (
        columns(func.count())
        .select_from(CourseMember)
        .join(User, col(User.id) == col(CourseMember.user_id))
        .where(col(CourseMember.course_id) == bindparam("course"), col(CourseMember.role) == Role.STUDENT, *wanted)
    )
    found = _sorted(_LEARNERS.where(*wanted), "queue" if state == "queued" else sort).limit(limit).offset(offset)
    rows = many(work, found, course=membership.course_id).all()
    groups = names_of(work, membership.course_id, [row.id for row in rows])
    return Learners(
        learners=[_learner(work, row, groups.get(row.id, [])) for row in rows],
        total=many(work, total, course=membership.course_id).scalar_one(),
    )


def _in_state(state: str) -> list[ColumnElement[bool]]:
    if state == "active":
        return [col(CourseMember.state) == MemberState.ACTIVE]
    if state == "complete":
        return [col(CourseMember.state) == MemberState.ACTIVE, col(CourseMember.completed_at).is_not(None)]
    if state in ("queued", "left"):
        return [col(CourseMember.state) == state]
    return [col(CourseMember.state).in_([MemberState.ACTIVE, MemberState.LEFT])]


def _in_group(group: str) -> list[ColumnElement[bool]]:
    """Somebody's group of another course has nobody here: members are of one course."""
    if not group:
        return []
    try:
        group_id = UUID(group)
    except ValueError:
        raise Invalid({"group": "Choose one of the course's groups."}) from None
    inside = columns(col(CourseGroupMember.user_id)).join(
        CourseGroup, col(CourseGroup.id) == col(CourseGroupMember.group_id)
    )
    return [
        col(CourseMember.user_id).in_(
            inside.where(col(CourseGroup.id) == group_id, col(CourseGroup.course_id) == bindparam("course"))
        )
    ]


def _sorted(rows: Any, sort: str) -> Any:
    by_name = [func.lower(User.name), col(User.id)]
    if sort == "progress":
        return rows.order_by(func.coalesce(_DONE.c.done, 0).desc(), *by_name)
    if sort == "queue":
        return rows.order_by(col(CourseMember.joined_at), col(CourseMember.id))
    if sort == "seen":
        # Databases differ in where NULL sorts: never seen comes last on both.
        never = case((col(CourseMember.last_seen_at).is_(None), 1), else_=0)
        return rows.order_by(never, col(CourseMember.last_seen_at).desc(), *by_name)
    return rows.order_by(*by_name)


def _taught(row: Row[Any], unanswered: int) -> TaughtCourse:
    hue, motif = rules.cover_of(row.id)
    return TaughtCourse(
        slug=row.slug,
        title=row.title,
        status=row.status,
        role=row.role,
        learners=row.learners,
        waiting=row.waiting,
        completed=row.completed,
        unanswered=unanswered,
        hue=hue,
        motif=motif,
    )


def _learner(work: Work, row: Row[Any], groups: Sequence[str] = ()) -> Learner:
    return Learner(
        user_id=str(row.id),
        name=row.name,
        email=row.email,
        state=row.state,
        percent=rules.percent(row.done, row.total),
        joined=_day(work, row.joined_at),
        seen=_day(work, row.last_seen_at) if row.last_seen_at else "Not yet",
        completed=row.completed_at is not None,
        groups=list(groups),
        extra_percent=row.extra_percent,
    )


def _invitation(work: Work, row: Row[Any]) -> OpenInvitation:
    left = row.max_uses - row.uses
    people = when.plural(left, "person") if left == 1 else f"{left:,} people"
    return OpenInvitation(id=str(row.id), role=row.role, note=f"For {people}, until {_day(work, row.expires_at)}")


def _modules(slug: str, rows: Sequence[Row[Any]]) -> list[TaughtModule]:
    modules: list[TaughtModule] = []
    for number, (module_id, group) in enumerate(groupby(rows, key=lambda row: row.module_id), start=1):
        its = list(group)
        items = [row for row in its if row.id is not None]
        modules.append(
            TaughtModule(
                id=str(module_id),
                number=number,
                title=its[0].module,
                note=_module_note(items),
                items=[_item(slug, row) for row in items],
            )
        )
    return modules


def _module_note(items: list[Row[Any]]) -> str:
    """`5 lessons · 1 quiz · 2 drafts`."""
    drafts = sum(not row.published for row in items)
    parts = [counted([row.kind for row in items]), when.plural(drafts, "draft") if drafts else ""]
    return " · ".join(filter(None, parts)) or "Empty"


def _item(slug: str, row: Row[Any]) -> TaughtItem:
    kind = ITEM_KINDS.get(row.kind)
    parts = [when.duration_minutes(row.minutes) if row.minutes else "", "" if row.required else "optional"]
    return TaughtItem(
        id=str(row.id),
        kind=row.kind,
        title=row.title,
        note=" · ".join(filter(None, parts)),
        published=row.published,
        url=url_of(row.kind, slug, row.id),
        results_url=kind.results_url(slug, row.id) if kind and kind.results_url else "",
    )


def _day(work: Work, moment: datetime) -> str:
    return when.day(moment, work.actor.zone, work.actor.locale, now=work.now)
