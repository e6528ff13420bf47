"""One's own data, and the administrators' pages about privacy.

One state for all of them: the first state of all pages is sent to every tab, so each var counts.
"""

from typing import Any

import reflex as rx

from lms_app.accounts.state.answers import Answers
from lms_app.core.errors import Invalid
from lms_app.privacy import service
from lms_app.privacy.views import NO_DATA, NO_DESK, Desk, MyData
from lms_app.web import live
from lms_app.web.guard import admin_only, signed_in
from lms_app.web.state import LmsState, texts_of
from lms_app.web.views import FieldError
from lms_app.web.words import t


class PrivacyState(Answers, LmsState):
    data: MyData = NO_DATA
    desk: Desk = NO_DESK

    # ---- One's own

    @rx.event
    @signed_in
    async def open_mine(self):
        async with self._loading():
            self._take_answer("my-data")
            self.data = await self._ask(service.my_data)
            live.watch(self, PrivacyState.look, service.place_of(self._actor.user_id))

    @rx.event
    @signed_in
    async def look(self):
        """Something is new: a copy is ready."""
        self._assign(data=await self._ask(service.my_data))

    @rx.event
    @signed_in
    async def ask_copy(self):
        """Have a copy made; the page says when it is ready."""
        await self._perform(service.ask_take_out)
        self._assign(data=await self._ask(service.my_data))

    @rx.event
    @signed_in
    async def take_back(self):
        """Keep the account after all."""
        await self._perform(service.take_back_erasure)
        self.data = await self._ask(service.my_data)
        self._show_notice(t("Your account stays"))

    # ---- For administrators

    @rx.event
    @admin_only
    async def open(self):
        async with self._loading():
            self._take_answer("erase")
            self.desk = await self._ask(service.desk)
            if self.said:
                self._show_notice(self.said)

    @rx.event
    @admin_only
    async def open_map(self):
        async with self._loading():
            self.desk = await self._ask(service.map_desk)

    @rx.event
    @admin_only
    async def open_texts(self):
        async with self._loading():
            self.problems = []
            self.desk = await self._ask(service.texts_desk)

    @rx.event
    @admin_only
    async def remove(self):
        """Remove what the rules say now: what the page showed, part by part."""
        gone = 0
        for rule in self.desk.rules:
            while count := await self._perform(service.retain, name=rule.name):
                gone += count
        self.desk = await self._ask(service.desk)
        self._show_notice(t("Removed: {n}", n=gone))

    @rx.event
    @admin_only
    async def publish(self, form: dict[str, Any]):
        """Publish the next version of a text."""
        sent = texts_of(form)
        self.problems = []
        try:
            made = await self._perform(service.publish_policy, kind=sent.get("kind", ""), body=sent.get("body", ""))
        except Invalid as wrong:
            self.problems = [FieldError(name, words) for name, words in wrong.fields.items()]
            return
        self.desk = await self._ask(service.texts_desk)
        self._show_notice(t("Published: version {n}", n=made.version))
