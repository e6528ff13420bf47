"""Reading again what changed: notes of the triggers become documents, a hundred in one transaction."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import delete, insert
from sqlalchemy import select as columns
from sqlmodel import col, select

from lms_app.assignments.models import Assignment
from lms_app.core import text
from lms_app.core.identity import User
from lms_app.core.work import Work
from lms_app.courses.models import Course, Lesson, OutlineItem
from lms_app.courses.rules import folded
from lms_app.discussions.models import Post, Thread
from lms_app.quizzes.models import Question, QuestionVersion, Quiz
from lms_app.search import rules
from lms_app.search.models import SearchDocument, SearchStale

AT_ONCE = 100  # whoever saves an answer waits for no more
BODY_MAX = 60_000
TITLE_MAX = 120  # of what has no title: its first words


class Document(NamedTuple):
    kind: str
    subject_id: UUID
    course_id: UUID | None
    title: str
    body: str
    is_open: bool = False  # whoever may see the course may see it


def is_stale(work: Work) -> bool:
    """Whether anything waits to be read again."""
    return work.db.exec(select(SearchStale.seq).limit(1)).first() is not None


def refresh(work: Work) -> int:
    """Read again what waited longest, and return how many notes that were. For jobs: nobody is asked who they are."""
    notes = work.db.exec(select(SearchStale).order_by(col(SearchStale.seq)).limit(AT_ONCE)).all()
    if not notes:
        return 0
    wanted: dict[str, set[UUID]] = defaultdict(set)
    for note in notes:
        wanted[note.subject].add(note.subject_id)
    run = work.db.connection().execute
    run(delete(SearchStale).where(col(SearchStale.seq).in_([note.seq for note in notes])))
    for subject, ids in wanted.items():
        run(
            delete(SearchDocument).where(
                col(SearchDocument.kind).in_(_KINDS[subject]), col(SearchDocument.subject_id).in_(ids)
            )
        )
        if rows := [_row(one) for one in _READ[subject](work, list(ids))]:
            run(insert(SearchDocument), rows)
    return len(notes)


def _row(one: Document) -> dict[str, Any]:
    body = " ".join(one.body.split())[:BODY_MAX]
    return {
        "kind": one.kind,
        "subject_id": one.subject_id,
        "course_id": one.course_id,
        "title": one.title,
        "body": body,
        "title_words": folded(one.title),
        "body_words": folded(body),
        "scope": _scope(one),
    }


def _scope(one: Document) -> str:
    if one.course_id is None:
        return rules.PEOPLE
    whose = rules.staff_of(one.course_id) if one.kind == "question" else rules.members_of(one.course_id)
    return f"{whose} {rules.OPEN}" if one.is_open else whose


def _courses(work: Work, ids: Sequence[UUID]) -> Iterable[Document]:
    rows = work.db.exec(select(Course).where(col(Course.id).in_(ids))).all()
    return [
        Document("course", row.id, row.id, row.title, f"{row.summary} {text.plain(row.description)}", is_open=True)
        for row in rows
    ]


def _items(work: Work, ids: Sequence[UUID]) -> Iterable[Document]:
    statement = (
        columns(
            col(OutlineItem.id),
            col(OutlineItem.course_id),
            col(OutlineItem.kind),
            col(OutlineItem.title),
            col(OutlineItem.preview),
            col(Lesson.body),
            col(Quiz.intro),
            col(Assignment.brief),
        )
        .outerjoin(Lesson, col(Lesson.item_id) == col(OutlineItem.id))
        .outerjoin(Quiz, col(Quiz.item_id) == col(OutlineItem.id))
        .outerjoin(Assignment, col(Assignment.item_id) == col(OutlineItem.id))
        .where(col(OutlineItem.id).in_(ids), col(OutlineItem.removed_at).is_(None))
    )
    return [
        Document(
            row.kind,
            row.id,
            row.course_id,
            row.title,
            text.plain(row.body or row.intro or row.brief or ""),
            is_open=row.preview,
        )
        for row in work.db.connection().execute(statement)
        if row.kind in _KINDS["item"]
    ]


def _questions(work: Work, ids: Sequence[UUID]) -> Iterable[Document]:
    statement = (
        columns(col(Question.id), col(Question.course_id), col(QuestionVersion.stem))
        .join(
            QuestionVersion,
            (col(QuestionVersion.question_id) == col(Question.id)) & (col(QuestionVersion.version) == Question.version),
        )
        .where(col(Question.id).in_(ids), col(Question.removed_at).is_(None))
    )
    said = [(row, text.plain(row.stem)) for row in work.db.connection().execute(statement)]
    return [Document("question", row.id, row.course_id, words[:TITLE_MAX], words) for row, words in said]


def _threads(work: Work, ids: Sequence[UUID]) -> Iterable[Document]:
    """What stands in a thread. What is hidden or deleted is found by nobody: the staff read it where they hid it."""
    said: dict[UUID, list[str]] = defaultdict(list)
    posts = columns(col(Post.thread_id), col(Post.body)).where(
        col(Post.thread_id).in_(ids), col(Post.hidden_at).is_(None), col(Post.deleted_at).is_(None)
    )
    for row in work.db.connection().execute(posts.order_by(col(Post.created_at), col(Post.id))):
        said[row.thread_id].append(text.plain(row.body))
    shown = select(Thread).where(col(Thread.id).in_(ids), col(Thread.hidden_at).is_(None))
    return [Document("thread", row.id, row.course_id, row.title, " ".join(said[row.id])) for row in work.db.exec(shown)]


def _people(work: Work, ids: Sequence[UUID]) -> Iterable[Document]:
    rows = work.db.exec(select(User).where(col(User.id).in_(ids))).all()
    return [Document("person", row.id, None, row.name, row.email) for row in rows]


_READ: dict[str, Callable[[Work, Sequence[UUID]], Iterable[Document]]] = {
    "course": _courses,
    "item": _items,
    "question": _questions,
    "thread": _threads,
    "person": _people,
}
_KINDS = {
    "course": ("course",),
    "item": ("lesson", "quiz", "assignment"),
    "question": ("question",),
    "thread": ("thread",),
    "person": ("person",),
}
