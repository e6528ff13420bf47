"""Every function of marking, called by somebody who has no business there."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest

from lms_app.assignments import service
from lms_app.core.errors import Forbidden, NotFound, NotSignedIn
from lms_app.core.work import ANONYMOUS, unit_of_work
from tests.assignments import marking_makers as makers
from tests.assignments.marking_makers import levels, marked, submitted
from tests.makers import person


@dataclass(frozen=True)
class Target:
    """Somebody else's assignment with marked work of its student, and a note on it."""

    desk: makers.Desk
    work: UUID
    note: UUID
    marker: UUID


Arguments = Callable[[Target], dict[str, Any]]
# Of the assignment, for its staff.
STAFF: dict[str, Arguments] = {
    "divide": lambda t: {"item_id": t.desk.id, "marker_ids": [t.marker]},
    "grading": lambda t: {"item_id": t.desk.id},
    "hide_grades": lambda t: {"item_id": t.desk.id},
    "list_submissions": lambda t: {"item_id": t.desk.id},
    "next_waiting": lambda t: {"item_id": t.desk.id, "submission_id": t.work},
    "publish_grades": lambda t: {"item_id": t.desk.id},
    "take_back": lambda t: {"item_id": t.desk.id},
}
# Of one submission, for the staff: its own student finds nothing either.
MARKERS: dict[str, Arguments] = {
    "add_note": lambda t: {"submission_id": t.work, "body": "Mine", "start": 0, "end": 1, "quote": "P"},
    "allocate": lambda t: {"submission_id": t.work, "marker_id": None},
    "change_note": lambda t: {"note_id": t.note, "body": "Mine"},
    "feedback_authors_door": lambda t: {"submission_id": t.work},
    "mark": lambda t: {"submission_id": t.work, "marks": levels(), "seen": 1},
    "read_marks_of": lambda t: {"submission_id": t.work},
    "remove_note": lambda t: {"note_id": t.note},
    "save_marking_draft": lambda t: {"submission_id": t.work, "values": {"comment": "Mine"}, "seen": 1},
}
# For its student, once grades are published; the staff may read it before.
STUDENTS: dict[str, Arguments] = {
    "feedback": lambda t: {"submission_id": t.work},
    "feedback_files_door": lambda t: {"submission_id": t.work},
    "marking_begun": lambda t: {"submission_id": t.work},
    "my_feedback": lambda t: {"item_id": t.desk.id},
}
CLOSED = {**STAFF, **MARKERS, **STUDENTS}


def _target(instructor: Any, student: Any) -> Target:
    desk = makers.desk(instructor, student)
    work = submitted(student, desk)
    marked(instructor, work)
    note = instructor.does(service.add_note, submission_id=work, body="Nice.", start=0, end=4, quote="Pond")
    return Target(desk, work, UUID(note.id), instructor.id)


pytestmark = pytest.mark.stage(make=_target)


def _act(name: str) -> Any:
    return getattr(service, name)


@pytest.mark.parametrize("name", CLOSED)
def test_a_stranger_finds_nothing(stranger: Any, target: Target, name: str) -> None:
    with pytest.raises(NotFound):
        stranger.does(_act(name), **CLOSED[name](target))


@pytest.mark.parametrize("name", CLOSED)
def test_nobody_does_anything_without_signing_in(target: Target, name: str) -> None:
    with unit_of_work(ANONYMOUS) as work, pytest.raises((NotSignedIn, NotFound)):
        _act(name)(work, **CLOSED[name](target))


@pytest.mark.parametrize("name", STAFF)
def test_a_student_may_not_do_the_staffs_work(student: Any, target: Target, name: str) -> None:
    with pytest.raises(Forbidden):
        student.does(_act(name), **STAFF[name](target))


@pytest.mark.parametrize("name", MARKERS)
def test_nobody_marks_themselves(student: Any, target: Target, name: str) -> None:
    with pytest.raises(NotFound):
        student.does(_act(name), **MARKERS[name](target))


@pytest.mark.parametrize("name", {**MARKERS, **STUDENTS})
def test_a_fellow_student_finds_nobody_elses_work(target: Target, name: str) -> None:
    fellow = makers.course_makers.enrolled(person("Fellow"), target.desk.course)

    with pytest.raises(NotFound):
        fellow.does(_act(name), **CLOSED[name](target))


@pytest.mark.parametrize("name", ["feedback", "feedback_files_door", "my_feedback"])
def test_a_student_hears_nothing_before_grades_are_published(student: Any, target: Target, name: str) -> None:
    with pytest.raises(NotFound):
        student.does(_act(name), **STUDENTS[name](target))


def test_a_draft_is_not_there_for_markers(instructor: Any, student: Any) -> None:
    desk = makers.desk(instructor, student)
    draft = UUID(student.does(service.begin_draft, item_id=desk.id).id)

    with pytest.raises(NotFound):
        instructor.does(service.mark, submission_id=draft, marks=levels())
    assert instructor.sees(service.grading, item_id=desk.id, submission_id=draft).submission.id == ""
