"""Marking by hand: the answers that wait, question by question, and what a person gives for one.

Nothing is overwritten. Each marking is a row of its own, and one that was begun before somebody else's is refused
until its author has heard of that.
"""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import PurePath
from typing import Any
from uuid import UUID

from sqlalchemy import and_, case, func, update
from sqlalchemy import select as columns
from sqlmodel import col

from lms_app.core import audit, text, when
from lms_app.core.errors import Conflict, Invalid, NotFound
from lms_app.core.identity import User
from lms_app.core.work import Work
from lms_app.courses.models import OutlineItem
from lms_app.notifications import service as notifications
from lms_app.notifications.events import Event, register
from lms_app.policy import Can
from lms_app.quizzes import rules
from lms_app.quizzes.kinds import BY_HAND, KINDS
from lms_app.quizzes.models import Answer, AnswerMark, Attempt, AttemptQuestion, Question, QuestionVersion, Slot, State
from lms_app.quizzes.service import answers, closing, door, filing
from lms_app.quizzes.service.authoring import CURRENT
from lms_app.quizzes.service.door import NO_ATTEMPT, NO_QUESTION, enter_quiz
from lms_app.quizzes.views_marking import NO_ANSWER, HandMark, HandQuestion, MarkAnswer, MarkingView
from lms_app.web import routes
from lms_app.web.views import FileLink

MARKED = register(
    Event(
        "quiz_marked",
        label="Marks in quizzes",
        category="Your work",
        title="Marked: {{ title }}",
        text="Your answers in {{ title }} are marked. Points and feedback stand with your results.",
        sample={"course": "Principles of Ecology", "title": "Energy flow", "url": routes.home()},
    )
)
COMMENT_MAX = 20_000
WINDOW_MAX = 100
CLIP = 100
DRAWN_LAST = 1_000_000
WAITS = col(AttemptQuestion.fraction).is_(None)


def marking(
    work: Work,
    *,
    item_id: UUID,
    question_id: UUID | None = None,
    attempt_id: UUID | None = None,
    anonymous: bool = False,
) -> MarkingView:
    """What is marked by hand in a quiz, with one answer to it; what is left open is chosen: the first that waits.

    Raises NotFound to strangers, Forbidden to members who do not grade.
    """
    entered = enter_quiz(work, item_id, Can.GRADE)
    questions = _questions(work, item_id)
    ids = [question.id for question in questions]
    if question_id is None or str(question_id) not in ids:
        question_id = next((UUID(one.id) for one in questions if one.waiting), UUID(ids[0]) if ids else None)
    places = _places(work, item_id, question_id)
    order = [place.attempt_id for place in places]
    waiting = [place.attempt_id for place in places if place.waits]
    if attempt_id not in order:
        attempt_id = next(iter(waiting or order), None)
    at = order.index(attempt_id) if attempt_id else 0
    return MarkingView(
        item_id=str(item_id),
        slug=entered.membership.slug,
        course=entered.membership.title,
        title=entered.item.title,
        questions=questions,
        question_id=str(question_id or ""),
        total=len(order),
        waiting=len(waiting),
        place=at + 1,
        previous=str(order[at - 1]) if at else "",
        next=str(order[at + 1]) if at + 1 < len(order) else "",
        anonymous=anonymous,
        answer=_one(work, attempt_id, places[at].number, anonymous, at + 1) if attempt_id else NO_ANSWER,
    )


def next_waiting(work: Work, *, item_id: UUID, question_id: UUID, attempt_id: UUID) -> UUID | None:
    """The attempt whose answer to the same question waits next, from the beginning again at the end; None when none does."""
    enter_quiz(work, item_id, Can.GRADE)
    places = _places(work, item_id, question_id)
    at = next((number for number, place in enumerate(places) if place.attempt_id == attempt_id), 0)
    return next((place.attempt_id for place in [*places[at:], *places[:at]] if place.waits), None)


def waiting(work: Work, *, item_id: UUID, limit: int, offset: int, anonymous: bool = False) -> list[MarkAnswer]:
    """Answers that wait for a person, the oldest first, in windows of at most 100."""
    enter_quiz(work, item_id, Can.GRADE)
    statement = _FULL.where(col(Attempt.quiz_id) == item_id, _OVER, WAITS).order_by(*_ORDER)
    window = statement.limit(min(max(limit, 1), WINDOW_MAX)).offset(max(offset, 0))
    rows = work.db.connection().execute(window).all()
    attempts = [row.attempt_id for row in rows]
    marks, sent = _marks(work, attempts), filing.sent_in(work, attempts)
    return [
        _view(work, row, marks.get((row.attempt_id, row.question_id), []), sent, anonymous, offset + at)
        for at, row in enumerate(rows, start=1)
    ]


def read_mark(work: Work, *, attempt_id: UUID, number: int) -> MarkAnswer:
    """One answer that is marked by hand, and all that was given for it."""
    _enter(work, attempt_id)
    return _one(work, attempt_id, number)


def mark(
    work: Work, *, attempt_id: UUID, number: int, points: Decimal | None, comment: str = "", seen: int = 0
) -> MarkAnswer:
    """Give points and a comment for an answer; the grade follows once all answers of the attempt have theirs.

    `seen` is the version of the mark that its author saw, 0 for none: raises Conflict where somebody marked meanwhile.
    """
    attempt = _enter(work, attempt_id)
    if attempt.state == State.OPEN:
        raise Conflict("This attempt is still open. Mark it once it is submitted.")
    # Whoever marks another answer of the same attempt waits: the sum must have both.
    work.db.refresh(attempt, with_for_update=True)
    row = _row(work, attempt_id, number)
    given = _checked(points, row.points, comment)
    before = _marks(work, [attempt_id]).get((attempt_id, row.question_id), [])
    version = before[0].version if before else 0
    if version != seen:
        by = (
            f"{before[0].name} marked this answer meanwhile: {when.plural(before[0].points, 'point')}. "
            if before
            else ""
        )
        raise Conflict(by + "Save once more to put yours on top; every mark is kept.")
    work.db.add(
        AnswerMark(
            attempt_id=attempt_id,
            question_id=row.question_id,
            version=version + 1,
            answer_id=row.answer_id,
            points_before=row.earned,
            points=given,
            comment=comment,
            by_id=work.user_id,
            at=work.now,
        )
    )
    work.db.connection().execute(
        update(AttemptQuestion)
        .where(col(AttemptQuestion.attempt_id) == attempt_id, col(AttemptQuestion.number) == number)
        .values(fraction=rules.fraction_of(given, row.points), points=given, feedback=comment)
    )
    audit.record(work, "answer.marked", "attempt", attempt_id, _said(number, row.earned), _said(number, given))
    before_all = attempt.points
    closing.total_up(work, attempt, [one.earned for one in answers.asked(work, attempt_id)])
    if attempt.points is not None and attempt.points != before_all:
        _tell(work, attempt)
    return _one(work, attempt_id, number)


def _tell(work: Work, attempt: Attempt) -> None:
    """The student hears that the last mark is there, or that one was changed; what it is stands on the result's page."""
    quiz = work.db.get_one(OutlineItem, attempt.quiz_id)
    course = door.see(work, attempt.course_id, Can.GRADE)
    data = {"course": course.title, "title": quiz.title, "url": routes.results(attempt.id)}
    notifications.tell(work, [attempt.user_id], MARKED.name, data, key=f"{attempt.id}:{attempt.points:f}")


def _checked(points: Decimal | None, points_max: Decimal, comment: str) -> Decimal:
    wrong: dict[str, str] = {}
    if points is None or not points.is_finite() or not 0 <= points <= points_max or points != round(points, 3):
        wrong["points"] = f"Enter points from 0 to {when.points(points_max)}, like 2.5, with at most three decimals."
    if len(comment) > COMMENT_MAX:
        wrong["comment"] = f"Shorten the comment to {COMMENT_MAX:,} characters."
    if wrong or points is None:
        raise Invalid(wrong)
    return points


def _said(number: int, points: Decimal | None) -> dict[str, Any]:
    return {"question": number, "points": None if points is None else f"{points:f}"}


# ---- Reading

_OVER = and_(col(Attempt.state) != State.OPEN, ~col(Attempt.trial), col(AttemptQuestion.answer_id).is_not(None))
_ORDER = (col(Attempt.finished_at), col(Attempt.id), col(AttemptQuestion.number))
_FULL = (
    columns(
        col(AttemptQuestion.attempt_id),
        col(AttemptQuestion.number),
        col(AttemptQuestion.question_id),
        col(AttemptQuestion.option_order),
        col(AttemptQuestion.answer_id),
        col(AttemptQuestion.points).label("earned"),
        col(AttemptQuestion.feedback).label("comment"),
        col(Attempt.number).label("attempt"),
        col(Attempt.finished_at),
        col(User.name),
        col(Answer.value),
        col(QuestionVersion.kind),
        col(QuestionVersion.points),
        col(QuestionVersion.stem),
        col(QuestionVersion.spec),
    )
    .select_from(AttemptQuestion)
    .join(Attempt, col(Attempt.id) == col(AttemptQuestion.attempt_id))
    .join(QuestionVersion, col(QuestionVersion.id) == col(AttemptQuestion.version_id))
    .join(User, col(User.id) == col(Attempt.user_id))
    .outerjoin(Answer, col(Answer.save_id) == col(AttemptQuestion.answer_id))
)


def _enter(work: Work, attempt_id: UUID) -> Attempt:
    """A learner's attempt, for whoever grades. Its own student gets the same answer as a stranger."""
    attempt = work.db.get(Attempt, attempt_id)
    if attempt is None or attempt.trial:
        raise NotFound(NO_ATTEMPT)
    door.see(work, attempt.course_id, Can.GRADE)
    return attempt


def _row(work: Work, attempt_id: UUID, number: int) -> Any:
    one = _FULL.where(col(AttemptQuestion.attempt_id) == attempt_id, col(AttemptQuestion.number) == number)
    row = work.db.connection().execute(one).first()
    if row is None:
        raise NotFound(NO_QUESTION)
    if row.kind not in BY_HAND:
        raise Conflict("This question is not marked by hand.")
    return row


def _one(work: Work, attempt_id: UUID, number: int, anonymous: bool = False, place: int = 0) -> MarkAnswer:
    row = _row(work, attempt_id, number)
    marks = _marks(work, [attempt_id]).get((attempt_id, row.question_id), [])
    return _view(work, row, marks, filing.sent_in(work, [attempt_id]), anonymous, place)


def _view(work: Work, row: Any, marks: Sequence[Any], sent: filing.Sent, anonymous: bool, place: int) -> MarkAnswer:
    kind, spec, locale = KINDS[row.kind], answers.spec_of(row), work.actor.locale
    given = answers.parsed(row.kind, row.value)
    its = filing.links(sent, row.attempt_id, row.kind, spec, given)
    hidden, said = _nameless(its), kind.summarise(spec, given)
    submitted = when.moment(row.finished_at, work.actor.zone, locale) if row.finished_at else ""
    return MarkAnswer(
        attempt_id=str(row.attempt_id),
        number=row.number,
        question_id=str(row.question_id),
        stem_html=text.to_html(answers.stem_of(row), heading_shift=2),
        notes=kind.solution(spec),
        student=f"Answer {place}" if anonymous else row.name,
        facts="" if anonymous else f"Attempt {row.attempt} · {submitted}",
        answer=_names(hidden) if anonymous and said == _names(its) else said,
        files=hidden if anonymous else its,
        read_as=kind.read_as(given),
        points="" if row.earned is None else when.points(row.earned),
        points_max=when.points(row.points),
        comment=row.comment,
        version=marks[0].version if marks else 0,
        marks=[_mark(work, one) for one in marks],
    )


def _names(sent: Sequence[FileLink]) -> str:
    return "\n".join(one.name for one in sent)


def _nameless(sent: Sequence[FileLink]) -> list[FileLink]:
    """Files often bear the name of whoever sent them."""
    return [replace(one, name=f"File {number}{PurePath(one.name).suffix}") for number, one in enumerate(sent, start=1)]


def _mark(work: Work, one: Any) -> HandMark:
    before = "" if one.points_before is None else when.points(one.points_before)
    at = when.moment(one.at, work.actor.zone, work.actor.locale)
    return HandMark(by=one.name, when=at, before=before, points=when.points(one.points), comment=one.comment)


def _marks(work: Work, attempt_ids: Sequence[UUID]) -> dict[tuple[UUID, UUID], list[Any]]:
    """What people gave for the answers of attempts, by attempt and question, the newest first."""
    statement = (
        columns(
            col(AnswerMark.attempt_id),
            col(AnswerMark.question_id),
            col(AnswerMark.version),
            col(AnswerMark.points_before),
            col(AnswerMark.points),
            col(AnswerMark.comment),
            col(AnswerMark.at),
            col(User.name),
        )
        .join(User, col(User.id) == col(AnswerMark.by_id))
        .where(col(AnswerMark.attempt_id).in_(attempt_ids))
        .order_by(col(AnswerMark.version).desc())
    )
    work.db.flush()
    found: dict[tuple[UUID, UUID], list[Any]] = {}
    for row in work.db.connection().execute(statement):
        found.setdefault((row.attempt_id, row.question_id), []).append(row)
    return found


def _questions(work: Work, item_id: UUID) -> list[HandQuestion]:
    """What is marked by hand and has answers, in the order of the quiz; what it drew comes last."""
    counted = (
        columns(
            col(AttemptQuestion.question_id),
            func.count().label("answers"),
            func.count(case((WAITS, 1))).label("waiting"),
        )
        .join(Attempt, col(Attempt.id) == col(AttemptQuestion.attempt_id))
        .join(QuestionVersion, col(QuestionVersion.id) == col(AttemptQuestion.version_id))
        .where(col(Attempt.quiz_id) == item_id, _OVER, col(QuestionVersion.kind).in_(BY_HAND))
        .group_by(col(AttemptQuestion.question_id))
        .subquery()
    )
    statement = (
        columns(col(Question.id), col(QuestionVersion.stem), counted.c.answers, counted.c.waiting)
        .join(counted, counted.c.question_id == col(Question.id))
        .join(QuestionVersion, CURRENT)
        .outerjoin(Slot, and_(col(Slot.question_id) == col(Question.id), col(Slot.quiz_id) == item_id))
        .order_by(func.coalesce(col(Slot.position), DRAWN_LAST), col(Question.id))
    )
    return [
        HandQuestion(id=str(row.id), text=text.plain(row.stem)[:CLIP], answers=row.answers, waiting=row.waiting)
        for row in work.db.connection().execute(statement)
    ]


def _places(work: Work, item_id: UUID, question_id: UUID | None) -> Sequence[Any]:
    """The answers to one question, in the order in which they came in."""
    statement = (
        columns(col(AttemptQuestion.attempt_id), col(AttemptQuestion.number), WAITS.label("waits"))
        .join(Attempt, col(Attempt.id) == col(AttemptQuestion.attempt_id))
        .where(col(Attempt.quiz_id) == item_id, col(AttemptQuestion.question_id) == question_id, _OVER)
        .order_by(*_ORDER)
    )
    return work.db.connection().execute(statement).all()
