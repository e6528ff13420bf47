"""Setting a quiz in plain words."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from lms_app.core.errors import Invalid
from lms_app.quizzes import service
from lms_app.quizzes.state.editing import QuizEditorState
from tests.courses.tabs import Tab
from tests.quizzes import makers


@pytest.fixture
def quiz(instructor: Any, student: Any) -> makers.Made:
    return makers.quiz(instructor, student)


def _values(instructor: Any, quiz: makers.Made) -> dict[str, str]:
    return instructor.sees(service.settings_form, item_id=quiz.id).values


def test_settings_survive_their_form(instructor: Any, quiz: makers.Made) -> None:
    wanted = {
        **_values(instructor, quiz),
        "title": "Energy, again",
        "intro": "Take **your time**.",
        "opens_at": "2027-03-01T08:00",
        "closes_at": "2027-03-31T23:59",
        "limit_minutes": "45",
        "attempts_allowed": "2",
        "pass": "62.5",
        "shuffle_questions": "on",
        "shuffle_options": "",
        "show_answers": "close",
    }

    instructor.does(service.save_settings, item_id=quiz.id, values=wanted)

    assert _values(instructor, quiz) == wanted


def test_moments_are_those_of_the_authors_zone(instructor: Any, student: Any, quiz: makers.Made) -> None:
    far = replace(instructor, actor=replace(instructor.actor, zone="Pacific/Auckland"))
    values = {**_values(instructor, quiz), "closes_at": "2027-03-31T23:59"}

    far.does(service.save_settings, item_id=quiz.id, values=values)

    assert student.does(service.overview, item_id=quiz.id).closes_at == datetime(2027, 3, 31, 10, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"title": " "}, "title"),
        ({"limit_minutes": "soon"}, "limit_minutes"),
        ({"limit_minutes": "0"}, "limit_minutes"),
        ({"attempts_allowed": "1.5"}, "attempts_allowed"),
        ({"pass": "101"}, "pass"),
        ({"opens_at": "tomorrow"}, "opens_at"),
        ({"opens_at": "2027-03-02T08:00", "closes_at": "2027-03-01T08:00"}, "closes_at"),
        ({"grading": "luck"}, "grading"),
        ({"show_marks": "close"}, "show_marks"),
        ({"show_answers": ""}, "show_answers"),
    ],
)
def test_what_is_wrong_is_said_beside_its_input(
    instructor: Any, quiz: makers.Made, change: dict[str, str], name: str
) -> None:
    before = _values(instructor, quiz)

    with pytest.raises(Invalid) as told:
        instructor.does(service.save_settings, item_id=quiz.id, values={**before, "title": "Other", **change})

    assert set(told.value.fields) == {name}
    assert _values(instructor, quiz) == before


@pytest.mark.parametrize(
    ("purpose", "attempts", "minutes"), [("practice", "", ""), ("homework", "2", ""), ("exam", "1", "60")]
)
def test_a_purpose_fills_in_what_goes_with_it(
    instructor: Any, quiz: makers.Made, purpose: str, attempts: str, minutes: str
) -> None:
    tab = Tab(instructor, QuizEditorState, item=str(quiz.id))
    tab.sends("open_settings")

    tab.sends("send_settings", {**tab.values, "intro": "Typed before.", "do": purpose})

    assert (tab.loaded, tab.saved != "", tab.errors) == (True, True, {})
    assert (tab.values["attempts_allowed"], tab.values["limit_minutes"]) == (attempts, minutes)
    assert _values(instructor, quiz) == tab.values
    assert tab.values["intro"] == "Typed before."


def test_the_page_says_what_is_wrong_to_whoever_asks_for_saving(instructor: Any, quiz: makers.Made) -> None:
    tab = Tab(instructor, QuizEditorState, item=str(quiz.id))
    tab.sends("open_settings")

    tab.sends("send_settings", {**tab.values, "pass": "most", "do": "auto"})
    assert (tab.errors, tab.unsaved) == ({}, "Not saved yet: something is still missing.")
    tab.sends("send_settings", {**tab.values, "pass": "most", "do": ""})
    assert tab.errors == {"pass": "Enter a percentage from 0 to 100, or leave it out."}
    tab.sends("send_settings", {**tab.values, "pass": "60", "do": ""})

    assert (tab.errors, tab.unsaved) == ({}, "")
    assert instructor.does(service.overview, item_id=quiz.id).rules[-1]
    assert Decimal(_values(instructor, quiz)["pass"]) == 60
