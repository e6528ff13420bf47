"""Files of questions: pictures in their texts. The bytes and rows are `core.files`, with the scope `question`."""

from uuid import UUID

from sqlmodel import col, select

from lms_app.core import files
from lms_app.core.errors import Forbidden, NotFound
from lms_app.core.work import Work
from lms_app.courses import service as courses
from lms_app.policy import Can
from lms_app.quizzes.models import Attempt, AttemptQuestion, Question, QuestionVersion
from lms_app.quizzes.service.authoring import own_question

QUESTION = "question"


def question_authors_door(work: Work, question_id: UUID) -> None:
    """Who may add and remove a question's files: whoever may write it."""
    own_question(work, question_id)


def question_files_door(work: Work, question_id: UUID) -> None:
    """Who may fetch a question's files: the course's staff, and its students once an attempt of theirs asks it."""
    question = work.db.get(Question, question_id)
    if question is None:
        raise NotFound(files.NO_FILE)
    try:
        courses.enter(work, question.course_id, Can.GRADE)
    except Forbidden:
        asked = (
            select(AttemptQuestion.number)
            .join(Attempt, col(Attempt.id) == col(AttemptQuestion.attempt_id))
            .join(QuestionVersion, col(QuestionVersion.id) == col(AttemptQuestion.version_id))
            .where(col(Attempt.user_id) == work.user_id, col(QuestionVersion.question_id) == question_id)
            .limit(1)
        )
        if work.db.exec(asked).first() is None:
            raise NotFound(files.NO_FILE) from None
