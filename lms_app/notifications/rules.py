"""When mail may go out: at once but for a burst's end, with the digest, and never in somebody's quiet hours."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from lms_app.core import when
from lms_app.notifications.models import Pace

BURST = timedelta(minutes=2)
DIGEST_MINUTE = 8 * 60
MONDAY = 0
DAY_MINUTES = 24 * 60


@dataclass(frozen=True, slots=True)
class Wish:
    """When somebody's mail comes, in the zone in which they live. Quiet hours may go over midnight."""

    zone: str = "UTC"
    pace: Pace = Pace.NOW
    quiet_from: int | None = None
    quiet_until: int | None = None


def mail_at(now: datetime, wish: Wish) -> datetime:
    """When to mail what happens now."""
    if wish.pace is Pace.NOW:
        return after_quiet(now + BURST, wish)
    weekday = MONDAY if wish.pace is Pace.WEEKLY else None
    return after_quiet(when.next_clock(now, DIGEST_MINUTE, wish.zone, weekday=weekday), wish)


def after_quiet(at: datetime, wish: Wish) -> datetime:
    """The moment itself, or the end of the quiet hours that it falls into."""
    if wish.quiet_from is None or wish.quiet_until is None:
        return at
    minute = when.minute_of_day(at, wish.zone)
    if wish.quiet_from <= wish.quiet_until:
        quiet = wish.quiet_from <= minute < wish.quiet_until
    else:
        quiet = minute >= wish.quiet_from or minute < wish.quiet_until
    return when.next_clock(at, wish.quiet_until, wish.zone) if quiet else at
