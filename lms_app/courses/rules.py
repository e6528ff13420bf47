"""What courses mean, without a database: pure functions of values and of `now`."""

import hashlib
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, TypeVar
from uuid import UUID

from lms_app.core.folding import folded as folded

WORDS_A_MINUTE = 200  # silent reading of prose that one learns from
SLUG_MAX = 60
HUES = 6
MOTIFS = 6
# Ahead or behind by less than this share of the course is still "on track".
PACE_SLACK = 0.05


def slug_of(title: str) -> str:
    """An address made from a title: `Crème brûlée, part 2` is `creme-brulee-part-2`. Never empty."""
    plain = folded(title).encode("ascii", "ignore").decode()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:SLUG_MAX].rstrip("-")
    return slug or "course"


def is_slug(text: str) -> bool:
    return bool(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", text)) and len(text) <= 80


def cover_of(course_id: UUID) -> tuple[int, int]:
    """Hue 1..6 and motif 0..5 of a course's drawn cover; the same course always looks the same."""
    digest = hashlib.sha256(course_id.bytes).digest()
    return digest[0] % HUES + 1, digest[1] % MOTIFS


def percent(done: int, total: int) -> int:
    """Whole percent, rounded down: 100 means everything. An empty list is at 0, never complete."""
    return done * 100 // total if total else 0


def reading_minutes(text: str) -> int:
    return max(1, math.ceil(len(text.split()) / WORDS_A_MINUTE))


def size_words(size_bytes: int) -> str:
    """How large a file is, in the unit that people see on their own machine: `84 KB`, `1.2 MB`."""
    if size_bytes < 1_000 * 1024:
        return f"{max(1, round(size_bytes / 1024))} KB"
    return f"{size_bytes / 1024**2:.1f} MB"


M = TypeVar("M", datetime, int)


def opens_later(now: M, *, opens_at: M | None, starts_at: M | None, completed: bool = False) -> M | None:
    """When an item opens, if it is locked now; None when it is open. Moments are datetimes, or all microseconds.

    An item opens with its course, or later. What a student completed stays open for good.
    """
    later = starts_at if starts_at is not None and starts_at > now and not completed else None
    if opens_at is None or opens_at <= now or completed:
        return later
    return opens_at if later is None or opens_at > later else later


GAP = 1 << 16  # between new neighbours: sixteen moves into the same place before any of them must make room
_RUN = 16


def placed(positions: Sequence[int], place: int) -> dict[int, int]:
    """Where a row goes among others: new positions by index in the list that has it at `place`.

    One of them is its own. Others are there only where its neighbours stand too close; then the nearest ones that have
    room are spread out, first 16 of them, twice as many while that is not enough.
    """
    place = min(max(place, 0), len(positions))
    before = positions[place - 1] if place else None
    after = positions[place] if place < len(positions) else None
    if before is None or after is None:
        edge = GAP if before is None and after is None else (after - GAP if before is None else before + GAP)  # type: ignore[operator]
        return {place: edge}
    if after - before > 1:
        return {place: (before + after) // 2}
    return _spread(positions, place)


def _spread(positions: Sequence[int], place: int) -> dict[int, int]:
    run = _RUN
    while True:
        first, last = max(place - run // 2, 0), min(place + run // 2, len(positions))
        low = positions[first - 1] if first else positions[first] - GAP * (last - first)
        high = positions[last] if last < len(positions) else low + GAP * (last - first + 2)
        step = (high - low) // (last - first + 2)
        if step > 1 or (first == 0 and last == len(positions)):
            return {first + number: low + step * (number + 1) for number in range(last - first + 1)}
        run *= 2


class Step(Protocol):
    """One item in the order of the outline, as far as resuming needs to know."""

    @property
    def id(self) -> str: ...
    @property
    def required(self) -> bool: ...
    @property
    def is_done(self) -> bool: ...
    @property
    def is_open(self) -> bool: ...


S = TypeVar("S", bound=Step)


def resume_at(steps: Sequence[S], last_item_id: str | None) -> S | None:
    """Where a student goes on: the last item while it is unfinished, else the next unfinished one after it.

    Then any unfinished one, required ones first; when everything is done the last item, or the first.
    """
    last = next((number for number, step in enumerate(steps) if step.id == last_item_id), None)
    if last is not None and steps[last].is_open and not steps[last].is_done:
        return steps[last]
    after = [*steps[last + 1 :], *steps[:last]] if last is not None else steps
    waiting = [step for step in after if step.is_open and not step.is_done]
    for step in (*(s for s in waiting if s.required), *waiting):
        return step
    if last is not None and steps[last].is_open:
        return steps[last]
    return next((step for step in steps if step.is_open), None)


@dataclass(frozen=True, slots=True)
class Pace:
    on_track: bool
    per_week: int  # items a week that finish the course in time, from now on


def pace(
    now: datetime, *, done: int, total: int, begun_at: datetime, starts_at: datetime | None, ends_at: datetime | None
) -> Pace | None:
    """How the student stands against the calendar; None without an end, after it, or when all is done.

    The time counts from the later of the course's start and the student's own: who joins late is not behind at once.
    """
    if ends_at is None or ends_at <= now or done >= total:
        return None
    begin = max(begun_at, starts_at) if starts_at else begun_at
    whole = max(ends_at - begin, timedelta(minutes=1))
    gone = min(max((now - begin) / whole, 0.0), 1.0)
    weeks = max((ends_at - now) / timedelta(weeks=1), 1 / 7)
    return Pace(on_track=done / total + PACE_SLACK >= gone, per_week=math.ceil((total - done) / max(weeks, 1.0)))
