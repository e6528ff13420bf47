"""The hot lane: many small writes a second, each acknowledged only after its COMMIT, one commit for all that wait.

What comes within `LINGER`, or while the last batch commits, is one transaction of one thread on a connection of its
own: one thread hop and one fsync for all of them, without a Session or a SAVEPOINT. Ordinary acts go through
`core/work.py`; a lane is for what a whole class does every few seconds, with its conditions inside the statement.
"""

import asyncio
import contextlib
import logging
import queue
import sqlite3
import threading
import weakref
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from lms_app.core import db, turns
from lms_app.core.errors import LmsError
from lms_app.core.work import Work

if TYPE_CHECKING:
    import psycopg

log = logging.getLogger(__name__)

LINGER = 0.002  # seconds that the first of a batch waits for others
LOCK_TIMEOUT = 5.0  # seconds to wait while somebody else writes to SQLite
BATCH_MAX = 500  # a lock held for longer would keep the other writers waiting

E = TypeVar("E")
E_in = TypeVar("E_in", contravariant=True)
R = TypeVar("R")


class NotKept(LmsError):
    """The database could not take it now (locked, full, away). Nothing was kept: send the same again."""

    code = "not_kept"
    status = 503

    def __init__(self, message: str = "That is not saved yet. Trying again.") -> None:
        super().__init__(message)


class Steps(Protocol[E_in, R]):
    """How a batch becomes rows, inside a transaction that the lane begins and commits.

    One result or one error for each entry, in order: an error here is that entry's own, and its neighbours stay.
    What is raised instead undoes the whole batch. A batch may come again after a lost connection: repeat harmlessly.
    """

    def on_sqlite(self, connection: sqlite3.Connection, entries: Sequence[E_in]) -> list[R | Exception]: ...

    def on_postgres(self, connection: "psycopg.Connection[Any]", entries: Sequence[E_in]) -> list[R | Exception]: ...


def within(work: Work, steps: Steps[E, R], entry: E) -> R:
    """The same steps inside a unit of work, for one entry: imports, the demo, tests."""
    work.db.flush()
    raw = work.db.connection().connection.driver_connection
    if isinstance(raw, sqlite3.Connection):
        return _given(steps.on_sqlite(raw, [entry])[0])
    assert raw is not None
    return _given(steps.on_postgres(raw, [entry])[0])


class Lane(Generic[E, R]):
    """One queue of one kind of write. It starts with its first entry and ends with `close`."""

    def __init__(self, name: str, steps: Steps[E, R]) -> None:
        self.name = name
        self.rows = 0
        self.commits = 0
        self.on_sqlite = True  # known once the thread runs
        self._steps = steps
        self._gates: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, _Gate[E, R]] = weakref.WeakKeyDictionary()
        self._todo: queue.SimpleQueue[_Batch[E, R] | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()
        _lanes.append(self)

    def put(self, entry: E) -> "asyncio.Future[R]":
        """Write `entry`; the future resolves once it is safe on disk, or raises its error (`NotKept`: send it again)."""
        loop = asyncio.get_running_loop()
        gate = self._gates.get(loop)
        if gate is None:
            gate = self._gates[loop] = _Gate(self, loop)
        if self._thread is None:
            self._start()
        return gate.put(entry)

    def close(self) -> None:
        """Commit what is waiting and end the thread. A later `put` starts it again, on the database then in use."""
        with self._lock:
            thread, self._thread = self._thread, None
            if thread is None:
                return
            for gate in list(self._gates.values()):
                gate.flush()
            # A new queue: the next thread must not find the end of this one in it.
            todo, self._todo = self._todo, queue.SimpleQueue()
            todo.put(None)
        thread.join(timeout=20)

    def take(self, batch: "_Batch[E, R]") -> None:
        self._todo.put(batch)

    def _start(self) -> None:
        with self._lock:
            if self._thread is None:
                database = db.database()
                self.on_sqlite = database.is_sqlite
                self._thread = threading.Thread(
                    target=self._run, args=(database, self._todo), name=f"lane-{self.name}", daemon=True
                )
                self._thread.start()

    def _run(self, database: db.Database, todo: "queue.SimpleQueue[_Batch[E, R] | None]") -> None:
        writer = _writer(database, self._steps)
        while (batch := todo.get()) is not None:
            entries = [entry for entry, _future in batch.waiting]
            results: list[Any] = []
            for at in range(0, len(entries), BATCH_MAX):
                part = entries[at : at + BATCH_MAX]
                try:
                    results += writer.write(part)
                    self.commits += 1
                    self.rows += len(part)
                except Exception:  # busy, disk full, I/O, gone: nothing of it was kept, everybody is told
                    log.exception("the lane %s could not commit", self.name)
                    results += [NotKept() for _ in part]
            batch.answer(results)
        writer.close()


class _Gate(Generic[E, R]):
    """The side of a lane that lives on one event loop, so that nothing here needs a lock."""

    def __init__(self, lane: Lane[E, R], loop: asyncio.AbstractEventLoop) -> None:
        # Not the lane's strong reference to the loop: the lane keeps gates by weak loops.
        self._lane = lane
        self._loop = weakref.ref(loop)
        self._waiting: list[tuple[E, asyncio.Future[R]]] = []
        self._busy = False
        self._linger = LINGER

    def put(self, entry: E) -> "asyncio.Future[R]":
        loop = self._loop()
        assert loop is not None
        future: asyncio.Future[R] = loop.create_future()
        self._waiting.append((entry, future))
        self._wake(loop)
        return future

    def _wake(self, loop: asyncio.AbstractEventLoop) -> None:
        if self._waiting and not self._busy:
            self._busy = True
            loop.call_later(self._linger, self.flush)

    def flush(self) -> None:
        """One thread hop a batch, not one a save. Called on the loop, and by `close`."""
        waiting, self._waiting = self._waiting, []
        # One that is alone waits for nobody on PostgreSQL; SQLite's commits are this process's own work.
        self._linger = LINGER if len(waiting) > 1 or self._lane.on_sqlite else 0
        if waiting:
            self._lane.take(_Batch(self, self._loop, waiting))
        else:  # `close` was faster
            self._busy = False

    def done(self, results: list[tuple["asyncio.Future[R]", Any]]) -> None:
        self._busy = False
        for future, result in results:
            if future.done():  # cancelled: the tab has gone, the row stays
                continue
            if isinstance(result, Exception):
                future.set_exception(result)
            else:
                future.set_result(result)
        if (loop := self._loop()) is not None:
            self._wake(loop)


class _Batch(Generic[E, R]):
    def __init__(
        self,
        gate: _Gate[E, R],
        loop: "weakref.ref[asyncio.AbstractEventLoop]",
        waiting: "list[tuple[E, asyncio.Future[R]]]",
    ) -> None:
        self.waiting = waiting
        self._gate = gate
        self._loop = loop

    def answer(self, results: list[Any]) -> None:
        loop = self._loop()
        futures = [future for _entry, future in self.waiting]
        if loop is not None:
            with contextlib.suppress(RuntimeError):  # the loop was closed: nobody waits any more
                loop.call_soon_threadsafe(self._gate.done, list(zip(futures, results, strict=True)))


def _writer(database: db.Database, steps: Steps[Any, Any]) -> Any:
    if database.is_sqlite:
        return _Sqlite(database, steps)
    from lms_app.core.hot_postgres import Postgres  # late: heavy, and for PostgreSQL alone

    return Postgres(database, steps)


class _Sqlite:
    def __init__(self, database: db.Database, steps: Steps[Any, Any]) -> None:
        self._steps = steps
        self._path = database.path
        self._connection: sqlite3.Connection | None = None

    def write(self, entries: list[Any]) -> list[Any]:
        if self._connection is None:
            self._connection = sqlite3.connect(self._path, isolation_level=None)
            db.set_pragmas(self._connection)
            self._connection.execute(f"PRAGMA busy_timeout={int(LOCK_TIMEOUT * 1000)}")
        connection = self._connection
        with turns.writing.turn(LOCK_TIMEOUT):
            try:
                connection.execute("BEGIN IMMEDIATE")
                results = self._steps.on_sqlite(connection, entries)
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise
        return results

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()


def _given(result: R | Exception) -> R:
    if isinstance(result, Exception):
        raise result
    return result


_lanes: list[Lane[Any, Any]] = []


def close() -> None:
    """Close every lane: at shutdown, and when another database is used."""
    for lane in _lanes:
        lane.close()


db.on_change(close)
