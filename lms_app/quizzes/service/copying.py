"""A quiz of one's own to begin with: an empty one, or another one's settings and questions. For `courses.ITEM_KINDS`."""

from uuid import UUID

from lms_app.core.work import Work
from lms_app.courses.models import OutlineItem
from lms_app.quizzes.models import Quiz
from lms_app.quizzes.service.authoring import append, create_quiz, current_questions, draft_of, settled


def begin_quiz(work: Work, module_id: UUID, title: str) -> OutlineItem:
    """An empty quiz at the end of a module, hidden for now."""
    ref = create_quiz(work, module_id=module_id, title=title, item={"published": False})
    return work.db.get_one(OutlineItem, ref.item_id)


def copy_quiz(work: Work, from_id: UUID, new: OutlineItem) -> None:
    """The settings and the present questions of a quiz, for a new item. Both doors were passed."""
    quiz = Quiz.model_validate(work.db.get_one(Quiz, from_id).model_dump())
    quiz.item_id, quiz.course_id = new.id, new.course_id
    work.db.add(quiz)
    work.db.flush()
    drafts = [draft_of(version) for _question, version in current_questions(work, from_id)]
    settled(work, quiz, new.title, append(work, quiz, drafts))
