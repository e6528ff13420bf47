"""The gradebook as its pages draw it: texts, as few as can be, since a window has thousands of cells."""

from dataclasses import dataclass
from decimal import Decimal

from lms_app.core import when
from lms_app.core.typed import number
from lms_app.gradebook.rules import percent, said
from lms_app.gradebook.rules.shape import exact
from lms_app.gradebook.views import (
    Bin,
    Cell,
    CellDetail,
    ColumnDetail,
    Explained,
    HistoryLine,
    Part,
    Preview,
    SheetChange,
    Table,
    TableRow,
)
from lms_app.web.views import Choice


@dataclass(frozen=True, slots=True)
class Head:
    id: str
    title: str
    out_of: str
    category: str
    sorted: str  # as `aria-sort` says it, or empty
    hidden: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A student. A cell is `state|points|beside`, beside is set, locked or empty."""

    id: str
    name: str
    cells: list[str]
    total: str
    letter: str
    beside: str


@dataclass(frozen=True, slots=True)
class Book:
    slug: str
    course: str
    students: int
    total: int
    manages: bool
    columns: list[Head]
    groups: list[Choice]
    rows: list[Line]
    name_sorted: str
    total_sorted: str


def book(table: Table, *, sort: str, descending: bool) -> Book:
    def order(name: str) -> str:
        return ("descending" if descending else "ascending") if name == sort else ""

    return Book(
        slug=table.slug,
        course=table.course,
        students=table.students,
        total=table.total,
        manages=table.manages,
        columns=[
            Head(one.id, one.title, number(one.points_max), one.category, order(one.id), one.hidden)
            for one in table.columns
        ],
        groups=table.groups,
        rows=[line(row) for row in table.rows],
        name_sorted=order("name"),
        total_sorted=order("total"),
    )


def line(row: TableRow) -> Line:
    beside = "locked" if row.locked else "set" if row.by_hand else ""
    total = "–" if row.so_far is None else when.percent(row.so_far)
    return Line(row.user_id, row.name, [cell(one) for one in row.cells], total, row.letter, beside)


def cell(one: Cell) -> str:
    """What a cell says; what is missing and left out says so without a number."""
    points = "" if one.points is None else number(one.points)
    beside = "locked" if one.locked else "set" if one.override else ""
    return f"{one.state}|{points}|{beside}"


# ---- A total, explained


@dataclass(frozen=True, slots=True)
class Branch:
    """A part of a total, in texts."""

    id: str
    title: str
    kind: str
    fate: str
    percent: str
    adds: str
    words: str
    url: str
    tried: str
    parts: list["Branch"]


@dataclass(frozen=True, slots=True)
class Report:
    """A student's totals. `so_far` is empty without any mark."""

    slug: str
    course: str
    user_id: str
    name: str
    so_far: str
    in_the_end: str
    letter_so_far: str
    letter_in_the_end: str
    set_by_hand: str
    reason: str
    locked: bool
    total_seq: int
    trees: list[Branch]  # so far, in the end
    history: list[HistoryLine]


def report(explained: Explained, tried: dict[str, str] | None = None) -> Report:
    set_ = explained.set_by_hand
    return Report(
        slug=explained.slug,
        course=explained.course,
        user_id=explained.user_id,
        name=explained.name,
        so_far=_percent(explained.so_far.percent),
        in_the_end=_percent(explained.in_the_end.percent or Decimal(0)),
        letter_so_far=explained.letter_so_far,
        letter_in_the_end=explained.letter_in_the_end,
        set_by_hand="" if set_ is None else _percent(percent(exact(set_))),
        reason=explained.reason,
        locked=explained.locked,
        total_seq=explained.total_seq,
        trees=[_branch(explained.so_far, tried or {}), _branch(explained.in_the_end, tried or {})],
        history=explained.history,
    )


def _branch(part: Part, tried: dict[str, str]) -> Branch:
    return Branch(
        id=part.id,
        title=part.title,
        kind=part.kind,
        fate=part.fate,
        percent=_percent(part.percent),
        adds=f"{part.adds:.2f}",
        words=part.words,
        url=part.url,
        tried=tried.get(part.id, ""),
        parts=[_branch(one, tried) for one in part.parts],
    )


def _percent(value: Decimal | None) -> str:
    return "" if value is None else f"{said(value)}%"


# ---- One mark, one column


@dataclass(frozen=True, slots=True)
class MarkForm:
    """All about one mark, in texts. `own` is what it is without the person who set it."""

    item_id: str
    user_id: str
    name: str
    title: str
    points: str
    out_of: str
    state: str
    status: str
    locked: bool
    own: str
    seq: int
    url: str
    history: list[HistoryLine]


def mark_form(detail: CellDetail) -> MarkForm:
    return MarkForm(
        item_id=detail.item_id,
        user_id=detail.user_id,
        name=detail.name,
        title=detail.title,
        points="" if detail.points is None else number(detail.points),
        out_of=number(detail.points_max),
        state=detail.state,
        status=detail.status,
        locked=detail.locked,
        own=number(detail.own) if detail.override and detail.own is not None else "",
        seq=detail.seq,
        url=detail.url,
        history=detail.history,
    )


@dataclass(frozen=True, slots=True)
class Figures:
    """A column in figures, in texts. `passed` is empty where nothing is to be passed."""

    id: str
    title: str
    out_of: str
    url: str
    marked: str
    mean: str
    median: str
    deviation: str
    span: str
    passed: str
    bins: list[Bin]


def figures(detail: ColumnDetail) -> Figures:
    def share(value: Decimal | None) -> str:
        return "–" if value is None else when.percent(value)

    passes = detail.pass_points is not None
    return Figures(
        id=detail.id,
        title=detail.title,
        out_of=number(detail.points_max),
        url=detail.url,
        marked=f"{detail.marked} of {detail.students}",
        mean=share(detail.mean),
        median=share(detail.median),
        deviation=share(detail.deviation),
        span="–" if detail.least is None else f"{share(detail.least)}–{share(detail.most)}",
        passed=f"{detail.passed} of {detail.marked}" if passes else "",
        bins=detail.bins if detail.marked else [],
    )


# ---- A sheet

CHANGES_SHOWN = 200


@dataclass(frozen=True, slots=True)
class SheetForm:
    """What a sheet would change: the first of the changes, how many there are, and what is wrong."""

    changes: list[SheetChange]
    count: int
    unchanged: int
    wrong: list[str]


def sheet_form(preview: Preview) -> SheetForm:
    return SheetForm(preview.changes[:CHANGES_SHOWN], len(preview.changes), preview.unchanged, preview.wrong)
