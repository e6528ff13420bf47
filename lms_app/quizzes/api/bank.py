"""The question bank of a course, and what a quiz takes of it, by REST: two lines a route."""

import asyncio
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query
from pydantic import Field

from lms_app.core.work import ask, perform
from lms_app.policy import Can
from lms_app.quizzes import service
from lms_app.quizzes.api.quizzes import MoveIn, QuestionIn, drafts_of
from lms_app.quizzes.views import AttemptView, QuestionRef, QuizSource
from lms_app.quizzes.views_bank import BankView, QuestionUse, Tried, TryView
from lms_app.web.api import Caller, Paging, Router
from lms_app.web.fields import Body
from lms_app.web.guard import member
from lms_app.web.views import Choice

bank = Router(prefix="/api/v1/courses/{slug}/questions", tags=["question bank"])
categories = Router(prefix="/api/v1", tags=["question bank"])
slots = Router(prefix="/api/v1/quizzes", tags=["quizzes"])
trials = Router(prefix="/api/v1/attempts", tags=["attempts"])
ROUTERS = (bank, categories, slots, trials)

Tags = Annotated[list[Annotated[str, Field(max_length=100)]], Field(max_length=40)]


class ManyIn(Body):
    question_ids: Annotated[list[UUID], Field(min_length=1, max_length=500)]


class NewQuestionsIn(Body):
    questions: Annotated[list[QuestionIn], Field(min_length=1, max_length=500)]


class TagsIn(ManyIn):
    add: Tags = []
    drop: Tags = []


class CategoryOfIn(ManyIn):
    category_id: UUID | None


class DifficultyIn(ManyIn):
    """Easy, medium or hard; empty is not said."""

    difficulty: Annotated[str, Field(max_length=8)]


class CategoryIn(Body):
    name: Annotated[str, Field(max_length=200)]
    parent_id: UUID | None = None


class TryIn(Body):
    """`version` and `drawn` as they came with the question."""

    version: int
    drawn: Annotated[list[Annotated[str, Field(max_length=1000)]], Field(max_length=1000)] = []
    value: dict[str, Any]


class DrawIn(Body):
    """Draw `draws` questions worth `points` each: of a category and all below it, with all tags, of a difficulty."""

    draws: Annotated[int, Field(ge=1, le=100)]
    points: Annotated[Decimal, Field(ge=0, le=1000, allow_inf_nan=False)] = Decimal(1)
    category_id: UUID | None = None
    tags: Tags = []
    difficulty: Annotated[str, Field(max_length=8)] = ""

    def given(self) -> dict[str, Any]:
        wanted = service.Wanted(self.category_id, self.tags, self.difficulty)
        return {"draws": self.draws, "points": self.points, "wanted": wanted}


class SectionIn(Body):
    """`shuffle`: what stands below comes in another order for each student; left out, as the quiz has it."""

    title: Annotated[str, Field(max_length=400)]
    shuffle: bool | None = None


# ---- The bank


@bank.get("")
@member(Can.AUTHOR)
async def search(
    slug: str,
    caller: Caller,
    paging: Paging,
    q: Annotated[str, Query(max_length=200)] = "",
    kind: Annotated[str, Query(max_length=40)] = "",
    category_id: UUID | None = None,
    tag: Annotated[list[str], Query(max_length=20)] = [],  # noqa: B006  FastAPI copies it
    difficulty: Annotated[str, Query(max_length=8)] = "",
    unused: bool = False,
) -> BankView:
    """The questions of a course that match all of it, the newest change first."""
    return await ask(
        caller,
        service.bank,
        slug=slug,
        search=q,
        kind=kind,
        wanted=service.Wanted(category_id, tag, difficulty),
        unused=unused,
        limit=paging.limit,
        offset=paging.offset,
    )


@bank.post("", status_code=201)
@member(Can.AUTHOR)
async def add(slug: str, body: NewQuestionsIn, caller: Caller) -> list[QuestionRef]:
    """New questions that stand in no quiz yet."""
    drafts = await asyncio.to_thread(drafts_of, body.questions)
    return await perform(caller, service.add_questions_to_bank, slug=slug, questions=drafts)


@bank.post("/tags")
@member(Can.AUTHOR)
async def tag(slug: str, body: TagsIn, caller: Caller) -> int:
    """Put tags on questions, or take them off; answers how many questions there were."""
    return await perform(
        caller, service.tag_questions, slug=slug, question_ids=body.question_ids, add=body.add, drop=body.drop
    )


@bank.post("/category")
@member(Can.AUTHOR)
async def file(slug: str, body: CategoryOfIn, caller: Caller) -> int:
    """Move questions into a category; null takes them out of all."""
    return await perform(
        caller, service.file_questions, slug=slug, question_ids=body.question_ids, category_id=body.category_id
    )


@bank.post("/difficulty")
@member(Can.AUTHOR)
async def rate(slug: str, body: DifficultyIn, caller: Caller) -> int:
    return await perform(
        caller, service.rate_questions, slug=slug, question_ids=body.question_ids, difficulty=body.difficulty
    )


@bank.post("/remove")
@member(Can.AUTHOR)
async def remove(slug: str, body: ManyIn, caller: Caller) -> int:
    """Take questions out of the bank. None may be in a quiz; attempts that had one keep it."""
    return await perform(caller, service.remove_questions, slug=slug, question_ids=body.question_ids)


@bank.post("/restore")
@member(Can.AUTHOR)
async def restore(slug: str, body: ManyIn, caller: Caller) -> int:
    return await perform(caller, service.restore_questions, slug=slug, question_ids=body.question_ids)


# ---- One question


@slots.get("/questions/{question_id}/uses")
@member(Can.AUTHOR)
async def uses(question_id: UUID, caller: Caller) -> list[QuestionUse]:
    """The quizzes that ask a question or have asked it."""
    return await ask(caller, service.question_uses, question_id=question_id)


@slots.get("/questions/{question_id}/preview")
@member(Can.AUTHOR)
async def preview(question_id: UUID, caller: Caller) -> TryView:
    """A question as a student would have it."""
    return await ask(caller, service.show_question, question_id=question_id)


@slots.post("/questions/{question_id}/try")
@member(Can.AUTHOR)
async def try_answer(question_id: UUID, body: TryIn, caller: Caller) -> Tried:
    """What an answer would be worth. Nothing is stored."""
    return await ask(
        caller,
        service.try_answer,
        question_id=question_id,
        version=body.version,
        drawn=body.drawn,
        value=body.value,
    )


# ---- Categories


@categories.get("/courses/{slug}/question-categories")
@member(Can.AUTHOR)
async def list_categories(slug: str, caller: Caller) -> list[Choice]:
    """The categories of a course's questions, each with its path."""
    return await ask(caller, service.categories, slug=slug)


@categories.post("/courses/{slug}/question-categories", status_code=201)
@member(Can.AUTHOR)
async def add_category(slug: str, body: CategoryIn, caller: Caller) -> Choice:
    return await perform(caller, service.add_category, slug=slug, name=body.name, parent_id=body.parent_id)


@categories.put("/question-categories/{category_id}")
@member(Can.AUTHOR)
async def change_category(category_id: UUID, body: CategoryIn, caller: Caller) -> Choice:
    """Rename a category, or put it below another one."""
    return await perform(
        caller, service.change_category, category_id=category_id, name=body.name, parent_id=body.parent_id
    )


@categories.delete("/question-categories/{category_id}", status_code=204)
@member(Can.AUTHOR)
async def remove_category(category_id: UUID, caller: Caller) -> None:
    """Take a category away; what is in it goes to the one above."""
    await perform(caller, service.remove_category, category_id=category_id)


# ---- What a quiz holds


@slots.get("/{item_id}/slots")
@member(Can.AUTHOR)
async def read_slots(item_id: UUID, caller: Caller) -> QuizSource:
    """Questions, draws and sections of a quiz, in order."""
    return await ask(caller, service.source, item_id=item_id)


@slots.post("/{item_id}/slots", status_code=201)
@member(Can.AUTHOR)
async def use(item_id: UUID, body: ManyIn, caller: Caller) -> list[UUID]:
    """Put questions of the bank at the end of a quiz."""
    return await perform(caller, service.use_questions, quiz_id=item_id, question_ids=body.question_ids)


@slots.post("/{item_id}/draws", status_code=201)
@member(Can.AUTHOR)
async def add_draw(item_id: UUID, body: DrawIn, caller: Caller) -> UUID:
    """Let a quiz draw questions at random, anew for each attempt."""
    return await perform(caller, service.save_draw, quiz_id=item_id, **body.given())


@slots.put("/{item_id}/draws/{slot_id}")
@member(Can.AUTHOR)
async def change_draw(item_id: UUID, slot_id: UUID, body: DrawIn, caller: Caller) -> UUID:
    """Change a draw. Attempts keep what they drew."""
    return await perform(caller, service.save_draw, quiz_id=item_id, slot_id=slot_id, **body.given())


@slots.post("/{item_id}/sections", status_code=201)
@member(Can.AUTHOR)
async def add_section(item_id: UUID, body: SectionIn, caller: Caller) -> UUID:
    """A heading at the end of a quiz, for what follows it."""
    return await perform(caller, service.save_section, quiz_id=item_id, title=body.title, shuffle=body.shuffle)


@slots.put("/{item_id}/sections/{slot_id}")
@member(Can.AUTHOR)
async def change_section(item_id: UUID, slot_id: UUID, body: SectionIn, caller: Caller) -> UUID:
    return await perform(
        caller, service.save_section, quiz_id=item_id, slot_id=slot_id, title=body.title, shuffle=body.shuffle
    )


@slots.delete("/slots/{slot_id}", status_code=204)
@member(Can.AUTHOR)
async def remove_slot(slot_id: UUID, caller: Caller) -> None:
    """Take a question, a draw or a heading out of its quiz. Questions stay in the bank."""
    await perform(caller, service.remove_slot, slot_id=slot_id)


@slots.post("/slots/{slot_id}/restore", status_code=204)
@member(Can.AUTHOR)
async def restore_slot(slot_id: UUID, caller: Caller) -> None:
    """Bring back what was taken out, to its place."""
    await perform(caller, service.restore_slot, slot_id=slot_id)


@slots.post("/slots/{slot_id}/duplicate", status_code=201)
@member(Can.AUTHOR)
async def duplicate_slot(slot_id: UUID, caller: Caller) -> UUID:
    """The same once more, right below; answers its slot."""
    return await perform(caller, service.duplicate_slot, slot_id=slot_id)


@slots.post("/slots/{slot_id}/move", status_code=204)
@member(Can.AUTHOR)
async def move_slot(slot_id: UUID, body: MoveIn, caller: Caller) -> None:
    """Move it one place up (-1) or down (1)."""
    await perform(caller, service.move_slot, slot_id=slot_id, step=body.step)


# ---- Taking it as a student


@slots.post("/{item_id}/trial")
@member(Can.AUTHOR)
async def start_trial(item_id: UUID, caller: Caller) -> AttemptView:
    """Begin a trial, or go on with the open one. It is in no result, grade or statistic."""
    return await perform(caller, service.start_trial, item_id=item_id)


@trials.delete("/{attempt_id}", status_code=204)
@member(Can.AUTHOR)
async def discard_trial(attempt_id: UUID, caller: Caller) -> None:
    """Throw one's own trial away. Attempts of students stay."""
    await perform(caller, service.discard_trial, attempt_id=attempt_id)
