"""The same by REST: tokens for programs, one's own account, and what comes in that was not asked for."""

import io
import json

import jwt
import pytest
from PIL import Image

from lms_app.core import identity
from lms_app.core.identity import Audience
from lms_app.core.settings import settings
from tests.accounts.helpers import (
    OTHER,
    PASSWORD,
    Program,
    letters,
    live_sessions,
    person,
    reset_token,
    user,
)


@pytest.fixture
def program(database) -> Program:
    return Program()


def login(program: Program, who, password: str = PASSWORD) -> dict:
    answer = program.send("POST", "/auth/login", {"email": who.email, "password": password})
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_the_way_of_a_program_from_registering_to_leaving(program):
    given = {"name": "Grace Hopper", "email": "grace@example.org", "password": PASSWORD}
    registered = program.send("POST", "/auth/register", given)
    early = program.send("POST", "/auth/login", {"email": given["email"], "password": PASSWORD})
    token = letters("grace@example.org")[0].token
    confirmed = program.send("POST", "/auth/verify", {"token": token})
    tokens = program.send("POST", "/auth/login", {"email": "GRACE@example.org", "password": PASSWORD}).json()
    me = program.send("GET", "/me", token=tokens["access_token"])
    left = program.send("POST", "/auth/logout", token=tokens["access_token"])
    after = program.send("GET", "/me", token=tokens["access_token"])

    assert registered.status_code == 202
    assert (early.status_code, early.json()["code"]) == (403, "not_verified")
    assert confirmed.json() == {"email": "grace@example.org"}
    assert set(tokens) == {"access_token", "refresh_token", "token_type", "expires_in"}
    assert tokens["token_type"] == "Bearer"
    assert 0 < tokens["expires_in"] <= settings.api_token_ttl_minutes * 60
    assert (me.json()["name"], me.json()["role"]) == ("Grace Hopper", "student")
    assert (left.status_code, after.status_code) == (204, 401)


def test_a_refresh_token_works_once_and_its_second_use_ends_the_session(program):
    ada = person()
    first = login(program, ada)

    second = program.send("POST", "/auth/refresh", {"refresh_token": first["refresh_token"]})
    again = program.send("POST", "/auth/refresh", {"refresh_token": first["refresh_token"]})
    stolen = program.send("POST", "/auth/refresh", {"refresh_token": second.json()["refresh_token"]})
    me = program.send("GET", "/me", token=second.json()["access_token"])

    assert second.status_code == 200
    assert [again.status_code, stolen.status_code, me.status_code] == [401, 401, 401]


def test_a_refresh_token_is_no_access_token_and_the_other_way_round(program):
    tokens = login(program, person())

    assert program.send("GET", "/me", token=tokens["refresh_token"]).status_code == 401
    assert program.send("POST", "/auth/refresh", {"refresh_token": tokens["access_token"][:190]}).status_code == 401
    assert program.send("GET", "/me", token=tokens["access_token"]).status_code == 200


def test_wrong_pairs_differ_in_nothing(program):
    ada = person()
    answers = [
        program.send("POST", "/auth/login", {"email": email, "password": "wrong"})
        for email in (ada.email, "nobody@example.org")
    ]

    assert answers[0].status_code == answers[1].status_code == 401
    assert answers[0].json() == answers[1].json()
    assert answers[0].json()["code"] == "wrong_credentials"


def test_too_many_tries_say_when_to_come_back(program):
    ada = person()
    answers = [program.send("POST", "/auth/login", {"email": ada.email, "password": f"wrong {n}"}) for n in range(12)]

    assert [answer.status_code for answer in answers] == [401] * 10 + [429] * 2
    assert 0 < int(answers[-1].headers["retry-after"]) <= 900


@pytest.mark.parametrize(
    ("path", "given"),
    [
        ("/auth/register", {"name": "Grace", "email": "grace@example.org", "password": PASSWORD}),
        ("/auth/login", {"email": "grace@example.org", "password": PASSWORD}),
        ("/auth/refresh", {"refresh_token": "x"}),
        ("/auth/forgot", {"email": "grace@example.org"}),
        ("/auth/resend", {"email": "grace@example.org"}),
        ("/auth/reset", {"token": "x", "password": OTHER}),
        ("/auth/verify", {"token": "x"}),
    ],
)
@pytest.mark.parametrize("extra", ["role", "is_admin", "user_id", "verified_at", "state"])
def test_extra_keys_are_refused_by_name(program, path, given, extra):
    answer = program.send("POST", path, {**given, extra: "admin"})

    assert answer.status_code == 422
    assert set(answer.json()["errors"]) == {extra}
    assert letters() == []


def test_nobody_changes_what_is_not_theirs_to_change(program):
    ada = person()
    token = login(program, ada)["access_token"]
    before = user(ada)

    for extra in ("role", "email", "id", "password_hash", "verified_at", "avatar_id", "suspended_at"):
        answer = program.send("PATCH", "/me", {"name": "Ada", extra: "admin"}, token)
        assert (answer.status_code, set(answer.json()["errors"])) == (422, {extra})
    assert user(ada) == before


@pytest.mark.parametrize(
    ("given", "fields"),
    [
        ({}, {"name", "email", "password"}),
        ({"name": "Grace", "email": "x" * 300, "password": PASSWORD}, {"email"}),
        ({"name": "x" * 121, "email": "grace@example.org", "password": PASSWORD}, {"name"}),
        ({"name": "Grace", "email": "no address", "password": "short"}, {"email", "password"}),
        ({"name": 7, "email": None, "password": ["x"]}, {"name", "email", "password"}),
        ({"name": "Grace", "email": "grace@example.org", "password": "é" * 700}, {"password"}),
    ],
)
def test_a_wrong_registration_names_its_fields_and_repeats_no_password(program, given, fields):
    answer = program.send("POST", "/auth/register", given)

    assert answer.status_code == 422
    assert set(answer.json()["errors"]) == fields
    assert answer.headers["content-type"] == "application/problem+json"
    assert "short" not in answer.text


def test_registering_and_forgetting_answer_alike_for_everybody(program):
    ada = person()
    given = {"name": "Grace", "password": PASSWORD}
    registered = [
        program.send("POST", "/auth/register", {**given, "email": email}) for email in (ada.email, "g@example.org")
    ]
    forgotten = [program.send("POST", "/auth/forgot", {"email": email}) for email in (ada.email, "nobody@example.org")]

    for one, two in (registered, forgotten):
        assert (one.status_code, one.content) == (two.status_code, two.content)
        assert one.status_code == 202


def test_passwords_by_link_and_by_knowing_the_old_one(program):
    ada = person()
    token = reset_token(ada)
    reset = program.send("POST", "/auth/reset", {"token": token, "password": OTHER})
    again = program.send("POST", "/auth/reset", {"token": token, "password": PASSWORD})
    tokens, elsewhere = login(program, ada, OTHER), login(program, ada, OTHER)
    wrong = program.send("POST", "/auth/password", {"current": "no", "password": PASSWORD}, tokens["access_token"])
    right = program.send("POST", "/auth/password", {"current": OTHER, "password": PASSWORD}, tokens["access_token"])

    assert (reset.status_code, again.status_code) == (204, 404)
    assert (wrong.status_code, set(wrong.json()["errors"])) == (422, {"current"})
    assert right.status_code == 204
    assert program.send("GET", "/me", token=tokens["access_token"]).status_code == 200
    assert program.send("GET", "/me", token=elsewhere["access_token"]).status_code == 401
    assert program.send("POST", "/auth/refresh", {"refresh_token": elsewhere["refresh_token"]}).status_code == 401


def test_a_profile_is_read_and_changed_in_parts(program):
    ada = person()
    token = login(program, ada)["access_token"]

    changed = program.send("PATCH", "/me", {"zone": "Europe/Berlin", "theme": "dark"}, token)
    wrong = program.send("PATCH", "/me", {"zone": "Mars/Base", "name": "  "}, token)

    assert (changed.json()["zone"], changed.json()["theme"], changed.json()["name"]) == (
        "Europe/Berlin",
        "dark",
        "Ada Lovelace",
    )
    assert program.send("GET", "/me", token=token).json() == changed.json()
    assert (wrong.status_code, set(wrong.json()["errors"])) == (422, {"zone", "name"})


def test_another_address_by_rest(program):
    ada = person()
    token = login(program, ada)["access_token"]

    asked = program.send("POST", "/auth/email", {"current": PASSWORD, "email": "new@example.org"}, token)
    waiting = program.send("GET", "/me", token=token).json()["new_email"]
    program.send("POST", "/auth/verify", {"token": letters("new@example.org")[0].token})

    assert (asked.status_code, waiting) == (202, "new@example.org")
    assert program.send("GET", "/me", token=token).json()["email"] == "new@example.org"


def test_a_picture_by_rest(program):
    ada = person()
    token = login(program, ada)["access_token"]
    out = io.BytesIO()
    Image.new("RGB", (300, 200)).save(out, "JPEG")

    put = program.send("PUT", "/me/avatar", token=token, content=out.getvalue())
    bad = program.send("PUT", "/me/avatar", token=token, content=b"<svg/>")
    gone = program.send("DELETE", "/me/avatar", token=token)

    assert put.json()["avatar_url"].startswith("/files/")
    assert (bad.status_code, set(bad.json()["errors"])) == (422, {"avatar"})
    assert gone.json()["avatar_url"] == ""


def test_sessions_are_listed_and_ended_one_by_one_and_nobody_elses(program):
    ada, ben = person("Ada"), person("Ben")
    mine, theirs = login(program, ada)["access_token"], login(program, ben)["access_token"]
    phone = ada.signs_in()
    listed = program.send("GET", "/me/sessions", token=mine).json()
    foreign = program.send("GET", "/me/sessions", token=theirs).json()[0]["id"]
    other = next(row["id"] for row in listed if not row["current"])

    assert [(row["current"], row["audience"]) for row in listed] == [(True, "api"), (False, "web")]
    assert program.send("DELETE", f"/me/sessions/{foreign}", token=mine).status_code == 404
    assert program.send("DELETE", f"/me/sessions/{other}", token=mine).status_code == 204
    assert program.send("DELETE", f"/me/sessions/{other}", token=mine).status_code == 404
    assert program.send("GET", "/me", token=theirs).status_code == 200
    import asyncio

    assert asyncio.run(identity.live_actor(phone, Audience.WEB)) is None


def test_leaving_everywhere(program):
    ada = person()
    tokens = login(program, ada)
    ada.signs_in()

    assert program.send("POST", "/auth/logout-everywhere", token=tokens["access_token"]).status_code == 204
    assert live_sessions(ada) == 0


CLOSED = [
    ("POST", "/auth/logout"),
    ("POST", "/auth/logout-everywhere"),
    ("POST", "/auth/password"),
    ("POST", "/auth/email"),
    ("GET", "/me"),
    ("PATCH", "/me"),
    ("PUT", "/me/avatar"),
    ("DELETE", "/me/avatar"),
    ("GET", "/me/sessions"),
    ("DELETE", "/me/sessions/00000000-0000-0000-0000-000000000000"),
]


@pytest.mark.parametrize(("verb", "path"), CLOSED)
def test_what_is_ones_own_is_closed_to_visitors_and_to_browsers_cookies(program, verb, path):
    web = person().signs_in()
    claims = {"sub": "x", "aud": "api"}
    forged = jwt.encode(claims, "another secret that is long enough for it", "HS256")

    for token in ("", "x", forged, web):
        answer = program.send(verb, path, token=token)
        assert answer.status_code == 401, (token, answer.text)
        assert answer.headers["www-authenticate"] == "Bearer"


def test_every_route_says_what_it_does(program):
    schema = program.request("GET", "/api/v1/openapi.json").json()

    paths = {path: verbs for path, verbs in schema["paths"].items() if path.startswith(("/api/v1/auth", "/api/v1/me"))}
    assert len(paths) == 18
    assert all(verb.get("description") for verbs in paths.values() for verb in verbs.values())
    assert not [path for path in schema["paths"] if path.startswith("/auth")]


ODD = ["\x00", "a\x00b", "\ud800", "../../etc/passwd", "é" * 60, "𝕏", " ", "Europe/", "en-\x00", "' OR 1=1 --"]


@pytest.mark.parametrize("odd", ODD)
def test_odd_text_is_refused_or_kept_and_never_an_error_of_ours(program, odd):
    ada = person()
    token = login(program, ada)["access_token"]
    open_to_all = {
        "/auth/register": {"name": odd, "email": odd, "password": f"{odd} tangerine lighthouse"},
        "/auth/login": {"email": odd, "password": odd},
        "/auth/forgot": {"email": odd},
        "/auth/resend": {"email": f"{odd}@example.org"},
        "/auth/reset": {"token": odd, "password": odd * 3},
        "/auth/verify": {"token": odd},
        "/auth/refresh": {"refresh_token": f"{odd}.{odd}"},
    }
    asked = [("POST", path, body, "") for path, body in open_to_all.items()]
    asked += [("PATCH", "/me", {name: odd}, token) for name in ("name", "zone", "locale", "theme")]

    for verb, path, body, bearer in asked:
        headers = {"content-type": "application/json"} | ({"authorization": f"Bearer {bearer}"} if bearer else {})
        # As bytes: half a character pair cannot be written otherwise.
        answer = program.request(verb, f"/api/v1{path}", content=json.dumps(body), headers=headers)
        assert answer.status_code < 500, (path, answer.text)
