"""What the staff of a course see of how it goes: frozen values, no rows."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Stage:
    """How far people came: `count` of the learners, `percent` of all of them."""

    label: str
    count: int
    percent: int


@dataclass(frozen=True, slots=True)
class ItemFigures:
    """An item in figures. `percent` of the learners have done it; `mark` is the mean share of its points, empty without
    marks; `time` is how long it takes them on average, empty where nobody's time is known."""

    id: str
    kind: str
    title: str
    url: str
    opened: int
    done: int
    percent: int
    marked: int
    mark: str
    time: str


@dataclass(frozen=True, slots=True)
class AtRisk:
    """A learner who may need help, and by which rules: `reasons` are sentences."""

    user_id: str
    name: str
    email: str
    seen: str
    so_far: str
    reasons: list[str]


@dataclass(frozen=True, slots=True)
class CourseAnalytics:
    """How a course goes. `at_risk` are the first of `at_risk_total`; `rules` says who is listed there."""

    slug: str
    title: str
    learners: int
    active: int  # in the last seven days
    completed: int
    so_far: str  # the mean of all totals so far; empty without marks
    stages: list[Stage]
    items: list[ItemFigures]
    at_risk: list[AtRisk]
    at_risk_total: int
    rules: str


@dataclass(frozen=True, slots=True)
class Standing:
    """How one learner stands in a course. `overdue` are required items past their date, `oldest_days` since the first of
    them; `share` is the total so far."""

    away_days: int
    never_seen: bool
    completed: bool
    overdue: int
    oldest_days: int
    share: Decimal | None
