"""Many people at once are put into a course or taken out of it, by lists and cohorts of the whole site.

Nobody is mailed: whoever calls it tells them. What it returns is how it was before, for `put_back`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import and_, bindparam, delete, insert, update
from sqlalchemy import select as columns
from sqlmodel import col

from lms_app.core import audit
from lms_app.core.audit import Change
from lms_app.core.db import from_micros, to_micros
from lms_app.core.errors import Conflict
from lms_app.core.work import Work
from lms_app.courses import rules
from lms_app.courses.models import CourseGroup, CourseGroupMember, CourseMember, CourseStatus, MemberState
from lms_app.courses.service.door import enter, many
from lms_app.courses.service.enrolling import CAME_AS, Coming, keep_an_instructor, keep_members
from lms_app.courses.service.grouping import make_groups
from lms_app.courses.service.progress import settle
from lms_app.courses.service.seating import free_seats, hold, move_up
from lms_app.policy import Can, Role

ARCHIVED = "{title} is archived and takes no new members."
FULL = "{title} is full, and a learner needs a seat. Raise its capacity first."

_MEMBERS = columns(
    col(CourseMember.course_id),
    col(CourseMember.user_id),
    col(CourseMember.role),
    col(CourseMember.state),
    col(CourseMember.joined_at),
    col(CourseMember.left_at),
).where(
    col(CourseMember.course_id).in_(bindparam("courses", expanding=True)),
    col(CourseMember.user_id).in_(bindparam("users", expanding=True)),
)
_PLACES = (
    columns(col(CourseGroupMember.group_id), col(CourseGroupMember.user_id))
    .join(CourseGroup, col(CourseGroup.id) == col(CourseGroupMember.group_id))
    .where(
        col(CourseGroup.course_id) == bindparam("course"),
        col(CourseGroupMember.user_id).in_(bindparam("users", expanding=True)),
    )
)
_GROUPS = columns(col(CourseGroup.id), col(CourseGroup.folded)).where(col(CourseGroup.course_id) == bindparam("course"))
_MEMBER = and_(col(CourseMember.course_id) == bindparam("course"), col(CourseMember.user_id) == bindparam("user"))

Key = tuple[UUID, UUID]  # course and person


@dataclass(frozen=True, slots=True)
class Placing:
    """Somebody and what they are to be in a course. Without a role they stay what they are, or become a student."""

    course_id: UUID
    user_id: UUID
    role: Role | None = None
    group: str = ""
    leaves: bool = False


class Before(NamedTuple):
    """How it was: the member's row, or None where there was none, and the groups that are new. As JSON keeps it."""

    course_id: str
    user_id: str
    member: dict[str, Any] | None = None
    changed: bool = False
    groups: Sequence[str] = ()


def place(work: Work, *, people: Sequence[Placing], via: str) -> list[Before]:
    """Put people into courses, change what they are in them, or take them out. Nothing changes where it is so already.

    A full course queues learners. Raises Conflict for an archived course, one that would lose its last instructor, and
    one too full for somebody to become a learner. A few statements, and some for each course.
    """
    by_course: dict[UUID, list[Placing]] = {}
    for one in people:
        by_course.setdefault(one.course_id, []).append(one)
    titles: dict[UUID, str] = {}
    seats: dict[UUID, int | None] = {}
    for course_id, its in by_course.items():
        membership = enter(work, course_id, Can.MANAGE)
        titles[course_id] = membership.title
        if membership.status == CourseStatus.ARCHIVED and not all(one.leaves for one in its):
            raise Conflict(ARCHIVED.format(title=membership.title))
        hold(work, course_id)
        seats[course_id] = free_seats(work, course_id)
    users = list({one.user_id for one in people})
    found = many(work, _MEMBERS, courses=list(by_course), users=users)
    members: dict[Key, Any] = {(row.course_id, row.user_id): row for row in found}
    coming: list[Coming] = []
    turns: list[tuple[Key, str, Role]] = []
    leaving: list[Key] = []
    for number, one in enumerate({(one.course_id, one.user_id): one for one in people}.values()):
        key = (one.course_id, one.user_id)
        member = members.get(key)
        if one.leaves:
            if member is not None and member.state != MemberState.LEFT:
                leaving.append(key)
        elif member is not None and member.state in (MemberState.ACTIVE, MemberState.QUEUED):
            if one.role is not None and member.role != one.role:
                turns.append((key, member.role, one.role))
        else:
            role, state, left = one.role or Role.STUDENT, MemberState.ACTIVE, seats[one.course_id]
            if role is Role.STUDENT and left is not None:
                state, seats[one.course_id] = (MemberState.QUEUED, 0) if left == 0 else (state, left - 1)
            # A microsecond apart: in the order of the list, should there be a queue.
            coming.append(Coming(*key, role, state, work.now + timedelta(microseconds=number)))
    _come(work, coming, members, via)
    _turn(work, titles, turns)
    _leave(work, leaving, members)
    for course_id in {key[0] for key in leaving} | {key[0] for key, _old, new in turns if new is not Role.STUDENT}:
        move_up(work, course_id)
    joined: dict[Key, list[str]] = {}
    for course_id, its in by_course.items():
        for user_id, groups in _group(work, course_id, its).items():
            joined[course_id, user_id] = groups
    moved = {(one.course_id, one.user_id) for one in coming} | {key for key, *_rest in turns} | set(leaving)
    return [
        Before(str(key[0]), str(key[1]), _kept(members.get(key)), key in moved, joined.get(key, ()))
        for key in dict.fromkeys([*moved, *joined])
    ]


def put_back(work: Work, *, befores: Sequence[Before]) -> None:
    """Make it as it was before `place`."""
    for course_id in {before.course_id for before in befores}:
        enter(work, UUID(course_id), Can.MANAGE)
    for before in befores:
        user_id = UUID(before.user_id)
        for group in before.groups:
            gone = delete(CourseGroupMember).where(
                col(CourseGroupMember.group_id) == UUID(group), col(CourseGroupMember.user_id) == user_id
            )
            work.db.connection().execute(gone)
        if not before.changed:
            continue
        mine = col(CourseMember.course_id) == UUID(before.course_id), col(CourseMember.user_id) == user_id
        if before.member is None:
            work.db.connection().execute(delete(CourseMember).where(*mine))
        else:
            moments = {
                name: from_micros(value) if value is not None else None
                for name, value in before.member.items()
                if name.endswith("_at")
            }
            work.db.connection().execute(update(CourseMember).where(*mine).values(**{**before.member, **moments}))


def _come(work: Work, coming: Sequence[Coming], members: dict[Key, Any], via: str) -> None:
    if not coming:
        return
    keep_members(work, coming)
    audit.record_all(
        work,
        [
            Change(
                CAME_AS[MemberState(one.state)],
                "course",
                one.course_id,
                None,
                {"user_id": str(one.user_id), "role": str(one.role), "via": via},
            )
            for one in coming
        ],
    )
    for one in coming:
        back = (one.course_id, one.user_id) in members
        if back and one.role == Role.STUDENT and one.state == MemberState.ACTIVE:
            settle(work, one.course_id, one.user_id)


def _turn(work: Work, titles: dict[UUID, str], turns: Sequence[tuple[Key, str, Role]]) -> None:
    for (course_id, user_id), old, new in turns:
        if old == Role.INSTRUCTOR:
            keep_an_instructor(work, course_id, user_id)
        if new is Role.STUDENT and free_seats(work, course_id) == 0:
            raise Conflict(FULL.format(title=titles[course_id]))
        work.db.connection().execute(
            update(CourseMember)
            .where(col(CourseMember.course_id) == course_id, col(CourseMember.user_id) == user_id)
            .values(role=new, state=MemberState.ACTIVE)
        )
        who = {"user_id": str(user_id)}
        old_new = {**who, "role": str(old)}, {**who, "role": str(new)}
        audit.record(work, "enrolment.role_changed", "course", course_id, *old_new)
        if new is Role.STUDENT:
            settle(work, course_id, user_id)


def _leave(work: Work, leaving: Sequence[Key], members: dict[Key, Any]) -> None:
    if not leaving:
        return
    for course_id, user_id in leaving:
        if members[course_id, user_id].role == Role.INSTRUCTOR:
            keep_an_instructor(work, course_id, user_id)
    gone = update(CourseMember).where(_MEMBER).values(state=MemberState.LEFT, left_at=work.now)
    work.db.connection().execute(gone, [{"course": course_id, "user": user_id} for course_id, user_id in leaving])
    audit.record_all(
        work,
        [
            Change("enrolment.removed", "course", course_id, None, {"user_id": str(user_id)})
            for course_id, user_id in leaving
        ],
    )


def _group(work: Work, course_id: UUID, people: Sequence[Placing]) -> dict[UUID, list[str]]:
    """Put people into the groups that they are listed with; what is new of it, by person."""
    wanted = {rules.folded(one.group): one.group for one in reversed(people) if one.group and not one.leaves}
    if not wanted:
        return {}
    make_groups(work, course_id, list(wanted.values()))
    groups = {row.folded: row.id for row in many(work, _GROUPS, course=course_id)}
    ids = list({one.user_id for one in people})
    here = {(row.group_id, row.user_id) for row in many(work, _PLACES, course=course_id, users=ids)}
    joined: dict[UUID, list[str]] = {}
    rows: list[dict[str, UUID]] = []
    for one in people:
        place = groups.get(rules.folded(one.group)) if one.group and not one.leaves else None
        if place is not None and (place, one.user_id) not in here:
            here.add((place, one.user_id))
            joined.setdefault(one.user_id, []).append(str(place))
            rows.append({"group_id": place, "user_id": one.user_id})
    if rows:
        work.db.connection().execute(insert(CourseGroupMember), rows)
    return joined


def _kept(member: Any) -> dict[str, Any] | None:
    if member is None:
        return None
    return {
        "role": member.role,
        "state": member.state,
        "joined_at": to_micros(member.joined_at),
        "left_at": to_micros(member.left_at) if member.left_at else None,
    }
