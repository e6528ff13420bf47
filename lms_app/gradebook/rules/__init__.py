"""What a course total is, without a database: the engines, dropping, letters, and the tree that explains it all.

`shape` the values · `engine_1` the way of making totals · `dropping` which marks stay · `letters` scales · `displaying`
the tree. `ENGINES` has every way that totals were ever made, by its number: a course names one and keeps it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from lms_app.gradebook.rules import engine_1
from lms_app.gradebook.rules.displaying import Node, percent, said, tree
from lms_app.gradebook.rules.dropping import best
from lms_app.gradebook.rules.letters import CANVAS, MOODLE, SCALES, Scale, letter, wrong
from lms_app.gradebook.rules.shape import (
    NO_MARK,
    ONE,
    Category,
    Column,
    Exact,
    Fate,
    Mark,
    Marks,
    Method,
    Outcome,
    decimal,
    exact,
)

Engine = Callable[..., Outcome]
ENGINES: dict[int, Engine] = {1: engine_1.evaluate}
NEWEST = max(ENGINES)
COURSE = "course"  # the id of the category at the top

__all__ = [
    "CANVAS",
    "COURSE",
    "ENGINES",
    "MOODLE",
    "NEWEST",
    "NO_MARK",
    "ONE",
    "SCALES",
    "Category",
    "Column",
    "Exact",
    "Fate",
    "Mark",
    "Marks",
    "Method",
    "Node",
    "Outcome",
    "Plan",
    "Scale",
    "Totals",
    "best",
    "decimal",
    "exact",
    "in_the_end",
    "letter",
    "percent",
    "said",
    "so_far",
    "totals",
    "tree",
    "wrong",
]


@dataclass(frozen=True, slots=True)
class Plan:
    """How a course makes its totals. `missing` is the share that missing work counts as; None leaves it out."""

    root: Category
    engine: int = 1
    missing: Decimal | None = Decimal(0)
    scale: Sequence[tuple[Decimal, str]] = ()


@dataclass(frozen=True, slots=True)
class Totals:
    """A student's two totals: of the marked work, and if the rest is 0."""

    so_far: Outcome
    in_the_end: Outcome

    @property
    def share_so_far(self) -> Fraction | None:
        return self.so_far.share

    @property
    def share(self) -> Fraction:
        return self.in_the_end.share or Fraction(0)


def so_far(plan: Plan, marks: Marks) -> Outcome:
    return ENGINES[plan.engine](plan.root, marks, rest_is_zero=False, missing=plan.missing)


def in_the_end(plan: Plan, marks: Marks) -> Outcome:
    return ENGINES[plan.engine](plan.root, marks, rest_is_zero=True, missing=plan.missing)


def totals(plan: Plan, marks: Marks) -> Totals:
    return Totals(so_far(plan, marks), in_the_end(plan, marks))
