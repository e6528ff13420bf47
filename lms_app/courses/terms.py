"""What an item asks of one student, once extensions and other exceptions are counted in. Pure.

A person's own exception beats those of their groups, field by field; of several groups the kindest counts.
Source: Moodle's `quiz_update_effective_access`.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeVar

T = TypeVar("T")
NO_LIMIT = 0  # what an exception says where there is to be no limit of minutes or attempts


@dataclass(frozen=True, slots=True)
class Terms:
    """When an item is open, how long an attempt may take, and how many there are. None is no such limit.

    `released` opens it whatever must be done before.
    """

    opens_at: datetime | None = None
    due_at: datetime | None = None
    closes_at: datetime | None = None
    limit_minutes: int | None = None
    attempts_allowed: int | None = None
    released: bool = False


@dataclass(frozen=True, slots=True)
class Override:
    """What is different in an item, for a person or (`of_group`) for the people of a group. None is as for everybody."""

    of_group: bool
    opens_at: datetime | None = None
    due_at: datetime | None = None
    closes_at: datetime | None = None
    limit_minutes: int | None = None
    attempts_allowed: int | None = None
    released: bool = False


def effective(usual: Terms, overrides: Sequence[Override], *, extra_percent: int = 0) -> Terms:
    """The terms of one student. `extra_percent` is what they have more of every time limit (25 = a quarter more).

    Who is given more minutes gets them before the close as well as after it: a closing date would take them back.
    """
    own = [one for one in overrides if not one.of_group] or [Override(of_group=False)]
    groups = [one for one in overrides if one.of_group]

    def pick(of: Callable[[Override], T | None], usually: T | None, kindest: Callable[[Iterable[T]], T]) -> T | None:
        mine = of(own[0])
        if mine is not None:
            return mine
        theirs = [value for one in groups if (value := of(one)) is not None]
        return kindest(theirs) if theirs else usually

    limit = _or_none(pick(lambda one: one.limit_minutes, usual.limit_minutes, _most))
    if limit is not None and extra_percent:
        limit = math.ceil(limit * (100 + extra_percent) / 100)
    found = Terms(
        opens_at=pick(lambda one: one.opens_at, usual.opens_at, min),
        due_at=pick(lambda one: one.due_at, usual.due_at, max),
        closes_at=pick(lambda one: one.closes_at, usual.closes_at, max),
        limit_minutes=limit,
        attempts_allowed=_or_none(pick(lambda one: one.attempts_allowed, usual.attempts_allowed, _most)),
        released=usual.released or any(one.released for one in overrides),
    )
    more = (limit or 0) - (usual.limit_minutes or 0)
    if more > 0 and usual.limit_minutes and found.closes_at is not None:
        return replace(found, closes_at=found.closes_at + timedelta(minutes=more))
    return found


def _most(numbers: Iterable[int]) -> int:
    found = list(numbers)
    return NO_LIMIT if NO_LIMIT in found else max(found)


def _or_none(number: int | None) -> int | None:
    return None if number == NO_LIMIT else number
