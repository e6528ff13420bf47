"""What being late costs, and the small rules around it: tables of cases."""

from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms_app.assignments import rules
from lms_app.assignments.models import Late
from lms_app.assignments.rules import Kept, LateRule, Tier
from lms_app.core import filetypes
from tests.makers import NOON

pytestmark = pytest.mark.no_database

HOUR = timedelta(hours=1)
D = Decimal
TEN_A_DAY = LateRule(Late.INTERVAL, share=D("0.1"), hours=24)
WITH_FLOOR = LateRule(Late.INTERVAL, share=D("0.1"), hours=24, floor=D("0.4"))
TIERS = LateRule(Late.TIERS, tiers=(Tier(24, D(10)), Tier(72, D(30))))


@pytest.mark.parametrize(
    ("rule", "points", "hours", "left", "said"),
    [
        # Canvas: 9 of 10 at 10 % a day, 25 hours late, is two days.
        (TEN_A_DAY, 9, 25, "7", "9 of 10, 25 hours late: 2 days × 10 % of 10 = 2 off"),
        (TEN_A_DAY, 9, 24, "8", "9 of 10, 24 hours late: 1 day × 10 % of 10 = 1 off"),
        (TEN_A_DAY, 1, 240, "0", "1 of 10, 10 days late: 10 days × 10 % of 10 = 10, never below 0: 1 off"),
        # Canvas: with a floor of 40 %, 4.5 keeps 4 however late it is; what is below the floor stays as it is.
        (
            WITH_FLOOR,
            "4.5",
            1,
            "4",
            "4.5 of 10, 1 hour late: 1 day × 10 % of 10 = 1, never below 40 % of 10: 0.5 off",
        ),
        (
            WITH_FLOOR,
            "4.5",
            500,
            "4",
            "4.5 of 10, 20 days 20 hours late: 21 days × 10 % of 10 = 21, never below 40 % of 10: 0.5 off",
        ),
        (WITH_FLOOR, 3, 30, "3", "3 of 10, 30 hours late: 2 days × 10 % of 10 = 2, never below 40 % of 10: 0 off"),
        # Moodle: the tier that it still fits into, of the maximum; beyond the last one, the last one.
        (TIERS, 9, 24, "8", "9 of 10, 24 hours late: up to 1 day, 10 % of 10 = 1 off"),
        (TIERS, 9, 25, "6", "9 of 10, 25 hours late: up to 3 days, 30 % of 10 = 3 off"),
        (TIERS, 9, 100, "6", "9 of 10, 4 days 4 hours late: more than 3 days, 30 % of 10 = 3 off"),
        (
            TIERS,
            2,
            100,
            "0",
            "2 of 10, 4 days 4 hours late: more than 3 days, 30 % of 10 = 3 off, never below 0: 2 off",
        ),
        (LateRule(), 9, 25, "9", ""),
    ],
)
def test_what_being_late_costs(rule: LateRule, points: object, hours: int, left: str, said: str) -> None:
    had = D(str(points))

    kept = rules.after_lateness(rule, had, D(10), hours * HOUR)

    assert (kept.points, kept.said) == (D(left), said)
    assert kept.points + kept.off == had


def test_the_due_moment_itself_is_in_time() -> None:
    assert rules.lateness(NOON, NOON) == timedelta(0)
    assert rules.lateness(NOON + timedelta(microseconds=1), NOON) > timedelta(0)
    assert rules.lateness(NOON, None) == timedelta(0)
    assert rules.after_lateness(TEN_A_DAY, D(9), D(10), timedelta(0)) == Kept(D(9))


_SHARES = st.decimals(0, 1, places=3)
_RULES = st.one_of(
    st.builds(LateRule, st.just(Late.INTERVAL), share=_SHARES, hours=st.integers(1, 48), floor=_SHARES),
    st.lists(st.tuples(st.integers(1, 200), st.integers(0, 100)), min_size=1, max_size=4).map(
        lambda steps: LateRule(
            Late.TIERS,
            tiers=tuple(
                Tier(hours, D(percent))
                for hours, percent in zip(sorted(h for h, _ in steps), sorted(p for _, p in steps), strict=True)
            ),
        )
    ),
)


@given(_RULES, st.decimals(0, 100, places=2), st.decimals(0, 100, places=2), st.integers(0, 500))
def test_more_points_never_leave_less(rule: LateRule, one: Decimal, other: Decimal, hours: int) -> None:
    less, more = sorted((one, other))

    low = rules.after_lateness(rule, less, D(100), hours * HOUR)
    high = rules.after_lateness(rule, more, D(100), hours * HOUR)

    assert D(0) <= low.points <= high.points
    assert (low.points + low.off, high.points + high.off) == (less, more)


@given(_RULES, st.decimals(0, 100, places=2), st.integers(0, 500), st.integers(0, 500))
def test_later_never_costs_less(rule: LateRule, points: Decimal, one: int, other: int) -> None:
    sooner, later = sorted((one, other))

    assert (
        rules.after_lateness(rule, points, D(100), later * HOUR).points
        <= rules.after_lateness(rule, points, D(100), sooner * HOUR).points
    )


def test_missing_work_gets_its_share() -> None:
    assert rules.missing(D(10), D("0.25")) == Kept(
        D("2.5"), D("7.5"), "Nothing was submitted until it was due: 25 % of 10"
    )


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (LateRule(), []),
        (TEN_A_DAY, ["Late work loses 1 of 10 points for every day that has begun."]),
        (
            WITH_FLOOR,
            ["Late work loses 1 of 10 points for every day that has begun, but is never taken below 4."],
        ),
        (
            TIERS,
            [
                "Up to 1 day late: 1 of 10 points off.",
                "Up to 3 days late: 3 of 10 points off.",
                "Later than that: 3 points off, too.",
            ],
        ),
    ],
)
def test_the_policy_is_said_in_points(rule: LateRule, said: list[str]) -> None:
    assert rules.policy_words(rule, D(10)) == said


@pytest.mark.parametrize(
    ("late", "said"),
    [
        (timedelta(seconds=1), "1 min"),
        (timedelta(minutes=5), "5 min"),
        (25 * HOUR, "25 hours"),
        (26 * HOUR + timedelta(minutes=3), "26 h 3 min"),
        (48 * HOUR, "2 days"),
        (76 * HOUR, "3 days 4 hours"),
    ],
)
def test_how_late_in_words(late: timedelta, said: str) -> None:
    assert rules.late_words(late) == said


def test_files_are_known_by_what_they_are() -> None:
    assert filetypes.is_taken("application/octet-stream", [])
    assert filetypes.is_taken("application/pdf", ["pdf", "pictures"])
    assert not filetypes.is_taken("text/plain; charset=utf-8", ["pdf", "pictures"])
    assert filetypes.types_words(["pictures", "pdf"]) == "PDF or Pictures"
    assert filetypes.types_words([]) == "any type"


def test_a_receipt_and_an_alias_are_always_called_the_same() -> None:
    one, other = UUID(int=1 << 100), UUID(int=2 << 100)

    assert rules.reference_of(one) == rules.reference_of(one) != rules.reference_of(other)
    assert rules.alias_of(one, other) == rules.alias_of(one, other) != rules.alias_of(other, other)
