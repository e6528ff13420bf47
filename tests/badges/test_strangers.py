"""Every public service function, called by somebody who has no business there; and what lists cost."""

import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import event

from lms_app.badges import service
from lms_app.badges.models import Award
from lms_app.core import db
from lms_app.core.errors import Forbidden, LmsError, NotFound, NotSignedIn
from lms_app.core.work import ANONYMOUS, SYSTEM, reading, unit_of_work
from lms_app.courses import service as courses
from lms_app.policy import Role
from tests import makers as people
from tests.badges import makers
from tests.courses import makers as course_makers
from tests.makers import NOON

Arguments = Callable[[Award], dict[str, Any]]
DRAFT = service.Draft("Mine", {"kind": "manual"})
SLUG = "principles-of-ecology"

# What a stranger, a student of the course who has nothing to do with it, and an assistant hear.
CLOSED: dict[str, tuple[Arguments, Any, Any]] = {
    "award": (lambda a: {"badge_id": a.badge_id, "user_id": a.user_id}, Forbidden, None),
    "create": (lambda a: {"slug": SLUG, "draft": DRAFT}, Forbidden, Forbidden),
    "new": (lambda a: {"slug": SLUG}, Forbidden, Forbidden),
    "of_course": (lambda a: {"slug": SLUG}, Forbidden, None),
    "plant_badge": (
        lambda a: {"slug": SLUG, "badge_id": a.badge_id, "draft": DRAFT, "status": "closed"},
        Forbidden,
        Forbidden,
    ),
    "remove_badge": (lambda a: {"slug": SLUG, "badge_id": a.badge_id}, Forbidden, Forbidden),
    "read": (lambda a: {"badge_id": a.badge_id}, Forbidden, None),
    "read_mine": (lambda a: {"award_id": a.id}, NotFound, NotFound),
    "revoke": (lambda a: {"award_id": a.id, "reason": "Mine"}, Forbidden, Forbidden),
    "save": (lambda a: {"badge_id": a.badge_id, "draft": DRAFT}, Forbidden, Forbidden),
    "set_public": (lambda a: {"award_id": a.id, "public": True}, NotFound, NotFound),
    "set_status": (lambda a: {"badge_id": a.badge_id, "status": "closed"}, Forbidden, Forbidden),
    "take": (lambda a: {"award_id": a.id, "kind": "jwt"}, NotFound, NotFound),
    "page": (lambda a: {"code": a.code}, NotFound, NotFound),
    "drawn": (lambda a: {"code": a.code}, NotFound, NotFound),
}
TOPICS: dict[str, Callable[[Award, Any], dict[str, Any]]] = {
    "award_earned": lambda a, course_id: {"course_id": str(course_id), "user_id": str(a.user_id)},
    "award_everybody": lambda a, course_id: {"badge_id": str(a.badge_id)},
    "look_at_marks": lambda a, course_id: {"course_id": str(course_id)},
}
OWN = {"mine", "set_shelf"}
ADMINS = {"of_site"}
FOR_EVERYBODY = {
    "achievement": "what a badge stands for, once somebody has it",
    "achievement_drawn": "how it looks",
    "checked": "nothing is looked up but what the sender holds",
    "issuer": "says nothing of anyone",
    "may_check": "counts",
    "shelf": "the code is the key, and only while its holder wants it",
    "preview": "draws what was sent",
    "read_form": "reads what was sent",
    "data_url": "draws what was given",
}


def _functions() -> set[str]:
    return {name for name in service.__all__ if inspect.isfunction(getattr(service, name))}


def test_every_public_function_has_a_case() -> None:
    assert _functions() == {*CLOSED, *TOPICS, *OWN, *ADMINS, *FOR_EVERYBODY}


def _target(instructor: Any, student: Any) -> Award:
    return makers.awarded(student, instructor)


pytestmark = pytest.mark.stage(make=_target)


def _course_id(award: Award) -> Any:
    with reading(SYSTEM) as work:
        from lms_app.badges.models import Badge

        return work.db.get_one(Badge, award.badge_id).course_id


@pytest.mark.parametrize("name", CLOSED)
def test_strangers_and_members_without_the_right_are_refused(stranger: Any, target: Award, name: str) -> None:
    arguments, for_student, for_assistant = CLOSED[name]
    act = getattr(service, name)
    before = makers.row(target.id)

    with pytest.raises(NotFound):
        stranger.does(act, **arguments(target))
    with pytest.raises((NotSignedIn, NotFound)), unit_of_work(ANONYMOUS, NOON) as work:
        act(work, **arguments(target))
    course_id = _course_id(target)
    classmate, assistant = people.person("Classmate"), people.person("Assistant")
    with unit_of_work(SYSTEM, NOON) as work:
        courses.add_member(work, course_id=course_id, user_id=classmate.id)
        courses.add_member(work, course_id=course_id, user_id=assistant.id, role=Role.ASSISTANT)
    with pytest.raises(for_student):
        classmate.does(act, **arguments(target))
    if for_assistant is not None:
        with pytest.raises(for_assistant):
            assistant.does(act, **arguments(target))

    assert makers.row(target.id) == before
    assert len(makers.rows()) == 1


@pytest.mark.parametrize("name", TOPICS)
def test_what_wakes_badges_wakes_nothing_for_a_stranger(stranger: Any, target: Award, name: str) -> None:
    payload = TOPICS[name](target, _course_id(target))

    with pytest.raises((NotFound, Forbidden)):
        stranger.does(getattr(service, name), payload)

    assert len(makers.rows()) == 1


@pytest.mark.parametrize("act", [service.of_site, service.new], ids=["of_site", "new"])
def test_the_sites_badges_are_the_administrators(instructor: Any, stranger: Any, admin: Any, act: Any) -> None:
    made = makers.badge(admin, name="Of the site")

    for somebody in (instructor, stranger):
        with pytest.raises(Forbidden):
            somebody.does(act)
        with pytest.raises(Forbidden):
            somebody.does(service.create, draft=DRAFT)
        for refused in (
            lambda who=somebody: who.does(service.read, badge_id=made),
            lambda who=somebody: who.does(service.save, badge_id=made, draft=DRAFT),
            lambda who=somebody: who.does(service.award, badge_id=made, user_id=who.id),
        ):
            with pytest.raises(NotFound):
                refused()
    with pytest.raises(NotSignedIn), unit_of_work(ANONYMOUS, NOON) as work:
        act(work)


def test_what_is_ones_own_shows_nothing_of_others(stranger: Any, target: Award) -> None:
    assert stranger.sees(service.mine).awards == []
    with pytest.raises(NotSignedIn), unit_of_work(ANONYMOUS, NOON) as work:
        service.mine(work)
    with pytest.raises(NotSignedIn), unit_of_work(ANONYMOUS, NOON) as work:
        service.set_shelf(work, public=True)


def test_an_unknown_id_is_not_found_for_anybody(admin: Any) -> None:
    for act, given in (
        (service.read, {"badge_id": uuid4()}),
        (service.revoke, {"award_id": uuid4(), "reason": "x"}),
        (service.page, {"code": "nothing"}),
        (service.achievement, {"badge_id": uuid4()}),
    ):
        with pytest.raises(NotFound):
            admin.does(act, **given)


# ---- Consent


def test_nothing_is_public_before_its_holder_says_so(student: Any, target: Award) -> None:
    def visits(act: Any, **given: Any) -> Any:
        with reading(ANONYMOUS, NOON) as work:
            try:
                return act(work, **given)
            except LmsError as error:
                return type(error).__name__

    assert visits(service.page, code=target.code) == "NotFound"
    shelf = student.does(service.set_shelf, public=True)
    code = shelf.page.rpartition("/")[2]
    assert visits(service.shelf, code=code).awards == []

    student.does(service.set_public, award_id=target.id, public=True)
    assert visits(service.page, code=target.code).holder == "Student"
    assert [one.name for one in visits(service.shelf, code=code).awards] == ["Pond explorer"]

    student.does(service.set_public, award_id=target.id, public=False)
    student.does(service.set_shelf, public=False)
    assert visits(service.page, code=target.code) == "NotFound"
    assert visits(service.shelf, code=code) == "NotFound"
    again = student.does(service.set_shelf, public=True)
    assert again.page != shelf.page


# ---- What lists cost


@contextmanager
def _counted() -> Iterator[list[str]]:
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        asked.append(statement)

    engine = db.database().read
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(engine, "before_cursor_execute", note)


def test_lists_cost_the_same_for_few_and_many(student: Any, instructor: Any) -> None:
    course = course_makers.course(instructor)
    course_makers.enrolled(student, course)
    many = [people.person(f"Learner {n}") for n in range(8)]
    for one in many:
        course_makers.enrolled(one, course)
    first = makers.badge(instructor, {"kind": "streak", "days": 3}, slug=course.slug)
    instructor.does(service.award, badge_id=first, user_id=student.id)

    def cost() -> list[int]:
        counts: list[int] = []
        for act in (
            lambda: instructor.sees(service.of_course, slug=course.slug),
            lambda: instructor.sees(service.read, badge_id=first),
            lambda: student.sees(service.mine),
        ):
            with _counted() as asked:
                act()
            counts.append(len(asked))
        return counts

    few = cost()
    for one in many:
        instructor.does(service.award, badge_id=first, user_id=one.id)
    for _n in range(6):
        other = makers.badge(instructor, {"kind": "course"}, slug=course.slug)
        instructor.does(service.award, badge_id=other, user_id=student.id)

    assert cost() == few
