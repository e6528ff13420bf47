"""What a student has in every column of a course, and what it comes to.

A row is made of texts that the database puts together, and of nothing else: the same texts make the same row. The last
ones are kept, so a table that is read again costs little more than its queries, however totals are made.
"""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import ColumnElement, String, func, literal_column
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction

from lms_app.gradebook import rules
from lms_app.gradebook.rules import Mark
from lms_app.gradebook.views import Cell
from lms_app.grades import rules as grade_rules
from lms_app.grades.models import Status

if TYPE_CHECKING:
    from lms_app.gradebook.service.facts import Course

KEPT = 3_000  # rows, of about 4 kB
# What a cell may say. The first three are statuses or stand for one, and are what the engine knows.
EXCUSED, MISSING, EXEMPT = Status.EXCUSED.value, Status.MISSING.value, Status.EXEMPT.value
TO_GRADE, LATE, NOT_DUE = "to_grade", "late", "not_due"
_KNOWN = frozenset((EXCUSED, MISSING, EXEMPT))


class _written(GenericFunction[str]):
    """`written('%s:%s', a, b)`: values in the places of a text, nothing for NULL; both databases know it by another name."""

    type = String()
    inherit_cache = True


@compiles(_written, "sqlite")
def _(element: _written, compiler: SQLCompiler, **kw: Any) -> str:
    return f"printf({compiler.process(element.clauses, **kw)})"


@compiles(_written, "postgresql")
def _(element: _written, compiler: SQLCompiler, **kw: Any) -> str:
    return f"format({compiler.process(element.clauses, **kw)})"


def listed(*parts: Any) -> ColumnElement[str]:
    """Of all rows of a group one text: parts with a colon between, rows with a comma. No part may hold either."""
    pattern = literal_column(f"'{':'.join(['%s'] * len(parts))}'")
    return func.aggregate_strings(_written(pattern, *parts), ",")


class ColumnFacts(NamedTuple):
    """A column as everybody shares it; `due_at` in microseconds."""

    id: str
    kind: str
    source_id: str
    title: str
    points_max: Decimal
    hidden: bool
    shown_from: Any
    due_at: int | None
    category_id: str | None
    weight: Decimal
    extra: bool
    never_drop: bool
    pass_points: Decimal | None


class Has(NamedTuple):
    """What one student has in one column. `state` is what its cell says beside the points, `status` what a person set."""

    points: Decimal | None
    state: str
    override: bool = False
    locked: bool = False
    seq: int = 0
    status: str = ""


NOTHING = Has(None, "")


class Row(tuple[Has, ...]):
    """A student's cells in the order of the columns, and their totals, made once they are asked for."""

    course: "Course"

    @cached_property
    def cells(self) -> list[Cell]:
        return [Cell(has.points, has.state, has.override, has.locked, has.seq) for has in self]

    @cached_property
    def so_far(self) -> Fraction | None:
        """The share of the marked work; None without any."""
        return rules.so_far(self.course.plan, marks(self.course.columns, self)).share

    @cached_property
    def in_the_end(self) -> Fraction:
        """The share if the rest is 0."""
        return rules.in_the_end(self.course.plan, marks(self.course.columns, self)).share or Fraction(0)


def marks(columns: Sequence[ColumnFacts], row: Sequence[Has]) -> dict[str, Mark]:
    """A student's row as an engine reads it."""
    return {
        one.id: Mark(has.points, has.state if has.state in _KNOWN else "")
        for one, has in zip(columns, row, strict=True)
        if has.points is not None or has.state in _KNOWN
    }


@lru_cache(KEPT)
def row_of(
    course: "Course",
    entries: str,
    came: str,
    own_due: tuple[tuple[str, int, bool], ...],
    past: tuple[bool, ...],
    states: bool,
) -> Row:
    """Made of `listed` entries (item, points, points_max, status, override, locked, seq) and work (source, handed in at,
    waits). `past` says of each column whether it was due, `own_due` the same of what is due at another time (source, at).

    Without `states`, what is late, missing by its date or waits is left out.
    """
    given = {_digits(parts[0]): parts for parts in _parts(entries)}
    work = {_digits(parts[0]): (int(parts[1]), parts[2] != "0") for parts in _parts(came)}
    own = {source_id: (at, was) for source_id, at, was in own_due}
    cells: list[Has] = []
    for one, was_due in zip(course.columns, past, strict=True):
        _item, raw, out_of, status, override, locked, seq = given.get(_digits(one.id), _NO_ENTRY)
        points = _points(int(raw), int(out_of), one.points_max) if raw else None
        state = status
        if states and (not status or (status == MISSING and points is not None)):
            due, is_past = own.get(one.source_id, (one.due_at, was_due))
            held = override == "1" and points is not None  # what a person set waits for nobody
            state = _state(work.get(_digits(one.source_id)), due, is_past, points is not None, held)
        cells.append(Has(points, state, override == "1", locked == "1", int(seq), status))
    made = Row(cells)
    made.course = course
    return made


_NO_ENTRY = ("", "", "", "", "", "", "0")


def _parts(text: str) -> list[list[str]]:
    return [one.split(":") for one in text.split(",")] if text else []


def _digits(id_: str) -> str:
    """PostgreSQL writes an id with dashes, SQLite without."""
    return id_.replace("-", "")


def _state(work: tuple[int, bool] | None, due: int | None, is_past: bool, has_points: bool, held: bool) -> str:
    if work is not None:
        at, waits = work
        if waits and not held:
            return TO_GRADE
        return LATE if due is not None and at > due else ""
    if has_points or due is None:
        return ""
    return MISSING if is_past else NOT_DUE


@lru_cache(10_000)
def _points(raw: int, out_of: int, points_max: Decimal) -> Decimal:
    points = Decimal(raw).scaleb(-3).normalize() + 0
    return grade_rules.scaled(points, Decimal(out_of).scaleb(-3), points_max)
