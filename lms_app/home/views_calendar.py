"""What somebody sees of their calendar: frozen values, no rows."""

from dataclasses import dataclass
from datetime import datetime

from lms_app.web.views import Choice


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """One moment that matters to its reader.

    `what` is due, closes, opens, starts, ends or grade_by, and `label` the same in words. `uid` stays when the moment
    moves. `day` is the reader's ("2026-11-24"), `clock` and `moment` are in their zone. `state` is done, late or empty.
    `staff`: the reader teaches the course; `hidden`: its students do not see it yet. `hue` is that of the course's cover.
    """

    uid: str
    what: str
    label: str
    title: str
    course: str
    slug: str
    url: str
    at: datetime
    day: str
    clock: str
    moment: str
    state: str
    hue: int
    staff: bool
    hidden: bool


@dataclass(frozen=True, slots=True)
class CalendarView:
    """What lies between two moments, soonest first, and the zone in which it is said."""

    zone: str
    zone_name: str
    entries: list[CalendarEntry]


@dataclass(frozen=True, slots=True)
class DayView:
    """A day of a month's weeks. `words` is "Tuesday 24 November"; `when` is past, today, future or other (another month).

    `more` is how many of its dates do not fit into a square of the month.
    """

    day: str
    number: str
    words: str
    when: str
    more: int
    dates: list[CalendarEntry]


@dataclass(frozen=True, slots=True)
class MonthView:
    """The weeks of one month. `month` and its neighbours are as addresses have them ("2026-11"); `total` counts its dates."""

    month: str
    title: str
    previous: str
    next: str
    zone: str
    zone_name: str
    total: int
    weekdays: list[str]
    days: list[DayView]
    courses: list[Choice]


NO_MONTH = MonthView("", "", "", "", "", "", 0, [], [], [])


@dataclass(frozen=True, slots=True)
class FeedView:
    """The address of somebody's calendar for other programs; empty without one. `made` and `read` are in words."""

    url: str
    made: str
    read: str


NO_FEED = FeedView("", "", "")


@dataclass(frozen=True, slots=True)
class Revision:
    """How often an entry has changed since a program first read it, and when it did last; `said` is its moment in full."""

    sequence: int
    changed_at: datetime
    said: str


@dataclass(frozen=True, slots=True)
class Feed:
    """A calendar as programs read it, with the revision of each entry. `news`: something has changed since the last time."""

    name: str
    entries: list[CalendarEntry]
    revisions: dict[str, Revision]
    seen: dict[str, list[object]]
    news: bool
