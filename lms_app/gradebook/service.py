"""Weighing and totals. The gradebook owns no marks: every total is derived from `grades` on read."""

from decimal import Decimal
from uuid import UUID

from sqlmodel import col, select

from lms_app.core import when
from lms_app.core.work import Work
from lms_app.courses.models import Course
from lms_app.courses.views import Goal
from lms_app.gradebook import rules
from lms_app.gradebook.views import CourseTotal, TotalLine
from lms_app.grades import service as grades


def course_total(work: Work, *, course_id: UUID, user_id: UUID) -> CourseTotal:
    """A student's total in a course, of what the reader may see: their own, or any for whoever may grade.

    Raises NotFound to strangers, Forbidden to a student who asks for somebody else's.
    """
    marks = grades.of_course(work, course_id=course_id, user_id=user_id)
    total = rules.total([rules.Earned(mark.points, mark.item.points_max) for mark in marks])
    return CourseTotal(
        points=total.points,
        points_max=total.points_max,
        points_max_so_far=total.points_max_so_far,
        fraction=total.fraction,
        fraction_so_far=total.fraction_so_far,
        lines=[TotalLine(mark.item.title, mark.points, mark.item.points_max) for mark in marks],
    )


def shares(work: Work, course_id: UUID, user_id: UUID) -> dict[str, Decimal]:
    """What a student has in each item, as a share of what it is worth, for `courses.SCORES`: only what they were told."""
    marks = grades.of_course(work, course_id=course_id, user_id=user_id)
    return {
        str(mark.item.source_id): mark.points / mark.item.points_max
        for mark in marks
        if mark.points is not None and mark.item.points_max
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
    return [Goal(f"A grade of {when.percent(needed)} or more (now {when.percent(total.fraction)})", state)]
