"""How an attempt ends: by its student or by the clock, once, and what follows.

The job and every reader use the same function, so an attempt whose end has passed is closed by whoever comes first,
with the deadline as its end (`docs.moodle.org/dev/Quiz_time_controls_on_attempts`).
"""

import contextlib
from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

from sqlalchemy import update
from sqlmodel import col, select

from lms_app.core.errors import Forbidden, NotFound
from lms_app.core.work import Work
from lms_app.courses import service as courses
from lms_app.courses.models import Completion, OutlineItem
from lms_app.grades import service as grades
from lms_app.quizzes import rules
from lms_app.quizzes.kinds import KINDS
from lms_app.quizzes.models import AnswerMark, Attempt, AttemptQuestion, Grading, Quiz, State
from lms_app.quizzes.service import answers, tries
from lms_app.quizzes.service.authoring import QUIZ, worth


def close_overdue(work: Work, *, limit: int = 50) -> int:
    """Close attempts whose end has passed and return how many; the job calls it until there are none.

    For jobs: anybody else gets Forbidden.
    """
    if not work.actor.is_admin:
        raise Forbidden()
    due = work.db.exec(
        select(Attempt)
        .where(col(Attempt.state) == State.OPEN, col(Attempt.deadline_at) < work.now)
        .order_by(col(Attempt.deadline_at))
        .limit(limit)
    ).all()
    return sum(close_if_overdue(work, attempt) for attempt in due)


def grade_again(work: Work, *, attempt_id: UUID) -> None:
    """Grade an attempt that is over once more: an answer had arrived in time, and was written down after the end.

    The student's own, or by jobs. Grading twice changes nothing.
    """
    attempt = work.db.get(Attempt, attempt_id)
    if attempt is None or not (work.actor.is_admin or attempt.user_id == work.actor.user_id):
        raise NotFound()
    if attempt.state != State.OPEN:
        _grade(work, attempt)


# ---- For the other modules of this package: the door was theirs.


def close_if_overdue(work: Work, attempt: Attempt) -> bool:
    """Close an open attempt if nothing that arrives now could count. True if this call did it."""
    if attempt.state != State.OPEN or not rules.is_overdue(work.now, attempt.deadline_at, attempt.grace_seconds):
        return False
    return end(work, attempt, State.EXPIRED)


def end(work: Work, attempt: Attempt, state: State) -> bool:
    """End an open attempt and grade it. True if this call did it, False if another one was first."""
    # Twenty callers may come at once. The WHERE lets only one of them match, and the row's lock makes saves wait.
    done = work.db.connection().execute(
        update(Attempt)
        .where(col(Attempt.id) == attempt.id, col(Attempt.state) == State.OPEN)
        .values(state=state, finished_at=rules.finished_at(work.now, attempt.deadline_at))
    )
    work.db.refresh(attempt)
    if done.rowcount != 1:
        return False
    _grade(work, attempt)
    return True


def _grade(work: Work, attempt: Attempt) -> None:
    asked = answers.asked(work, attempt.id)
    by_hand = _marks_by_hand(work, attempt) if any(KINDS[row.kind].by_hand for row in asked) else {}
    checked = tries.of(work, attempt)
    earned: list[Decimal | None] = []
    for row in asked:
        kind = KINDS[row.kind]
        answer_id, value, used = tries.final(row, checked.get(row.question_id, []))
        answer = answers.parsed(row.kind, value)
        mark = kind.grade(answers.spec_of(row), answer)
        blank = kind.is_blank(answer)
        fraction = rules.ZERO if blank else mark.fraction
        if fraction is not None and used > 1:
            fraction = rules.after_tries(fraction, row.penalty, used)
        points = None if fraction is None else rules.points_of(fraction, row.points)
        feedback = "" if blank else mark.feedback
        given = by_hand.get(row.question_id)
        # Whoever marked has read this answer; one that came after it is to be read first.
        if given is not None and given.answer_id == (None if blank else answer_id):
            points, fraction, feedback = given.points, rules.fraction_of(given.points, row.points), given.comment
        earned.append(points)
        work.db.connection().execute(
            update(AttemptQuestion)
            .where(col(AttemptQuestion.attempt_id) == attempt.id, col(AttemptQuestion.number) == row.number)
            .values(
                answer_id=None if blank else answer_id,
                fraction=fraction,
                points=points,
                feedback=feedback,
            )
        )
    total_up(work, attempt, earned)


def _marks_by_hand(work: Work, attempt: Attempt) -> dict[UUID, AnswerMark]:
    """The newest of each question."""
    marks = select(AnswerMark).where(col(AnswerMark.attempt_id) == attempt.id).order_by(col(AnswerMark.version))
    return {mark.question_id: mark for mark in work.db.exec(marks).all()}


def total_up(work: Work, attempt: Attempt, earned: Sequence[Decimal | None]) -> None:
    """The attempt's mark out of those of its questions, once all have one, and what follows."""
    whole = [points for points in earned if points is not None]
    # As the database would say it: who submits first must not read 4.000 where others read 4.
    attempt.points = sum(whole, rules.ZERO).normalize() + 0 if len(whole) == len(earned) else None
    work.db.add(attempt)
    work.db.flush()
    _record(work, attempt)


def _record(work: Work, attempt: Attempt) -> None:
    """The grade that all finished attempts make together, and the item's completion. A trial makes neither."""
    if attempt.trial:
        return
    quiz = work.db.get_one(Quiz, attempt.quiz_id)
    item = work.db.get_one(OutlineItem, attempt.quiz_id)
    finished = [
        rules.Finished(other.number, other.points, other.points_max)
        for other in work.db.exec(
            select(Attempt).where(
                col(Attempt.quiz_id) == attempt.quiz_id,
                col(Attempt.user_id) == attempt.user_id,
                col(Attempt.state) != State.OPEN,
                ~col(Attempt.trial),
            )
        ).all()
    ]
    _count, points_max = worth(work, quiz.item_id)
    points = rules.grade(Grading(quiz.grading), finished, points_max)
    graded = grades.item_of(work, source_kind=QUIZ, source_id=quiz.item_id)
    if points is not None:
        grades.record(
            work,
            item_id=graded.id,
            user_id=attempt.user_id,
            points=points,
            points_max=points_max,
            reason=f"Attempt {attempt.number}",
        )
    if item.completion != Completion.PASS or rules.passed(points, points_max, quiz.pass_fraction):
        # Whoever became staff since has nothing to complete.
        with contextlib.suppress(NotFound):
            courses.mark_complete(work, item_id=quiz.item_id, user_id=attempt.user_id)
    elif points is None:  # else the mark has told it
        with contextlib.suppress(NotFound):
            courses.tell_progress(work, course_id=quiz.course_id, user_id=attempt.user_id)
