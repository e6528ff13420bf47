"""Where marks come from: what the rooms that collect work know of each student, and where one looks at it.

`SOURCES` has an entry for each kind of item, by the `source_kind` of its marks. Columns made by hand have none.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Select, bindparam, case, func, type_coerce, union_all
from sqlalchemy import select as columns
from sqlmodel import col

from lms_app.core import when
from lms_app.core.db import IdText
from lms_app.core.work import Work
from lms_app.courses.models import ItemOverride, OutlineItem
from lms_app.quizzes import rules as quiz_rules
from lms_app.quizzes.kinds import KINDS
from lms_app.quizzes.models import Attempt, AttemptQuestion, Grading, QuestionVersion, Quiz, State
from lms_app.quizzes.service import QUIZ
from lms_app.web import routes

COLUMN = "column"  # made by hand
# When work is due: as the outline says, else when its room takes no more. By an exception, the same way.
DUE = func.coalesce(col(OutlineItem.due_at), col(Quiz.closes_at))
OWN_DUE = func.coalesce(col(ItemOverride.due_at), col(ItemOverride.closes_at))
CLOSES = (Quiz, col(Quiz.item_id) == col(OutlineItem.id))
TEXTS = [name for name, kind in KINDS.items() if not kind.counted]


@dataclass(frozen=True, slots=True)
class Answered:
    """One answer in the work behind a mark."""

    title: str
    points: Decimal
    points_max: Decimal


@dataclass(frozen=True, slots=True)
class Behind:
    """The work behind a mark: where it is read, what counts of it, and its answers, which sum to what it earned."""

    url: str
    note: str
    answers: Sequence[Answered] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """`handed` selects source_id, user_id, handed_in_at (microseconds) and waits (0 or 1: for a person who marks) of all
    work handed in to the course `:course`. `url` leads whoever marks to it, `edit_url` to what it is worth."""

    noun: str
    handed: Select[*tuple[Any, ...]]
    url: Callable[[str, str], str]
    edit_url: Callable[[str, str], str]
    behind: Callable[[Work, Sequence[UUID], UUID], Mapping[str, Behind]]


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
        col(QuestionVersion.kind).not_in(TEXTS),
    )
    .order_by(col(AttemptQuestion.attempt_id), col(AttemptQuestion.number))
)


def _behind_quizzes(work: Work, quiz_ids: Sequence[UUID], user_id: UUID) -> dict[str, Behind]:
    """The attempt that made each grade, or all of them where their average counts. Two queries."""
    run = work.db.connection().execute
    rows = run(_ATTEMPTS, {"quizzes": list(quiz_ids), "user": user_id}).all()
    theirs = {quiz_id: list(group) for quiz_id, group in groupby(rows, key=lambda row: row.quiz_id)}
    counted = {quiz_id: _counted(attempts) for quiz_id, attempts in theirs.items()}
    chosen = [attempts[0].id for attempts in counted.values() if len(attempts) == 1]
    answers: dict[UUID, list[Answered]] = {}
    for row in run(_ANSWERS, {"attempts": chosen}) if chosen else ():
        its = answers.setdefault(row.attempt_id, [])
        its.append(Answered(f"Question {len(its) + 1}", row.points or Decimal(0), row.worth))
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
            return [max(graded, key=lambda one: quiz_rules.fraction_of(one.points or Decimal(0), one.points_max))]


def _attempt(row: Any) -> Answered:
    return Answered(f"Attempt {row.number}", row.points or Decimal(0), row.points_max)


def _note(attempts: Sequence[Any], counted: Sequence[Any]) -> str:
    if len(attempts) == 1:
        return ""
    if len(counted) > 1:
        return f"The average of {len(counted)} attempts."
    return f"Attempt {counted[0].number} of {when.plural(len(attempts), 'attempt')} counts."


SOURCES: dict[str, Source] = {
    QUIZ: Source(
        noun="quiz",
        handed=columns(
            col(Attempt.quiz_id).label("source_id"),
            col(Attempt.user_id).label("user_id"),
            func.min(col(Attempt.finished_at)).label("handed_in_at"),
            func.max(case((col(Attempt.points).is_(None), 1), else_=0)).label("waits"),
        )
        .where(col(Attempt.course_id) == bindparam("course"), *_OVER)
        .group_by(col(Attempt.quiz_id), col(Attempt.user_id)),
        url=routes.quiz_results,
        edit_url=routes.quiz_settings,
        behind=_behind_quizzes,
    )
}


@lru_cache(8)
def handed(kinds: tuple[str, ...]) -> Any:
    """All work handed in to the course `:course`, of these kinds, as one table."""
    return union_all(*(SOURCES[kind].handed for kind in kinds)).subquery("handed")


@lru_cache(8)
def handed_in(kinds: tuple[str, ...], *, everybody: bool) -> Any:
    """What has been handed in by everybody or by the people `:users`: ids as text, moments as microseconds."""
    table = handed(kinds)
    statement = columns(
        type_coerce(table.c.source_id, IdText()),
        type_coerce(table.c.user_id, IdText()),
        type_coerce(table.c.handed_in_at, BigInteger()),
        table.c.waits,
    )
    return statement if everybody else statement.where(table.c.user_id.in_(bindparam("users", expanding=True)))
