"""What a mark means, without a database."""

from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

THOUSANDTH = Decimal("0.001")


def scaled(points: Decimal, points_max: Decimal, now_worth: Decimal) -> Decimal:
    """Points out of `points_max` as points out of `now_worth`: the share stays. Nothing out of nothing is 0."""
    if points_max == now_worth:
        return points
    if not points_max:
        return Decimal(0)
    return (points / points_max * now_worth).quantize(THOUSANDTH, rounding=ROUND_HALF_UP)


def is_shown(now: datetime, *, hidden: bool, shown_from: datetime | None) -> bool:
    """Whether students may see their marks: at once, from a moment on, or never."""
    if not hidden:
        return True
    return shown_from is not None and now >= shown_from
