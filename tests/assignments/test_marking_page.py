"""The grading page without a browser, and marking by REST."""

from typing import Any
from uuid import UUID

import pytest

from lms_app.assignments import service
from lms_app.assignments.marking_api import ROUTERS
from lms_app.assignments.state.grading import GradingState
from lms_app.core import files
from lms_app.rubrics import service as rubrics
from tests.assignments import marking_makers as makers
from tests.assignments.marking_makers import marked, sees, submitted
from tests.courses.rest import app, program
from tests.courses.tabs import Tab
from tests.makers import person


@pytest.fixture
def people() -> list[Any]:
    return [person(name) for name in ("Ada", "Bo", "Cy")]


@pytest.fixture
def desk(instructor: Any, people: list[Any]) -> makers.Desk:
    desk = makers.desk(instructor, *people)
    for one in people:
        submitted(one, desk)
    return desk


def _tab(who: Any, desk: makers.Desk, address: str = "/") -> Tab:
    tab = Tab(who, GradingState, address=address, slug=desk.course.slug, item=str(desk.id))
    tab.sends("open")
    return tab


def _form(tab: Tab, does: str, observation: str = "O5", method: str = "M4", **more: str) -> dict[str, str]:
    shown = tab.grading[0]
    levels = {"level.observation": observation, "level.method": method}
    return {"do": does, "submission": shown.submission.id, "seen": str(shown.seen), **levels, **more}


def test_one_after_the_other_is_marked(instructor: Any, desk: makers.Desk) -> None:
    tab = _tab(instructor, desk)
    names: list[str] = []

    for _ in range(3):
        names.append(tab.grading[0].submission.student)
        tab.sends("send", _form(tab, "next"))

    assert names == ["Ada", "Bo", "Cy"]
    assert (tab.grading[0].submission.student, tab.grading[0].marked) == ("Cy", 3)
    tab.sends("choose", "waiting", False)
    assert (tab.grading[0].shown, tab.grading[0].place) == (0, 0)


def test_a_pause_keeps_a_draft_and_says_when(instructor: Any, desk: makers.Desk) -> None:
    tab = _tab(instructor, desk)
    forms = tab.form

    tab.sends("send", _form(tab, "auto", method="", comment="Half"))

    assert (bool(tab.saved), tab.unsaved, tab.form) == (True, "", forms)
    tab.sends("send", _form(tab, "next", method=""))
    assert tab.errors == {"method": "Choose a level for “Method”."}
    assert _tab(instructor, desk).grading[0].comment == "Half"


def test_who_saves_in_the_same_moment_as_somebody_else_is_asked_first(instructor: Any, desk: makers.Desk) -> None:
    tab = _tab(instructor, desk)
    sent = _form(tab, "auto", "O1", "M1"), _form(tab, "next", "O1", "M1")
    other = makers.assistant(instructor, person("Tomas"), desk)
    marked(other, UUID(tab.grading[0].submission.id), comment="Theirs")

    # Leaving the form keeps a draft, the button saves: both were sent before anything could be read.
    for form in sent:
        tab.sends("send", form)

    shown = tab.grading[0]
    assert (shown.ahead, shown.newest.comment, shown.newest.by, shown.marked) == (True, "Theirs", "Tomas", 1)
    assert "Tomas marked this meanwhile: 18" in tab.unsaved
    tab.sends("send", _form(tab, "next", "O1", "M1"))
    assert tab.grading[0].submission.student == "Bo"
    assert [one.points for one in sees(instructor, desk, UUID(shown.submission.id)).history] == ["4", "18"]


def test_a_newer_version_is_told_while_the_old_one_is_marked(
    instructor: Any, people: list[Any], desk: makers.Desk
) -> None:
    tab = _tab(instructor, desk)
    draft = people[0].does(service.withdraw, submission_id=UUID(tab.grading[0].submission.id))
    people[0].does(service.submit, submission_id=UUID(draft.id), body="Better.")

    tab.sends("send", _form(tab, "auto"))
    assert tab.grading[0].notices == ["Its student has withdrawn this version."]
    tab.sends("send", _form(tab, "next"))
    assert tab.unsaved.startswith("This was withdrawn meanwhile")


def test_notes_comments_files_and_markers(instructor: Any, desk: makers.Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(files.WRITERS, service.FEEDBACK, service.feedback_authors_door)
    tab = _tab(instructor, desk)
    work = UUID(tab.grading[0].submission.id)

    tab.sends("add_note", {"body": "", "start": "0", "end": "4", "quote": "Pond"})
    assert set(tab.errors) == {"note.body"}
    tab.sends("add_note", {"body": "Nice.", "start": "0", "end": "4", "quote": "Pond"})
    (note,) = tab.grading[0].notes
    tab.sends("add_note", {"note": note.id, "body": "Very nice."})
    assert tab.grading[0].notes[0].body == "Very nice."
    tab.sends("remove_note", note.id)
    tab.sends("keep_comment", "Cite it.")
    (comment,) = tab.grading[0].comments
    tab.sends("use_comment", comment.id)
    assert instructor.sees(rubrics.comments, slug=desk.course.slug)[0].uses == 1
    file = instructor.does(files.store_bytes, content=b"OggS", name="a.ogg", scope=service.FEEDBACK, scope_id=work)
    tab.sends("refresh")
    assert [one.name for one in tab.grading[0].files] == ["a.ogg"]
    tab.sends("remove_file", file.id)
    assert (tab.grading[0].files, tab.grading[0].notes) == ([], [])
    tab.sends("allocate", str(instructor.id))
    assert tab.grading[0].marker == str(instructor.id)
    tab.sends("divide", {f"marker.{instructor.id}": "on"})
    tab.sends("find", "b")
    assert [(one.student, one.marker) for one in tab.window[0].lines] == [("Bo", "Instructor")]


def test_publishing_is_for_instructors_and_feedback_for_students(
    instructor: Any, people: list[Any], desk: makers.Desk
) -> None:
    tab = _tab(instructor, desk)
    tab.sends("send", _form(tab, "next", comment="Well seen."))
    student = Tab(people[0], GradingState, slug=desk.course.slug, item=str(desk.id))
    student.sends("open_feedback")
    assert student.missing

    tab.sends("publish")
    assert tab.grading[0].released
    student.sends("open_feedback")
    assert student.feedback[0].mark.comment == "Well seen."
    tab.sends("hide")
    assert not tab.grading[0].released


def test_programs_mark_too(instructor: Any, desk: makers.Desk) -> None:
    rest = program(instructor, app(*ROUTERS))
    first = rest.get(f"/api/v1/assignments/{desk.id}/grading", params={"show": "waiting", "limit": 1}).json()
    assert (first["total"], first["lines"][0]["student"]) == (3, "Ada")
    where = f"/api/v1/submissions/{first['lines'][0]['id']}"

    sent = {"marks": {"observation": {"level": "O5"}, "method": {"level": "M4"}}, "comment": "Well seen."}
    assert rest.put(f"{where}/marking/draft", json={"values": {"level.method": "M1"}}).json()["points"] == "2"
    assert rest.put(f"{where}/marking", json=sent).json()["points"] == "18"
    assert rest.put(f"{where}/marking", json=sent).status_code == 409
    wrong = rest.put(f"{where}/marking", json={**sent, "seen": 1, "marks": {"method": {"level": "M9"}}})
    assert set(wrong.json()["errors"]) == {"observation", "method"}
    assert len(rest.get(f"{where}/marking").json()) == 1
    assert rest.post(f"/api/v1/assignments/{desk.id}/release").json() == 1
    assert rest.get(f"{where}/feedback").json()["mark"]["comment"] == "Well seen."
