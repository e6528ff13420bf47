"""The outermost layer: foreign origins (T13), closed doors, headers; and what REST says when something is wrong."""

import asyncio
import base64
import hashlib
from pathlib import Path
from typing import Any

import httpx
import pytest

from lms_app.core.identity import Audience
from lms_app.web.guard import COOKIE

pytestmark = pytest.mark.anyio


def bearer(person: Any) -> dict[str, str]:
    return {"Authorization": f"Bearer {person.signs_in(Audience.API)}"}


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://lectern.test.evil.example"])
@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/api/v1/me"), ("POST", "/api/v1/auth/login"), ("OPTIONS", "/api/v1/me"), ("POST", "/auth/sign-in")],
)
async def test_another_site_is_refused(
    http: httpx.AsyncClient, student: Any, origin: str, method: str, path: str
) -> None:
    cookies = {"Cookie": f"{COOKIE}={student.signs_in()}"}

    answer = await http.request(method, path, headers={"Origin": origin, **cookies})

    assert answer.status_code == 403
    assert "access-control-allow-origin" not in answer.headers


async def test_our_own_origin_is_let_in(http: httpx.AsyncClient, student: Any) -> None:
    answer = await http.get("/api/v1/me", headers={"Origin": "http://lectern.test", **bearer(student)})

    assert answer.status_code == 200


async def test_a_post_from_another_site_without_an_origin_is_refused(http: httpx.AsyncClient) -> None:
    answer = await http.post("/auth/sign-in", headers={"Sec-Fetch-Site": "cross-site"})

    assert answer.status_code == 403


@pytest.mark.parametrize("path", ["/_upload", "/_upload/", "/_upload/x", "/_health", "/_all_routes", "/auth-codespace"])
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_what_the_framework_opens_is_closed(http: httpx.AsyncClient, method: str, path: str) -> None:
    assert (await http.request(method, path)).status_code == 404


@pytest.mark.parametrize("token", ["a", "course42", "x" * 5_000, "0" * 31, "../../x"])
async def test_a_tab_with_an_odd_token_gets_no_socket(root: Any, tmp_path: Any, token: str) -> None:
    from lms_app.web.edge import edge

    sent: list[Any] = []

    async def inner(*_: Any) -> None:
        raise AssertionError("it came through")

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "websocket", "path": "/_event/", "headers": [], "query_string": f"EIO=4&token={token}".encode()}
    await edge(tmp_path)(inner)(scope, None, send)  # type: ignore[arg-type]

    assert [message["type"] for message in sent] == ["websocket.close"]


async def test_every_answer_protects_its_reader(http: httpx.AsyncClient) -> None:
    answer = await http.get("/api/v1/docs")

    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["x-frame-options"] == "DENY"
    assert "'unsafe-eval'" not in answer.headers["content-security-policy"]
    assert answer.headers["cache-control"] == "no-cache"
    assert answer.headers["x-request-id"]
    assert "server" not in answer.headers


def _served(client: Path, path: str, kind: str) -> dict[str, str]:
    """The headers that something of the built front end gets at the edge."""
    from lms_app.web.edge import edge

    sent: list[Any] = []

    async def inner(_scope: Any, _receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", kind.encode())]})

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        return {"type": "http.request", "body": b""}

    scope = {"type": "http", "method": "GET", "path": path, "raw_path": path.encode(), "headers": []}
    asyncio.run(edge(client)(inner)(scope, receive, send))
    return {name.decode(): value.decode() for name, value in sent[0]["headers"]}


@pytest.mark.no_database
def test_a_document_allows_its_own_scripts_and_no_others(tmp_path: Path) -> None:
    for name, script in (("index.html", "one()"), ("404.html", "two()"), ("about/index.html", "three()")):
        page = tmp_path / name
        page.parent.mkdir(exist_ok=True)
        page.write_text(f'<script>{script}</script><script src="/app.js"></script>')
    hashes = {
        script: f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"
        for script in ("one()", "two()", "three()")
    }

    def allowed(path: str) -> list[str]:
        policy = _served(tmp_path, path, "text/html")["content-security-policy"]
        return [script for script, digest in hashes.items() if digest in policy]

    assert allowed("/") == allowed("/index.html") == ["one()"]
    assert allowed("/about") == allowed("/about/") == allowed("/about/index.html") == ["three()"]
    assert allowed("/courses/ecology") == allowed("/assets/gone.js") == ["two()"]


@pytest.mark.no_database
def test_scripts_and_fonts_say_only_what_concerns_them(tmp_path: Path) -> None:
    script = _served(tmp_path, "/assets/page-1.js", "text/javascript")
    missing = _served(tmp_path, "/assets/page-1.js", "text/html; charset=utf-8")

    assert (script["x-content-type-options"], script["cross-origin-resource-policy"]) == ("nosniff", "same-origin")
    assert script["cache-control"] == "public, max-age=31536000, immutable"
    assert not {"x-frame-options", "permissions-policy", "content-security-policy"} & script.keys()
    assert (missing["x-frame-options"], "content-security-policy" in missing) == ("DENY", True)


async def test_a_cookie_opens_no_api_and_a_bearer_no_page(http: httpx.AsyncClient, student: Any) -> None:
    by_cookie = await http.get("/api/v1/me", headers={"Cookie": f"{COOKIE}={student.signs_in()}"})
    web_token_as_bearer = await http.get("/api/v1/me", headers={"Authorization": f"Bearer {student.signs_in()}"})

    assert (by_cookie.status_code, web_token_as_bearer.status_code) == (401, 401)
    assert by_cookie.headers["www-authenticate"] == "Bearer"


async def test_wrong_fields_are_named(http: httpx.AsyncClient) -> None:
    answer = await http.post("/api/v1/auth/login", json={"email": 7, "is_admin": True})

    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert {"email", "password", "is_admin"} <= set(problem["errors"])
    assert all(sentence.endswith((".", "!", "?")) for sentence in problem["errors"].values())


async def test_an_error_of_ours_tells_its_reference_and_nothing_else(
    root: Any, http: httpx.AsyncClient, student: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from lms_app.home import api

    def breaks(*_: Any, **__: Any) -> None:
        raise RuntimeError("the secret detail")

    monkeypatch.setattr(api.service, "student_home", breaks)

    answer = await http.get("/api/v1/me/home", headers=bearer(student))

    assert answer.status_code == 500
    assert "the secret detail" not in answer.text
    (record,) = [record for record in caplog.records if record.getMessage().startswith("error ")]
    assert record.getMessage().removeprefix("error ") in answer.json()["detail"]


async def test_what_is_not_there_and_what_is_not_yours_read_alike(
    http: httpx.AsyncClient, stranger: Any, instructor: Any
) -> None:
    from tests.courses import makers

    draft = makers.course(instructor, published=False)
    token = bearer(stranger)

    mine = await http.get(f"/api/v1/courses/{draft.slug}", headers=token)
    none = await http.get("/api/v1/courses/no-such-course", headers=token)

    assert (mine.status_code, mine.json()) == (none.status_code, none.json())
    assert mine.status_code == 404


async def test_health_is_for_everybody(http: httpx.AsyncClient) -> None:
    assert (await http.get("/healthz")).json() == {"status": "alive"}
    assert (await http.get("/readyz")).status_code == 200
