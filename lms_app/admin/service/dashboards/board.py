"""A section of the dashboards: the same for the page, for REST and, chart by chart, for CSV."""

from datetime import timedelta

from sqlalchemy import func
from sqlalchemy import select as columns
from sqlmodel import col

from lms_app.admin.dashboard_views import SECTIONS, Board
from lms_app.admin.models import QuizLoad
from lms_app.admin.service.dashboards import learning, people, quizzes, retention, running, spans
from lms_app.admin.service.dashboards.spans import QUARTER
from lms_app.admin.service.door import enter, rows
from lms_app.core import db, sheet, when
from lms_app.core.errors import Invalid, NotFound
from lms_app.core.settings import settings
from lms_app.core.work import Work

PAGE_MAX = 10_000


def analytics(
    work: Work,
    *,
    section: str = "people",
    period: str = "",
    since: str = "",
    until: str = "",
    compare: bool = False,
    sort: str = "learners",
    page: int = 1,
    every: bool = False,
) -> Board:
    """A section over a range: one of `PRESETS`, or whole days from `since` to `until` (ISO 8601, today where empty).

    Days are those of the school's zone. Raises Invalid for a section, range, order or page that there is not.
    """
    enter(work)
    if section not in SECTIONS:
        raise Invalid({"section": f"Choose one of {', '.join(SECTIONS)}."})
    if not 1 <= page <= PAGE_MAX:
        raise Invalid({"page": "Pages are numbered from 1."})
    span = spans.chosen(work, period, since, until)
    earlier = spans.before(span)
    pages = 1
    match section:
        case "people":
            figures, charts = people.section(work, span, earlier, compare)
        case "learning":
            figures, charts, pages = learning.section(work, span, compare, sort, page, every=every)
        case "quizzes":
            figures, charts = quizzes.section(work, span, earlier, compare)
        case "retention":
            figures, charts = retention.section(work, span)
        case _:
            figures, charts = running.section(work, span, earlier, compare)
    return Board(
        section=section,
        period=span.name,
        since=span.first.isoformat(),
        until=(span.end - timedelta(days=1)).isoformat(),
        compare=compare,
        during=spans.said(span, work.actor.locale),
        before=spans.said(earlier, work.actor.locale),
        counted=_counted(work),
        figures=figures,
        charts=charts,
        sort=sort if section == "learning" else "",
        page=page,
        pages=pages,
    )


def analytics_sheet(
    work: Work,
    *,
    figure: str,
    section: str = "people",
    period: str = "",
    since: str = "",
    until: str = "",
    compare: bool = False,
    sort: str = "learners",
) -> str:
    """The table of one chart as CSV, all of its rows. Raises NotFound for a figure that the section has not."""
    seen = analytics(
        work,
        section=section,
        period=period,
        since=since,
        until=until,
        compare=compare,
        sort=sort,
        every=True,
    )
    for chart in seen.charts:
        if chart.id == figure:
            return sheet.csv([chart.heads, *[[line.name, *line.cells] for line in chart.lines]])
    raise NotFound("There is no such figure.")


def _counted(work: Work) -> str:
    """Until when jobs have counted: to the quarter of an hour that goes on."""
    last = rows(work, columns(func.max(col(QuizLoad.quarter)).label("quarter")))[0].quarter
    return "" if last is None else when.moment(db.from_micros(last * QUARTER), settings.zone, work.actor.locale)
