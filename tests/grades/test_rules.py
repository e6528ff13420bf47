"""What a mark means: its share stays, and it shows from its moment on."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from lms_app.grades import rules

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("points", "out_of", "worth", "now"),
    [
        (5, 10, 10, 5),
        (5, 10, 30, 15),
        (1, 3, 10, "3.333"),
        (2, 3, 10, "6.667"),
        (0, 0, 10, 0),
        (0, 0, 0, 0),
        (5, 10, 0, 0),
    ],
)
def test_a_mark_keeps_its_share(points: Any, out_of: Any, worth: Any, now: Any) -> None:
    assert rules.scaled(Decimal(points), Decimal(out_of), Decimal(worth)) == Decimal(now)


@pytest.mark.parametrize(
    ("hidden", "shown_from", "shown"),
    [(False, None, True), (True, None, False), (True, NOON, True), (True, NOON + timedelta(seconds=1), False)],
)
def test_when_a_mark_shows(hidden: bool, shown_from: datetime | None, shown: bool) -> None:
    assert rules.is_shown(NOON, hidden=hidden, shown_from=shown_from) is shown
