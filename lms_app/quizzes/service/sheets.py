"""What an attempt asks. It never changes once it began, so it may be remembered: by person, as every statement asks again.

Saving an answer and turning a page are what a whole class does all the time; neither reads a question again for it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID
from weakref import WeakValueDictionary

from pydantic import BaseModel
from sqlalchemy import bindparam
from sqlalchemy import select as columns
from sqlmodel import col

from lms_app.core import db
from lms_app.core.errors import NotFound
from lms_app.core.work import Actor, Work, ask
from lms_app.quizzes.kinds import KINDS
from lms_app.quizzes.models import Attempt, AttemptQuestion, Behaviour, QuestionVersion
from lms_app.quizzes.service.answers import labels
from lms_app.quizzes.service.door import NO_ATTEMPT, NO_QUESTION, person_of

KNOWN_MAX = 4096  # attempts that are remembered

_SHEET = (
    columns(
        col(AttemptQuestion.number),
        col(AttemptQuestion.question_id),
        col(AttemptQuestion.option_order),
        col(AttemptQuestion.worth),
        col(AttemptQuestion.section),
        col(QuestionVersion.id),
        col(QuestionVersion.kind),
        col(QuestionVersion.stem),
        col(QuestionVersion.stem_html),
        col(QuestionVersion.spec),
        col(Attempt.behaviour),
    )
    .join(QuestionVersion, col(QuestionVersion.id) == col(AttemptQuestion.version_id))
    .join(Attempt, col(Attempt.id) == col(AttemptQuestion.attempt_id))
    .where(col(Attempt.id) == bindparam("attempt"), col(Attempt.user_id) == bindparam("user"))
    .order_by(col(AttemptQuestion.number))
)


# Compared by identity, and shared by all attempts that pin it.
@dataclass(frozen=True, slots=True, weakref_slot=True, eq=False)
class Version:
    """A question's version as it is shown, its key included: it never leaves the server as a whole."""

    kind: str
    stem: str
    stem_html: str
    spec: BaseModel


class Asked(NamedTuple):
    """One question of an attempt, without what is answered."""

    number: int
    label: str
    question_id: UUID
    option_order: Sequence[str]
    version: Version
    worth: Decimal
    section: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """All questions of an attempt, in order. `kinds` are what answers are checked against, by question that asks."""

    asked: Sequence[Asked]
    kinds: Mapping[UUID, str]
    checks: bool  # whether its student may have answers checked

    def question(self, number: int) -> Asked:
        """Raises NotFound for a number that the attempt has not got."""
        if not 1 <= number <= len(self.asked):
            raise NotFound(NO_QUESTION)
        return self.asked[number - 1]


def read_sheet(work: Work, *, attempt_id: UUID) -> Sheet:
    """What the actor's own attempt asks. Raises NotFound for anybody else's."""
    rows = work.db.connection().execute(_SHEET, {"attempt": attempt_id, "user": work.user_id}).all()
    if not rows:
        raise NotFound(NO_ATTEMPT)
    asked: list[Asked] = []
    for row, label in zip(rows, labels(rows), strict=True):
        version = _versions.get(row.id)
        if version is None:
            spec = KINDS[row.kind].Spec.model_validate(row.spec)
            version = _versions[row.id] = Version(row.kind, row.stem, row.stem_html, spec)
        asked.append(Asked(row.number, label, row.question_id, row.option_order, version, row.worth, row.section))
    kinds = {one.question_id: one.version.kind for one in asked if one.label}
    return Sheet(asked, kinds, rows[0].behaviour == Behaviour.INTERACTIVE)


async def sheet_of(actor: Actor, attempt_id: UUID) -> Sheet:
    """`read_sheet`, remembered."""
    key = (person_of(actor), attempt_id)
    sheet = _known.get(key)
    if sheet is None:
        sheet = await ask(actor, read_sheet, attempt_id=attempt_id)
        if len(_known) >= KNOWN_MAX:
            del _known[next(iter(_known))]
        _known[key] = sheet
    return sheet


_versions: WeakValueDictionary[UUID, Version] = WeakValueDictionary()
_known: dict[tuple[UUID, UUID], Sheet] = {}
db.on_change(_known.clear)
db.on_change(_versions.clear)
