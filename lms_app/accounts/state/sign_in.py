"""The sign-in page: the answer to the last try, and where to go on after it."""

from dataclasses import replace

import reflex as rx

from lms_app.accounts import service
from lms_app.accounts.rules.fields import safe_next
from lms_app.accounts.state.answers import Answers
from lms_app.accounts.views import DemoSignIn
from lms_app.core import site
from lms_app.core.settings import settings
from lms_app.web import routes
from lms_app.web.guard import public
from lms_app.web.state import LmsState
from lms_app.web.words import t


class SignInState(Answers, LmsState):
    next: str = ""
    notice_title: str = settings.notice_title
    notice_text: str = settings.notice_text
    can_register: bool = settings.self_registration
    demo: list[DemoSignIn] = []

    @rx.event
    @public
    async def open(self):
        self.next = safe_next(self._asked("next"))
        if self._actor.is_signed_in:
            return rx.redirect(self.next or routes.home())
        self._take_answer("sign-in")
        now = site.known()
        self._assign(notice_title=now.welcome, can_register=now.self_registration)
        self.demo = [replace(one, role=t(one.role)) for one in service.DEMO_SIGN_INS]
