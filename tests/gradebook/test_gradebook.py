"""The course total: points over points, so far and if the rest is 0."""

from decimal import Decimal
from typing import Any

import pytest

from lms_app.core.errors import Forbidden, NotFound
from lms_app.core.work import SYSTEM, reading
from lms_app.courses.views import Goal
from lms_app.gradebook import service
from lms_app.gradebook.views import CourseTotal, TotalLine
from tests.quizzes import makers
from tests.quizzes.makers import RIGHT


def test_a_students_total_counts_the_quiz(student: Any, instructor: Any) -> None:
    quiz = makers.quiz(instructor, student)
    before = student.sees(service.course_total, course_id=quiz.course.id, user_id=student.id)
    makers.taken(student, quiz, *RIGHT[:2])

    after = student.sees(service.course_total, course_id=quiz.course.id, user_id=student.id)

    assert (before.fraction, before.fraction_so_far) == (Decimal(0), None)
    assert after == CourseTotal(
        points=Decimal(4),
        points_max=Decimal(10),
        points_max_so_far=Decimal(10),
        fraction=Decimal("0.4"),
        fraction_so_far=Decimal("0.4"),
        lines=[TotalLine("Energy flow", Decimal(4), Decimal(10))],
    )
    with reading(SYSTEM) as work:
        assert service.course_total(work, course_id=quiz.course.id, user_id=student.id) == after
    assert instructor.sees(service.course_total, course_id=quiz.course.id, user_id=student.id) == after


def test_a_hidden_mark_is_not_in_the_students_total(student: Any, instructor: Any) -> None:
    quiz = makers.quiz(instructor, student, show_marks="never", show_feedback="never", show_answers="never")
    makers.taken(student, quiz, *RIGHT)

    mine = student.sees(service.course_total, course_id=quiz.course.id, user_id=student.id)
    theirs = instructor.sees(service.course_total, course_id=quiz.course.id, user_id=student.id)

    assert (mine.points, theirs.points) == (Decimal(0), Decimal(10))


def test_totals_are_ones_own_or_for_staff(student: Any, stranger: Any, instructor: Any) -> None:
    quiz = makers.quiz(instructor, student)

    with pytest.raises(NotFound):
        stranger.sees(service.course_total, course_id=quiz.course.id, user_id=student.id)
    with pytest.raises(NotFound):
        stranger.sees(service.course_total, course_id=quiz.course.id, user_id=stranger.id)
    stranger.does(makers.courses.enrol, slug=quiz.course.slug)
    with pytest.raises(Forbidden):
        stranger.sees(service.course_total, course_id=quiz.course.id, user_id=student.id)


def test_a_course_that_asks_for_a_grade_says_how_far_it_is(student: Any, instructor: Any) -> None:
    quiz = makers.quiz(instructor, student)
    nothing_asked = student.sees(service.goals, quiz.course.id, student.id)
    instructor.does(makers.courses.update_course, course_id=quiz.course.id, pass_fraction=Decimal("0.6"))
    before = student.sees(service.goals, quiz.course.id, student.id)
    makers.taken(student, quiz, *RIGHT)

    after = student.sees(service.goals, quiz.course.id, student.id)

    assert nothing_asked == []
    assert before == [Goal("A grade of 60% or more (now 0%)", "todo")]
    assert after == [Goal("A grade of 60% or more (now 100%)", "done")]
