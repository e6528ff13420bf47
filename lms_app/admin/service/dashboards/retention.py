"""How long people stay: of those who joined in one week or month, how many were at work in the following ones."""

from datetime import date

from sqlalchemy import func
from sqlalchemy import select as columns
from sqlmodel import col

from lms_app.admin.dashboard_views import Chart, Line, Stat
from lms_app.admin.models import Activity
from lms_app.admin.service.dashboards import spans, told
from lms_app.admin.service.dashboards.counting import bucket
from lms_app.admin.service.dashboards.spans import MONTH, QUARTER, WEEK, Range
from lms_app.admin.service.door import rows
from lms_app.core import db, when
from lms_app.core.identity import User
from lms_app.core.settings import settings
from lms_app.core.work import SiteRole, Work

LATER_MAX = 8  # stretches after the one of joining


def section(work: Work, span: Range) -> tuple[list[Stat], list[Chart]]:
    """Cohorts are whole weeks, or months of a range of months: no choice of days makes a group smaller. Two queries."""
    locale = work.actor.locale
    unit = MONTH if span.unit == MONTH else WEEK
    starts = _cohorts(unit, span)
    end = spans.after(unit, starts[-1])
    sizes = _sizes(work, unit, starts, end)
    active = _active(work, unit, starts[0], end)
    today = when.local_day(work.now, settings.zone)
    columns_shown = min(LATER_MAX, len(starts) - 1) + 1
    lines = list[Line]()
    for start in starts:
        size = sizes.get(start, 0)
        if not size:
            continue
        name = spans.label(Range("", unit, [start], spans.after(unit, start)), start, locale)
        if told.is_few(size):
            lines.append(Line(name, [told.FEWER, *[""] * columns_shown]))
            continue
        cells, later = list[str](), start
        for _number in range(columns_shown):
            cells.append(told.share_of(active.get((start, later), 0), size)[0] if later <= today else "")
            later = spans.after(unit, later)
        lines.append(Line(name, [when.number(size, locale), *cells]))
    word = "Month" if unit == MONTH else "Week"
    heads = ["Joined in" if unit == MONTH else "Joined in the week from", "People"]
    heads += [f"{word} {number}" if number else f"That {word.lower()}" for number in range(columns_shown)]
    chart = Chart(
        id="retention",
        title="How many stay",
        note=f"Of the learners who joined in a {word.lower()}, the share who were at work then and in each {word.lower()} after."
        " Groups of fewer than five are not told.",
        kind="table",
        heads=heads,
        lines=lines,
        nothing="Nobody joined in this time",
    )
    return [], [chart]


def _cohorts(unit: str, span: Range) -> list[date]:
    found = [spans.start_of(unit, span.first)]
    while (following := spans.after(unit, found[-1])) < span.end:
        found.append(following)
    return found


def _sizes(work: Work, unit: str, starts: list[date], end: date) -> dict[date, int]:
    """How many learners joined in each stretch."""
    begins, ends = (when.day_begins(day, settings.zone) for day in (starts[0], end))
    joined = (
        columns(bucket(col(User.created_at), QUARTER).label("quarter"))
        .where(
            col(User.created_at) >= begins,
            col(User.created_at) < ends,
            col(User.role) == SiteRole.STUDENT,
            ~col(User.is_service),
        )
        .subquery()
    )
    found: dict[date, int] = {}
    for row in rows(work, columns(joined.c.quarter, func.count().label("many")).group_by(joined.c.quarter)):
        start = spans.start_of(unit, when.local_day(db.from_micros(row.quarter * QUARTER), settings.zone))
        found[start] = found.get(start, 0) + row.many
    return found


def _active(work: Work, unit: str, first: date, end: date) -> dict[tuple[date, date], int]:
    """How many of a cohort were at work in a stretch, by both first days."""
    counted = (
        columns(col(Activity.joined_on), col(Activity.starts_on), func.count().label("many"))
        .where(col(Activity.span) == unit, col(Activity.joined_on) >= first, col(Activity.joined_on) < end)
        .group_by(col(Activity.joined_on), col(Activity.starts_on))
    )
    return {(row.joined_on, row.starts_on): row.many for row in rows(work, counted)}
