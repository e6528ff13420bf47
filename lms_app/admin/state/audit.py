"""The audit log."""

from dataclasses import fields
from typing import Any

import reflex as rx

from lms_app.admin import service
from lms_app.admin.audit_views import AuditFilter, AuditRow
from lms_app.web import routes
from lms_app.web.guard import admin_only
from lms_app.web.listing import Filters, address, asked
from lms_app.web.state import LmsState, texts_of

FILTERS: Filters = {field.name: () for field in fields(AuditFilter)}


class AuditState(LmsState):
    """`at` holds the filters of the address, and the addresses `older`, `newest` and `sheet`."""

    entries: list[AuditRow] = []
    at: dict[str, str] = {}

    @rx.event
    @admin_only
    async def open_audit(self):
        async with self._loading():
            given = self.router.url.query_parameters
            filters = asked(given, FILTERS)
            before = str(given.get("before", ""))
            number = int(before) if before.isascii() and before.isdigit() and len(before) < 18 else 0
            self.at = filters
            self.entries = []
            found = await self._ask(service.audit_log, AuditFilter(**filters), before=number)
            self.entries = found.entries
            here = routes.AUDIT
            self.at = {
                **filters,
                "older": address(here, {**filters, "before": str(found.before)}) if found.before else "",
                "newest": address(here, filters) if number else "",
                "sheet": address(f"{routes.AUDIT}.csv", filters),
            }

    @rx.event
    @admin_only
    async def look(self, form: dict[str, Any]):
        """Show what the filters say."""
        return rx.redirect(address(routes.AUDIT, asked(texts_of(form), FILTERS)))
