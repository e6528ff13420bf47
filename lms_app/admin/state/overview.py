"""How the school is doing."""

import reflex as rx

from lms_app.admin import service
from lms_app.admin.views import NO_OVERVIEW, Overview
from lms_app.web.guard import admin_only
from lms_app.web.state import LmsState


class OverviewState(LmsState):
    overview: Overview = NO_OVERVIEW

    @rx.event
    @admin_only
    async def open_overview(self):
        async with self._loading():
            self.overview = await self._ask(service.overview)
