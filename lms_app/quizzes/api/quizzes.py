"""Quizzes and attempts by REST: two lines a route over the functions that the pages call."""

import asyncio
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi.responses import Response
from pydantic import Field

from lms_app.core.errors import Invalid
from lms_app.core.work import ask, perform
from lms_app.policy import Can
from lms_app.quizzes import service
from lms_app.quizzes.views import (
    AttemptLine,
    AttemptView,
    Cell,
    QuestionRef,
    QuestionSource,
    QuestionView,
    QuizOverview,
    QuizRef,
    QuizResults,
    ResultView,
    ReviewView,
    Saved,
)
from lms_app.quizzes.views_marking import MarkAnswer
from lms_app.web.api import Caller, Paging, Router, told_apart
from lms_app.web.fields import Body, When
from lms_app.web.guard import member, received_at, signed_in

quizzes = Router(prefix="/api/v1/quizzes", tags=["quizzes"])
attempts = Router(prefix="/api/v1/attempts", tags=["attempts"])
ROUTERS = (quizzes, attempts)


class QuestionIn(Body):
    """A question with its key. What `spec` holds depends on the kind; a wrong one is answered field by field."""

    kind: Annotated[str, Field(max_length=40)]
    stem: Annotated[str, Field(max_length=100_000)]
    spec: dict[str, Any]
    points: Annotated[Decimal, Field(ge=0, le=1000, allow_inf_nan=False)] = Decimal(1)
    feedback: Annotated[str, Field(max_length=100_000)] = ""
    hints: Annotated[list[Annotated[str, Field(max_length=2_000)]], Field(max_length=10)] = []
    penalty: Annotated[Decimal, Field(ge=0, le=1, allow_inf_nan=False)] = Decimal("0.25")

    def draft(self) -> service.Draft:
        return service.draft(**dict(self))


class SettingsIn(Body):
    """Only what is sent is set; null takes a limit away."""

    intro: Annotated[str, Field(max_length=100_000)] = ""
    closes_at: When | None = None
    limit_minutes: int | None = None
    attempts_allowed: int | None = None
    grace_seconds: int = 10
    grading: str = "highest"
    behaviour: str = "deferred"
    pass_fraction: Annotated[Decimal, Field(allow_inf_nan=False)] | None = None
    shuffle_questions: bool = False
    shuffle_options: bool = True
    show_marks: str = "submit"
    show_feedback: str = "submit"
    show_answers: str = "last"

    def given(self) -> service.QuizSettings:
        sent = self.model_dump(include=self.model_fields_set & set(SettingsIn.model_fields))
        return service.QuizSettings(**sent)


class QuizIn(SettingsIn):
    module_id: UUID
    title: Annotated[str, Field(max_length=160)]
    questions: Annotated[list[QuestionIn], Field(max_length=500)] = []


class AnswerIn(Body):
    """A change of an answer. Send the same again after a failure: `save_id` (a UUID, best of version 7) makes it one.

    `base_seq` is the `seq` of the answer that you saw last for this question, 0 for none.
    """

    question_id: UUID
    save_id: UUID
    base_seq: Annotated[int, Field(ge=0, lt=2**31)]
    value: dict[str, Any]


class MoveIn(Body):
    step: Literal[-1, 1]


class MarkIn(Body):
    """`seen` is the `version` of the mark that you saw, 0 for none."""

    points: Annotated[Decimal, Field(ge=0, le=1000, allow_inf_nan=False)]
    comment: Annotated[str, Field(max_length=20_000)] = ""
    seen: Annotated[int, Field(ge=0, lt=2**31)] = 0


class FlagIn(Body):
    flagged: bool


# ---- Quizzes


@quizzes.post("", status_code=201)
@member(Can.AUTHOR)
async def create(body: QuizIn, caller: Caller) -> QuizRef:
    """A new quiz with its questions at the end of a module."""
    drafts = await asyncio.to_thread(drafts_of, body.questions)
    return await perform(
        caller, service.create_quiz, module_id=body.module_id, title=body.title, questions=drafts, **body.given()
    )


@quizzes.get("/{item_id}")
@member(Can.SEE)
async def read(item_id: UUID, caller: Caller) -> QuizOverview:
    """The rules of a quiz, and one's attempts."""
    return await perform(caller, service.overview, item_id=item_id)


@quizzes.patch("/{item_id}")
@member(Can.AUTHOR)
async def update(item_id: UUID, body: SettingsIn, caller: Caller) -> QuizRef:
    """Change settings. Attempts that are open keep the deadline that they began with."""
    return await perform(caller, service.update_quiz, quiz_id=item_id, **body.given())


@quizzes.get("/{item_id}/questions")
@member(Can.AUTHOR)
async def read_sources(item_id: UUID, caller: Caller) -> list[QuestionSource]:
    """The questions with their keys, for whoever writes them."""
    return await ask(caller, service.questions, quiz_id=item_id)


@quizzes.post("/{item_id}/questions", status_code=201)
@member(Can.AUTHOR)
async def add_question(item_id: UUID, body: QuestionIn, caller: Caller) -> QuestionRef:
    drafted = await asyncio.to_thread(body.draft)
    return (await perform(caller, service.add_questions, quiz_id=item_id, questions=[drafted]))[0]


@quizzes.put("/questions/{question_id}")
@member(Can.AUTHOR)
async def update_question(question_id: UUID, body: QuestionIn, caller: Caller) -> QuestionRef:
    """A new version of a question. Attempts keep the one that they showed."""
    return await perform(caller, service.update_question, question_id=question_id, **dict(body))


@quizzes.get("/{item_id}/results", response_model=QuizResults)
@member(Can.GRADE)
async def read_results(item_id: UUID, caller: Caller, paging: Paging) -> Response:
    """Learners and their attempts, in windows of at most 100, and how each question went."""
    return await told_apart(caller, service.results, item_id=item_id, limit=paging.limit, offset=paging.offset)


@quizzes.get("/{item_id}/marking")
@member(Can.GRADE)
async def read_waiting(item_id: UUID, caller: Caller, paging: Paging, anonymous: bool = False) -> list[MarkAnswer]:
    """Answers that wait to be marked by hand, the oldest first; without names if you like."""
    return await ask(
        caller, service.waiting, item_id=item_id, limit=paging.limit, offset=paging.offset, anonymous=anonymous
    )


@quizzes.get("/{item_id}/attempts")
@member(Can.SEE)
async def list_attempts(item_id: UUID, caller: Caller, paging: Paging) -> list[AttemptLine]:
    """One's own attempts at a quiz, newest first."""
    return await ask(caller, service.my_attempts, item_id=item_id, limit=paging.limit, offset=paging.offset)


@quizzes.post("/{item_id}/attempts")
@member(Can.ATTEMPT)
async def start(item_id: UUID, caller: Caller) -> AttemptView:
    """Begin an attempt, or go on with the open one."""
    return await perform(caller, service.start, item_id=item_id)


# ---- Attempts


@attempts.get("")
@signed_in
async def list_all(caller: Caller, paging: Paging) -> list[AttemptLine]:
    """One's own attempts at any quiz, newest first."""
    return await ask(caller, service.my_attempts, limit=paging.limit, offset=paging.offset)


@attempts.get("/{attempt_id}")
@member(Can.SEE)
async def read_attempt(attempt_id: UUID, caller: Caller) -> AttemptView:
    return await perform(caller, service.read, attempt_id=attempt_id)


@attempts.get("/{attempt_id}/questions")
@member(Can.SEE)
async def read_questions(attempt_id: UUID, caller: Caller) -> list[QuestionView]:
    """All questions of one's open attempt, with the answers so far and never a key."""
    return await perform(caller, service.read_questions, attempt_id=attempt_id)


@attempts.get("/{attempt_id}/questions/{number}")
@member(Can.SEE)
async def read_question(attempt_id: UUID, number: int, caller: Caller) -> QuestionView:
    return await perform(caller, service.read_question, attempt_id=attempt_id, number=number)


@attempts.put("/{attempt_id}/questions/{number}/flag")
@member(Can.SEE)
async def flag(attempt_id: UUID, number: int, body: FlagIn, caller: Caller) -> list[Cell]:
    return await service.put_flag(caller, received_at(), attempt_id=attempt_id, number=number, flagged=body.flagged)


@attempts.post("/{attempt_id}/questions/{number}/check")
@member(Can.SEE)
async def check(attempt_id: UUID, number: int, caller: Caller) -> QuestionView:
    """Have the saved answer checked, where the quiz does that: right or not, with feedback and the next hint."""
    return (await perform(caller, service.check, attempt_id=attempt_id, number=number)).question


@attempts.get("/{attempt_id}/questions/{number}/mark")
@member(Can.GRADE)
async def read_mark(attempt_id: UUID, number: int, caller: Caller) -> MarkAnswer:
    """An answer that is marked by hand, and every mark that it was given."""
    return await ask(caller, service.read_mark, attempt_id=attempt_id, number=number)


@attempts.put("/{attempt_id}/questions/{number}/mark")
@member(Can.GRADE)
async def mark(attempt_id: UUID, number: int, body: MarkIn, caller: Caller) -> MarkAnswer:
    """Mark an answer by hand. Marks are added and never overwritten; 409 where somebody else marked meanwhile."""
    return await perform(caller, service.mark, attempt_id=attempt_id, number=number, **body.model_dump())


@attempts.post("/{attempt_id}/answers")
@member(Can.SEE)
async def answer(attempt_id: UUID, body: AnswerIn, caller: Caller) -> Saved:
    """Save a change of an answer. Answered once it is safe on disk; when it arrived decides whether it is late."""
    return await service.save_answer(
        caller,
        received_at(),
        attempt_id=attempt_id,
        question_id=body.question_id,
        save_id=body.save_id,
        base_seq=body.base_seq,
        value=body.value,
    )


@attempts.get("/{attempt_id}/review")
@member(Can.SEE)
async def review(attempt_id: UUID, caller: Caller) -> ReviewView:
    """What has an answer and what has not, before submitting."""
    return await perform(caller, service.review, attempt_id=attempt_id)


@attempts.post("/{attempt_id}/submit")
@member(Can.SEE)
async def submit(attempt_id: UUID, caller: Caller) -> ResultView:
    """End an attempt and grade it. Again gives the same result."""
    return await perform(caller, service.submit, attempt_id=attempt_id)


@attempts.get("/{attempt_id}/result")
@member(Can.SEE)
async def result(attempt_id: UUID, caller: Caller) -> ResultView:
    """The result of an attempt that is over, as far as the quiz shows it now."""
    return await perform(caller, service.result, attempt_id=attempt_id)


def drafts_of(questions: list[QuestionIn]) -> list[service.Draft]:
    """Check and render, off the event loop. Raises Invalid with the place of every wrong field."""
    drafts: list[service.Draft] = []
    wrong: dict[str, str] = {}
    for place, question in enumerate(questions):
        try:
            drafts.append(question.draft())
        except Invalid as error:
            wrong.update({f"questions.{place}.{name}": said for name, said in error.fields.items()})
    if wrong:
        raise Invalid(wrong)
    return drafts
