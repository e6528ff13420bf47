"""All courses of the school."""

import reflex as rx

from lms_app.admin import service
from lms_app.admin.views import CourseRow
from lms_app.web import routes
from lms_app.web.guard import admin_only
from lms_app.web.listing import WINDOW, Filters, address, asked, changed, page_of, span
from lms_app.web.state import LmsState

FILTERS: Filters = {"search": (), "status": ("draft", "published", "archived"), "sort": ("learners", "newest")}


class AllCoursesState(LmsState):
    courses: list[CourseRow] = []
    total: int = 0
    shown: str = ""
    search: str = ""
    status: str = ""
    sort: str = ""
    previous_url: str = ""
    next_url: str = ""

    @rx.event
    @admin_only
    async def open_courses(self):
        async with self._loading():
            await self._show()

    @rx.event
    @admin_only
    async def find(self, words: str):
        """Search for what was typed."""
        return self._go("search", str(words))

    @rx.event
    @admin_only
    async def choose(self, name: str, value: str):
        """Set one filter, or take it off with an empty value."""
        return self._go(str(name), str(value))

    async def _show(self) -> None:
        given = self.router.url.query_parameters
        filters, page = asked(given, FILTERS), page_of(given)
        found = await self._ask(
            service.all_courses,
            search=filters["search"],
            status=filters["status"],
            sort=filters["sort"] or "title",
            limit=WINDOW,
            offset=(page - 1) * WINDOW,
        )
        self.courses, self.total = found.courses, found.total
        self.search, self.status, self.sort = (filters[name] for name in FILTERS)
        self.shown = span(page, len(found.courses), found.total)
        self.previous_url = address(routes.admin_courses(), filters, page - 1) if page > 1 else ""
        self.next_url = address(routes.admin_courses(), filters, page + 1) if page * WINDOW < found.total else ""

    def _go(self, name: str, value: str):
        filters = changed(self.router.url.query_parameters, FILTERS, name, value)
        return rx.redirect(address(routes.admin_courses(), filters), replace=True)
