"""Pages render, and their states show what a form left, look a link up without using it, and end sessions."""

from typing import Any
from urllib.parse import urlencode

import pytest

from lms_app.accounts import flash, service
from lms_app.accounts.flash import Flash
from lms_app.accounts.pages import forgot, profile, register, reset, sign_in, verify_email
from lms_app.accounts.state.forgot import ForgotState
from lms_app.accounts.state.links import ResetState, VerifyState
from lms_app.accounts.state.profile import ProfileState
from lms_app.accounts.state.register import RegisterState
from lms_app.accounts.state.sign_in import SignInState
from lms_app.accounts.views import DemoSignIn
from lms_app.core.errors import NotFound
from lms_app.core.work import perform
from lms_app.web.guard import mark_of
from lms_app.web.views import FieldError
from tests.accounts.helpers import PASSWORD, VISITOR, letters, person

pytestmark = pytest.mark.anyio
PAGES = (forgot, profile, register, reset, sign_in, verify_email)


def left(token: str = "", **answer: Any) -> str:
    """What the Cookie header holds after the session's own: the answer to a form."""
    return f"{token}; {flash.COOKIE}={flash.sealed(Flash(**answer))}"


def address(path: str, **asked: str) -> str:
    return f"{path}?{urlencode(asked)}"


@pytest.mark.parametrize("module", PAGES, ids=lambda module: module.__name__.rpartition(".")[2])
def test_a_page_renders_and_its_handler_has_the_pages_mark(module):
    page = module.PAGE
    mark = mark_of(page.on_load.fn)

    assert str(page.view().render())
    assert mark is not None
    assert mark.who == page.who


async def test_a_failed_sign_in_is_told_beside_the_fields_and_keeps_the_address(bus, database):
    said = left(form="sign-in", errors={"password": "Enter your password."}, typed={"email": "ada@example.org"})
    tab = await bus.send(SignInState.open, token=said, path=address("/sign-in", next="/courses/bread"))

    state = await bus.state(tab, SignInState)
    assert bus.errors == []
    assert [(problem.id, problem.text) for problem in state.problems] == [("password", "Enter your password.")]
    assert state.problems == [FieldError("password", "Enter your password.")]
    assert (state.email, state.next) == ("ada@example.org", "/courses/bread")


async def test_the_answer_to_one_form_is_not_shown_by_another_and_a_forged_one_by_none(bus, database):
    said = left(form="register", errors={"email": "Wrong."}, typed={"email": "ada@example.org"})
    for token in (said, f"; {flash.COOKIE}=forged", said[:-3] + "abc"):
        tab = await bus.send(SignInState.open, token=token, path="/sign-in")
        state = await bus.state(tab, SignInState)
        assert (list(state.problems), state.email) == ([], "")


async def test_a_next_page_elsewhere_is_dropped(bus, database):
    for wanted in ("//evil.example", "/\\evil.example", "javascript:alert(1)"):
        tab = await bus.send(SignInState.open, path=address("/sign-in", next=wanted))
        assert (await bus.state(tab, SignInState)).next == ""


async def test_who_is_signed_in_has_no_business_on_the_sign_in_page(bus, database):
    token = person().signs_in()

    await bus.send(SignInState.open, token=token, path=address("/sign-in", next="/catalogue"))
    assert set(bus.redirects()) == {"/catalogue"}
    await bus.send(SignInState.open, token=token, path=address("/sign-in", next="//evil.example"))
    assert set(bus.redirects()) == {"/"}
    await bus.send(RegisterState.open, token=token, path="/register")
    assert set(bus.redirects()) == {"/"}


async def test_the_demos_accounts_are_shown_where_there_are_any(bus, database, monkeypatch):
    monkeypatch.setattr(service, "DEMO_SIGN_INS", [DemoSignIn("Student", "amina@example.org", "learn-something-new")])
    tab = await bus.send(SignInState.open, path="/sign-in")

    assert [who.role for who in (await bus.state(tab, SignInState)).demo] == ["Student"]


async def test_a_registration_with_mistakes_keeps_the_name(bus, database):
    said = left(form="register", errors={"password": "Too short."}, typed={"email": "a@b.org", "name": "Ada"})
    tab = await bus.send(RegisterState.open, token=said, path="/register")

    state = await bus.state(tab, RegisterState)
    assert (state.name, state.email) == ("Ada", "a@b.org")
    assert state.problems == [FieldError("password", "Too short.")]


async def test_forgot_says_that_a_mail_is_on_its_way_until_another_address_is_wanted(bus, database):
    said = left(form="forgot", said="sent", typed={"email": "ada@example.org"})
    tab = await bus.send(ForgotState.open, token=said, path="/forgot")
    state = await bus.state(tab, ForgotState)
    assert (state.said, state.email) == ("sent", "ada@example.org")

    await bus.send(ForgotState.open, token=said, tab=tab, path=address("/forgot", other="1"))
    state = await bus.state(tab, ForgotState)
    assert (state.said, state.email) == ("", "")


async def test_loading_the_page_of_a_link_uses_nothing_up(bus, database):
    from lms_app.accounts.service import steps

    await steps.register(VISITOR, name="Grace", email="grace@example.org", password=PASSWORD)
    token = letters("grace@example.org")[0].token
    for _ in range(3):
        tab = await bus.send(VerifyState.open, path=address("/verify-email", token=token))
        state = await bus.state(tab, VerifyState)
        assert (state.step, state.email, state.token) == ("confirm", "grace@example.org", token)
    await perform(VISITOR, service.confirm, token=token)

    tab = await bus.send(VerifyState.open, path=address("/verify-email", token=token))
    assert (await bus.state(tab, VerifyState)).step == "over"
    # A link to confirm opens no page to choose a password.
    tab = await bus.send(ResetState.open, path=address("/reset", token=token))
    assert (await bus.state(tab, ResetState)).step == "over"


async def test_the_page_after_registering_says_where_the_mail_went(bus, database):
    said = left(form="verify", said="registered", typed={"email": "grace@example.org"})
    tab = await bus.send(VerifyState.open, token=said, path="/verify-email")

    state = await bus.state(tab, VerifyState)
    assert (state.step, state.said, state.email) == ("sent", "registered", "grace@example.org")


async def test_the_page_of_an_invitation_asks_for_a_password(bus, admin):
    admin.does(service.invite, name="Ben", email="ben@example.org")
    token = letters("ben@example.org")[0].token
    # The invitation is dated by the test's clock, which is ahead of the server's.
    tab = await bus.send(ResetState.open, path=address("/reset", token=token))

    state = await bus.state(tab, ResetState)
    assert (state.step, state.email, state.loaded) == ("choose", "ben@example.org", True)


async def test_a_profile_shows_what_was_typed_and_says_a_success_once(bus, database):
    ada = person()
    token = ada.signs_in()
    wrong = left(token, form="profile", errors={"zone": "Choose."}, typed={"name": "Ada K", "zone": "Mars/Base"})
    tab = await bus.send(ProfileState.open, token=wrong, path="/profile")
    state = await bus.state(tab, ProfileState)
    assert (state.typed["name"], state.typed["zone"], state.typed["theme"]) == ("Ada K", "Mars/Base", "system")
    assert state.unlisted == {"zone": "Mars/Base", "locale": ""}
    assert (state.me.name, state.notice) == ("Ada Lovelace", "")
    assert state.problems == [FieldError("zone", "Choose.")]

    good = left(token, form="profile", said="Profile saved.")
    await bus.send(ProfileState.open, token=good, tab=tab, path="/profile")
    state = await bus.state(tab, ProfileState)
    assert (state.notice, state.notice_n, state.typed["name"]) == ("Profile saved.", 1, "Ada Lovelace")
    await bus.send(ProfileState.open, token=good, tab=tab, path="/profile")
    assert (await bus.state(tab, ProfileState)).notice_n == 1


async def test_a_device_is_signed_out_from_the_profile_and_nobody_elses(bus, database):
    ada, ben = person("Ada"), person("Ben")
    token, _phone = ada.signs_in(), ada.signs_in()
    await bus.send(ProfileState.open, token=ben.signs_in(), path="/profile")
    tab = await bus.send(ProfileState.open, token=token, path="/profile")
    sessions = (await bus.state(tab, ProfileState)).sessions
    other = next(row for row in sessions if not row.current)

    await bus.send(ProfileState.end, {"session_id": other.id, "device": other.device}, token=token, tab=tab)
    state = await bus.state(tab, ProfileState)
    assert [row.current for row in state.sessions] == [True]
    assert state.notice.startswith("Signed out")

    for wrong in (other.id, "nonsense", None, {"a": 1}):
        await bus.send(ProfileState.end, {"session_id": wrong, "device": "x"}, token=token, tab=tab)
        assert {type(error) for error in bus.errors} == {NotFound}


async def test_visitors_are_sent_from_the_profile_to_sign_in(bus, database):
    await bus.send(ProfileState.open, path="/profile")

    assert set(bus.redirects()) == {"/sign-in?next=/profile"}


async def test_a_visitor_is_sent_little_state(bus, database):
    """Every page's first message carries every state: ours stays small, and holds nothing of anybody."""
    import json

    tab = await bus.send(SignInState.open, path="/sign-in")
    states = [
        await bus.state(tab, kind)
        for kind in (SignInState, RegisterState, ForgotState, ResetState, VerifyState, ProfileState)
    ]
    own = {name: state.get_value(name) for state in states for name in state.base_vars}

    assert len(json.dumps(own, default=str)) < 3_000
    assert states[-1].me.email == ""
