"""The words of the student's home, without a database."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from lms_app.core.words import say

WEEK = timedelta(days=7)
_TITLES = {"dr", "dr.", "prof", "prof.", "professor", "mr", "mr.", "mrs", "mrs.", "ms", "ms."}


@dataclass(frozen=True, slots=True)
class Standing:
    """An active course and whether its student keeps up; None where it has no end to keep up with."""

    title: str
    on_track: bool | None


def greeting(now: datetime, zone: str, name: str) -> str:
    """`Good morning, Amina`: by the reader's clock, and by the first name, without a title before it."""
    hour = now.astimezone(ZoneInfo(zone)).hour
    words = [word for word in name.split() if word.lower() not in _TITLES]
    if 5 <= hour < 12:
        return say("Good morning, {name}", name=words[0]) if words else say("Good morning")
    if 12 <= hour < 18:
        return say("Good afternoon, {name}", name=words[0]) if words else say("Good afternoon")
    return say("Good evening, {name}", name=words[0]) if words else say("Good evening")


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
        return f"{_late(late)} {_soon(soon)}"
    if late:
        return _late(late)
    if soon:
        return _soon(soon)
    return say("Nothing is due this week.")


def _standing_words(standings: Sequence[Standing]) -> str:
    timed = [standing for standing in standings if standing.on_track is not None]
    behind = [standing.title for standing in timed if not standing.on_track]
    if not timed:
        return ""
    if len(behind) == 1:
        return say("You are a little behind in {course}.", course=behind[0])
    if behind:
        return say("You are a little behind in {n} courses.", n=len(behind))
    if len(timed) == 1:
        return say("You are on track in {course}.", course=timed[0].title)
    if len(timed) == 2:
        return say("You are on track in both courses.")
    return say("You are on track in all {n} courses.", n=len(timed))


def _late(n: int) -> str:
    return say("One thing is overdue.") if n == 1 else say("{n} things are overdue.", n=n)


def _soon(n: int) -> str:
    return say("One thing is due this week.") if n == 1 else say("{n} things are due this week.", n=n)
