"""The backups of the place."""

import reflex as rx

from lms_app.admin import service
from lms_app.admin.views import NO_BACKUPS, Backups
from lms_app.web import live
from lms_app.web.guard import admin_only
from lms_app.web.state import LmsState
from lms_app.web.words import t


class BackupsState(LmsState):
    there: Backups = NO_BACKUPS

    @rx.event
    @admin_only
    async def open_backups(self):
        async with self._loading():
            self.there = await self._ask(service.all_backups)
            live.watch(self, BackupsState.look, service.BACKUPS_PLACE)

    @rx.event
    @admin_only
    async def look(self):
        """Look again: one is further, or done."""
        before = self.there.under_way
        self._assign(there=await self._ask(service.all_backups))
        if before and not self.there.under_way:
            self._show_notice(t("Backup made") if before == "make" else t("Backup checked"))

    @rx.event
    @admin_only
    async def start(self):
        """Make a backup now."""
        self.there = await self._perform(service.start_backup)

    @rx.event
    @admin_only
    async def check(self, name: str):
        """Look whether one is whole."""
        self.there = await self._perform(service.check_backup, name=str(name)[:40])
