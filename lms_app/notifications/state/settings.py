"""What one wants to hear of; each change saves itself."""

from typing import Any

import reflex as rx

from lms_app.core.errors import Invalid
from lms_app.notifications import service
from lms_app.notifications.views import NO_WISHES, Wishes
from lms_app.web.guard import signed_in
from lms_app.web.state import LmsState, texts_of
from lms_app.web.views import FieldError
from lms_app.web.words import t


class NotificationSettingsState(LmsState):
    wishes: Wishes = NO_WISHES
    problems: list[FieldError] = []

    @rx.event
    @signed_in
    async def open(self):
        async with self._loading():
            self.wishes = await self._ask(service.wishes)
            self.problems = []

    @rx.event
    @signed_in
    async def choose(self, event: str, way: str, on: bool):
        """Hear of one kind of event by one way, or no longer."""
        if way in ("inbox", "mail"):
            self.wishes = await self._perform(service.choose, event=str(event), **{way: bool(on)})
            self._show_notice(t("Saved"))

    @rx.event
    @signed_in
    async def save(self, form: dict[str, Any]):
        """When mail comes."""
        typed = texts_of(form)
        names = ("pace", "quiet_from", "quiet_until")
        try:
            self.wishes = await self._perform(service.plan, **{name: typed.get(name, "") for name in names})
        except Invalid as error:
            self.problems = [FieldError(name, text) for name, text in error.fields.items()]
            return
        self.problems = []
        self._show_notice(t("Saved"))
