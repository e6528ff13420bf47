"""Trying things out: a question with its renderer and its grader, a quiz as a student has it. Nothing of it counts."""

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from random import Random
from typing import Any
from uuid import UUID

from pydantic import ValidationError
from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select

from lms_app.core import text
from lms_app.core.db import new_id
from lms_app.core.errors import Conflict, Invalid, NotFound
from lms_app.core.files import StoredFile
from lms_app.core.work import Work
from lms_app.policy import Can
from lms_app.quizzes import rules
from lms_app.quizzes.kinds import KINDS
from lms_app.quizzes.models import Answer, AnswerMark, AnswerTry, Attempt, AttemptQuestion, QuestionVersion
from lms_app.quizzes.service import attempting
from lms_app.quizzes.service.authoring import own_question
from lms_app.quizzes.service.door import NO_ATTEMPT, enter_quiz
from lms_app.quizzes.service.filing import ANSWER
from lms_app.quizzes.service.saving import VALUE_MAX
from lms_app.quizzes.service.sheets import Asked, Version
from lms_app.quizzes.views import AttemptView
from lms_app.quizzes.views_bank import Tried, TryView


def show_question(work: Work, *, question_id: UUID) -> TryView:
    """A question as a student would have it now, for whoever writes it; it keeps what its kind drew."""
    version = _newest(work, question_id)
    kind, spec = KINDS[version.kind], KINDS[version.kind].Spec.model_validate(version.spec)
    drawn = kind.draw(spec, Random(new_id().int))
    shown = Version(version.kind, version.stem, version.stem_html, spec)
    label = "1" if kind.counted else ""
    asked = Asked(1, label, version.question_id, drawn, shown, version.points, "")
    return TryView(attempting.question_view(asked, None, None, flagged=False), version.version, drawn)


def try_answer(
    work: Work, *, question_id: UUID, version: int, drawn: Sequence[str], value: str | Mapping[str, Any]
) -> Tried:
    """What an answer to a question would be worth, graded as in an attempt. Nothing is stored.

    Raises Conflict where the question was changed since it was shown, Invalid for what is no answer to it.
    """
    its = _newest(work, question_id)
    if its.version != version:
        raise Conflict("Somebody changed this question meanwhile. Show it again.")
    kind = KINDS[its.kind]
    try:
        given = json.loads(value) if isinstance(value, str) and len(value) <= VALUE_MAX else value
        answer = kind.Answer.model_validate(given)
        spec = kind.settle(kind.Spec.model_validate(its.spec), drawn)
        mark = kind.grade(spec, answer)
    except (ValueError, ValidationError):
        raise Invalid({"value": "This is not an answer to this question."}) from None
    blank = kind.is_blank(answer)
    fraction = Decimal(0) if blank else mark.fraction
    return Tried(
        outcome=rules.outcome(fraction, blank=blank),
        points=None if fraction is None else rules.points_of(fraction, its.points),
        points_max=its.points,
        answer=kind.summarise(spec, answer),
        read_as=kind.read_as(answer),
        solution=kind.solution(spec),
        feedback_html=text.to_html("" if blank else mark.feedback, heading_shift=3),
        general_html=text.to_html(its.feedback, heading_shift=3),
    )


def start_trial(work: Work, *, item_id: UUID) -> AttemptView:
    """Take a quiz as a student would, or go on with one's open trial. It counts nowhere and can be thrown away.

    It begins whether the quiz is open or not. Raises NotFound to strangers, Forbidden to members who do not write,
    Conflict while it asks nothing.
    """
    entered = enter_quiz(work, item_id, Can.AUTHOR)
    attempt = attempting.open_attempt(work, item_id, trial=True)
    if attempt is None:
        try:
            with work.db.begin_nested():
                attempt = attempting.begin(work, entered.quiz, entered.terms, trial=True)
        except IntegrityError:
            raise Conflict("You have an open attempt at this quiz. Load the page again.") from None
    return attempting.read(work, attempt_id=attempt.id)


def discard_trial(work: Work, *, attempt_id: UUID) -> None:
    """Throw one's own trial away, with all that was answered. Raises NotFound for anything that is no trial."""
    attempt = work.db.exec(
        select(Attempt).where(col(Attempt.id) == attempt_id, col(Attempt.user_id) == work.user_id, col(Attempt.trial))
    ).first()
    if attempt is None:
        raise NotFound(NO_ATTEMPT)
    enter_quiz(work, attempt.quiz_id, Can.AUTHOR)
    sent = delete(StoredFile).where(col(StoredFile.scope) == ANSWER, col(StoredFile.scope_id) == attempt_id)
    work.db.connection().execute(sent)
    for rows in (AnswerMark, AnswerTry, Answer, AttemptQuestion):
        work.db.connection().execute(delete(rows).where(col(rows.attempt_id) == attempt_id))
    work.db.delete(attempt)
    work.db.flush()


def _newest(work: Work, question_id: UUID) -> QuestionVersion:
    question = own_question(work, question_id)
    return work.db.exec(
        select(QuestionVersion).where(
            col(QuestionVersion.question_id) == question_id, col(QuestionVersion.version) == question.version
        )
    ).one()
