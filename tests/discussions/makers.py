"""Questions for tests, asked through the services."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from lms_app import jobs
from lms_app.core import outbox
from lms_app.core.work import SYSTEM, unit_of_work
from lms_app.discussions import service
from tests import makers as people
from tests.courses import makers as courses
from tests.makers import NOON

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Made:
    """A course with a question under its first lesson, and an answer of its instructor to it."""

    course: courses.Made
    thread: UUID
    question: UUID
    answer: UUID


def asked(
    student: Any, course: courses.Made, title: str = "Why green?", body: str = "I see **no** reason.", **more: Any
) -> Any:
    return student.does(service.ask, slug=course.slug, title=title, body=body, **{"item_id": course.items[0], **more})


def thread(instructor: Any, student: Any, **settings: Any) -> Made:
    """`student` has joined the course and asked, the instructor answered five minutes later."""
    course = courses.course(instructor, **settings)
    courses.enrolled(student, course)
    question = asked(student, course)
    answer = instructor.at(instructor.now + 5 * MINUTE).does(
        service.answer, thread_id=UUID(question.thread_id), body="Red and blue are eaten."
    )
    return Made(course, UUID(question.thread_id), UUID(question.id), UUID(answer.id))


def fellow(course: courses.Made, name: str = "Fellow") -> Any:
    return courses.enrolled(people.person(name), course)


def posts(person: Any, thread_id: UUID, **given: Any) -> list[Any]:
    return person.sees(service.read_thread, thread_id=thread_id, **given).posts


def drained(rounds: int = 4) -> None:
    """What the outbox holds is done, but mail, which is left to `post`."""
    for number in range(rounds):
        with unit_of_work(SYSTEM, NOON + timedelta(days=1, hours=number)) as work:
            for message in outbox.claim(work, limit=500):
                if message.topic in jobs.TOPICS:
                    jobs.TOPICS[message.topic](work, message.payload)
                    outbox.done(work, message.id)
