"""A bank and its quizzes as a tree of files says them, under the ids that they have there. For `exchange`.

A question that is there already gets a new version: attempts keep the one that they showed.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Unpack
from uuid import UUID

from sqlalchemy import delete, insert, update
from sqlmodel import col, select

from lms_app.core.errors import Conflict, NotFound
from lms_app.core.work import Work
from lms_app.courses import service as courses
from lms_app.courses.models import OutlineItem
from lms_app.policy import Can
from lms_app.quizzes.models import Category, Place, Question, QuestionTag, Quiz, Slot
from lms_app.quizzes.service.authoring import (
    NO_QUESTION,
    QuizSettings,
    add_to_bank,
    change_quiz,
    settled,
)
from lms_app.quizzes.service.bank import Wanted, check_wanted, tags_of
from lms_app.quizzes.service.categories import check_name, in_tree, read_tree, remove_category
from lms_app.quizzes.service.door import enter_quiz
from lms_app.quizzes.service.editing import rewrite
from lms_app.quizzes.service.moving import Filed

ANY = Wanted()
TAKEN = "The id {id} belongs to something else here. Give it a new one."


@dataclass(frozen=True, slots=True)
class Planted:
    """What stands in a quiz: a question, a draw from the bank, or a section, by what is set."""

    question_id: UUID | None = None
    draws: int = 0
    points: Decimal = Decimal(0)
    wanted: Wanted = ANY
    title: str = ""
    shuffle: bool = False


def plant_categories(work: Work, *, course_id: UUID, categories: Sequence[tuple[UUID, str, UUID | None]]) -> None:
    """Categories of the bank by id, name and the one above, those above first. Others stay (`prune_categories`)."""
    courses.enter(work, course_id, Can.AUTHOR)
    tree = read_tree(work, course_id)
    for category_id, name, parent_id in categories:
        row = tree.of.get(category_id)
        if row is None and work.db.get(Category, category_id) is not None:
            raise Conflict(TAKEN.format(id=category_id))
        if row is not None and (row.name, row.parent_id) == (name, parent_id):
            continue
        kept = row or Category(id=category_id, course_id=course_id, name=name)
        kept.name, kept.parent_id = check_name(tree, name, parent_id, but=category_id), parent_id
        work.db.add(kept)
        work.db.flush()
        tree.of[category_id] = kept


def prune_categories(work: Work, *, course_id: UUID, keep: Sequence[UUID]) -> None:
    """Take away all other categories; what is in them goes to the one above."""
    courses.enter(work, course_id, Can.AUTHOR)
    for category_id in read_tree(work, course_id).of.keys() - set(keep):
        remove_category(work, category_id=category_id)


def plant_questions(work: Work, *, course_id: UUID, questions: Mapping[UUID, Filed]) -> None:
    """Questions of the bank by their ids. Those that were taken out come back; files are the caller's.

    As many statements for a thousand new ones as for three.
    """
    courses.enter(work, course_id, Can.AUTHOR)
    tree = read_tree(work, course_id)
    for category_id in {one.category_id for one in questions.values()}:
        in_tree(tree, category_id)
    run = work.db.connection().execute
    there: dict[UUID, Question] = {}
    for ids in _some(list(questions)):
        there |= {row.id: row for row in work.db.exec(select(Question).where(col(Question.id).in_(ids)))}
        run(delete(QuestionTag).where(col(QuestionTag.question_id).in_(ids)))
    for question in there.values():
        if question.course_id != course_id:
            raise Conflict(TAKEN.format(id=question.id))
        question.removed_at = None
        rewrite(work, question, questions[question.id].draft, None)
    new = [question_id for question_id in questions if question_id not in there]
    add_to_bank(work, course_id, [questions[question_id].draft for question_id in new], as_ids=new)
    work.db.flush()
    places: dict[tuple[UUID | None, str], list[UUID]] = {}
    for question_id, one in questions.items():
        places.setdefault((one.category_id, one.difficulty), []).append(question_id)
    for (category_id, difficulty), filed in places.items():
        for ids in _some(filed):
            its = update(Question).where(col(Question.id).in_(ids))
            run(its.values(category_id=category_id, difficulty=difficulty))
    tags = [
        {"question_id": question_id, "tag": tag} for question_id, one in questions.items() for tag in tags_of(one.tags)
    ]
    if tags:
        run(insert(QuestionTag), tags)
    work.db.expire_all()


def _some(ids: Sequence[UUID]) -> Iterator[Sequence[UUID]]:
    for at in range(0, len(ids), 500):
        yield ids[at : at + 500]


def plant_quiz(
    work: Work, *, item_id: UUID, slots: Sequence[Planted] | None = None, **settings: Unpack[QuizSettings]
) -> None:
    """The settings of a quiz, and what stands in it (None leaves that). Attempts that are open keep what they have."""
    item, _membership = courses.enter_item(work, item_id, Can.AUTHOR)
    if work.db.get(Quiz, item_id) is None:
        work.db.add(Quiz(item_id=item_id, course_id=item.course_id))
        work.db.flush()
    entered = enter_quiz(work, item_id, Can.AUTHOR)
    change_quiz(work, entered, settings)
    if slots is not None:
        _fill(work, entered.quiz, slots)
    settled(work, entered.quiz, work.db.get_one(OutlineItem, item_id).title, [])


def _fill(work: Work, quiz: Quiz, slots: Sequence[Planted]) -> None:
    rows = work.db.exec(
        select(Slot).where(col(Slot.quiz_id) == quiz.item_id).order_by(col(Slot.position), col(Slot.id))
    ).all()
    asked = {row.question_id: row for row in rows if row.question_id is not None}
    _check_questions(work, quiz, [one.question_id for one in slots if one.question_id is not None])
    # What is no question has no name of its own: the first one of its sort is taken over.
    free = {
        place: [row for row in rows if row.place == place and row.removed_at is None]
        for place in (Place.DRAW, Place.SECTION)
    }
    used: list[Slot] = []
    for position, one in enumerate(slots):
        if one.question_id is not None:
            slot = asked.get(one.question_id) or Slot(quiz_id=quiz.item_id, question_id=one.question_id)
        else:
            place = Place.DRAW if one.draws else Place.SECTION
            slot = free[place].pop(0) if free[place] else Slot(quiz_id=quiz.item_id, place=place)
            wanted = check_wanted(work, quiz.course_id, one.wanted)
            slot.draws, slot.points, slot.title, slot.shuffle = one.draws, one.points, one.title, one.shuffle
            slot.category_id, slot.tags, slot.difficulty = wanted.category_id, list(wanted.tags), wanted.difficulty
        slot.position, slot.removed_at = position, None
        work.db.add(slot)
        used.append(slot)
    for row in rows:
        if row.removed_at is None and row not in used:
            row.removed_at = work.now
            work.db.add(row)
    work.db.flush()


def _check_questions(work: Work, quiz: Quiz, question_ids: Sequence[UUID]) -> None:
    found: Mapping[UUID, UUID] = {
        row.id: row.course_id for row in work.db.exec(select(Question).where(col(Question.id).in_(question_ids))).all()
    }
    if any(found.get(one) != quiz.course_id for one in question_ids):
        raise NotFound(NO_QUESTION)
