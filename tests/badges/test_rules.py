"""When a badge is earned: pure rules, as tables."""

from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest

from lms_app.badges import rules
from lms_app.badges.rules import Done

pytestmark = pytest.mark.no_database

A, B, C = (UUID(int=n) for n in (1, 2, 3))
DAYS = frozenset({date(2027, 2, 27), date(2027, 2, 28), date(2027, 3, 1), date(2027, 3, 3)})


@pytest.mark.parametrize(
    ("rule", "done", "earned"),
    [
        ({"kind": "manual"}, Done(completed=frozenset({A})), False),
        ({"kind": "course"}, Done(completed=frozenset({A})), True),
        ({"kind": "course"}, Done(completed=frozenset({B})), False),
        ({"kind": "quiz", "item": str(A), "least": "80"}, Done(shares={A: Decimal("0.8")}), True),
        ({"kind": "quiz", "item": str(A), "least": "80"}, Done(shares={A: Decimal("0.7999")}), False),
        ({"kind": "quiz", "item": str(A), "least": "0"}, Done(shares={B: Decimal(1)}), False),
        ({"kind": "streak", "days": 3}, Done(days=DAYS), True),
        ({"kind": "streak", "days": 4}, Done(days=DAYS), False),
        ({"kind": "first"}, Done(submitted=True), True),
        ({"kind": "first"}, Done(), False),
        ({"kind": "courses", "count": 2}, Done(completed=frozenset({A, B})), True),
        ({"kind": "courses", "count": 3}, Done(completed=frozenset({A, B})), False),
        ({"kind": "path", "courses": [str(A), str(B)]}, Done(completed=frozenset({A, B, C})), True),
        ({"kind": "path", "courses": [str(A), str(B)]}, Done(completed=frozenset({A, C})), False),
    ],
)
def test_what_is_earned(rule: dict[str, object], done: Done, earned: bool) -> None:
    assert rules.is_earned(rules.read(rule), done, A) == earned


@pytest.mark.parametrize(("days", "run"), [([], 0), ([date(2027, 1, 1)], 1), (DAYS, 3)])
def test_days_in_a_row(days: list[date], run: int) -> None:
    assert rules.longest_run(days) == run
