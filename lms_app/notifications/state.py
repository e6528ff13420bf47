"""One's own inbox, and what one wants to hear of: a state for both, since all of it travels with each first state."""

from typing import Any

import reflex as rx

from lms_app.core.errors import Invalid
from lms_app.notifications import service
from lms_app.notifications.views import NO_INBOX, EventChoice, Inbox, Wishes
from lms_app.web import routes
from lms_app.web.guard import signed_in
from lms_app.web.listing import WINDOW, address, page_of, span
from lms_app.web.state import LmsState, texts_of, uuid_of
from lms_app.web.views import FieldError
from lms_app.web.words import t


class NotificationsState(LmsState):
    """`place` is where one is in the list: `show`, `shown` and the addresses beside it. `plan` is when mail comes.

    Each is empty until its page has loaded.
    """

    inbox: Inbox = NO_INBOX
    place: dict[str, str] = {}
    events: list[EventChoice] = []
    plan: dict[str, str] = {}
    problems: list[FieldError] = []

    @rx.event
    @signed_in
    async def open(self):
        async with self._loading():
            await self._show()

    @rx.event
    @signed_in
    async def open_settings(self):
        self.events = []  # the boxes are the browser's own: new ones show what changed elsewhere
        yield
        async with self._loading():
            self._keep(await self._ask(service.wishes))

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

    @rx.event
    @signed_in
    async def choose(self, event: str, way: str, on: bool):
        """Hear of one kind of event by one way, or no longer."""
        if way in ("inbox", "mail"):
            self._keep(await self._perform(service.choose, event=str(event), **{way: bool(on)}))
            self._show_notice(t("Saved"))

    @rx.event
    @signed_in
    async def save(self, form: dict[str, Any]):
        """When mail comes."""
        typed = texts_of(form)
        names = ("pace", "quiet_from", "quiet_until")
        try:
            self._keep(await self._perform(service.plan, **{name: typed.get(name, "") for name in names}))
        except Invalid as error:
            self.problems = [FieldError(name, text) for name, text in error.fields.items()]
        else:
            self._show_notice(t("Saved"))

    def _keep(self, wishes: Wishes) -> None:
        self.events, self.problems = wishes.events, []
        self.plan = {
            "pace": wishes.pace,
            "quiet_from": wishes.quiet_from,
            "quiet_until": wishes.quiet_until,
            "zone": wishes.zone,
            "address": wishes.address,
        }

    async def _show(self) -> None:
        given = self.router.url.query_parameters
        filters = {"show": "unread" if str(given.get("show", "")) == "unread" else ""}
        page, unread = page_of(given), bool(filters["show"])
        self.inbox = found = await self._ask(service.inbox, unread=unread, limit=WINDOW, offset=(page - 1) * WINDOW)
        here = sum(len(group.notifications) for group in found.groups)
        more = page * WINDOW < found.total
        self.place = {
            **filters,
            "shown": span(page, here, found.total),
            "previous_url": address(routes.notifications(), filters, page - 1) if page > 1 else "",
            "next_url": address(routes.notifications(), filters, page + 1) if more else "",
        }
