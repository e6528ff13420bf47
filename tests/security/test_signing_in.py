"""T16, T21, T19 at the door that everybody reaches: the whole app, through the edge."""

import asyncio
import time
from typing import Any
from uuid import uuid4

import httpx
import jwt
import pytest

from lms_app.core import hashing
from lms_app.core.identity import ISSUER, Audience
from lms_app.core.settings import settings
from tests.accounts import helpers
from tests.accounts.helpers import OTHER, PASSWORD

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("cheap_hashes")]

LOGIN = "/api/v1/auth/login"


@pytest.fixture
def hashes(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The passwords that were really compared: each would cost a fifth of a second."""
    compared: list[str] = []
    inner = hashing.verify_password

    def counted(password: str, kept: str | None) -> bool:
        compared.append(password)
        return inner(password, kept)

    monkeypatch.setattr(hashing, "verify_password", counted)
    return compared


async def tries(http: httpx.AsyncClient, pairs: list[tuple[str, str]]) -> list[int]:
    """The statuses of many sign-ins, a few at a time, each from another address if one believes it."""
    slots = asyncio.Semaphore(4)

    async def one(number: int, email: str, password: str) -> int:
        forged = f"10.{number % 250}.{number // 250}.7"
        headers = {"X-Forwarded-For": forged, "Forwarded": f"for={forged}", "X-Real-IP": forged}
        async with slots:
            return (await http.post(LOGIN, json={"email": email, "password": password}, headers=headers)).status_code

    return await asyncio.gather(*(one(n, *pair) for n, pair in enumerate(pairs)))


def from_home(http: httpx.AsyncClient) -> httpx.AsyncClient:
    """Somebody at another address, who asks the same server."""
    app = http._transport.app  # type: ignore[attr-defined]
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app, client=("203.0.113.9", 4711)), base_url="http://lectern.test"
    )


# ---- T21


async def test_a_thousand_wrong_passwords_of_one_account_are_ten(http: httpx.AsyncClient, hashes: list[str]) -> None:
    """And its owner signs in by mail meanwhile."""
    ada = await asyncio.to_thread(helpers.person)

    statuses = await tries(http, [(ada.email, f"guess {n}") for n in range(1_000)])

    assert statuses.count(401) == 10
    assert statuses.count(429) == 990
    assert len(hashes) == 10
    async with from_home(http) as home:
        assert (await home.post(LOGIN, json={"email": ada.email, "password": PASSWORD})).status_code == 429
        await home.post("/api/v1/auth/forgot", json={"email": ada.email})
        await asyncio.to_thread(helpers.post)
        token = helpers.letters(ada.email)[-1].token
        assert (await home.post("/api/v1/auth/reset", json={"token": token, "password": OTHER})).status_code == 204
        assert (await home.post(LOGIN, json={"email": ada.email, "password": OTHER})).status_code == 200


async def test_a_thousand_wrong_passwords_of_many_accounts_are_fifty_whatever_address_is_claimed(
    http: httpx.AsyncClient, hashes: list[str]
) -> None:
    assert settings.trusted_proxy_hops == 0

    statuses = await tries(http, [(f"pupil{n}@example.org", "guess") for n in range(1_000)])

    assert statuses.count(401) == 50
    assert statuses.count(429) == 950
    assert len(hashes) == 50


async def test_a_name_that_nobody_has_is_throttled_like_one_that_somebody_has(
    http: httpx.AsyncClient, hashes: list[str]
) -> None:
    """Or the eleventh try would tell who has an account."""
    ada = await asyncio.to_thread(helpers.person)

    known = await tries(http, [(ada.email, "guess")] * 15)
    unknown = await tries(http, [("nobody@example.org", "guess")] * 15)

    assert sorted(known) == sorted(unknown)


# ---- T16


def forged(person: Any, **changes: Any) -> dict[str, Any]:
    good = jwt.decode(person.signs_in(Audience.API), options={"verify_signature": False})
    return {name: value for name, value in {**good, **changes}.items() if value is not None}


KEY = settings.signing_key
FORGERIES: dict[str, Any] = {
    "not signed": lambda p: jwt.encode(forged(p), "", "none"),
    "not signed, said otherwise": lambda p: jwt.encode(forged(p), "", "none").replace("bm9uZS", "SFMyNT"),
    "another key": lambda p: jwt.encode(forged(p), "x" * 40, "HS256"),
    "another algorithm": lambda p: jwt.encode(forged(p), KEY, "HS384"),
    "for browsers": lambda p: p.signs_in(Audience.WEB),
    "for others": lambda p: jwt.encode(forged(p, aud="other"), KEY, "HS256"),
    "by others": lambda p: jwt.encode(forged(p, iss=f"{ISSUER}.evil"), KEY, "HS256"),
    "without an end": lambda p: jwt.encode(forged(p, exp=None), KEY, "HS256"),
    "over": lambda p: jwt.encode(forged(p, exp=int(time.time()) - 5), KEY, "HS256"),
    "from tomorrow": lambda p: jwt.encode(forged(p, iat=int(time.time()) + 86_400), KEY, "HS256"),
    "critical": lambda p: jwt.encode(forged(p), KEY, "HS256", headers={"crit": ["b64"], "b64": False}),
    "of no session": lambda p: jwt.encode(forged(p, sid=str(uuid4())), KEY, "HS256"),
    "of a session with a path": lambda p: jwt.encode(forged(p, sid="../../etc/passwd"), KEY, "HS256"),
    "with a list": lambda p: jwt.encode(forged(p, aud=["api"]), KEY, "HS256"),
    "cut": lambda p: p.signs_in(Audience.API)[:-1],
    "of another's claims": lambda p: ".".join(
        part.split(".")[at]
        for at, part in enumerate(
            (p.signs_in(Audience.API), jwt.encode(forged(p, jti="x"), KEY), p.signs_in(Audience.API))
        )
    ),
    "in two words": lambda p: f"{p.signs_in(Audience.API)} x",
    "long": lambda p: "x" * 6_000,
}


@pytest.mark.parametrize("forge", FORGERIES.values(), ids=FORGERIES.keys())
async def test_a_forged_token_is_refused(http: httpx.AsyncClient, student: Any, forge: Any) -> None:
    token = await asyncio.to_thread(forge, student)

    answer = await http.get("/api/v1/me", headers={"Authorization": f"Bearer {token}"})

    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"


async def test_the_unforged_one_is_taken(http: httpx.AsyncClient, student: Any) -> None:
    """So that the refusals above are not about something else."""
    for token in (student.signs_in(Audience.API), jwt.encode(forged(student), KEY, "HS256", headers={"kid": "../../"})):
        answer = await http.get("/api/v1/me", headers={"Authorization": f"Bearer {token}"})
        assert (answer.status_code, answer.json()["id"]) == (200, str(student.id))


async def test_a_refresh_token_opens_nothing(http: httpx.AsyncClient) -> None:
    ada = await asyncio.to_thread(helpers.person)
    tokens = (await http.post(LOGIN, json={"email": ada.email, "password": PASSWORD})).json()

    answer = await http.get("/api/v1/me", headers={"Authorization": f"Bearer {tokens['refresh_token']}"})

    assert answer.status_code == 401


# ---- T19


@pytest.mark.parametrize("host", ["evil.example", "lectern.test.evil.example", "lectern.test@evil.example", "x:1"])
async def test_no_address_that_we_write_comes_from_the_request(http: httpx.AsyncClient, host: str) -> None:
    ada = await asyncio.to_thread(helpers.person)
    headers = {"Host": host, "X-Forwarded-Host": host, "X-Forwarded-Proto": "gopher", "X-Original-URL": "/x"}

    await http.post("/api/v1/auth/forgot", json={"email": ada.email}, headers=headers)
    await asyncio.to_thread(helpers.post)
    (letter,) = helpers.letters(ada.email)
    answers = [
        await http.get("/auth/sign-in", headers=headers),
        await http.get(f"/files/{uuid4()}", headers={**headers, "Accept": "text/html"}),
        await http.get("/verify?code=0123-4567-89AB-CDEF", headers=headers),
        await http.get("/api/v1/openapi.json", headers=headers),
    ]

    assert letter.link.startswith(f"{settings.url}/reset?token=")
    assert host not in letter.text
    for answer in answers:
        assert host not in answer.headers.get("location", "")
        assert host not in answer.text
