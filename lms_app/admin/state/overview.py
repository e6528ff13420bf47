"""How the school is doing."""

import reflex as rx

from lms_app.admin import service
from lms_app.admin.views import NO_OVERVIEW, SPANS, USUAL, Overview
from lms_app.web import charts, routes
from lms_app.web.charts import NO_PLOT, Plot
from lms_app.web.guard import admin_only
from lms_app.web.listing import Filters, address, asked
from lms_app.web.state import LmsState

FILTERS: Filters = {"period": SPANS}


class OverviewState(LmsState):
    overview: Overview = NO_OVERVIEW
    plot: Plot = NO_PLOT

    @rx.event
    @admin_only
    async def open_overview(self):
        async with self._loading():
            period = asked(self.router.url.query_parameters, FILTERS)["period"] or USUAL
            seen = await self._ask(service.overview, period=period)
            self.overview = seen
            self.plot = charts.plot(
                [stretch.label for stretch in seen.activity],
                active=[stretch.active for stretch in seen.activity],
                completed=[stretch.completed for stretch in seen.activity],
            )

    @rx.event
    @admin_only
    async def choose(self, period: str):
        """Look at another period."""
        return rx.redirect(address(routes.admin(), asked({"period": period}, FILTERS)), replace=True)
