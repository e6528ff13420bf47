"""What the outside may see of the gradebook: frozen values, no rows."""

from dataclasses import dataclass
from decimal import Decimal


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
