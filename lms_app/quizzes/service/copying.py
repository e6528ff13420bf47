"""A quiz of one's own to begin with: an empty one, or another one's settings and questions. For `courses.ITEM_KINDS`."""

import json
from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlmodel import col, select

from lms_app.core import files
from lms_app.core.work import Work
from lms_app.courses.models import OutlineItem
from lms_app.quizzes.models import Category, Question, QuestionVersion, Quiz, Slot
from lms_app.quizzes.service.attaching import QUESTION
from lms_app.quizzes.service.authoring import append, create_quiz, draft_of, settled, slots_of


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
    slots = slots_of(work, from_id)
    drafts = [draft_of(version, question.haystack) for _slot, question, version in slots if question and version]
    refs = append(work, quiz, drafts)
    asked = [question.id for _slot, question, version in slots if question and version]
    copy_pictures(work, {old: ref.id for old, ref in zip(asked, refs, strict=True)})
    if len(drafts) < len(slots):
        _arrange(work, quiz, slots)
    settled(work, quiz, new.title, refs)


def copy_pictures(work: Work, copies: Mapping[UUID, UUID]) -> None:
    """Give new questions the files of those that they are copies of, and their texts the new addresses."""
    for question_id, addresses in files.copy_all(work, QUESTION, copies).items():
        readdress(work, question_id, addresses)


def readdress(work: Work, question_id: UUID, addresses: Mapping[str, str]) -> None:
    """Give the texts of a new question the new addresses of its files."""
    (version,) = work.db.exec(select(QuestionVersion).where(col(QuestionVersion.question_id) == question_id)).all()
    version.stem = files.moved(version.stem, addresses)
    version.stem_html = files.moved(version.stem_html, addresses)
    version.feedback = files.moved(version.feedback, addresses)
    version.hints = [files.moved(hint, addresses) for hint in version.hints]
    version.spec = json.loads(files.moved(json.dumps(version.spec), addresses))
    work.db.add(version)
    work.db.flush()


def _arrange(
    work: Work,
    quiz: Quiz,
    slots: Sequence[tuple[Slot, Question | None, QuestionVersion | None]],
) -> None:
    """Draws and headings between the questions, as they stood. A category stays behind in its course."""
    made = work.db.exec(select(Slot).where(col(Slot.quiz_id) == quiz.item_id).order_by(col(Slot.position))).all()
    copies = iter(made)
    for position, (slot, question, _version) in enumerate(slots):
        copy = next(copies) if question else Slot(**slot.model_dump(exclude={"id", "quiz_id"}), quiz_id=quiz.item_id)
        copy.position = position
        if copy.category_id and work.db.get_one(Category, copy.category_id).course_id != quiz.course_id:
            copy.category_id = None
        work.db.add(copy)
    work.db.flush()
