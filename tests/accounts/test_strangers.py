"""Every public service function, called by somebody who has no business there. A new one without a case fails here."""

import inspect
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from lms_app.accounts import service
from lms_app.core.errors import Forbidden, LmsError, NotFound, NotSignedIn
from lms_app.core.identity import Audience
from lms_app.core.work import utc_now
from tests.accounts.helpers import (
    OTHER,
    PASSWORD,
    VISITOR,
    letters,
    live_sessions,
    person,
    reset_token,
    run,
    user,
)
from tests.makers import Person

Given = Callable[[Person], dict[str, Any]]

# Who is not signed in hears that, and nothing else.
OWN: dict[str, dict[str, Any]] = {
    "profile": {},
    "sessions": {},
    "end_session": {"session_id": uuid4()},
    "remove_avatar": {},
    "ask_proof_link": {},
    "sign_out_everywhere": {},
    "update_profile": {"name": "Mine"},
    "ask_new_email": {"current": PASSWORD, "email": "mine@example.org"},
    "change_password": {"current": PASSWORD, "password": OTHER},
    "prove": {"current": PASSWORD},
    "set_avatar": {"content": b"x"},
    "api_keys": {},
    "make_api_key": {"name": "Mine"},
    "revoke_api_key": {"key_id": uuid4()},
}
# For administrators and the job loop.
STAFF: dict[str, dict[str, Any]] = {
    "begin_for": {"user_id": uuid4(), "audience": Audience.WEB},
    "create_account": {"email": "new@example.org", "name": "New"},
    "invite": {"email": "new@example.org", "name": "New"},
    "forget_links": {"user_id": uuid4()},
    "keys_of": {"user_id": uuid4()},
    "make_key": {"user_id": uuid4(), "name": "Mine"},
    "revoke_key": {"user_id": uuid4(), "key_id": uuid4()},
    "send_invitations": {"user_ids": [uuid4()]},
    "send_password_link": {"user_id": uuid4()},
    "send_link": {"payload": {"email": "x@example.org", "purpose": "reset"}},
}
# Open to everybody: what opens them is a secret, or they only lead to a mail to the owner.
OPEN: dict[str, Given] = {
    "sign_in": lambda ada: {"email": ada.email, "password": OTHER, "audience": Audience.WEB},
    "register": lambda ada: {"name": "Eve", "email": ada.email, "password": OTHER},
    "reset_password": lambda ada: {"token": "x" * 43, "password": OTHER},
    "refresh": lambda ada: {"refresh_token": f"{'0' * 32}.{'x' * 43}"},
    "confirm": lambda ada: {"token": "x" * 43},
    "read_link": lambda ada: {"token": "x" * 43},
    "ask_password_link": lambda ada: {"email": ada.email},
    "ask_verify_link": lambda ada: {"email": ada.email},
    "sign_out": lambda ada: {},
}
# Tested as the door of files, in test_forms; and where invitations are, in the room of courses.
DOORS = {"avatar_reader", "new_hash", "welcome"}


def _does(who: Person, name: str, given: dict[str, Any]) -> Any:
    act = getattr(service, name)
    return run(act(who.actor, **given)) if inspect.iscoroutinefunction(act) else who.does(act, **given)


def _answer(who: Person, name: str, given: dict[str, Any]) -> Any:
    try:
        return _does(who, name, given)
    except LmsError as error:
        return error


def test_every_public_function_has_a_case():
    public = {name for name in service.__all__ if inspect.isfunction(getattr(service, name))}

    assert public == {*OWN, *STAFF, *OPEN, *DOORS}


@pytest.mark.parametrize("name", [*OWN, *STAFF])
def test_who_is_not_signed_in_hears_that(database, name):
    person(email="x@example.org")

    with pytest.raises(NotSignedIn):
        _does(Person(VISITOR, "", utc_now()), name, {**OWN, **STAFF}[name])
    assert letters() == []


@pytest.mark.parametrize("name", STAFF)
def test_who_is_no_administrator_is_refused(student, instructor, name):
    for who in (student, instructor):
        with pytest.raises(Forbidden):
            _does(who, name, STAFF[name])
    assert letters() == []


@pytest.mark.parametrize("name", OPEN)
def test_what_is_open_gives_a_stranger_nothing_of_somebody_elses(database, stranger, name):
    ada = person()
    ada.signs_in()
    before = user(ada)

    for who in (stranger.at(utc_now()), Person(VISITOR, "", utc_now())):
        answer = _answer(who, name, OPEN[name](ada))
        assert answer is None or (isinstance(answer, LmsError) and ada.email not in str(answer))

    assert user(ada) == before
    assert live_sessions(ada) == 1
    assert {letter.to for letter in letters()} <= {ada.email}


def test_what_is_ones_own_touches_nobody_elses(database, stranger):
    ada = person()
    ada.signs_in()
    theirs = ada.at(utc_now()).sees(service.sessions)[0]
    stranger = stranger.at(utc_now())
    from uuid import UUID

    with pytest.raises(NotFound):
        stranger.does(service.end_session, session_id=UUID(theirs.id))
    assert stranger.sees(service.sessions) == []
    assert stranger.sees(service.profile).email == stranger.email
    stranger.does(service.update_profile, name="Eve")
    stranger.does(service.sign_out_everywhere)
    assert live_sessions(ada) == 1
    assert user(ada).name == ada.actor.name


def test_a_session_begins_only_for_a_password_that_was_compared(database):
    """`begin` is no public function; even so, it opens nothing for who does not know the hash."""
    from lms_app.accounts.service.entering import WrongPair, begin
    from lms_app.accounts.views import Kept

    ada = person()
    visitor = Person(VISITOR, "", utc_now())
    for kept in (Kept(), Kept(ada.id, None), Kept(ada.id, "another hash"), Kept(uuid4(), "x")):
        with pytest.raises(WrongPair):
            visitor.does(begin, kept=kept, audience=Audience.WEB)


def test_a_link_belongs_to_its_owner_whoever_is_signed_in(database, stranger):
    """Who opens somebody's link in a browser that is signed in as another is signed in as the link's owner after it."""
    ada = person()
    token = reset_token(ada)

    session = run(service.reset_password(stranger.actor, token=token, password=OTHER, sign_in=True))

    assert session is not None
    assert session.user_id == str(ada.id)
