"""A month of one's calendar, in whole weeks."""

from collections import defaultdict
from datetime import date, timedelta

from lms_app.core import when
from lms_app.core.work import Work
from lms_app.home import rules
from lms_app.home.service.dates import courses_of, entries
from lms_app.home.views_calendar import CalendarEntry, DayView, MonthView
from lms_app.web.views import Choice

IN_A_SQUARE = 3


def month(work: Work, *, month: str = "", course: str = "") -> MonthView:
    """The weeks around a month ("2026-11", or this one), as the reader's calendar on the wall has them.

    Of one course, if its slug is given and the reader is in it. Four queries. Raises NotSignedIn.
    """
    zone, locale = work.actor.zone, work.actor.locale
    taken = courses_of(work)
    today = when.local_day(work.now, zone)
    first = rules.month_of(month, today)
    days = rules.days_shown(first, when.week_begins_on(locale))
    begins_at, ends_at = when.day_begins(days[0], zone), when.day_begins(days[-1] + timedelta(days=1), zone)
    wanted = [one for one in taken if one.slug == course] or taken
    by_day: dict[str, list[CalendarEntry]] = defaultdict(list)
    for entry in entries(work, wanted, begins_at, ends_at):
        by_day[entry.day].append(entry)
    own = f"{first:%Y-%m}"
    return MonthView(
        month=own,
        title=when.month_name(first, locale),
        previous=f"{first - timedelta(days=1):%Y-%m}",
        next=f"{first + timedelta(days=31):%Y-%m}",
        zone=zone,
        zone_name=when.zone_words(begins_at, ends_at - timedelta(microseconds=1), zone, locale),
        total=sum(len(its) for day, its in by_day.items() if day.startswith(own)),
        weekdays=when.weekdays(locale),
        days=[_day(day, first, today, by_day.get(day.isoformat(), []), locale) for day in days],
        courses=[Choice(one.slug, one.title) for one in taken],
    )


def _day(day: date, first: date, today: date, its: list[CalendarEntry], locale: str) -> DayView:
    moment = "other" if day.month != first.month else "today" if day == today else "past" if day < today else "future"
    more = max(0, len(its) - IN_A_SQUARE)
    return DayView(day.isoformat(), str(day.day), when.full_day(day, locale), moment, more, its)
