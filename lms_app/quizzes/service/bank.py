"""The question bank of a course: find questions, see where they are used, and change many at once."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, func, insert, update
from sqlalchemy import delete as remove
from sqlalchemy import select as columns
from sqlmodel import col, select

from lms_app.core import text, when
from lms_app.core.errors import Conflict, Invalid, NotFound
from lms_app.core.work import Work
from lms_app.courses import rules as course_rules
from lms_app.courses import service as courses
from lms_app.courses.models import OutlineItem
from lms_app.policy import Can
from lms_app.quizzes.kinds import KINDS
from lms_app.quizzes.models import (
    Attempt,
    AttemptQuestion,
    Difficulty,
    Question,
    QuestionTag,
    QuestionVersion,
    Quiz,
    Slot,
)
from lms_app.quizzes.service.authoring import CURRENT, NO_QUESTION, Draft, add_to_bank, own_question
from lms_app.quizzes.service.categories import Tree, in_tree, read_tree
from lms_app.quizzes.views import QuestionRef
from lms_app.quizzes.views_bank import BankRow, BankView, QuestionUse
from lms_app.web import routes
from lms_app.web.views import Choice

WINDOW = 50
WINDOW_MAX = 100
SEARCH_MAX = 200
MANY_MAX = 500  # questions that are changed at once
TAGS_MAX = 20  # of a question
TAG_MAX = 40
CLIP = 200

_ASKED_BY = and_(col(Slot.question_id) == col(Question.id), col(Slot.removed_at).is_(None))
_QUIZZES = columns(func.count()).select_from(Slot).where(_ASKED_BY).correlate(Question).scalar_subquery()


@dataclass(frozen=True, slots=True)
class Wanted:
    """Questions of a bank: of a category and all below it, with all of the tags, of a difficulty. Empty is any."""

    category_id: UUID | None = None
    tags: Sequence[str] = ()
    difficulty: str = ""


def bank(
    work: Work,
    *,
    slug: str,
    search: str = "",
    kind: str = "",
    wanted: Wanted = Wanted(),
    unused: bool = False,
    limit: int = WINDOW,
    offset: int = 0,
) -> BankView:
    """The questions of a course that match, the newest change first, in windows of at most 100.

    Raises NotFound to strangers, Forbidden to members who do not write.
    """
    membership = courses.enter_by_slug(work, slug, Can.AUTHOR)
    tree = read_tree(work, membership.course_id)
    conditions = matching(membership.course_id, tree, wanted)
    conditions += [
        col(Question.haystack).contains(course_rules.folded(word), autoescape=True)
        for word in search[:SEARCH_MAX].replace("\0", " ").split()
    ]
    if kind:
        conditions.append(col(Question.kind) == kind)
    if unused:
        conditions.append(~exists().where(_ASKED_BY))
    run = work.db.connection().execute
    total = run(columns(func.count()).select_from(Question).where(*conditions)).scalar_one()
    window = (
        columns(col(Question.id))
        .where(*conditions)
        .order_by(col(Question.changed_at).desc(), col(Question.id))
        .limit(min(max(limit, 1), WINDOW_MAX))
        .offset(max(offset, 0))
    )
    return BankView(
        slug=membership.slug,
        course=membership.title,
        total=total,
        rows=_rows(work, tree, run(window).scalars().all()),
        categories=tree.refs(),
        tags=_tags(work, membership.course_id),
        quizzes=_quizzes(work, membership.course_id),
    )


def question_uses(work: Work, *, question_id: UUID) -> list[QuestionUse]:
    """The quizzes that ask a question or have asked it, each with how many attempts did, for whoever writes here."""
    question = own_question(work, question_id)
    asked = (
        columns(col(Attempt.quiz_id), func.count().label("attempts"))
        .join(AttemptQuestion, col(AttemptQuestion.attempt_id) == col(Attempt.id))
        .join(QuestionVersion, col(QuestionVersion.id) == col(AttemptQuestion.version_id))
        .where(col(QuestionVersion.question_id) == question_id, ~col(Attempt.trial))
        .group_by(col(Attempt.quiz_id))
        .subquery()
    )
    here = and_(
        col(Slot.quiz_id) == col(Quiz.item_id), col(Slot.question_id) == question_id, col(Slot.removed_at).is_(None)
    )
    statement = (
        columns(col(Quiz.item_id), col(OutlineItem.title), col(Slot.id).label("slot_id"), asked.c.attempts)
        .join(OutlineItem, col(OutlineItem.id) == col(Quiz.item_id))
        .outerjoin(Slot, here)
        .outerjoin(asked, asked.c.quiz_id == col(Quiz.item_id))
        .where(col(Quiz.course_id) == question.course_id, (col(Slot.id).is_not(None)) | (asked.c.attempts.is_not(None)))
        .order_by(func.lower(OutlineItem.title), col(Quiz.item_id))
    )
    slug = courses.enter(work, question.course_id, Can.AUTHOR).slug
    return [
        QuestionUse(
            quiz_id=str(row.item_id),
            title=row.title,
            asks=row.slot_id is not None,
            attempts=row.attempts or 0,
            url=routes.quiz_edit(slug, row.item_id, question_id if row.slot_id else ""),
        )
        for row in work.db.connection().execute(statement)
    ]


def add_questions_to_bank(work: Work, *, slug: str, questions: Sequence[Draft]) -> list[QuestionRef]:
    """New questions that stand in no quiz yet, drafted before."""
    return add_to_bank(work, courses.enter_by_slug(work, slug, Can.AUTHOR).course_id, questions)


def tag_questions(
    work: Work, *, slug: str, question_ids: Sequence[UUID], add: Sequence[str] = (), drop: Sequence[str] = ()
) -> int:
    """Put tags on questions, or take them off, and return how many questions there were."""
    ids = _own(work, slug, question_ids)
    added, dropped = tags_of(add), tags_of(drop)
    run = work.db.connection().execute
    if dropped:
        run(remove(QuestionTag).where(col(QuestionTag.question_id).in_(ids), col(QuestionTag.tag).in_(dropped)))
    having: dict[UUID, set[str]] = {question_id: set() for question_id in ids}
    for row in run(_TAGS_OF.where(col(QuestionTag.question_id).in_(ids))):
        having[row.question_id].add(row.tag)
    if any(len(tags.union(added)) > TAGS_MAX for tags in having.values()):
        raise Invalid({"tags": f"A question takes at most {TAGS_MAX} tags."})
    new = [{"question_id": one, "tag": tag} for one, tags in having.items() for tag in added if tag not in tags]
    if new:
        run(insert(QuestionTag), new)
    return len(ids)


def file_questions(work: Work, *, slug: str, question_ids: Sequence[UUID], category_id: UUID | None) -> int:
    """Move questions into a category, or out of all, and return how many there were."""
    ids = _own(work, slug, question_ids)
    in_tree(read_tree(work, courses.enter_by_slug(work, slug, Can.AUTHOR).course_id), category_id)
    return _change(work, ids, category_id=category_id)


def rate_questions(work: Work, *, slug: str, question_ids: Sequence[UUID], difficulty: str) -> int:
    """Say how hard questions are, or nothing with an empty difficulty, and return how many there were."""
    ids = _own(work, slug, question_ids)
    return _change(work, ids, difficulty=_difficulty(difficulty))


def remove_questions(work: Work, *, slug: str, question_ids: Sequence[UUID]) -> int:
    """Take questions out of the bank, and return how many there were. Raises Conflict while a quiz asks one."""
    ids = _own(work, slug, question_ids)
    asked = select(func.count(func.distinct(Slot.question_id))).where(
        col(Slot.question_id).in_(ids), col(Slot.removed_at).is_(None)
    )
    if used := work.db.exec(asked).one():
        raise Conflict(
            f"{when.plural(used, 'question')} of these {'is' if used == 1 else 'are'} in a quiz, so nothing was removed. "
            "Take them out of their quizzes first."
        )
    return _change(work, ids, removed_at=work.now)


def restore_questions(work: Work, *, slug: str, question_ids: Sequence[UUID]) -> int:
    """Bring questions back that were taken out of the bank, and return how many there were."""
    return _change(work, _own(work, slug, question_ids, removed=True), removed_at=None)


# ---- For the other modules of this package: the door was theirs.


def matching(course_id: UUID, tree: Tree, wanted: Wanted) -> list[ColumnElement[bool]]:
    """What a question of the bank must be. Raises NotFound for a category of another course."""
    in_tree(tree, wanted.category_id)
    conditions: list[ColumnElement[bool]] = [
        col(Question.course_id) == course_id,
        col(Question.removed_at).is_(None),
    ]
    if wanted.category_id is not None:
        conditions.append(col(Question.category_id).in_(tree.below(wanted.category_id)))
    if wanted.difficulty:
        conditions.append(col(Question.difficulty) == wanted.difficulty)
    for tag in tags_of(wanted.tags):
        conditions.append(exists().where(col(QuestionTag.question_id) == col(Question.id), col(QuestionTag.tag) == tag))
    return conditions


def check_wanted(work: Work, course_id: UUID, wanted: Wanted) -> Wanted:
    """With its tags as they are kept. Raises NotFound or Invalid for what there is not."""
    in_tree(read_tree(work, course_id), wanted.category_id)
    return replace(wanted, tags=tags_of(wanted.tags), difficulty=_difficulty(wanted.difficulty))


def tags_of(typed: Sequence[str]) -> list[str]:
    """Tags as they are kept: small letters, single blanks, each once. Raises Invalid for one that is too long."""
    found = list(dict.fromkeys(" ".join(tag.replace(",", " ").split()).casefold() for tag in typed))
    if any(len(tag) > TAG_MAX for tag in found) or len(found) > TAGS_MAX:
        raise Invalid({"tags": f"Enter up to {TAGS_MAX} tags of up to {TAG_MAX} characters."})
    return [tag for tag in found if tag]


_TAGS_OF = columns(col(QuestionTag.question_id), col(QuestionTag.tag)).order_by(col(QuestionTag.tag))
_ROWS = columns(
    col(Question.id),
    col(Question.kind),
    col(Question.category_id),
    col(Question.difficulty),
    col(Question.changed_at),
    col(QuestionVersion.stem),
    col(QuestionVersion.points),
    _QUIZZES.label("quizzes"),
).join(QuestionVersion, CURRENT)


def _rows(work: Work, tree: Tree, ids: Sequence[UUID]) -> list[BankRow]:
    run = work.db.connection().execute
    tags: dict[UUID, list[str]] = {}
    for row in run(_TAGS_OF.where(col(QuestionTag.question_id).in_(ids))):
        tags.setdefault(row.question_id, []).append(row.tag)
    found = {row.id: row for row in run(_ROWS.where(col(Question.id).in_(ids)))}
    return [
        BankRow(
            id=str(row.id),
            text=text.plain(row.stem[: 4 * CLIP])[:CLIP],
            kind=KINDS[row.kind].label,
            points=when.points(row.points),
            category=tree.path(row.category_id),
            tags=tags.get(row.id, []),
            difficulty=row.difficulty,
            quizzes=row.quizzes,
            changed=when.day(row.changed_at, work.actor.zone, work.actor.locale, now=work.now),
        )
        for row in (found[question_id] for question_id in ids)
    ]


def _tags(work: Work, course_id: UUID) -> list[str]:
    statement = (
        columns(col(QuestionTag.tag))
        .join(Question, col(Question.id) == col(QuestionTag.question_id))
        .where(col(Question.course_id) == course_id, col(Question.removed_at).is_(None))
        .distinct()
        .order_by(col(QuestionTag.tag))
    )
    return list(work.db.connection().execute(statement).scalars())


def _quizzes(work: Work, course_id: UUID) -> list[Choice]:
    statement = (
        columns(col(Quiz.item_id), col(OutlineItem.title))
        .join(OutlineItem, col(OutlineItem.id) == col(Quiz.item_id))
        .where(col(Quiz.course_id) == course_id)
        .order_by(func.lower(OutlineItem.title), col(Quiz.item_id))
    )
    return [Choice(str(row.item_id), row.title) for row in work.db.connection().execute(statement)]


def _own(work: Work, slug: str, question_ids: Sequence[UUID], *, removed: bool = False) -> list[UUID]:
    """The door. Raises NotFound where one of them is not in this course's bank."""
    course_id = courses.enter_by_slug(work, slug, Can.AUTHOR).course_id
    wanted = list(dict.fromkeys(question_ids))
    if not 1 <= len(wanted) <= MANY_MAX:
        raise Invalid({"question_ids": f"Choose from 1 to {MANY_MAX} questions."})
    gone = col(Question.removed_at)
    found = work.db.exec(
        select(func.count()).where(
            col(Question.id).in_(wanted),
            col(Question.course_id) == course_id,
            gone.is_not(None) if removed else gone.is_(None),
        )
    ).one()
    if found != len(wanted):
        raise NotFound(NO_QUESTION)
    return wanted


def _change(work: Work, ids: Sequence[UUID], **values: Any) -> int:
    work.db.connection().execute(update(Question).where(col(Question.id).in_(ids)).values(**values))
    work.db.expire_all()
    return len(ids)


def _difficulty(typed: str) -> str:
    if typed and typed not in list(Difficulty):
        raise Invalid({"difficulty": "Choose easy, medium or hard, or leave it out."})
    return typed
