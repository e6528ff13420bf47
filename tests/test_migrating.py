"""A database of an earlier version comes along with all that is in it."""

import hashlib
import json
import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path
from uuid import uuid4

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.script import ScriptDirectory

from lms_app import migrate
from lms_app.core import audit, chain, db
from lms_app.core.work import SYSTEM, reading, unit_of_work

FIRST = "a989ff5370c2"


@pytest.fixture
def older(tmp_path: Path) -> db.Database:
    """With a quiz of two questions, one of them removed, and an attempt that answered the other."""
    made = db.open_database(f"sqlite:///{tmp_path / 'older.db'}")
    db.use(made)
    with made.write.connect() as connection, connection.begin():
        command.upgrade(migrate._config(connection), FIRST)
    with made.write.connect() as connection, connection.begin():
        _fill(connection)
    return made


def _fill(connection: sa.Connection) -> None:
    known = sa.MetaData()
    known.reflect(connection)
    ids = {
        name: uuid4().hex for name in ("user", "course", "module", "item", "one", "two", "v1", "v2", "v3", "attempt")
    }

    def put(table: str, **given: object) -> None:
        columns = known.tables[table].columns
        blank = {
            c.name: "" if isinstance(c.type, sa.String | sa.Text) else 0
            for c in columns
            if not c.nullable and c.name not in given
        }
        connection.execute(
            sa.text(
                f'INSERT INTO "{table}" ({", ".join({**blank, **given})}) VALUES ({", ".join(":" + n for n in {**blank, **given})})'
            ),
            {**blank, **given},
        )

    put("user", id=ids["user"], email="a@example.org", role="student")
    put("course", id=ids["course"], slug="ponds", owner_id=ids["user"], status="draft", enrol_mode="open")
    put("module", id=ids["module"], course_id=ids["course"])
    put(
        "outline_item",
        id=ids["item"],
        course_id=ids["course"],
        module_id=ids["module"],
        kind="quiz",
        completion="submit",
    )
    put(
        "quiz",
        item_id=ids["item"],
        course_id=ids["course"],
        grading="highest",
        show_marks="submit",
        show_feedback="submit",
        show_answers="last",
    )
    put("question", id=ids["one"], quiz_id=ids["item"], position=4, version=2)
    put("question", id=ids["two"], quiz_id=ids["item"], position=5, version=1, removed_at=9)
    for version, question, number, stem in (
        ("v1", "one", 1, "Old?"),
        ("v2", "one", 2, "Où est **l'été**?"),
        ("v3", "two", 1, "Gone?"),
    ):
        put(
            "question_version",
            id=ids[version],
            question_id=ids[question],
            version=number,
            kind="true_false",
            points=number * 1000,
            stem=stem,
            spec="{}",
            created_at=number,
        )
    put(
        "attempt",
        id=ids["attempt"],
        quiz_id=ids["item"],
        course_id=ids["course"],
        user_id=ids["user"],
        number=1,
        state="open",
        points_max=1000,
    )
    put(
        "attempt_question",
        attempt_id=ids["attempt"],
        number=1,
        question_id=ids["one"],
        version_id=ids["v1"],
        option_order="[]",
    )
    put("answer", save_id=uuid4().hex, attempt_id=ids["attempt"], question_id=ids["one"], seq=1, value="{}")


@pytest.mark.no_database
def test_questions_of_a_quiz_become_questions_of_its_course(older: db.Database) -> None:
    migrate.migrate()

    with older.read.connect() as connection:
        read = connection.exec_driver_sql
        assert read("SELECT haystack, kind, changed_at, removed_at FROM question ORDER BY changed_at DESC").all() == [
            ("ou est **l'ete**?", "true_false", 2, None),
            ("gone?", "true_false", 1, 9),
        ]
        assert read("SELECT count(*) FROM question q JOIN quiz ON quiz.course_id = q.course_id").scalar() == 2
        assert read("SELECT place, position, removed_at, question_id = id FROM quiz_slot ORDER BY position").all() == [
            ("question", 4, None, 1),
            ("question", 5, 9, 1),
        ]
        assert read("SELECT worth, section FROM attempt_question").all() == [(1000, "")]
        assert read("SELECT count(*) FROM answer").scalar() == 1
        assert read("PRAGMA foreign_keys").scalar() == 1
        assert read("PRAGMA foreign_key_check").all() == []
    migrate.check()
    older.dispose()
    db.use(None)


def test_a_database_of_the_version_before_comes_along_with_its_audit_log(tmp_path: Path) -> None:
    """The newest migration, over rows that the version before it wrote: the chain of then is whole, and goes on."""
    made = db.open_database(f"sqlite:///{tmp_path / 'before.db'}")
    db.use(made)
    config_of = migrate._config
    with made.write.connect() as connection, connection.begin():
        newest = ScriptDirectory.from_config(config_of(connection)).get_revision("head")
        assert newest is not None
        command.upgrade(config_of(connection), str(newest.down_revision))
    old = _old_hash("", "account.created")
    with made.write.connect() as connection, connection.begin():
        connection.execute(
            sa.text(
                "INSERT INTO audit_entry (seq, at, action, subject_kind, subject_id, previous_hash, hash) "
                "VALUES (1, 5, 'account.created', 'user', 'x', '', :hash)"
            ),
            {"hash": old},
        )

    migrate.migrate()
    migrate.check()

    with unit_of_work(SYSTEM) as work:
        audit.record(work, "account.verified", "user", "x")
    with reading(SYSTEM) as work:
        found = chain.walk(work)
    assert (found.entries, found.breaks) == (2, [])


def _old_hash(previous: str, action: str) -> str:
    """As the version before made it."""
    content = [previous, 5, "None", action, "user", "x", None, None]
    return hashlib.sha256(json.dumps(content, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


# ---- T56: a migration that is killed, a database of a newer version, and the way back that there is not


def _steps() -> int:
    return len(list((migrate.ROOT / "alembic" / "versions").glob("*.py")))


class _Killed(BaseException):
    """As sudden as a signal: nothing catches it."""


@pytest.mark.no_database
@pytest.mark.parametrize("every", [pytest.param(1, marks=pytest.mark.long), 9])
def test_a_migration_that_dies_at_any_step_left_nothing_and_a_restart_finishes(older: db.Database, every: int) -> None:
    before = _everything(older)
    for step in range(1, _steps(), every):
        seen = 0

        def die(_c: object, _u: object, said: str, *_given: object, step: int = step) -> None:
            nonlocal seen
            seen += "alembic_version" in said and said.lstrip().upper().startswith(("UPDATE", "INSERT"))
            if seen == step:
                raise _Killed

        sa.event.listen(older.write, "before_cursor_execute", die)
        try:
            # SQLAlchemy closes the connection of what it does not know.
            with pytest.raises((_Killed, sqlite3.ProgrammingError)):
                migrate.migrate()
        finally:
            sa.event.remove(older.write, "before_cursor_execute", die)
        assert _everything(older) == before, f"step {step} left something"

    migrate.migrate()

    assert migrate.is_current()
    migrate.check()


_DIE = """
import os, signal, sys
import sqlalchemy as sa
from lms_app import migrate
from lms_app.core import db
made = db.open_database(sys.argv[1])
db.use(made)
seen = 0
@sa.event.listens_for(made.write, "before_cursor_execute")
def die(_c, _u, said, *_given):
    global seen
    seen += "alembic_version" in said and said.lstrip().upper().startswith(("UPDATE", "INSERT"))
    if seen == int(sys.argv[2]):
        os.kill(os.getpid(), signal.SIGKILL)
migrate.migrate()
"""


@pytest.mark.no_database
def test_a_process_that_is_killed_halfway_left_nothing(older: db.Database) -> None:
    before = _everything(older)
    halfway = str(_steps() // 2)

    done = subprocess.run(
        [sys.executable, "-c", _DIE, older.url, halfway], cwd=migrate.ROOT, env=dict(os.environ), check=False
    )

    assert done.returncode == -signal.SIGKILL
    assert _everything(older) == before
    migrate.migrate()
    assert migrate.is_current()


@pytest.mark.no_database
def test_a_database_of_a_newer_version_is_refused_as_it_is(older: db.Database) -> None:
    migrate.migrate()
    with older.write.connect() as connection, connection.begin():
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = 'fffffffffff0'")
    before = _everything(older)

    with pytest.raises(migrate.WrongVersion, match="newer version"):
        migrate.migrate()

    assert _everything(older) == before


@pytest.mark.no_database
def test_there_is_no_way_back(older: db.Database) -> None:
    """A backup is the way back: a step that undid itself would lose what was written since."""
    migrate.migrate()
    before = _everything(older)

    with (
        pytest.raises((NotImplementedError, AttributeError)),
        older.write.connect() as connection,
        connection.begin(),
    ):
        command.downgrade(migrate._config(connection), "-1")

    assert _everything(older) == before


def _everything(database: db.Database) -> dict[str, list[tuple[object, ...]]]:
    """All that a database holds, its tables' own shapes too."""
    with database.read.connect() as connection, connection.begin():
        shapes = connection.exec_driver_sql("SELECT type, name, sql FROM sqlite_master ORDER BY name").all()
        names = [str(row[1]) for row in shapes if row[0] == "table" and not str(row[1]).startswith("search_text")]
        rows = {name: sorted(connection.exec_driver_sql(f'SELECT * FROM "{name}"').all(), key=repr) for name in names}
    return {"": [tuple(row) for row in shapes], **{name: [tuple(row) for row in kept] for name, kept in rows.items()}}
