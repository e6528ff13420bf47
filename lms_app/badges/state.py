"""Handlers of the badges' pages: their staff's list and editor, and one's own.

All pages of one state: the first state of every page is sent to every tab, so each var counts.
"""

import asyncio
from typing import Any
from uuid import UUID

import reflex as rx

from lms_app.badges import service
from lms_app.badges.views import BadgesView, BadgeView, ShelfView
from lms_app.core.errors import Conflict, Invalid, LmsError
from lms_app.policy import Can
from lms_app.web import routes
from lms_app.web.guard import admin_only, member, signed_in
from lms_app.web.state import LmsState, texts_of, uuid_of
from lms_app.web.views import FieldError
from lms_app.web.words import t

AUTO = "auto"  # the form was sent by a pause, to show what it looks like
NEW = "new"  # stands in the address where a badge would
WINDOW = 50


class BadgesState(LmsState):
    badges: list[BadgesView] = []  # one, once it is loaded; so are the next two
    badge: list[BadgeView] = []
    shelf: list[ShelfView] = []
    values: dict[str, str] = {}
    errors: dict[str, str] = {}
    problems: list[FieldError] = []
    picture: str = ""
    form: int = 0  # counts forms: another one begins with its own texts
    _shown: int = WINDOW

    # ---- Lists

    @rx.event
    @member(Can.GRADE)
    async def open_course(self):
        async with self._loading():
            self._shown = WINDOW
            self.badges = [await self._ask(service.of_course, slug=self._slug())]

    @rx.event
    @admin_only
    async def open_site(self):
        async with self._loading():
            self._shown = WINDOW
            self.badges = [await self._ask(service.of_site)]

    @rx.event
    @member(Can.GRADE)
    async def more(self):
        """More of a course's badges."""
        self._shown = min(self._shown + WINDOW, 1_000)
        self.badges = [await self._ask(service.of_course, slug=self._slug(), limit=self._shown)]

    @rx.event
    @admin_only
    async def more_of_site(self):
        self._shown = min(self._shown + WINDOW, 1_000)
        self.badges = [await self._ask(service.of_site, limit=self._shown)]

    @rx.event
    @member(Can.GRADE)
    async def more_people(self):
        """More of those who have the badge."""
        self._shown = min(self._shown + WINDOW, 1_000)
        await self._reload(str(self._id()))

    # ---- One of them

    @rx.event
    @member(Can.GRADE)
    async def open_badge(self):
        async with self._loading():
            await self._open()

    @rx.event
    @admin_only
    async def open_site_badge(self):
        async with self._loading():
            await self._open()

    @rx.event
    @member(Can.MANAGE)
    async def send(self, form: dict[str, Any]):
        """The whole form: drawn anew when its author pauses, kept when they say so."""
        values = texts_of(form)
        drawn = values.pop("do", "") == AUTO
        self._assign(values=values)
        try:
            self.picture = await asyncio.to_thread(service.preview, values)
            if drawn:
                return None
            draft = service.read_form(values)
            if known := self.badge[0].id if self.badge else "":
                kept = await self._perform(service.save, badge_id=uuid_of(known), draft=draft)
            else:
                kept = await self._perform(service.create, slug=self._slug(), draft=draft)
        except Invalid as error:
            self._tell(error.fields)
            return None
        self._show(kept)
        self._show_notice(t("Badge saved"))
        return None if known else rx.redirect(routes.badge(kept.slug, kept.id))

    @rx.event
    @member(Can.MANAGE)
    async def change_status(self, status: str):
        try:
            kept = await self._perform(service.set_status, badge_id=self._id(), status=str(status))
        except (Invalid, Conflict) as error:
            self._show_notice(error.message)
            return
        self._show(kept)
        self._show_notice(t("Badge opened") if kept.status == "active" else t("Badge closed"))

    @rx.event
    @member(Can.GRADE)
    async def award(self, form: dict[str, Any]):
        sent = texts_of(form)
        try:
            await self._perform(
                service.award,
                badge_id=self._id(),
                user_id=uuid_of(sent.get("user_id", "")),
                note=sent.get("note", ""),
            )
        except LmsError as error:
            self._tell({"user_id": error.message})
            return
        await self._reload(str(self._id()))
        self._show_notice(t("Badge awarded"))

    @rx.event
    @member(Can.MANAGE)
    async def revoke(self, form: dict[str, Any]):
        sent = texts_of(form)
        award_id = sent.get("award_id", "")
        try:
            await self._perform(service.revoke, award_id=uuid_of(award_id), reason=sent.get("reason", ""))
        except Invalid as error:
            self._tell({f"reason-{award_id}": error.message})
            return
        await self._reload(str(self._id()))
        self._show_notice(t("Badge taken back"))

    # ---- One's own

    @rx.event
    @signed_in
    async def open_mine(self):
        async with self._loading():
            self.shelf = [await self._ask(service.mine)]

    @rx.event
    @signed_in
    async def show_award(self, award_id: str, public: bool):
        await self._perform(service.set_public, award_id=uuid_of(award_id), public=public is True)
        self.shelf = [await self._ask(service.mine)]
        self._show_notice(t("Everybody with its address can see it") if public is True else t("Only you can see it"))

    @rx.event
    @signed_in
    async def show_page(self, public: bool):
        self.shelf = [await self._perform(service.set_shelf, public=public is True)]
        self._show_notice(t("Your page is public") if public is True else t("Your page is gone"))

    # ---- Helpers

    async def _open(self) -> None:
        self._shown = WINDOW
        item = str(self.item)  # pyright: ignore[reportAttributeAccessIssue]  of the address
        if item == NEW:
            self._show(await self._ask(service.new, slug=self._slug()))
        else:
            self._show(await self._ask(service.read, badge_id=uuid_of(item)))

    def _show(self, found: BadgeView) -> None:
        self.badge, self.values, self.picture = [found], dict(found.form), found.picture
        self.form += 1
        self._tell({})

    async def _reload(self, badge_id: str) -> None:
        """What others see of it; what is being typed stays."""
        self.badge = [await self._ask(service.read, badge_id=uuid_of(badge_id), limit=self._shown)]
        self.form += 1
        self._tell({})

    def _tell(self, fields: dict[str, str]) -> None:
        self._assign(errors=dict(fields), problems=[FieldError(name, said) for name, said in fields.items()])

    def _id(self) -> UUID:
        return uuid_of(self.badge[0].id if self.badge else "")

    def _slug(self) -> str:
        return str(getattr(self, "slug", ""))
