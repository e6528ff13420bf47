"""Courses with many columns and students for tests, made in a few statements."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import insert

from lms_app.core.identity import User
from lms_app.core.work import SYSTEM, unit_of_work
from lms_app.courses.models import CourseMember, OutlineItem
from lms_app.grades.models import GradeEntry, GradeItem
from lms_app.quizzes.models import Attempt, Quiz
from tests.courses import makers as course_makers
from tests.makers import NOON


@dataclass(frozen=True)
class Class:
    """A course, its students by name, and its columns in order."""

    course: course_makers.Made
    students: tuple[UUID, ...]
    items: tuple[UUID, ...]


def class_of(instructor: Any, students: int, columns: int, *, due: bool = True, now: datetime = NOON) -> Class:
    """A course with `columns` quizzes of 10 points, each with a mark for most of its students."""
    made = course_makers.course(instructor, ["Lesson"], title=f"Class of {students}")
    users = [uuid4() for _ in range(students)]
    quizzes, items = [uuid4() for _ in range(columns)], [uuid4() for _ in range(columns)]
    due_at = now - timedelta(days=1)
    with unit_of_work(SYSTEM, now) as work:

        def put(table: Any, rows: list[Any]) -> None:
            if rows:
                work.db.flush()
                work.db.connection().execute(insert(table), [row.model_dump(exclude={"seq"}) for row in rows])

        put(User, [_user(one, number, now) for number, one in enumerate(users)])
        put(CourseMember, [CourseMember(course_id=made.id, user_id=one, joined_at=now) for one in users])
        put(
            OutlineItem,
            [
                OutlineItem(
                    id=one,
                    course_id=made.id,
                    module_id=made.modules[0],
                    kind="quiz",
                    title=f"Quiz {number}",
                    position=number,
                    due_at=due_at if due else None,
                )
                for number, one in enumerate(quizzes)
            ],
        )
        put(Quiz, [Quiz(item_id=one, course_id=made.id) for one in quizzes])
        put(
            GradeItem,
            [
                GradeItem(
                    id=item,
                    course_id=made.id,
                    source_kind="quiz",
                    source_id=quiz,
                    title=f"Quiz {number}",
                    points_max=Decimal(10),
                    created_at=now + timedelta(seconds=number),
                )
                for number, (item, quiz) in enumerate(zip(items, quizzes, strict=True))
            ],
        )
        attempts: list[Attempt] = []
        entries: list[GradeEntry] = []
        for at, user in enumerate(users):
            for number, (item, quiz) in enumerate(zip(items, quizzes, strict=True)):
                if (at + number) % 7 == 3:
                    continue
                points = Decimal((at * 3 + number * 5) % 21) / 2
                attempts.append(_attempt(made.id, quiz, user, points, due_at))
                entries.append(_entry(item, user, points, now))
        put(Attempt, attempts)
        put(GradeEntry, entries)
    return Class(made, tuple(users), tuple(items))


def _user(id: UUID, number: int, now: datetime) -> User:
    return User(id=id, name=f"Student {number:04}", email=f"s{id.hex}@example.org", created_at=now, verified_at=now)


def _attempt(course_id: UUID, quiz_id: UUID, user_id: UUID, points: Decimal, due_at: datetime) -> Attempt:
    return Attempt(
        quiz_id=quiz_id,
        course_id=course_id,
        user_id=user_id,
        number=1,
        state="submitted",
        started_at=due_at - timedelta(hours=2),
        finished_at=due_at - timedelta(hours=1),
        points=points,
        points_max=Decimal(10),
    )


def _entry(item_id: UUID, user_id: UUID, points: Decimal, now: datetime) -> GradeEntry:
    return GradeEntry(
        item_id=item_id, user_id=user_id, points=points, points_max=Decimal(10), reason="Attempt 1", at=now
    )
