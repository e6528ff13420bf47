"""How many days somebody has learned in a row. It is there for whoever wants it, and easy on them.

A day is one of the reader's calendar. Today counts once there is something; until then it breaks nothing. A day of rest
between two days of learning breaks nothing either, and is not counted; two in a row end the streak. So neither the night in
which clocks change nor a journey to another zone, which moves each moment by less than a day, costs anybody theirs.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from lms_app.core import when

REST_DAYS = 1
STREAK_MAX = 365
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Streak:
    """`days` on which somebody has learned, up to `STREAK_MAX`; `today` says whether it is one of them."""

    days: int
    today: bool


def days_of(moments: Iterable[datetime], zone: str) -> frozenset[date]:
    """The days on which something happened, as the calendar in `zone` has them."""
    return frozenset(when.local_day(at, zone) for at in moments)


def streak(days: Collection[date], today: date) -> Streak:
    """The streak that still goes on today."""
    day = today if today in days else today - _DAY
    count = rested = 0
    while rested <= REST_DAYS and count < STREAK_MAX:
        if day in days:
            count, rested = count + 1, 0
        else:
            rested += 1
        day -= _DAY
    return Streak(count, today in days)
