"""Signing in: T21, what time tells, sessions, refresh tokens."""

import asyncio
import time
from datetime import timedelta

import pytest
from sqlmodel import col, select

from lms_app.accounts import service
from lms_app.core import audit, hashing, identity, limits
from lms_app.core.errors import NotFound, TooMany
from lms_app.core.identity import Audience, LoginSession
from lms_app.core.work import SYSTEM, Actor, reading, unit_of_work, utc_now
from tests.accounts.helpers import (
    OTHER,
    PASSWORD,
    VISITOR,
    actions,
    live_sessions,
    lives,
    person,
    reset_token,
    run,
    user,
)
from tests.makers import NOON, Person

visitor = Person(VISITOR, "", utc_now())


async def try_in(email: str, password: str = "wrong", ip: str = VISITOR.ip, audience: Audience = Audience.WEB):
    return await service.sign_in(Actor(None, ip=ip), email=email, password=password, audience=audience)


def test_a_session_begins_and_the_browsers_old_one_ends(database):
    ada, ben = person("Ada"), person("Ben")
    old = ada.signs_in()
    here = run(identity.live_actor(old, Audience.WEB))
    assert here is not None

    session = run(service.sign_in(here, email=ben.email, password=PASSWORD, audience=Audience.WEB, agent="Firefox/1"))

    assert lives(session.token)
    assert not lives(old)
    assert session.user_id == str(ben.id)


def test_a_failure_is_kept_without_the_address(database):
    ada = person()
    for email in (ada.email, "nobody@example.org"):
        with pytest.raises(service.WrongPair):
            run(try_in(email))

    with reading(SYSTEM) as work:
        rows = work.db.exec(select(audit.AuditEntry).where(col(audit.AuditEntry.action) == "account.sign_in_failed"))
        assert [row.subject_id for row in rows] == [str(ada.id), "unknown"]
        whole = repr(work.db.exec(select(audit.AuditEntry)).all())
    assert "example.org" not in whole


def test_the_answer_is_the_same_for_a_wrong_password_and_for_nobody(database):
    ada = person()
    invited = person("Ben")
    with unit_of_work(SYSTEM) as work:
        row = work.db.get(identity.User, invited.id)
        assert row is not None
        row.password_hash = None
    answers = []
    for email in (ada.email, invited.email, "nobody@example.org", "no address"):
        with pytest.raises(service.WrongPair) as refused:
            run(try_in(email))
        answers.append((refused.value.message, refused.value.code, refused.value.status))

    assert len(set(answers)) == 1


def test_nobody_costs_as_much_time_as_somebody(database, real_hashes):
    """No stopwatch against another one on a busy machine: the work is the same, and it is done."""
    cost = [part.rpartition("$")[0].rpartition("$")[0] for part in (hashing._NOBODY, identity.hash_password(PASSWORD))]
    began = time.perf_counter()
    with pytest.raises(service.WrongPair):
        run(try_in("nobody@example.org"))

    assert cost == ["$argon2id$v=19$m=65536,t=3,p=1"] * 2
    assert time.perf_counter() - began > 0.03


def test_a_hash_of_older_costs_is_made_new_by_the_next_right_password(database):
    from passlib.hash import argon2

    older = argon2.using(type="ID", memory_cost=32, time_cost=1, parallelism=1).hash(PASSWORD)
    ada = person()
    with unit_of_work(SYSTEM) as work:
        row = work.db.get(identity.User, ada.id)
        assert row is not None
        row.password_hash = older

    run(try_in(ada.email, PASSWORD))

    assert user(ada).password_hash != older
    assert run(try_in(ada.email, PASSWORD)).token


# ---- T21


def test_wrong_passwords_shut_an_account_and_its_owner_still_comes_in_by_mail(database):
    ada = person()
    answers = [_outcome(run(_caught(try_in(ada.email, ip=f"198.51.100.{n}")))) for n in range(40)]
    assert answers == ["WrongPair"] * 10 + ["TooMany"] * 30

    # From anywhere, with the right password too: whoever guesses must not learn that this one was right.
    with pytest.raises(TooMany) as shut:
        run(try_in(ada.email, PASSWORD, ip="203.0.113.99"))
    assert 0 < shut.value.retry_after <= 900

    session = run(service.reset_password(VISITOR, token=reset_token(ada), password=OTHER, sign_in=True))
    assert session is not None
    assert lives(session.token)
    assert lives(run(try_in(ada.email, OTHER)).token)


def test_a_network_that_tries_many_accounts_is_stopped_and_others_are_not(database):
    ada = person()
    answers = [_outcome(run(_caught(try_in(f"p{n}@example.org")))) for n in range(60)]

    assert answers == ["WrongPair"] * 50 + ["TooMany"] * 10
    with pytest.raises(TooMany):
        run(try_in(ada.email, PASSWORD))
    assert run(try_in(ada.email, PASSWORD, ip="203.0.113.8")).token


def test_a_hundred_tries_at_once_are_a_hundred_tries(database):
    ada = person()

    async def flood():
        tries = [try_in(ada.email, f"guess {n}", ip=f"198.51.100.{n}") for n in range(100)]
        return await asyncio.gather(*tries, return_exceptions=True)

    answers = [_outcome(answer) for answer in run(flood())]

    assert answers.count("WrongPair") == 10
    assert answers.count("TooMany") == 90


def test_right_passwords_are_not_held_against_a_classroom(database):
    people = [person(f"Pupil {n}") for n in range(60)]

    for pupil in people:
        assert run(try_in(pupil.email, PASSWORD)).token


def test_a_right_password_does_not_pay_for_wrong_ones_of_the_same_network(database):
    """Or whoever has an account could guess at others for ever."""
    ada = person()
    for n in range(50):
        run(_caught(try_in(f"p{n}@example.org")))
        if n % 10 == 0:
            run(try_in(ada.email, PASSWORD))

    with pytest.raises(TooMany):
        run(try_in("another@example.org"))


def test_an_account_opens_again_after_a_while(database):
    ada = person()
    for n in range(10):
        limits.check("sign_in_account", ada.email, NOON + timedelta(seconds=n))
    with pytest.raises(TooMany):
        visitor.at(NOON + timedelta(minutes=14)).sees(_kept, email=ada.email)

    assert visitor.at(NOON + timedelta(minutes=16)).sees(_kept, email=ada.email).user_id == ada.id


def _kept(work, *, email):
    from lms_app.accounts.service.entering import kept_for_try

    return kept_for_try(work, email=email)


async def _caught(what):
    try:
        return await what
    except Exception as error:
        return error


def _outcome(answer) -> str:
    return type(answer).__name__


# ---- Programs


def test_each_refresh_token_works_once_and_an_old_one_ends_the_session(database):
    ada = person()
    first = run(try_in(ada.email, PASSWORD, audience=Audience.API))
    assert lives(first.token, Audience.API)
    assert not lives(first.token, Audience.WEB)

    second = visitor.does(service.refresh, refresh_token=first.refresh_token)
    third = visitor.does(service.refresh, refresh_token=second.refresh_token)
    assert third is not None
    assert third.refresh_token not in (first.refresh_token, second.refresh_token)

    assert visitor.does(service.refresh, refresh_token=second.refresh_token) is None
    assert visitor.does(service.refresh, refresh_token=third.refresh_token) is None
    assert live_sessions(ada) == 0
    assert not lives(third.token, Audience.API)
    assert "session.refresh_reused" in actions()


def test_of_two_refreshes_at_once_one_wins_and_the_session_ends(database):
    from lms_app.core.work import perform

    ada = person()
    first = run(try_in(ada.email, PASSWORD, audience=Audience.API))

    async def both():
        again = [perform(VISITOR, service.refresh, refresh_token=first.refresh_token) for _ in range(2)]
        return await asyncio.gather(*again)

    answers = run(both())

    assert sum(answer is None for answer in answers) == 1
    assert live_sessions(ada) == 0


@pytest.mark.parametrize("token", ["", ".", "x", "x.y", "0" * 32, "0" * 32 + ".", "0" * 32 + ".abc", "é" * 300])
def test_made_up_refresh_tokens_do_nothing(database, token):
    ada = person()
    run(try_in(ada.email, PASSWORD, audience=Audience.API))

    assert visitor.does(service.refresh, refresh_token=token) is None
    assert live_sessions(ada) == 1


def test_a_browsers_session_an_ended_and_a_suspended_one_are_not_refreshed(database):
    ada = person()
    web = run(try_in(ada.email, PASSWORD))
    api = run(try_in(ada.email, PASSWORD, audience=Audience.API))
    name = api.refresh_token.partition(".")[0]

    assert web.refresh_token == ""
    with unit_of_work(SYSTEM) as work:
        row = work.db.get(identity.User, ada.id)
        assert row is not None
        row.suspended_at = NOON
    assert visitor.does(service.refresh, refresh_token=api.refresh_token) is None
    with unit_of_work(SYSTEM) as work:
        row = work.db.get(identity.User, ada.id)
        session = work.db.exec(select(LoginSession).where(col(LoginSession.audience) == "api")).one()
        assert row is not None
        row.suspended_at = None
        session.revoked_at = NOON
        assert session.id.hex == name
    assert visitor.does(service.refresh, refresh_token=api.refresh_token) is None


# ---- One's own sessions


def test_one_sees_and_ends_ones_own_sessions(database):
    ada = person()
    tokens = [run(service.sign_in(VISITOR, email=ada.email, password=PASSWORD, audience=Audience.WEB, agent=agent)).token
              for agent in ("Firefox/140 (Windows NT)", "Chrome/150 (Android)")]  # fmt: skip
    here = run(identity.live_actor(tokens[0], Audience.WEB))
    assert here is not None
    me = Person(here, ada.email, utc_now())

    shown = me.sees(service.sessions)
    assert [(row.device, row.current, row.ip) for row in shown] == [
        ("Firefox on Windows", True, VISITOR.ip),
        ("Chrome on Android", False, VISITOR.ip),
    ]

    from uuid import UUID

    me.does(service.end_session, session_id=UUID(shown[1].id))
    assert [lives(token) for token in tokens] == [True, False]
    with pytest.raises(NotFound):
        me.does(service.end_session, session_id=UUID(shown[1].id))


def test_signing_out_ends_one_session_and_everywhere_ends_all(database):
    ada = person()
    first, second, third = (ada.signs_in() for _ in range(3))
    actor = run(identity.live_actor(first, Audience.WEB))
    assert actor is not None

    Person(actor, "").does(service.sign_out)
    assert [lives(token) for token in (first, second, third)] == [False, True, True]

    actor = run(identity.live_actor(second, Audience.WEB))
    assert actor is not None
    Person(actor, "").does(service.sign_out_everywhere)
    assert [lives(token) for token in (second, third)] == [False, False]
    assert actions()[-2:] == ["account.signed_out", "account.signed_out_everywhere"]
