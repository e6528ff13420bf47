"""The page of the results of one attempt."""

import reflex as rx

from lms_app.policy import Can
from lms_app.quizzes import service
from lms_app.quizzes.views import ResultView
from lms_app.web import routes
from lms_app.web.guard import member
from lms_app.web.state import LmsState, uuid_of


class ResultState(LmsState):
    result: list[ResultView] = []  # the one, once it is here: an empty one would go to every tab

    @rx.event
    @member(Can.SEE)
    async def open(self):
        async with self._loading():
            self.result = [await self._perform(service.result, attempt_id=uuid_of(self._attempt_id()))]

    @rx.event
    @member(Can.ATTEMPT)
    async def try_again(self):
        """Begin the next attempt."""
        if not self.result:
            return None
        attempt = await self._perform(service.start, item_id=uuid_of(self.result[0].item_id))
        return rx.redirect(routes.attempt(attempt.id))

    def _attempt_id(self) -> str:
        return str(self.attempt_id)  # pyright: ignore[reportAttributeAccessIssue]  of the address
