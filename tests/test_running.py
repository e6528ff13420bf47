"""How it is run: the command line, migrations, backups, jobs, and sentences instead of tracebacks."""

import json
import os
import socket
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import select

from lms_app import backup, jobs, migrate
from lms_app.build import ROOT, free_of_port
from lms_app.core import db, files, mail, outbox
from lms_app.core.identity import User
from lms_app.core.outbox import OutboxMessage
from lms_app.core.settings import settings
from lms_app.core.work import SYSTEM, reading, unit_of_work
from tests.makers import NOON


def run(folder: Path, *command: str, typed: str = "", **env: str) -> tuple[int, str]:
    """`python -m …` with data in `folder`. Returns the exit code and everything that was said."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("LMS_", "REFLEX"))}
    done = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=ROOT,
        env={**clean, "LMS_DATA_DIR": str(folder), **env},
        input=typed,
        capture_output=True,
        text=True,
    )
    return done.returncode, done.stdout + done.stderr


def tables(url: str) -> dict[str, Any]:
    made = db.open_database(url)
    db.use(made)
    try:
        with reading(SYSTEM) as work:
            return {user.email: user for user in work.db.exec(select(User))}
    finally:
        db.use(None)
        made.dispose()


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
    assert run(tmp_path, "lms_app.cli", "migrate") == (0, "The database is up to date.\n")
    made = db.open_database(f"sqlite:///{tmp_path / 'lectern.db'}")
    with made.write.connect() as connection, connection.begin():
        connection.execute(text("UPDATE alembic_version SET version_num = 'from the future'"))
    made.dispose()

    code, said = run(tmp_path, "lms_app.cli", "migrate")

    assert code != 0
    assert said.startswith("This database belongs to a newer version of Lectern.")


@pytest.mark.no_database
def test_migrations_make_the_tables_that_the_code_knows(tmp_path: Path) -> None:
    made = db.open_database(f"sqlite:///{tmp_path / 'lectern.db'}")
    db.use(made)
    try:
        assert not migrate.is_current()
        migrate.migrate()
        migrate.check()
        assert migrate.is_current()
        migrate.migrate()
    finally:
        db.use(None)
        made.dispose()


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


def test_a_backup_holds_the_rows_and_their_files(tmp_path: Path, student: Any, database: db.Database) -> None:
    if not database.is_sqlite:
        pytest.skip("PostgreSQL has pg_dump")
    view = student.does(files.store_bytes, content=b"kept bytes", name="a.txt", scope="note", scope_id=student.id)

    said = backup.write(tmp_path / "backup.tar.gz")

    with tarfile.open(tmp_path / "backup.tar.gz") as archive:
        archive.extractall(tmp_path / "restored", filter="data")
    manifest = json.loads((tmp_path / "restored" / "manifest.json").read_text())
    people = tables(f"sqlite:///{tmp_path / 'restored' / 'lectern.db'}")
    assert student.email in people
    assert any((tmp_path / "restored" / name).read_bytes() == b"kept bytes" for name in manifest)
    assert view.name == "a.txt"
    assert said.startswith(str(tmp_path / "backup.tar.gz"))


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
