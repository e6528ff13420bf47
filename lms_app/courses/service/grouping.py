"""The groups of a course: labs, tutorials, whatever its staff divide people into. A person may be in several."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import bindparam, delete, func
from sqlalchemy import select as columns
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col, select

from lms_app.accounts.rules import fields
from lms_app.core import audit
from lms_app.core.db import new_id
from lms_app.core.errors import Invalid, NotFound
from lms_app.core.work import Work
from lms_app.courses import class_list, rules
from lms_app.courses.models import CourseGroup, CourseGroupMember, CourseMember, ItemOverride, MemberState
from lms_app.courses.people_views import GroupView
from lms_app.courses.service.door import enter_by_slug, many, one
from lms_app.policy import Can

GROUPS_MAX = 200
NO_GROUP = "We could not find that group of the course."

_SIZE = (
    columns(func.count())
    .select_from(CourseGroupMember)
    .join(CourseMember, col(CourseMember.user_id) == col(CourseGroupMember.user_id))
    .where(
        col(CourseGroupMember.group_id) == col(CourseGroup.id),
        col(CourseMember.course_id) == col(CourseGroup.course_id),
        col(CourseMember.state) == MemberState.ACTIVE,
    )
    .correlate(CourseGroup)
    .scalar_subquery()
)
_GROUPS = (
    columns(col(CourseGroup.id), col(CourseGroup.name), _SIZE.label("people"))
    .where(col(CourseGroup.course_id) == bindparam("course"))
    .order_by(col(CourseGroup.folded), col(CourseGroup.id))
)
_THEIRS = (
    columns(col(CourseGroup.id))
    .join(CourseGroupMember, col(CourseGroupMember.group_id) == col(CourseGroup.id))
    .where(col(CourseGroup.course_id) == bindparam("course"), col(CourseGroupMember.user_id) == bindparam("user"))
)
_NAMES = (
    columns(col(CourseGroupMember.user_id), col(CourseGroup.name))
    .join(CourseGroup, col(CourseGroup.id) == col(CourseGroupMember.group_id))
    .where(
        col(CourseGroup.course_id) == bindparam("course"),
        col(CourseGroupMember.user_id).in_(bindparam("users", expanding=True)),
    )
    .order_by(col(CourseGroup.folded), col(CourseGroup.id))
)


def groups(work: Work, *, slug: str) -> list[GroupView]:
    """The groups of a course by name, with how many of its people are in each. One query."""
    membership = enter_by_slug(work, slug, Can.GRADE)
    return groups_in(work, membership.course_id)


def add_group(work: Work, *, slug: str, name: str) -> GroupView:
    membership = enter_by_slug(work, slug, Can.MANAGE)
    (made,) = make_groups(work, membership.course_id, [_name(name)])
    if made is None:
        raise Invalid({"name": "The course has a group of this name already."})
    return GroupView(id=str(made), name=_name(name), people=0)


def rename_group(work: Work, *, slug: str, group_id: UUID, name: str) -> GroupView:
    membership = enter_by_slug(work, slug, Can.MANAGE)
    group = _group(work, membership.course_id, group_id)
    new = _name(name)
    same = select(CourseGroup.id).where(
        col(CourseGroup.course_id) == membership.course_id,
        col(CourseGroup.folded) == rules.folded(new),
        col(CourseGroup.id) != group_id,
    )
    if work.db.exec(same).first() is not None:
        raise Invalid({"name": "The course has a group of this name already."})
    if group.name != new:
        audit.record(work, "course_group.renamed", "course_group", group_id, {"name": group.name}, {"name": new})
        group.name, group.folded = new, rules.folded(new)
        work.db.flush()
    return next(one for one in groups_in(work, membership.course_id) if one.id == str(group_id))


def delete_group(work: Work, *, slug: str, group_id: UUID) -> None:
    """Take a group away; its people stay in the course."""
    membership = enter_by_slug(work, slug, Can.MANAGE)
    group = _group(work, membership.course_id, group_id)
    for rows in (CourseGroupMember, ItemOverride):
        work.db.connection().execute(delete(rows).where(col(rows.group_id) == group_id))
    work.db.delete(group)
    work.db.flush()
    audit.record(work, "course_group.deleted", "course_group", group_id, {"name": group.name})


def put_in_group(work: Work, *, slug: str, group_id: UUID, user_id: UUID) -> None:
    """Put somebody of the course into a group; again changes nothing."""
    membership = enter_by_slug(work, slug, Can.MANAGE)
    _group(work, membership.course_id, group_id)
    _must_be_in(work, membership.course_id, user_id)
    if group_id in groups_of(work, membership.course_id, user_id):
        return
    put_in_groups(work, membership.course_id, [(group_id, user_id)])
    audit.record(work, "course_group.joined", "course_group", group_id, None, {"user_id": str(user_id)})


def take_out_of_group(work: Work, *, slug: str, group_id: UUID, user_id: UUID) -> None:
    membership = enter_by_slug(work, slug, Can.MANAGE)
    _group(work, membership.course_id, group_id)
    gone = work.db.connection().execute(
        delete(CourseGroupMember).where(
            col(CourseGroupMember.group_id) == group_id, col(CourseGroupMember.user_id) == user_id
        )
    )
    if gone.rowcount:
        audit.record(work, "course_group.left", "course_group", group_id, {"user_id": str(user_id)})


# ---- For whoever has come through a door of the course


def groups_of(work: Work, course_id: UUID, user_id: UUID) -> set[UUID]:
    """The ids of the groups that somebody is in. Not a door: call it with what a door has returned. One query."""
    return {row.id for row in many(work, _THEIRS, course=course_id, user=user_id)}


# ---- For the other modules of this package: the door was theirs.


def groups_in(work: Work, course_id: UUID) -> list[GroupView]:
    rows = many(work, _GROUPS, course=course_id)
    return [GroupView(id=str(row.id), name=row.name, people=row.people) for row in rows]


def names_of(work: Work, course_id: UUID, user_ids: Sequence[UUID]) -> dict[UUID, list[str]]:
    """The names of the groups of several people. One query."""
    found: dict[UUID, list[str]] = {}
    for row in many(work, _NAMES, course=course_id, users=list(user_ids)) if user_ids else ():
        found.setdefault(row.user_id, []).append(row.name)
    return found


def make_groups(work: Work, course_id: UUID, names: Sequence[str], as_ids: Sequence[UUID] = ()) -> list[UUID | None]:
    """Groups of these names. None stands for one that is there already, or that another line has just made."""
    here = set(work.db.exec(select(CourseGroup.folded).where(col(CourseGroup.course_id) == course_id)).all())
    made: list[UUID | None] = []
    for at, name in enumerate(names):
        folded = rules.folded(name)
        if folded in here:
            made.append(None)
            continue
        here.add(folded)
        group = CourseGroup(
            id=as_ids[at] if as_ids else new_id(), course_id=course_id, name=name, folded=folded, created_at=work.now
        )
        work.db.add(group)
        made.append(group.id)
        audit.record(work, "course_group.created", "course_group", group.id, None, {"name": name})
    if len(here) > GROUPS_MAX:
        raise Invalid({"name": f"A course has at most {GROUPS_MAX} groups."})
    work.db.flush()
    return made


def put_in_groups(work: Work, course_id: UUID, places: Iterable[tuple[UUID, UUID]]) -> None:
    """Put people into groups of a course, (group, person) each; where they are already, nothing changes."""
    here = set(work.db.exec(select(CourseGroup.id).where(col(CourseGroup.course_id) == course_id)).all())
    rows = [{"group_id": group_id, "user_id": user_id} for group_id, user_id in places if group_id in here]
    if rows:
        dialect = postgresql if work.db.get_bind().dialect.name == "postgresql" else sqlite
        fresh = dialect.insert(CourseGroupMember).on_conflict_do_nothing(index_elements=["group_id", "user_id"])
        work.db.flush()
        work.db.connection().execute(fresh, rows)


def _group(work: Work, course_id: UUID, group_id: UUID) -> CourseGroup:
    found = work.db.exec(
        select(CourseGroup).where(col(CourseGroup.id) == group_id, col(CourseGroup.course_id) == course_id)
    ).first()
    if found is None:
        raise NotFound(NO_GROUP)
    return found


def _must_be_in(work: Work, course_id: UUID, user_id: UUID) -> None:
    if one(work, _IS_IN, course=course_id, user=user_id) is None:
        raise NotFound("We could not find that member of the course.")


_IS_IN = columns(col(CourseMember.id)).where(
    col(CourseMember.course_id) == bindparam("course"),
    col(CourseMember.user_id) == bindparam("user"),
    col(CourseMember.state) != MemberState.LEFT,
)


def _name(name: str) -> str:
    clean = fields.clean_name(name)
    if not clean:
        raise Invalid({"name": "Enter a name for the group."})
    if class_list.is_too_long(clean):
        raise Invalid({"name": f"Shorten the name to {class_list.GROUP_MAX} characters."})
    return clean
