"""Submitting: once, however often and from wherever it is asked for."""

from uuid import UUID

from lms_app.core.work import Work
from lms_app.quizzes import rules
from lms_app.quizzes.models import State
from lms_app.quizzes.service import closing, reviewing
from lms_app.quizzes.service.door import own_attempt
from lms_app.quizzes.views import ResultView


def submit(work: Work, *, attempt_id: UUID) -> ResultView:
    """End one's attempt and grade what a machine can grade.

    Twice, in two tabs, by page and by REST: every caller gets the same result. One whose end has passed is closed by
    the clock, with what was saved in time. Raises NotFound (not yours, or not there).
    """
    attempt = own_attempt(work, attempt_id)
    overdue = rules.is_overdue(work.now, attempt.deadline_at, attempt.grace_seconds)
    closing.end(work, attempt, State.EXPIRED if overdue else State.SUBMITTED)
    return reviewing.result(work, attempt_id=attempt_id)
