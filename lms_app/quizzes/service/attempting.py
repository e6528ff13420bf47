"""Taking a quiz: begin, turn the pages, flag, look at all before submitting, and settle what two tabs did."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Any
from uuid import UUID

from sqlalchemy import Row, bindparam, func, update
from sqlalchemy import select as columns
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select
from uuid_utils.compat import uuid7

from lms_app.core import text, when
from lms_app.core.db import new_id
from lms_app.core.errors import Conflict, NotFound
from lms_app.core.words import say
from lms_app.core.work import Work
from lms_app.courses import service as courses
from lms_app.courses.models import CourseStatus, ItemOverride, OutlineItem
from lms_app.policy import Can
from lms_app.quizzes import rules
from lms_app.quizzes.kinds import KINDS
from lms_app.quizzes.models import Answer, Attempt, AttemptQuestion, QuestionVersion, Quiz, State
from lms_app.quizzes.service import answers, closing, door, drawing, saving, tries
from lms_app.quizzes.service.authoring import worth
from lms_app.quizzes.service.door import NO_ATTEMPT, NO_QUESTION, Entered, enter_quiz, own_attempt
from lms_app.quizzes.service.sheets import Asked, Version
from lms_app.quizzes.views import (
    NO_QUESTION as EMPTY,
)
from lms_app.quizzes.views import (
    AttemptLine,
    AttemptView,
    Cell,
    CheckView,
    ClashView,
    QuestionView,
    ReviewRow,
    ReviewView,
    TimeView,
    TurnView,
)

STEM_CLIP = 120
NOTHING_ASKED = "This quiz has no questions yet."

# Statements are built once: SQLAlchemy then compiles them once, too.
_ALLOWED = courses.or_own(
    col(Attempt.quiz_id), col(ItemOverride.attempts_allowed), col(Quiz.attempts_allowed), courses.most
)
_OWN = (
    columns(
        col(Attempt.id),
        col(Attempt.quiz_id),
        col(Attempt.course_id),
        col(Attempt.number),
        col(Attempt.state),
        col(Attempt.started_at),
        col(Attempt.deadline_at),
        col(Attempt.grace_seconds),
        col(Attempt.current),
        col(Attempt.behaviour),
        col(Attempt.trial),
        func.nullif(_ALLOWED, courses.NO_LIMIT).label("attempts_allowed"),
        col(OutlineItem.title),
    )
    .join(Quiz, col(Quiz.item_id) == col(Attempt.quiz_id))
    .join(OutlineItem, col(OutlineItem.id) == col(Attempt.quiz_id))
    .where(col(Attempt.id) == bindparam("attempt"), col(Attempt.user_id) == bindparam("user"))
)
_MOVE = update(Attempt).where(col(Attempt.id) == bindparam("attempt")).values(current=bindparam("number_"))
_FLAG = (
    update(AttemptQuestion)
    .where(col(AttemptQuestion.attempt_id) == bindparam("attempt"), col(AttemptQuestion.number) == bindparam("number_"))
    .values(flagged=bindparam("to"))
)


def start(work: Work, *, item_id: UUID) -> AttemptView:
    """Begin an attempt, or go on with the open one: starting twice, also from two tabs, begins one.

    The clock runs from now and the shuffles are fixed. Raises NotFound or Forbidden at the door (also before the quiz
    opens), Conflict when it has closed, no attempt is left, or it has no questions.
    """
    entered = enter_quiz(work, item_id, Can.ATTEMPT)
    attempt = open_attempt(work, item_id)
    for last in (False, True):
        if attempt is not None:
            return read(work, attempt_id=attempt.id)
        if reason := blocked(work, entered, used_attempts(work, item_id)):
            raise Conflict(reason)
        try:
            with work.db.begin_nested():
                attempt = begin(work, entered.quiz, entered.terms)
        except IntegrityError:
            # Another tab began at the same moment, and perhaps has submitted already: look again.
            if last:
                raise
            attempt = open_attempt(work, item_id)
    raise Conflict("Another tab is starting this quiz. Load the page again.")


def read(work: Work, *, attempt_id: UUID) -> AttemptView:
    """One's own attempt, closed on the way if its end has passed."""
    head = _head(work, attempt_id)
    return _view(work, head, answers.places(work, attempt_id))


def turn_to(work: Work, *, attempt_id: UUID, number: int = 0) -> TurnView:
    """Turn to a question, and resume there from now on, also on another device; 0 is where one was.

    Of an attempt that is over nothing is shown. Raises NotFound for a number that the attempt has not got.
    """
    head = _head(work, attempt_id)
    places = answers.places(work, attempt_id)
    if head.attempt.state != State.OPEN:
        return TurnView(_view(work, head, places), [], EMPTY)
    number = number or head.attempt.current
    question = _question(work, head, number, places)
    if head.attempt.current != number:
        work.db.connection().execute(_MOVE, {"attempt": attempt_id, "number_": number})
    return TurnView(_view(work, head, places, current=number), _cells(places), question)


def read_question(work: Work, *, attempt_id: UUID, number: int) -> QuestionView:
    """A question of one's own open attempt, without moving to it."""
    head = _head(work, attempt_id)
    _still_open(head)
    return _question(work, head, number, answers.places(work, attempt_id))


def read_questions(work: Work, *, attempt_id: UUID) -> list[QuestionView]:
    """All questions of one's own open attempt."""
    head = _head(work, attempt_id)
    _still_open(head)
    rows = answers.asked(work, attempt_id)
    checked = tries.checks(work, head.attempt)
    return [_question_view(row, label, checked(row)) for row, label in zip(rows, answers.labels(rows), strict=True)]


def flag(work: Work, *, attempt_id: UUID, number: int, flagged: bool) -> list[Cell]:
    """Mark a question to look at again, or not any more."""
    _still_open(_head(work, attempt_id))
    done = work.db.connection().execute(_FLAG, {"attempt": attempt_id, "number_": number, "to": flagged})
    if done.rowcount != 1:
        raise NotFound(NO_QUESTION)
    return _cells(answers.places(work, attempt_id))


def review(work: Work, *, attempt_id: UUID) -> ReviewView:
    """All questions of one's own attempt, with what has no answer yet."""
    head = _head(work, attempt_id)
    asked = answers.asked(work, attempt_id) if head.attempt.state == State.OPEN else []
    rows = [
        ReviewRow(
            number=row.number,
            label=label,
            text=text.plain(answers.stem_of(row))[:STEM_CLIP],
            answered=row.blank is False,
            flagged=row.flagged,
        )
        for row, label in zip(asked, answers.labels(asked), strict=True)
        if label
    ]
    used = used_attempts(work, head.attempt.quiz_id)
    return ReviewView(
        attempt=_view(work, head, rows),
        rows=rows,
        unanswered=sum(not row.answered for row in rows),
        is_last=rules.attempts_left(used, head.attempt.attempts_allowed) == 0,
    )


def time(work: Work, *, attempt_id: UUID) -> TimeView:
    """How long an attempt still has. Asked by a page whose own clock has run out: at the end, it is submitted."""
    attempt = own_attempt(work, attempt_id)
    left = rules.seconds_left(work.now, attempt.deadline_at)
    if left == 0:
        closing.end(work, attempt, _ending(work, attempt))
    return TimeView(over=attempt.state != State.OPEN, now=work.now, seconds_left=left)


def clash(work: Work, *, attempt_id: UUID, save_id: UUID) -> ClashView:
    """What a tab had, whose save was kept but does not count, beside the answer that does."""
    attempt = own_attempt(work, attempt_id)
    stale = _row(work, attempt, save_id)
    place = work.db.exec(
        select(AttemptQuestion.number).where(
            col(AttemptQuestion.attempt_id) == attempt.id, col(AttemptQuestion.question_id) == stale.question_id
        )
    ).one()
    row = answers.asked_one(work, attempt.id, place)
    assert row is not None
    return ClashView(
        question_id=str(stale.question_id),
        number=place,
        save_id=str(save_id),
        mine=_said(row, stale.value),
        theirs=_said(row, row.value),
    )


def choose(work: Work, *, attempt_id: UUID, save_id: UUID) -> TurnView:
    """Let the answer of `save_id` count: after a clash the student picked it. It becomes the newest answer."""
    attempt = own_attempt(work, attempt_id)
    chosen = _row(work, attempt, save_id)
    newest = work.db.exec(select(func.max(Answer.seq)).where(col(Answer.attempt_id) == attempt.id)).one()
    saving.save(
        work,
        attempt_id=attempt.id,
        question_id=chosen.question_id,
        save_id=uuid7(),
        base_seq=newest or 0,
        value=chosen.value,
    )
    return turn_to(work, attempt_id=attempt_id)


def my_attempts(work: Work, *, item_id: UUID | None = None, limit: int = 50, offset: int = 0) -> list[AttemptLine]:
    """The actor's own attempts, newest first; at one quiz, or at all. Marks that are not shown yet are left out."""
    statement = select(Attempt, Quiz).join(Quiz, col(Quiz.item_id) == col(Attempt.quiz_id))
    statement = statement.where(col(Attempt.user_id) == work.user_id, ~col(Attempt.trial))
    if item_id is not None:
        enter_quiz(work, item_id, Can.SEE)
        statement = statement.where(col(Attempt.quiz_id) == item_id)
    statement = statement.order_by(col(Attempt.started_at).desc(), col(Attempt.number).desc())
    rows = work.db.exec(statement.limit(limit).offset(offset)).all()
    closings = door.last_closings(work, [quiz for _attempt, quiz in rows])
    lines: list[AttemptLine] = []
    for attempt, quiz in rows:
        shown = attempt.state != State.OPEN and rules.is_shown(
            rules.Show(quiz.show_marks), work.now, closes_at=closings[quiz.item_id], left=None
        )
        lines.append(
            AttemptLine(
                id=str(attempt.id),
                item_id=str(attempt.quiz_id),
                number=attempt.number,
                state=attempt.state,
                started_at=attempt.started_at,
                finished_at=attempt.finished_at,
                points=attempt.points if shown else None,
                points_max=attempt.points_max,
            )
        )
    return lines


# ---- For the other modules of this package: the door was theirs.


def open_attempt(work: Work, item_id: UUID, *, trial: bool = False) -> Attempt | None:
    """The actor's open attempt at a quiz; one whose end has passed is closed on the way."""
    found = work.db.exec(
        select(Attempt).where(
            col(Attempt.quiz_id) == item_id,
            col(Attempt.user_id) == work.user_id,
            col(Attempt.state) == State.OPEN,
            col(Attempt.trial) == trial,
        )
    ).first()
    if found is not None:
        closing.close_if_overdue(work, found)
    return found if found is not None and found.state == State.OPEN else None


def used_attempts(work: Work, item_id: UUID) -> int:
    return work.db.exec(
        select(func.count())
        .select_from(Attempt)
        .where(col(Attempt.quiz_id) == item_id, col(Attempt.user_id) == work.user_id, ~col(Attempt.trial))
    ).one()


def blocked(work: Work, entered: Entered, used: int) -> str:
    """Why no new attempt can begin now, as a sentence; empty when one can."""
    terms = entered.terms
    if entered.membership.status == CourseStatus.ARCHIVED:
        return courses.ARCHIVED
    if terms.closes_at is not None and rules.is_closed(work.now, terms.closes_at):
        return say(
            "This quiz closed on {moment}.", moment=when.moment(terms.closes_at, work.actor.zone, work.actor.locale)
        )
    if rules.attempts_left(used, terms.attempts_allowed) == 0:
        return say("You have used your only attempt.") if used == 1 else say("You have used all {n} attempts.", n=used)
    if not worth(work, entered.quiz.item_id)[0]:
        return NOTHING_ASKED
    return ""


def begin(work: Work, quiz: Quiz, terms: courses.Terms, *, trial: bool = False) -> Attempt:
    """Raises Conflict where there is nothing to ask."""
    attempt_id = new_id()
    # Seeded by the attempt, and stored: what was shown can always be told again.
    rng = Random(attempt_id.int)
    laid = drawing.lay_out(work, quiz, rng)
    if not any(KINDS[one.version.kind].counted for one in laid):
        raise Conflict(NOTHING_ASKED)
    attempt = Attempt(
        id=attempt_id,
        quiz_id=quiz.item_id,
        course_id=quiz.course_id,
        user_id=work.user_id,
        number=_next_number(work, quiz.item_id),
        started_at=work.now,
        behaviour=quiz.behaviour,
        deadline_at=rules.deadline(
            work.now,
            limit_minutes=terms.limit_minutes,
            closes_at=None if trial and rules.is_closed(work.now, terms.closes_at) else terms.closes_at,
        ),
        grace_seconds=quiz.grace_seconds,
        points_max=sum((one.worth for one in laid), rules.ZERO),
        trial=trial,
    )
    work.db.add(attempt)
    work.db.flush()
    work.db.add_all(
        [
            AttemptQuestion(
                attempt_id=attempt.id,
                number=number,
                question_id=one.version.question_id,
                version_id=one.version.id,
                worth=one.worth,
                section=one.section,
                option_order=_drawn(quiz, one.version, rng),
            )
            for number, one in enumerate(laid, start=1)
        ]
    )
    work.db.flush()
    return attempt


@dataclass(frozen=True, slots=True)
class _Head:
    """One's own attempt as plain columns, with its quiz's, and what one is in the course."""

    attempt: Any
    membership: courses.Membership


def _head(work: Work, attempt_id: UUID) -> _Head:
    """The door of the pages that students turn all the time: two statements. Closes what is overdue on the way."""
    row = door.one(work, _OWN, attempt=attempt_id, user=work.user_id)
    if row is None:
        raise NotFound(NO_ATTEMPT)
    membership = door.see(work, row.course_id, Can.SEE)
    if row.state == State.OPEN and rules.is_overdue(work.now, row.deadline_at, row.grace_seconds):
        closing.close_if_overdue(work, work.db.get_one(Attempt, attempt_id))
        row = door.one(work, _OWN, attempt=attempt_id, user=work.user_id)
    return _Head(row, membership)


def _view(work: Work, head: _Head, places: Sequence[answers.Place | ReviewRow], current: int = 0) -> AttemptView:
    attempt = head.attempt
    return AttemptView(
        id=str(attempt.id),
        item_id=str(attempt.quiz_id),
        slug=head.membership.slug,
        course=head.membership.title,
        title=attempt.title,
        number=attempt.number,
        attempts_allowed=attempt.attempts_allowed or 0,
        state=attempt.state,
        started_at=attempt.started_at,
        deadline_at=attempt.deadline_at,
        now=work.now,
        seconds_left=rules.seconds_left(work.now, attempt.deadline_at),
        questions=sum(place.label != "" for place in places),
        current=current or attempt.current,
        trial=attempt.trial,
    )


def _next_number(work: Work, item_id: UUID) -> int:
    newest = select(func.max(Attempt.number)).where(
        col(Attempt.quiz_id) == item_id, col(Attempt.user_id) == work.user_id
    )
    return (work.db.exec(newest).one() or 0) + 1


def _drawn(quiz: Quiz, version: QuestionVersion, rng: Random) -> list[str]:
    kind = KINDS[version.kind]
    if not (quiz.shuffle_options or kind.always_drawn):
        return []
    return kind.draw(kind.Spec.model_validate(version.spec), rng)


def _ending(work: Work, attempt: Attempt) -> State:
    overdue = rules.is_overdue(work.now, attempt.deadline_at, attempt.grace_seconds)
    return State.EXPIRED if overdue else State.SUBMITTED


def _still_open(head: _Head) -> None:
    if head.attempt.state != State.OPEN:
        raise Conflict("This attempt is over.")


def _cells(places: list[answers.Place]) -> list[Cell]:
    return [Cell(place.number, place.answered, place.flagged, place.label) for place in places]


def _question(work: Work, head: _Head, number: int, places: Sequence[answers.Place]) -> QuestionView:
    row = answers.asked_one(work, head.attempt.id, number)
    if row is None:
        raise NotFound(NO_QUESTION)
    label = next(place.label for place in places if place.number == number)
    return _question_view(row, label, tries.checks(work, head.attempt)(row))


def _question_view(row: Row[Any], label: str, checks: list[CheckView]) -> QuestionView:
    spec = KINDS[row.kind].Spec.model_validate(row.spec)
    version = Version(row.kind, row.stem, row.stem_html, spec)
    asked = Asked(row.number, label, row.question_id, row.option_order, version, row.points, row.section)
    return replace(question_view(asked, row.value, row.seq, row.flagged), checks=checks)


def question_view(asked: Asked, value: str | None, seq: int | None, flagged: bool) -> QuestionView:
    """A question as its student sees it, with the answer that counts so far."""
    version = asked.version
    kind = KINDS[version.kind]
    spec = kind.settle(version.spec, asked.option_order)
    stem = kind.stem(spec, version.stem)
    answer = answers.parsed(version.kind, value)
    return QuestionView(
        id=str(asked.question_id),
        number=asked.number,
        label=asked.label,
        section=asked.section,
        kind=version.kind,
        note=f"{when.plural(asked.worth, 'point')} · {_told(kind.instruction)}" if asked.label else "",
        stem_html=version.stem_html if stem == version.stem else text.to_html(stem),
        prompt=kind.prompt(spec, asked.option_order),
        value=answer.model_dump(mode="json"),
        seq=seq or 0,
        flagged=flagged,
        read_as=kind.read_as(answer),
        checks=[],
    )


def _row(work: Work, attempt: Attempt, save_id: UUID) -> Answer:
    row = work.db.exec(
        select(Answer).where(col(Answer.save_id) == save_id, col(Answer.attempt_id) == attempt.id)
    ).first()
    if row is None:
        raise NotFound(NO_ATTEMPT)
    return row


def _said(row: Row[Any], value: str | None) -> str:
    kind = KINDS[row.kind]
    return kind.summarise(answers.spec_of(row), answers.parsed(row.kind, value)) or say("No answer")


def _told(instruction: str) -> str:
    """What to do, inside of a line."""
    said = say(instruction).rstrip(".")
    return said[:1].lower() + said[1:]
