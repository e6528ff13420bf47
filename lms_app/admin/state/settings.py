"""The settings of the site that are decided here."""

import reflex as rx

from lms_app.accounts.rules.fields import LOCALES, zones
from lms_app.accounts.state.answers import Answers
from lms_app.admin import service
from lms_app.admin.views import NO_SETTINGS, NO_SHADES, SettingsView, Shades
from lms_app.core.errors import Invalid
from lms_app.web.guard import admin_only
from lms_app.web.state import LmsState
from lms_app.web.words import t


class SettingsState(Answers, LmsState):
    """`typed` is what stands in the form: what was saved, or what could not be. `answered` is of the mail server."""

    view: SettingsView = NO_SETTINGS
    typed: dict[str, str] = {}
    shades: Shades = NO_SHADES
    answered: str = ""
    first: bool = False
    _shown: str = ""

    @rx.event
    @admin_only
    async def open_settings(self):
        async with self._loading():
            view = await self._ask(service.site_settings)
            self.view, self.answered = view, ""
            self.first = self._asked("first") == "1"
            answer = self._take_answer("site")
            self.typed = _of(view) | {name: words for name, words in answer.typed.items() if name in _of(view)}
            self.shades = _shades(self.typed["accent"], self.shades)
            # The cookie outlives a reload, and what it says is said once.
            if self.said and self._shown != answer.id:
                self._show_notice(self.said)
            self._shown = answer.id

    @rx.event
    @admin_only
    async def look_at(self, accent: str):
        """Show what a colour would look like, while it is typed."""
        self.shades = _shades(str(accent)[:20], self.shades)

    @rx.event
    @admin_only
    async def pick(self, accent: str):
        """Take a colour from the picker, or the one that was suggested, into the field."""
        self.shades = _shades(str(accent)[:20], self.shades)
        self.typed = {**self.typed, "accent": self.shades.accent}

    @rx.event
    @admin_only
    async def remove_logo(self):
        self.view = await self._perform(service.remove_logo)
        self._show_notice(t("Logo removed"))

    @rx.event
    @admin_only
    async def try_mail(self):
        """Send a test mail to whoever asks; what the server answers is shown."""
        self.answered = ""
        yield
        self.answered = await service.try_mail(self._actor)


def _of(view: SettingsView) -> dict[str, str]:
    odd_zone = "" if view.zone in zones() else view.zone
    odd_locale = "" if view.locale in dict(LOCALES) else view.locale
    return {
        "name": view.name,
        "welcome": view.welcome,
        "accent": view.accent,
        "zone": view.zone,
        "locale": view.locale,
        "backup_every_hours": str(view.backup_every_hours),
        "backup_keep_days": str(view.backup_keep_days),
        # What stands in no list that the page offers.
        "odd_zone": odd_zone,
        "odd_locale": odd_locale,
    }


def _shades(accent: str, before: Shades) -> Shades:
    """Of a colour that is half typed, what was seen before."""
    try:
        return service.shades(accent)
    except Invalid:
        return before
