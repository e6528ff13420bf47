"""The page before an attempt: the rules, the button, one's attempts."""

import reflex as rx

from lms_app.policy import Can
from lms_app.quizzes import service
from lms_app.quizzes.views import NO_QUIZ, QuizOverview
from lms_app.web import routes
from lms_app.web.guard import member
from lms_app.web.state import LmsState, uuid_of


class QuizState(LmsState):
    quiz: QuizOverview = NO_QUIZ

    @rx.event
    @member(Can.SEE)
    async def open(self):
        async with self._loading():
            self.quiz = await self._perform(service.overview, item_id=uuid_of(self._item_id()))

    @rx.event
    @member(Can.ATTEMPT)
    async def start(self):
        """Begin an attempt, or go on with the open one: the button twice, or in two tabs, begins one."""
        attempt = await self._perform(service.start, item_id=uuid_of(self._item_id()))
        return rx.redirect(routes.attempt(attempt.id))

    @rx.event
    @member(Can.AUTHOR)
    async def take(self):
        """Take the quiz as a student would, or go on with it: a trial, which counts nowhere."""
        trial = await self._perform(service.start_trial, item_id=uuid_of(self._item_id()))
        return rx.redirect(routes.attempt(trial.id))

    @rx.event
    @member(Can.AUTHOR)
    async def discard(self, attempt_id: str):
        """Throw a trial away."""
        await self._perform(service.discard_trial, attempt_id=uuid_of(attempt_id))
        return QuizState.open

    def _item_id(self) -> str:
        return str(self.item)  # pyright: ignore[reportAttributeAccessIssue]  of the address
