"""T27: a body is not taken into memory before anybody knows who sent it; and T14: no depth of it breaks anything."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from lms_app.core.identity import Audience
from lms_app.web.bodies import BYTES_MAX, COUNTED
from tests.courses import makers

pytestmark = pytest.mark.anyio
MEGABYTE = b"x" * 1_000_000


class Sending:
    """A body that comes in pieces, and knows how much of it was wanted."""

    def __init__(self, pieces: int) -> None:
        self.pieces = pieces
        self.sent = 0

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield b'"'
        for _ in range(self.pieces):
            self.sent += 1
            yield MEGABYTE


async def test_a_body_without_end_is_refused_before_it_is_read(http: httpx.AsyncClient, student: Any) -> None:
    body = Sending(200)
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {student.signs_in(Audience.API)}"}

    answer = await http.post("/api/v1/courses", content=body, headers=headers)

    assert answer.status_code == 413
    assert answer.headers["content-type"] == "application/problem+json"
    assert body.sent <= BYTES_MAX // len(MEGABYTE) + 1


async def test_of_a_visitor_nothing_is_read_where_nothing_may_be_sent(http: httpx.AsyncClient) -> None:
    body = Sending(200)

    answer = await http.post("/api/v1/courses", content=body, headers={"Content-Type": "application/json"})

    assert answer.status_code == 401
    assert body.sent == 0


async def test_a_length_that_is_too_large_is_believed(http: httpx.AsyncClient) -> None:
    body = Sending(200)

    answer = await http.post("/api/v1/auth/forgot", content=body, headers={"Content-Length": str(BYTES_MAX + 1)})

    assert answer.status_code == 413
    assert body.sent == 0


async def test_a_length_that_lies_is_not(http: httpx.AsyncClient) -> None:
    answer = await http.post("/api/v1/auth/forgot", content=Sending(50), headers={"Content-Length": "5"})

    assert answer.status_code == 413


async def test_as_much_as_is_allowed_is_read(http: httpx.AsyncClient) -> None:
    body = b'{"email": "' + b"x" * (BYTES_MAX - 13) + b'"}'
    assert len(body) == BYTES_MAX

    answer = await http.post("/api/v1/auth/forgot", content=body, headers={"Content-Type": "application/json"})

    assert answer.status_code == 422
    assert "email" in answer.json()["errors"]


@pytest.mark.parametrize("path", COUNTED)
async def test_who_may_not_send_a_file_sends_nothing_of_it(http: httpx.AsyncClient, path: str) -> None:
    body = Sending(100)
    verb = "PUT" if path.endswith("avatar") else "POST"

    answer = await http.request(verb, path, content=body, params={"scope": "x", "scope_id": "x", "name": "x"})

    assert answer.status_code == 401
    assert body.sent == 0


@pytest.mark.parametrize("deep", ["[" * 200_000, '{"a":' * 100_000, "[" * 200_000 + "]" * 200_000])
async def test_however_deep_a_body_is_it_is_only_wrong(http: httpx.AsyncClient, deep: str) -> None:
    answer = await http.post("/api/v1/auth/login", content=deep, headers={"Content-Type": "application/json"})

    assert answer.status_code in (400, 422)


@pytest.mark.parametrize(
    ("text", "status"),
    [
        (r"a\u0000", 422),
        (r"\\u0000 is how JSON spells it", 200),
        (r"\\\u0000", 422),
        (r"\u00000", 422),
    ],
)
async def test_nul_is_refused_and_its_name_is_not(
    http: httpx.AsyncClient, instructor: Any, text: str, status: int
) -> None:
    course = makers.course(instructor)
    headers = {"Authorization": f"Bearer {instructor.signs_in(Audience.API)}", "Content-Type": "application/json"}

    answer = await http.patch(f"/api/v1/courses/{course.slug}", content=f'{{"summary": "{text}"}}', headers=headers)

    assert answer.status_code == status


async def test_a_body_that_is_no_json_is_told_as_a_whole(http: httpx.AsyncClient) -> None:
    answer = await http.post("/api/v1/auth/login", content="{{", headers={"Content-Type": "application/json"})

    assert answer.json()["errors"] == {"body": "JSON decode error."}
