"""Every public service function, called by somebody who has no business there."""

import inspect
from collections.abc import Callable
from typing import Any

import pytest

from lms_app.core import files
from lms_app.core.errors import Forbidden, NotFound, NotSignedIn
from lms_app.core.work import ANONYMOUS, unit_of_work
from lms_app.courses import service as courses
from lms_app.discussions import service
from tests.discussions import makers

Arguments = Callable[[makers.Made], dict[str, Any]]
MEMBERS: dict[str, Arguments] = {
    "answer": lambda t: {"thread_id": t.thread, "body": "Mine"},
    "ask": lambda t: {"slug": t.course.slug, "title": "Mine", "body": "Mine"},
    "follow": lambda t: {"thread_id": t.thread},
    "questions": lambda t: {"slug": t.course.slug},
    "read_thread": lambda t: {"thread_id": t.thread},
    "reply": lambda t: {"post_id": t.answer, "body": "Mine"},
    "report": lambda t: {"post_id": t.answer, "reason": "Mine"},
    "talk_readers_door": lambda t: {"scope_id": t.course.id},
    "talk_writers_door": lambda t: {"scope_id": t.course.items[0]},
    "under_lesson": lambda t: {"item_id": t.course.items[0]},
    "vote": lambda t: {"thread_id": t.thread},
}
# Of who wrote it: a fellow is Forbidden.
OWN: dict[str, Arguments] = {
    "accept": lambda t: {"post_id": t.answer},
    "delete_post": lambda t: {"post_id": t.question},
    "edit_post": lambda t: {"post_id": t.question, "body": "Mine"},
    "post_source": lambda t: {"post_id": t.question},
}
STAFF: dict[str, Arguments] = {
    "hide": lambda t: {"post_id": t.answer, "reason": "Mine"},
    "keep": lambda t: {"post_id": t.answer},
    "lock": lambda t: {"thread_id": t.thread},
    "pin": lambda t: {"thread_id": t.thread},
    "post_history": lambda t: {"post_id": t.answer},
    "reported_posts": lambda t: {"slug": t.course.slug},
    "restore": lambda t: {"post_id": t.answer},
}
CLOSED = {**MEMBERS, **OWN, **STAFF}
NOT_DOORS = {
    "check_picture": "looks at bytes alone; the door of the scope stands before it",
    "tell_followers": "a topic: enters as one who manages, see test_telling",
    "unanswered_by_course": "counts what the actor teaches, see below",
    "unanswered_count": "counts what the actor teaches, see below",
}


def _functions() -> dict[str, Any]:
    found = {name: getattr(service, name) for name in service.__all__}
    return {
        name: act
        for name, act in found.items()
        if inspect.isfunction(act) and next(iter(inspect.signature(act).parameters), "") == "work"
    }


def test_every_public_function_has_a_case() -> None:
    assert set(_functions()) == {*CLOSED, *NOT_DOORS}


def _target(instructor: Any, student: Any) -> makers.Made:
    return makers.thread(instructor, student, enrol_mode="open")


pytestmark = pytest.mark.stage(make=_target)


@pytest.mark.parametrize("name", CLOSED)
def test_a_stranger_finds_nothing(stranger: Any, target: makers.Made, name: str) -> None:
    with pytest.raises(NotFound):
        stranger.does(_functions()[name], **CLOSED[name](target))


@pytest.mark.parametrize("name", CLOSED)
def test_nobody_does_anything_without_signing_in(target: makers.Made, name: str) -> None:
    with unit_of_work(ANONYMOUS) as work, pytest.raises((NotSignedIn, NotFound)):
        _functions()[name](work, **CLOSED[name](target))


@pytest.mark.parametrize("name", {**OWN, **STAFF})
def test_a_fellow_may_not_do_it_for_them(target: makers.Made, name: str) -> None:
    with pytest.raises(Forbidden):
        makers.fellow(target.course).does(_functions()[name], **CLOSED[name](target))


@pytest.mark.parametrize("name", CLOSED)
def test_who_was_removed_finds_nothing_any_more(instructor: Any, student: Any, target: makers.Made, name: str) -> None:
    instructor.does(courses.remove_member, course_id=target.course.id, user_id=student.id)

    with pytest.raises(NotFound):
        student.does(_functions()[name], **CLOSED[name](target))


def test_a_stranger_teaches_nothing_that_waits(stranger: Any, instructor: Any, student: Any) -> None:
    makers.asked(student, makers.thread(instructor, student).course, title="And blue?")

    assert stranger.sees(service.unanswered_count) == 0
    assert stranger.sees(service.unanswered_by_course) == {}
    with unit_of_work(ANONYMOUS) as work, pytest.raises(NotSignedIn):
        service.unanswered_count(work)


def test_a_picture_is_looked_at_behind_the_door(stranger: Any, target: makers.Made) -> None:
    given = {"name": "x.png", "scope": service.TALK, "scope_id": target.course.items[0]}

    with pytest.raises(NotFound):
        stranger.does(files.attach, files.stage_bytes(b"\x89PNG\r\n\x1a\n"), **given)
