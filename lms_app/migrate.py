"""Bring the database to the tables of this version: `python -m lms_app.cli migrate`, and at each start.

Everything happens in one transaction, on SQLite and on PostgreSQL alike: a start that is killed halfway left nothing.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text

from lms_app.core import db
from lms_app.core.errors import WrongVersion
from lms_app.core.work import Work
from lms_app.search import triggers

if TYPE_CHECKING:  # ten megabytes, and who serves has migrated before
    from alembic.config import Config

ROOT = Path(__file__).resolve().parent.parent
_REVISION = re.compile(r"^revision = ['\"](\w+)", re.MULTILINE)
_BEFORE = re.compile(r"^down_revision = ['\"](\w+)", re.MULTILINE)
_POSTGRES_LOCK = 0x6C656375  # one process migrates, the others wait and then find nothing to do


def migrate() -> None:
    """Upgrade to the newest version. Raises WrongVersion when the database is of a newer one than this program."""
    with opened(db.database()) as connection:
        upgrade(connection)


@contextmanager
def opened(database: db.Database) -> Iterator[Connection]:
    """A transaction in which tables may change and rows may come in any order; what leads nowhere at its end is undone."""
    with database.write.connect() as connection, _unlinked(connection), connection.begin():
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _POSTGRES_LOCK})
        yield connection
        if connection.dialect.name == "sqlite" and (
            broken := connection.execute(text("PRAGMA foreign_key_check")).all()
        ):
            raise RuntimeError(f"This would leave rows that lead nowhere: {broken[:5]}")


def upgrade(connection: Connection, revision: str = "head") -> None:
    """Bring the tables to a revision. Raises WrongVersion for one that this program does not know."""
    if revision != "head" or _version(connection) != _chain()[1]:  # else not even Alembic is needed
        _upgrade(connection, revision)
    if revision == "head":
        triggers.ensure(connection)


def _upgrade(connection: Connection, revision: str) -> None:
    from alembic import command

    config = _config(connection)
    known = _chain()[0]
    for one in (_version(connection), None if revision == "head" else revision):
        if one is not None and one not in known:
            raise WrongVersion(
                "This database belongs to a newer version of Lectern. Install that version, or a backup."
            )
    command.upgrade(config, revision)


def revision_of(connection: Connection) -> str:
    """Which version's tables a database has; one made without migrations has those of this program."""
    return _version(connection) or _chain()[1]


@contextmanager
def _unlinked(connection: Connection) -> Iterator[None]:
    """SQLite changes a table by making it anew, and dropping the old one would take along what its rows are linked to.

    Only outside of a transaction can it be told not to look. Source: sqlite.org/lang_altertable.html, section 7.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    raw = connection.connection.driver_connection
    assert raw is not None
    raw.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        raw.execute("PRAGMA foreign_keys=ON")


def is_current() -> bool:
    """Whether the database has the tables of this version."""
    with db.database().read.connect() as connection, connection.begin():
        return _version(connection) == _chain()[1]


def is_behind(work: Work) -> str:
    """For `readiness.CHECKS`: that the tables are of an older version. Those of a newer one serve this program, too."""
    at, (known, head) = _version(work.db.connection()), _chain()
    return "The database has tables of an older version: run `migrate`." if at in known and at != head else ""


def _version(connection: Connection) -> str | None:
    """None of a database that was made without migrations, with the tables of this program."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


@cache
def _chain() -> tuple[frozenset[str], str]:
    """The revisions of this program and the last of them, read from the files: Alembic itself takes ten megabytes."""
    files = [path.read_text() for path in (ROOT / "alembic" / "versions").glob("*.py")]
    made = {one for file in files for one in _REVISION.findall(file)}
    (head,) = made - {one for file in files for one in _BEFORE.findall(file)}
    return frozenset(made), head


def check() -> None:
    """Raise when the tables that the code knows differ from what the migrations make."""
    from alembic import command

    with db.database().write.connect() as connection, connection.begin():
        command.check(_config(connection))


def _config(connection: Connection) -> "Config":
    from alembic.config import Config

    config = Config(toml_file=ROOT / "pyproject.toml")
    config.set_main_option("script_location", str(ROOT / "alembic"))
    config.attributes["connection"] = connection
    return config
