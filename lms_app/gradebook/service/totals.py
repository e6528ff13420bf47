"""Totals of one student: what they are, and what of them other rooms ask for."""

from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

from sqlmodel import col, select

from lms_app.core import when
from lms_app.core.words import say
from lms_app.core.work import Work
from lms_app.courses import service as courses
from lms_app.courses.models import Course, CourseMember
from lms_app.courses.views import Goal
from lms_app.gradebook import rules
from lms_app.gradebook.service import facts
from lms_app.gradebook.service.facts import Book
from lms_app.gradebook.service.rows import Has, marks
from lms_app.gradebook.views import CourseTotal, TotalLine
from lms_app.policy import Can, Role


def course_total(work: Work, *, course_id: UUID, user_id: UUID) -> CourseTotal:
    """A student's total in a course, of what the reader may see: their own, or any for whoever may grade.

    A total that a person set stands in place of both. Raises NotFound to strangers, Forbidden to a student who asks for
    somebody else's.
    """
    book, row = _read(work, course_id, user_id)
    columns = book.course.columns
    made = rules.totals(book.course.plan, marks(columns, row))
    by_hand = facts.set_totals(work, course_id, [user_id])[str(user_id)]
    so_far = None if made.share_so_far is None else rules.decimal(made.share_so_far)
    size = rules.decimal(made.in_the_end.size) / 1000
    return CourseTotal(
        points=rules.decimal(made.share * made.in_the_end.size / 1000),
        points_max=size,
        points_max_so_far=rules.decimal(made.so_far.size) / 1000,
        fraction=rules.decimal(made.share) if by_hand.share is None else by_hand.share,
        fraction_so_far=so_far if by_hand.share is None else by_hand.share,
        lines=[TotalLine(one.title, has.points, one.points_max) for one, has in zip(columns, row, strict=True)],
    )


def course_shares(work: Work, *, course_id: UUID, user_ids: Sequence[UUID] | None = None) -> dict[UUID, Decimal]:
    """The total of each student as a share, what is not marked yet counted as 0: `course_total` of many, for whoever may grade.

    Without ids, of everybody who learns there or did. As many queries for three as for a thousand.
    """
    courses.enter(work, course_id, Can.GRADE)
    if user_ids is None:
        learners = select(CourseMember.user_id).where(
            col(CourseMember.course_id) == course_id, col(CourseMember.role) == Role.STUDENT
        )
        wanted, asked = list(work.db.exec(learners)), None
    else:
        wanted = asked = list(user_ids)
    book = facts.book_of(work, course_id, asked, states=False)
    by_hand = facts.set_totals(work, course_id, asked)
    found: dict[UUID, Decimal] = {}
    for user_id in wanted:
        _so_far, share = facts.standing_shares(book.row(str(user_id)), by_hand[str(user_id)])
        found[user_id] = rules.decimal(share)
    return found


def shares(work: Work, course_id: UUID, user_id: UUID) -> dict[str, Decimal]:
    """What a student has in each item, as a share of what it is worth, for `courses.SCORES`: only what they were told."""
    book, row = _read(work, course_id, user_id)
    return {
        one.source_id: has.points / one.points_max
        for one, has in zip(book.course.columns, row, strict=True)
        if has.points is not None and one.points_max
    }


def goals(work: Work, course_id: UUID, user_id: UUID) -> list[Goal]:
    """The grade that a course asks for its certificate, for `courses.GOALS`; nothing where it asks for none.

    It counts what is not marked yet as 0, as the certificate does. Not a door: the course's reader came through one.
    """
    needed = work.db.exec(select(col(Course.pass_fraction)).where(col(Course.id) == course_id)).first()
    if not needed:
        return []
    total = course_total(work, course_id=course_id, user_id=user_id)
    state = "done" if total.fraction >= needed else "now" if total.points else "todo"
    return [
        Goal(
            say(
                "A grade of {needed} or more (now {now})", needed=when.percent(needed), now=when.percent(total.fraction)
            ),
            state,
        )
    ]


def _read(work: Work, course_id: UUID, user_id: UUID) -> tuple[Book, Sequence[Has]]:
    can = Can.SEE if user_id == work.actor.user_id else Can.GRADE
    membership = courses.enter(work, course_id, can)
    book = facts.book_of(work, course_id, [user_id], states=False)
    return book, seen(work, book, str(user_id), staff=membership.is_staff)


# ---- For the other modules of this package: the door was theirs.


def seen(work: Work, book: Book, user_id: str, *, staff: bool) -> Sequence[Has]:
    """A student's row as its reader may see it: to students, marks that are not shown yet are not there."""
    row = book.row(user_id)
    if staff:
        return row
    return [
        has if has.points is None or facts.is_shown(work, one) else Has(None, "")
        for one, has in zip(book.course.columns, row, strict=True)
    ]
