"""Lists cost the same number of statements whatever their length."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import event

from lms_app.core import db
from lms_app.courses import service
from lms_app.courses.service import reading
from tests import makers as people
from tests.courses import makers


@pytest.fixture(autouse=True)
def _no_rooms_above(monkeypatch: pytest.MonkeyPatch) -> None:
    """What higher rooms add to a course's page is theirs to count; whether they are loaded is chance here."""
    monkeypatch.setattr(reading, "GOALS", [])
    monkeypatch.setitem(service.taught.__globals__, "UNANSWERED", [])


@contextmanager
def _counted() -> Iterator[list[str]]:
    statements: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith(("BEGIN", "SAVEPOINT", "RELEASE", "ROLLBACK", "PRAGMA", "SET ")):
            statements.append(statement)

    engine = db.database().read
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", note)


def cost(person: Any, act: Callable[..., Any], **given: Any) -> int:
    with _counted() as statements:
        person.sees(act, **given)
    return len(statements)


@pytest.mark.parametrize(
    ("act", "queries"), [(service.outline, 3), (service.read, 4), (service.progress, 3), (service.announcements, 2)]
)
def test_reading_a_course(student: Any, instructor: Any, act: Any, queries: int) -> None:
    one = makers.course(instructor, ["One"])
    many = makers.course(instructor, *[["A", "B", "C", "D"]] * 5, title="Long")
    for course in (one, many, many):
        makers.enrolled(student, course)
        makers.completed(student, course.items[0])
        instructor.does(service.announce, slug=course.slug, title="Hello", body="Hello")

    assert [cost(student, act, slug=course.slug) for course in (one, many)] == [queries, queries]


def test_reading_a_lesson(student: Any, instructor: Any) -> None:
    one = makers.course(instructor, ["One"])
    many = makers.course(instructor, *[["A", "B", "C", "D"]] * 5, title="Long")
    for course in (one, many):
        makers.enrolled(student, course)

    costs = [cost(student, service.read_lesson, item_id=course.items[0]) for course in (one, many)]

    assert costs == [4, 4]


@pytest.mark.parametrize(
    ("act", "given", "queries"),
    [
        (service.catalogue, {}, 2),
        (service.catalogue, {"search": "course", "sort": "popular"}, 3),
        (service.my_courses, {}, 2),
        (service.my_progress, {}, 1),
        (service.due_items, {}, 1),
    ],
)
def test_lists_of_courses(student: Any, instructor: Any, act: Any, given: dict[str, str], queries: int) -> None:
    makers.enrolled(student, makers.course(instructor))
    at_one = cost(student, act, **given)
    for number in range(5):
        makers.enrolled(student, makers.course(instructor, title=f"Course {number}"))

    assert (at_one, cost(student, act, **given)) == (queries, queries)


def test_lists_of_a_teacher(instructor: Any) -> None:
    course = makers.course(instructor)

    def costs() -> list[int]:
        return [
            cost(instructor, service.taught),
            cost(instructor, service.teaching, slug=course.slug),
            cost(instructor, service.learners, slug=course.slug),
            cost(instructor, service.build, slug=course.slug),
            cost(instructor, service.people, slug=course.slug),
            cost(instructor, service.groups, slug=course.slug),
        ]

    makers.enrolled(people.person("Ada"), course)
    instructor.does(service.invite, slug=course.slug)
    at_one = costs()
    for number in range(6):
        makers.enrolled(people.person(f"Ben {number}"), course)
        instructor.does(service.invite, slug=course.slug)
        instructor.does(service.add_group, slug=course.slug, name=f"Lab {number}")
        instructor.does(service.enrol_list, slug=course.slug, people=service.read_list(f"guest{number}@example.org"))
        makers.lesson(instructor, course.modules[0], f"More {number}")
    makers.course(instructor, title="Another")

    assert (at_one, costs()) == ([1, 6, 4, 5, 4, 2], [1, 6, 4, 5, 4, 2])


def test_the_facts_of_a_kind_are_asked_once(student: Any, instructor: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    def describe(_work: Any, ids: Any, _user_id: UUID) -> dict[UUID, service.ItemFacts]:
        asked.append(len(ids))
        return {}

    kind = service.ItemKind(
        icon="list-checks", noun="quiz", nouns="quizzes", verb="Go", url=lambda s, i: f"/q/{i}", describe=describe
    )
    monkeypatch.setitem(service.ITEM_KINDS, "quiz", kind)
    course = makers.course(instructor)
    for number in range(3):
        instructor.does(service.add_item, module_id=course.modules[0], kind="quiz", title=f"Quiz {number}")
    makers.enrolled(student, course)

    student.sees(service.outline, slug=course.slug)

    assert asked == [3]
