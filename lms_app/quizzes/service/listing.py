"""What courses tell about a quiz in outlines and lists (`courses.ITEM_KINDS`)."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import and_, func
from sqlalchemy import select as columns
from sqlmodel import col

from lms_app.core import when
from lms_app.core.work import Work
from lms_app.courses import service as courses
from lms_app.courses.models import Completion
from lms_app.quizzes.models import Attempt, Question, Quiz, State
from lms_app.web import routes


def describe(work: Work, item_ids: Sequence[UUID], user_id: UUID) -> Mapping[UUID, courses.ItemFacts]:
    """Facts of quizzes for one student, in one query. Not a door: the outline's reader came through one."""
    asked = (
        columns(func.count())
        .select_from(Question)
        .where(col(Question.quiz_id) == col(Quiz.item_id), col(Question.removed_at).is_(None))
        .correlate(Quiz)
        .scalar_subquery()
    )
    opened = and_(
        col(Attempt.quiz_id) == col(Quiz.item_id), col(Attempt.user_id) == user_id, col(Attempt.state) == State.OPEN
    )
    statement = (
        columns(
            col(Quiz.item_id),
            col(Quiz.limit_minutes),
            col(Quiz.attempts_allowed),
            col(Quiz.closes_at),
            asked.label("questions"),
            col(Attempt.id).label("open_id"),
        )
        .outerjoin(Attempt, opened)
        .where(col(Quiz.item_id).in_(item_ids))
    )
    return {
        row.item_id: courses.ItemFacts(
            state="now" if row.open_id else "",
            minutes=row.limit_minutes or 0,
            note=_note(row.questions, row.attempts_allowed),
            due_at=row.closes_at,
        )
        for row in work.db.connection().execute(statement)
    }


def _note(questions: int, attempts: int | None) -> str:
    said = when.plural(questions, "question")
    return f"{said} · {when.plural(attempts, 'attempt')}" if attempts else said


# For `lms_app.py`: courses.ITEM_KINDS[QUIZ] = QUIZ_ITEM
QUIZ_ITEM = courses.ItemKind(
    icon="list-checks",
    noun="quiz",
    nouns="quizzes",
    verb="Start quiz",
    url=routes.quiz,
    completion=Completion.SUBMIT,
    describe=describe,
    results_url=routes.quiz_results,
)
