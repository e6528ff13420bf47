"""Who may need help, and why: rules that a teacher can check by hand. Pure."""

from decimal import Decimal

from lms_app.analytics.views import Standing
from lms_app.core import when

AWAY_DAYS = 14
NEW_DAYS = 7  # so long somebody may take to begin
LEAST = Decimal("0.5")  # asked for where the course asks for no grade


def reasons(one: Standing, needed: Decimal) -> list[str]:
    """Why a learner stands on the list, as sentences; none for who does not. Who has completed the course never does."""
    if one.completed:
        return []
    said: list[str] = []
    if one.never_seen and one.away_days >= NEW_DAYS:
        said.append(f"Has opened nothing since joining {when.plural(one.away_days, 'day')} ago.")
    elif not one.never_seen and one.away_days >= AWAY_DAYS:
        said.append(f"Not here for {when.plural(one.away_days, 'day')}.")
    if one.overdue:
        items = "1 required item is" if one.overdue == 1 else f"{one.overdue} required items are"
        since = "since today" if not one.oldest_days else f"the first for {when.plural(one.oldest_days, 'day')}"
        said.append(f"{items} overdue, {since}.")
    if one.share is not None and one.share < needed:
        said.append(f"{when.percent(one.share)} so far, where {when.percent(needed)} are needed.")
    return said


def in_words(needed: Decimal) -> str:
    """The rules themselves, as the page says them."""
    return (
        f"Who was not here for {AWAY_DAYS} days, has opened nothing {NEW_DAYS} days after joining, has a required item "
        f"overdue, or has less than {when.percent(needed)} so far. Nobody is listed who has completed the course."
    )
