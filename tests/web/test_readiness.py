"""`/readyz` says truly whether the process can serve, and to those who look after it what is wrong."""

import asyncio
import shutil
import sqlite3
from collections import namedtuple
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import text

from lms_app import migrate
from lms_app.core import db, outbox, readiness, settings
from lms_app.core.work import SYSTEM, reading, unit_of_work, utc_now
from lms_app.web import health, metrics
from tests.makers import NOON

pytestmark = pytest.mark.anyio


@pytest.fixture(autouse=True)
def looked_at_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "_last", None)
    monkeypatch.setattr(health, "CACHED_SECONDS", -1.0)
    monkeypatch.setattr(readiness, "WAIT_SECONDS", 0.5)


@pytest.fixture
def file(database: db.Database) -> Path:
    if not database.url.startswith("sqlite"):
        pytest.skip("a file that others lock, and that goes away, is SQLite's")
    return Path(database.url.removeprefix("sqlite:///"))


@pytest.fixture
def locked(file: Path) -> Iterator[sqlite3.Connection]:
    with sqlite3.connect(file, isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        yield other
    other.close()


async def test_everybody_hears_that_it_is_ready_and_no_more(http: httpx.AsyncClient, student: Any, admin: Any) -> None:
    nobody = await http.get("/readyz", headers={"x-forwarded-for": "203.0.113.9"})
    theirs = await _seen_by(http, student)
    ours = await _seen_by(http, admin)

    assert (nobody.status_code, nobody.json()) == (200, {"status": "ready"})
    assert theirs.json() == {"status": "ready"}
    assert ours.json() == {
        "status": "ready",
        "checks": {"database": "ok", "disk": "ok", "outbox": "ok", "migrations": "ok"},
    }


async def test_what_watches_the_server_hears_everything_with_its_token(
    http: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = settings.settings.model_copy(update={"metrics_token": settings.SecretStr("watching")})
    monkeypatch.setattr(metrics, "settings", given)

    with_it = await http.get("/readyz", headers={"authorization": "Bearer watching"})
    with_another = await http.get("/readyz", headers={"authorization": "Bearer guessing"})

    assert set(with_it.json()["checks"]) == {"database", "disk", "outbox", "migrations"}
    assert "checks" not in with_another.json()


async def test_a_database_that_somebody_has_locked_is_not_ready_until_they_let_go(
    http: httpx.AsyncClient, locked: sqlite3.Connection
) -> None:
    answer = await http.get("/readyz")
    assert (answer.status_code, answer.json()["status"]) == (503, "not ready")
    assert answer.json()["checks"]["database"] == readiness.SILENT
    assert (await http.get("/healthz")).status_code == 200

    locked.execute("ROLLBACK")

    async with asyncio.timeout(20):
        while (await http.get("/readyz")).status_code != 200:
            await asyncio.sleep(0.2)


async def test_a_database_that_is_away_is_not_ready(
    http: httpx.AsyncClient, file: Path, database: db.Database, tmp_path: Path
) -> None:
    database.dispose()
    away = tmp_path / "away.db"
    shutil.move(file, away)
    file.mkdir()

    answer = await http.get("/readyz")

    file.rmdir()
    shutil.move(away, file)
    assert answer.status_code == 503
    assert answer.json()["checks"]["database"] == readiness.SILENT
    assert (await http.get("/readyz")).status_code == 200


async def test_tables_of_an_older_version_are_not_ready(http: httpx.AsyncClient) -> None:
    known, head = migrate._chain()
    with unit_of_work(SYSTEM) as work:
        run = work.db.connection().execute
        run(text("CREATE TABLE IF NOT EXISTS alembic_version (version_num VARCHAR(32) NOT NULL)"))
        run(text("DELETE FROM alembic_version"))
        run(text("INSERT INTO alembic_version VALUES (:one)"), {"one": next(iter(known - {head}))})
    old = await http.get("/readyz")
    with unit_of_work(SYSTEM) as work:
        work.db.connection().execute(text("UPDATE alembic_version SET version_num = 'of_a_newer_one'"))
    newer = await http.get("/readyz")
    with unit_of_work(SYSTEM) as work:
        work.db.connection().execute(text("UPDATE alembic_version SET version_num = :one"), {"one": head})
    ours = await http.get("/readyz")

    assert old.status_code == 503
    assert "older version" in old.json()["checks"]["migrations"]
    assert (newer.status_code, ours.status_code) == (200, 200)


def test_the_last_version_is_alembics() -> None:
    with db.database().read.connect() as connection:
        config = migrate._config(connection)
        head = ScriptDirectory.from_config(config).get_current_head()

    assert migrate._chain()[1] == head


@pytest.mark.parametrize(
    ("waits", "done", "stuck"), [(20, None, True), (20, 5, False), (5, None, False), (20, 30, True)]
)
def test_the_outbox_is_stuck_when_what_is_due_waits_and_nothing_gets_done(
    waits: int, done: int | None, stuck: bool
) -> None:
    def ago(minutes: int) -> Any:
        return NOON - timedelta(minutes=minutes)

    with unit_of_work(SYSTEM, NOON) as work:
        outbox.put(work, "test", {}, due_at=ago(waits))
        if done is not None:
            outbox.put(work, "other", {}, key="other", due_at=ago(done))
            work.db.connection().execute(text("UPDATE outbox_message SET done_at = due_at WHERE topic = 'other'"))
    with reading(SYSTEM, NOON) as work:
        said = readiness.outbox_moves(work)

    assert bool(said) is stuck


async def test_a_stuck_outbox_is_not_ready(http: httpx.AsyncClient) -> None:
    with unit_of_work(SYSTEM) as work:
        outbox.put(work, "test", {}, due_at=utc_now() - timedelta(hours=1))

    answer = await http.get("/readyz")

    assert answer.status_code == 503
    assert "stuck" in answer.json()["checks"]["outbox"]


async def test_a_full_disk_is_not_ready(http: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage(1 << 40, (1 << 40) - (5 << 20), 5 << 20))

    answer = await http.get("/readyz")

    assert answer.status_code == 503
    assert answer.json()["checks"]["disk"].startswith("The disk of the data is full: 5 MiB are free")


async def _seen_by(http: httpx.AsyncClient, who: Any) -> httpx.Response:
    headers = {"cookie": f"lectern={who.signs_in()}", "x-forwarded-for": "203.0.113.9"}
    return await http.get("/readyz", headers=headers)
