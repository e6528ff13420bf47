"""What is counted and logged of requests and events: templates and handlers, never an address, a person or a secret."""

import io
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from lms_app.admin import metrics_api
from lms_app.core import logs, mail, settings, trace
from lms_app.core.work import SYSTEM, unit_of_work
from lms_app.courses import api as courses_api
from lms_app.web import metrics
from lms_app.web.edge import edge
from tests.courses import rest
from tests.makers import NOON

pytestmark = pytest.mark.anyio


@pytest.fixture
def lines() -> Iterator[Any]:
    """What is written down as JSON, as it is written."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(logs.Objects())
    logs.access.addHandler(handler)
    before = logs.access.level
    logs.access.setLevel(logging.INFO)
    yield lambda: [json.loads(line) for line in written.getvalue().splitlines()]
    logs.access.setLevel(before)
    logs.access.removeHandler(handler)


def _client(folder: Path, ip: str = "127.0.0.1") -> httpx.AsyncClient:
    api = rest.app(*metrics_api.ROUTERS, *courses_api.ROUTERS)
    transport = httpx.ASGITransport(edge(folder)(api), client=(ip, 1234))
    return httpx.AsyncClient(transport=transport, base_url="http://lectern.test")


async def test_a_request_is_one_line_by_its_template(database: Any, student: Any, tmp_path: Path, lines: Any) -> None:
    from lms_app.core.identity import Audience

    token = student.signs_in(Audience.API)
    async with _client(tmp_path) as client:
        answer = await client.get(
            "/api/v1/courses/secret-slug?word=hidden", headers={"Authorization": f"Bearer {token}"}
        )

    (line,) = lines()
    assert line["route"] == "/api/v1/courses/{slug}"
    assert (line["kind"], line["method"], line["status"], line["user_id"]) == ("request", "GET", "404", str(student.id))
    assert line["request_id"] == answer.headers["x-request-id"]
    assert line["ms"] >= 0
    written = json.dumps(line)
    for hidden in ("secret-slug", "hidden", token, student.email, "Student"):
        assert hidden not in written


async def test_metrics_speak_prometheus_of_nobody(database: Any, student: Any, tmp_path: Path) -> None:
    with unit_of_work(SYSTEM, NOON) as work:
        mail.put(work, to=student.email, subject="Hello", text="Hello")
    async with _client(tmp_path) as client:
        await client.get("/api/v1/courses/some-pond")
        answer = await client.get("/metrics")

    said = answer.text
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert 'lectern_request_seconds_count{method="GET",route="/api/v1/courses/{slug}",status="401"}' in said
    assert 'lectern_outbox_messages{kind="mail",state="waiting"} 1.0' in said
    assert 'lectern_outbox_messages{kind="job",state="failed"} 0.0' in said
    assert "lectern_attempts_open 0.0" in said
    assert "lectern_process_resident_memory_bytes" in said
    size = next(line for line in said.splitlines() if line.startswith("lectern_database_bytes "))
    assert float(size.split()[1]) > 0
    assert student.email not in said
    assert "some-pond" not in said


@pytest.mark.parametrize(
    ("ip", "headers"),
    [
        ("203.0.113.9", {}),
        ("127.0.0.1", {"X-Forwarded-For": "203.0.113.9"}),
        ("127.0.0.1", {"Forwarded": "for=203.0.113.9"}),
    ],
)
async def test_without_a_token_only_this_machine_reads_metrics(
    database: Any, tmp_path: Path, ip: str, headers: dict[str, str]
) -> None:
    async with _client(tmp_path, ip) as client:
        assert (await client.get("/metrics", headers=headers)).status_code == 404


async def test_with_a_token_whoever_sends_it_does(
    database: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = settings.settings.model_copy(update={"metrics_token": settings.SecretStr("a-long-secret")})
    monkeypatch.setattr(metrics, "settings", given)
    async with _client(tmp_path, "203.0.113.9") as client:
        answers = [
            await client.get("/metrics", headers={"Authorization": said} if said else {})
            for said in ("Bearer a-long-secret", "Bearer a-long-secreT", "Basic a-long-secret", "")
        ]

    assert [answer.status_code for answer in answers] == [200, 404, 404, 404]


async def test_an_event_is_one_line_by_its_handler(lines: Any) -> None:
    class Processor:
        async def _execute_event(self, *, entry: Any, registered_handler: Any) -> None:
            if registered_handler is None:
                raise ValueError("a secret word")

    class Entry:
        class event:
            name = "state.lms_state.audit_state.look"

    processor = Processor()
    metrics.time_events(processor)
    metrics.time_events(processor)

    await processor._execute_event(entry=Entry, registered_handler=uuid4())
    with pytest.raises(ValueError, match="secret"):
        await processor._execute_event(entry=Entry, registered_handler=None)

    assert [(one["kind"], one["route"], one["status"]) for one in lines()] == [
        ("event", "audit_state.look", "ok"),
        ("event", "audit_state.look", "ValueError"),
    ]
    assert "secret" not in json.dumps(lines())


async def test_an_error_is_one_object_with_what_was_raised(caplog: pytest.LogCaptureFixture) -> None:
    request_id = trace.begin()
    try:
        raise LookupError("nobody listens")
    except LookupError:
        logging.getLogger("lms_app.jobs").exception("a round of jobs failed")

    said = json.loads(logs.Objects().format(caplog.records[-1]))
    assert (said["level"], said["message"], said["request_id"]) == ("error", "a round of jobs failed", request_id)
    assert said["error"].endswith("LookupError: nobody listens")
    assert request_id in logs.Lines().format(caplog.records[-1])


async def test_counts_are_told_once_and_kept_for_who_could_not_take_them(database: Any, tmp_path: Path) -> None:
    await metrics.tell(_nobody)  # of other tests
    async with _client(tmp_path) as client:
        for slug in ("secret-slug", "other-slug"):
            await client.get(f"/api/v1/courses/{slug}")
    taken: list[dict[str, Any]] = []

    async def take(found: list[dict[str, Any]]) -> None:
        taken.extend(found)

    with pytest.raises(OSError, match="full"):
        await metrics.tell(_cannot)
    await metrics.tell(take)
    await metrics.tell(take)

    (row,) = taken
    assert (row["route"], row["many"], row["errors"]) == ("GET /api/v1/courses/{slug}", 2, 0)
    assert row["micros"] > 0
    assert row["within_100ms"] <= row["within_250ms"] <= row["within_2500ms"] <= 2


async def test_what_fails_by_our_fault_is_an_error_and_what_is_refused_is_none() -> None:
    await metrics.tell(_nobody)
    for outcome in ("ok", "Forbidden", "Invalid", "ZeroDivisionError"):
        metrics.event_done("state.some_page_state.open", outcome, 0.3)
    taken: list[dict[str, Any]] = []

    async def take(found: list[dict[str, Any]]) -> None:
        taken.extend(found)

    await metrics.tell(take)

    (row,) = taken
    assert (row["route"], row["many"], row["errors"]) == ("some_page_state.open", 4, 1)
    assert (row["within_250ms"], row["within_500ms"]) == (0, 4)


async def _nobody(found: list[dict[str, Any]]) -> None:
    del found


async def _cannot(found: list[dict[str, Any]]) -> None:
    raise OSError("The disk is full.")
