"""The outgoing mail."""

import reflex as rx

from lms_app.admin import service
from lms_app.admin.views import NO_LETTER, Letter, MailRow
from lms_app.web import routes
from lms_app.web.guard import admin_only
from lms_app.web.listing import WINDOW, Filters, address, asked, page_of, span
from lms_app.web.state import LmsState, uuid_of
from lms_app.web.words import t

FILTERS: Filters = {"status": ("waiting", "sent", "failed", "bouncing")}


class MailState(LmsState):
    messages: list[MailRow] = []
    waiting: int = 0
    sent: int = 0
    failed_count: int = 0
    bouncing: int = 0
    shown: str = ""
    status: str = ""
    readable: bool = False
    previous_url: str = ""
    next_url: str = ""
    letter: Letter = NO_LETTER

    @rx.event
    @admin_only
    async def open_mail(self):
        async with self._loading():
            await self._show()

    @rx.event
    @admin_only
    async def read_letter(self, message_id: str):
        """Fetch the text of one message for the dialog."""
        self.letter = NO_LETTER
        self.letter = await self._ask(service.letter, message_id=uuid_of(message_id))
        self.filled += 1

    @rx.event
    @admin_only
    async def send_again(self, message_id: str):
        await self._perform(service.send_again, message_id=uuid_of(message_id))
        await self._show()
        self._show_notice(t("Message goes out again"))

    @rx.event
    @admin_only
    async def mail_again(self, address: str):
        """Have mail sent to an address again that refused it."""
        await self._perform(service.mail_again, address=str(address)[:254])
        await self._show()
        self._show_notice(t("Mail goes to {address} again", address=str(address)[:254]))

    async def _show(self) -> None:
        given = self.router.url.query_parameters
        filters, page = asked(given, FILTERS), page_of(given)
        found = await self._ask(service.mail_list, status=filters["status"], limit=WINDOW, offset=(page - 1) * WINDOW)
        self.messages, self.readable = found.messages, found.readable
        self.waiting, self.sent, self.failed_count = found.waiting, found.sent, found.failed
        self.bouncing = found.bouncing
        self.status = filters["status"]
        self.shown = span(page, len(found.messages), found.total)
        self.previous_url = address(routes.OUTBOX, filters, page - 1) if page > 1 else ""
        self.next_url = address(routes.OUTBOX, filters, page + 1) if page * WINDOW < found.total else ""
