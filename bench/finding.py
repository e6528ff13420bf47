"""Finding something among a hundred thousand: `python -m bench.finding COUNT` fills the database that the environment names."""

import asyncio
import random
import sys
import time
from datetime import UTC, datetime
from itertools import accumulate
from typing import Any
from uuid import UUID

from bench import load, seed, server
from bench.data import Data
from bench.report import Report
from bench.wire import Wire

COURSES = 1000
IN_EACH = 10  # of a hundred documents: these are questions, so many threads; the rest are lessons
LOOKS = 3
SPACING = 0.26  # seconds; a reader may ask 240 times a minute
SYLLABLES = ("ka", "to", "mi", "re", "su", "an", "el", "or", "di", "ve", "lu", "pa", "ish", "gra", "bo", "te")
WORDS = [a + b + c for a in SYLLABLES for b in SYLLABLES for c in SYLLABLES]  # 4,096
random.Random(7).shuffle(WORDS)
# How often each of these 4,096 is said, as in a language: Zipf's law as Mandelbrot put it.
OFTEN = list(accumulate(1 / (rank + 2.7) for rank in range(len(WORDS))))
# What somebody types, letter by letter: the word that is said most; some of them together; something rare, and nothing.
MOST = WORDS[0]
ASKED = (
    *(MOST[:letters] for letters in range(1, len(MOST) + 1)),
    f"{MOST} {WORDS[1]}",
    f"{WORDS[2][:4]} {WORDS[-1]}",
    "common",
    f"common {MOST[:3]}",
    "title 4",
    "rare50",
    "nothing",
)


def fill(connection: Any, count: int, members: dict[UUID, str]) -> None:
    """So many documents in `COURSES` courses, past the services: it is finding them that is measured.

    Each member, by the role, is in ten of the courses. Items are there in truth, for their doors are asked; of the rest
    there is what the index knows.
    """
    from sqlalchemy import delete, insert
    from sqlmodel import SQLModel

    from lms_app.core.db import new_id
    from lms_app.courses.models import Course, CourseMember, Lesson, Module, OutlineItem
    from lms_app.search.models import SearchDocument, SearchStale

    now, chance = datetime.now(UTC), random.Random(11)
    owner = next(user for user, role in members.items() if role == "instructor")
    rows: dict[type[SQLModel], list[dict[str, Any]]] = {
        one: [] for one in (Course, CourseMember, Module, OutlineItem, Lesson, SearchDocument)
    }

    def put(table: type[Any], **given: Any) -> None:
        made = table(**given)
        rows[table].append({column.key: getattr(made, column.key) for column in table.__table__.columns})

    def document(kind: str, subject: UUID, course: UUID | None, number: int) -> None:
        rare = f"rare{number}" if number % 50 == 0 else ""
        said = " ".join(chance.choices(WORDS, cum_weights=OFTEN, k=60))
        title, body = (
            f"Title {number % 977} {WORDS[number % len(WORDS)]}",
            f"{said} {'common' if number % 2 else ''} {rare}",
        )
        whose = "people" if course is None else f"{'s' if kind == 'question' else 'm'}{course.hex}"
        found = {"kind": kind, "subject_id": subject, "course_id": course, "title": title, "body": body}
        rows[SearchDocument].append({**found, "title_words": title.lower(), "body_words": body, "scope": whose})

    each = count // COURSES
    for number in range(COURSES):
        course = new_id()
        put(
            Course,
            id=course,
            slug=f"found-{number}",
            title=f"Found {number}",
            status="published",
            owner_id=owner,
            created_at=now,
        )
        module = new_id()
        put(Module, id=module, course_id=course, title="One")
        for user, role in members.items():
            if number % 100 == 3:
                put(CourseMember, id=new_id(), course_id=course, user_id=user, role=role, joined_at=now)
        for at in range(each):
            one, of = new_id(), at * 100 // each
            kind = "question" if of < IN_EACH else "person" if of < 2 * IN_EACH else "lesson"
            if kind == "lesson":
                put(OutlineItem, id=one, course_id=course, module_id=module, kind="lesson", title=f"Title {at}")
                put(Lesson, item_id=one, body="")
            document(kind, one, None if kind == "person" else course, number * each + at)
    for table, some in rows.items():
        for at in range(0, len(some), 5000):
            connection.execute(insert(table.__table__), some[at : at + 5000])
    connection.execute(delete(SearchStale.__table__))


async def measure(report: Report, data: Data, *, count: int) -> None:
    server.unpin_client()
    folder = data.sqlite()
    server.run_python("bench.finding", str(count), env=server.environment(folder))
    with server.lectern(folder, pin="all") as ours:
        wire, school = await Wire.open(ours.port), seed.read(folder)
        readers = {
            "student": school.reads["mine"].bearers[0],
            "instructor": school.instructor_bearer,
            "administrator": school.admin_bearer,
        }
        slowest, worst = 0.0, ""
        for who, bearer in readers.items():
            took: list[float] = []
            for look in range(-1, LOOKS):  # the first, as in other rows, is for what a server does once
                for words in ASKED:
                    begun = time.perf_counter()
                    await wire.get(f"/api/v1/search?q={words.replace(' ', '+')}", {"Authorization": f"Bearer {bearer}"})
                    if look >= 0:
                        took.append((time.perf_counter() - begun) * 1000)
                    await asyncio.sleep(SPACING)
            if (p95 := load.percentile(took, 95)) > slowest:
                slowest, worst = p95, who
        wire.close()
    report.figure(
        f"search among {count:,} documents: p95", slowest, "ms", 100, f"the slowest of three readers: {worst}"
    )


def main() -> None:
    from sqlmodel import select

    from lms_app import schema as schema
    from lms_app.core import db
    from lms_app.core.identity import User

    count = int(sys.argv[1])
    with db.database().write.connect() as connection, connection.begin():
        found = connection.execute(select(User.id, User.role).order_by(User.created_at)).all()
        members = {row.id: row.role for row in found if row.role in ("student", "instructor")}
        fill(connection, count, members)


if __name__ == "__main__":
    main()
