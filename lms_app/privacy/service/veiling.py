"""What a person may see of their own marks by now: the take-out must not show more than the pages do.

Conditions are stricter than the pages, never laxer: who has an extension may see something there a little earlier.
"""

from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, Table, and_, or_
from sqlalchemy import select as columns

from lms_app.core.work import Work
from lms_app.privacy.service.finding import table_of

Condition = Callable[[Work, Table], ColumnElement[bool]]


def _quiz(shown: str) -> Condition:
    """The quiz shows it when an attempt is over, or it has closed and shows it then."""

    def condition(work: Work, table: Table) -> ColumnElement[bool]:
        attempt, quiz = table_of("attempt"), table_of("quiz")
        over = and_(attempt.c.state != "open", or_(quiz.c[shown] == "submit", _closed(work, quiz, shown)))
        allowed: Any = columns(attempt.c.id).join(quiz, quiz.c.item_id == attempt.c.quiz_id).where(over)
        return table.c["id" if table.name == "attempt" else "attempt_id"].in_(allowed)

    return condition


def _closed(work: Work, quiz: Table, shown: str) -> ColumnElement[bool]:
    return and_(quiz.c[shown].in_(("last", "close")), quiz.c.closes_at.is_not(None), quiz.c.closes_at <= work.now)


def _released(_work: Work, table: Table) -> ColumnElement[bool]:
    submission, release = table_of("submission"), table_of("grade_release")
    published: Any = columns(submission.c.id).join(release, release.c.assignment_id == submission.c.assignment_id)
    return table.c.submission_id.in_(published)


def _shown_item(work: Work, table: Table) -> ColumnElement[bool]:
    item = table_of("grade_item")
    dated = and_(item.c.shown_from.is_not(None), item.c.shown_from <= work.now)
    shown: Any = columns(item.c.id).where(item.c.removed_at.is_(None), or_(~item.c.hidden, dated))
    return table.c.item_id.in_(shown)


CONDITIONS: dict[str, Condition] = {
    "quiz_marks": _quiz("show_marks"),
    "quiz_feedback": _quiz("show_feedback"),
    "released": _released,
    "shown_item": _shown_item,
}
