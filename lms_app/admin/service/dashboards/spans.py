"""The time that the dashboards look at: whole days of the school's zone, cut into days, weeks or months."""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from lms_app.admin.dashboard_views import PRESETS, USUAL_PRESET
from lms_app.core import db, when
from lms_app.core.errors import Invalid
from lms_app.core.settings import settings
from lms_app.core.work import Work

DAY, WEEK, MONTH = "d", "w", "m"
DAYS = {"7d": 7, "30d": 30, "90d": 90}
WORDS = {"7d": "7 days", "30d": "30 days", "90d": "90 days", "12m": "12 months"}
BY_DAY_MAX = 92  # of longer ranges whole weeks are told
BY_WEEK_MAX = 371  # and of the longest whole months
RANGE_MAX = 3 * 366
QUARTER = 900_000_000  # microseconds in a quarter of an hour
HOUR = 4 * QUARTER


@dataclass(frozen=True, slots=True)
class Range:
    """`starts` are the first days of the stretches (`unit`), in order; `end` is the day after the last one."""

    name: str
    unit: str
    starts: list[date]
    end: date

    @property
    def first(self) -> date:
        return self.starts[0]

    @property
    def words(self) -> str:
        """Ends a sentence: "12 more than in the 30 days before"."""
        return WORDS.get(self.name) or when.plural((self.end - self.first).days, "day")

    def begins(self) -> datetime:
        return when.day_begins(self.first, settings.zone)

    def ends(self) -> datetime:
        return when.day_begins(self.end, settings.zone)

    def places(self, buckets: list[tuple[int, int]], width: int) -> list[int]:
        """Counts of buckets (number from 1970, count) of `width` microseconds, added up by stretch."""
        edges, found = self._edges(), [0] * len(self.starts)
        for number, many in buckets:
            place = bisect_right(edges, number * width) - 1
            if 0 <= place < len(found) and number * width < edges[-1]:
                found[place] += many
        return found

    def _edges(self) -> list[int]:
        return [db.to_micros(when.day_begins(day, settings.zone)) for day in [*self.starts, self.end]]


def chosen(work: Work, period: str, since: str, until: str) -> Range:
    """A range by its name, or by its two ends (ISO 8601 dates). Raises Invalid for what is neither."""
    today = when.local_day(work.now, settings.zone)
    if since or until:
        return _by_ends(since, until, today)
    name = period or USUAL_PRESET
    if name not in PRESETS:
        raise Invalid({"period": "Choose 7d, 30d, 90d or 12m, or two dates."})
    end = today + timedelta(days=1)
    if name == "12m":
        return _cut(name, MONTH, months_back(today, 11), end)
    return _cut(name, DAY, end - timedelta(days=DAYS[name]), end)


def before(span: Range) -> Range:
    """The time before it, just as long; of months, as many."""
    if span.unit == MONTH:
        return _cut(span.name, MONTH, months_back(span.first, len(span.starts)), span.first)
    return _cut(span.name, span.unit, span.first - (span.end - span.first), span.first)


def said(span: Range, locale: str) -> str:
    """ "2 March 2027 – 31 March 2027"."""
    last = span.end - timedelta(days=1)
    first, ends = (
        when.long_day(when.day_begins(day, settings.zone), settings.zone, locale) for day in (span.first, last)
    )
    return first if first == ends else f"{first} – {ends}"


def label(span: Range, start: date, locale: str) -> str:
    if span.unit == MONTH:
        return when.month_name(start, locale)
    return when.brief_day(when.day_begins(start, settings.zone), settings.zone, locale)


def head(span: Range) -> str:
    return {DAY: "Day", WEEK: "Week from", MONTH: "Month"}[span.unit]


def start_of(unit: str, day: date) -> date:
    """The first day of the stretch that a day is in. Weeks begin on Monday, as ISO 8601 has it."""
    if unit == WEEK:
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if unit == MONTH else day


def after(unit: str, start: date) -> date:
    """The first day of the next stretch."""
    if unit == MONTH:
        return (start + timedelta(days=31)).replace(day=1)
    return start + timedelta(days=7 if unit == WEEK else 1)


def months_back(day: date, count: int) -> date:
    """The first day of the month `count` months before the one that a day is in."""
    number = day.year * 12 + day.month - 1 - count
    return date(number // 12, number % 12 + 1, 1)


def months_of(span: Range) -> list[date]:
    """The months that a range touches, by their first days."""
    found, month = list[date](), start_of(MONTH, span.first)
    while month < span.end:
        found.append(month)
        month = after(MONTH, month)
    return found


def _by_ends(since: str, until: str, today: date) -> Range:
    try:
        first = date.fromisoformat(since)
        last = date.fromisoformat(until) if until else today
    except ValueError:
        raise Invalid({"since": "Give dates like 2027-03-31."}) from None
    if first > last:
        raise Invalid({"until": "The last day is before the first one."})
    if last > today:
        raise Invalid({"until": "That day is still to come."})
    days = (last - first).days + 1
    if days > RANGE_MAX or first.year < 2000:
        raise Invalid({"since": "Choose at most three years."})
    unit = DAY if days <= BY_DAY_MAX else WEEK if days <= BY_WEEK_MAX else MONTH
    return _cut("", unit, start_of(unit, first), last + timedelta(days=1))


def _cut(name: str, unit: str, first: date, end: date) -> Range:
    starts = [first]
    while (following := after(unit, starts[-1])) < end:
        starts.append(following)
    # A stretch is told whole, or its people could be counted twice or half.
    return Range(name, unit, starts, end if unit == DAY else after(unit, starts[-1]))
