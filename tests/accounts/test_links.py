"""T19: links that choose a password. Once, for half an hour, only the newest, only for whom they were sent to."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import text as sql

from lms_app.accounts import service
from lms_app.core import db, identity, mail
from lms_app.core.errors import Invalid, NotFound, TooMany
from lms_app.core.identity import Audience, User
from lms_app.core.settings import settings
from lms_app.core.work import SYSTEM, unit_of_work, utc_now
from tests.accounts.helpers import (
    OTHER,
    PASSWORD,
    VISITOR,
    actions,
    letters,
    live_sessions,
    lives,
    person,
    reset_token,
    run,
    user,
)
from tests.makers import NOON, Person

visitor = Person(VISITOR, "", utc_now())


def reset(token: str, password: str = OTHER, **more):
    return run(service.reset_password(VISITOR, token=token, password=password, **more))


def may_sign_in(who: Person, password: str) -> bool:
    try:
        run(service.sign_in(VISITOR, email=who.email, password=password, audience=Audience.WEB))
    except service.WrongPair:
        return False
    return True


def test_a_forgotten_password_is_chosen_anew(database):
    ada = person()
    phone = ada.signs_in()

    token = reset_token(ada)
    session = reset(token, sign_in=True)

    assert lives(session.token)
    assert not lives(phone)
    assert may_sign_in(ada, OTHER)
    assert not may_sign_in(ada, PASSWORD)
    assert [letter.subject for letter in letters(ada.email)] == ["Choose a new password", "Your password was changed"]
    assert "account.password_reset" in actions()


def test_a_link_works_once(database):
    ada = person()
    token = reset_token(ada)
    reset(token)

    with pytest.raises(NotFound):
        reset(token, PASSWORD)
    assert may_sign_in(ada, OTHER)


def test_a_newer_link_ends_the_older_one(database):
    ada = person()
    first, second = reset_token(ada), reset_token(ada)

    with pytest.raises(NotFound):
        reset(first)
    reset(second)
    assert may_sign_in(ada, OTHER)


def test_a_link_ends_after_half_an_hour_at_most(database):
    ada = person()
    token = reset_token(ada, NOON)
    almost = visitor.at(NOON + timedelta(minutes=settings.reset_ttl_minutes, seconds=-1))
    over = visitor.at(NOON + timedelta(minutes=settings.reset_ttl_minutes))

    assert settings.reset_ttl_minutes <= 30
    assert almost.sees(service.read_link, token=token).email == ada.email
    with pytest.raises(NotFound):
        over.sees(service.read_link, token=token)


def test_a_link_is_of_one_person(database):
    ada, ben = person("Ada"), person("Ben")

    reset(reset_token(ada))

    assert may_sign_in(ada, OTHER)
    assert may_sign_in(ben, PASSWORD)
    assert user(ben).password_hash != user(ada).password_hash


@pytest.mark.parametrize("token", ["", "x", "x" * 43, "x" * 5000, "' OR 1=1 --", "\ud800"])
def test_made_up_tokens_open_nothing(database, token):
    person()
    for act in (service.read_link, service.confirm):
        with pytest.raises(NotFound):
            visitor.does(act, token=token)


def test_a_link_to_confirm_chooses_no_password_and_the_other_way_round(database):
    run(service.register(VISITOR, name="Grace", email="grace@example.org", password=PASSWORD))
    verify = letters("grace@example.org")[0].token
    ada = person(verified_at=None)
    choose = reset_token(ada)

    with pytest.raises(NotFound):
        reset(verify)
    with pytest.raises(NotFound):
        visitor.at(utc_now()).does(service.confirm, token=choose)


def test_who_guesses_links_is_stopped(database):
    for number in range(30):
        with pytest.raises(NotFound):
            visitor.does(service.confirm, token=f"guess-{number}")
    with pytest.raises(TooMany):
        visitor.does(service.confirm, token="guess-31")


def test_the_database_holds_nothing_that_opens_a_link(database, monkeypatch):
    """Where mail is really sent. What a mail says on delivery is made of the token's id and the site's secret."""
    monkeypatch.setitem(settings.__dict__, "mail_transport", "smtp")
    ada = person()
    with unit_of_work(VISITOR) as work:
        service.ask_password_link(work, email=ada.email)
    from tests.accounts.helpers import post

    post()
    with unit_of_work(SYSTEM) as work:
        (payload,) = [
            row[0]
            for row in work.db.connection().execute(
                sql("SELECT payload FROM outbox_message WHERE topic = 'mail'").columns(payload=_json())
            )
        ]
    sent = mail._text(payload)
    token = sent.partition("token=")[2].split()[0]

    for table in db.metadata().sorted_tables:
        with unit_of_work(SYSTEM) as work:
            rows = work.db.connection().execute(sql(f'SELECT * FROM "{table.name}"')).all()
        assert token not in repr(rows), table.name
    assert reset(token) is None


def _json():
    from lms_app.core.outbox import OutboxMessage

    return OutboxMessage.__table__.c.payload.type


def test_of_resets_at_the_same_moment_one_wins(database):
    ada = person()
    token = reset_token(ada)
    passwords = [f"{words} and a wet umbrella" for words in ("one kettle", "two herons", "three oars", "four plums")]

    async def all_at_once():
        tries = [service.reset_password(VISITOR, token=token, password=word) for word in passwords]
        return await asyncio.gather(*tries, return_exceptions=True)

    answers = run(all_at_once())

    won = [word for word, answer in zip(passwords, answers, strict=True) if answer is None]
    assert len(won) == 1
    assert all(isinstance(answer, NotFound) for answer in answers if answer is not None)
    assert may_sign_in(ada, won[0])
    assert actions().count("account.password_reset") == 1


def test_a_bad_password_leaves_the_link_as_it_is(database):
    ada = person()
    token = reset_token(ada)

    with pytest.raises(Invalid) as refused:
        reset(token, "ada lovelace ada lovelace")
    assert set(refused.value.fields) == {"password"}
    reset(token)
    assert may_sign_in(ada, OTHER)


def test_an_invited_person_chooses_a_password_within_a_week(admin):
    admin.at(NOON).does(service.invite, name="Ben", email="ben@example.org")
    token = letters("ben@example.org")[0].token

    assert visitor.at(NOON + timedelta(days=6)).sees(service.read_link, token=token).purpose == "invite"
    with pytest.raises(NotFound):
        visitor.at(NOON + timedelta(days=8)).sees(service.read_link, token=token)

    reset(token)
    session = run(service.sign_in(VISITOR, email="ben@example.org", password=OTHER, audience=Audience.WEB))
    assert lives(session.token)


def test_a_used_link_of_either_kind_ends_the_other(admin):
    admin.at(utc_now()).does(service.invite, name="Ben", email="ben@example.org")
    invitation = letters("ben@example.org")[0].token
    with unit_of_work(VISITOR) as work:
        service.ask_password_link(work, email="ben@example.org")
    from tests.accounts.helpers import post

    post()
    reset(letters("ben@example.org")[-1].token)

    with pytest.raises(NotFound):
        reset(invitation, PASSWORD)


# ---- Another address


def ask_new_email(who: Person, email: str, password: str = PASSWORD) -> None:
    run(service.ask_new_email(who.actor, current=password, email=email))


def test_an_address_changes_when_the_link_at_the_new_one_is_opened(database):
    ada = person(email="old@example.org")
    ask_new_email(ada, "New@example.org")
    waiting = ada.at(utc_now()).sees(service.profile)
    link = letters("new@example.org")[0]

    done = visitor.at(utc_now()).does(service.confirm, token=link.token)

    assert (waiting.email, waiting.new_email) == ("old@example.org", "new@example.org")
    assert (done.purpose, done.email) == ("email", "new@example.org")
    assert user(ada).email == "new@example.org"
    assert [letter.subject for letter in letters("old@example.org")] == [
        "Your email address is about to change",
        "Your email address was changed",
    ]
    assert ada.at(utc_now()).sees(service.profile).new_email == ""


def test_the_current_password_is_asked(database):
    ada = person(email="old@example.org")

    with pytest.raises(Invalid) as refused:
        ask_new_email(ada, "new@example.org", OTHER)
    assert set(refused.value.fields) == {"current"}
    assert letters() == []


def test_an_address_of_somebody_else_gets_a_word_and_no_link_and_the_answer_is_the_same(database):
    ada, ben = person("Ada"), person("Ben")

    assert ask_new_email(ada, ben.email) is None

    assert [letter.subject for letter in letters(ben.email)] == ["Your address was entered for another account"]
    assert user(ada).email == ada.email


def test_an_address_that_was_taken_meanwhile_stays_with_its_owner(database):
    from lms_app.core.errors import Conflict

    ada = person("Ada")
    ask_new_email(ada, "new@example.org")
    ben = person("Ben", email="new@example.org")

    with pytest.raises(Conflict):
        visitor.at(utc_now()).does(service.confirm, token=letters("new@example.org")[0].token)
    assert user(ada).email == ada.email
    assert user(ben).email == "new@example.org"


def test_a_new_password_stops_a_change_of_address_and_the_old_mailbox_opens_nothing_after_one(database):
    ada = person(email="old@example.org")
    ask_new_email(ada, "new@example.org")
    stolen = letters("new@example.org")[0].token
    reset(reset_token(ada))
    with pytest.raises(NotFound):
        visitor.at(utc_now()).does(service.confirm, token=stolen)

    ask_new_email(ada, "other@example.org", OTHER)
    old_link = reset_token(ada)
    visitor.at(utc_now()).does(service.confirm, token=letters("other@example.org")[0].token)
    with pytest.raises(NotFound):
        reset(old_link, PASSWORD)


# ---- With the old password


def test_changing_the_password_signs_the_other_devices_out_and_a_mail_tells(database):
    ada = person()
    phone, laptop = ada.signs_in(), ada.signs_in()
    here = run(identity.live_actor(laptop, Audience.WEB))
    assert here is not None

    run(service.change_password(here, current=PASSWORD, password=OTHER))

    assert lives(laptop)
    assert not lives(phone)
    assert may_sign_in(ada, OTHER)
    assert not may_sign_in(ada, PASSWORD)
    assert letters(ada.email)[-1].subject == "Your password was changed"


@pytest.mark.parametrize(
    ("current", "password", "field"),
    [
        (OTHER, "a third one of plain words", "current"),
        ("", "a third one of plain words", "current"),
        (PASSWORD, "short", "password"),
        (PASSWORD, PASSWORD, "password"),
        (PASSWORD, "", "password"),
    ],
)
def test_a_change_that_will_not_do_changes_nothing(database, current, password, field):
    ada = person()
    ada.signs_in()

    with pytest.raises(Invalid) as refused:
        run(service.change_password(ada.actor, current=current, password=password))

    assert set(refused.value.fields) == {field}
    assert may_sign_in(ada, PASSWORD)
    assert live_sessions(ada) == 2


def test_the_current_password_cannot_be_guessed_at_leisure(database):
    ada = person()
    for _ in range(10):
        with pytest.raises(Invalid):
            run(service.change_password(ada.actor, current="wrong", password=OTHER))
    with pytest.raises(TooMany):
        run(service.change_password(ada.actor, current=PASSWORD, password=OTHER))


def test_of_two_changes_at_once_one_wins(database):
    ada = person()

    async def both():
        tries = [
            service.change_password(ada.actor, current=PASSWORD, password=f"{word} on a wet Sunday")
            for word in ("one kettle", "two herons")
        ]
        return await asyncio.gather(*tries, return_exceptions=True)

    answers = run(both())

    assert sum(answer is None for answer in answers) == 1
    with unit_of_work(SYSTEM) as work:
        assert work.db.get(User, ada.id) is not None
