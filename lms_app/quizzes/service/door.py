"""The doors of a quiz, and the rows behind them. Every other module of this package comes in through here."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Executable
from sqlmodel import col, select

from lms_app.core.errors import LmsError, NotFound, NotSignedIn
from lms_app.core.work import Actor, Work
from lms_app.courses import service as courses
from lms_app.courses.models import OutlineItem
from lms_app.policy import Can
from lms_app.quizzes.models import Attempt, Quiz

NO_QUIZ = "We could not find that quiz. It may have moved, or you may not have access."
NO_ATTEMPT = "We could not find that attempt. It may belong to somebody else."
NO_QUESTION = "We could not find that question in this attempt."


@dataclass(frozen=True, slots=True)
class Entered:
    """A quiz that somebody came to, and as what."""

    quiz: Quiz
    item: OutlineItem
    membership: courses.Membership
    terms: courses.Terms  # what it asks of them


def enter_quiz(work: Work, item_id: UUID, can: Can) -> Entered:
    """Come to a quiz to do `can`. Raises NotFound to strangers, Forbidden to members without the right."""
    try:
        item, membership = courses.enter_item(work, item_id, can)
    except NotFound:
        raise NotFound(NO_QUIZ) from None
    quiz = work.db.get(Quiz, item_id)
    if quiz is None:
        raise NotFound(NO_QUIZ)
    return Entered(quiz, item, membership, courses.own_terms(work, item_id, membership, usual(quiz, item)))


def usual(quiz: Quiz, item: OutlineItem) -> courses.Terms:
    """What a quiz asks of everybody, before exceptions."""
    return courses.Terms(
        opens_at=item.opens_at,
        due_at=item.due_at,
        closes_at=quiz.closes_at,
        limit_minutes=quiz.limit_minutes,
        attempts_allowed=quiz.attempts_allowed,
    )


def last_closing(work: Work, quiz: Quiz) -> datetime | None:
    """When the quiz has closed for everybody, also for those with an extension."""
    return last_closings(work, [quiz])[quiz.item_id]


def last_closings(work: Work, quizzes: Iterable[Quiz]) -> dict[UUID, datetime | None]:
    each = {
        quiz.item_id: (quiz.course_id, courses.Terms(closes_at=quiz.closes_at, limit_minutes=quiz.limit_minutes))
        for quiz in quizzes
    }
    return courses.last_closings(work, each)


def own_attempt(work: Work, attempt_id: UUID) -> Attempt:
    """The actor's own attempt. Anybody else's is not there, whoever asks."""
    attempt = work.db.exec(
        select(Attempt).where(col(Attempt.id) == attempt_id, col(Attempt.user_id) == work.user_id)
    ).first()
    if attempt is None:
        raise NotFound(NO_ATTEMPT)
    see(work, attempt.course_id, Can.SEE)
    return attempt


def readable_attempt(work: Work, attempt_id: UUID) -> tuple[Attempt, bool]:
    """One's own attempt, or a learner's for whoever may grade: then the second value is True."""
    attempt = work.db.get(Attempt, attempt_id)
    if attempt is None or (attempt.trial and attempt.user_id != work.actor.user_id):
        raise NotFound(NO_ATTEMPT)
    if attempt.user_id == work.actor.user_id:
        see(work, attempt.course_id, Can.SEE)
        return attempt, False
    see(work, attempt.course_id, Can.GRADE)
    return attempt, True


def see(work: Work, course_id: UUID, can: Can) -> courses.Membership:
    """A fellow student gets the same answer as a stranger: that there is such an attempt is nobody's business."""
    try:
        return courses.enter(work, course_id, can)
    except LmsError:
        raise NotFound(NO_ATTEMPT) from None


def person_of(actor: Actor) -> UUID:
    """Who takes part. Raises NotSignedIn for visitors and jobs: no attempt is theirs."""
    if actor.user_id is None:
        raise NotSignedIn()
    return actor.user_id


def one(work: Work, statement: Executable, **given: Any) -> Any:
    """One plain row of a prebuilt statement, or None: past the Session, which would only wrap it once more."""
    work.db.flush()
    return work.db.connection().execute(statement, given).first()
