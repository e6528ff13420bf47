"""One pair of engines for file after file, as a server has one: what a new one compiles anew takes half of a test."""

import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import event

from lms_app.core import db


class Engines:
    def __init__(self, folder: Path) -> None:
        self._made = db.open_database(f"sqlite:///{folder / 'lectern.db'}")
        self._path = self._made.path
        for engine in (self._made.read, self._made.write):
            event.listen(engine, "do_connect", self._elsewhere)
            event.listen(engine, "connect", _without_waiting)

    def open(self, path: Path) -> db.Database:
        """The database in the file at `path`. Only one is open: the one before is closed."""
        self._made.dispose()
        self._path = path
        return copy(self._made, f"sqlite:///{path}")

    def _elsewhere(self, _dialect: Any, _record: Any, given: list[Any], _named: dict[str, Any]) -> None:
        given[0] = str(self._path)


def copy(made: db.Database, url: str) -> db.Database:
    """The same engines under another address, for one test: who listens to them does not listen in the next one."""
    return db.Database(url, read=made.read.execution_options(), write=made.write.execution_options())


def _without_waiting(connection: sqlite3.Connection, _record: object) -> None:
    """No test pulls the plug on its own database, so no COMMIT need wait for the disk."""
    connection.execute("PRAGMA synchronous=OFF")
