"""Courses that build on others: who has not completed those cannot join by themselves."""

from typing import Any

import pytest

from lms_app.core.errors import Conflict, Invalid
from lms_app.courses import service
from tests.courses import makers


@pytest.fixture
def first(instructor: Any) -> makers.Made:
    return makers.course(instructor, ["One"], title="First aid")


@pytest.fixture
def second(instructor: Any, first: makers.Made) -> makers.Made:
    made = makers.course(instructor, ["Two"], title="Second aid")
    instructor.does(service.set_prerequisites, course_id=made.id, slugs=["first-aid"])
    return made


def test_one_joins_after_completing_what_is_asked_for(student: Any, first: makers.Made, second: makers.Made) -> None:
    words = "Complete “First aid” first: this course builds on it."
    assert student.sees(service.read, slug=second.slug).closed == words
    with pytest.raises(Conflict) as refused:
        student.does(service.enrol, slug=second.slug)
    assert refused.value.message == words

    makers.enrolled(student, first)
    makers.completed(student, *first.items)

    assert student.sees(service.read, slug=second.slug).closed == ""
    assert student.does(service.enrol, slug=second.slug).state == "active"


def test_staff_bring_in_whom_they_like(instructor: Any, student: Any, second: makers.Made) -> None:
    assert instructor.does(service.add_member, course_id=second.id, user_id=student.id).state == "active"


@pytest.mark.parametrize("slug", ["second-aid", "nothing-here", "draft"])
def test_what_cannot_be_asked_for(instructor: Any, admin: Any, second: makers.Made, slug: str) -> None:
    makers.course(admin, title="Draft", published=False)

    with pytest.raises(Invalid) as wrong:
        instructor.does(service.set_prerequisites, course_id=second.id, slugs=[slug])

    assert set(wrong.value.fields) == {"needs"}
    assert instructor.sees(service.prerequisites, course_id=second.id) == ["first-aid"]


def test_courses_do_not_ask_for_each_other_in_a_ring(instructor: Any, first: makers.Made, second: makers.Made) -> None:
    third = makers.course(instructor, title="Third aid")
    instructor.does(service.set_prerequisites, course_id=third.id, slugs=["second-aid"])

    with pytest.raises(Invalid, match="itself"):
        instructor.does(service.set_prerequisites, course_id=first.id, slugs=["third-aid"])


def test_they_stand_in_the_settings_of_the_course(instructor: Any, first: makers.Made, second: makers.Made) -> None:
    form = instructor.sees(service.course_form, course_id=second.id)
    assert form.values["needs"] == "first-aid"

    instructor.does(service.save_course, course_id=second.id, values={**form.values, "needs": ""})

    assert instructor.sees(service.prerequisites, course_id=second.id) == []
