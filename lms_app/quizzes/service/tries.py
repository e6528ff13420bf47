"""The answers that a student had checked during an attempt: what they count, and what they have earned.

A hint is earned by a try that was not right, feedback by the answer that it is about, the general feedback by the last
try. Nothing else of a question's key is in a view.
"""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import bindparam
from sqlalchemy import select as columns
from sqlmodel import col

from lms_app.core import text, when
from lms_app.core.words import say
from lms_app.core.work import Work
from lms_app.quizzes import rules
from lms_app.quizzes.kinds import KINDS
from lms_app.quizzes.models import Answer, AnswerTry, Behaviour
from lms_app.quizzes.service import answers
from lms_app.quizzes.views import CheckView

_TRIES = (
    columns(col(AnswerTry.question_id), col(AnswerTry.answer_id), col(AnswerTry.fraction), col(Answer.value))
    .join(Answer, col(Answer.save_id) == col(AnswerTry.answer_id))
    .where(col(AnswerTry.attempt_id) == bindparam("attempt"))
    .order_by(col(AnswerTry.question_id), col(AnswerTry.number))
)


class Try(NamedTuple):
    answer_id: UUID
    fraction: Decimal
    value: str


class Final(NamedTuple):
    """The answer that makes the mark of a question, and at which try it was given."""

    answer_id: UUID | None
    value: str | None
    used: int


def of(work: Work, attempt: Any) -> Mapping[UUID, list[Try]]:
    """What was checked, in order, by question; nothing where answers are not checked."""
    found: dict[UUID, list[Try]] = {}
    if attempt.behaviour == Behaviour.INTERACTIVE:
        work.db.flush()
        for row in work.db.connection().execute(_TRIES, {"attempt": attempt.id}):
            found.setdefault(row.question_id, []).append(Try(row.answer_id, row.fraction, row.value))
    return found


def final(row: Any, tries: Sequence[Try]) -> Final:
    """Once no try is left, the last one; before that the newest answer, which is a try of its own if it is another."""
    if is_settled(row, tries):
        return Final(tries[-1].answer_id, tries[-1].value, len(tries))
    return Final(row.save_id, row.value, len(tries) + (not tries or row.value != tries[-1].value))


def is_settled(row: Any, tries: Sequence[Try]) -> bool:
    return rules.is_settled([one.fraction for one in tries], len(row.hints))


def is_checked(kind: str) -> bool:
    """Whether a machine can say what an answer of this kind is worth."""
    return KINDS[kind].counted and not KINDS[kind].by_hand


def checks(work: Work, attempt: Any) -> Callable[[Any], list[CheckView]]:
    """How the questions of an open attempt tell what their tries have earned: one view, or none."""
    if attempt.behaviour != Behaviour.INTERACTIVE:
        return lambda row: []
    found = of(work, attempt)
    return lambda row: [_view(row, found.get(row.question_id, []))] if is_checked(row.kind) else []


def _view(row: Any, tries: Sequence[Try]) -> CheckView:
    settled = is_settled(row, tries)
    if not tries:
        return CheckView(settled=False, outcome="", said=_before(row), feedback_html="", hints=[])
    kind, last = KINDS[row.kind], tries[-1]
    mark = kind.grade(answers.spec_of(row), answers.parsed(row.kind, last.value))
    feedback = [mark.feedback, row.feedback] if settled else [mark.feedback]
    return CheckView(
        settled=settled,
        outcome="correct" if last.fraction == 1 else "partly" if last.fraction else "incorrect",
        said=_after(row, tries) if settled else _between(row, len(tries)),
        feedback_html="\n".join(text.to_html(said, heading_shift=3) for said in feedback if said),
        hints=[text.to_html(hint, heading_shift=3) for hint in row.hints[: len(tries) - (last.fraction == 1)]],
    )


def _before(row: Any) -> str:
    allowed = len(row.hints) + 1
    if allowed == 1:
        return say("You have one try.")
    cost = (
        say("Each one after the first costs {penalty} of the points.", penalty=when.percent(row.penalty))
        if row.penalty
        else ""
    )
    return f"{say('You have {n} tries.', n=allowed)} {cost}".strip()


def _between(row: Any, used: int) -> str:
    left = len(row.hints) + 1 - used
    worth = rules.after_tries(rules.ONE, row.penalty, used + 1)
    tries = when.plural(left, "try", "tries")
    return say("{tries} left. The next is worth up to {share} of the points.", tries=tries, share=when.percent(worth))


def _after(row: Any, tries: Sequence[Try]) -> str:
    points = rules.points_of(rules.after_tries(tries[-1].fraction, row.penalty, len(tries)), row.points)
    given = {"points": when.points(points), "all": when.points(row.points)}
    if len(tries) > 1:
        return say("{points} of {all} points at try {number}.", **given, number=len(tries))
    return say("{points} of {all} points.", **given)
