"""The school that is measured, through the services: `python -m bench.seed FOLDER STUDENTS`.

Runs as a process of its own, on the database that the environment names, and leaves `FOLDER/seed.json`: sessions,
attempts, and the statements that REST reads run, with their answers, for the floor that runs the same ones.
"""

import asyncio
import importlib
import json
import sys
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

PASSWORD = "a-password-to-measure-with"
QUESTIONS = 10
MODULES = 5
LESSONS = 4
OTHER_COURSES = 12
API_SESSIONS = 60
BOOKS = {"book": (200, 20), "large book": (1000, 60)}  # students and columns of two gradebooks
CERTIFICATES = 40  # more than the server keeps printed


@dataclass
class Taker:
    """A student with an open attempt and a session."""

    cookie: str
    attempt: str
    email: str


@dataclass
class Read:
    """A REST read of one student, with the statements that it runs and what it answers."""

    path: str
    bearers: list[str]
    statements: list[tuple[str, list[Any]]] = field(default_factory=list)
    answer: Any = None


@dataclass
class Seed:
    """What a benchmark has to know about the school."""

    takers: list[Taker]
    questions: list[str]
    slug: str
    quiz: str
    lesson: str
    lessons: list[str]
    certificates: list[str]  # of the first takers, one each
    password: str
    instructor: str
    instructor_bearer: str
    admin: str
    admin_bearer: str
    secret: str
    module: str
    books: dict[str, str]  # where the window of each gradebook is read
    reads: dict[str, Read]


def read(folder: Path) -> Seed:
    """The seed of a folder."""
    said = json.loads((folder / "seed.json").read_text())
    takers = [Taker(**taker) for taker in said.pop("takers")]
    reads = {name: Read(**given) for name, given in said.pop("reads").items()}
    return Seed(takers=takers, reads=reads, **said)


def answer(number: int, turn: int) -> str:
    """A change of an answer to a question, as the wire carries it; each turn another one."""
    kinds: tuple[dict[str, Any], ...] = (
        {"choice": "right" if turn % 2 else "wrong"},
        {"choices": ["a", "b"] if turn % 2 else ["c"]},
        {"choice": "true" if turn % 2 else "false"},
        {"text": f"quadrats {turn}"},
        {"number": f"{turn % 1000}.81"},
    )
    return json.dumps(kinds[number % len(kinds)], separators=(",", ":"))


def build(folder: Path, students: int) -> Seed:
    from lms_app import migrate
    from lms_app.core import identity
    from lms_app.core.identity import Audience, User
    from lms_app.core.settings import settings
    from lms_app.core.work import SYSTEM, Actor, SiteRole, Work, reading, unit_of_work
    from lms_app.courses import service as courses
    from lms_app.gradebook import service as gradebook
    from lms_app.quizzes import service as quizzes

    # Reads tell of quizzes as the server tells of them.
    courses.ITEM_KINDS[quizzes.QUIZ] = quizzes.QUIZ_ITEM
    migrate.migrate()
    kept = identity.hash_password(PASSWORD)

    with unit_of_work(SYSTEM) as unit:

        def person(name: str, role: SiteRole) -> User:
            email = f"{name.lower().replace(' ', '.')}@bench.example"
            user = User(
                email=email, name=name, role=role, password_hash=kept, created_at=unit.now, verified_at=unit.now
            )
            unit.db.add(user)
            return user

        def as_(user: User) -> Work:
            return Work(unit.db, Actor(user.id, None, SiteRole(user.role), user.name), unit.now)

        def session(user: User, audience: Audience) -> str:
            return identity.begin_session(unit, user, audience).token

        instructor = person("Bench Instructor", SiteRole.INSTRUCTOR)
        admin = person("Bench Admin", SiteRole.ADMIN)
        people = [person(f"Student {number:04}", SiteRole.STUDENT) for number in range(students)]
        unit.db.flush()
        teach = as_(instructor)

        slugs: list[str] = []
        lessons: list[str] = []
        for number in range(1 + OTHER_COURSES):
            title = "Measured" if not number else f"Course {number:02}"
            made = courses.create_course(teach, title=title, summary="A course to measure with.", category="Benchmarks")
            slugs.append(made.slug)
            for part in range(MODULES):
                module = courses.add_module(teach, course_id=made.id, title=f"Part {part + 1}")
                for place in range(LESSONS):
                    body = _lesson(part * LESSONS + place)
                    item = courses.add_lesson(teach, module_id=module.id, title=f"Lesson {place + 1}", body=body)
                    if not number:
                        lessons.append(str(item.id))
            if not number:
                measured, last = made, module
            courses.publish(teach, course_id=made.id)
        quiz = quizzes.create_quiz(
            teach,
            module_id=last.id,
            title="Measured quiz",
            questions=_drafts(),
            limit_minutes=24 * 60,
            attempts_allowed=None,
            shuffle_options=False,
            item={"due_at": unit.now + timedelta(days=7)},
        )

        takers: list[Taker] = []
        for number, student in enumerate(people):
            own = as_(student)
            for slug in slugs if number < API_SESSIONS else slugs[:1]:
                courses.enrol(own, slug=slug)
            attempt = quizzes.start(own, item_id=quiz.item_id)
            takers.append(Taker(session(student, Audience.WEB), attempt.id, student.email))
            if number < API_SESSIONS:
                for lesson_id in lessons[: number % len(lessons)]:
                    courses.complete_lesson(own, item_id=_uuid(lesson_id))
            if number % 50 == 49:
                unit.db.flush()
                unit.db.expunge_all()

        books = {name: _book(unit, teach, name, people[:many], columns) for name, (many, columns) in BOOKS.items()}
        reader = people[7]
        paths = {
            "outline": f"/api/v1/courses/{measured.slug}/outline",
            "mine": "/api/v1/me/courses",
            "lesson": f"/api/v1/courses/{measured.slug}/lessons/{lessons[3]}",
        }
        bearers = [session(reader, Audience.API) for _ in range(API_SESSIONS)]
        result = Seed(
            takers=takers,
            questions=[str(question.id) for question in quiz.questions],
            slug=measured.slug,
            quiz=str(quiz.item_id),
            lesson=lessons[3],
            lessons=lessons,
            certificates=_certificates(unit, teach, [as_(student) for student in people]),
            password=PASSWORD,
            instructor=session(instructor, Audience.WEB),
            instructor_bearer=session(instructor, Audience.API),
            admin=session(admin, Audience.WEB),
            admin_bearer=session(admin, Audience.API),
            secret=settings.signing_key,
            module=str(last.id),
            books={name: f"/api/v1/courses/{slug}/gradebook?limit=100" for name, slug in books.items()},
            reads={name: Read(path, bearers) for name, path in paths.items()},
        )
        result.reads["book"] = Read(result.books["book"], [result.instructor_bearer])
        teacher = Actor(instructor.id, None, SiteRole(instructor.role), instructor.name)
        reader_actor = Actor(reader.id, None, SiteRole(reader.role), reader.name)

    if settings.database.startswith("sqlite"):  # the floor of REST runs them on SQLite
        _record(result, reader_actor, measured.slug)
        with reading(teacher) as work:
            result.reads["book"].answer = _plain(gradebook.table(work, slug=books["book"], limit=100))
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "seed.json").write_text(json.dumps(asdict(result)))
    return result


def _record(seed: Seed, actor: Any, slug: str) -> None:
    """Note the statements of each read, as the database gets them."""
    from sqlalchemy import event

    from lms_app.core import db
    from lms_app.core.work import reading
    from lms_app.courses import service as courses

    acts: dict[str, Any] = {
        "outline": lambda work: courses.outline(work, slug=slug),
        "mine": lambda work: courses.my_courses(work),
        "lesson": lambda work: courses.read_lesson(work, item_id=_uuid(seed.lesson)),
    }
    noted: list[tuple[str, list[Any]]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, _many: bool) -> None:
        given = list(parameters) if isinstance(parameters, tuple | list) else parameters
        noted.append((statement, given))

    event.listen(db.database().read, "before_cursor_execute", note)
    for name, act in acts.items():
        noted.clear()
        with reading(actor) as work:
            view = act(work)
        seed.reads[name].statements = [(text, given) for text, given in noted if text.startswith(("SELECT", "WITH"))]
        seed.reads[name].answer = _plain(view)
    event.remove(db.database().read, "before_cursor_execute", note)


def _plain(view: Any) -> Any:
    from fastapi.encoders import jsonable_encoder

    return jsonable_encoder(view)


def _book(system: Any, teach: Any, name: str, students: list[Any], columns: int) -> str:
    """A course whose gradebook has columns made by hand, with a mark for most of its students. Its slug."""
    from sqlalchemy import insert
    from sqlmodel import col, select

    from lms_app.courses import service as courses
    from lms_app.courses.models import CourseMember
    from lms_app.gradebook import service as gradebook
    from lms_app.grades.models import GradeEntry, GradeItem

    made = courses.create_course(teach, title=name.capitalize())
    courses.add_lesson(
        teach, module_id=courses.add_module(teach, course_id=made.id, title="All").id, title="L", body="L"
    )
    courses.publish(teach, course_id=made.id)
    for number in range(columns):
        gradebook.add_column(teach, slug=made.slug, title=f"Column {number}", points_max=Decimal(10))
    added = system.db.exec(select(GradeItem.id).where(col(GradeItem.course_id) == made.id)).all()
    members = [CourseMember(course_id=made.id, user_id=one.id, joined_at=system.now).model_dump() for one in students]
    entries = [
        {
            "item_id": column,
            "user_id": one.id,
            "points": Decimal((at * 3 + number * 5) % 21) / 2,
            "points_max": Decimal(10),
            "reason": "",
            "at": system.now,
        }
        for at, one in enumerate(students)
        for number, column in enumerate(added)
        if (at + number) % 7 != 3
    ]
    system.db.flush()
    connection = system.db.connection()
    connection.execute(insert(CourseMember), members)
    connection.execute(insert(GradeEntry), entries)
    return made.slug


def _certificates(system: Any, teach: Any, students: list[Any]) -> list[str]:
    """Everybody's certificate of a course with one lesson; the first of them, to be printed one by one."""
    from lms_app.courses import service as courses
    from lms_app.credentials import service as credentials

    made = courses.create_course(teach, title="A short course")
    module = courses.add_module(teach, course_id=made.id, title="All of it")
    lesson = courses.add_lesson(teach, module_id=module.id, title="The lesson", body="Read this.")
    courses.publish(teach, course_id=made.id)
    for student in students:
        courses.enrol(student, slug=made.slug)
        courses.complete_lesson(student, item_id=lesson.id)
        credentials.award_if_due(system, {"course_id": str(made.id), "user_id": str(student.user_id)})
    return [credentials.mine(student)[0].id for student in students[:CERTIFICATES]]


def _drafts() -> list[Any]:
    from lms_app.quizzes import service as quizzes

    specs: tuple[tuple[str, dict[str, Any]], ...] = (
        (
            "single_choice",
            {
                "options": [
                    {"id": "wrong", "text": "Respiration", "fraction": "0"},
                    {"id": "right", "text": "Photosynthesis", "fraction": "1"},
                ]
            },
        ),
        (
            "multiple_answer",
            {
                "options": [
                    {"id": "a", "text": "Water fleas", "fraction": "1"},
                    {"id": "b", "text": "Tadpoles", "fraction": "1"},
                    {"id": "c", "text": "Pondweed", "fraction": "0"},
                ]
            },
        ),
        ("true_false", {"answer": True}),
        ("short_answer", {"answers": [{"text": "quadrat*"}]}),
        ("numerical", {"answers": [{"value": "9.81", "tolerance": "0.05"}], "unit": "m/s²"}),
    )
    return [
        quizzes.draft(
            kind=specs[number % len(specs)][0],
            stem=f"Question {number + 1}: which of these is so?",
            points=Decimal(1),
            spec=specs[number % len(specs)][1],
        )
        for number in range(QUESTIONS)
    ]


def _lesson(number: int) -> str:
    """A lesson of some 700 words with a table and a formula."""
    paragraph = (
        "Energy enters as light and leaves as heat, and what lives is what stands in between. "
        "Each level keeps about a tenth of what it eats, which is why chains of food are short. "
    )
    table = "| level | energy |\n|---|--:|\n" + "".join(f"| {row} | {10**row} |\n" for row in range(6))
    parts = [f"# Lesson {number}", paragraph * 4, table, "The share is $e_{n+1} = 0.1\\,e_n$.", paragraph * 6]
    return "\n\n".join([*parts, "## More", *[paragraph * 3] * 4])


def _uuid(text: str) -> Any:
    from uuid import UUID

    return UUID(text)


async def settle() -> None:
    """The school comes to rest, mail and counts included: what is measured on it is not measured beside them."""
    importlib.import_module("lms_app.lms_app")  # who listens to what
    from sqlalchemy import update
    from sqlmodel import col

    from lms_app import jobs
    from lms_app.admin import service as admin
    from lms_app.core import apart, mail
    from lms_app.core.outbox import OutboxMessage
    from lms_app.core.work import SYSTEM, Work, perform
    from lms_app.notifications.service import NOTIFIED

    def hurry(work: Work) -> None:
        """What would be mailed in some minutes, with whatever else comes until then, is due now."""
        waiting = col(OutboxMessage.topic) == NOTIFIED, col(OutboxMessage.done_at).is_(None)
        work.db.exec(update(OutboxMessage).where(*waiting).values(due_at=work.now))

    mail.BREATH_SECONDS = 0
    for _ in range(2):
        while await jobs.drain():
            pass
        await perform(SYSTEM, hurry)
    await jobs.read_again()
    await admin.count_up()
    jobs.close()
    apart.end()


if __name__ == "__main__":
    build(Path(sys.argv[1]), int(sys.argv[2]))
    asyncio.run(settle())
