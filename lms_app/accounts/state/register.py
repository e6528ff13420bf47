"""The page where people make an account, where the school allows it."""

import reflex as rx

from lms_app.accounts.state.answers import Answers
from lms_app.core import site
from lms_app.core.settings import settings
from lms_app.web import routes
from lms_app.web.guard import public
from lms_app.web.state import LmsState


class RegisterState(Answers, LmsState):
    name: str = ""
    can_register: bool = settings.self_registration
    minimum: int = settings.password_min_characters

    @rx.event
    @public
    async def open(self):
        if self._actor.is_signed_in:
            return rx.redirect(routes.home())
        self._assign(can_register=site.known().self_registration)
        self.name = self._take_answer("register").typed.get("name", "")
