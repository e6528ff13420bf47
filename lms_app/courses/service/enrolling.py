"""Coming into a course and going out of it: by oneself, or by somebody who decides. Links are in `inviting`."""

import hmac
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Row, bindparam, update
from sqlalchemy import select as columns
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col, select

from lms_app.core import audit, limits, mail, outbox
from lms_app.core.db import new_id, to_micros
from lms_app.core.errors import Conflict, Invalid, NotFound
from lms_app.core.identity import User
from lms_app.core.settings import settings
from lms_app.core.words import say, speaking
from lms_app.core.work import Work
from lms_app.courses.models import Course, CourseMember, CourseStatus, EnrolMode, MemberState
from lms_app.courses.service.door import enter, enter_by_slug, one
from lms_app.courses.service.progress import settle
from lms_app.courses.service.reading import closed_reason, look_in
from lms_app.courses.service.requiring import first_missing
from lms_app.courses.service.seating import free_seats, hold, move_up, place_of, seat_for
from lms_app.courses.views import Enrolment
from lms_app.policy import Can, Role
from lms_app.web import routes

COURSE_OPENS = "course_opens"
NO_ROLE = "Choose a role: student, assistant or instructor."
NO_MEMBER = "We could not find that member of the course."
NOT_A_MEMBER = "You have not joined this course."
NO_REQUEST = "We could not find that request. Somebody may have answered it already."
LAST_INSTRUCTOR = "A course needs an instructor. Add another one first."

_MEMBER = columns(col(CourseMember.id), col(CourseMember.role), col(CourseMember.state)).where(
    col(CourseMember.course_id) == bindparam("course"), col(CourseMember.user_id) == bindparam("user")
)
_ENROLMENT = (
    columns(col(Course.slug), col(Course.title), col(CourseMember.state), col(CourseMember.role))
    .join(CourseMember, col(CourseMember.course_id) == col(Course.id))
    .where(col(Course.id) == bindparam("course"), col(CourseMember.user_id) == bindparam("user"))
)


def enrol(work: Work, *, slug: str, key: str = "") -> Enrolment:
    """Join a course, or ask to; a full one has a queue. Doing it twice changes nothing, coming back gives the work back.

    Raises NotFound (not there for this reader), Invalid (another key), Conflict (closed), TooMany (keys tried).
    """
    reader = look_in(work, slug)
    user_id = work.user_id
    member = member_of(work, reader.course_id, user_id)
    if member and member.state in (MemberState.ACTIVE, MemberState.QUEUED):
        return enrolment_of(work, reader.course_id, user_id)
    course = course_of(work, reader.course_id)
    if reason := closed_reason(work, course.status, course.ends_at, course.enrol_mode):
        raise Conflict(reason)
    if reason := first_missing(work, course.id, user_id):
        raise Conflict(reason)
    if course.enrol_mode == EnrolMode.KEY:
        limits.hit(work, "enrol_key", str(user_id))
        if not hmac.compare_digest(key.strip().encode(), course.enrol_key.encode()):
            raise Invalid({"key": "That is not the key of this course. Check it with the instructor."})
    if course.enrol_mode != EnrolMode.APPROVAL:
        admit(work, course.id, user_id, Role.STUDENT, MemberState.ACTIVE, via=course.enrol_mode)
    elif not member or member.state != MemberState.WAITING:
        admit(work, course.id, user_id, Role.STUDENT, MemberState.WAITING, via=course.enrol_mode)
        _mail_managers(work, course)
    return enrolment_of(work, course.id, user_id)


def leave(work: Work, *, slug: str) -> Enrolment:
    """Go, or take back the wish to join. The work is kept for a return. Raises NotFound for whoever is not in."""
    reader = look_in(work, slug)
    member = member_of(work, reader.course_id, work.user_id)
    if member is None:
        raise NotFound(NOT_A_MEMBER)
    _dismiss(work, reader.course_id, work.user_id, "enrolment.left")
    return enrolment_of(work, reader.course_id, work.user_id)


def approve(work: Work, *, slug: str, user_id: UUID) -> Enrolment:
    """Let somebody in who asked, or into the queue of a full course. Of two answers at once the first one counts; the other is a NotFound."""
    membership = enter_by_slug(work, slug, Can.MANAGE)
    course_id, title = membership.course_id, membership.title
    state = seat_for(work, course_id)
    _answer(work, course_id, user_id, state)
    link = f"{settings.url}{routes.course(slug)}"
    with speaking(_locale_of(work, user_id)):
        _tell_approved(work, course_id, title, user_id, state, link)
    return enrolment_of(work, membership.course_id, user_id)


def _tell_approved(work: Work, course_id: UUID, title: str, user_id: UUID, state: str, link: str) -> None:
    if state == MemberState.QUEUED:
        place = place_of(work, course_id, user_id)
        words = say(
            "Your request to join {title} was approved. The course is full: you are number {place} of those who wait.",
            title=title,
            place=place,
        )
        _mail(
            work,
            user_id,
            say("You are on the wait-list: {title}", title=title),
            f"{words} {say('We mail you when a seat is yours.')}\n{link}",
        )
    else:
        settle(work, course_id, user_id)
        words = say("Your request to join {title} was approved. Start here:", title=title)
        _mail(work, user_id, say("You are in: {title}", title=title), f"{words}\n{link}")


def _locale_of(work: Work, user_id: UUID) -> str:
    return work.db.exec(select(User.locale).where(col(User.id) == user_id)).one()


def decline(work: Work, *, slug: str, user_id: UUID) -> Enrolment:
    """Turn a request down. The person may ask again."""
    membership = enter_by_slug(work, slug, Can.MANAGE)
    _answer(work, membership.course_id, user_id, MemberState.LEFT)
    title = membership.title
    with speaking(_locale_of(work, user_id)):
        _mail(
            work,
            user_id,
            say("Your request to join {title}", title=title),
            say(
                "Your request to join {title} was not approved. Ask the instructor if you think it should be.",
                title=title,
            ),
        )
    return enrolment_of(work, membership.course_id, user_id)


def add_member(work: Work, *, course_id: UUID, user_id: UUID, role: str = Role.STUDENT) -> Enrolment:
    """Bring somebody in, or change what they are in the course. Without a mail: whoever calls it tells them."""
    enter(work, course_id, Can.MANAGE)
    if role not in list(Role):
        raise Invalid({"role": NO_ROLE})
    if work.db.exec(select(User.id).where(col(User.id) == user_id)).first() is None:
        raise NotFound("We could not find that person.")
    member = member_of(work, course_id, user_id)
    if member and member.state == MemberState.ACTIVE:
        return change_role(work, course_id=course_id, user_id=user_id, role=role)
    admit(work, course_id, user_id, Role(role), MemberState.ACTIVE, via="added")
    return enrolment_of(work, course_id, user_id)


def change_role(work: Work, *, course_id: UUID, user_id: UUID, role: str) -> Enrolment:
    """Change what a member is in the course; the last instructor stays one, and staff need no seat. Again changes nothing.

    Raises Invalid for what is no role, NotFound for who is not in, Conflict for the last instructor and a full course.
    """
    enter(work, course_id, Can.MANAGE)
    if role not in list(Role):
        raise Invalid({"role": NO_ROLE})
    member = member_of(work, course_id, user_id)
    if member is None or member.state not in (MemberState.ACTIVE, MemberState.QUEUED):
        raise NotFound(NO_MEMBER)
    if member.role != role:
        _change(work, course_id, user_id, member.role, Role(role))
    return enrolment_of(work, course_id, user_id)


def remove_member(work: Work, *, course_id: UUID, user_id: UUID) -> Enrolment:
    """Take somebody out of the course; their work is kept for a return."""
    enter(work, course_id, Can.MANAGE)
    if member_of(work, course_id, user_id) is None:
        raise NotFound(NO_MEMBER)
    _dismiss(work, course_id, user_id, "enrolment.removed")
    return enrolment_of(work, course_id, user_id)


def ask_when_open(work: Work, *, slug: str) -> datetime:
    """Have a mail sent when the course opens; again changes nothing. Returns when that will be."""
    reader = look_in(work, slug)
    if reader.starts_at is None or reader.starts_at <= work.now:
        raise Conflict("This course is open already.")
    _mail_at(work, reader.course_id, work.user_id, reader.starts_at)
    return reader.starts_at


def tell_it_opens(work: Work, payload: dict[str, Any]) -> None:
    """The topic `course_opens`: one mail, unless the course is hidden again or the day has moved."""
    course_id, user_id = UUID(payload["course_id"]), UUID(payload["user_id"])
    membership = enter(work, course_id, Can.MANAGE)
    course = course_of(work, course_id)
    if course.status != CourseStatus.PUBLISHED:
        return
    if course.starts_at and course.starts_at > work.now:
        _mail_at(work, course_id, user_id, course.starts_at)
        return
    _mail(
        work,
        user_id,
        f"{course.title} is open",
        f"{course.title} has opened. Start here:\n{settings.url}{routes.course(membership.slug)}",
        key=f"{COURSE_OPENS}:{course_id}:{user_id}",
    )


# ---- For the other modules of this package: the door was theirs.


def admit(work: Work, course_id: UUID, user_id: UUID, role: Role, state: MemberState, *, via: str) -> None:
    """Write the member's row, or wake the old one: a unique constraint lets two clicks make one.

    A learner of a full course comes into the queue, and keeps the place there that they have.
    """
    if state == MemberState.ACTIVE and role is Role.STUDENT:
        state = seat_for(work, course_id)
        member = member_of(work, course_id, user_id)
        if state == MemberState.QUEUED and member and member.state == MemberState.QUEUED:
            return
    keep_members(work, [Coming(course_id, user_id, role, state, work.now)])
    audit.record(
        work,
        CAME_AS[state],
        "course",
        course_id,
        None,
        {"user_id": str(user_id), "role": role, "via": via},
    )
    if role is not Role.STUDENT:
        move_up(work, course_id)
    elif state == MemberState.ACTIVE:
        settle(work, course_id, user_id)


CAME_AS = {
    MemberState.ACTIVE: "enrolment.joined",
    MemberState.WAITING: "enrolment.asked",
    MemberState.QUEUED: "enrolment.queued",
}


class Coming(NamedTuple):
    """A member's row as it is to be."""

    course_id: UUID
    user_id: UUID
    role: str
    state: str
    joined_at: datetime


def keep_members(work: Work, coming: Sequence[Coming]) -> None:
    """Write members' rows, or wake the old ones, in one statement."""
    work.db.flush()
    rows = [{"id": new_id(), "extra_percent": 0, **one._asdict()} for one in coming]
    work.db.connection().execute(_waking(work.db.get_bind().dialect.name), rows)


@cache
def _waking(dialect: str) -> Any:
    fresh = (postgresql if dialect == "postgresql" else sqlite).insert(CourseMember)
    woken = {name: fresh.excluded[name] for name in ("role", "state", "joined_at")}
    return fresh.on_conflict_do_update(index_elements=["course_id", "user_id"], set_={**woken, "left_at": None})


def keep_an_instructor(work: Work, course_id: UUID, leaver: UUID) -> None:
    hold(work, course_id)
    instructors = work.db.exec(
        select(CourseMember.user_id).where(
            col(CourseMember.course_id) == course_id,
            col(CourseMember.role) == Role.INSTRUCTOR,
            col(CourseMember.state) == MemberState.ACTIVE,
        )
    ).all()
    if list(instructors) == [leaver]:
        raise Conflict(LAST_INSTRUCTOR)


def member_of(work: Work, course_id: UUID, user_id: UUID) -> Row[Any] | None:
    return one(work, _MEMBER, course=course_id, user=user_id)


def course_of(work: Work, course_id: UUID) -> Course:
    return work.db.exec(select(Course).where(col(Course.id) == course_id)).one()


def enrolment_of(work: Work, course_id: UUID, user_id: UUID) -> Enrolment:
    found = one(work, _ENROLMENT, course=course_id, user=user_id)
    assert found is not None, "the member's row was just written"
    return Enrolment(slug=found.slug, title=found.title, state=found.state, role=found.role)


def _answer(work: Work, course_id: UUID, user_id: UUID, state: MemberState) -> None:
    # Two instructors may answer at once. The WHERE lets only one of them match.
    changed = work.db.connection().execute(
        update(CourseMember)
        .where(
            col(CourseMember.course_id) == course_id,
            col(CourseMember.user_id) == user_id,
            col(CourseMember.state) == MemberState.WAITING,
        )
        .values(state=state, joined_at=work.now, left_at=work.now if state == MemberState.LEFT else None)
    )
    if changed.rowcount == 0:
        raise NotFound(NO_REQUEST)
    action = "enrolment.declined" if state == MemberState.LEFT else "enrolment.approved"
    audit.record(work, action, "course", course_id, None, {"user_id": str(user_id)})


def _dismiss(work: Work, course_id: UUID, user_id: UUID, action: str) -> None:
    keep_an_instructor(work, course_id, user_id)
    changed = work.db.connection().execute(
        update(CourseMember)
        .where(
            col(CourseMember.course_id) == course_id,
            col(CourseMember.user_id) == user_id,
            col(CourseMember.state) != MemberState.LEFT,
        )
        .values(state=MemberState.LEFT, left_at=work.now)
    )
    if changed.rowcount:
        audit.record(work, action, "course", course_id, None, {"user_id": str(user_id)})
        move_up(work, course_id)


def _change(work: Work, course_id: UUID, user_id: UUID, old: str, new: Role) -> None:
    hold(work, course_id)
    if old == Role.INSTRUCTOR:
        keep_an_instructor(work, course_id, user_id)
    if new is Role.STUDENT and free_seats(work, course_id) == 0:
        raise Conflict("The course is full, and a learner needs a seat. Raise its capacity first.")
    work.db.connection().execute(
        update(CourseMember)
        .where(col(CourseMember.course_id) == course_id, col(CourseMember.user_id) == user_id)
        .values(role=new, state=MemberState.ACTIVE)
    )
    who = {"user_id": str(user_id)}
    audit.record(work, "enrolment.role_changed", "course", course_id, {**who, "role": old}, {**who, "role": new})
    if new is Role.STUDENT:
        settle(work, course_id, user_id)
    else:
        move_up(work, course_id)


def _mail_at(work: Work, course_id: UUID, user_id: UUID, starts_at: datetime) -> None:
    outbox.put(
        work,
        COURSE_OPENS,
        {"course_id": str(course_id), "user_id": str(user_id)},
        key=f"{COURSE_OPENS}:{course_id}:{user_id}:{to_micros(starts_at)}",
        due_at=starts_at,
    )


def _mail_managers(work: Work, course: Course) -> None:
    managers = work.db.exec(
        select(User.email).where(
            col(User.id) == col(CourseMember.user_id),
            col(CourseMember.course_id) == course.id,
            col(CourseMember.role) == Role.INSTRUCTOR,
            col(CourseMember.state) == MemberState.ACTIVE,
        )
    ).all()
    for address in managers:
        mail.put(
            work,
            to=address,
            subject=f"{work.actor.name} asks to join {course.title}",
            text=say(
                "Approve or decline the request here:\n{url}", url=settings.url + routes.course_people(course.slug)
            ),
        )


def _mail(work: Work, user_id: UUID, subject: str, text: str, key: str | None = None) -> None:
    address = work.db.exec(select(User.email).where(col(User.id) == user_id)).first()
    if address:
        mail.put(work, to=address, subject=subject, text=text, key=key)
