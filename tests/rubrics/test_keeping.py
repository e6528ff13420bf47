"""Rubrics of a course, from the first draft to the version that a mark still names."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from lms_app.core.errors import Conflict, Forbidden, Invalid, NotFound
from lms_app.policy import Can
from lms_app.rubrics import service
from lms_app.rubrics.service import keeping
from lms_app.rubrics.views import RubricView
from tests.courses import makers as course_makers
from tests.rubrics import makers


@pytest.fixture
def course(instructor: Any) -> course_makers.Made:
    return course_makers.course(instructor)


@pytest.fixture
def pond(instructor: Any, course: course_makers.Made) -> RubricView:
    return instructor.does(service.create, slug=course.slug, drafted=makers.pond())


@pytest.fixture
def uses() -> Iterator[dict[UUID, int]]:
    """Things that are marked by rubrics, told by a room above."""
    found: dict[UUID, int] = {}
    before = list(keeping.USES)
    keeping.USES[:] = [lambda _work, ids: {one: found.get(one, 0) for one in ids}]
    yield found
    keeping.USES[:] = before


def test_an_edit_makes_a_version_and_the_old_one_stays(
    instructor: Any, course: course_makers.Made, pond: RubricView
) -> None:
    changed = replace(pond, title="Pond survey, again", criteria=pond.criteria[:1])
    saved = instructor.does(service.save, rubric_id=UUID(pond.id), drafted=changed, seen=pond.version)

    assert (saved.version, saved.points_max) == (2, 5)
    assert instructor.sees(service.newest, rubric_id=UUID(pond.id)) == saved
    assert instructor.sees(service.version, version_id=UUID(pond.version_id)) == pond
    lines = instructor.sees(service.of_course, course_id=course.id)
    assert [(one.title, one.points_max, one.uses, one.changed) for one in lines] == [
        ("Pond survey, again", 5, 0, "Today")
    ]


def test_the_same_once_more_is_no_version(instructor: Any, pond: RubricView) -> None:
    again = instructor.does(service.save, rubric_id=UUID(pond.id), drafted=pond)

    assert again == pond


def test_whoever_saves_over_somebody_else_is_told_first(instructor: Any, pond: RubricView) -> None:
    instructor.does(service.save, rubric_id=UUID(pond.id), drafted=replace(pond, title="Theirs"), seen=1)

    with pytest.raises(Conflict, match="Somebody else changed this rubric"):
        instructor.does(service.save, rubric_id=UUID(pond.id), drafted=replace(pond, title="Mine"), seen=1)
    mine = instructor.does(service.save, rubric_id=UUID(pond.id), drafted=replace(pond, title="Mine"), seen=2)

    assert (mine.version, mine.title) == (3, "Mine")


def test_a_rubric_stays_of_its_kind(instructor: Any, pond: RubricView) -> None:
    with pytest.raises(Invalid, match="stays of its kind"):
        instructor.does(service.save, rubric_id=UUID(pond.id), drafted=makers.guide())


def test_a_copy_is_changed_by_itself(instructor: Any, course: course_makers.Made, pond: RubricView) -> None:
    copy = instructor.does(service.duplicate, rubric_id=UUID(pond.id))

    assert (copy.title, copy.criteria, copy.version) == ("Pond survey (copy)", pond.criteria, 1)
    assert copy.id != pond.id
    assert len(instructor.sees(service.of_course, course_id=course.id)) == 2


def test_another_course_gets_a_copy_of_its_own(instructor: Any, course: course_makers.Made, pond: RubricView) -> None:
    other = course_makers.course(instructor, title="Ponds")

    same = instructor.does(service.carry, rubric_id=UUID(pond.id), course_id=course.id)
    carried = instructor.does(service.carry, rubric_id=UUID(pond.id), course_id=other.id)

    assert same == UUID(pond.id)
    assert [one.id for one in instructor.sees(service.of_course, course_id=other.id)] == [str(carried)]


def test_a_rubric_is_removed_and_brought_back(
    instructor: Any, course: course_makers.Made, pond: RubricView, uses: dict[UUID, int]
) -> None:
    uses[UUID(pond.id)] = 2
    with pytest.raises(Conflict, match="2 assignments are marked by this rubric"):
        instructor.does(service.remove, rubric_id=UUID(pond.id))
    assert [one.uses for one in instructor.sees(service.of_course, course_id=course.id)] == [2]

    uses.clear()
    instructor.does(service.remove, rubric_id=UUID(pond.id))
    assert instructor.sees(service.of_course, course_id=course.id) == []
    with pytest.raises(NotFound):
        instructor.sees(service.newest, rubric_id=UUID(pond.id))
    # Marks that were given by it still show what they were given for.
    assert instructor.sees(service.version, version_id=UUID(pond.version_id)) == pond

    assert instructor.does(service.restore, rubric_id=UUID(pond.id)) == pond


def test_students_see_what_they_are_shown_and_no_list(
    instructor: Any, student: Any, course: course_makers.Made, pond: RubricView
) -> None:
    course_makers.enrolled(student, course)

    assert student.sees(service.newest, rubric_id=UUID(pond.id), can=Can.SEE) == pond
    for refused in (
        lambda: student.sees(service.newest, rubric_id=UUID(pond.id)),
        lambda: student.sees(service.rubrics, slug=course.slug),
    ):
        with pytest.raises(Forbidden):
            refused()


def test_a_comment_comes_up_as_it_is_used(instructor: Any, course: course_makers.Made) -> None:
    first, second = (
        instructor.does(service.keep_comment, slug=course.slug, text=text) for text in ("Cite it.", " Well seen. ")
    )
    instructor.does(service.use_comment, comment_id=UUID(second.id))

    found = instructor.sees(service.comments, slug=course.slug)
    assert [(one.text, one.uses) for one in found] == [("Well seen.", 1), ("Cite it.", 0)]
    assert instructor.does(service.keep_comment, slug=course.slug, text="Cite it.").id == first.id
    instructor.does(service.change_comment, comment_id=UUID(first.id), text="Cite your source.")
    instructor.does(service.remove_comment, comment_id=UUID(second.id))
    assert [one.text for one in instructor.sees(service.comments, slug=course.slug)] == ["Cite your source."]
    with pytest.raises(Invalid):
        instructor.does(service.keep_comment, slug=course.slug, text="  ")
