"""Seats: a course may hold so many learners. Whoever comes later is queued, and moves up in order as seats get free.

Staff take no seat. A learner who is in stays in when the capacity is lowered. Waiting for an answer is another thing
than waiting for a seat: a person decides about the one, the next free seat about the other.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, bindparam, func, or_, update
from sqlalchemy import select as columns
from sqlmodel import col

from lms_app.core import audit, outbox
from lms_app.core.work import Work
from lms_app.courses.models import LEARNS, Course, CourseMember, CourseStatus, MemberState
from lms_app.courses.service.door import many, one
from lms_app.courses.service.progress import settle_course

COURSE_ENROLLED = "course_enrolled"
MAILS_A_JOB = 100
CAPACITY_MAX = 100_000

TAKEN = (
    columns(func.count())
    .select_from(CourseMember)
    .where(
        col(CourseMember.course_id) == col(Course.id),
        LEARNS,
    )
    .correlate(Course)
    .scalar_subquery()
)
_CAPACITY = columns(col(Course.capacity), col(Course.status)).where(col(Course.id) == bindparam("course"))
_SEATS = columns((col(Course.capacity) - TAKEN).label("free")).where(col(Course.id) == bindparam("course"))
_IN_QUEUE = and_(col(CourseMember.course_id) == bindparam("course"), col(CourseMember.state) == MemberState.QUEUED)
_NEXT = (
    columns(col(CourseMember.user_id))
    .where(_IN_QUEUE)
    .order_by(col(CourseMember.joined_at), col(CourseMember.id))
    .limit(bindparam("seats"))
)
_MINE = columns(col(CourseMember.id), col(CourseMember.joined_at)).where(
    _IN_QUEUE, col(CourseMember.user_id) == bindparam("user")
)
_AHEAD = columns(func.count()).where(
    _IN_QUEUE,
    or_(
        col(CourseMember.joined_at) < bindparam("at"),
        and_(col(CourseMember.joined_at) == bindparam("at"), col(CourseMember.id) < bindparam("id")),
    ),
)


def hold(work: Work, course_id: UUID) -> None:
    """Let who else decides about members of this course wait until this transaction is over.

    Two could take the last seat at once, or the last two instructors go, each still seeing the other: changing the
    course's row makes one of them wait.
    """
    work.db.connection().execute(update(Course).where(col(Course.id) == course_id).values(status=Course.status))


def free_seats(work: Work, course_id: UUID) -> int | None:
    """How many learners may still come; None where there is no limit. It holds only for who holds the course."""
    found = one(work, _SEATS, course=course_id)
    return None if found is None or found.free is None else max(0, found.free)


def seat_for(work: Work, course_id: UUID) -> MemberState:
    """What a learner who comes now is: in, or in the queue behind those who waited."""
    found = one(work, _CAPACITY, course=course_id)
    if found is None or found.capacity is None:
        return MemberState.ACTIVE
    hold(work, course_id)
    move_up(work, course_id)
    return MemberState.QUEUED if free_seats(work, course_id) == 0 else MemberState.ACTIVE


def move_up(work: Work, course_id: UUID) -> None:
    """Let those who wait longest have the seats that are free, and have them told by mail."""
    found = one(work, _CAPACITY, course=course_id)
    if found is None or found.status == CourseStatus.ARCHIVED:
        return
    hold(work, course_id)
    seats = free_seats(work, course_id)
    limit = CAPACITY_MAX if seats is None else seats
    lucky = [row.user_id for row in many(work, _NEXT, course=course_id, seats=limit)] if limit else []
    if not lucky:
        return
    work.db.connection().execute(
        update(CourseMember)
        .where(col(CourseMember.course_id) == course_id, col(CourseMember.user_id).in_(lucky))
        .values(state=MemberState.ACTIVE, joined_at=work.now)
    )
    audit.record_each(
        work, "enrolment.moved_up", "course", course_id, [(None, {"user_id": str(user_id)}) for user_id in lucky]
    )
    settle_course(work, course_id)
    tell_later(work, COURSE_ENROLLED, course_id, "user_ids", lucky)


def place_of(work: Work, course_id: UUID, user_id: UUID) -> int:
    """Somebody's place in the queue, from 1; 0 for who is not in it."""
    mine = one(work, _MINE, course=course_id, user=user_id)
    if mine is None:
        return 0
    at: datetime = mine.joined_at
    return many(work, _AHEAD, course=course_id, at=at, id=mine.id).scalar_one() + 1


def tell_later(work: Work, topic: str, course_id: UUID, name: str, ids: list[Any]) -> None:
    """Have jobs put the mails to these people or of these rows into the outbox, some at a time."""
    for at in range(0, len(ids), MAILS_A_JOB):
        some = [str(one_id) for one_id in ids[at : at + MAILS_A_JOB]]
        outbox.put(work, topic, {"course_id": str(course_id), name: some})
