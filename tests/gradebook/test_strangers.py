"""Whoever has no business in a course's gradebook finds nothing there, and a student only their own grades."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from types import ModuleType
from typing import Any
from uuid import UUID

import pytest

from lms_app.core.errors import Forbidden, NotFound, NotSignedIn
from lms_app.core.work import ANONYMOUS, unit_of_work
from lms_app.courses import service as courses
from lms_app.gradebook import service
from lms_app.gradebook.service import CategoryValues, ColumnValues, Scheme
from lms_app.policy import Role
from tests import makers as people
from tests.courses import makers


@dataclass(frozen=True)
class Target:
    course: makers.Made
    learner: UUID
    column: UUID
    category: UUID


def _target(instructor: Any, student: Any) -> Target:
    course = makers.course(instructor, enrol_mode="invitation")
    instructor.does(courses.add_member, course_id=course.id, user_id=student.id)
    made = instructor.does(service.add_column, slug=course.slug, title="Talk", points_max=Decimal(10))
    inside = instructor.does(service.add_category, slug=course.slug, values=CategoryValues("Talks"))
    column = UUID(made.columns[0].id)
    instructor.does(service.type_mark, item_id=column, user_id=student.id, text="8")
    instructor.does(courses.unpublish, course_id=course.id)
    return Target(course, student.id, column, UUID(inside.categories[0].id))


pytestmark = pytest.mark.stage(make=_target)


Given = dict[str, Callable[[Target], dict[str, Any]]]
MARKS: Given = {
    "check_sheet": lambda t: {"slug": t.course.slug, "content": b"ID,Talk"},
    "course_shares": lambda t: {"course_id": t.course.id},
    "csv_sheet": lambda t: {"slug": t.course.slug},
    "import_sheet": lambda t: {"slug": t.course.slug, "changes": []},
    "note_export": lambda t: {"slug": t.course.slug, "format": "csv"},
    "sheet_text": lambda t: {"slug": t.course.slug, "content": b"ID,Talk"},
    "xlsx_sheet": lambda t: {"slug": t.course.slug},
    "column": lambda t: {"item_id": t.column},
    "explain": lambda t: {"slug": t.course.slug, "user_id": t.learner},
    "fill_column": lambda t: {"item_id": t.column, "text": "1"},
    "read_mark": lambda t: {"item_id": t.column, "user_id": t.learner},
    "table": lambda t: {"slug": t.course.slug},
    "standings": lambda t: {"slug": t.course.slug},
    "tallies": lambda t: {"slug": t.course.slug},
    "type_mark": lambda t: {"item_id": t.column, "user_id": t.learner, "text": "10"},
    "undo_mark": lambda t: {"item_id": t.column, "user_id": t.learner, "seq": 1},
    "write_mark": lambda t: {"item_id": t.column, "user_id": t.learner, "points": Decimal(10)},
}
SETUP: Given = {
    "add_category": lambda t: {"slug": t.course.slug, "values": CategoryValues("Mine")},
    "add_column": lambda t: {"slug": t.course.slug, "title": "Mine", "points_max": Decimal(1)},
    "move_column": lambda t: {"item_id": t.column, "step": 1},
    "plant_setup": lambda t: {
        "slug": t.course.slug,
        "engine": 1,
        "scheme": Scheme(method="weighted"),
        "categories": [],
        "columns": [],
    },
    "put_total": lambda t: {"slug": t.course.slug, "user_id": t.learner, "share": Decimal(1), "reason": "Mine"},
    "remove_category": lambda t: {"category_id": t.category},
    "remove_column": lambda t: {"item_id": t.column},
    "restore_column": lambda t: {"item_id": t.column},
    "save_category": lambda t: {"category_id": t.category, "values": CategoryValues("Mine")},
    "save_column": lambda t: {"item_id": t.column, "values": ColumnValues(hidden=True)},
    "save_scheme": lambda t: {"slug": t.course.slug, "scheme": Scheme(method="weighted")},
    "setup": lambda t: {"slug": t.course.slug},
}
OWN: Given = {
    "course_total": lambda t: {"course_id": t.course.id, "user_id": t.learner},
    "my_grades": lambda t: {"slug": t.course.slug},
    "what_if": lambda t: {"slug": t.course.slug, "marks": {}},
}
# Asked by other rooms, with what their own door has returned.
BEHIND_A_DOOR = {"goals", "shares"}


def test_every_function_has_its_case() -> None:
    public = {
        name
        for name in service.__all__
        if inspect.isfunction(getattr(service, name)) and not isinstance(getattr(service, name), ModuleType)
    }

    assert public == set(MARKS) | set(SETUP) | set(OWN) | BEHIND_A_DOOR


@pytest.mark.parametrize("name", {**MARKS, **SETUP, **OWN})
def test_a_stranger_finds_nothing(stranger: Any, target: Target, name: str) -> None:
    with pytest.raises(NotFound):
        stranger.does(getattr(service, name), **{**MARKS, **SETUP, **OWN}[name](target))


@pytest.mark.parametrize("name", {**MARKS, **SETUP, **OWN})
def test_nobody_does_anything_without_signing_in(target: Target, name: str) -> None:
    arguments = {**MARKS, **SETUP, **OWN}[name](target)

    with unit_of_work(ANONYMOUS) as work, pytest.raises(NotSignedIn):
        getattr(service, name)(work, **arguments)


@pytest.mark.parametrize("name", {**MARKS, **SETUP})
def test_a_student_may_not_do_the_staffs_work(student: Any, instructor: Any, target: Target, name: str) -> None:
    instructor.does(courses.publish, course_id=target.course.id)

    with pytest.raises(Forbidden):
        student.does(getattr(service, name), **{**MARKS, **SETUP}[name](target))


@pytest.mark.parametrize("name", SETUP)
def test_an_assistant_marks_and_does_not_set_up(instructor: Any, target: Target, name: str) -> None:
    assistant = people.person("Assistant")
    instructor.does(courses.add_member, course_id=target.course.id, user_id=assistant.id, role=Role.ASSISTANT)

    with pytest.raises(Forbidden):
        assistant.does(getattr(service, name), **SETUP[name](target))
    assert assistant.does(service.type_mark, **MARKS["type_mark"](target)).cells[0].points == Decimal(10)


def test_a_fellow_student_sees_only_their_own(stranger: Any, student: Any, instructor: Any, target: Target) -> None:
    instructor.does(courses.publish, course_id=target.course.id)
    instructor.does(courses.add_member, course_id=target.course.id, user_id=stranger.id)

    assert student.sees(service.my_grades, slug=target.course.slug).so_far.percent == Decimal("80.00")
    assert stranger.sees(service.my_grades, slug=target.course.slug).so_far.percent is None
    with pytest.raises(Forbidden):
        stranger.sees(service.course_total, course_id=target.course.id, user_id=student.id)
