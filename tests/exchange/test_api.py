"""GIFT over HTTP: the real app with the room's routes."""

import json
from typing import Any

import pytest
from fastapi import FastAPI

from lms_app.exchange import api as exchange_api
from lms_app.quizzes import api as quizzes_api
from tests.courses import makers
from tests.courses.rest import app, program

ASKED = "Does heat flow? {T}\n\nHow many? {#4:1}\n"


@pytest.fixture
def api() -> FastAPI:
    return app(*exchange_api.ROUTERS, *quizzes_api.ROUTERS)


def path(made: makers.Made) -> str:
    return f"/api/v1/courses/{made.slug}/quizzes/import-gift"


def test_a_quiz_is_made_of_gift(instructor: Any, api: FastAPI) -> None:
    made, caller = makers.course(instructor), program(instructor, api)

    answer = caller.post(path(made), json={"title": "Energy", "text": ASKED, "module": "Part 1"})

    assert answer.status_code == 201
    report = answer.json()
    assert (report["title"], report["module"], report["blocked"]) == ("Energy", "Part 1", "")
    assert [(one["line"], one["kind"]) for one in report["questions"]] == [(1, "true_false"), (3, "numerical")]
    questions = caller.get(f"/api/v1/quizzes/{report['quiz_id']}/questions").json()
    assert [one["stem"] for one in questions] == ["Does heat flow?", "How many?"]


def test_what_is_wrong_is_told_by_line(instructor: Any, api: FastAPI) -> None:
    made, caller = makers.course(instructor), program(instructor, api)

    answer = caller.post(path(made), json={"title": "Energy", "text": ASKED + "\nHow much? {#*}\n\nWho? {"})

    assert answer.status_code == 422
    assert answer.json()["errors"] == {
        "text": "Nothing was imported: 1 place cannot be read as questions.",
        "text.line_5": "Line 5: The answer * would give points for any number. Numerical questions here cannot do that.",
        "text.line_7": r"Line 7: The brace that opens here is never closed. A blank line ends a question; a brace in a "
        r"text is \{.",
    }


@pytest.mark.parametrize(
    "body",
    [
        {"title": "Energy"},
        {"title": "", "text": ASKED},
        {"title": "Energy", "text": "x" * 1_000_001},
        {"title": "Energy", "text": ASKED, "module_id": "no-id"},
        {"title": "Energy", "text": ASKED, "unknown": 1},
        {"title": "Energy", "text": "a\x00b {T}"},
        {"title": "Energy", "text": "\ud83d {T}"},
        {"title": " ", "text": ASKED},
    ],
)
def test_bad_input_is_a_sentence(instructor: Any, api: FastAPI, body: dict[str, Any]) -> None:
    content = json.dumps(body).encode()  # the client would refuse half a character itself
    answer = program(instructor, api).post(
        path(makers.course(instructor)), content=content, headers={"Content-Type": "application/json"}
    )

    assert answer.status_code == 422
    assert answer.json()["errors"]


def test_who_may(instructor: Any, student: Any, stranger: Any, api: FastAPI) -> None:
    made = makers.course(instructor)
    makers.enrolled(student, made)
    body = {"title": "Energy", "text": ASKED}

    said = [program(one, api).post(path(made), json=body).status_code for one in (None, stranger, student, instructor)]

    assert said == [401, 404, 403, 201]
    assert program(stranger, api).post("/api/v1/courses/none/quizzes/import-gift", json=body).status_code == 404


def test_questions_are_previewed_brought_in_and_taken_out(instructor: Any, api: FastAPI) -> None:
    made, caller = makers.course(instructor), program(instructor, api)
    bank = f"/api/v1/courses/{made.slug}/questions"

    preview = caller.post(f"{bank}/import/preview", json={"text": ASKED}).json()
    report = caller.post(f"{bank}/import", json={"text": ASKED, "title": "Energy"}).json()
    again = caller.post(f"{bank}/import", json={"text": ASKED, "title": "Energy"}).json()

    assert [(one["added"], one["known"]) for one in (preview, report, again)] == [(2, 0), (2, 0), (0, 2)]
    assert report["quiz_id"] == again["quiz_id"]
    for format, begins in (("moodle-xml", "<?xml"), ("gift", "// question"), ("csv", "\ufeffkind,question")):
        answer = caller.get(f"{bank}/export", params={"format": format})
        assert answer.text.startswith(begins)
        assert answer.headers["content-disposition"].startswith(f'attachment; filename="{made.slug}-questions-')
    assert caller.get(f"{bank}/export", params={"format": "word"}).status_code == 422
    assert caller.post(f"{bank}/import/preview", json={"text": "See you."}).status_code == 422
