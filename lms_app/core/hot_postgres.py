"""A lane's batches on PostgreSQL. Only who uses PostgreSQL loads its driver: it is 8 MB."""

import contextlib
from typing import Any

import psycopg
from sqlalchemy import make_url

from lms_app.core import db
from lms_app.core.hot import NotKept, Steps


class Postgres:
    def __init__(self, database: db.Database, steps: Steps[Any, Any]) -> None:
        self._steps = steps
        self._address = make_url(database.url).set(drivername="postgresql").render_as_string(hide_password=False)
        self._connection: psycopg.Connection[Any] | None = None

    def write(self, entries: list[Any]) -> list[Any]:
        try:
            return self._transaction(entries)
        except (psycopg.IntegrityError, psycopg.DataError, psycopg.errors.TransactionRollback):
            # On PostgreSQL one bad row, or a deadlock, undoes all of them: find out whose it was.
            return [self._alone(entry) for entry in entries]
        except psycopg.OperationalError:  # the connection went away, perhaps long ago: once more on a new one
            self.close()
            return self._transaction(entries)

    def _alone(self, entry: Any) -> Any:
        try:
            return self._transaction([entry])[0]
        except (psycopg.IntegrityError, psycopg.DataError) as error:
            return error
        except psycopg.errors.TransactionRollback:
            return NotKept()

    def _transaction(self, entries: list[Any]) -> list[Any]:
        if self._connection is None or self._connection.closed:
            self._connection = psycopg.connect(self._address, autocommit=True)
        with self._connection.transaction():
            return self._steps.on_postgres(self._connection, entries)

    def close(self) -> None:
        if self._connection is not None:
            with contextlib.suppress(psycopg.Error):
                self._connection.close()
            self._connection = None
