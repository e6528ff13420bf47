"""The pages of an open attempt: one question at a time, then all of them; and saves that read nothing from here."""

import json
from dataclasses import replace
from datetime import datetime
from typing import Any

import reflex as rx

from lms_app.core import when
from lms_app.core.errors import LmsError
from lms_app.core.hot import NotKept
from lms_app.core.work import Actor
from lms_app.policy import Can
from lms_app.quizzes import service
from lms_app.quizzes.views import (
    NO_CLASH,
    NO_QUESTION,
    AttemptView,
    Cell,
    ClashView,
    QuestionView,
    ReviewRow,
    TurnView,
)
from lms_app.web import routes
from lms_app.web.guard import member, received_at
from lms_app.web.state import LmsState, uuid_of
from lms_app.web.words import t

ACKS_KEPT = 4  # React may draw once for two answers of the server: the newest few travel together


class AttemptState(LmsState):
    """`acks` is lines of JSON, the newest first; `deadline` and `server_now` are ISO 8601, empty without a limit."""

    title: str = ""
    course: str = ""
    slug: str = ""
    item_id: str = ""
    attempt: str = ""
    of: str = ""
    count: int = 0
    others: int = 0
    deadline: str = ""
    server_now: str = ""
    cells: list[Cell] = []
    question: QuestionView = NO_QUESTION
    clash: ClashView = NO_CLASH
    acks: str = ""
    rows: list[ReviewRow] = []
    unanswered: int = 0
    is_last: bool = False

    @rx.event
    @member(Can.SEE)
    async def open(self):
        """Load the attempt where its student was, on whatever device; a number in the address turns there."""
        async with self._loading():
            wanted = self.router.url.query_parameters.get("question", "")
            number = int(wanted) if wanted.isdecimal() and len(wanted) < 5 else 0
            turn = await self._perform(service.turn_to, attempt_id=uuid_of(self._attempt_id()), number=number)
            return self._show(turn)

    @rx.event
    @member(Can.SEE)
    async def go(self, number: int):
        """Turn to another question."""
        attempt_id = uuid_of(self._attempt_id())
        turn = await service.turn(self._actor, received_at(), attempt_id=attempt_id, number=_number(number))
        return self._show(turn)

    @rx.event
    @member(Can.SEE)
    async def flag(self):
        """Flag the question, or not any more."""
        flagged = not self.question.flagged
        self.cells = await service.put_flag(
            self._actor,
            received_at(),
            attempt_id=uuid_of(self._attempt_id()),
            number=self.question.number,
            flagged=flagged,
        )
        self.question = replace(self.question, flagged=flagged)

    @rx.event
    @member(Can.SEE)
    async def save(self, attempt_id: str, question_id: str, save_id: str, base_seq: int, value: str):
        """Save one change of an answer: the hot path. It reads no state but the acknowledgements before it."""
        line = await _ack(self._actor, received_at(), attempt_id, question_id, save_id, base_seq, value)
        self.acks = "\n".join([line, *self.acks.split("\n")[: ACKS_KEPT - 1]])

    @rx.event
    @member(Can.SEE)
    async def check(self):
        """Have the answer checked; the journal sends this once it is acknowledged."""
        turn = await self._perform(service.check, attempt_id=uuid_of(self._attempt_id()), number=self.question.number)
        return self._show(turn)

    @rx.event
    @member(Can.SEE)
    async def show_clash(self, save_id: str):
        """Another tab was faster: show both answers."""
        self.clash = await self._perform(
            service.clash, attempt_id=uuid_of(self._attempt_id()), save_id=uuid_of(save_id)
        )

    @rx.event
    @member(Can.SEE)
    async def keep_mine(self):
        """Let the answer of this tab count."""
        turn = await self._perform(
            service.choose, attempt_id=uuid_of(self._attempt_id()), save_id=uuid_of(self.clash.save_id)
        )
        return self._show(turn)

    @rx.event
    @member(Can.SEE)
    async def keep_theirs(self):
        """Let the other tab's answer stand, and go on from it."""
        turn = await self._perform(service.turn_to, attempt_id=uuid_of(self._attempt_id()))
        return self._show(turn)

    @rx.event
    @member(Can.SEE)
    async def open_review(self):
        """Load the list of all questions before submitting."""
        async with self._loading():
            review = await self._perform(service.review, attempt_id=uuid_of(self._attempt_id()))
            if redirect := self._take(review.attempt):
                return redirect
            self.rows, self.unanswered, self.is_last = review.rows, review.unanswered, review.is_last
        return None

    @rx.event
    @member(Can.SEE)
    async def submit(self):
        """End the attempt; the journal sends this once everything is acknowledged."""
        await self._perform(service.submit, attempt_id=uuid_of(self._attempt_id()))
        return rx.redirect(routes.results(self._attempt_id()))

    @rx.event
    @member(Can.SEE)
    async def time_up(self):
        """The page's clock has run out: the server's decides, and submits what is saved."""
        time = await self._perform(service.time, attempt_id=uuid_of(self._attempt_id()))
        if time.over:
            return rx.redirect(routes.results(self._attempt_id()))
        self.server_now = time.now.isoformat()
        return None

    def _attempt_id(self) -> str:
        return str(self.attempt_id)  # pyright: ignore[reportAttributeAccessIssue]  of the address

    def _show(self, turn: TurnView):
        if turn.attempt is not None and (redirect := self._take(turn.attempt)):
            return redirect
        self.question = turn.question
        others = sum(cell.answered for cell in turn.cells if cell.number != turn.question.number)
        self._assign(cells=turn.cells, clash=NO_CLASH, others=others)
        return None

    def _take(self, attempt: AttemptView):
        """What both pages show of the attempt; one that is over leads to its results."""
        if attempt.state != "open":
            return rx.redirect(routes.results(attempt.id))
        self.title, self.course, self.slug, self.item_id = attempt.title, attempt.course, attempt.slug, attempt.item_id
        self.attempt, self.count = attempt.id, attempt.questions
        allowed = attempt.attempts_allowed
        of = t("{number} of {all}", number=attempt.number, all=allowed) if allowed else str(attempt.number)
        self.of = t("a trial that counts nowhere") if attempt.trial else t("attempt {of}", of=of)
        self.deadline = attempt.deadline_at.isoformat() if attempt.deadline_at else ""
        self.server_now = attempt.now.isoformat()
        return None


async def _ack(
    actor: Actor, at: datetime, attempt_id: Any, question_id: Any, save_id: Any, seq: Any, value: Any
) -> str:
    """Save, and say what became of it. Types are checked here: a raw client may send anything."""
    said: dict[str, Any] = {"id": str(save_id)[:40], "question": str(question_id)[:40]}
    try:
        saved = await service.save_answer(
            actor,
            at,
            attempt_id=uuid_of(attempt_id),
            question_id=uuid_of(question_id),
            save_id=uuid_of(save_id),
            base_seq=_number(seq),
            value=value if isinstance(value, str) else "",
        )
    except NotKept as error:
        said["error"] = error.code
    except LmsError as error:
        said |= {"error": error.code, "say": error.message}
    else:
        said |= {"seq": saved.seq, "at": when.clock(at, actor.zone, actor.locale)}
        if saved.stale:
            said["stale"] = True
        if saved.late:
            said["late"] = True
        if saved.read_as:
            said["read"] = saved.read_as
    return json.dumps(said, separators=(",", ":"))


def _number(value: Any) -> int:
    """A number as the wire brought it; what is none becomes -1, which no question and no save has."""
    return value if type(value) is int and 0 <= value < 2**31 else -1
