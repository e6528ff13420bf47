"""The dashboards of the whole site."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import reflex as rx

from lms_app.admin import service
from lms_app.admin.dashboard_views import COURSE_ORDERS, PRESETS, SECTIONS, Board, Chart, Now
from lms_app.web import charts, live, routes
from lms_app.web.charts import Plot
from lms_app.web.guard import admin_only
from lms_app.web.listing import Filters, address, asked, page_of
from lms_app.web.state import LmsState, texts_of

FILTERS: Filters = {
    "section": SECTIONS,
    "period": PRESETS,
    "since": (),
    "until": (),
    "compare": ("true",),
    "sort": COURSE_ORDERS,
}


@dataclass(frozen=True, slots=True)
class Drawn:
    """A chart with its curves, and where its CSV is."""

    chart: Chart
    plot: Plot
    sheet: str


@dataclass(frozen=True, slots=True)
class Seen:
    """A section as the page shows it; `at` holds what the address asks for, and the addresses `older` and `newer`."""

    board: Board
    drawn: list[Drawn]
    now: Now
    at: dict[str, str]


class SiteAnalyticsState(LmsState):
    seen: list[Seen] = []  # the one, once it is here: an empty one would go to every tab

    @rx.event
    @admin_only
    async def open_analytics(self):
        async with self._loading():
            given = self.router.url.query_parameters
            at = asked(given, FILTERS)
            page = page_of(given)
            board = await self._ask(
                service.analytics,
                section=at["section"] or SECTIONS[0],
                period=at["period"],
                since=at["since"],
                until=at["until"],
                compare=bool(at["compare"]),
                sort=at["sort"] or COURSE_ORDERS[0],
                page=page,
            )
            now = await self._ask(service.now_panel)
            here = {
                **{name: address(routes.SITE_ANALYTICS, {**at, "section": name, "sort": ""}) for name in SECTIONS},
                **at,
                "section": board.section,
                "previous": address(routes.SITE_ANALYTICS, at, page - 1) if page > 1 else "",
                "next": address(routes.SITE_ANALYTICS, at, page + 1) if page < board.pages else "",
            }
            self.seen = [Seen(board, [_drawn(chart, board, at) for chart in board.charts], now, here)]
            live.watch(self, SiteAnalyticsState.look_again, live.PULSE)

    @rx.event
    @admin_only
    async def look_again(self):
        """What goes on now has changed, as it always has."""
        if not self.seen or not str(self.router.url.path).startswith(routes.SITE_ANALYTICS):
            live.unwatch(self)
            return
        now = await self._ask(service.now_panel)
        old = self.seen[0]
        self.seen = [Seen(old.board, old.drawn, now, old.at)]

    @rx.event
    @admin_only
    async def choose(self, name: str, value: str):
        """Look at another section, period or order, or at the time before, too."""
        name, value = str(name), str(value)  # whatever was sent
        at = asked(self.router.url.query_parameters, FILTERS) | asked({name: value}, {name: FILTERS.get(name, ("",))})
        if name == "period":
            at |= {"since": "", "until": ""}
        return rx.redirect(address(routes.SITE_ANALYTICS, at), replace=True)

    @rx.event
    @admin_only
    async def choose_days(self, form: dict[str, Any]):
        """Look at a range of days."""
        at = asked(self.router.url.query_parameters, FILTERS)
        at |= asked(texts_of(form), {"since": (), "until": ()}) | {"period": ""}
        return rx.redirect(address(routes.SITE_ANALYTICS, at))


def _drawn(chart: Chart, board: Board, at: dict[str, str]) -> Drawn:
    series = {f"s{place}": one.values for place, one in enumerate(chart.series)}
    plot = charts.plot([line.name for line in chart.lines], **series) if chart.series else charts.NO_PLOT
    kept = {name: value for name, value in at.items() if value}
    sheet = f"{routes.SITE_ANALYTICS_SHEET}?{urlencode({**kept, 'section': board.section, 'figure': chart.id})}"
    return Drawn(chart, plot, sheet)
