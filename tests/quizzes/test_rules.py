"""What time, attempts and marks mean in a quiz: tables, boundaries, and properties that hold for any value."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms_app.quizzes import rules
from lms_app.quizzes.models import Grading, Show, State
from lms_app.quizzes.rules import Act, Finished

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)

seconds = st.integers(0, 600_000_000)
moments = seconds.map(lambda seconds: datetime(2020, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds))
points = st.decimals(0, 1000, places=3, allow_nan=False)


@pytest.mark.parametrize(
    ("limit", "closes", "ends"),
    [
        (None, None, None),
        (20, None, NOON + 20 * MINUTE),
        (None, NOON + 5 * MINUTE, NOON + 5 * MINUTE),
        (20, NOON + 5 * MINUTE, NOON + 5 * MINUTE),
        (20, NOON + 60 * MINUTE, NOON + 20 * MINUTE),
        (20, NOON + 20 * MINUTE, NOON + 20 * MINUTE),
    ],
)
def test_an_attempt_ends_at_its_limit_or_at_the_close_whichever_comes_first(
    limit: int | None, closes: datetime | None, ends: datetime | None
) -> None:
    assert rules.deadline(NOON, limit_minutes=limit, closes_at=closes) == ends


@pytest.mark.parametrize(
    ("after", "in_time"),
    [(-1, True), (0, True), (1, True), (9, True), (10, True), (11, False)],
)
def test_an_answer_counts_up_to_and_including_deadline_and_grace(after: int, in_time: bool) -> None:
    assert rules.counts(NOON + after * SECOND, NOON, 10) is in_time
    assert rules.is_overdue(NOON + after * SECOND, NOON, 10) is not in_time


@pytest.mark.parametrize(("after", "in_time"), [(-1, True), (0, True), (1, False)])
def test_without_grace_the_deadline_is_the_end(after: int, in_time: bool) -> None:
    assert rules.counts(NOON + after * SECOND, NOON, 0) is in_time


def test_without_a_deadline_everything_counts() -> None:
    assert rules.counts(NOON + timedelta(days=9999), None, 0)
    assert rules.seconds_left(NOON, None) == -1
    assert rules.finished_at(NOON, None) == NOON


@given(moments, st.timedeltas(-timedelta(days=2), timedelta(days=2)), st.integers(0, 3600))
def test_nothing_both_counts_and_is_overdue_and_no_attempt_outlasts_its_deadline(
    deadline: datetime, offset: timedelta, grace: int
) -> None:
    now = deadline + offset

    assert rules.counts(now, deadline, grace) is not rules.is_overdue(now, deadline, grace)
    assert rules.finished_at(now, deadline) <= deadline
    assert (rules.seconds_left(now, deadline) == 0) is (now >= deadline)


@given(moments, st.integers(1, 10_000), st.one_of(st.none(), moments))
def test_a_deadline_is_never_after_the_close_nor_after_the_limit(
    start: datetime, limit: int, closes: datetime | None
) -> None:
    ends = rules.deadline(start, limit_minutes=limit, closes_at=closes)

    assert ends is not None
    assert ends <= start + limit * MINUTE
    assert closes is None or ends <= closes


@pytest.mark.parametrize(("used", "allowed", "left"), [(0, 2, 2), (2, 2, 0), (3, 2, 0), (7, None, None)])
def test_attempts_left(used: int, allowed: int | None, left: int | None) -> None:
    assert rules.attempts_left(used, allowed) == left


def test_the_clock_shows_a_started_second_as_a_whole_one() -> None:
    assert rules.seconds_left(NOON - timedelta(milliseconds=1500), NOON) == 2


# ---- What is shown when


@pytest.mark.parametrize(
    ("show", "left", "closed", "shown"),
    [
        (Show.SUBMIT, 1, False, True),
        (Show.LAST, 1, False, False),
        (Show.LAST, 0, False, True),
        (Show.LAST, None, False, False),
        (Show.LAST, 1, True, True),
        (Show.CLOSE, 0, False, False),
        (Show.CLOSE, 1, True, True),
        (Show.NEVER, 0, True, False),
    ],
)
def test_what_is_shown_when(show: Show, left: int | None, closed: bool, shown: bool) -> None:
    closes_at = NOON if closed else NOON + SECOND

    assert rules.is_shown(show, NOON, closes_at=closes_at, left=left) is shown


def test_without_a_close_nothing_waits_for_one() -> None:
    assert not rules.is_shown(Show.CLOSE, NOON, closes_at=None, left=0)
    assert rules.shown_from(Show.CLOSE, NOON) == NOON
    assert rules.shown_from(Show.NEVER, NOON) is None


# ---- Marks


def _attempts(*given: Any) -> list[Finished]:
    return [Finished(number, None if p is None else Decimal(p), Decimal(10)) for number, p in enumerate(given, start=1)]


@pytest.mark.parametrize(
    ("grading", "attempts", "grade"),
    [
        (Grading.HIGHEST, (4, 9, 6), 9),
        (Grading.AVERAGE, (4, 9, 6), "6.333"),
        (Grading.FIRST, (4, 9, 6), 4),
        (Grading.LAST, (4, 9, 6), 6),
        (Grading.HIGHEST, (), None),
        (Grading.HIGHEST, (None, 3), 3),
        (Grading.LAST, (3, None), None),
        (Grading.FIRST, (None, 3), None),
    ],
)
def test_which_attempts_make_the_grade(grading: Grading, attempts: tuple[Any, ...], grade: Any) -> None:
    expected = None if grade is None else Decimal(grade)

    assert rules.grade(grading, _attempts(*attempts), Decimal(10)) == expected


def test_an_attempt_counts_by_its_share_when_the_quiz_has_grown_since() -> None:
    attempts = [Finished(1, Decimal(5), Decimal(5)), Finished(2, Decimal(6), Decimal(12))]

    assert rules.grade(Grading.HIGHEST, attempts, Decimal(12)) == Decimal(12)


@given(st.lists(points, min_size=1, max_size=8), st.sampled_from(Grading))
def test_a_grade_lies_between_the_worst_and_the_best_attempt(given: list[Decimal], grading: Grading) -> None:
    worth = Decimal(1000)
    attempts = [Finished(number, p, worth) for number, p in enumerate(given, start=1)]

    grade = rules.grade(grading, attempts, worth)

    assert grade is not None
    assert min(given) <= grade <= max(given)
    assert grade == grade.quantize(Decimal("0.001"))


@given(st.fractions(0, 1), points)
def test_points_are_thousandths_within_the_question(fraction: Any, worth: Decimal) -> None:
    share = Decimal(fraction.numerator) / Decimal(fraction.denominator)

    earned = rules.points_of(share, worth)

    assert 0 <= earned <= worth
    assert earned == earned.quantize(Decimal("0.001"))


def test_halves_of_a_thousandth_go_up() -> None:
    assert rules.points_of(Decimal("0.0005"), Decimal(1)) == Decimal("0.001")


@pytest.mark.parametrize(
    ("points", "fraction", "passed"),
    [("6", "0.6", True), ("5.999", "0.6", False), ("0", "0", True), ("6", None, None), (None, "0.6", None)],
)
def test_passing_is_reaching_the_mark_without_rounding(points: Any, fraction: Any, passed: bool | None) -> None:
    given = None if points is None else Decimal(points)
    needed = None if fraction is None else Decimal(fraction)

    assert rules.passed(given, Decimal(10), needed) is passed


# ---- States


def test_every_act_has_one_outcome_in_every_state() -> None:
    assert set(rules.TRANSITIONS) == {(state, act) for state in (None, *State) for act in Act}


def test_what_is_over_stays_over() -> None:
    for state in (State.SUBMITTED, State.EXPIRED):
        assert {rules.TRANSITIONS[state, act][0] for act in Act} == {state}


# ---- What to read once more

LESSONS = {
    "chains": "Energy flows along food chains. Why food chains are short: energy leaves as heat at each level.",
    "pyramids": "A pyramid of biomass stands on its base; a pyramid of numbers may stand on its head. Energy again.",
    "water": "Rivers, lakes and ponds.",
}


@pytest.mark.parametrize(
    ("about", "lesson"),
    [
        ("Which pyramid may stand on its head, biomass or numbers?", "pyramids"),
        ("Why are food chains so short?", "chains"),
        ("How old is the universe?", None),
        ("", None),
    ],
)
def test_the_lesson_to_read_again_speaks_of_what_was_missed(about: str, lesson: str | None) -> None:
    assert rules.closest(about, LESSONS) == lesson


def test_without_lessons_there_is_none_to_read_again() -> None:
    assert rules.closest("Which pyramid may stand on its head?", {}) is None
