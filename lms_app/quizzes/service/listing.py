"""What courses tell about a quiz in outlines and lists (`courses.ITEM_KINDS`)."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import and_, bindparam, func
from sqlalchemy import select as columns
from sqlmodel import col

from lms_app.core import when
from lms_app.core.words import later
from lms_app.core.work import Work
from lms_app.courses import service as courses
from lms_app.courses.models import Completion, ItemOverride
from lms_app.quizzes.models import Attempt, Question, Quiz, Slot, State
from lms_app.quizzes.service.authoring import ASKED
from lms_app.quizzes.service.copying import begin_quiz, copy_quiz
from lms_app.quizzes.service.retiming import retimed
from lms_app.web import routes

_ASKED = (
    columns(ASKED)
    .select_from(Slot)
    .outerjoin(Question, col(Question.id) == col(Slot.question_id))
    .where(col(Slot.quiz_id) == col(Quiz.item_id), col(Slot.removed_at).is_(None))
    .correlate(Quiz)
    .scalar_subquery()
)
_OPENED = and_(
    col(Attempt.quiz_id) == col(Quiz.item_id),
    col(Attempt.user_id) == bindparam("user"),
    col(Attempt.state) == State.OPEN,
    ~col(Attempt.trial),
)


def _own(its: Any, usual: Any, kindest: Any) -> Any:
    return courses.or_own(col(Quiz.item_id), its, usual, kindest)


# Built once: building it took a third of an outline's time.
_FACTS = (
    columns(
        col(Quiz.item_id),
        _own(col(ItemOverride.limit_minutes), col(Quiz.limit_minutes), courses.most).label("limit_minutes"),
        _own(col(ItemOverride.attempts_allowed), col(Quiz.attempts_allowed), courses.most).label("attempts_allowed"),
        _own(col(ItemOverride.closes_at), col(Quiz.closes_at), func.max).label("closes_at"),
        _ASKED.label("questions"),
        col(Attempt.id).label("open_id"),
    )
    .outerjoin(Attempt, _OPENED)
    .where(col(Quiz.item_id).in_(bindparam("items", expanding=True)))
)


def describe(work: Work, item_ids: Sequence[UUID], user_id: UUID) -> Mapping[UUID, courses.ItemFacts]:
    """Facts of quizzes for one student, in one query. Not a door: the outline's reader came through one."""
    rows = work.db.connection().execute(_FACTS, {"user": user_id, "items": list(item_ids)})
    return {
        row.item_id: courses.ItemFacts(
            state="now" if row.open_id else "",
            minutes=row.limit_minutes or 0,
            note=_note(row.questions, row.attempts_allowed),
            due_at=row.closes_at,
        )
        for row in rows
    }


def _note(questions: int, attempts: int | None) -> str:
    said = when.plural(questions, "question")
    return f"{said} · {when.plural(attempts, 'attempt')}" if attempts else said


# For `lms_app.py`: courses.ITEM_KINDS[QUIZ] = QUIZ_ITEM
QUIZ_ITEM = courses.ItemKind(
    icon="list-checks",
    noun="quiz",
    nouns="quizzes",
    verb=later("Start quiz"),
    url=routes.quiz,
    completion=Completion.SUBMIT,
    describe=describe,
    results_url=routes.quiz_results,
    edit_url=routes.quiz_edit,
    begin=begin_quiz,
    copy=copy_quiz,
    allows=("opens_at", "closes_at", "limit_minutes", "attempts_allowed", "released"),
    retimed=retimed,
)
