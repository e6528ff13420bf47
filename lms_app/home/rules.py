"""The words of the student's home, without a database."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

WEEK = timedelta(days=7)
_NUMBERS = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten")
_TITLES = {"dr", "dr.", "prof", "prof.", "professor", "mr", "mr.", "mrs", "mrs.", "ms", "ms."}


@dataclass(frozen=True, slots=True)
class Standing:
    """An active course and whether its student keeps up; None where it has no end to keep up with."""

    title: str
    on_track: bool | None


def greeting(now: datetime, zone: str, name: str) -> str:
    """`Good morning, Amina`: by the reader's clock, and by the first name, without a title before it."""
    hour = now.astimezone(ZoneInfo(zone)).hour
    part = "morning" if 5 <= hour < 12 else "afternoon" if 12 <= hour < 18 else "evening"
    words = [word for word in name.split() if word.lower() not in _TITLES]
    return f"Good {part}, {words[0]}" if words else f"Good {part}"


def truth(now: datetime, due: Sequence[datetime], standings: Sequence[Standing]) -> str:
    """One or two sentences that are true: what is late or due within a week, and how the courses stand.

    `due` holds the due moments of everything unfinished. Without courses there is nothing to say.
    """
    if not standings:
        return ""
    late = sum(moment < now for moment in due)
    soon = sum(now <= moment <= now + WEEK for moment in due)
    return " ".join(filter(None, [_due_words(late, soon), _standing_words(standings)]))


def _due_words(late: int, soon: int) -> str:
    if late and soon:
        return f"{_things(late)} overdue, and {_number(soon).lower()} more {_is(soon)} due this week."
    if late:
        return f"{_things(late)} overdue."
    if soon:
        return f"{_things(soon)} due this week."
    return "Nothing is due this week."


def _standing_words(standings: Sequence[Standing]) -> str:
    timed = [standing for standing in standings if standing.on_track is not None]
    behind = [standing.title for standing in timed if not standing.on_track]
    if not timed:
        return ""
    if len(behind) == 1:
        return f"You are a little behind in {behind[0]}."
    if behind:
        return f"You are a little behind in {_number(len(behind)).lower()} courses."
    if len(timed) == 1:
        return f"You are on track in {timed[0].title}."
    if len(timed) == 2:
        return "You are on track in both courses."
    return f"You are on track in all {_number(len(timed)).lower()} courses."


def _things(n: int) -> str:
    return f"{_number(n)} {'thing is' if n == 1 else 'things are'}"


def _is(n: int) -> str:
    return "is" if n == 1 else "are"


def _number(n: int) -> str:
    """Small numbers as words; from eleven on the figures are easier to read."""
    return _NUMBERS[n] if n < len(_NUMBERS) else str(n)
