"""Every public service function, called by somebody who has no business there."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest

from lms_app.core.errors import Forbidden, NotFound, NotSignedIn
from lms_app.core.work import ANONYMOUS, SiteRole, unit_of_work
from lms_app.rubrics import service
from tests.courses import makers as course_makers
from tests.makers import person
from tests.rubrics import makers


@dataclass(frozen=True)
class Target:
    """Somebody else's course with a rubric and a saved comment."""

    course: course_makers.Made
    rubric: UUID
    version: UUID
    comment: UUID


STAFF: dict[str, Callable[[Target], dict[str, Any]]] = {
    "carry": lambda t: {"rubric_id": t.rubric, "course_id": t.course.id},
    "change_comment": lambda t: {"comment_id": t.comment, "text": "Mine"},
    "comments": lambda t: {"slug": t.course.slug},
    "create": lambda t: {"slug": t.course.slug, "drafted": makers.pond()},
    "duplicate": lambda t: {"rubric_id": t.rubric},
    "keep_comment": lambda t: {"slug": t.course.slug, "text": "Mine"},
    "newest": lambda t: {"rubric_id": t.rubric},
    "of_course": lambda t: {"course_id": t.course.id},
    "plant": lambda t: {"course_id": t.course.id, "rubric_id": t.rubric, "drafted": makers.pond()},
    "plant_comments": lambda t: {"course_id": t.course.id, "texts": {}},
    "remove": lambda t: {"rubric_id": t.rubric},
    "remove_comment": lambda t: {"comment_id": t.comment},
    "restore": lambda t: {"rubric_id": t.rubric},
    "rubric_form": lambda t: {"slug": t.course.slug, "rubric_id": t.rubric},
    "rubrics": lambda t: {"slug": t.course.slug},
    "save": lambda t: {"rubric_id": t.rubric, "drafted": makers.pond()},
    "use_comment": lambda t: {"comment_id": t.comment},
    "version": lambda t: {"version_id": t.version},
}


def _functions() -> dict[str, Any]:
    found = {name: getattr(service, name) for name in service.__all__}
    return {
        name: act
        for name, act in found.items()
        if inspect.isfunction(act) and next(iter(inspect.signature(act).parameters), "") == "work"
    }


def test_every_public_function_has_a_case() -> None:
    assert set(_functions()) == set(STAFF)


def _target(instructor: Any, student: Any) -> Target:
    course = course_makers.course(instructor)
    course_makers.enrolled(student, course)
    made = instructor.does(service.create, slug=course.slug, drafted=makers.pond())
    said = instructor.does(service.keep_comment, slug=course.slug, text="Well seen.")
    return Target(course, UUID(made.id), UUID(made.version_id), UUID(said.id))


pytestmark = pytest.mark.stage(make=_target)


@pytest.mark.parametrize("name", STAFF)
def test_a_stranger_finds_nothing(stranger: Any, target: Target, name: str) -> None:
    with pytest.raises(NotFound):
        stranger.does(_functions()[name], **STAFF[name](target))


@pytest.mark.parametrize("name", STAFF)
def test_nobody_does_anything_without_signing_in(target: Target, name: str) -> None:
    with unit_of_work(ANONYMOUS) as work, pytest.raises((NotSignedIn, NotFound)):
        _functions()[name](work, **STAFF[name](target))


@pytest.mark.parametrize("name", STAFF)
def test_a_student_may_not_do_the_staffs_work(student: Any, target: Target, name: str) -> None:
    with pytest.raises(Forbidden):
        student.does(_functions()[name], **STAFF[name](target))


def test_a_rubric_is_not_carried_into_a_course_of_somebody_else(instructor: Any, target: Target) -> None:
    foreign = course_makers.course(person("Other", SiteRole.INSTRUCTOR), title="Poems")

    with pytest.raises(NotFound):
        instructor.does(service.carry, rubric_id=target.rubric, course_id=foreign.id)
