"""The page that an invitation link leads to. Looking uses nothing up: only its button joins."""

import reflex as rx

from lms_app.courses import service
from lms_app.courses.views import NO_INVITATION, InvitationView
from lms_app.web import routes
from lms_app.web.guard import signed_in
from lms_app.web.state import LmsState
from lms_app.web.words import t


class InvitationState(LmsState):
    invitation: InvitationView = NO_INVITATION

    @rx.event
    @signed_in
    async def open(self):
        async with self._loading():
            self.invitation = await self._ask(service.read_invitation, token=self._token())

    @rx.event
    @signed_in
    async def accept(self):
        joined = await self._perform(service.accept_invitation, token=self._token())
        self._show_notice(t("You joined {title}", title=joined.title))
        teaches = joined.role != "student"
        return rx.redirect(routes.teach_course(joined.slug) if teaches else routes.course(joined.slug), replace=True)

    def _token(self) -> str:
        return str(self.token)[:200]  # pyright: ignore[reportAttributeAccessIssue]  of the address
