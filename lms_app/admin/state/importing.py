"""Lists of people: sending them, saying how they are to be read, looking at what they would do, and doing it."""

import asyncio
from dataclasses import replace
from typing import Any
from uuid import UUID

import reflex as rx

from lms_app.accounts import flash
from lms_app.admin import service
from lms_app.admin.import_views import ImportPage, ImportRow, ImportView
from lms_app.core.errors import Invalid
from lms_app.web import routes
from lms_app.web.guard import admin_only
from lms_app.web.state import LmsState, texts_of, uuid_of
from lms_app.web.views import FieldError
from lms_app.web.words import t

WINDOW = 20
FATES = ("wrong", "make", "change", "skip", "same")
LOOKS, LOOK_SECONDS = 4, 0.5


class ImportState(LmsState):
    """`shown` is the import of the address, or nothing; `past` are the last ones."""

    shown: list[ImportPage] = []
    past: list[ImportRow] = []
    problems: list[FieldError] = []

    @rx.event
    @admin_only
    async def open_imports(self):
        async with self._loading():
            said = flash.opened(self.router.headers.cookie, "people-import")
            self.problems = [FieldError(name, words) for name, words in said.errors.items()]
            self.past = await self._ask(service.imports)

    @rx.event
    @admin_only
    async def open_import(self):
        async with self._loading():
            self.shown, self.problems = [], []
            await self._show(self._its())
        if self.shown and self.shown[0].job.busy:
            return ImportState.watch(self.shown[0].job.id)
        return None

    @rx.event
    @admin_only
    async def watch(self, import_id: str):
        """Look how far it is, some times; then again, so that what is clicked meanwhile gets its turn."""
        for _ in range(LOOKS):
            await asyncio.sleep(LOOK_SECONDS)
            if not self.shown or self.shown[0].job.id != import_id:
                return
            await self._look()
            yield
            if not self.shown[0].job.busy:
                return
        if import_id in str(self.router.url.path):
            yield ImportState.watch(import_id)

    @rx.event
    @admin_only
    async def show(self, fate: str):
        """Show the lines of one fate, or all."""
        await self._show(self._its(), fate=fate if fate in FATES else "")

    @rx.event
    @admin_only
    async def turn(self, at: int):
        """Show the window that begins at `at`."""
        place = at if type(at) is int and 0 <= at < 1_000_000 else 0
        await self._show(self._its(), fate=self.shown[0].fate if self.shown else "", at=place)

    @rx.event
    @admin_only
    async def read_as(self, file: int, name: str, value: str):
        """Say what a file is, what its characters are, or what divides its columns."""
        if name in ("kind", "encoding", "delimiter") and type(file) is int:
            return await self._change(service.read_as, file=file, **{name: str(value)})
        return None

    @rx.event
    @admin_only
    async def take_column_for(self, file: int, column: int, field: str):
        """Say what a column is."""
        if type(file) is int and type(column) is int:
            return await self._change(service.take_column_for, file=file, column=column, field=str(field))
        return None

    @rx.event
    @admin_only
    async def confirm(self, form: dict[str, Any]):
        """Do it as it was shown."""
        invites = "invites" in texts_of(form)
        return await self._change(service.confirm_import, invites=invites)

    @rx.event
    @admin_only
    async def discard(self):
        await self._perform(service.discard_import, import_id=self._its())
        self._show_notice(t("List discarded"))
        return rx.redirect(routes.people_import())

    async def _change(self, act: Any, **given: Any):
        try:
            view: ImportView = await self._perform(act, import_id=self._its(), **given)
        except Invalid as error:
            self.problems = [FieldError("", message) for message in error.fields.values()]
            return None
        self.problems = []
        self.shown = [ImportPage(view, [], 0, 0, "")]
        return ImportState.watch(view.id)

    async def _look(self) -> None:
        view = await self._ask(service.read_import, import_id=UUID(self.shown[0].job.id))
        if view.busy:
            self.shown = [replace(self.shown[0], job=view)]
        else:
            await self._show(UUID(view.id))

    async def _show(self, import_id: UUID, *, fate: str = "", at: int = 0) -> None:
        view = await self._ask(service.read_import, import_id=import_id)
        found = await self._ask(service.import_lines, import_id=import_id, fate=fate, limit=WINDOW, offset=at)
        self.shown = [ImportPage(view, found.lines, found.total, at, fate)]

    def _its(self) -> UUID:
        return uuid_of(str(self.item))  # pyright: ignore[reportAttributeAccessIssue]  of the address
