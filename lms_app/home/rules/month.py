"""Which days a month shows, and when an entry of a calendar has changed."""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import NamedTuple

_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")
FIRST_YEAR, LAST_YEAR = 1971, 2998


class Seen(NamedTuple):
    """What programs were told of an entry last: a digest of it, how often it had changed, and when, in microseconds."""

    digest: str
    sequence: int
    changed_at: int


def month_of(text: str, today: date) -> date:
    """The first day of a month as an address names it, "2026-11"; of today's for anything else."""
    found = _MONTH.fullmatch(text)
    if found and FIRST_YEAR <= int(found[1]) <= LAST_YEAR:
        return date(int(found[1]), int(found[2]), 1)
    return today.replace(day=1)


def days_shown(first: date, week_begins_on: int) -> list[date]:
    """Whole weeks that hold a month: 28 to 42 days. `week_begins_on` 0 is Monday."""
    begins = first - timedelta(days=(first.weekday() - week_begins_on) % 7)
    following = (first + timedelta(days=31)).replace(day=1)
    days = (following - begins).days
    return [begins + timedelta(days=number) for number in range(-(-days // 7) * 7)]


def revised(seen: Mapping[str, Seen], digests: Mapping[str, str], now: int) -> dict[str, Seen]:
    """What is to be told of each entry now: one that is as it was keeps its number, another one gets the next (RFC 5545,
    3.8.7.4). What is gone keeps its number, too: it may come back."""
    found = dict(seen)
    for uid, digest in digests.items():
        known = seen.get(uid)
        if known is None or known.digest != digest:
            found[uid] = Seen(digest, known.sequence + 1 if known else 0, now)
    return found
