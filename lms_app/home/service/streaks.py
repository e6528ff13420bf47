"""Days of learning in a row, for whoever has asked to see them. Read from the work itself: nothing is tracked for it."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, bindparam, type_coerce, union
from sqlalchemy import select as columns
from sqlmodel import col

from lms_app.assignments.models import Submission
from lms_app.core import when
from lms_app.core.db import Moment, from_micros
from lms_app.core.words import say
from lms_app.core.work import Work
from lms_app.courses.models import ItemProgress
from lms_app.home import rules
from lms_app.home.models import StreakShown
from lms_app.home.views_progress import NO_STREAK, StreakDay, StreakView
from lms_app.quizzes.models import Answer, Attempt

LAST_DAYS = 14
# Two years hold a year of days with a rest between each two.
LOOKS_BACK = timedelta(days=2 * rules.STREAK_MAX + 2)
QUARTER = 15 * 60 * 1_000_000  # µs: every zone's midnight is at a quarter of an hour


def _quarters(moment: Any, *where: Any) -> Any:
    """The quarters of an hour in which something happened: answers are many, days are few."""
    since = bindparam("since", type_=Moment)
    return columns(type_coerce(moment, BigInteger()) // QUARTER).where(moment >= since, *where)


_MINE = bindparam("user")
_LEARNED = union(
    *[
        _quarters(moment, col(ItemProgress.user_id) == _MINE)
        for moment in (col(ItemProgress.first_seen_at), col(ItemProgress.active_at), col(ItemProgress.completed_at))
    ],
    *[
        _quarters(moment, col(Attempt.user_id) == _MINE, ~col(Attempt.trial))
        for moment in (col(Attempt.started_at), col(Attempt.finished_at))
    ],
    _quarters(col(Answer.received_at), col(Answer.attempt_id) == col(Attempt.id), col(Attempt.user_id) == _MINE),
    *[
        _quarters(moment, col(Submission.user_id) == _MINE)
        for moment in (col(Submission.saved_at), col(Submission.submitted_at))
    ],
)


def my_streak(work: Work) -> StreakView:
    """One's own streak, in one's zone; an empty one unless one has asked to see it. At most two queries."""
    if work.db.get(StreakShown, work.user_id) is None:
        return NO_STREAK
    zone, locale = work.actor.zone, work.actor.locale
    given = {"user": work.user_id, "since": work.now - LOOKS_BACK}
    moments = [from_micros(int(row[0]) * QUARTER) for row in work.db.connection().execute(_LEARNED, given)]
    days, today = rules.days_of(moments, zone), when.local_day(work.now, zone)
    found = rules.streak(days, today)
    last = [today - timedelta(days=number) for number in reversed(range(LAST_DAYS))]
    return StreakView(
        shown=True,
        days=found.days,
        words=_words(found),
        last=[StreakDay(when.short_day(_noon(day, zone), zone, locale), day in days) for day in last],
    )


def show_streak(work: Work, *, shown: bool) -> StreakView:
    """See one's streak from now on, or no longer. Again changes nothing."""
    row = work.db.get(StreakShown, work.user_id)
    if shown and row is None:
        work.db.add(StreakShown(user_id=work.user_id, since=work.now))
    elif not shown and row is not None:
        work.db.delete(row)
    work.db.flush()
    return my_streak(work)


def _words(found: rules.Streak) -> str:
    if not found.days:
        return say("No days in a row at the moment. The next one begins whenever you like.")
    days = say("A year or more") if found.days >= rules.STREAK_MAX else when.plural(found.days, "day")
    return (
        say("{days} in a row.", days=days)
        if found.today
        else say("{days} in a row, not yet counting today.", days=days)
    )


def _noon(day: Any, zone: str) -> datetime:
    return when.day_begins(day, zone) + timedelta(hours=12)
