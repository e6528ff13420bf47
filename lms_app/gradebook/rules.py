"""What a course total is, without a database. Every item counts by its points."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Earned:
    """What one item gave: `points` is None while there is no mark."""

    points: Decimal | None
    points_max: Decimal


@dataclass(frozen=True, slots=True)
class Total:
    """Points of all items that can earn some.

    `points_max_so_far` counts only items with a mark. `fraction` is what it comes to if the rest is 0,
    `fraction_so_far` what the marked work comes to; None where nothing is marked.
    """

    points: Decimal
    points_max: Decimal
    points_max_so_far: Decimal
    fraction: Decimal
    fraction_so_far: Decimal | None


def total(items: Sequence[Earned]) -> Total:
    """Sum up. An item without a mark counts in `points_max` only; one that is worth nothing changes nothing."""
    marked = [(item.points, item.points_max) for item in items if item.points is not None]
    points = sum((p for p, _ in marked), Decimal(0))
    so_far = sum((m for _, m in marked), Decimal(0))
    of_all = sum((item.points_max for item in items), Decimal(0))
    return Total(
        points=points,
        points_max=of_all,
        points_max_so_far=so_far,
        fraction=points / of_all if of_all else Decimal(0),
        fraction_so_far=points / so_far if so_far else None,
    )
