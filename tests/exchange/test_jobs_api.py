"""Imports and exports by REST: a file in either form, a place to ask, a decision, and what comes of it."""

import asyncio
from typing import Any

import pytest
from fastapi import FastAPI

from lms_app.core import files
from lms_app.courses import service as courses
from lms_app.exchange import jobs_api, service
from tests.courses import makers
from tests.courses.rest import app, program
from tests.exchange.test_packages import CARTRIDGE, zipped

GIFT = b"Is it warm? {T}\n\nWhich? {=sheep ~wolves}\n"
IMPORTS, EXPORTS = "/api/v1/imports", "/api/v1/exports"


@pytest.fixture
def api() -> FastAPI:
    return app(*jobs_api.ROUTERS)


@pytest.fixture
def course(instructor: Any) -> makers.Made:
    return makers.course(instructor)


def worked() -> None:
    async def all_of_it() -> None:
        while await service.work_on_jobs():
            pass

    asyncio.run(all_of_it())


def test_a_package_becomes_a_course(instructor: Any, api: FastAPI) -> None:
    caller = program(instructor, api)

    answer = caller.post(IMPORTS, params={"name": "ponds.imscc"}, content=zipped(CARTRIDGE))
    assert (answer.status_code, answer.json()["busy"]) == (202, True)
    where = answer.headers["Location"]
    worked()
    looked = caller.get(where).json()
    assert (looked["state"], looked["percent"], looked["preview"]["format"]) == ("checked", 100, "Common Cartridge")
    assert caller.post(f"{where}/commit", json={"title": "Ponds"}).status_code == 202
    worked()
    done = caller.get(where).json()

    assert (done["state"], done["url"], done["name"]) == ("done", "/teaching/ponds", "ponds.imscc")
    assert [one.slug for one in instructor.sees(courses.taught)] == ["ponds"]
    assert [one["goes_to"] for one in caller.get(IMPORTS).json()] == ["Ponds"]
    assert caller.delete(where).status_code == 204
    assert caller.get(where).status_code == 404


def test_a_file_comes_as_a_part_of_a_form_too(instructor: Any, api: FastAPI, course: makers.Made) -> None:
    caller = program(instructor, api)
    parts = {"note": ("", b"beside"), "file": ("bänk.gift", GIFT * 1, "text/plain")}

    answer = caller.post(IMPORTS, params={"course": course.slug}, files=parts)
    worked()

    assert answer.status_code == 202
    found = caller.get(answer.headers["Location"]).json()
    assert (found["name"], found["preview"]["added"], found["course"]) == ("bänk.gift", 2, course.slug)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"", "application/octet-stream"),
        (b"no form", "multipart/form-data; boundary=x"),
        (b"no form", "multipart/form-data"),
        (
            b'--x\r\nContent-Disposition: form-data; name="other"\r\n\r\nx\r\n--x--\r\n',
            "multipart/form-data; boundary=x",
        ),
        (b'--x\r\nContent-Disposition: form-data; name="file"\r\n\r\n\r\n--x--\r\n', "multipart/form-data; boundary=x"),
    ],
)
def test_what_is_no_file_is_refused(instructor: Any, api: FastAPI, content: bytes, kind: str) -> None:
    answer = program(instructor, api).post(IMPORTS, content=content, headers={"Content-Type": kind})

    assert (answer.status_code, set(answer.json()["errors"])) == (422, {"file"})


def test_what_is_too_large_is_refused_while_it_comes(
    instructor: Any, api: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(files.LIMITS_MIB, service.IMPORT, 1)
    sent = program(instructor, api).post(IMPORTS, content=b"x" * (1024 * 1024 + 1))

    assert (sent.status_code, sent.json()["errors"]) == (422, {"file": "A file may have at most 1 MB."})


def test_a_refusal_says_why(instructor: Any, api: FastAPI, course: makers.Made) -> None:
    caller = program(instructor, api)
    where = caller.post(IMPORTS, params={"course": course.slug}, content=b"How much? {#*}").headers["Location"]
    assert caller.post(f"{where}/commit", json={}).status_code == 409  # it was not looked at yet
    worked()

    answer = caller.post(f"{where}/commit", json={})

    assert answer.status_code == 422
    assert answer.json()["errors"]["file"].startswith("Nothing was imported")


def test_a_bank_is_written_and_fetched(instructor: Any, api: FastAPI, course: makers.Made) -> None:
    instructor.does(service.import_questions, GIFT, slug=course.slug)
    caller = program(instructor, api)

    answer = caller.post(EXPORTS, json={"course": course.slug, "format": "qti"})
    assert (answer.status_code, answer.json()["busy"]) == (202, True)
    assert caller.get(f"{answer.headers['Location']}/file").status_code == 409
    worked()
    done = caller.get(answer.headers["Location"]).json()
    fetched = caller.get(done["url"])

    assert (done["count"], done["size_bytes"]) == (2, len(fetched.content))
    assert fetched.headers["content-disposition"].startswith(f'attachment; filename="{course.slug}-questions-')
    assert len(service.read_questions(fetched.content).questions) == 2
    assert caller.post(EXPORTS, json={"course": course.slug, "format": "word"}).status_code == 422
    assert caller.delete(answer.headers["Location"]).status_code == 204
    assert caller.get(done["url"]).status_code == 404
