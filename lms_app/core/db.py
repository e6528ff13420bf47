"""The database: types, the base of every row, and the engines.

SQLite (WAL, `synchronous=FULL`, foreign keys on, writers `BEGIN IMMEDIATE`) and PostgreSQL are equals. Readers get a
connection that cannot write; the one place that writes is `core/work.py` (and the answer lane, `core/hot.py`).
"""

import sqlite3
import threading
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import JSON, BigInteger, Engine, Integer, MetaData, create_engine, event, make_url
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, UserDefinedType
from sqlmodel import SQLModel

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


def metadata() -> MetaData:
    """All tables that were imported; `lms_app.schema` imports every room's."""
    return SQLModel.metadata


def new_id() -> UUID:
    return uuid4()


EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_FIRST = (datetime.min.replace(tzinfo=UTC) - EPOCH) // _MICROSECOND
_LAST = (datetime.max.replace(tzinfo=UTC) - EPOCH) // _MICROSECOND


def to_micros(moment: datetime) -> int:
    """Microseconds since 1970 UTC: what a `Moment` column holds.

    Raises ValueError for a naive datetime, and for one that could not be read back: in its own zone there may be a last
    day of the year 9999 that is over in UTC.
    """
    if moment.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    micros = (moment - EPOCH) // _MICROSECOND
    if not _FIRST <= micros <= _LAST:
        raise ValueError("a moment must be between the years 1 and 9999 in UTC")
    return micros


def from_micros(value: int) -> datetime:
    return EPOCH + timedelta(microseconds=value)


class Moment(TypeDecorator[datetime]):
    """A moment in UTC, kept as integer microseconds, so that both databases and raw SQL compare it alike."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        return None if value is None else to_micros(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        return None if value is None else from_micros(value)


class _Scaled(TypeDecorator[Decimal]):
    impl = BigInteger
    cache_ok = True
    places = 3

    def process_bind_param(self, value: Decimal | int | None, dialect: Dialect) -> int | None:
        return None if value is None else scaled(Decimal(value), self.places)

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(int(value)).scaleb(-self.places).normalize() + 0


def scaled(value: Decimal, places: int) -> int:
    """`value` in units of 10**-places, halves away from zero. Raises ValueError for NaN and infinity."""
    if not value.is_finite():
        raise ValueError("a mark must be a finite number")
    return int(value.scaleb(places).quantize(Decimal(1), rounding=ROUND_HALF_UP))


class Points(_Scaled):
    """Marks: Decimal, kept as integer thousandths."""

    cache_ok = True
    places = 3


class Fraction(_Scaled):
    """A share 0..1: Decimal, kept as integer billionths."""

    cache_ok = True
    places = 9


class IdText(UserDefinedType[str]):
    """An id as its usual text, straight from the driver: SQLite keeps 32 digits, PostgreSQL hands out a UUID."""

    cache_ok = True

    def get_col_spec(self, **_given: Any) -> str:
        return "CHAR(36)"  # never in a table: results only

    def result_processor(self, dialect: Dialect, coltype: object) -> Any:
        return _text_of_uuid if dialect.name == "postgresql" else _text_of_digits


def _text_of_uuid(value: UUID | None) -> str | None:
    return None if value is None else str(value)


def _text_of_digits(value: str | None) -> str | None:
    return None if value is None else f"{value[:8]}-{value[8:12]}-{value[12:16]}-{value[16:20]}-{value[20:]}"


Json = JSON().with_variant(JSONB(), "postgresql")
# An integer that counts up by itself on both databases (SQLite only does so for exactly INTEGER).
Serial = BigInteger().with_variant(Integer(), "sqlite")


class Row(SQLModel):
    """Base of every table."""


@dataclass(frozen=True, slots=True)
class Database:
    """The engines of one database. `read` cannot write; `write` belongs to the unit of work."""

    url: str
    read: Engine
    write: Engine

    @property
    def is_sqlite(self) -> bool:
        return self.write.dialect.name == "sqlite"

    @property
    def path(self) -> Path:
        """The SQLite file. Raises ValueError on another database."""
        name = make_url(self.url).database
        if not self.is_sqlite or not name:
            raise ValueError("only SQLite has a file")
        return Path(name)

    def dispose(self) -> None:
        self.read.dispose()
        self.write.dispose()

    def let_go_soon(self) -> None:
        """Close the readers that are at rest, once nobody has called this for a second: for a process that reads seldom."""
        _resting.of(self)


class _Resting:
    """A thread that waits for quiet, while there is something to wait for."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._until = 0.0
        self._waits = False

    def of(self, database: Database) -> None:
        with self._lock:
            self._until = time.monotonic() + REST_SECONDS
            if self._waits:
                return
            self._waits = True
        threading.Thread(target=self._let_go, args=[database], daemon=True).start()

    def _let_go(self, database: Database) -> None:
        while (left := self._until - time.monotonic()) > 0:
            time.sleep(left)
        with self._lock:
            self._waits = False
        database.read.dispose()


REST_SECONDS = 1.0
_resting = _Resting()


def open_database(url: str) -> Database:
    """Engines for `url` (`sqlite:///…` or `postgresql…`). Creates the folder of a SQLite file, never its tables."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        if not parsed.database or parsed.database == ":memory:":
            raise ValueError("Lectern needs a SQLite file: several threads share it.")
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        return Database(url, read=_sqlite(url, read_only=True), write=_sqlite(url, read_only=False))
    if parsed.get_backend_name() != "postgresql":
        raise ValueError("LMS_DATABASE_URL must be a sqlite:/// or postgresql:// address.")
    pg = parsed.set(drivername="postgresql+psycopg")
    options: dict[str, Any] = {"pool_size": 10, "max_overflow": 10, "pool_pre_ping": True, "hide_parameters": True}
    read = create_engine(pg, **options, execution_options={"postgresql_readonly": True})
    return Database(url, read=read, write=create_engine(pg, **options))


def _sqlite(url: str, *, read_only: bool) -> Engine:
    options: dict[str, Any] = {"connect_args": {"check_same_thread": False, "timeout": 5}}
    # An error names the statement alone: what people typed is not for logs.
    engine = create_engine(url, pool_size=8, max_overflow=8, hide_parameters=True, **options)

    @event.listens_for(engine, "connect")
    def _pragmas(connection: sqlite3.Connection, _record: object) -> None:  # pyright: ignore[reportUnusedFunction]  registered
        # The driver would begin by itself, and only before some statements: we do it, in _begin.
        connection.isolation_level = None
        set_pragmas(connection)
        if read_only:
            connection.execute("PRAGMA query_only=ON")

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:  # pyright: ignore[reportUnusedFunction]  registered
        # A deferred transaction that turns into a writer fails at once when another one wrote meanwhile.
        connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")

    return engine


def set_pragmas(connection: sqlite3.Connection) -> None:
    """They are not kept in the file: each connection sets them. What is deleted is overwritten, not only let go of."""
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "busy_timeout=5000",
        "temp_store=MEMORY",
        "secure_delete=ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


@dataclass(slots=True)
class _Current:
    database: Database | None = None
    watchers: list[Any] = field(default_factory=list[Any])


_current = _Current()
_opening = threading.Lock()


def use(database: Database | None) -> None:
    """Make `database` the one that this process works on."""
    _current.database = database
    for watcher in _current.watchers:
        watcher()


def use_address(url: str) -> Database:
    """Work on the database at `url`, unless this process does already."""
    if _current.database is None or _current.database.url != url:
        use(open_database(url))
    return database()


def on_change(watcher: Any) -> None:
    """Call `watcher()` whenever another database is used: caches of rows must go."""
    _current.watchers.append(watcher)


def database() -> Database:
    """The database in use; opened from the settings the first time."""
    if _current.database is None:
        from lms_app.core.settings import settings  # late: tests choose a database before settings matter

        # No watcher is told: nothing can be remembered of a database that was not there. Two threads may come first.
        with _opening:
            _current.database = _current.database or open_database(settings.database)
    assert _current.database is not None
    return _current.database
