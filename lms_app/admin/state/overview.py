"""How the school is doing."""

from typing import Any

import reflex as rx

from lms_app.admin import service
from lms_app.admin.views import NO_OVERVIEW, SPANS, USUAL, Overview
from lms_app.web import charts, routes
from lms_app.web.charts import NO_PLOT, Plot
from lms_app.web.guard import admin_only
from lms_app.web.listing import Filters, address, asked
from lms_app.web.state import LmsState, texts_of
from lms_app.web.words import t

FILTERS: Filters = {"period": SPANS}


class OverviewState(LmsState):
    overview: Overview = NO_OVERVIEW
    plot: Plot = NO_PLOT
    closed: str = ""  # what is told while the site is closed

    @rx.event
    @admin_only
    async def open_overview(self):
        async with self._loading():
            period = asked(self.router.url.query_parameters, FILTERS)["period"] or USUAL
            seen = await self._ask(service.overview, period=period)
            self.overview = seen
            self.closed = await self._ask(service.site_closed)
            self.plot = charts.plot(
                [stretch.label for stretch in seen.activity],
                active=[stretch.active for stretch in seen.activity],
                completed=[stretch.completed for stretch in seen.activity],
            )

    @rx.event
    @admin_only
    async def close_site(self, form: dict[str, Any]):
        """Close the site to all but administrators."""
        self.closed = await self._perform(service.close_site, message=texts_of(form).get("message", ""))
        self._show_notice(t("Site closed for maintenance"))

    @rx.event
    @admin_only
    async def open_site(self):
        await self._perform(service.open_site)
        self.closed = ""
        self._show_notice(t("Site open again"))

    @rx.event
    @admin_only
    async def choose(self, period: str):
        """Look at another period."""
        return rx.redirect(address(routes.admin(), asked({"period": period}, FILTERS)), replace=True)
