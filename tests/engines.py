"""One pair of engines for file after file, as a server has one: what a new one compiles anew takes half of a test."""

import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import event

from lms_app.core import db


class Engines:
    def __init__(self, folder: Path) -> None:
        self._kept = folder / "lectern.db"
        self._made = db.open_database(f"sqlite:///{self._kept}")
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
        """A file that is kept, with what the one at `source` holds, which nobody writes to any more.

        Its connections stay open: each new one would read the whole schema first.
        """
        filling = self._filling_of_a_free_file()
        if self._path != self._kept:
            self._made.dispose()
            self._path = self._kept
        if self._filled != (source, _version(filling)):
            if source not in self._sources:
                self._sources[source] = sqlite3.connect(source, check_same_thread=False)
            self._sources[source].backup(filling)
            # All sources have the same tables in the same places: what is known of them, and compiled for them, holds on.
            filling.execute("PRAGMA schema_version = 1")
            self._filled = (source, _version(filling))
        return copy(self._made, f"sqlite:///{self._kept}")

    def close(self) -> None:
        self._made.dispose()
        for connection in (self._filling, *self._sources.values()):
            if connection is not None:
                connection.close()

    def _filling_of_a_free_file(self) -> sqlite3.Connection:
        """Another one is begun where a test has left a transaction open: filling the file would wait for it for ever."""
        if self._filling is not None:
            try:
                self._filling.execute("BEGIN IMMEDIATE")
                self._filling.execute("COMMIT")
                return self._filling
            except sqlite3.OperationalError:
                self._kept = self._kept.with_stem(self._kept.stem + "_")
        self._filled = None
        self._filling = sqlite3.connect(self._kept, timeout=0.2, isolation_level=None, check_same_thread=False)
        self._filling.execute("PRAGMA journal_mode=WAL")
        self._filling.execute("PRAGMA synchronous=OFF")
        return self._filling

    def _elsewhere(self, _dialect: Any, _record: Any, given: list[Any], _named: dict[str, Any]) -> None:
        given[0] = str(self._path)


def _version(filling: sqlite3.Connection) -> int:
    """Another one after each commit of somebody else."""
    return int(filling.execute("PRAGMA data_version").fetchone()[0])


def copy(made: db.Database, url: str) -> db.Database:
    """The same engines under another address, for one test: who listens to them does not listen in the next one."""
    return db.Database(url, read=made.read.execution_options(), write=made.write.execution_options())


def _without_waiting(connection: sqlite3.Connection, _record: object) -> None:
    """No test pulls the plug on its own database, so no COMMIT need wait for the disk."""
    connection.execute("PRAGMA synchronous=OFF")
