"""Weighing and totals. The gradebook owns no marks: every total is derived from `grades` on read."""

from uuid import UUID

from lms_app.core.work import Work
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
