"""Whether the conditions of an item hold for a student: what the database knows, for the rules in `courses/release.py`."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from pydantic import ValidationError
from sqlalchemy import and_, bindparam
from sqlalchemy import select as columns
from sqlmodel import col

from lms_app.core import when
from lms_app.core.errors import Invalid
from lms_app.core.work import Work
from lms_app.courses import release
from lms_app.courses.models import CourseGroup, CourseGroupMember, CourseMember, ItemProgress, OutlineItem
from lms_app.courses.release import Conditions, Names, Standing
from lms_app.courses.service.reads import many, one

# (work, course, student) -> shares by item of what the student has been told, by the rooms that mark.
SCORES: list[Callable[[Work, UUID, UUID], Mapping[str, Decimal]]] = []

_JOINED = columns(col(CourseMember.joined_at)).where(
    col(CourseMember.course_id) == bindparam("course"), col(CourseMember.user_id) == bindparam("user")
)
_GROUPS = (
    columns(col(CourseGroup.id), col(CourseGroup.name), col(CourseGroupMember.user_id).label("mine"))
    .outerjoin(
        CourseGroupMember,
        and_(
            col(CourseGroupMember.group_id) == col(CourseGroup.id), col(CourseGroupMember.user_id) == bindparam("user")
        ),
    )
    .where(col(CourseGroup.course_id) == bindparam("course"))
)
_ITEMS = (
    columns(col(OutlineItem.id), col(OutlineItem.title), col(ItemProgress.completed_at).label("done"))
    .outerjoin(
        ItemProgress,
        and_(col(ItemProgress.item_id) == col(OutlineItem.id), col(ItemProgress.user_id) == bindparam("user")),
    )
    .where(col(OutlineItem.course_id) == bindparam("course"), col(OutlineItem.published))
)


def read(text: str) -> Conditions:
    """Conditions as they are kept; none for an empty text."""
    return Conditions.model_validate_json(text) if text else release.NONE


def concerns(text: str, group_ids: Iterable[UUID]) -> bool:
    """Whether an item with these conditions is ever for somebody in these groups."""
    return not text or release.concerns(read(text), frozenset(str(one) for one in group_ids))


def written(conditions: Conditions) -> str:
    return conditions.model_dump_json() if conditions.rules else ""


def conditions_of(given: Mapping[str, object] | None) -> Conditions:
    """Conditions as a program sends them. Raises Invalid."""
    try:
        return Conditions.model_validate(given or {})
    except ValidationError:
        raise Invalid({"release": "These conditions cannot be read. See the reference for their shape."}) from None


def reasons(
    work: Work,
    course_id: UUID,
    user_id: UUID | None,
    kept: Mapping[str, str],
    *,
    items: Sequence[tuple[str, str, bool]] | None = None,
) -> dict[str, str]:
    """Why each of these items is closed to a student, for those that are. `kept` are their conditions by id.

    `items` are (id, title, completed) of what the course shows; without them one more query asks. Not a door.
    """
    asked = {item_id: read(text) for item_id, text in kept.items()}
    kinds = {type(leaf) for conditions in asked.values() for leaf in release.leaves(conditions)}
    if not kinds:
        return {}
    if items is None:
        rows = many(work, _ITEMS, course=course_id, user=user_id).all()
        items = [(str(row.id), row.title, row.done is not None) for row in rows]
    groups = many(work, _GROUPS, course=course_id, user=user_id).all() if release.Group in kinds else []
    joined = one(work, _JOINED, course=course_id, user=user_id) if release.Days in kinds else None
    scores: dict[str, Decimal] = {}
    if release.Score in kinds and user_id is not None:
        for ask in SCORES:
            scores.update(ask(work, course_id, user_id))
    standing = Standing(
        now=work.now,
        joined_at=joined.joined_at if joined else None,
        done=frozenset(item_id for item_id, _title, done in items if done),
        scores=scores,
        groups=frozenset(str(row.id) for row in groups if row.mine is not None),
    )
    names = Names(
        items={item_id: title for item_id, title, _done in items},
        groups={str(row.id): row.name for row in groups},
        day=lambda at: _day(work, at),
    )
    found = {item_id: release.why(conditions, standing, names) for item_id, conditions in asked.items()}
    return {item_id: said for item_id, said in found.items() if said}


def reason_of(work: Work, course_id: UUID, user_id: UUID | None, item_id: UUID, kept: str) -> str:
    """Why one item is closed to a student; empty when it is open. Not a door."""
    return reasons(work, course_id, user_id, {str(item_id): kept}).get(str(item_id), "") if kept else ""


def _day(work: Work, at: datetime) -> str:
    return when.day(at, work.actor.zone, work.actor.locale, now=work.now)
