"""A day before something is due, whoever has not done it hears of it: by the ways they want, once for each due date."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, bindparam, func, or_, union_all
from sqlalchemy import select as columns
from sqlmodel import col

from lms_app.assignments.models import Assignment
from lms_app.core import outbox
from lms_app.core.db import Moment, to_micros
from lms_app.core.errors import Forbidden
from lms_app.core.work import Work
from lms_app.courses import service as courses
from lms_app.courses.models import (
    LEARNS,
    Course,
    CourseGroupMember,
    CourseMember,
    CourseStatus,
    ItemOverride,
    ItemProgress,
    OutlineItem,
)
from lms_app.courses.service import Terms
from lms_app.notifications import service as notifications
from lms_app.notifications.events import Event, register
from lms_app.quizzes.models import Quiz

DUE_SOON = "due_soon"
AHEAD = timedelta(days=1)
AT_ONCE = 100  # students in one transaction: nobody else may write meanwhile
register(
    Event(
        DUE_SOON,
        label="Due tomorrow",
        category="Your work",
        title="Due soon: {{ title }}",
        text="{{ title }} in {{ course }} is due {{ due_at | moment }}.",
        sample={
            "course": "Principles of Ecology",
            "title": "Field notes",
            "due_at": "2027-03-02T23:59:00+00:00",
            "url": "/courses",
        },
    )
)

_CLOSES = func.coalesce(col(Quiz.closes_at), col(Assignment.closes_at))
_SHOWN = (
    col(OutlineItem.published),
    col(Course.status) == CourseStatus.PUBLISHED,
)


def _soon(moment: Any) -> ColumnElement[bool]:
    return moment.between(bindparam("now", type_=Moment), bindparam("until", type_=Moment))


_USUAL_DUE = func.coalesce(col(OutlineItem.due_at), _CLOSES)
_OWN_DUE = func.coalesce(col(ItemOverride.due_at), col(ItemOverride.closes_at))
_DUE = union_all(
    columns(col(OutlineItem.id).label("id"), _USUAL_DUE.label("at"))
    .join(Course, col(Course.id) == col(OutlineItem.course_id))
    .outerjoin(Quiz, col(Quiz.item_id) == col(OutlineItem.id))
    .outerjoin(Assignment, col(Assignment.item_id) == col(OutlineItem.id))
    .where(*_SHOWN, or_(_soon(col(OutlineItem.due_at)), _soon(_CLOSES))),
    columns(col(ItemOverride.item_id), _OWN_DUE)
    .join(OutlineItem, col(OutlineItem.id) == col(ItemOverride.item_id))
    .join(Course, col(Course.id) == col(OutlineItem.course_id))
    .where(*_SHOWN, or_(_soon(col(ItemOverride.due_at)), _soon(col(ItemOverride.closes_at)))),
)
_ITEM = (
    columns(
        col(OutlineItem.id),
        col(OutlineItem.course_id),
        col(OutlineItem.kind),
        col(OutlineItem.title),
        col(OutlineItem.opens_at),
        col(OutlineItem.due_at),
        col(OutlineItem.release),
        col(Quiz.limit_minutes),
        _CLOSES.label("closes_at"),
        col(Course.title).label("course"),
        col(Course.slug),
    )
    .join(Course, col(Course.id) == col(OutlineItem.course_id))
    .outerjoin(Quiz, col(Quiz.item_id) == col(OutlineItem.id))
    .outerjoin(Assignment, col(Assignment.item_id) == col(OutlineItem.id))
    .where(col(OutlineItem.id) == bindparam("item"), *_SHOWN)
)
_DONE = columns(col(ItemProgress.user_id)).where(
    col(ItemProgress.item_id) == bindparam("item"), col(ItemProgress.completed_at).is_not(None)
)
_STUDENTS = (
    columns(col(CourseMember.user_id))
    .where(col(CourseMember.course_id) == bindparam("course"), LEARNS, col(CourseMember.user_id).not_in(_DONE))
    .order_by(col(CourseMember.user_id))
    .limit(AT_ONCE)
)
_GROUPS = columns(col(CourseGroupMember.user_id), col(CourseGroupMember.group_id)).where(
    col(CourseGroupMember.user_id).in_(bindparam("users", expanding=True))
)


def look_ahead(work: Work) -> int:
    """Have students told of what is due within a day, and return how many dates that are. For the job loop, often: a date
    that was found before is not told again. Two queries. Raises Forbidden, NotSignedIn."""
    _must_be_ours(work)
    given = {"now": work.now, "until": work.now + AHEAD}
    found = {(row[0], row[1]) for row in work.db.connection().execute(_DUE, given)}
    outbox.put_many(
        work,
        DUE_SOON,
        [({"item_id": str(item_id)}, f"{DUE_SOON}:{item_id}:{_micros(at)}", work.now) for item_id, at in sorted(found)],
    )
    return len(found)


def tell_due_soon(work: Work, payload: dict[str, Any]) -> None:
    """The topic `due_soon`: tell the next hundred students for whom the item is due within a day, then the topic again."""
    _must_be_ours(work)
    run = work.db.connection().execute
    work.db.flush()
    item = run(_ITEM, {"item": UUID(payload["item_id"])}).first()
    if item is None:
        return  # deleted or hidden meanwhile
    students = _STUDENTS
    if "after" in payload:
        students = students.where(col(CourseMember.user_id) > UUID(payload["after"]))
    given = {"item": item.id, "course": item.course_id}
    user_ids = [row.user_id for row in run(students, given)]
    for at, theirs in _by_due(work, item, user_ids).items():
        data = {
            "course": item.course,
            "title": item.title,
            "due_at": at.isoformat(),
            "url": courses.ITEM_KINDS[item.kind].url(item.slug, item.id) if item.kind in courses.ITEM_KINDS else "",
        }
        notifications.tell(work, theirs, DUE_SOON, data, key=f"{item.id}:{to_micros(at)}")
    if len(user_ids) == AT_ONCE:
        outbox.put(work, DUE_SOON, {**payload, "after": str(user_ids[-1])})


def _by_due(work: Work, item: Any, user_ids: Sequence[UUID]) -> dict[datetime, list[UUID]]:
    """The students for whom it is due within a day, by their own moment."""
    usual = Terms(
        opens_at=item.opens_at, due_at=item.due_at, closes_at=item.closes_at, limit_minutes=item.limit_minutes
    )
    terms = courses.terms_of_each(work, course_id=item.course_id, item_id=item.id, user_ids=user_ids, usual=usual)
    concerned = set(_concerned(work, item.release, user_ids))
    found: dict[datetime, list[UUID]] = defaultdict(list)
    for user_id, its in terms.items():
        at = min((one for one in (its.due_at, its.closes_at) if one is not None and one > work.now), default=None)
        opened = its.opens_at is None or its.opens_at <= work.now
        if at is not None and at <= work.now + AHEAD and opened and (its.released or user_id in concerned):
            found[at].append(user_id)
    return found


def _concerned(work: Work, release: str, user_ids: Sequence[UUID]) -> Iterable[UUID]:
    if not release:
        return user_ids
    groups: dict[UUID, list[UUID]] = defaultdict(list)
    for row in work.db.connection().execute(_GROUPS, {"users": list(user_ids)}):
        groups[row.user_id].append(row.group_id)
    return [user_id for user_id in user_ids if courses.concerns(release, groups[user_id])]


def _micros(at: Any) -> int:
    return at if isinstance(at, int) else to_micros(at)


def _must_be_ours(work: Work) -> None:
    if not work.actor.is_admin:
        _ = work.user_id
        raise Forbidden()
