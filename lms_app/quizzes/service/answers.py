"""Reading answers: the one rule of which row counts.

Of a question's rows the newest counts that is neither stale nor late. Everything else is kept for people to see.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ValidationError
from sqlalchemy import Row, and_, bindparam, func
from sqlalchemy import select as columns
from sqlmodel import col

from lms_app.core.work import Work
from lms_app.quizzes import rules
from lms_app.quizzes.kinds import KINDS
from lms_app.quizzes.models import Answer, AttemptQuestion, QuestionVersion

_NEWEST = (
    columns(col(Answer.question_id), func.max(col(Answer.seq)).label("seq"))
    .where(col(Answer.attempt_id) == bindparam("attempt"), ~col(Answer.stale), ~col(Answer.late))
    .group_by(col(Answer.question_id))
    .subquery("newest")
)
_COUNTING = and_(
    col(Answer.attempt_id) == bindparam("attempt"),
    col(Answer.question_id) == _NEWEST.c.question_id,
    col(Answer.seq) == _NEWEST.c.seq,
)

# Every question of an attempt with the answer that counts, if there is one.
_ANSWERED = (
    columns(
        col(AttemptQuestion.number),
        col(AttemptQuestion.question_id),
        col(AttemptQuestion.flagged),
        col(Answer.blank),
        col(Answer.seq),
        col(QuestionVersion.kind),
    )
    .select_from(AttemptQuestion)
    .join(QuestionVersion, col(QuestionVersion.id) == col(AttemptQuestion.version_id))
    .outerjoin(_NEWEST, _NEWEST.c.question_id == col(AttemptQuestion.question_id))
    .outerjoin(Answer, _COUNTING)
    .where(col(AttemptQuestion.attempt_id) == bindparam("attempt"))
    .order_by(col(AttemptQuestion.number))
)
_FULL = _ANSWERED.add_columns(
    col(AttemptQuestion.option_order),
    col(AttemptQuestion.fraction),
    col(AttemptQuestion.points).label("earned"),
    col(AttemptQuestion.feedback).label("said"),
    col(Answer.save_id),
    col(Answer.value),
    col(AttemptQuestion.worth).label("points"),
    col(AttemptQuestion.section),
    col(QuestionVersion.stem),
    col(QuestionVersion.stem_html),
    col(QuestionVersion.spec),
    col(QuestionVersion.feedback),
    col(QuestionVersion.hints),
    col(QuestionVersion.penalty),
)
_ONE = _FULL.where(col(AttemptQuestion.number) == bindparam("number"))


@dataclass(frozen=True, slots=True)
class Place:
    """A question of an attempt, without what it asks."""

    number: int
    label: str
    flagged: bool
    answered: bool


def places(work: Work, attempt_id: UUID) -> list[Place]:
    rows = work.db.connection().execute(_ANSWERED, {"attempt": attempt_id}).all()
    return [
        Place(row.number, label, row.flagged, row.blank is False) for row, label in zip(rows, labels(rows), strict=True)
    ]


def labels(rows: Sequence[Any]) -> list[str]:
    """What each is called in its attempt."""
    return rules.labels(KINDS[row.kind].counted for row in rows)


def asked(work: Work, attempt_id: UUID) -> list[Row[Any]]:
    """Every question of an attempt with its version, its mark and the answer that counts."""
    return list(work.db.connection().execute(_FULL, {"attempt": attempt_id}))


def asked_one(work: Work, attempt_id: UUID, number: int) -> Row[Any] | None:
    return work.db.connection().execute(_ONE, {"attempt": attempt_id, "number": number}).first()


def parsed(kind: str, value: str | None) -> BaseModel:
    """A stored answer. No row, or one that its kind no longer understands, is the blank answer."""
    known = KINDS[kind]
    try:
        return known.Answer.model_validate(json.loads(value)) if value else known.Answer()
    except (ValueError, ValidationError):
        return known.Answer()


def spec_of(row: Row[Any]) -> BaseModel:
    """The spec as this attempt has it."""
    kind = KINDS[row.kind]
    return kind.settle(kind.Spec.model_validate(row.spec), row.option_order)


def stem_of(row: Row[Any]) -> str:
    """The question's Markdown as this attempt has it."""
    return KINDS[row.kind].stem(spec_of(row), row.stem)
