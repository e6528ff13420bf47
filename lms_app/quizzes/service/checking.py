"""Checking an answer during an attempt: once for each answer, however often it is asked for."""

from uuid import UUID

from lms_app.core.errors import Conflict, Invalid, NotFound
from lms_app.core.work import Work
from lms_app.quizzes.kinds import KINDS
from lms_app.quizzes.kinds.base import clamp
from lms_app.quizzes.models import AnswerTry, Behaviour, State
from lms_app.quizzes.service import answers, attempting, closing, tries
from lms_app.quizzes.service.door import NO_QUESTION, own_attempt
from lms_app.quizzes.views import TurnView


def check(work: Work, *, attempt_id: UUID, number: int) -> TurnView:
    """Use one try of a question on the answer that is saved. The same answer again, or one after the last try, uses none.

    Of an attempt that is over nothing is shown. Raises NotFound (not yours, or not there), Conflict where answers are
    not checked, Invalid without an answer.
    """
    attempt = own_attempt(work, attempt_id)
    closing.close_if_overdue(work, attempt)
    if attempt.state != State.OPEN:
        return attempting.turn_to(work, attempt_id=attempt_id)
    # Another tab that checks at the same moment waits, and finds this try.
    work.db.refresh(attempt, with_for_update=True)
    row = answers.asked_one(work, attempt_id, number)
    if row is None:
        raise NotFound(NO_QUESTION)
    if attempt.behaviour != Behaviour.INTERACTIVE or not tries.is_checked(row.kind):
        raise Conflict("This answer is not checked before the attempt is over.")
    if row.blank is not False:
        raise Invalid({"value": "Answer the question first, then check it."})
    before = tries.of(work, attempt).get(row.question_id, [])
    if not tries.is_settled(row, before) and not (before and before[-1].value == row.value):
        fraction = KINDS[row.kind].grade(answers.spec_of(row), answers.parsed(row.kind, row.value)).fraction
        assert fraction is not None
        work.db.add(
            AnswerTry(
                attempt_id=attempt_id,
                question_id=row.question_id,
                number=len(before) + 1,
                answer_id=row.save_id,
                fraction=clamp(fraction),
                at=work.now,
            )
        )
        work.db.flush()
    return attempting.turn_to(work, attempt_id=attempt_id, number=number)
