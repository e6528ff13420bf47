"""Bring the database to the tables of this version: `python -m lms_app.cli migrate`, and at each start.

Everything happens in one transaction, on SQLite and on PostgreSQL alike: a start that is killed halfway left nothing.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from lms_app.core import db

ROOT = Path(__file__).resolve().parent.parent
_POSTGRES_LOCK = 0x6C656375  # one process migrates, the others wait and then find nothing to do


class WrongVersion(Exception):
    """`str(error)` is a sentence for the person who starts the server."""


def migrate() -> None:
    """Upgrade to the newest version. Raises WrongVersion when the database is of a newer one than this program."""
    with db.database().write.connect() as connection, _unlinked(connection), connection.begin():
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _POSTGRES_LOCK})
        config = _config(connection)
        known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
        at = _at(connection)
        if at is not None and at not in known:
            raise WrongVersion(
                "This database belongs to a newer version of Lectern. Install that version, or a backup."
            )
        command.upgrade(config, "head")
        if connection.dialect.name == "sqlite" and (
            broken := connection.execute(text("PRAGMA foreign_key_check")).all()
        ):
            raise RuntimeError(f"The migration would leave rows that lead nowhere: {broken[:5]}")


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
        script = ScriptDirectory.from_config(_config(connection))
        return _at(connection) == script.get_current_head()


def check() -> None:
    """Raise when the tables that the code knows differ from what the migrations make."""
    with db.database().write.connect() as connection, connection.begin():
        command.check(_config(connection))


def _at(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _config(connection: Connection) -> Config:
    config = Config(toml_file=ROOT / "pyproject.toml")
    config.set_main_option("script_location", str(ROOT / "alembic"))
    config.attributes["connection"] = connection
    return config
