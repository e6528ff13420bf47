"""One pair of engines for file after file, as a server has one: what a new one compiles anew takes half of a test."""

import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import event

from lms_app.core import db


class Engines:
    def __init__(self, folder: Path) -> None:
        self._own = folder / "lectern.db"
        self._made = db.open_database(f"sqlite:///{self._own}")
        self._path = self._made.path
        self._filling: sqlite3.Connection | None = None
        self._sources: dict[Path, sqlite3.Connection] = {}
        self._filled: tuple[Path, int] | None = None
        for engine in (self._made.read, self._made.write):
            event.listen(engine, "do_connect", self._elsewhere)
            event.listen(engine, "connect", _without_waiting)

    def open(self, path: Path) -> db.Database:
        """The database in the file at `path`. Only one is open: the one before is closed."""
        self._made.dispose()
        self._path = path
        return copy(self._made, f"sqlite:///{path}")

    def filled(self, source: Path) -> db.Database:
        """The one file that is kept, with what the file at `source` holds, which nobody writes to any more.

        Its connections stay open: each new one would read the whole schema first.
        """
        if self._path != self._own:
            self._made.dispose()
            self._path = self._own
        if self._filling is None:
            self._filling = sqlite3.connect(self._own, isolation_level=None, check_same_thread=False)
            self._filling.execute("PRAGMA journal_mode=WAL")
            self._filling.execute("PRAGMA synchronous=OFF")
        if self._filled != (source, self._version()):
            if source not in self._sources:
                self._sources[source] = sqlite3.connect(source, check_same_thread=False)
            # Raises where a test before left a transaction open: the copy would wait for it, and for ever.
            self._filling.execute("BEGIN IMMEDIATE")
            self._filling.execute("COMMIT")
            self._sources[source].backup(self._filling)
            # All sources have the same tables in the same places: what is known of them, and compiled for them, holds on.
            self._filling.execute("PRAGMA schema_version = 1")
            self._filled = (source, self._version())
        return copy(self._made, f"sqlite:///{self._own}")

    def _version(self) -> int:
        """Another one after each commit of somebody else."""
        assert self._filling is not None
        return int(self._filling.execute("PRAGMA data_version").fetchone()[0])

    def _elsewhere(self, _dialect: Any, _record: Any, given: list[Any], _named: dict[str, Any]) -> None:
        given[0] = str(self._path)


def copy(made: db.Database, url: str) -> db.Database:
    """The same engines under another address, for one test: who listens to them does not listen in the next one."""
    return db.Database(url, read=made.read.execution_options(), write=made.write.execution_options())


def _without_waiting(connection: sqlite3.Connection, _record: object) -> None:
    """No test pulls the plug on its own database, so no COMMIT need wait for the disk."""
    connection.execute("PRAGMA synchronous=OFF")
