"""Every public function of this room, tried by whoever has no business with it."""

import inspect
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest

from lms_app.accounts.views import Kept
from lms_app.core.errors import Conflict, Forbidden, NotFound, NotSignedIn
from lms_app.core.work import ANONYMOUS, unit_of_work
from lms_app.privacy import service
from tests.makers import Person, person

Given = Callable[[UUID], dict[str, Any]]
ADMINS: dict[str, Given] = {
    "data_map": lambda _id: {},
    "desk": lambda _id: {},
    "erase_again": lambda user_id: {"user_ids": [user_id]},
    "erase_due": lambda _id: {},
    "erase_person": lambda user_id: {"user_id": user_id, "reason": "asked", "kept": Kept(user_id, "x")},
    "erasures_waiting": lambda _id: {},
    "leftovers": lambda _id: {},
    "map_desk": lambda _id: {},
    "person_named": lambda _id: {"email": "ada@example.org"},
    "plan_unused": lambda user_id: {"user_ids": [user_id]},
    "policies": lambda _id: {},
    "publish_policy": lambda _id: {"kind": "terms", "body": "Mine."},
    "retain": lambda _id: {"name": "sessions"},
    "retention": lambda _id: {},
    "texts_desk": lambda _id: {},
}
OWN: dict[str, tuple[Given, Any]] = {
    "answer": (lambda _id: {"policy_ids": [uuid4()], "agreed": True}, NotFound),
    "answers": (lambda _id: {}, []),
    "ask_take_out": (lambda _id: {}, None),
    "erasure": (lambda _id: {}, None),
    "my_data": (lambda _id: {}, None),
    "note_fetched": (lambda _id: {"take_out_id": uuid4()}, NotFound),
    "read_take_out": (lambda _id: {"take_out_id": uuid4()}, NotFound),
    "request_erasure": (lambda user_id: {"kept": Kept(user_id, "x")}, Conflict),
    "take_back_erasure": (lambda _id: {}, None),
    "take_out_file": (lambda _id: {"take_out_id": uuid4()}, NotFound),
    "take_outs": (lambda _id: {}, []),
    "unanswered": (lambda _id: {}, []),
}
EVERYBODY = {"current": {}, "current_of": {"kind": "terms"}}
# No verbs: jobs and the way in call them for somebody whom they know; paths and lists of ids are no rows.
INSIDE = {"erase", "note_ready", "still_used", "is_asked", "is_erased", "noted", "cut_journal", "place_of"}
STEPS = {"ask_erasure", "erase_now", "make_take_out", "retain_all", "sweep_erased"}


def test_every_function_is_tried() -> None:
    functions = {name for name in service.__all__ if inspect.isfunction(getattr(service, name))}

    assert functions == {*ADMINS, *OWN, *EVERYBODY, *INSIDE, *STEPS}


@pytest.mark.parametrize("name", ADMINS)
def test_what_administrators_do_nobody_else_does(name: str, student: Person, instructor: Person) -> None:
    for who, refusal in ((student, Forbidden), (instructor, Forbidden)):
        with pytest.raises(refusal):
            who.does(getattr(service, name), **ADMINS[name](student.id))
    with unit_of_work(ANONYMOUS) as work, pytest.raises(NotSignedIn):
        getattr(service, name)(work, **ADMINS[name](student.id))


@pytest.mark.parametrize("name", OWN)
def test_what_is_ones_own_is_nobody_elses(name: str, stranger: Person) -> None:
    other = person("Other")
    given, outcome = OWN[name]

    with unit_of_work(ANONYMOUS) as work, pytest.raises(NotSignedIn):
        getattr(service, name)(work, **given(other.id))
    if inspect.isclass(outcome):
        with pytest.raises(outcome):
            stranger.does(getattr(service, name), **given(other.id))
    elif outcome is not None:
        assert stranger.does(getattr(service, name), **given(other.id)) == outcome


def test_the_texts_are_for_everybody() -> None:
    with unit_of_work(ANONYMOUS) as work:
        assert [getattr(service, name)(work, **given) for name, given in EVERYBODY.items()] == [[], None]


def test_who_looks_as_somebody_and_who_has_a_key_get_no_copy(student: Person) -> None:
    from dataclasses import replace

    for actor in (replace(student.actor, acted_by=uuid4()), replace(student.actor, by_key=True)):
        with unit_of_work(actor) as work, pytest.raises(Forbidden):
            service.ask_take_out(work)
        with unit_of_work(actor) as work, pytest.raises(Forbidden):
            service.take_out_file(work, take_out_id=uuid4())
