"""What follows when extensions of a quiz change: open attempts get their new end, and results wait for the last of them."""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel import col, select

from lms_app.core.work import Work
from lms_app.courses import service as courses
from lms_app.courses.models import OutlineItem
from lms_app.quizzes import rules
from lms_app.quizzes.models import Attempt, Quiz, State
from lms_app.quizzes.service.authoring import settled
from lms_app.quizzes.service.door import usual


def retimed(work: Work, item_ids: Sequence[UUID]) -> None:
    """For `courses.ItemKind.retimed`. An attempt that is over stays over: another one is what an exception can give."""
    quizzes = work.db.exec(
        select(Quiz, OutlineItem)
        .join(OutlineItem, col(OutlineItem.id) == col(Quiz.item_id))
        .where(col(Quiz.item_id).in_(item_ids))
    ).all()
    for quiz, item in quizzes:
        settled(work, quiz, item.title, [])
        end_anew(work, quiz, item)


def end_anew(work: Work, quiz: Quiz, item: OutlineItem) -> None:
    """Give the open attempts of a quiz the end that its terms make for each student now."""
    opened = work.db.exec(
        select(Attempt).where(
            col(Attempt.quiz_id) == quiz.item_id, col(Attempt.state) == State.OPEN, ~col(Attempt.trial)
        )
    ).all()
    if not opened:
        return
    terms = courses.terms_of_each(
        work,
        course_id=quiz.course_id,
        item_id=quiz.item_id,
        user_ids=[attempt.user_id for attempt in opened],
        usual=usual(quiz, item),
    )
    for attempt in opened:
        its = terms[attempt.user_id]
        ends = rules.deadline(attempt.started_at, limit_minutes=its.limit_minutes, closes_at=its.closes_at)
        if ends != attempt.deadline_at:
            attempt.deadline_at = ends
            work.db.add(attempt)
    work.db.flush()
