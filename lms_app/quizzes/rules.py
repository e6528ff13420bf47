"""What time, attempts and marks mean in a quiz, without a database: pure functions of values and of `now`."""

import math
import re
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from itertools import count
from random import Random
from typing import TypeVar, assert_never

from lms_app.quizzes.models import Grading, Show, State

K = TypeVar("K", bound=Hashable)
U = TypeVar("U", bound=Hashable)
SHARED_MIN = 3  # words; fewer are shared by any two texts
_WORD = re.compile(r"[^\W\d_]{4,}")
THOUSANDTH = Decimal("0.001")
ZERO, ONE = Decimal(0), Decimal(1)


class Act(StrEnum):
    """What can happen to an attempt."""

    START = "start"
    SAVE = "save"
    SUBMIT = "submit"
    EXPIRE = "expire"


class Effect(StrEnum):
    """What an act does in a state."""

    OPENS = "opens"
    RETURNS = "returns"  # changes nothing and gives the caller what there is
    KEEPS = "keeps"  # a row more
    KEEPS_LATE = "keeps late"  # a row more, for the instructor to see; not graded unless it had come in time
    SUBMITS = "submits"
    EXPIRES = "expires"
    REFUSES = "refuses"


# Every state has one line for every act: what is not here cannot happen. None is "no attempt yet".
TRANSITIONS: dict[tuple[State | None, Act], tuple[State | None, Effect]] = {
    (None, Act.START): (State.OPEN, Effect.OPENS),
    (None, Act.SAVE): (None, Effect.REFUSES),
    (None, Act.SUBMIT): (None, Effect.REFUSES),
    (None, Act.EXPIRE): (None, Effect.RETURNS),
    (State.OPEN, Act.START): (State.OPEN, Effect.RETURNS),
    (State.OPEN, Act.SAVE): (State.OPEN, Effect.KEEPS),
    (State.OPEN, Act.SUBMIT): (State.SUBMITTED, Effect.SUBMITS),
    (State.OPEN, Act.EXPIRE): (State.EXPIRED, Effect.EXPIRES),
    (State.SUBMITTED, Act.START): (State.SUBMITTED, Effect.RETURNS),  # and the next attempt opens, if one is left
    (State.SUBMITTED, Act.SAVE): (State.SUBMITTED, Effect.REFUSES),
    (State.SUBMITTED, Act.SUBMIT): (State.SUBMITTED, Effect.RETURNS),
    (State.SUBMITTED, Act.EXPIRE): (State.SUBMITTED, Effect.RETURNS),
    (State.EXPIRED, Act.START): (State.EXPIRED, Effect.RETURNS),
    (State.EXPIRED, Act.SAVE): (State.EXPIRED, Effect.KEEPS_LATE),
    (State.EXPIRED, Act.SUBMIT): (State.EXPIRED, Effect.RETURNS),
    (State.EXPIRED, Act.EXPIRE): (State.EXPIRED, Effect.RETURNS),
}


# ---- Time


def deadline(started_at: datetime, *, limit_minutes: int | None, closes_at: datetime | None) -> datetime | None:
    """When an attempt ends: min(start + limit, close); None without either.

    Source: docs.moodle.org/dev/Quiz_time_controls_on_attempts
    """
    ends = [moment for moment in (_after(started_at, limit_minutes), closes_at) if moment is not None]
    return min(ends, default=None)


def _after(started_at: datetime, limit_minutes: int | None) -> datetime | None:
    return None if limit_minutes is None else started_at + timedelta(minutes=limit_minutes)


def counts(received_at: datetime, deadline_at: datetime | None, grace_seconds: int) -> bool:
    """Whether what arrived then is in time: up to and including the deadline plus the grace."""
    return deadline_at is None or received_at <= deadline_at + timedelta(seconds=grace_seconds)


def is_overdue(now: datetime, deadline_at: datetime | None, grace_seconds: int) -> bool:
    """Whether an open attempt must be closed: nothing that arrives now can count any more."""
    return not counts(now, deadline_at, grace_seconds)


def finished_at(now: datetime, deadline_at: datetime | None) -> datetime:
    """The end of an attempt that ends now. The grace makes no attempt longer than it was meant to be."""
    return now if deadline_at is None else min(now, deadline_at)


def seconds_left(now: datetime, deadline_at: datetime | None) -> int:
    """Whole seconds, rounded up so that the clock shows 00:00 only at the end; -1 without a deadline."""
    if deadline_at is None:
        return -1
    return max(0, -((now - deadline_at) // timedelta(seconds=1)))


# ---- Attempts


def attempts_left(used: int, allowed: int | None) -> int | None:
    """How many more may be started; None is "as many as you like"."""
    return None if allowed is None else max(0, allowed - used)


def is_closed(now: datetime, closes_at: datetime | None) -> bool:
    return closes_at is not None and now >= closes_at


def is_shown(show: Show, now: datetime, *, closes_at: datetime | None, left: int | None) -> bool:
    """Whether a student sees it now, of an attempt that is over. `left` are the attempts that may still be started."""
    closed = is_closed(now, closes_at)
    match show:
        case Show.SUBMIT:
            return True
        case Show.LAST:
            return left == 0 or closed
        case Show.CLOSE:
            return closed
        case Show.NEVER:
            return False
        case _:
            assert_never(show)


def shown_from(show: Show, closes_at: datetime | None) -> datetime | None:
    """The date to promise for what is not shown yet; None where there is none to give."""
    return closes_at if show in (Show.LAST, Show.CLOSE) else None


def labels(counted: Iterable[bool]) -> list[str]:
    """The numbers that questions are shown with; a text between them has none."""
    numbers = count(1)
    return [str(next(numbers)) if asks else "" for asks in counted]


def draw(fit: Mapping[K, Sequence[U]], counts: Mapping[K, int], seen: Mapping[U, int], rng: Random) -> dict[K, list[U]]:
    """What each of several draws takes out of what fits it, nothing twice.

    What was seen less often goes first, and chance decides among the rest. The draw with the least to choose from
    chooses first, or another one could leave it nothing.
    """
    taken: set[U] = set()
    picked: dict[K, list[U]] = {}
    for key in sorted(fit, key=lambda key: len(fit[key]) - counts[key]):
        left = [one for one in fit[key] if one not in taken]
        rng.shuffle(left)
        left.sort(key=lambda one: seen.get(one, 0))
        picked[key] = left[: counts[key]]
        taken.update(picked[key])
    return picked


# ---- Marks


def points_of(fraction: Decimal, points: Decimal) -> Decimal:
    """A question's points for a fraction 0..1, to the thousandth, halves up."""
    return (fraction * points).quantize(THOUSANDTH, rounding=ROUND_HALF_UP)


def after_tries(fraction: Decimal, penalty: Decimal, used: int) -> Decimal:
    """What is left of a fraction at the try number `used`: each one after the first costs `penalty`.

    Source: docs.moodle.org/en/Question_behaviours, interactive with multiple tries.
    """
    return max(ZERO, fraction - penalty * (used - 1))


def is_settled(fractions: Sequence[Decimal], hints: int) -> bool:
    """Whether no try is left, after checked ones worth `fractions`: it was right, or there is no hint for another."""
    return bool(fractions) and (fractions[-1] == 1 or len(fractions) > hints)


def fraction_of(points: Decimal, points_max: Decimal) -> Decimal:
    """The share of the points that were won; 0 where there are none to win."""
    return points / points_max if points_max else Decimal(0)


def outcome(fraction: Decimal | None, *, blank: bool) -> str:
    """An answer's mark in a word: correct, partly, incorrect, blank, or waiting for a person."""
    if fraction is None:
        return "waiting"
    if blank:
        return "blank"
    if fraction == 1:
        return "correct"
    return "partly" if fraction else "incorrect"


@dataclass(frozen=True, slots=True)
class Finished:
    """An attempt that is over. `points` is None while a person has to look at an answer."""

    number: int
    points: Decimal | None
    points_max: Decimal


def grade(grading: Grading, attempts: Sequence[Finished], points_max: Decimal) -> Decimal | None:
    """The quiz's grade in points out of `points_max`; None while nothing is graded.

    Each attempt counts by its share of its own points: the questions may have changed between two of them.
    First and last wait for their attempt when it is the one that a person must look at.
    """
    ordered = sorted(attempts, key=lambda attempt: attempt.number)
    match grading:
        case Grading.FIRST:
            ordered = ordered[:1]
        case Grading.LAST:
            ordered = ordered[-1:]
        case Grading.HIGHEST | Grading.AVERAGE:
            pass
        case _:
            assert_never(grading)
    shares = [fraction_of(a.points, a.points_max) for a in ordered if a.points is not None]
    if not shares:
        return None
    share = sum(shares, Decimal(0)) / len(shares) if grading is Grading.AVERAGE else max(shares)
    return points_of(share, points_max)


def passed(points: Decimal | None, points_max: Decimal, pass_fraction: Decimal | None) -> bool | None:
    """Whether a grade passes; None where nothing is to be passed, or no grade is there yet."""
    if pass_fraction is None or points is None:
        return None
    return fraction_of(points, points_max) >= pass_fraction


def closest(about: str, texts: Mapping[K, str]) -> K | None:
    """Which text speaks most of what `about` speaks of; None where all share hardly a word with it.

    A word counts more the fewer of the texts have it. Source: K. Spärck Jones, A statistical interpretation of term
    specificity (1972), the inverse document frequency.
    """
    asked = _words(about)
    shared = {key: asked & _words(text) for key, text in texts.items()}
    having = Counter(word for words in shared.values() for word in words)
    weights = {key: sum(math.log((1 + len(texts)) / having[word]) for word in words) for key, words in shared.items()}
    best = max(weights, key=lambda key: weights[key], default=None)
    return best if best is not None and len(shared[best]) >= SHARED_MIN else None


def _words(text: str) -> set[str]:
    return set(_WORD.findall(text.casefold()))
