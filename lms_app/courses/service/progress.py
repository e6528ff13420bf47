"""What a student has done: seen, completed, and what follows for the course.

Progress is a fact about items; the course's own is counted on read. Only its first completion is kept, since the
certificate's date hangs on it.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, and_, bindparam, case, func, type_coerce, update
from sqlalchemy import select as columns
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col, select

from lms_app.core import outbox
from lms_app.core.db import new_id, to_micros
from lms_app.core.errors import NotFound
from lms_app.core.work import Work
from lms_app.courses.models import Completion, CourseMember, ItemProgress, MemberState, OutlineItem
from lms_app.courses.service.door import NO_ITEM, enter, enter_item, lock_of, many, one
from lms_app.courses.views import Membership
from lms_app.policy import Can, Role

COURSE_PROGRESS = "course_progress"
LEARNED = "learned"
COURSE_TERMS = "course_terms"
STILL_SECONDS = 300  # longer without a move, and somebody has gone for a coffee

_COUNTED = and_(
    col(OutlineItem.course_id) == bindparam("course"), col(OutlineItem.published), col(OutlineItem.required)
)
_TALLY = (
    columns(func.count().label("total"), func.count(col(ItemProgress.completed_at)).label("done"))
    .select_from(OutlineItem)
    .outerjoin(
        ItemProgress,
        and_(col(ItemProgress.item_id) == col(OutlineItem.id), col(ItemProgress.user_id) == bindparam("user")),
    )
    .where(_COUNTED)
)


def mark_seen(work: Work, *, item_id: UUID) -> None:
    """The actor looks at an item: it is where they resume, and it is complete if seeing it is enough.

    Of staff and of a locked item nothing is kept.
    """
    item, membership = enter_item(work, item_id, Can.SEE)
    keep_seen(work, item, membership)


def mark_complete(work: Work, *, item_id: UUID, user_id: UUID) -> None:
    """A student has completed an item; again changes nothing. The room that owns the item's kind decides when.

    For oneself, for a learner by whoever grades, and by jobs. Not for routes: whoever may call it, completes.
    When all required items are complete, the topic `course_progress` is told, also on a repeat: the mark may be new.
    """
    item = work.db.get(OutlineItem, item_id)
    if item is None:
        raise NotFound(NO_ITEM)
    own = user_id == work.actor.user_id
    enter(work, item.course_id, Can.SEE if own else Can.GRADE)
    if not _learns(work, item.course_id, user_id):
        raise NotFound("We could not find that learner in this course.")
    keep_completed(work, item, user_id)


def tell_progress(work: Work, *, course_id: UUID, user_id: UUID) -> None:
    """A mark of this student changed, or they submitted something: `learned` is told, for whoever rewards it.

    If they have completed the course, `course_progress` is told again.
    """
    enter(work, course_id, Can.SEE if user_id == work.actor.user_id else Can.GRADE)
    done = work.db.exec(
        select(CourseMember.completed_at).where(
            col(CourseMember.course_id) == course_id, col(CourseMember.user_id) == user_id
        )
    ).first()
    _tell(work, course_id, user_id, COURSE_PROGRESS if done is not None else LEARNED)


def tell_terms(work: Work, *, course_id: UUID, due_at: datetime | None = None) -> None:
    """What completes the course, or how its totals are made, has changed: `course_terms` is told, once for each moment.

    With `due_at` it is told then: a date of the course will have come. For whoever may grade there.
    """
    enter(work, course_id, Can.GRADE)
    due = due_at or work.now
    payload = {"course_id": str(course_id)}
    outbox.put(work, COURSE_TERMS, payload, key=f"{COURSE_TERMS}:{course_id}:{to_micros(due)}", due_at=due)


# ---- For the other modules of this package: the door was theirs.


def keep_seen(work: Work, item: OutlineItem, membership: Membership) -> None:
    if membership.is_staff or membership.user_id is None or lock_of(work, item, membership):
        return
    work.db.connection().execute(
        update(CourseMember)
        .where(col(CourseMember.course_id) == item.course_id, col(CourseMember.user_id) == membership.user_id)
        .values(last_item_id=item.id, last_seen_at=work.now)
    )
    if item.completion == Completion.VIEW:
        keep_completed(work, item, membership.user_id)
    else:
        _keep(work, item.id, membership.user_id, completed=False)


def keep_completed(work: Work, item: OutlineItem, user_id: UUID) -> tuple[int, int, bool]:
    """Returns done, total, and whether the course is complete."""
    _keep(work, item.id, user_id, completed=True)
    done, total, complete = settle(work, item.course_id, user_id)
    if not complete:
        _tell(work, item.course_id, user_id, LEARNED)
    return done, total, complete


def tally(work: Work, course_id: UUID, user_id: UUID) -> tuple[int, int]:
    """Required items that are done, and all of them."""
    found = one(work, _TALLY, course=course_id, user=user_id)
    return (found.done, found.total) if found else (0, 0)


def settle(work: Work, course_id: UUID, user_id: UUID) -> tuple[int, int, bool]:
    """Complete the course for this student if nothing required is left."""
    member = and_(col(CourseMember.course_id) == course_id, col(CourseMember.user_id) == user_id)
    # Two last items completed at once, in two transactions, would each still see the other one open. Changing the
    # member's row first makes the later transaction wait, and count after the earlier one.
    work.db.connection().execute(update(CourseMember).where(member).values(state=CourseMember.state))
    done, total = tally(work, course_id, user_id)
    complete = 0 < total == done
    if complete:
        work.db.connection().execute(
            update(CourseMember).where(member, col(CourseMember.completed_at).is_(None)).values(completed_at=work.now)
        )
        _tell(work, course_id, user_id)
    return done, total, complete


def settle_course(work: Work, course_id: UUID) -> None:
    """Complete the course for everybody who has nothing required left, after the outline lost something."""
    done = func.count(case((col(ItemProgress.completed_at).is_not(None), 1)))
    total = (
        columns(func.count())
        .select_from(OutlineItem)
        .where(col(OutlineItem.course_id) == course_id, col(OutlineItem.published), col(OutlineItem.required))
        .scalar_subquery()
    )
    finished = (
        columns(col(CourseMember.user_id))
        .join(ItemProgress, col(ItemProgress.user_id) == col(CourseMember.user_id))
        .join(OutlineItem, col(OutlineItem.id) == col(ItemProgress.item_id))
        .where(
            col(CourseMember.course_id) == course_id,
            col(CourseMember.role) == Role.STUDENT,
            col(CourseMember.completed_at).is_(None),
            col(OutlineItem.course_id) == course_id,
            col(OutlineItem.published),
            col(OutlineItem.required),
        )
        .group_by(col(CourseMember.user_id))
        .having(done == total)
    )
    for row in many(work, finished).all():
        settle(work, course_id, row.user_id)


def _learns(work: Work, course_id: UUID, user_id: UUID) -> bool:
    """Somebody who left still completes: what was handed in before is graded after."""
    state = work.db.exec(
        select(CourseMember.state).where(
            col(CourseMember.course_id) == course_id,
            col(CourseMember.user_id) == user_id,
            col(CourseMember.role) == Role.STUDENT,
        )
    ).first()
    return state in (MemberState.ACTIVE, MemberState.LEFT)


def more_seconds(work: Work) -> Any:
    """The time spent on an item, with what has passed since the last sign of life, unless that is too long ago."""
    gap = (to_micros(work.now) - type_coerce(col(ItemProgress.active_at), BigInteger())) // 1_000_000
    counts = and_(col(ItemProgress.active_at).is_not(None), gap >= 0, gap <= STILL_SECONDS)
    return col(ItemProgress.seconds) + case((counts, gap), else_=0)


def _keep(work: Work, item_id: UUID, user_id: UUID, *, completed: bool) -> None:
    """One row for each student and item. The first moments stay, whoever comes second."""
    dialect = postgresql if work.db.get_bind().dialect.name == "postgresql" else sqlite
    fresh = dialect.insert(ItemProgress).values(
        id=new_id(),
        item_id=item_id,
        user_id=user_id,
        first_seen_at=work.now,
        completed_at=work.now if completed else None,
        scroll=0,
        seconds=0,
        active_at=work.now,
    )
    work.db.flush()
    work.db.connection().execute(
        fresh.on_conflict_do_update(
            index_elements=["item_id", "user_id"],
            set_={
                "completed_at": func.coalesce(col(ItemProgress.completed_at), fresh.excluded.completed_at),
                "seconds": more_seconds(work),
                "active_at": work.now,
            },
        )
    )


def _tell(work: Work, course_id: UUID, user_id: UUID, topic: str = COURSE_PROGRESS) -> None:
    """Once for each moment: a submission that completes two things wakes the certificate once.

    What is progress is `learned`, too; a step on the way is only that.
    """
    for each in dict.fromkeys((topic, LEARNED)):
        outbox.put(
            work,
            each,
            {"course_id": str(course_id), "user_id": str(user_id)},
            key=f"{each}:{course_id}:{user_id}:{to_micros(work.now)}",
        )
