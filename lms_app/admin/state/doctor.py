"""The settings of the site."""

import reflex as rx

from lms_app.admin import service
from lms_app.core.doctor import SettingRow
from lms_app.web.guard import admin_only
from lms_app.web.state import LmsState


class DoctorState(LmsState):
    rows: list[SettingRow] = []
    problems: list[str] = []
    live: bool = False  # in production, where problems count

    @rx.event
    @admin_only
    async def open_doctor(self):
        async with self._loading():
            found = await self._ask(service.doctor)
            self.rows = found.settings
            self.problems = found.problems
            self.live = found.is_production
