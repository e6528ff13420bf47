"""How an attempt ends: by its student or by the clock, once, and what follows.

The job and every reader use the same function, so an attempt whose end has passed is closed by whoever comes first,
with the deadline as its end (`docs.moodle.org/dev/Quiz_time_controls_on_attempts`).
"""

import contextlib
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
from lms_app.quizzes.models import Attempt, AttemptQuestion, Grading, Quiz, State
from lms_app.quizzes.service import answers
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
    total: Decimal | None = Decimal(0)
    for row in answers.asked(work, attempt.id):
        kind = KINDS[row.kind]
        answer = answers.parsed(row.kind, row.value)
        mark = kind.grade(answers.spec_of(row), answer)
        blank = kind.is_blank(answer)
        fraction = Decimal(0) if blank else mark.fraction
        points = None if fraction is None else rules.points_of(fraction, row.points)
        total = None if total is None or points is None else total + points
        work.db.connection().execute(
            update(AttemptQuestion)
            .where(col(AttemptQuestion.attempt_id) == attempt.id, col(AttemptQuestion.number) == row.number)
            .values(
                answer_id=None if blank else row.save_id,
                fraction=fraction,
                points=points,
                feedback="" if blank else mark.feedback,
            )
        )
    # As the database would say it: who submits first must not read 4.000 where others read 4.
    attempt.points = None if total is None else total.normalize() + 0
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
