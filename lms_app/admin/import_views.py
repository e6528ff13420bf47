"""What an administrator sees of a list of people that comes in."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ColumnView:
    """A column of a file: its head, some of what is in it, and what it is taken for (`field` of `rules.columns`)."""

    head: str
    sample: str
    field: str


@dataclass(frozen=True, slots=True)
class ImportFile:
    """How a file is read. `why` says why it is not used."""

    name: str
    kind: str
    format: str
    encoding: str
    delimiter: str
    lines: int
    why: str
    columns: list[ColumnView]


@dataclass(frozen=True, slots=True)
class LineView:
    """What becomes of a line: make, change, same, skip or wrong. `column` is the head of the one that is wrong."""

    file: str
    line: int
    column: str
    about: str
    fate: str
    note: str


@dataclass(frozen=True, slots=True)
class ImportView:
    """An import: waiting, checked, confirmed, running, undoing, done or failed. `tally` counts its lines by fate.

    `busy`: something happens by itself, so look again in a moment; `percent` of it is done.
    """

    id: str
    name: str
    state: str
    when: str
    files: list[ImportFile]
    tally: dict[str, int]
    total: int
    percent: int
    busy: bool
    invites: bool
    problem: str


@dataclass(frozen=True, slots=True)
class ImportLines:
    """One window of the lines of an import, `total` of them in all."""

    lines: list[LineView]
    total: int


@dataclass(frozen=True, slots=True)
class ImportPage:
    """What the page of an import shows: how far it is, and a window of its lines of one fate, or of all."""

    job: ImportView
    lines: list[LineView]
    total: int
    at: int
    fate: str


@dataclass(frozen=True, slots=True)
class ImportRow:
    """An import in the list of the last ones."""

    id: str
    name: str
    state: str
    when: str
    by: str
    changed: int
