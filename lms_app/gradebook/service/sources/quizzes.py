"""What quizzes tell the gradebook: attempts that are over, and the answers of those that count."""

from collections.abc import Sequence
from decimal import Decimal
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, case, func
from sqlalchemy import select as columns
from sqlmodel import col

from lms_app.core import when
from lms_app.core.words import say
from lms_app.core.work import Work
from lms_app.courses.views import Membership
from lms_app.gradebook.service.sources.shape import Answered, Behind, Source
from lms_app.quizzes import rules
from lms_app.quizzes.kinds import KINDS
from lms_app.quizzes.models import Attempt, AttemptQuestion, Grading, QuestionVersion, Quiz, State
from lms_app.web import routes

_TEXTS = [name for name, kind in KINDS.items() if not kind.counted]
_OVER = (col(Attempt.state) != State.OPEN, ~col(Attempt.trial))
_ATTEMPTS = (
    columns(
        col(Attempt.id),
        col(Attempt.quiz_id),
        col(Attempt.number),
        col(Attempt.points),
        col(Attempt.points_max),
        col(Quiz.grading),
    )
    .join(Quiz, col(Quiz.item_id) == col(Attempt.quiz_id))
    .where(
        col(Attempt.quiz_id).in_(bindparam("quizzes", expanding=True)),
        col(Attempt.user_id) == bindparam("user"),
        *_OVER,
    )
    .order_by(col(Attempt.quiz_id), col(Attempt.number))
)
_ANSWERS = (
    columns(
        col(AttemptQuestion.attempt_id),
        col(AttemptQuestion.number),
        col(AttemptQuestion.points),
        col(AttemptQuestion.worth),
    )
    .join(QuestionVersion, col(QuestionVersion.id) == col(AttemptQuestion.version_id))
    .where(
        col(AttemptQuestion.attempt_id).in_(bindparam("attempts", expanding=True)),
        col(QuestionVersion.kind).not_in(_TEXTS),
    )
    .order_by(col(AttemptQuestion.attempt_id), col(AttemptQuestion.number))
)


def _behind(work: Work, _membership: Membership, quiz_ids: Sequence[UUID], user_id: UUID) -> dict[str, Behind]:
    """The attempt that made each grade, or all of them where their average counts. Two queries."""
    run = work.db.connection().execute
    rows = run(_ATTEMPTS, {"quizzes": list(quiz_ids), "user": user_id}).all()
    theirs = {quiz_id: list(group) for quiz_id, group in groupby(rows, key=lambda row: row.quiz_id)}
    counted = {quiz_id: _counted(attempts) for quiz_id, attempts in theirs.items()}
    chosen = [attempts[0].id for attempts in counted.values() if len(attempts) == 1]
    answers: dict[UUID, list[Answered]] = {}
    for row in run(_ANSWERS, {"attempts": chosen}) if chosen else ():
        its = answers.setdefault(row.attempt_id, [])
        its.append(Answered(say("Question {number}", number=len(its) + 1), row.points or Decimal(0), row.worth))
    found: dict[str, Behind] = {}
    for quiz_id, attempts in theirs.items():
        its = counted[quiz_id]
        parts = answers.get(its[0].id, ()) if len(its) == 1 else [_attempt(one) for one in its]
        found[str(quiz_id)] = Behind(routes.results(its[-1].id), _note(attempts, its), parts)
    return found


def _counted(attempts: Sequence[Any]) -> list[Any]:
    graded = [one for one in attempts if one.points is not None] or attempts
    match Grading(attempts[0].grading):
        case Grading.FIRST:
            return list(attempts[:1])
        case Grading.LAST:
            return list(attempts[-1:])
        case Grading.AVERAGE:
            return list(graded)
        case Grading.HIGHEST:
            return [max(graded, key=lambda one: rules.fraction_of(one.points or Decimal(0), one.points_max))]


def _attempt(row: Any) -> Answered:
    return Answered(say("Attempt {number}", number=row.number), row.points or Decimal(0), row.points_max)


def _note(attempts: Sequence[Any], counted: Sequence[Any]) -> str:
    if len(attempts) == 1:
        return ""
    if len(counted) > 1:
        return say("The average of {n} attempts.", n=len(counted))
    return say(
        "Attempt {number} of {attempts} counts.",
        number=counted[0].number,
        attempts=when.plural(len(attempts), "attempt"),
    )


_HANDED = (
    columns(
        col(Attempt.quiz_id).label("source_id"),
        col(Attempt.user_id).label("user_id"),
        func.min(col(Attempt.finished_at)).label("handed_in_at"),
        func.max(case((col(Attempt.points).is_(None), 1), else_=0)).label("waits"),
    )
    .where(*_OVER)
    .group_by(col(Attempt.quiz_id), col(Attempt.user_id))
)
QUIZZES = Source(
    noun="quiz",
    handed=_HANDED.join(Quiz, col(Quiz.item_id) == col(Attempt.quiz_id)).where(
        col(Quiz.course_id) == bindparam("course")
    ),
    handed_by=_HANDED.where(
        col(Attempt.course_id) == bindparam("course"), col(Attempt.user_id).in_(bindparam("users", expanding=True))
    ),
    url=routes.quiz_results,
    edit_url=routes.quiz_settings,
    behind=_behind,
)
