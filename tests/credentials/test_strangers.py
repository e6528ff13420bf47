"""Every public service function, called by somebody who has no business there; and what lists cost."""

import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import event
from sqlmodel import col, select

from lms_app.core import db
from lms_app.core.errors import Forbidden, NotFound, NotSignedIn
from lms_app.core.files import Staged
from lms_app.core.work import ANONYMOUS, SYSTEM, reading, unit_of_work
from lms_app.courses import service as courses
from lms_app.credentials import service
from lms_app.credentials.design import STARTS
from lms_app.credentials.models import Certificate, CertificateBatch, CertificateDesign
from tests import makers as people
from tests.credentials import makers

Arguments = Callable[[Certificate], dict[str, Any]]

SLUG = "principles-of-ecology"
DESIGN = STARTS["band"]
CLOSED: dict[str, Arguments] = {
    "award": lambda c: {"course_id": c.course_id, "user_id": c.user_id},
    "award_all_due": lambda c: {"payload": {"course_id": str(c.course_id)}},
    "award_asked": lambda c: {"payload": {"course_id": str(c.course_id), "users": []}},
    "award_if_due": lambda c: {"payload": {"course_id": str(c.course_id), "user_id": str(c.user_id)}},
    "award_many": lambda c: {"slug": SLUG},
    "awards": lambda c: {"slug": SLUG},
    "forget_holder": lambda c: {"user_id": c.user_id},
    "of_course": lambda c: {"slug": SLUG},
    "own_design": lambda c: {"slug": SLUG},
    "print_all": lambda c: {"slug": SLUG},
    "read": lambda c: {"certificate_id": c.id},
    "reissue": lambda c: {"certificate_id": c.id},
    "revoke": lambda c: {"certificate_id": c.id, "reason": "Mine"},
    "set_terms": lambda c: {"slug": SLUG, "automatic": False},
    "share": lambda c: {"certificate_id": c.id, "on": True},
    "sheet": lambda c: {"certificate_id": c.id},
    "terms": lambda c: {"slug": SLUG},
    "terms_form": lambda c: {"slug": SLUG},
    # Of the course's design, made by the fixture.
    "adapt_design": lambda c: {"design_id": made()["design"], "slug": SLUG},
    "check_picture": lambda c: {"design_id": made()["design"], "staged": Staged("0" * 64, 1, b""), "name": "x.png"},
    "create_design": lambda c: {"name": "Mine", "slug": SLUG},
    "design_authors_door": lambda c: {"design_id": made()["design"]},
    "design_files_door": lambda c: {"design_id": made()["design"]},
    "design_form": lambda c: {"design_id": made()["design"]},
    "designs": lambda c: {"slug": SLUG},
    "discard_draft": lambda c: {"design_id": made()["design"]},
    "keep_draft": lambda c: {"design_id": made()["design"], "values": {"accent": "#000000"}},
    "make_default": lambda c: {"design_id": made()["design"]},
    "preview_sheet": lambda c: {"design_id": made()["design"]},
    "read_design": lambda c: {"design_id": made()["design"]},
    "remove_design": lambda c: {"design_id": made()["design"]},
    "save_design": lambda c: {"design_id": made()["design"], "design": DESIGN},
    "plant_design": lambda c: {"slug": SLUG, "design_id": made()["design"], "name": "Mine", "design": DESIGN},
    "plant_terms": lambda c: {"slug": SLUG},
    "batch": lambda c: {"batch_id": made()["batch"]},
    "batch_file": lambda c: {"batch_id": made()["batch"]},
    "next_sheets": lambda c: {"batch_id": made()["batch"]},
    "note_printed": lambda c: {"batch_id": made()["batch"], "first": 0},
}
LISTS = {"mine"}
FOR_EVERYBODY = {
    "verify": "the code is the key: tests/credentials/test_verify.py",
    "shared": "as long as its holder wants: tests/credentials/test_ending.py",
    "shared_sheet": "likewise",
}
NO_WORK = {"read_form", "read_terms", "print_some"}  # texts, and the step of a job
BEHIND_A_DOOR = {"check_picture"}  # `files.attach` came through `design_authors_door`
OWN = {"forget_holder", "read", "sheet", "share"}  # a student's own


def _functions() -> dict[str, Any]:
    return {name: getattr(service, name) for name in service.__all__ if inspect.isfunction(getattr(service, name))}


def made() -> dict[str, UUID]:
    with reading(SYSTEM) as work:
        return {
            "design": work.db.exec(
                select(CertificateDesign.id).where(col(CertificateDesign.course_id).is_not(None))
            ).one(),
            "batch": work.db.exec(select(CertificateBatch.id)).one(),
        }


def test_every_public_function_has_a_case() -> None:
    assert set(_functions()) == {*CLOSED, *LISTS, *FOR_EVERYBODY, *NO_WORK}


def _target(instructor: Any, student: Any) -> Certificate:
    makers.earned(student, instructor)
    instructor.does(service.create_design, name="Band", layout="band", slug=SLUG)
    instructor.does(service.print_all, slug=SLUG)
    return makers.rows()[0]


pytestmark = pytest.mark.stage(make=_target)


@pytest.mark.parametrize("published", [True, False], ids=["published", "draft"])
@pytest.mark.parametrize("name", sorted(set(CLOSED) - BEHIND_A_DOOR))
def test_a_stranger_finds_nothing(
    stranger: Any, instructor: Any, target: Certificate, name: str, published: bool
) -> None:
    if not published:
        instructor.does(courses.unpublish, course_id=target.course_id)

    with pytest.raises(NotFound):
        stranger.does(_functions()[name], **CLOSED[name](target))

    assert makers.rows() == [target]


@pytest.mark.parametrize("name", sorted({*CLOSED, "mine"} - BEHIND_A_DOOR))
def test_nobody_does_anything_without_signing_in(target: Certificate, name: str) -> None:
    given = CLOSED[name](target) if name in CLOSED else {}

    with unit_of_work(ANONYMOUS) as work, pytest.raises(NotSignedIn):
        _functions()[name](work, **given)


@pytest.mark.parametrize("name", sorted(set(CLOSED) - OWN - BEHIND_A_DOOR))
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

    for name in sorted(set(CLOSED) - BEHIND_A_DOOR):
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
            _cost(instructor, service.awards, slug=slug),
            _cost(instructor, service.terms_form, slug=slug),
            _cost(instructor, service.designs, slug=slug),
        ]

    at_one, awarded = costs(), len(makers.rows())
    for number in range(3):
        makers.completed(student, instructor, title=f"Course {number}")
        other = people.person(f"Ben {number}")
        other.does(courses.enrol, slug=slug)
        for item in instructor.sees(courses.outline, slug=slug).modules[0].items:
            other.does(courses.complete_lesson, item_id=UUID(item.id))
        instructor.does(service.create_design, name=f"Design {number}", slug=slug)
    makers.deliver()

    assert len(makers.rows()) == awarded + 6
    assert at_one == costs()
    assert at_one[:4] == [1, 2, 1, 1]
    assert max(at_one) <= 16
