"""One's own profile, and where one is signed in."""

from typing import Any

import reflex as rx

from lms_app.accounts import service
from lms_app.accounts.rules.fields import LOCALES, zones
from lms_app.accounts.state.answers import Answers
from lms_app.accounts.views import NO_PROFILE, KeyView, ProfileView, SessionView
from lms_app.core.errors import Invalid
from lms_app.core.settings import settings
from lms_app.core.work import Work
from lms_app.web.guard import signed_in
from lms_app.web.state import LmsState, texts_of, uuid_of
from lms_app.web.views import FieldError
from lms_app.web.words import t

KEY = "key-name"


class ProfileState(Answers, LmsState):
    """`typed` is what stands in the first form: what was saved, or what could not be."""

    me: ProfileView = NO_PROFILE
    typed: dict[str, str] = {
        "name": "",
        "zone": "UTC",
        "locale": "en",
        "theme": "system",
        "contrast": "system",
        "motion": "system",
    }
    unlisted: dict[str, str] = {"zone": "", "locale": ""}
    sessions: list[SessionView] = []
    keys: list[KeyView] = []
    secret: str = ""
    minimum: int = settings.password_min_characters
    _shown: str = ""

    @rx.event
    @signed_in
    async def open(self):
        async with self._loading():
            self.me, self.sessions, self.keys = await self._ask(_read)
            self.secret = ""
            answer = self._take_answer("profile")
            saved = {name: getattr(self.me, name) for name in self.typed}
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

    @rx.event
    @signed_in
    async def prove_address(self):
        """Have a link mailed to my address, which refused mail before."""
        await self._perform(service.ask_proof_link)
        self._show_notice(t("Link sent to {address}", address=self.me.email))

    @rx.event
    @signed_in
    async def make_key(self, form: dict[str, Any]):
        """Make an API key; its secret is shown once."""
        sent = texts_of(form)
        days = sent.get("days", "")
        self.problems, self.secret = [], ""
        try:
            made = await self._perform(
                service.make_api_key,
                name=sent.get("name", ""),
                days=int(days) if days.isdecimal() and len(days) < 5 else 0,
                may_write="writes" in sent,
            )
        except Invalid as wrong:
            self.problems = [FieldError(KEY, words) for words in wrong.fields.values()][:1]
            return
        self.secret = made.secret
        self.keys = await self._ask(service.api_keys)

    @rx.event
    @signed_in
    async def end_key(self, key_id: str):
        """End an API key, at once."""
        await self._perform(service.revoke_api_key, key_id=uuid_of(key_id))
        self.keys, self.secret = await self._ask(service.api_keys), ""
        self._show_notice(t("Key ended"))


def _unlisted(typed: dict[str, str]) -> dict[str, str]:
    """What is good, or was typed, and stands in no list that the page offers."""
    offered = {"zone": zones(), "locale": [code for code, _ in LOCALES]}
    return {name: typed[name] if typed[name] not in known else "" for name, known in offered.items()}


def _read(work: Work) -> tuple[ProfileView, list[SessionView], list[KeyView]]:
    return service.profile(work), service.sessions(work), service.api_keys(work)
