"""What the dashboards show: every chart is its table, and its CSV is that table, too."""

from dataclasses import dataclass, field
from typing import Literal, get_args

Section = Literal["people", "learning", "quizzes", "retention", "running"]
SECTIONS: tuple[Section, ...] = get_args(Section)
Preset = Literal["7d", "30d", "90d", "12m"]
PRESETS: tuple[Preset, ...] = get_args(Preset)
USUAL_PRESET: Preset = "30d"
CourseOrder = Literal["learners", "title", "completed", "active", "mark"]
COURSE_ORDERS: tuple[CourseOrder, ...] = get_args(CourseOrder)


@dataclass(frozen=True, slots=True)
class Stat:
    """One number, and a sentence that compares it with the time before."""

    label: str
    value: str
    note: str


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a chart's table: what it is about, its cells as text, and where it leads. A bar is drawn from `share`, in
    hundredths of the chart, with `said` beside it."""

    name: str
    cells: list[str]
    url: str = ""
    share: float = 0
    said: str = ""


@dataclass(frozen=True, slots=True)
class Series:
    label: str
    values: list[int]


@dataclass(frozen=True, slots=True)
class Chart:
    """A figure. `kind` is lines (drawn from `series`), bars (from `lines`) or table. `heads` stand over `lines`."""

    id: str
    title: str
    note: str
    kind: str
    heads: list[str]
    lines: list[Line]
    series: list[Series] = field(default_factory=list[Series])
    nothing: str = ""  # what is said instead where there is nothing to draw


@dataclass(frozen=True, slots=True)
class Board:
    """A section of the dashboards over a range of whole days, both ends included (`since`, `until`: ISO 8601).

    `period` is empty where the range was chosen by its ends. `during` is the range in words, `before` the time that it
    is compared with, and `counted` until when things were counted; empty before the first count. Courses are listed
    `page` of `pages` in `sort` order.
    """

    section: str
    period: str
    since: str
    until: str
    compare: bool
    during: str
    before: str
    counted: str
    figures: list[Stat]
    charts: list[Chart]
    sort: str = ""
    page: int = 1
    pages: int = 1


@dataclass(frozen=True, slots=True)
class Slow:
    """A template or a handler: how often in this hour, and how long on average."""

    route: str
    many: str
    average: str


@dataclass(frozen=True, slots=True)
class Now:
    """This moment. `at` is the clock; `figures` are counts of now, `slow` what took longest in the last hour."""

    at: str
    figures: list[Stat]
    slow: list[Slow]
