"""The submissions of an assignment for whoever marks: filters and page live in the address."""

import asyncio
from uuid import UUID

import reflex as rx

from lms_app.assignments import service
from lms_app.assignments.views import SubmissionsView
from lms_app.core import files, when
from lms_app.core.errors import Invalid
from lms_app.policy import Can
from lms_app.web import routes
from lms_app.web.guard import member
from lms_app.web.listing import WINDOW, Filters, address, asked, changed, page_of, span
from lms_app.web.state import LmsState, uuid_of
from lms_app.web.words import t

FILTERS: Filters = {"search": (), "show": service.SHOWS}


class SubmissionsState(LmsState):
    came_in: list[SubmissionsView] = []  # one, once it is loaded
    shown: str = ""
    search: str = ""
    show: str = ""
    previous_url: str = ""
    next_url: str = ""
    left_out: list[str] = []  # of a zip of feedback

    @rx.event
    @member(Can.GRADE)
    async def open(self):
        async with self._loading():
            self._assign(left_out=[])
            await self._list()

    @rx.event
    @member(Can.GRADE)
    async def find(self, words: str):
        """Search for what was typed."""
        return self._go("search", str(words))

    @rx.event
    @member(Can.GRADE)
    async def choose(self, name: str, value: str):
        """Set one filter, or take it off with an empty value."""
        return self._go(str(name), str(value))

    @rx.event
    @member(Can.GRADE)
    async def reopen(self, submission_id: str):
        """Give somebody another attempt."""
        await self._perform(service.reopen, submission_id=uuid_of(submission_id))
        self._show_notice(t("They have another attempt, and were told by mail."))

    @rx.event
    @member(Can.GRADE)
    async def take_feedback(self, file_id: str):
        """A zip of feedback has come: give each submission what is in its folder."""
        item_id, zip_id = self._item_id(), uuid_of(file_id)
        path = await self._ask(service.feedback_bytes, item_id=item_id, file_id=zip_id)
        try:
            unpacked = await asyncio.to_thread(service.unpack, path)
        except Invalid:
            await self._perform(files.remove, file_id=zip_id)
            raise
        taken = await self._perform(service.take_feedback, item_id=item_id, file_id=zip_id, unpacked=unpacked)
        self.left_out = taken.left_out
        files_came, to = when.plural(taken.files, "file"), when.plural(taken.submissions, "submission")
        self._show_notice(t("{files} for {submissions}", files=files_came, submissions=to))

    async def _list(self) -> None:
        given = self.router.url.query_parameters
        wanted, page = asked(given, FILTERS), page_of(given)
        found = await self._ask(
            service.submissions, item_id=self._item_id(), **wanted, limit=WINDOW, offset=(page - 1) * WINDOW
        )
        base = routes.submissions(found.slug, found.item_id)
        self._assign(
            came_in=[found],
            search=wanted["search"],
            show=wanted["show"],
            shown=span(page, len(found.rows), found.total),
            previous_url=address(base, wanted, page - 1) if page > 1 else "",
            next_url=address(base, wanted, page + 1) if page * WINDOW < found.total else "",
        )

    def _go(self, name: str, value: str):
        base = routes.submissions(str(self.slug), self._item_id())  # pyright: ignore[reportAttributeAccessIssue]
        return rx.redirect(address(base, changed(self.router.url.query_parameters, FILTERS, name, value)))

    def _item_id(self) -> UUID:
        return uuid_of(str(self.item))  # pyright: ignore[reportAttributeAccessIssue]  of the address
