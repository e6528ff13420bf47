"""Courses for tests, built through the services. No surprises: what is not named is the service's own default."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from lms_app.courses import service


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
    made = instructor.does(service.create_course, title=title, **settings)
    module_ids: list[UUID] = []
    item_ids: list[UUID] = []
    for number, titles in enumerate(modules or (["Scales of life", "Counting"], ["Sunlight", "Food webs"]), start=1):
        module = instructor.does(service.add_module, course_id=made.id, title=f"Part {number}")
        module_ids.append(module.id)
        item_ids += [lesson(instructor, module.id, lesson_title) for lesson_title in titles]
    if published:
        instructor.does(service.publish, course_id=made.id)
    return Made(made.id, made.slug, tuple(module_ids), tuple(item_ids))


def lesson(
    instructor: Any, module_id: UUID, title: str = "Sunlight", body: str = "Green things eat light.", **settings: Any
) -> UUID:
    return instructor.does(
        service.add_lesson, module_id=module_id, title=title, body=body, **{"minutes": 10, **settings}
    ).id


def enrolled(student: Any, made: Made) -> Any:
    student.does(service.enrol, slug=made.slug)
    return student


def completed(student: Any, *items: UUID) -> None:
    for item_id in items:
        student.does(service.complete_lesson, item_id=item_id)
