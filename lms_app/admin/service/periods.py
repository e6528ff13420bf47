"""The periods that the overview looks at: the last days as the reader's calendar counts them, today included."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from lms_app.admin.views import SPANS
from lms_app.core.errors import Invalid
from lms_app.core.work import Work


@dataclass(frozen=True, slots=True)
class Period:
    """`count` stretches of `days` each. `words` end a sentence: "12 new in 30 days"."""

    name: str
    words: str
    count: int
    days: int


PERIODS = {
    name: Period(name, *what)
    for name, what in zip(SPANS, (("7 days", 7, 1), ("30 days", 30, 1), ("12 weeks", 12, 7)), strict=True)
}


def chosen(name: str) -> Period:
    """Raises Invalid for a period that there is not."""
    if name not in PERIODS:
        raise Invalid({"period": "Choose 7d, 30d or 12w."})
    return PERIODS[name]


def starts(work: Work, period: Period) -> list[datetime]:
    """When each stretch begins, oldest first, with one more in front: the beginning of the period before."""
    zone = ZoneInfo(work.actor.zone)
    tomorrow = work.now.astimezone(zone).date() + timedelta(days=1)
    back = [2 * period.count, *range(period.count, 0, -1)]
    days = [tomorrow - timedelta(days=number * period.days) for number in back]
    return [datetime.combine(day, time.min, tzinfo=zone) for day in days]
