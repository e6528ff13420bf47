"""What a total is made of: the columns and categories of a course, what a student has in them, and what came of it.

Points, weights and bounds are Decimal. What is computed of them is exact, a fraction of whole numbers: a third has no
decimal, and nothing may be rounded before it is looked up in a scale.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import NamedTuple

from lms_app.grades.models import Status

Exact = int | Fraction
ONE = Decimal(1)


class Method(StrEnum):
    """How a category is made of its parts."""

    POINTS = "points"  # natural: points over points, a category inside is worth what is marked in it
    WEIGHTED = "weighted"  # each part has a weight
    SIMPLE = "simple"  # points are the weights, a category inside is worth all of its points from the start


class Fate(StrEnum):
    """What became of a part."""

    COUNTED = "counted"
    EXTRA = "extra"  # adds to what is earned, never to what it is out of
    DROPPED = "dropped"
    EXCUSED = "excused"
    EXEMPT = "exempt"
    MISSING = "missing"  # counted as the course counts missing work
    UNMARKED = "unmarked"  # left out so far
    ZERO = "zero"  # not marked, counted as 0
    NOTHING = "nothing"  # worth nothing here, so it changes nothing


COUNTING = frozenset((Fate.COUNTED, Fate.EXTRA, Fate.MISSING, Fate.ZERO))


@dataclass(frozen=True, slots=True)
class Column:
    """An item that earns points. `never_drop` keeps it whatever its category drops."""

    id: str
    title: str
    points_max: Decimal
    weight: Decimal = ONE
    extra: bool = False
    never_drop: bool = False


@dataclass(frozen=True, slots=True)
class Category:
    """Parts that make one mark. Of the two, `keep_best` wins over `drop_lowest`; 0 is neither."""

    id: str
    title: str
    children: "tuple[Column | Category, ...]" = ()
    method: Method = Method.POINTS
    weight: Decimal = ONE
    extra: bool = False
    drop_lowest: int = 0
    keep_best: int = 0
    never_drop: bool = False


@dataclass(frozen=True, slots=True)
class Mark:
    """What a student has in a column; no points while there is no mark."""

    points: Decimal | None
    status: str = Status.NONE


Marks = Mapping[str, Mark]
NO_MARK = Mark(None)


class Part(NamedTuple):
    """What one child of a category came to: `earned` of `worth`, None where it counts for nothing."""

    of: Column | Category
    fate: Fate
    earned: Exact | None
    worth: Exact
    mark: Mark | None = None
    inside: "Outcome | None" = None

    @property
    def share(self) -> Fraction | None:
        return Fraction(self.earned, self.worth) if self.earned is not None and self.worth else None


class Outcome(NamedTuple):
    """What a category came to: a share, None while nothing in it counts.

    `out_of` is the sum of what its counted parts are worth; `size` the points that they stand for in a category above,
    `whole` the same once everything is marked.
    """

    of: Category
    share: Fraction | None
    out_of: Exact
    size: Exact
    whole: Exact
    kept: int
    parts: tuple[Part, ...]

    def added(self, part: Part) -> Fraction:
        """The share of the category that a part makes."""
        return Fraction(part.earned or 0, self.out_of) if part.fate in COUNTING and self.out_of else Fraction(0)


def thousandths(value: Decimal) -> int:
    """Points and weights have three decimals."""
    return int(value.scaleb(3))


def decimal(value: Exact) -> Decimal:
    """As exact as a Decimal is by itself."""
    return Decimal(value.numerator) / Decimal(value.denominator)


def exact(value: Decimal) -> Fraction:
    return Fraction(value)
