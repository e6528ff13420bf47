"""The extensions of an item: who has other terms in it, and a form that gives them."""

from typing import Any
from uuid import UUID

import reflex as rx

from lms_app.core.errors import Invalid
from lms_app.courses import service
from lms_app.courses.people_views import NO_OVERRIDES, OverridesView
from lms_app.policy import Can
from lms_app.web.guard import member
from lms_app.web.state import LmsState, texts_of, uuid_of
from lms_app.web.words import t


class OverridesState(LmsState):
    page: OverridesView = NO_OVERRIDES
    values: dict[str, str] = {}
    errors: dict[str, str] = {}
    form: int = 0  # counts forms: another one begins with its own texts
    undo: str = ""  # whose exception was taken back last
    _dropped: dict[str, str] = {}

    @rx.event
    @member(Can.GRADE)
    async def open(self):
        async with self._loading():
            self._show({})
            self.undo, self._dropped = "", {}
            await self._show_page()

    @rx.event
    @member(Can.GRADE)
    async def change(self, override_id: str):
        """Put an exception into the form."""
        found = next((line for line in self.page.lines if line.id == override_id), None)
        if found:
            self._show(found.values)
            return rx.set_focus("whose")
        return None

    @rx.event
    @member(Can.GRADE)
    async def send(self, form: dict[str, Any]):
        values = texts_of(form)
        try:
            line = await self._perform(service.save_override, item_id=self._item_id(), values=values)
        except Invalid as error:
            self.values, self.errors = values, error.fields
            return rx.set_focus(next(iter(error.fields)))
        self._show({})
        self.undo = ""
        await self._show_page()
        self._show_notice(t("Saved for {name}", name=line.whose))
        return None

    @rx.event
    @member(Can.GRADE)
    async def drop(self, override_id: str):
        """Take an exception back; the last one can be given again."""
        found = next((line for line in self.page.lines if line.id == override_id), None)
        await self._perform(service.drop_override, slug=self.page.slug, override_id=uuid_of(override_id))
        if found:
            self.undo, self._dropped = found.whose, found.values
        self._show({})
        await self._show_page()

    @rx.event
    @member(Can.GRADE)
    async def bring_back(self):
        if self._dropped:
            await self._perform(service.save_override, item_id=self._item_id(), values=self._dropped)
        self.undo, self._dropped = "", {}
        await self._show_page()

    def _show(self, values: dict[str, str]) -> None:
        self.values, self.errors, self.form = values, {}, self.form + 1

    async def _show_page(self) -> None:
        self.page = await self._ask(service.overrides, item_id=self._item_id())

    def _item_id(self) -> UUID:
        return uuid_of(str(self.item))  # pyright: ignore[reportAttributeAccessIssue]  of the address
