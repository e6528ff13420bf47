"""The pages of rubrics without a browser, and REST."""

from typing import Any
from uuid import UUID

import pytest

from lms_app.rubrics import service
from lms_app.rubrics.api import ROUTERS
from lms_app.rubrics.state.writing import RubricsState
from tests.courses import makers as course_makers
from tests.courses.rest import app, program
from tests.courses.tabs import Tab
from tests.rubrics import makers


@pytest.fixture
def course(instructor: Any) -> course_makers.Made:
    return course_makers.course(instructor)


def _editor(person: Any, course: course_makers.Made, rubric: str = "new", kind: str = "rubric") -> Tab:
    tab = Tab(person, RubricsState, address=f"/teaching/x/rubrics/x?kind={kind}", slug=course.slug, item=rubric)
    tab.sends("open_rubric")
    return tab


def _list(person: Any, course: course_makers.Made) -> Tab:
    tab = Tab(person, RubricsState, slug=course.slug)
    tab.sends("open")
    return tab


def test_a_rubric_is_written_row_by_row(instructor: Any, course: course_makers.Made) -> None:
    tab = _editor(instructor, course)
    typed = {**tab.values, "title": "Pond survey", "criteria.0.title": "Observation"}

    tab.sends("send", {**typed, "do": "criteria.add"})
    assert (tab.saved, tab.unsaved) == ("", "Not saved yet: something is still missing.")
    assert (tab.errors, tab.values["criteria.rows"], tab.values["criteria.1.levels.rows"]) == ({}, "2", "4")
    typed = {
        **tab.values,
        "criteria.1.title": "Method",
        "criteria.1.levels.3.points": "5",
        "criteria.1.levels.3.points_min": "4,5",
    }
    tab.sends("send", {**typed, "do": "auto"})
    assert (bool(tab.saved), tab.unsaved, bool(tab.rubric)) == (True, "", True)

    view = instructor.sees(service.newest, rubric_id=UUID(tab.rubric))
    assert [(one.title, one.ranged, len(one.levels)) for one in view.criteria] == [
        ("Observation", False, 4),
        ("Method", True, 4),
    ]
    assert {one.id for one in view.criteria} == {tab.values["criteria.0.id"], tab.values["criteria.1.id"]}
    again = _editor(instructor, course, tab.rubric)
    assert again.values["criteria.1.levels.3.points_min"] == "4.5"
    again.sends("send", {**again.values, "do": "criteria.1.up"})
    assert [one.title for one in instructor.sees(service.newest, rubric_id=UUID(tab.rubric)).criteria] == [
        "Method",
        "Observation",
    ]


def test_what_is_wrong_is_said_beside_its_field_when_somebody_saves(
    instructor: Any, course: course_makers.Made
) -> None:
    tab = _editor(instructor, course, kind="guide")

    tab.sends("send", {**tab.values, "do": "", "criteria.0.points_max": "many"})

    assert set(tab.errors) == {"title", "criteria.0.title", "criteria.0.points_max"}
    assert {one.id for one in tab.problems} == set(tab.errors)


def test_two_authors_are_told_of_each_other(instructor: Any, course: course_makers.Made) -> None:
    made = instructor.does(service.create, slug=course.slug, drafted=makers.pond())
    one, two = _editor(instructor, course, made.id), _editor(instructor, course, made.id)
    one.sends("send", {**one.values, "do": "", "title": "Theirs"})

    two.sends("send", {**two.values, "do": "", "title": "Mine"})
    assert two.unsaved.startswith("Somebody else changed this rubric")
    two.sends("send", {**two.values, "do": "", "title": "Mine"})

    assert instructor.sees(service.newest, rubric_id=UUID(made.id)).title == "Mine"


def test_the_list_copies_removes_and_brings_back(instructor: Any, student: Any, course: course_makers.Made) -> None:
    made = instructor.does(service.create, slug=course.slug, drafted=makers.pond())
    tab = _list(instructor, course)

    tab.sends("duplicate", made.id)
    assert [one.title for one in tab.rubrics[0].lines] == ["Pond survey", "Pond survey (copy)"]
    tab.sends("remove", made.id)
    assert (tab.removed, [one.title for one in tab.rubrics[0].lines]) == (made.id, ["Pond survey (copy)"])
    tab.sends("bring_back")
    assert (tab.removed, len(tab.rubrics[0].lines)) == ("", 2)
    course_makers.enrolled(student, course)
    assert _list(student, course).missing


def test_comments_are_kept_on_the_page(instructor: Any, course: course_makers.Made) -> None:
    tab = _list(instructor, course)

    tab.sends("keep_comment", {"id": "", "text": ""})
    assert tab.errors == {"comment": "Enter a comment, up to 2,000 characters."}
    tab.sends("keep_comment", {"id": "", "text": "Well seen."})
    (kept,) = tab.rubrics[0].comments
    tab.sends("keep_comment", {"id": kept.id, "text": "Well observed."})
    assert [one.text for one in tab.rubrics[0].comments] == ["Well observed."]
    tab.sends("remove_comment", kept.id)
    assert tab.rubrics[0].comments == []


def test_programs_write_rubrics_too(instructor: Any, course: course_makers.Made) -> None:
    rest = program(instructor, app(*ROUTERS))
    sent = {"kind": "guide", "title": "Essay", "criteria": [{"title": "Argument", "points_max": "6.5"}]}

    made = rest.post(f"/api/v1/courses/{course.slug}/rubrics", json=sent)
    assert (made.status_code, made.json()["points_max"]) == (201, "6.5")
    where = f"/api/v1/rubrics/{made.json()['id']}"
    stale = rest.put(where, json={**sent, "title": "Essays", "seen": 7})
    newer = rest.put(where, json={**sent, "title": "Essays", "seen": 1})
    assert (stale.status_code, newer.json()["version"]) == (409, 2)
    assert rest.get(f"/api/v1/rubrics/versions/{made.json()['version_id']}").json()["title"] == "Essay"
    wrong = rest.post(f"/api/v1/courses/{course.slug}/rubrics", json={**sent, "criteria": []})
    assert wrong.json()["errors"] == {"criteria": "Add at least one criterion."}
    assert rest.delete(where).status_code == 204
    assert rest.get(where).status_code == 404
