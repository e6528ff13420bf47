"""One's own inbox."""

import reflex as rx

from lms_app.notifications import service
from lms_app.notifications.views import NO_INBOX, Inbox
from lms_app.web import routes
from lms_app.web.guard import signed_in
from lms_app.web.listing import WINDOW, address, page_of, span
from lms_app.web.state import LmsState, uuid_of
from lms_app.web.words import t


class InboxState(LmsState):
    """What the address asks for: `show=unread`, and `page` from 1 on, with the addresses of the pages beside it."""

    inbox: Inbox = NO_INBOX
    unread_only: bool = False
    shown: str = ""
    previous_url: str = ""
    next_url: str = ""

    @rx.event
    @signed_in
    async def open(self):
        async with self._loading():
            self.unread_only = str(self.router.url.query_parameters.get("show", "")) == "unread"
            await self._show()

    @rx.event
    @signed_in
    async def read(self, notification_id: str):
        await self._perform(service.read_one, notification_id=uuid_of(notification_id))
        await self._show()
        await self._count()

    @rx.event
    @signed_in
    async def read_all(self):
        await self._perform(service.read_all)
        await self._show()
        await self._count()
        self._show_notice(t("All marked as read"))

    async def _show(self) -> None:
        filters = {"show": "unread" if self.unread_only else ""}
        page = page_of(self.router.url.query_parameters)
        found = await self._ask(service.inbox, unread=self.unread_only, limit=WINDOW, offset=(page - 1) * WINDOW)
        self.inbox = found
        here = sum(len(group.notifications) for group in found.groups)
        self.shown = span(page, here, found.total)
        self.previous_url = address(routes.notifications(), filters, page - 1) if page > 1 else ""
        self.next_url = address(routes.notifications(), filters, page + 1) if page * WINDOW < found.total else ""
