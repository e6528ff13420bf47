"""Every public service function but those of marking, called by somebody who has no business there."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest

from lms_app.assignments import service
from lms_app.core import files
from lms_app.core.errors import Forbidden, NotFound, NotSignedIn
from lms_app.core.work import ANONYMOUS, unit_of_work
from lms_app.courses import service as courses
from tests.assignments import makers, test_marking_strangers
from tests.assignments.makers import zip_of
from tests.makers import person


@dataclass(frozen=True)
class Target:
    """Somebody else's assignments: in one is a draft of its student, in the other what they submitted."""

    drafted: makers.Made
    handed_in: makers.Made
    draft: UUID
    submitted: UUID
    zip: UUID


Arguments = Callable[[Target], dict[str, Any]]
# Of one draft or submission: not there for anybody but its student.
OWN: dict[str, Arguments] = {
    "read_draft": lambda t: {"submission_id": t.draft},
    "save_draft": lambda t: {"submission_id": t.draft, "body": "Mine"},
    "submit": lambda t: {"submission_id": t.draft, "body": "Mine"},
    "submission_writers_door": lambda t: {"submission_id": t.draft},
    "check_file": lambda t: {"submission_id": t.draft, "staged": files.stage_bytes(b"x"), "name": "x"},
    "withdraw": lambda t: {"submission_id": t.submitted},
}
# Of one submission, for its student and whoever may grade.
GRADERS: dict[str, Arguments] = {
    "read_submission": lambda t: {"submission_id": t.submitted},
    "submission_files_door": lambda t: {"submission_id": t.submitted},
}
# Of the assignment, for every member.
MEMBERS: dict[str, Arguments] = {
    "brief_files_door": lambda t: {"item_id": t.drafted.id},
    "open_assignment": lambda t: {"item_id": t.drafted.id},
    "read_assignment": lambda t: {"item_id": t.drafted.id},
}
# For those who learn there.
STUDENTS: dict[str, Arguments] = {
    "begin_again": lambda t: {"item_id": t.handed_in.id},
    "begin_draft": lambda t: {"item_id": t.drafted.id},
}
STAFF: dict[str, Arguments] = {
    "assignment_form": lambda t: {"item_id": t.drafted.id},
    "brief_authors_door": lambda t: {"item_id": t.drafted.id},
    "create_assignment": lambda t: {"module_id": t.drafted.course.modules[0], "title": "Mine"},
    "feedback_bytes": lambda t: {"item_id": t.handed_in.id, "file_id": t.zip},
    "feedback_zip_door": lambda t: {"item_id": t.handed_in.id},
    "note_download": lambda t: {"item_id": t.handed_in.id},
    "plant_assignment": lambda t: {"item_id": t.drafted.id, "files_max": 9},
    "pack": lambda t: {"item_id": t.handed_in.id},
    "reopen": lambda t: {"submission_id": t.submitted},
    "save_assignment": lambda t: {"item_id": t.drafted.id, "values": {"title": "Mine", "points": "1"}},
    "submissions": lambda t: {"item_id": t.handed_in.id},
    "take_feedback": lambda t: {"item_id": t.handed_in.id, "file_id": t.zip, "unpacked": []},
    "update_assignment": lambda t: {"item_id": t.drafted.id, "files_max": 9},
}
CLOSED = {**OWN, **GRADERS, **MEMBERS, **STUDENTS, **STAFF}
CASES_OF_THEIR_OWN = {"mark_missing", "remind_to_mark", "tell_graded"}
NOT_DOORS = {
    "after_late": "a sum, for whoever came through a door with the submission",
    "check_feedback_zip": "looks at bytes alone; the door of the scope stands before it",
    "describe": "the reader of the outline came through the course's door",
    "give_mark": "for the marking, which is behind a door of its own; enters as one who grades",
    "rubric_uses": "the rubrics' list came through the course's door",
}


def _functions() -> dict[str, Any]:
    found = {name: getattr(service, name) for name in service.__all__}
    return {
        name: act
        for name, act in found.items()
        if inspect.isfunction(act) and next(iter(inspect.signature(act).parameters), "") == "work"
    }


def test_every_public_function_has_a_case() -> None:
    assert set(_functions()) == {*CLOSED, *CASES_OF_THEIR_OWN, *NOT_DOORS, *test_marking_strangers.CLOSED}


def _target(instructor: Any, student: Any) -> Target:
    drafted = makers.assignment(instructor, student, takes_files=True)
    handed_in = makers.assignment(instructor, student, reopen="manual")
    corrected = instructor.does(
        files.store_bytes,
        content=zip_of({"a/b": b"x"}),
        name="f.zip",
        scope=service.FEEDBACK_ZIP,
        scope_id=handed_in.id,
    )
    return Target(
        drafted,
        handed_in,
        makers.draft(student, drafted),
        UUID(makers.submitted(student, handed_in).id),
        UUID(corrected.id),
    )


pytestmark = pytest.mark.stage(make=_target)


def _fellow(target: Target) -> Any:
    fellow = person("Fellow")
    for made in (target.drafted, target.handed_in):
        fellow.does(courses.enrol, slug=made.course.slug)
    return fellow


@pytest.mark.parametrize("name", CLOSED)
def test_a_stranger_finds_nothing(stranger: Any, target: Target, name: str) -> None:
    with pytest.raises(NotFound):
        stranger.does(_functions()[name], **CLOSED[name](target))


@pytest.mark.parametrize("name", CLOSED)
def test_nobody_does_anything_without_signing_in(target: Target, name: str) -> None:
    with unit_of_work(ANONYMOUS) as work, pytest.raises((NotSignedIn, NotFound)):
        _functions()[name](work, **CLOSED[name](target))


@pytest.mark.parametrize("name", {**OWN, **GRADERS})
def test_a_fellow_student_finds_nobody_elses_work(target: Target, name: str) -> None:
    with pytest.raises(NotFound):
        _fellow(target).does(_functions()[name], **CLOSED[name](target))


@pytest.mark.parametrize("name", OWN)
def test_not_even_staff_act_in_a_students_work(instructor: Any, target: Target, name: str) -> None:
    with pytest.raises(NotFound):
        instructor.does(_functions()[name], **OWN[name](target))


@pytest.mark.parametrize("name", STAFF)
def test_a_student_may_not_do_the_staffs_work(student: Any, target: Target, name: str) -> None:
    with pytest.raises(Forbidden):
        student.does(_functions()[name], **STAFF[name](target))


@pytest.mark.parametrize("name", STUDENTS)
def test_staff_hand_nothing_in(instructor: Any, target: Target, name: str) -> None:
    with pytest.raises(Forbidden):
        instructor.does(_functions()[name], **STUDENTS[name](target))


@pytest.mark.parametrize("name", {**MEMBERS, **STUDENTS})
def test_an_unpublished_assignment_is_not_there_for_students(
    student: Any, instructor: Any, target: Target, name: str
) -> None:
    for made in (target.drafted, target.handed_in):
        instructor.does(courses.update_item, item_id=made.id, published=False)

    with pytest.raises(NotFound):
        student.does(_functions()[name], **CLOSED[name](target))


def test_a_reminder_is_for_whoever_manages(student: Any, target: Target) -> None:
    with pytest.raises(Forbidden):
        student.does(service.remind_to_mark, {"item_id": str(target.drafted.id), "at": 0})
