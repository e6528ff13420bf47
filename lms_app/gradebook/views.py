"""What the outside may see of the gradebook: frozen values, no rows."""

from dataclasses import dataclass
from decimal import Decimal

from lms_app.web.views import Choice


@dataclass(frozen=True, slots=True)
class TotalLine:
    """One item of the total. `points` is None without a mark, or while the mark is not shown."""

    title: str
    points: Decimal | None
    points_max: Decimal


@dataclass(frozen=True, slots=True)
class CourseTotal:
    """A student's total: `fraction` if the rest is 0, `fraction_so_far` over the marked work (None without any)."""

    points: Decimal
    points_max: Decimal
    points_max_so_far: Decimal
    fraction: Decimal
    fraction_so_far: Decimal | None
    lines: list[TotalLine]


# ---- The table


@dataclass(frozen=True, slots=True)
class Cell:
    """A mark in the table. `state` is empty, late, missing, to_grade, excused, exempt or not_due.

    `seq` is its version: send it back when you change the mark.
    """

    points: Decimal | None
    state: str
    override: bool
    locked: bool
    seq: int


@dataclass(frozen=True, slots=True)
class TableColumn:
    """A column of the table. `by_hand` is one that nobody hands anything in for; `url` leads to what was handed in."""

    id: str
    title: str
    points_max: Decimal
    category: str
    by_hand: bool
    hidden: bool
    url: str


@dataclass(frozen=True, slots=True)
class TableRow:
    """A student's cells in the order of the columns, and the totals: shares 0..1 (`so_far` is None without any mark).

    `by_hand` tells that a person set the total; `total_seq` is its version.
    """

    user_id: str
    name: str
    cells: list[Cell]
    so_far: Decimal | None
    in_the_end: Decimal
    letter: str
    by_hand: bool
    locked: bool
    total_seq: int


@dataclass(frozen=True, slots=True)
class Table:
    """A window of the gradebook. `total` counts the students that match, `students` all of them."""

    slug: str
    course: str
    students: int
    total: int
    manages: bool
    columns: list[TableColumn]
    groups: list[Choice]
    rows: list[TableRow]


@dataclass(frozen=True, slots=True)
class Tallies:
    """How many cells of the whole course wait for a mark, are missing, or came late."""

    to_grade: int
    missing: int
    late: int


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One change of a mark or a total, newest first."""

    what: str
    reason: str
    by: str
    when: str
    seq: int


@dataclass(frozen=True, slots=True)
class CellDetail:
    """All about one mark. `own` is what it would be without the person who set it."""

    item_id: str
    user_id: str
    name: str
    title: str
    points: Decimal | None
    points_max: Decimal
    state: str
    status: str
    override: bool
    locked: bool
    own: Decimal | None
    seq: int
    url: str
    history: list[HistoryLine]


@dataclass(frozen=True, slots=True)
class Bin:
    """How many marks lie in a tenth of the points."""

    label: str
    count: int
    percent: int  # of the fullest bin


@dataclass(frozen=True, slots=True)
class ColumnDetail:
    """A column in figures, as shares 0..1 but for the counts; None where there are no marks."""

    id: str
    title: str
    points_max: Decimal
    by_hand: bool
    hidden: bool
    url: str
    students: int
    marked: int
    mean: Decimal | None
    median: Decimal | None
    deviation: Decimal | None
    least: Decimal | None
    most: Decimal | None
    passed: int
    pass_points: Decimal | None
    bins: list[Bin]


# ---- A total, explained


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a total. `adds` is in percentage points of the total; those of its `parts` sum to it exactly.

    `fate` is counted, extra, dropped, excused, exempt, missing, unmarked, zero or nothing; `words` the arithmetic;
    `url` leads to the work. An answer has no percentage of its own.
    """

    id: str
    title: str
    kind: str  # category, item or answer
    fate: str
    percent: Decimal | None
    adds: Decimal
    words: str
    url: str
    parts: list["Part"]


@dataclass(frozen=True, slots=True)
class Explained:
    """A student's two totals with the whole derivation of each. `set_by_hand` is the total that a person set instead."""

    slug: str
    course: str
    user_id: str
    name: str
    so_far: Part
    in_the_end: Part
    letter_so_far: str
    letter_in_the_end: str
    set_by_hand: Decimal | None
    reason: str
    locked: bool
    total_seq: int
    history: list[HistoryLine]


# ---- Setting up


@dataclass(frozen=True, slots=True)
class CategoryView:
    id: str
    parent_id: str
    name: str
    method: str
    weight: Decimal
    extra: bool
    drop_lowest: int
    keep_best: int


@dataclass(frozen=True, slots=True)
class ColumnView:
    id: str
    category_id: str
    title: str
    points_max: Decimal
    weight: Decimal
    extra: bool
    never_drop: bool
    pass_points: Decimal | None
    by_hand: bool
    hidden: bool
    url: str


@dataclass(frozen=True, slots=True)
class Setup:
    """How a course makes its totals. `missing` is the share that missing work counts as; None leaves it out.

    `letters` are (least percentage, letter), the best first. `version` is to be sent back with a change.
    """

    slug: str
    course: str
    engine: int
    method: str
    drop_lowest: int
    keep_best: int
    missing: Decimal | None
    letters: list[tuple[Decimal, str]]
    version: int
    categories: list[CategoryView]
    columns: list[ColumnView]


# ---- Coming in again


@dataclass(frozen=True, slots=True)
class SheetChange:
    """One cell that a sheet would change, as one types it. `seen` is the number of what it replaces."""

    user_id: str
    name: str
    item_id: str
    title: str
    before: str
    after: str
    seen: int


@dataclass(frozen=True, slots=True)
class Preview:
    """What a sheet would change, and what in it cannot be read, as sentences. `digest` names exactly these changes."""

    changes: list[SheetChange]
    wrong: list[str]
    unchanged: int
    digest: str
