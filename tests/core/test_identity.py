"""Tokens and passwords: what opens nothing (T16), what ends at once, what costs the same for everybody."""

import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest

from lms_app.core import identity
from lms_app.core.identity import Audience, User, begin_session, issue, live_actor
from lms_app.core.settings import settings
from lms_app.core.work import SYSTEM, SiteRole, unit_of_work

pytestmark = pytest.mark.anyio


def _claims(person: Any, **changes: Any) -> dict[str, Any]:
    token = person.signs_in(Audience.API)
    said = jwt.decode(token, options={"verify_signature": False})
    return {name: value for name, value in {**said, **changes}.items() if value is not None}


def _signed(claims: dict[str, Any], key: str = "", algorithm: str = "HS256", **headers: Any) -> str:
    return jwt.encode(claims, key or settings.signing_key, algorithm, headers=headers or None)


async def test_a_token_names_its_person_for_its_audience_only(student: Any) -> None:
    token = student.signs_in(Audience.API)

    actor = await live_actor(token, Audience.API, "10.0.0.1")

    assert actor is not None
    assert replace(actor, session_id=None) == replace(student.actor, ip="10.0.0.1")
    assert await live_actor(token, Audience.WEB) is None


@pytest.mark.parametrize(
    "forge",
    [
        lambda s: jwt.encode(_claims(s), "", "none"),
        lambda s: _signed(_claims(s), key="another key that is long enough to be one"),
        lambda s: _signed(_claims(s), key=settings.signing_key * 2, algorithm="HS512"),
        lambda s: _signed(_claims(s, aud="other")),
        lambda s: _signed(_claims(s, aud=["api", "web"])),
        lambda s: _signed(_claims(s, iss="other")),
        lambda s: _signed(_claims(s, exp=None)),
        lambda s: _signed(_claims(s, iat=None)),
        lambda s: _signed(_claims(s, jti=None)),
        lambda s: _signed(_claims(s, sid=None)),
        lambda s: _signed(_claims(s, sid="../../etc")),
        lambda s: _signed(_claims(s, exp=int(time.time()) - 1)),
        lambda s: _signed(_claims(s, sub="00000000-0000-4000-8000-000000000000")),
        lambda s: _signed(_claims(s), crit=["exp"]),
        lambda s: _signed(_claims(s))[:-2],
        lambda s: "x" * 5_000,
        lambda s: "",
        lambda s: "a.b.c",
    ],
)
async def test_a_forged_token_is_nobodys(student: Any, forge: Any) -> None:
    assert await live_actor(forge(student), Audience.API) is None


async def test_a_kid_is_not_looked_at(student: Any) -> None:
    assert await live_actor(_signed(_claims(student), kid="../../dev/null"), Audience.API) is not None


async def test_a_revoked_session_ends_at_once(student: Any) -> None:
    token = student.signs_in()
    assert await live_actor(token, Audience.WEB) is not None

    with unit_of_work(SYSTEM) as work:
        identity.revoke_sessions(work, student.id)

    assert await live_actor(token, Audience.WEB) is None


async def test_who_is_suspended_or_changes_role_is_seen_so_within_the_cache(student: Any) -> None:
    token = student.signs_in()
    with unit_of_work(SYSTEM) as work:
        user = work.db.get(User, student.id)
        assert user is not None
        user.role = SiteRole.INSTRUCTOR
    identity.forget()
    promoted = await live_actor(token, Audience.WEB)
    with unit_of_work(SYSTEM) as work:
        user = work.db.get(User, student.id)
        assert user is not None
        user.suspended_at = work.now
    identity.forget()

    assert promoted is not None
    assert promoted.role is SiteRole.INSTRUCTOR
    assert await live_actor(token, Audience.WEB) is None


async def test_a_programs_token_lasts_minutes_and_a_browsers_as_long_as_its_session(student: Any) -> None:
    now = datetime.now(UTC)
    with unit_of_work(SYSTEM, now) as work:
        user = work.db.get(User, student.id)
        assert user is not None
        web = begin_session(work, user, Audience.WEB)
        api = begin_session(work, user, Audience.API)

    assert web.expires_at - now == timedelta(days=settings.session_ttl_days)
    assert api.expires_at - now == timedelta(minutes=settings.api_token_ttl_minutes)


async def test_a_session_that_is_over_opens_nothing(student: Any) -> None:
    token = student.signs_in(at=datetime.now(UTC) - timedelta(days=settings.session_ttl_days, seconds=5))

    assert await live_actor(token, Audience.WEB) is None


def test_one_refresh_token_is_good_at_a_time(student: Any) -> None:
    with unit_of_work(SYSTEM) as work:
        user = work.db.get(User, student.id)
        assert user is not None
        session = work.db.get(identity.LoginSession, begin_session(work, user, Audience.API).session_id)
        assert session is not None
        first = identity.new_refresh_token(session).partition(".")[2]
        second = identity.new_refresh_token(session).partition(".")[2]

        assert not identity.same_token(first, session.refresh_hash)
        assert identity.same_token(second, session.refresh_hash)
        assert issue(session, work.now).token.count(".") == 2


def test_a_password_is_itself_on_every_keyboard() -> None:
    kept = identity.hash_password("Ångström is a unit")

    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=1$")
    assert identity.verify_password("Ångström is a unit", kept)
    assert not identity.verify_password("Angstrom is a unit", kept)


def test_nobody_has_a_password_and_it_takes_as_long() -> None:
    begun = time.process_time()

    assert not identity.verify_password("anything at all", None)

    assert time.process_time() - begun > 0.02
