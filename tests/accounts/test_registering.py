"""Registering, confirming the address, signing in: and what a stranger learns about who is here."""

from datetime import timedelta

import pytest

from lms_app.accounts import service
from lms_app.core import site
from lms_app.core.errors import Forbidden, Invalid, NotFound, TooMany
from lms_app.core.identity import Audience, verify_password
from lms_app.core.settings import settings
from lms_app.core.work import SYSTEM, unit_of_work, utc_now
from tests.accounts.helpers import (
    OTHER,
    PASSWORD,
    VISITOR,
    actions,
    letters,
    person,
    post,
    run,
    user,
)
from tests.makers import NOON, Person

EMAIL = "grace@example.org"
visitor = Person(VISITOR, "", utc_now())


def register(email: str = EMAIL, name: str = "Grace Hopper", password: str = PASSWORD) -> None:
    run(service.register(VISITOR, name=name, email=email, password=password))


def sign_in(email: str = EMAIL, password: str = PASSWORD):
    return run(service.sign_in(VISITOR, email=email, password=password, audience=Audience.WEB))


def test_registering_confirming_and_signing_in(database):
    register()
    with pytest.raises(service.NotVerified):
        sign_in()
    (letter,) = letters()
    seen = visitor.at(utc_now()).sees(service.read_link, token=letter.token)
    done = visitor.at(utc_now()).does(service.confirm, token=letter.token)
    session = sign_in(" Grace@Example.org ")

    assert letter.to == EMAIL
    assert letter.link == f"http://lectern.test/verify-email?token={letter.token}"
    assert (seen.purpose, seen.email, done) == ("verify", EMAIL, seen)
    assert session.token
    assert actions() == ["account.created", "account.verified", "account.signed_in"]


def test_looking_at_a_link_changes_nothing_and_its_button_may_be_pressed_twice(database):
    register()
    token = letters()[0].token
    for _ in range(3):
        visitor.at(utc_now()).sees(service.read_link, token=token)
    with pytest.raises(service.NotVerified):
        sign_in()

    first = visitor.at(utc_now()).does(service.confirm, token=token)
    again = visitor.at(utc_now()).does(service.confirm, token=token)

    assert again == first
    assert actions().count("account.verified") == 1
    with pytest.raises(NotFound):
        visitor.at(utc_now()).sees(service.read_link, token=token)


def test_every_wrong_field_is_named_at_once(database):
    with pytest.raises(Invalid) as refused:
        register(email="nobody", name=" ", password="short")

    assert list(refused.value.fields) == ["name", "email", "password"]
    assert letters() == []


def test_a_password_made_of_ones_own_name_is_refused(database):
    with pytest.raises(Invalid) as refused:
        register(password="grace hopper grace 1906")

    assert set(refused.value.fields) == {"password"}


def test_the_owner_of_an_address_hears_of_a_second_registration_and_nothing_changes(database):
    owner = person(email=EMAIL)
    before = user(owner)

    register(name="Somebody Else", password=OTHER)

    assert user(owner) == before
    assert [(letter.to, letter.subject) for letter in letters()] == [(EMAIL, "You have an account already")]
    assert "Somebody Else" not in letters()[0].text


def test_registering_an_unconfirmed_address_again_never_gives_it_a_strangers_password(database):
    """Whoever is first or last to register somebody's address, its owner's link leads to a password of their own."""
    register(password=OTHER)
    first = letters()[0]
    register()
    second = letters()[-1]

    run(service.reset_password(VISITOR, token=second.token, password=PASSWORD))

    assert second.link.startswith("http://lectern.test/reset?token=")
    assert sign_in().token
    with pytest.raises(service.WrongPair):
        sign_in(password=OTHER)
    with pytest.raises(NotFound):
        visitor.at(utc_now()).does(service.confirm, token=first.token)


def test_mail_to_an_address_repeats_nothing_that_a_stranger_typed(database):
    register(name="WIN A PRIZE http://evil.example")

    assert "PRIZE" not in letters()[0].text + letters()[0].subject


def test_the_link_can_be_sent_again_and_the_first_one_is_over(database):
    register()
    visitor.does(service.ask_verify_link, email=EMAIL)
    post()
    first, second = letters()

    with pytest.raises(NotFound):
        visitor.at(utc_now()).does(service.confirm, token=first.token)
    assert visitor.at(utc_now()).does(service.confirm, token=second.token).email == EMAIL


def test_a_link_ends_after_the_time_that_it_says(database):
    register()
    token = letters()[0].token
    late = visitor.at(utc_now() + timedelta(hours=settings.verify_ttl_hours, seconds=1))

    with pytest.raises(NotFound):
        late.does(service.confirm, token=token)


@pytest.mark.parametrize("ask", [service.ask_password_link, service.ask_verify_link])
def test_asking_for_a_link_is_the_same_act_for_everybody(ask, count_statements):
    """Whether there is an account is found out later, by the job that sends the mail."""
    person(email=EMAIL, verified_at=None)

    with count_statements() as known:
        assert visitor.does(ask, email=EMAIL) is None
    with count_statements() as unknown:
        assert visitor.does(ask, email="nobody@example.org") is None
    assert known == unknown

    post()
    assert {letter.to for letter in letters()} == {EMAIL}


def test_nobody_gets_more_than_three_mails_an_hour_because_somebody_asks(database):
    owner = person(email=EMAIL)
    for _ in range(3):
        visitor.does(service.ask_password_link, email=EMAIL)
    for email in (EMAIL, EMAIL.upper()):
        with pytest.raises(TooMany):
            visitor.does(service.ask_password_link, email=email)
    post()

    assert len(letters(owner.email)) == 3
    # And whether the address is known makes no difference here either.
    for _ in range(3):
        visitor.does(service.ask_password_link, email="nobody@example.org")
    with pytest.raises(TooMany):
        visitor.does(service.ask_password_link, email="nobody@example.org")


def test_a_network_that_asks_about_everybody_is_stopped(database):
    for number in range(30):
        visitor.does(service.ask_password_link, email=f"p{number}@example.org")
    with pytest.raises(TooMany):
        visitor.does(service.ask_password_link, email="another@example.org")


def test_where_people_cannot_register_themselves_they_are_told_whom_to_ask(database):
    with unit_of_work(SYSTEM) as work:
        site.change(work, version=0, changes={"self_registration": False})

    with pytest.raises(Forbidden, match="Ask the person"):
        register()
    assert letters() == []


def test_a_suspended_person_comes_in_by_no_way(database):
    closed = person(email=EMAIL, suspended_at=NOON)

    with pytest.raises(service.Suspended):
        sign_in()
    with pytest.raises(service.WrongPair):
        sign_in(password=OTHER)
    visitor.does(service.ask_password_link, email=EMAIL)
    register()
    post()

    assert {letter.subject for letter in letters()} == {"Your account is closed for now"}
    assert verify_password(PASSWORD, user(closed).password_hash)


def test_two_who_register_one_address_at_once_make_one_account(database):
    import asyncio

    async def both():
        one = service.register(VISITOR, name="One", email=EMAIL, password=PASSWORD)
        two = service.register(VISITOR, name="Two", email=EMAIL, password=OTHER)
        await asyncio.gather(one, two)

    run(both())

    assert len(letters(EMAIL)) == 2
    assert actions().count("account.created") == 1
