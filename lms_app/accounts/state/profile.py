"""One's own profile, and where one is signed in."""

import reflex as rx

from lms_app.accounts import service
from lms_app.accounts.rules.fields import LOCALES, zones
from lms_app.accounts.state.answers import Answers
from lms_app.accounts.views import NO_PROFILE, ProfileView, SessionView
from lms_app.core.settings import settings
from lms_app.core.work import Work
from lms_app.web.guard import signed_in
from lms_app.web.state import LmsState, uuid_of
from lms_app.web.words import t


class ProfileState(Answers, LmsState):
    """`typed` is what stands in the first form: what was saved, or what could not be."""

    me: ProfileView = NO_PROFILE
    typed: dict[str, str] = {"name": "", "zone": "UTC", "locale": "en", "theme": "system"}
    unlisted: dict[str, str] = {"zone": "", "locale": ""}
    sessions: list[SessionView] = []
    minimum: int = settings.password_min_characters
    _shown: str = ""

    @rx.event
    @signed_in
    async def open(self):
        async with self._loading():
            self.me, self.sessions = await self._ask(_read)
            answer = self._take_answer("profile")
            saved = {"name": self.me.name, "zone": self.me.zone, "locale": self.me.locale, "theme": self.me.theme}
            self.typed = saved | {name: words for name, words in answer.typed.items() if name in saved}
            self.unlisted = _unlisted(self.typed)
            # The cookie outlives a reload, and what it says is said once.
            if self.said and self._shown != answer.id:
                self._show_notice(self.said)
            self._shown = answer.id

    @rx.event
    @signed_in
    async def end(self, session_id: str, device: str):
        """Sign another device out."""
        await self._perform(service.end_session, session_id=uuid_of(session_id))
        self.sessions = await self._ask(service.sessions)
        self._show_notice(t("Signed out: {device}", device=str(device)[:100]))


def _unlisted(typed: dict[str, str]) -> dict[str, str]:
    """What is good, or was typed, and stands in no list that the page offers."""
    offered = {"zone": zones(), "locale": [code for code, _ in LOCALES]}
    return {name: typed[name] if typed[name] not in known else "" for name, known in offered.items()}


def _read(work: Work) -> tuple[ProfileView, list[SessionView]]:
    return service.profile(work), service.sessions(work)
