"""What an attempt is going to ask: the slots of its quiz in order, with what they draw from the bank."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from random import Random
from typing import Any
from uuid import UUID

from sqlalchemy import func, literal, union_all
from sqlalchemy import select as columns
from sqlmodel import col, select

from lms_app.core.work import Work
from lms_app.quizzes import rules
from lms_app.quizzes.kinds import KINDS
from lms_app.quizzes.models import Attempt, AttemptQuestion, Place, Question, QuestionVersion, Quiz, Slot
from lms_app.quizzes.service.authoring import ASKS, CURRENT, slots_of
from lms_app.quizzes.service.bank import Wanted, matching
from lms_app.quizzes.service.categories import Tree, read_tree


@dataclass(frozen=True, slots=True)
class Laid:
    """A question that an attempt is going to ask, what it is worth there, and the heading that it stands under."""

    version: QuestionVersion
    worth: Decimal
    section: str


def lay_out(work: Work, quiz: Quiz, rng: Random) -> list[Laid]:
    """What the actor's next attempt asks, in order. Sections are shuffled or not by their own switch."""
    slots = slots_of(work, quiz.item_id)
    drawn = _drawn(work, quiz, [slot for slot, _question, _version in slots], rng)
    parts: list[tuple[bool, list[Laid]]] = [(quiz.shuffle_questions, [])]
    section = ""
    for slot, _question, version in slots:
        if slot.place == Place.SECTION:
            section = slot.title
            parts.append((slot.shuffle, []))
        elif version is not None:
            parts[-1][1].append(Laid(version, version.points, section))
        else:
            parts[-1][1].extend(Laid(one, slot.points, section) for one in drawn[slot.id])
    return [one for shuffles, part in parts for one in (_shuffled(part, rng) if shuffles else part)]


def fitting(work: Work, quiz: Quiz, draws: Sequence[Slot]) -> dict[UUID, int]:
    """How many questions each draw can take: those that fit, without what every attempt is asked. Not a door."""
    found = dict.fromkeys((slot.id for slot in draws), 0)
    for key, _question_id in _candidates(work, quiz, draws):
        found[key] += 1
    return found


def _drawn(work: Work, quiz: Quiz, slots: Sequence[Slot], rng: Random) -> dict[UUID, list[QuestionVersion]]:
    draws = [slot for slot in slots if slot.place == Place.DRAW]
    if not draws:
        return {}
    fit: dict[UUID, list[UUID]] = {slot.id: [] for slot in draws}
    for key, question_id in _candidates(work, quiz, draws):
        fit[key].append(question_id)
    counts = {slot.id: slot.draws for slot in draws}
    picked = rules.draw(fit, counts, _seen(work, quiz), rng)
    wanted = [question_id for ids in picked.values() for question_id in ids]
    rows = work.db.exec(
        select(QuestionVersion).join(Question, CURRENT).where(col(Question.id).in_(wanted))  # type: ignore[arg-type]
    ).all()
    versions = {row.question_id: row for row in rows}
    return {key: [versions[question_id] for question_id in ids] for key, ids in picked.items()}


def _candidates(work: Work, quiz: Quiz, draws: Sequence[Slot]) -> list[tuple[UUID, UUID]]:
    """Every draw with every question that fits it, in one order whatever the database: one statement for all draws."""
    if not draws:
        return []
    tree = read_tree(work, quiz.course_id) if any(slot.category_id for slot in draws) else Tree({})
    asked = columns(col(Slot.question_id)).where(
        col(Slot.quiz_id) == quiz.item_id, col(Slot.question_id).is_not(None), col(Slot.removed_at).is_(None)
    )
    parts: list[Any] = [
        columns(literal(place).label("place"), col(Question.id).label("question_id")).where(
            *matching(quiz.course_id, tree, Wanted(slot.category_id, slot.tags, slot.difficulty)),
            ASKS,
            col(Question.id).not_in(asked),
        )
        for place, slot in enumerate(draws)
    ]
    rows = work.db.connection().execute(union_all(*parts) if len(parts) > 1 else parts[0])
    return sorted(((draws[row.place].id, row.question_id) for row in rows), key=lambda pair: pair[1])


def _seen(work: Work, quiz: Quiz) -> Counter[UUID]:
    """How often the actor was asked each question in this quiz."""
    statement = (
        columns(col(AttemptQuestion.question_id), func.count().label("times"))
        .join(Attempt, col(Attempt.id) == col(AttemptQuestion.attempt_id))
        .where(col(Attempt.quiz_id) == quiz.item_id, col(Attempt.user_id) == work.user_id)
        .group_by(col(AttemptQuestion.question_id))
    )
    return Counter({row.question_id: row.times for row in work.db.connection().execute(statement)})


def _shuffled(asked: Sequence[Laid], rng: Random) -> list[Laid]:
    """In another order; a text stays in front of the question that it stood before."""
    blocks: list[list[Laid]] = [[]]
    for one in asked:
        blocks[-1].append(one)
        if KINDS[one.version.kind].counted:
            blocks.append([])
    last = blocks.pop()
    rng.shuffle(blocks)
    return [one for block in [*blocks, last] for one in block]
