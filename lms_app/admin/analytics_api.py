"""The dashboards of the whole site, by REST, and their figures as CSV."""

from typing import Annotated, Any

from fastapi import Depends, Path, Query
from fastapi.responses import Response

from lms_app.admin import service
from lms_app.admin.dashboard_views import Board, CourseOrder, Now, Preset, Section
from lms_app.core.work import Actor, ask, noting, perform
from lms_app.web import routes
from lms_app.web.api import Caller, Router
from lms_app.web.fields import NO_NUL
from lms_app.web.guard import admin_only
from lms_app.web.sheets import sheet

router = Router(prefix="/api/v1/admin/analytics", tags=["admin"])
pages = Router(include_in_schema=False)
ROUTERS = (router, pages)

_CSV: dict[int | str, dict[str, Any]] = {200: {"content": {"text/csv": {}}, "description": "The table of the chart"}}
Day = Annotated[
    str, Query(max_length=10, pattern=r"^(\d{4}-\d{2}-\d{2})?$", description="ISO 8601, such as 2027-03-31")
]
Figure = Annotated[str, Path(max_length=40, pattern=NO_NUL, description="The `id` of one of the section's charts")]


def _range(period: Preset | None = None, since: Day = "", until: Day = "", compare: bool = False) -> dict[str, Any]:
    return {"period": period or "", "since": since, "until": until, "compare": compare}


# A period, or two days in its place; `compare` adds the time before to each chart.
Asked = Annotated[dict[str, Any], Depends(_range)]


@router.get("/now")
@admin_only
async def now_panel(caller: Caller) -> Now:
    """This moment: who is here, attempts under way, what waits, and what was slowest in this hour."""
    return await ask(caller, service.now_panel)


@router.get("/{section}")
@admin_only
async def analytics(
    caller: Caller,
    section: Section,
    asked: Asked,
    sort: CourseOrder = "learners",
    page: Annotated[int, Query(ge=1, le=10_000)] = 1,
) -> Board:
    """A section of the dashboards: its figures beside the time before, and its charts as tables.

    Nothing about marks, courses or cohorts is told that rests on fewer than five people. `sort` and `page` are of the
    courses in `learning`, fifty a page.
    """
    return await ask(caller, service.analytics, section=section, sort=sort, page=page, **asked)


@router.get("/{section}/{figure}.csv", response_class=Response, responses=_CSV)
@admin_only
async def analytics_csv(
    caller: Caller, section: Section, figure: Figure, asked: Asked, sort: CourseOrder = "learners"
) -> Response:
    """The table of one chart, with all of its rows."""
    return await _sheet(caller, section, figure, sort, asked)


@pages.get(routes.SITE_ANALYTICS_SHEET)
@admin_only
async def download_analytics(
    caller: Caller,
    asked: Asked,
    section: Section = "people",
    figure: Annotated[str, Query(max_length=40, pattern=NO_NUL)] = "",
    sort: CourseOrder = "learners",
) -> Response:
    """What the page's download buttons ask for."""
    return await _sheet(caller, section, figure, sort, asked)


async def _sheet(actor: Actor, section: str, figure: str, sort: str, asked: dict[str, Any]) -> Response:
    text = await ask(actor, service.analytics_sheet, section=section, figure=figure, sort=sort, **asked)
    chosen = {name: str(value) for name, value in asked.items() if value}
    await perform(noting(actor), service.note_export, kind="analytics", figure=figure, **chosen)
    return sheet(text, f"{figure}.csv")
