"""How it is run: the command line, migrations, backups, jobs, and sentences instead of tracebacks."""

import asyncio
import os
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlmodel import select

from lms_app import jobs, migrate, schema
from lms_app.build import ROOT, free_of_port
from lms_app.core import audit, db, mail, outbox
from lms_app.core.identity import User
from lms_app.core.outbox import OutboxMessage
from lms_app.core.settings import settings
from lms_app.core.work import SYSTEM, reading, unit_of_work
from tests.makers import NOON, person


def run(folder: Path, *command: str, typed: str = "", **env: str) -> tuple[int, str]:
    """`python -m …` with data in `folder`. Returns the exit code and everything that was said."""
    return python(folder, "-m", *command, typed=typed, **env)


def python(folder: Path, *arguments: str, typed: str = "", **env: str) -> tuple[int, str]:
    """`python …`, as `run`."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("LMS_", "REFLEX"))}
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={**clean, "LMS_DATA_DIR": str(folder), **env},
        input=typed,
        capture_output=True,
        text=True,
    )
    return done.returncode, done.stdout + done.stderr


@contextmanager
def opened(url: str) -> Iterator[db.Database]:
    made = db.open_database(url)
    db.use(made)
    try:
        yield made
    finally:
        db.use(None)
        made.dispose()


def tables(url: str) -> dict[str, Any]:
    with opened(url), reading(SYSTEM) as work:
        return {user.email: user for user in work.db.exec(select(User))}


@pytest.mark.no_database
def test_the_first_administrator_is_made_on_the_command_line(tmp_path: Path) -> None:
    command = ("lms_app.cli", "user", "add", "Ada@Example.org", "--name", "Ada Lovelace", "--role", "admin")

    short = run(tmp_path, *command, typed="too short\n")
    made = run(tmp_path, *command, typed="pondweed and water fleas\n")
    again = run(tmp_path, *command, typed="pondweed and water fleas\n")

    assert short[0] != 0
    assert "15 characters" in short[1]
    assert made == (0, "Ada@Example.org can sign in.\n")
    assert again[0] != 0
    assert "Traceback" not in short[1] + again[1]
    people = tables(f"sqlite:///{tmp_path / 'lectern.db'}")
    assert [(user.email, user.role) for user in people.values()] == [("ada@example.org", "admin")]


@pytest.mark.long
@pytest.mark.no_database
def test_what_draws_documents_is_not_loaded_where_pages_are_served(tmp_path: Path) -> None:
    """Thirty megabytes, and half a second of each start: they are for the processes of `core.apart`."""
    looked = "import sys, lms_app.lms_app; print(sorted({'fpdf', 'fontTools', 'uharfbuzz', 'lxml'} & set(sys.modules)))"

    assert python(tmp_path, "-c", looked) == (0, "[]\n")


@pytest.mark.no_database
def test_the_doctor_names_every_danger_and_no_secret(tmp_path: Path) -> None:
    code, said = run(tmp_path, "lms_app.cli", "doctor", LMS_SECRET_KEY="short", LMS_SMTP_PASSWORD="hunter2 hunter2")

    assert code == 0
    assert "LMS_SECRET_KEY is shorter than 32 bytes" in said
    assert "LMS_BASE_URL must start with https://" in said
    assert "migrate" in said
    assert "hunter2" not in said
    assert "LMS_PASSWORD_MIN_CHARACTERS" in said


@pytest.mark.no_database
def test_a_port_that_is_in_use_is_one_sentence(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        code, said = run(tmp_path, "lms_app.serve", "--built", "--port", str(port))

    assert code != 0
    assert said.strip() == f"Port {port} is in use. Stop what runs there, or choose another: LMS_PORT={port + 1}."


@pytest.mark.no_database
def test_a_database_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    with opened(f"sqlite:///{tmp_path / 'lectern.db'}") as made:
        migrate.migrate()
        with made.write.connect() as connection, connection.begin():
            connection.execute(text("UPDATE alembic_version SET version_num = 'from the future'"))

    code, said = run(tmp_path, "lms_app.cli", "migrate")

    assert code != 0
    assert said.startswith("This database belongs to a newer version of Lectern.")


@pytest.mark.no_database
def test_migrations_make_the_tables_that_the_code_knows(tmp_path: Path) -> None:
    with opened(f"sqlite:///{tmp_path / 'lectern.db'}"):
        assert not migrate.is_current()
        migrate.migrate()
        migrate.check()
        assert migrate.is_current()
        migrate.migrate()


@pytest.mark.long
@pytest.mark.no_database
def test_material_comes_in_by_the_command_line(tmp_path: Path) -> None:
    run(
        tmp_path, "lms_app.cli", "user", "add", "ada@example.org", "--name", "Ada", "--role", "admin",
        typed="pondweed and water fleas\n",
    )  # fmt: skip
    tree = tmp_path / "ponds" / "1-light"
    tree.mkdir(parents=True)
    (tree / "1-sun.md").write_text("# Sun\n\nLight. ![A leaf](leaf.png)\n")
    (tree / "leaf.png").write_bytes(b"\x89PNG\r\n\x1a\n" + b"\x00" * 32)
    gift = tmp_path / "quiz.gift"
    gift.write_text("::Q1:: What eats light? {=Plants ~Stones}\n\n::Q2:: How many ponds? {#*}\n")

    course = run(tmp_path, "lms_app.cli", "import-course", str(tmp_path / "ponds"))
    whole = run(tmp_path, "lms_app.cli", "import-gift", str(gift), "--course", "ponds")
    rest = run(tmp_path, "lms_app.cli", "import-gift", str(gift), "--course", "ponds", "--skip-unsupported")

    assert course[0] == 0, course[1]
    assert "leaf.png" in course[1]
    assert whole[0] != 0
    assert "any number" in whole[1]
    assert rest[0] == 0, rest[1]


@pytest.mark.anyio
async def test_mail_leaves_the_outbox_once() -> None:
    with unit_of_work(SYSTEM) as work:
        mail.put(work, to="ada@example.org", subject="Hello", text="Hi.")

    assert await jobs.drain() == 1
    assert await jobs.drain() == 0
    with reading(SYSTEM) as work:
        (message,) = work.db.exec(select(OutboxMessage)).all()
    assert message.done_at is not None
    assert "Subject: Hello" in (settings.mail_dir / f"{message.id}.eml").read_text()


@pytest.mark.anyio
async def test_a_job_that_fails_keeps_its_error_and_undoes_what_it_wrote(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(work: Any, payload: dict[str, Any]) -> None:
        work.db.add(User(email="ada@example.org", name="Ada", created_at=NOON))
        work.db.flush()
        raise RuntimeError("no such thing")

    monkeypatch.setitem(jobs.TOPICS, "fails", fails)
    with unit_of_work(SYSTEM) as work:
        outbox.put(work, "fails", {})
        outbox.put(work, "nobody listens", {})

    assert await jobs.drain() == 2

    with reading(SYSTEM) as work:
        said = {message.topic: message.last_error for message in work.db.exec(select(OutboxMessage))}
        assert work.db.exec(select(User)).all() == []
    assert said == {
        "fails": "RuntimeError: no such thing",
        "nobody listens": "LookupError: nobody listens to nobody listens",
    }


@pytest.mark.anyio
async def test_a_server_that_stops_gives_back_what_it_leased(monkeypatch: pytest.MonkeyPatch) -> None:
    begun = asyncio.Event()

    async def takes_long(_payload: dict[str, Any]) -> None:
        begun.set()
        await asyncio.sleep(60)

    monkeypatch.setitem(jobs.STEPS, "takes long", takes_long)
    with unit_of_work(SYSTEM) as work:
        outbox.put(work, "takes long", {})
    draining = asyncio.create_task(jobs.drain())
    await begun.wait()
    with reading(SYSTEM) as work:
        assert not outbox.is_due(work)

    draining.cancel()
    with pytest.raises(asyncio.CancelledError):
        await draining

    with reading(SYSTEM) as work:
        assert outbox.is_due(work)
        (message,) = work.db.exec(select(OutboxMessage)).all()
    assert (message.lease_until, message.tries) == (None, 0)


@pytest.mark.no_database
def test_the_audit_log_is_walked_on_the_command_line(tmp_path: Path) -> None:
    with opened(f"sqlite:///{tmp_path / 'lectern.db'}") as made:
        schema.metadata().create_all(made.write)
        person("Ada").does(audit.record, "account.created", "user", uuid4())
    whole = run(tmp_path, "lms_app.cli", "audit", "verify")
    kept = whole[1].split(", ")[-1].split(".")[0]
    with sqlite3.connect(tmp_path / "lectern.db") as connection:
        connection.execute("UPDATE audit_entry SET action = 'account.createD'")
    edited = run(tmp_path, "lms_app.cli", "audit", "verify")
    with sqlite3.connect(tmp_path / "lectern.db") as connection:
        connection.execute("DELETE FROM audit_entry")
    cut = run(tmp_path, "lms_app.cli", "audit", "verify", "--expect", kept)

    assert whole[0] == 0
    assert "The audit log is whole: 1 entries." in whole[1]
    assert edited[0] == 1
    assert "Entry 1 (" in edited[1]
    assert "account.createD) is not what its hash says" in edited[1]
    assert cut[0] == 1
    assert f"No entry has the hash {kept}" in cut[1]


@pytest.mark.no_database
def test_the_built_front_end_knows_no_port(tmp_path: Path) -> None:
    script = tmp_path / "env.js"
    script.write_text("var e={PING:`http://localhost:3000/ping`,EVENT:`ws://localhost:3000/_event`};")
    (tmp_path / "env.js.br").write_bytes(b"old")

    free_of_port(tmp_path)

    assert script.read_text() == (
        'var e={PING:location.origin+`/ping`,EVENT:location.origin.replace("http","ws")+`/_event`};'
    )
    assert not (tmp_path / "env.js.br").exists()
