"""The page that an invitation link leads to. Looking uses nothing up: only its button joins."""

from dataclasses import replace

import reflex as rx

from lms_app.accounts import flash
from lms_app.core.errors import NotSignedIn
from lms_app.courses import service
from lms_app.courses.views import NO_INVITATION, InvitationView
from lms_app.web import routes
from lms_app.web.guard import public, sign_in_url, signed_in
from lms_app.web.state import LmsState
from lms_app.web.views import FieldError
from lms_app.web.words import t


class InvitationState(LmsState):
    invitation: InvitationView = NO_INVITATION
    problems: list[FieldError] = []

    @rx.event
    @public
    async def open(self):
        """A mailed invitation is shown to who has no account yet; any other to who is signed in."""
        answer = flash.opened(self.router.headers.cookie, "join")
        try:
            async with self._loading():
                found = await self._ask(service.read_invitation, token=self._token())
                self.problems = [FieldError(name, words) for name, words in answer.errors.items()]
                self.invitation = replace(found, name=answer.typed.get("name") or found.name)
        except NotSignedIn:
            return rx.redirect(sign_in_url(routes.join(self._token())))

    @rx.event
    @signed_in
    async def accept(self):
        joined = await self._perform(service.accept_invitation, token=self._token())
        waits = joined.state == "queued"
        self._show_notice(t("You are on the wait-list") if waits else t("You joined {title}", title=joined.title))
        teaches = joined.role != "student"
        return rx.redirect(routes.teach_course(joined.slug) if teaches else routes.course(joined.slug), replace=True)

    def _token(self) -> str:
        return str(self.token)[:200]  # pyright: ignore[reportAttributeAccessIssue]  of the address
