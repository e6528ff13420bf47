"""The staff's pages of a quiz: its learners and its questions, and marking by hand.

Two pages of one state: the first state of all pages is sent to every tab, so each var counts.
"""

from dataclasses import replace
from typing import Any

import reflex as rx

from lms_app.core import typed
from lms_app.core.errors import Conflict, Invalid, NotFound
from lms_app.policy import Can
from lms_app.quizzes import service
from lms_app.quizzes.views import NO_RESULTS, QuizResults
from lms_app.quizzes.views_marking import MarkingView
from lms_app.web.guard import member
from lms_app.web.state import LmsState, texts_of, uuid_of

WINDOW = 50


class QuizResultsState(LmsState):
    results: QuizResults = NO_RESULTS
    at: int = 0
    marking: list[MarkingView] = []  # one, once it is loaded

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

    @rx.event
    @member(Can.GRADE)
    async def open_marking(self):
        async with self._loading():
            self.marking = []
            await self._show()

    @rx.event
    @member(Can.GRADE)
    async def choose(self, question_id: str):
        """Mark another question."""
        await self._show(question_id=uuid_of(question_id))

    @rx.event
    @member(Can.GRADE)
    async def go(self, attempt_id: str):
        """Show another answer to the same question."""
        question_id = uuid_of(self._shown().question_id)
        await self._show(question_id=question_id, attempt_id=uuid_of(attempt_id))

    @rx.event
    @member(Can.GRADE)
    async def hide_names(self):
        """Mark without names, or with them."""
        shown = self._shown()
        answer = shown.answer
        self.marking = [replace(shown, anonymous=not shown.anonymous)]
        await self._show(question_id=uuid_of(answer.question_id), attempt_id=uuid_of(answer.attempt_id))

    @rx.event
    @member(Can.GRADE)
    async def send_mark(self, form: dict[str, Any]):
        """Save what was given, and show the answer that waits next; the same one where none does."""
        sent = texts_of(form)
        shown = self._shown()
        answer = shown.answer
        attempt_id, question_id = uuid_of(answer.attempt_id), uuid_of(answer.question_id)
        try:
            marked = await self._perform(
                service.mark,
                attempt_id=attempt_id,
                number=answer.number,
                points=typed.decimal(sent.get("points", "")),
                comment=sent.get("comment", ""),
                seen=answer.version,
            )
        except Invalid as error:
            self.marking = [replace(shown, saved="", problem=" ".join(error.fields.values()))]
            return
        except Conflict as error:
            # What was typed stays in the form; saved once more, it goes on top of what it has heard of now.
            newest = await self._ask(service.read_mark, attempt_id=attempt_id, number=answer.number)
            known = replace(answer, version=newest.version, marks=newest.marks)
            self.marking = [replace(shown, answer=known, saved="", problem=error.message)]
            return
        following = await self._ask(
            service.next_waiting, item_id=uuid_of(self._item_id()), question_id=question_id, attempt_id=attempt_id
        )
        await self._show(question_id=question_id, attempt_id=following or attempt_id)
        self.marking = [replace(self._shown(), saved=f"{marked.points} / {marked.points_max}")]

    async def _show(self, **chosen: Any) -> None:
        anonymous = any(one.anonymous for one in self.marking)
        view = await self._ask(service.marking, item_id=uuid_of(self._item_id()), anonymous=anonymous, **chosen)
        self.marking = [view]

    def _shown(self) -> MarkingView:
        """Raises NotFound where nothing is shown that could be marked."""
        if not self.marking or not self.marking[0].answer.attempt_id:
            raise NotFound()
        return self.marking[0]

    def _item_id(self) -> str:
        return str(self.item)  # pyright: ignore[reportAttributeAccessIssue]  of the address
