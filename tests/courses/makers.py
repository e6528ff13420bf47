"""Courses for tests, built through the services. No surprises: what is not named is the service's own default."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from lms_app.core.work import Work
from lms_app.courses import service

BODY = "Green things eat light."


@dataclass(frozen=True)
class Made:
    """A course with its modules and items, in order."""

    id: UUID
    slug: str
    modules: tuple[UUID, ...]
    items: tuple[UUID, ...]


def course(
    instructor: Any, *modules: list[str], title: str = "Principles of Ecology", published: bool = True, **settings: Any
) -> Made:
    """A course with one lesson for each title in each list; without lists, two modules with two lessons each."""
    parts = modules or (["Scales of life", "Counting"], ["Sunlight", "Food webs"])
    return instructor.does(_course, parts, published, title=title, **settings)


def _course(work: Work, parts: Sequence[list[str]], published: bool, **settings: Any) -> Made:
    """All of it at once: a test that asks for a course begins where the course is there."""
    made = service.create_course(work, **settings)
    module_ids: list[UUID] = []
    item_ids: list[UUID] = []
    for number, titles in enumerate(parts, start=1):
        module = service.add_module(work, course_id=made.id, title=f"Part {number}")
        module_ids.append(module.id)
        item_ids += [_lesson(work, module_id=module.id, title=title) for title in titles]
    if published:
        service.publish(work, course_id=made.id)
    return Made(made.id, made.slug, tuple(module_ids), tuple(item_ids))


def lesson(instructor: Any, module_id: UUID, title: str = "Sunlight", body: str = BODY, **settings: Any) -> UUID:
    return instructor.does(_lesson, module_id=module_id, title=title, body=body, **settings)


def _lesson(work: Work, *, body: str = BODY, minutes: int = 10, **settings: Any) -> UUID:
    return service.add_lesson(work, body=body, minutes=minutes, **settings).id


def enrolled(student: Any, made: Made) -> Any:
    student.does(service.enrol, slug=made.slug)
    return student


def completed(student: Any, *items: UUID) -> None:
    for item_id in items:
        student.does(service.complete_lesson, item_id=item_id)
