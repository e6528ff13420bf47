"""Rows as lines: a table is a list of its columns, and each row a JSON array of what they hold.

The values are what is stored, not what Python makes of it (moments are microseconds, points thousandths), in one
spelling for both databases: an id is 32 digits, JSON has its keys in order. So the sum of a table says whether two
databases hold the same, and a backup of one comes back into the other.
"""

import base64
import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import JSON, Boolean, Connection, Float, Integer, LargeBinary, MetaData, Numeric, Table, Uuid
from sqlalchemy.types import TypeDecorator

_SUM = 2**256
ROWS_AT_ONCE = 1_000


class Column(NamedTuple):
    """A column and what it holds: uuid, int, text, bool, json, bytes or float."""

    name: str
    kind: str


class Sum(NamedTuple):
    """What a table holds: how many rows, and one number for all of them, whatever their order."""

    rows: int
    digest: str


class Summing:
    """Counts lines and sums their hashes. Two equal rows are twice one, where XOR would say none."""

    def __init__(self) -> None:
        self._rows, self._sum = 0, 0

    def add(self, line: bytes) -> None:
        self._rows += 1
        self._sum = (self._sum + int.from_bytes(hashlib.sha256(line).digest(), "big")) % _SUM

    def result(self) -> Sum:
        return Sum(self._rows, f"{self._sum:064x}")


def columns_of(table: Table) -> list[Column]:
    """By name, so that a column that was added later stands where it stands in a database made anew."""
    return [Column(column.name, _kind(column.type)) for column in sorted(table.columns, key=lambda one: one.name)]


def _kind(type_: Any) -> str:
    while isinstance(type_, TypeDecorator):
        type_ = type_.impl_instance
    for kind, its in (("uuid", Uuid), ("json", JSON), ("bool", Boolean), ("bytes", LargeBinary)):
        if isinstance(type_, its):
            return kind
    if isinstance(type_, Integer):
        return "int"
    if isinstance(type_, Float):
        return "float"
    if isinstance(type_, Numeric):
        raise TypeError("numbers with decimals are stored as whole ones: see core/db.Points")
    return "text"


def lines(connection: Connection, name: str, columns: Sequence[Column]) -> Iterator[bytes]:
    """The rows of a table, each a line without its end."""
    quote = connection.dialect.identifier_preparer.quote
    # As text, a JSON null is not the same as nothing.
    read = [f"CAST({quote(one.name)} AS TEXT)" if one.kind == "json" else quote(one.name) for one in columns]
    statement = f"SELECT {', '.join(read)} FROM {quote(name)}"
    spell = [_SPELL[one.kind] for one in columns]
    found = connection.execution_options(stream_results=True).exec_driver_sql(statement)
    for rows in found.partitions(ROWS_AT_ONCE):
        for row in rows:
            said = [None if value is None else how(value) for how, value in zip(spell, row, strict=True)]
            yield _json(said).encode()


def fill(connection: Connection, name: str, columns: Sequence[Column], rows: Iterable[bytes]) -> None:
    """Put lines into an empty table of the database, as one statement or as few."""
    if connection.dialect.name == "postgresql":
        _copy(connection, name, columns, rows)
        return
    quote = connection.dialect.identifier_preparer.quote
    names = ", ".join(quote(one.name) for one in columns)
    statement = f"INSERT INTO {quote(name)} ({names}) VALUES ({', '.join('?' * len(columns))})"
    store = [_SQLITE[one.kind] for one in columns]
    raw = connection.connection.driver_connection
    assert raw is not None
    raw.executemany(statement, (_stored(line, store) for line in rows))


def _copy(connection: Connection, name: str, columns: Sequence[Column], rows: Iterable[bytes]) -> None:
    from psycopg import sql  # late: only for PostgreSQL

    raw: Any = connection.connection.driver_connection
    names = sql.SQL(", ").join(sql.Identifier(one.name) for one in columns)
    store = [_POSTGRES[one.kind] for one in columns]
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(name), names)
    with raw.cursor() as cursor, cursor.copy(statement) as copy:
        for line in rows:
            copy.write_row(_stored(line, store))


def count_on(connection: Connection, metadata: MetaData) -> None:
    """PostgreSQL counts rows up by itself: go on after the last one that came."""
    if connection.dialect.name != "postgresql":
        return
    for table in metadata.sorted_tables:
        for column in table.primary_key.columns:
            given = connection.exec_driver_sql(
                "SELECT pg_get_serial_sequence(%s, %s)", (f'"{table.name}"', column.name)
            ).scalar()
            if given:
                quote = connection.dialect.identifier_preparer.quote
                most = f"SELECT coalesce(max({quote(column.name)}), 0) + 1 FROM {quote(table.name)}"
                connection.exec_driver_sql(f"SELECT setval(%s, ({most}), false)", (given,))


def _stored(line: bytes, store: Sequence[Any]) -> list[Any]:
    values = json.loads(line)
    return [None if value is None else how(value) for how, value in zip(store, values, strict=True)]


def _same(value: Any) -> Any:
    return value


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


# How a value is spelled in a line, and how each database wants it back.
_SPELL: dict[str, Any] = {
    "uuid": lambda value: value.hex if isinstance(value, UUID) else str(value).replace("-", ""),
    "json": lambda value: _json(json.loads(value)),
    "bool": bool,
    "bytes": lambda value: base64.b64encode(value).decode(),
    "int": int,
    "float": float,
    "text": str,
}
_SQLITE: dict[str, Any] = {**dict.fromkeys(_SPELL, _same), "bool": int, "bytes": base64.b64decode}
_POSTGRES: dict[str, Any] = {**dict.fromkeys(_SPELL, _same), "uuid": UUID, "bytes": base64.b64decode}
