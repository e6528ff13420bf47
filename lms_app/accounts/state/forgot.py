"""The page that asks for a link to choose a new password."""

import reflex as rx

from lms_app.accounts.state.answers import Answers
from lms_app.core.settings import settings
from lms_app.web.guard import public
from lms_app.web.state import LmsState


class ForgotState(Answers, LmsState):
    minutes: int = settings.reset_ttl_minutes

    @rx.event
    @public
    async def open(self):
        # The answer is a minute old at most; whoever wants another address has read it.
        self._take_answer(*([] if self._asked("other") else ["forgot"]))
