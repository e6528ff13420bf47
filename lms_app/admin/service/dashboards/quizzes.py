"""What quizzes have to carry: attempts and saves, by the day and by the hour of the day."""

from zoneinfo import ZoneInfo

from sqlalchemy import select as columns
from sqlmodel import col

from lms_app.admin.dashboard_views import Chart, Line, Series, Stat
from lms_app.admin.models import QuizLoad
from lms_app.admin.service.dashboards import drawing
from lms_app.admin.service.dashboards.spans import QUARTER, Range
from lms_app.admin.service.door import rows
from lms_app.core import db, when
from lms_app.core.settings import settings
from lms_app.core.work import Work

NAMES = (("started", "Attempts started"), ("submitted", "Attempts submitted"), ("saves", "Answers saved"))


def section(work: Work, span: Range, earlier: Range, compare: bool) -> tuple[list[Stat], list[Chart]]:
    """Two queries: a row for each quarter of an hour in which something happened."""
    locale = work.actor.locale
    now, past = _load(work, span), _load(work, earlier)
    by_stretch = {name: span.places([(row[0], row[place]) for row in now], QUARTER) for place, (name, _) in _PLACES}
    before = {name: earlier.places([(row[0], row[place]) for row in past], QUARTER) for place, (name, _) in _PLACES}
    figures = [drawing.compared(title, sum(by_stretch[name]), sum(before[name]), span, locale) for name, title in NAMES]
    figures.append(_busiest(now, locale))
    attempts = drawing.curves(
        span,
        locale,
        id="attempts",
        title="Quiz attempts",
        note="Attempts that learners started and submitted",
        nothing="No quiz was taken in this time",
        series=[(title, by_stretch[name]) for name, title in NAMES[:2]],
        before=before["started"] if compare else None,
    )
    saves = drawing.curves(
        span,
        locale,
        id="saves",
        title="Answers saved",
        note="Every change of an answer that reached the server",
        nothing="No answer was saved in this time",
        series=[(NAMES[2][1], by_stretch["saves"])],
        before=before["saves"] if compare else None,
    )
    return figures, [attempts, saves, _hours(now, locale)]


_PLACES = list(enumerate(NAMES, 1))
Load = list[tuple[int, int, int, int]]


def _load(work: Work, span: Range) -> Load:
    first, end = (db.to_micros(at) // QUARTER for at in (span.begins(), span.ends()))
    found = columns(col(QuizLoad.quarter), col(QuizLoad.started), col(QuizLoad.submitted), col(QuizLoad.saves)).where(
        col(QuizLoad.quarter) >= first, col(QuizLoad.quarter) < end
    )
    return [tuple(row) for row in rows(work, found)]  # pyright: ignore[reportReturnType]


def _hours(load: Load, locale: str) -> Chart:
    """When in the day the load comes, by the clocks of the school."""
    zone = ZoneInfo(settings.zone)
    sums = [[0, 0, 0] for _ in range(24)]
    for quarter, *counts in load:
        at = sums[db.from_micros(quarter * QUARTER).astimezone(zone).hour]
        for place, count in enumerate(counts):
            at[place] += count
    names = [f"{hour:02}:00" for hour in range(24)]
    return Chart(
        id="hours",
        title="Hours of the day",
        note="Attempts by the hour in which they were started and submitted, all days together",
        kind="lines",
        heads=["From", *[title for _, title in NAMES]],
        lines=[
            Line(name, [when.number(count, locale) for count in counts])
            for name, counts in zip(names, sums, strict=True)
        ],
        series=[Series(title, [counts[place] for counts in sums]) for place, (_, title) in enumerate(NAMES[:2])],
        nothing="No quiz was taken in this time",
    )


def _busiest(load: Load, locale: str) -> Stat:
    """The hour with most saves: what the server must be able to carry."""
    by_hour: dict[int, int] = {}
    for quarter, _started, _submitted, saves in load:
        by_hour[quarter // 4] = by_hour.get(quarter // 4, 0) + saves
    hour, most = max(by_hour.items(), key=lambda one: one[1], default=(0, 0))
    if not most:
        return Stat("Busiest hour", "–", "No answer was saved")
    begins = when.moment(db.from_micros(hour * 4 * QUARTER), settings.zone, locale)
    return Stat("Busiest hour", when.number(most, locale), f"Answers saved in the hour from {begins}")
