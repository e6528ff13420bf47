"""The staff's page of a quiz: its learners and its questions."""

import reflex as rx

from lms_app.policy import Can
from lms_app.quizzes import service
from lms_app.quizzes.views import NO_RESULTS, QuizResults
from lms_app.web.guard import member
from lms_app.web.state import LmsState, uuid_of

WINDOW = 50


class QuizResultsState(LmsState):
    results: QuizResults = NO_RESULTS
    at: int = 0

    @rx.event
    @member(Can.GRADE)
    async def open(self):
        async with self._loading():
            self.at = 0
            self.results = await self._ask_apart(service.results, item_id=uuid_of(self._item_id()), limit=WINDOW)

    @rx.event
    @member(Can.GRADE)
    async def turn(self, at: int):
        """Show the learners from number `at` on."""
        at = at if type(at) is int and 0 <= at < 1_000_000 else 0
        self.results = await self._ask_apart(service.results, item_id=uuid_of(self._item_id()), limit=WINDOW, offset=at)
        self.at = at

    def _item_id(self) -> str:
        return str(self.item)  # pyright: ignore[reportAttributeAccessIssue]  of the address
