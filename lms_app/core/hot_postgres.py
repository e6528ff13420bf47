"""What happens many times a second, straight by PostgreSQL's driver. Only who uses PostgreSQL loads it: it is 8 MB."""

import contextlib
from collections.abc import Callable
from typing import Any, TypeVar

import psycopg
from sqlalchemy import make_url

from lms_app.core import db
from lms_app.core.hot import NotKept, Steps

R = TypeVar("R")


class Line:
    """A connection of its own, opened when it is first needed and anew when it has gone away. For one thread."""

    def __init__(self, database: db.Database) -> None:
        self.database = database
        self._connection: psycopg.Connection[Any] | None = None

    def run(self, act: "Callable[[psycopg.Connection[Any]], R]") -> R:
        """What `act` gives. It is called again when the connection went away, perhaps long ago."""
        try:
            return act(self._open())
        except psycopg.OperationalError:
            if self._connection is not None and not self._connection.closed:
                raise
            return act(self._open())

    def _open(self) -> "psycopg.Connection[Any]":
        if self._connection is None or self._connection.closed:
            url = make_url(self.database.url).set(drivername="postgresql")
            self._connection = psycopg.connect(url.render_as_string(hide_password=False), autocommit=True)
        return self._connection

    def close(self) -> None:
        if self._connection is not None:
            with contextlib.suppress(psycopg.Error):
                self._connection.close()
            self._connection = None


class Postgres:
    """A lane's batches."""

    def __init__(self, database: db.Database, steps: Steps[Any, Any]) -> None:
        self._steps = steps
        self._line = Line(database)

    def write(self, entries: list[Any]) -> list[Any]:
        try:
            return self._transaction(entries)
        except (psycopg.IntegrityError, psycopg.DataError, psycopg.errors.TransactionRollback):
            # On PostgreSQL one bad row, or a deadlock, undoes all of them: find out whose it was.
            return [self._alone(entry) for entry in entries]

    def _alone(self, entry: Any) -> Any:
        try:
            return self._transaction([entry])[0]
        except (psycopg.IntegrityError, psycopg.DataError) as error:
            return error
        except psycopg.errors.TransactionRollback:
            return NotKept()

    def _transaction(self, entries: list[Any]) -> list[Any]:
        def act(connection: "psycopg.Connection[Any]") -> list[Any]:
            # What needs no answer of the statement before it is sent along: a round trip wakes three threads.
            with connection.pipeline(), connection.transaction():
                return self._steps.on_postgres(connection, entries)

        return self._line.run(act)

    def close(self) -> None:
        self._line.close()
