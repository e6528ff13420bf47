"""Questions that leave the bank with all they have, and questions that come into it, filed, many at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import insert, update
from sqlalchemy import select as columns
from sqlmodel import col, select

from lms_app.core import files
from lms_app.core.files import StoredFile
from lms_app.core.work import Work
from lms_app.courses import service as courses
from lms_app.policy import Can
from lms_app.quizzes.models import Difficulty, Question, QuestionTag, QuestionVersion
from lms_app.quizzes.service.attaching import QUESTION
from lms_app.quizzes.service.authoring import CURRENT, Draft, add_to_bank, append, settled
from lms_app.quizzes.service.bank import Wanted, matching, tags_of
from lms_app.quizzes.service.categories import in_tree, read_tree
from lms_app.quizzes.service.copying import readdress
from lms_app.quizzes.service.door import enter_quiz
from lms_app.quizzes.views import QuestionRef
from lms_app.quizzes.views_bank import BankFile, BankQuestion


@dataclass(frozen=True, slots=True)
class Filed:
    """A question on its way into the bank. The texts of its draft name its files by the addresses of `files`."""

    draft: Draft
    category_id: UUID | None = None
    tags: Sequence[str] = ()
    difficulty: str = ""
    files: Sequence[tuple[str, str, bytes]] = ()  # address, name, content


def bank_questions(
    work: Work, *, slug: str, question_ids: Sequence[UUID] | None = None, wanted: Wanted = Wanted()
) -> list[BankQuestion]:
    """The questions of a course with their keys, the oldest first: the named ones, or all that match.

    Raises NotFound to strangers, Forbidden to members who do not write.
    """
    course_id = courses.enter_by_slug(work, slug, Can.AUTHOR).course_id
    tree = read_tree(work, course_id)
    conditions = matching(course_id, tree, wanted)
    if question_ids is not None:
        conditions.append(col(Question.id).in_(list(question_ids)))
    rows = work.db.exec(
        select(Question, QuestionVersion).join(QuestionVersion, CURRENT).where(*conditions).order_by(col(Question.id))
    ).all()
    ids = columns(col(Question.id)).where(*conditions)
    tags: dict[UUID, list[str]] = {}
    tagged = columns(col(QuestionTag.question_id), col(QuestionTag.tag)).where(col(QuestionTag.question_id).in_(ids))
    for question_id, tag in work.db.connection().execute(tagged.order_by(col(QuestionTag.tag))):
        tags.setdefault(question_id, []).append(tag)
    attached: dict[UUID, list[BankFile]] = {}
    stored = select(StoredFile).where(col(StoredFile.scope) == QUESTION, col(StoredFile.scope_id).in_(ids))
    for file in work.db.exec(stored.order_by(col(StoredFile.id))):
        attached.setdefault(file.scope_id, []).append(BankFile(files.view_of(file).url, file.name, file.sha256))
    return [
        BankQuestion(
            id=str(question.id),
            kind=version.kind,
            points=version.points,
            stem=version.stem,
            spec=version.spec,
            feedback=version.feedback,
            hints=version.hints,
            penalty=version.penalty,
            category=[one.name for one in reversed(tree.line(question.category_id))],
            tags=tags.get(question.id, []),
            difficulty=question.difficulty,
            files=attached.get(question.id, []),
        )
        for question, version in rows
    ]


def take_in(work: Work, *, slug: str, questions: Sequence[Filed], quiz_id: UUID | None = None) -> list[QuestionRef]:
    """Put questions into the bank, filed and tagged, and at the end of a quiz where one is named."""
    course_id = courses.enter_by_slug(work, slug, Can.AUTHOR).course_id
    tree = read_tree(work, course_id)
    for category_id in {one.category_id for one in questions}:
        in_tree(tree, category_id)
    drafts = [one.draft for one in questions]
    if quiz_id is None:
        refs = add_to_bank(work, course_id, drafts)
    else:
        entered = enter_quiz(work, quiz_id, Can.AUTHOR)
        refs = append(work, entered.quiz, drafts)
        settled(work, entered.quiz, entered.item.title, refs)
    rows = list(zip(refs, questions, strict=True))
    for (category_id, difficulty), ids in _by_place(rows).items():
        change = {"category_id": category_id, "difficulty": difficulty}
        for at in range(0, len(ids), 500):
            work.db.connection().execute(
                update(Question).where(col(Question.id).in_(ids[at : at + 500])).values(change)
            )
    new = [{"question_id": ref.id, "tag": tag} for ref, one in rows for tag in tags_of(one.tags)]
    if new:
        work.db.connection().execute(insert(QuestionTag), new)
    for ref, one in rows:
        if one.files:
            kept = {
                address: files.store_bytes(work, content=content, name=name, scope=QUESTION, scope_id=ref.id).url
                for address, name, content in one.files
            }
            readdress(work, ref.id, kept)
    return refs


def _by_place(rows: Sequence[tuple[QuestionRef, Filed]]) -> dict[tuple[UUID | None, str], list[UUID]]:
    """What is not filed and not rated needs no change."""
    found: dict[tuple[UUID | None, str], list[UUID]] = {}
    for ref, one in rows:
        difficulty = one.difficulty if one.difficulty in list(Difficulty) else ""
        if one.category_id or difficulty:
            found.setdefault((one.category_id, difficulty), []).append(ref.id)
    return found
