"""A unit of work: one transaction, who asked, and one moment in time.

    view = await perform(actor, service.submit, attempt_id=...)     # writes, all or nothing
    view = await ask(actor, service.read, course_id=...)            # only reads
    view = await ask_apart(actor, service.results, item_id=...)     # only reads, and computes for long

All leave the event loop free. On SQLite every writing act goes to the one writer thread, which takes what is waiting
into a single `BEGIN IMMEDIATE` transaction, each act in a SAVEPOINT of its own, and answers only after COMMIT: one
fsync for all of them (docs/decisions/0002-sync-services-off-the-loop.md). On PostgreSQL a pool of threads does it,
one transaction an act.
"""

import asyncio
import contextlib
import logging
import queue
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import ContextVar, Token
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Concatenate, ParamSpec, TypeVar
from uuid import UUID

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlmodel import Session

from lms_app.core import apart, db, trace, turns, words
from lms_app.core.errors import Conflict, Forbidden, NoRoom, NotSignedIn

P = ParamSpec("P")
R = TypeVar("R")
log = logging.getLogger(__name__)

READERS = 4
WRITERS_ON_POSTGRES = 8
BATCH_MAX = 64
# A thread that computes keeps the interpreter this long while the event loop waits for it, again and again: with
# Python's own 5 ms everybody else's tab is slow while one imports.
SWITCH_SECONDS = 0.0002
sys.setswitchinterval(SWITCH_SECONDS)


class SiteRole(StrEnum):
    """What a person is on the whole site; what they are in one course is `policy.Role`."""

    STUDENT = "student"
    INSTRUCTOR = "instructor"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks. `zone` is an IANA name, `locale` a language tag: the reader's, for every date, and for what is said to them.

    `avatar_id` names a stored picture: the shell shows it on every page. `read_only` is the sentence that they hear
    where something would be written; empty for whoever may. `acted_by` is the administrator who sees the site as them,
    and `by_key` says that it is a program with an API key.
    """

    user_id: UUID | None
    session_id: UUID | None = None
    role: SiteRole = SiteRole.STUDENT
    name: str = ""
    ip: str = ""
    zone: str = "UTC"
    locale: str = "en"
    avatar_id: UUID | None = None
    read_only: str = ""
    acted_by: UUID | None = None
    by_key: bool = False

    @property
    def is_signed_in(self) -> bool:
        return self.user_id is not None

    @property
    def is_admin(self) -> bool:
        return self.role is SiteRole.ADMIN

    @property
    def can_teach(self) -> bool:
        return self.role in (SiteRole.INSTRUCTOR, SiteRole.ADMIN)


ANONYMOUS = Actor(user_id=None)
# Jobs and the command line. No row of `user`: what they write names nobody.
SYSTEM = Actor(user_id=None, role=SiteRole.ADMIN, name="Lectern")


@dataclass(frozen=True, slots=True)
class Work:
    """`request_id` is of the request, the event or the job that this is done for; empty on the command line."""

    db: Session
    actor: Actor
    now: datetime
    request_id: str = ""
    _after: list[Callable[[], None]] = field(default_factory=list[Callable[[], None]])

    @property
    def user_id(self) -> UUID:
        """The signed-in person. Raises NotSignedIn for anybody else."""
        if self.actor.user_id is None:
            raise NotSignedIn()
        return self.actor.user_id

    def after_commit(self, act: Callable[[], None]) -> None:
        """Call `act` once the rows are safe: to drop a cache, never to have an effect outside (that is the outbox)."""
        self._after.append(act)


_looking: ContextVar[bool] = ContextVar("looking", default=False)


def only_looking(yes: bool) -> Token[bool]:
    """From here on, in this task, somebody only opens a page or reads an address; `looked` ends it.

    What a page notes down while it opens is undone for an actor who may not write; what they click is refused.
    """
    return _looking.set(yes)


def looked(token: Token[bool]) -> None:
    _looking.reset(token)


def check_may_write(actor: Actor) -> None:
    """Raises Forbidden for who only reads. `perform` asks; whoever writes past it asks, too."""
    if actor.read_only:
        raise Forbidden(actor.read_only)


def noting(actor: Actor) -> Actor:
    """Who asks, for what must be written down however little they may write: that they took something away."""
    return replace(actor, read_only="")


def oneself(actor: Actor) -> Actor:
    """Who sits there: the administrator, where they look at the site as somebody else."""
    if actor.acted_by is None:
        return actor
    return replace(actor, user_id=actor.acted_by, role=SiteRole.ADMIN, name="", acted_by=None, read_only="")


def utc_now() -> datetime:
    return datetime.now(UTC)


@contextmanager
def unit_of_work(actor: Actor, now: datetime | None = None) -> Iterator[Work]:
    """A unit of work in this thread: for the command line, the demo and tests."""
    with db.database().write.connect() as connection, connection.begin():
        work = Work(_session(connection), actor, now or utc_now(), trace.request_id())
        with work.db:
            yield work
            work.db.commit()
    _run_after(work)


@contextmanager
def reading(actor: Actor, now: datetime | None = None) -> Iterator[Work]:
    """A read-only unit of work in this thread: an attempt to write raises."""
    with db.database().read.connect() as connection, connection.begin():
        # Nothing is written, so there is nothing to save a point of.
        session = Session(connection, join_transaction_mode="rollback_only", expire_on_commit=False)
        work = Work(session, actor, now or utc_now())
        with work.db:
            yield work


async def ask(actor: Actor, act: Callable[Concatenate[Work, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Run a reading act in a thread and return its view."""

    def run() -> R:
        with reading(actor) as work, words.speaking(actor.locale):
            return act(work, *args, **kwargs)

    return await asyncio.get_running_loop().run_in_executor(_readers(), run)


async def ask_apart(actor: Actor, act: Callable[Concatenate[Work, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
    """`ask` for an act that computes for long: in a process of its own, so that nobody else's tab waits for it."""
    return await apart.run(_read_apart, db.database().url, actor, act, *args, **kwargs)


def _read_apart(url: str, actor: Actor, act: Callable[Concatenate[Work, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
    database = db.use_address(url)
    try:
        with reading(actor) as work, words.speaking(actor.locale):
            return act(work, *args, **kwargs)
    finally:
        database.let_go_soon()  # a connection at rest would be in the way of whoever maintains the database


async def perform(
    actor: Actor,
    act: Callable[Concatenate[Work, P], R],
    *args: P.args,
    **kwargs: P.kwargs,
) -> R:
    """Run a writing act as one transaction and return its view once the rows are safe.

    `work.now` is the moment of this call, so waiting for the writer never makes anything late. An act that loses a
    race on a unique constraint runs once more, where it sees the winner's row; after that it is a Conflict.
    """
    return await perform_at(utc_now(), actor, act, *args, **kwargs)


async def perform_at(
    now: datetime,
    actor: Actor,
    act: Callable[Concatenate[Work, P], R],
    *args: P.args,
    **kwargs: P.kwargs,
) -> R:
    """`perform` with a moment that was stamped earlier: when the request reached the server.

    Raises Forbidden for an actor who only reads, unless a page is being opened: then it is done and undone.
    """
    undone = bool(actor.read_only) and _looking.get()
    if not undone:
        check_may_write(actor)

    request_id = trace.request_id()

    def run(connection: Connection) -> tuple[R, Work]:
        work = Work(_session(connection), actor, now, request_id)
        with work.db, words.speaking(actor.locale):
            view = act(work, *args, **kwargs)
            if undone:
                work.db.rollback()
                return view, Work(work.db, actor, now)
            work.db.commit()
        return view, work

    writer = _writer()
    return await asyncio.wrap_future(writer.submit(run))


def _session(connection: Connection) -> Session:
    """A session inside a transaction that somebody else began: its commit releases a SAVEPOINT, no more."""
    return Session(connection, join_transaction_mode="create_savepoint", expire_on_commit=False)


def _run_after(work: Work) -> None:
    for act in work._after:  # pyright: ignore[reportPrivateUsage]  ours
        act()


Act = Callable[[Connection], tuple[Any, Work]]


class SharedWriter:
    """SQLite's one writer: a thread that puts all waiting acts into one transaction (group commit)."""

    def __init__(self, database: db.Database) -> None:
        self._database = database
        self._todo: queue.SimpleQueue[tuple[Act, Future[Any]] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="writer", daemon=True)
        self._thread.start()

    def submit(self, act: Act) -> Future[Any]:
        future: Future[Any] = Future()
        self._todo.put((act, future))
        return future

    def close(self) -> None:
        self._todo.put(None)
        self._thread.join(timeout=20)

    def _run(self) -> None:
        while (first := self._todo.get()) is not None:
            batch = [first]
            last = False
            with contextlib.suppress(queue.Empty):
                while len(batch) < BATCH_MAX:
                    more = self._todo.get_nowait()
                    if more is None:
                        last = True
                        break
                    batch.append(more)
            self._commit(batch)
            if last:
                return

    def _commit(self, batch: list[tuple[Act, Future[Any]]]) -> None:
        done: list[tuple[Future[Any], Any, Work]] = []
        try:
            with turns.writing.turn(), self._database.write.connect() as connection, connection.begin():
                for act, future in batch:
                    if not future.set_running_or_notify_cancel():
                        continue
                    try:
                        view, work = _twice(act, connection)
                    except Exception as error:  # this act's own: its savepoint is gone, its neighbours stay
                        if _is_full(error):  # SQLite has undone the whole transaction
                            raise
                        future.set_exception(error)
                    else:
                        done.append((future, view, work))
        except Exception as error:  # disk full, locked, I/O: nothing was kept, everybody is told
            log.exception("a shared commit failed")
            for _act, future in batch:
                if not future.done():
                    future.set_exception(NoRoom() if _is_full(error) else error)
            return
        for future, view, work in done:
            _run_after(work)
            future.set_result(view)


class PooledWriter:
    """PostgreSQL: one transaction an act, several at once."""

    def __init__(self, database: db.Database) -> None:
        self._database = database
        self._pool = ThreadPoolExecutor(WRITERS_ON_POSTGRES, thread_name_prefix="writer")

    def submit(self, act: Act) -> Future[Any]:
        return self._pool.submit(self._one, act)

    def close(self) -> None:
        self._pool.shutdown(wait=True)

    def _one(self, act: Act) -> Any:
        for last in (False, False, True):
            try:
                with self._database.write.connect() as connection, connection.begin():
                    view, work = _twice(act, connection)
            except OperationalError:  # deadlock, or the connection went away before the commit
                if last:
                    raise
                continue
            _run_after(work)
            return view
        raise AssertionError("unreachable")


def _is_full(error: BaseException | None) -> bool:
    """SQLite says so in words alone, and of the savepoint that went with it SQLAlchemy speaks last."""
    while error is not None:
        if isinstance(error, OperationalError) and "disk is full" in str(error.orig):
            return True
        error = error.__context__
    return False


def _twice(act: Act, connection: Connection) -> tuple[Any, Work]:
    """The double click: the loser of a race runs again and then sees the winner's row."""
    try:
        return act(connection)
    except IntegrityError:
        pass
    try:
        return act(connection)
    except IntegrityError as error:
        # Not the words of the database: PostgreSQL's hold what was typed.
        log.warning("a constraint refused a change: %s", type(error.orig).__name__)
        raise Conflict("Somebody else changed this at the same moment. Load the page again and look.") from error


_lock = threading.Lock()
_pools: dict[str, Any] = {}


def _readers() -> ThreadPoolExecutor:
    with _lock:
        if "readers" not in _pools:
            _pools["readers"] = ThreadPoolExecutor(READERS, thread_name_prefix="reader")
        return _pools["readers"]


def _writer() -> SharedWriter | PooledWriter:
    with _lock:
        if "writer" not in _pools:
            found = db.database()
            _pools["writer"] = SharedWriter(found) if found.is_sqlite else PooledWriter(found)
        return _pools["writer"]


def close() -> None:
    """Finish what is waiting and end the threads: at shutdown, and when another database is used."""
    with _lock:
        pools = dict(_pools)
        _pools.clear()
    if writer := pools.get("writer"):
        writer.close()
    if readers := pools.get("readers"):
        readers.shutdown(wait=True)


db.on_change(close)
