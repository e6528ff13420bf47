"""The pages that mailed links open. Loading one changes nothing: its button does."""

import reflex as rx

from lms_app.accounts import service
from lms_app.accounts.state.answers import Answers
from lms_app.core.errors import NotFound
from lms_app.core.settings import settings
from lms_app.web.guard import public
from lms_app.web.state import LmsState


class ResetState(Answers, LmsState):
    """`step` is choose or over; empty while it is looked up."""

    step: str = ""
    token: str = ""
    minimum: int = settings.password_min_characters

    @rx.event
    @public
    async def open(self):
        self.step, self.token = "", self._asked("token")
        async with self._loading():
            self._take_answer("reset")
            try:
                link = await self._ask(service.read_link, token=self.token)
            except NotFound:
                self.step = "over"
            else:
                self.step = "choose" if link.purpose in ("reset", "invite") else "over"
                self.email = link.email


class VerifyState(Answers, LmsState):
    """`step` is confirm, over, or sent, when the page was not opened by a link; empty while it is looked up."""

    step: str = ""
    token: str = ""

    @rx.event
    @public
    async def open(self):
        self.step, self.token = "", self._asked("token")
        async with self._loading():
            self._take_answer("verify")
            self.step = await self._step()

    async def _step(self) -> str:
        if not self.token:
            return "sent"
        try:
            link = await self._ask(service.read_link, token=self.token)
        except NotFound:
            return "over"
        if link.purpose not in ("verify", "email"):
            return "over"
        self.email = link.email
        return "confirm"
