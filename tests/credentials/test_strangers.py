"""Every public service function, called by somebody who has no business there; and what lists cost."""

import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import event

from lms_app.core import db
from lms_app.core.errors import Forbidden, NotFound, NotSignedIn
from lms_app.core.work import ANONYMOUS, unit_of_work
from lms_app.courses import service as courses
from lms_app.credentials import service
from lms_app.credentials.models import Certificate
from tests import makers as people
from tests.credentials import makers

Arguments = Callable[[Certificate], dict[str, Any]]

CLOSED: dict[str, Arguments] = {
    "award": lambda c: {"course_id": c.course_id, "user_id": c.user_id},
    "award_if_due": lambda c: {"payload": {"course_id": str(c.course_id), "user_id": str(c.user_id)}},
    "forget_holder": lambda c: {"user_id": c.user_id},
    "of_course": lambda c: {"slug": "principles-of-ecology"},
    "read": lambda c: {"certificate_id": c.id},
    "revoke": lambda c: {"certificate_id": c.id, "reason": "Mine"},
    "sheet": lambda c: {"certificate_id": c.id},
}
LISTS = {"mine"}
FOR_EVERYBODY = {"verify": "the code is the key: tests/credentials/test_verify.py"}


def _functions() -> dict[str, Any]:
    return {
        name: act
        for name, act in vars(service).items()
        if inspect.isfunction(act) and act.__module__ == service.__name__ and not name.startswith("_")
    }


def test_every_public_function_has_a_case() -> None:
    assert set(_functions()) == {*CLOSED, *LISTS, *FOR_EVERYBODY}


@pytest.fixture
def target(instructor: Any, student: Any) -> Certificate:
    makers.earned(student, instructor)
    return makers.rows()[0]


@pytest.mark.parametrize("published", [True, False], ids=["published", "draft"])
@pytest.mark.parametrize("name", CLOSED)
def test_a_stranger_finds_nothing(
    stranger: Any, instructor: Any, target: Certificate, name: str, published: bool
) -> None:
    if not published:
        instructor.does(courses.unpublish, course_id=target.course_id)

    with pytest.raises(NotFound):
        stranger.does(_functions()[name], **CLOSED[name](target))

    assert makers.rows() == [target]


@pytest.mark.parametrize("name", {**CLOSED, "mine": dict})
def test_nobody_does_anything_without_signing_in(target: Certificate, name: str) -> None:
    given = CLOSED[name](target) if name in CLOSED else {}

    with unit_of_work(ANONYMOUS) as work, pytest.raises(NotSignedIn):
        _functions()[name](work, **given)


@pytest.mark.parametrize("name", sorted(set(CLOSED) - {"forget_holder", "read", "sheet"}))
def test_a_student_may_not_do_the_staffs_work(student: Any, target: Certificate, name: str) -> None:
    with pytest.raises(Forbidden):
        student.does(_functions()[name], **CLOSED[name](target))

    assert makers.rows() == [target]


def test_lists_hold_nothing_of_others(stranger: Any, target: Certificate) -> None:
    assert stranger.sees(service.mine) == []


def test_the_staff_of_another_course_are_strangers(target: Certificate) -> None:
    from lms_app.core.work import SiteRole

    other = people.person("Olga", SiteRole.INSTRUCTOR)
    makers.completed(people.person("Ben"), other, title="Another course")

    for name in ("award", "read", "revoke", "sheet"):
        with pytest.raises(NotFound):
            other.does(_functions()[name], **CLOSED[name](target))


def test_what_is_not_there_is_not_found(student: Any, admin: Any) -> None:
    for person in (student, admin):
        with pytest.raises(NotFound):
            person.sees(service.read, certificate_id=uuid4())
    with pytest.raises(NotFound):
        admin.does(service.award, course_id=uuid4(), user_id=student.id)


# ---- Cost


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


def _cost(person: Any, act: Callable[..., Any], **given: Any) -> int:
    with _counted() as statements:
        person.sees(act, **given)
    return len(statements)


def test_lists_and_checks_cost_the_same_however_many_there_are(student: Any, instructor: Any) -> None:
    first = makers.earned(student, instructor)
    slug = first.course_url.removeprefix("/courses/")

    def costs() -> list[int]:
        return [
            _cost(student, service.mine),
            _cost(instructor, service.of_course, slug=slug),
            _cost(student, service.verify, code=first.code),
            _cost(student, service.sheet, certificate_id=UUID(first.id)),
        ]

    at_one = costs()
    for number in range(3):
        makers.completed(student, instructor, title=f"Course {number}")
        other = people.person(f"Ben {number}")
        other.does(courses.enrol, slug=slug)
        for item in instructor.sees(courses.outline, slug=slug).modules[0].items:
            other.does(courses.complete_lesson, item_id=UUID(item.id))
    makers.deliver()

    assert len(makers.rows()) == 7
    assert (at_one, costs()) == ([1, 2, 1, 1], [1, 2, 1, 1])
