"""The native forms: cookies, redirects, what comes back after a mistake, and T05, T19 and T23 as a browser meets them."""

import io
from urllib.parse import urlsplit

import pytest
from PIL import Image

from lms_app.accounts import flash
from lms_app.core import files
from lms_app.core.errors import NotFound
from lms_app.core.settings import settings
from lms_app.core.work import SYSTEM, unit_of_work
from lms_app.web import guard
from tests.accounts.helpers import (
    OTHER,
    PASSWORD,
    Browser,
    letters,
    live_sessions,
    lives,
    person,
    post,
    reset_token,
    user,
)


@pytest.fixture
def browser(database) -> Browser:
    return Browser()


def picture(side: int = 40, kind: str = "PNG", **more) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (side, side), (200, 60, 20)).save(out, kind, **more)
    return out.getvalue()


# ---- Signing in and out


def test_signing_in_sets_a_cookie_that_no_script_can_read(browser):
    ada = person()

    answer = browser.sign_in(ada)

    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    (cookie,) = [c for c in answer.headers.get_list("set-cookie") if c.startswith(f"{guard.COOKIE}=")]
    parts = {part.strip().partition("=")[0].lower(): part.strip().partition("=")[2] for part in cookie.split(";")}
    assert parts["path"] == "/"
    assert parts["samesite"] == "lax"
    assert "httponly" in parts
    assert "secure" not in parts  # this site is plain http
    assert 0 < int(parts["max-age"]) <= settings.session_ttl_days * 86_400
    assert "domain" not in parts
    assert lives(browser.session)


def test_signing_in_again_ends_the_browsers_old_session(browser):
    ada = person()
    browser.sign_in(ada)
    old = browser.session

    browser.sign_in(ada)

    assert browser.session != old
    assert not lives(old)
    assert lives(browser.session)


def test_a_wrong_pair_comes_back_with_the_address_and_without_the_password(browser):
    ada = person()

    answer = browser.sign_in(ada, "wrong password here", next="/courses/bread")

    said = browser.flash("sign-in")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=/courses/bread")
    assert said.errors == {"": "That email and password do not match."}
    assert said.typed == {"email": ada.email}
    assert "wrong password here" not in str(answer.headers)
    assert browser.session == ""


def test_the_answer_for_an_unknown_address_differs_in_nothing(browser):
    ada = person()
    wrong = browser.sign_in(ada, "wrong")
    wrong_said = browser.flash("sign-in")
    nobody = browser.post("/auth/sign-in", {"email": "nobody@example.org", "password": "wrong"})

    assert nobody.status_code == wrong.status_code
    assert nobody.headers["location"] == wrong.headers["location"]
    assert browser.flash("sign-in").errors == wrong_said.errors


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({}, {"email", "password"}),
        ({"email": "ada@example.org"}, {"password"}),
        ({"password": "x"}, {"email"}),
        ({"email": " ", "password": "x"}, {"email"}),
    ],
)
def test_what_is_missing_is_named(browser, given, wrong):
    browser.post("/auth/sign-in", given)

    assert set(browser.flash("sign-in").errors) == wrong


def test_too_many_tries_say_until_when_and_what_else_helps(browser):
    ada = person()
    for _ in range(11):
        answer = browser.sign_in(ada, "wrong")

    (words,) = browser.flash("sign-in").errors.values()
    assert "Try again in" in words
    assert "by mail" in words
    assert int(answer.headers["retry-after"]) > 0


def test_who_signs_in_before_confirming_is_told_to_look_at_the_mail(browser):
    browser.post("/auth/register", {"name": "Grace", "email": "grace@example.org", "password": PASSWORD})

    answer = browser.post("/auth/sign-in", {"email": "grace@example.org", "password": PASSWORD})

    assert answer.headers["location"] == "/verify-email"
    assert browser.flash("verify").said == "unverified"
    assert browser.flash("verify").typed == {"email": "grace@example.org"}
    assert browser.session == ""


@pytest.mark.parametrize(
    "wanted",
    [
        "//evil.example",
        "/\\evil.example",
        "https:evil.example",
        "https://evil.example",
        "javascript:alert(1)",
        "%2f%2fevil.example",
        "/%2f%2fevil.example",
        "/\t/evil.example",
        "\r\nLocation: https://evil.example",
    ],
)
def test_signing_in_never_leads_to_another_site(browser, wanted):
    ada = person()

    for answer in (browser.sign_in(ada, next=wanted), browser.sign_in(ada, "wrong", next=wanted)):
        to = urlsplit(answer.headers["location"])
        assert (to.scheme, to.netloc) == ("", "")
        assert to.path in ("/", "/sign-in")
        assert to.query == ""


def test_signing_in_leads_to_the_page_that_asked(browser):
    assert browser.sign_in(person(), next="/courses/bread?x=1").headers["location"] == "/courses/bread?x=1"


def test_signing_out_works_also_when_the_session_is_over(browser):
    ada = person()
    browser.sign_in(ada)
    token = browser.session
    for _ in range(2):
        answer = browser.post("/auth/sign-out")
        assert answer.headers["location"] == "/sign-in"
        assert browser.session == ""
    assert not lives(token)


def test_signing_out_everywhere(browser):
    ada = person()
    phone = ada.signs_in()
    browser.sign_in(ada)

    browser.post("/auth/sign-out-everywhere")

    assert not lives(phone)
    assert live_sessions(ada) == 0


@pytest.mark.parametrize("path", ["/auth/sign-out-everywhere", "/auth/password", "/auth/email", "/auth/profile"])
def test_whose_session_is_over_is_sent_to_sign_in(browser, path):
    answer = browser.post(path)

    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")


@pytest.mark.parametrize("path", ["/auth/sign-in", "/auth/sign-out", "/auth/reset", "/auth/verify"])
def test_nothing_happens_by_following_a_link(browser, path):
    assert browser.request("GET", path).status_code == 405


def test_a_programs_token_is_no_cookie(browser):
    from lms_app.core.identity import Audience

    browser.cookies.set(guard.COOKIE, person().signs_in(Audience.API), domain="lectern.test")

    assert browser.post("/auth/sign-out-everywhere").headers["location"] == "/sign-in"


def test_a_flash_signs_nobody_in(browser):
    ada = person()
    browser.sign_in(ada, "wrong")
    browser.cookies.set(guard.COOKIE, browser.cookies.get(flash.COOKIE), domain="lectern.test")

    assert browser.post("/auth/sign-out-everywhere").headers["location"] == "/sign-in"


# ---- Registering


def test_registering_answers_alike_for_a_known_and_an_unknown_address(browser):
    ada = person()
    given = {"name": "Grace", "password": PASSWORD}
    known = browser.post("/auth/register", {**given, "email": ada.email})
    known_said = browser.flash("verify")
    unknown = browser.post("/auth/register", {**given, "email": "grace@example.org"})

    assert (known.status_code, known.headers["location"]) == (unknown.status_code, unknown.headers["location"])
    assert known_said.said == browser.flash("verify").said == "registered"


def test_a_registration_with_mistakes_keeps_what_was_typed(browser):
    answer = browser.post("/auth/register", {"name": "Grace", "email": "no address", "password": "short"})

    said = browser.flash("register")
    assert answer.headers["location"] == "/register"
    assert set(said.errors) == {"email", "password"}
    assert said.typed == {"name": "Grace", "email": "no address"}


def test_nobody_becomes_an_administrator_by_extra_fields(browser):
    given = {"name": "Grace", "email": "grace@example.org", "password": PASSWORD}
    more = {"role": "admin", "is_admin": "true", "verified_at": "2020-01-01", "user_id": "1", "state": "x"}

    browser.post("/auth/register", {**given, **more})

    token = letters("grace@example.org")[0].token
    browser.post("/auth/verify", {"token": token, "role": "admin"})
    browser.post("/auth/sign-in", {**given, "role": "admin"})
    browser.post(
        "/auth/profile", files={"avatar": ("", b"")}, data={"name": "Grace", "role": "admin", "email": "x@y.zz"}
    )
    with unit_of_work(SYSTEM) as work:
        from sqlmodel import select

        from lms_app.core.identity import User

        row = work.db.exec(select(User)).one()
    assert (row.role, row.email) == ("student", "grace@example.org")


def test_confirming_leads_to_signing_in(browser):
    browser.post("/auth/register", {"name": "Grace", "email": "grace@example.org", "password": PASSWORD})
    token = letters("grace@example.org")[0].token

    answer = browser.post("/auth/verify", {"token": token})

    assert answer.headers["location"] == "/sign-in"
    assert browser.flash("sign-in").typed == {"email": "grace@example.org"}
    assert browser.session == ""
    assert browser.post("/auth/verify", {"token": "no such token"}).headers["location"].startswith("/verify-email?")


def test_a_form_that_is_too_large_or_no_form_is_refused_quietly(browser):
    huge = browser.post("/auth/sign-in", {"email": "x" * 100_000, "password": "x"})
    many = browser.post("/auth/sign-in", {f"f{n}": "x" for n in range(100)})

    assert (huge.status_code, many.status_code) == (422, 422)


# ---- Forgotten


def test_the_link_in_the_mail_starts_with_the_sites_own_address(browser):
    """T19: a forged Host header changes nothing."""
    ada = person()

    browser.post(
        "/auth/forgot", {"email": ada.email}, headers={"host": "evil.example", "x-forwarded-host": "evil.example"}
    )
    post()

    (letter,) = letters(ada.email)
    assert letter.link.startswith(f"{settings.url}/reset?token=")
    assert "evil" not in letter.text


def test_forgetting_answers_alike_for_everybody(browser):
    ada = person()
    known = browser.post("/auth/forgot", {"email": ada.email})
    known_said = browser.flash("forgot")
    unknown = browser.post("/auth/forgot", {"email": "nobody@example.org"})

    assert (known.status_code, known.headers["location"]) == (unknown.status_code, unknown.headers["location"])
    assert known_said.said == browser.flash("forgot").said == "sent"


def test_choosing_a_password_by_mail_signs_in(browser):
    ada = person()
    token = reset_token(ada)
    bad = browser.post("/auth/reset", {"token": token, "password": "short"})
    good = browser.post("/auth/reset", {"token": token, "password": OTHER})

    assert bad.headers["location"] == f"/reset?token={token}"
    assert good.headers["location"] == "/"
    assert lives(browser.session)
    again = browser.post("/auth/reset", {"token": token, "password": PASSWORD})
    assert again.headers["location"] == f"/reset?token={token}"


def test_a_token_from_outside_is_not_written_into_an_address_as_it_is(browser):
    answer = browser.post("/auth/reset", {"token": "a&b=c\r\nX: y//evil", "password": OTHER})

    assert answer.headers["location"] == "/reset?token=abcXyevil"


# ---- Profile


def test_a_profile_is_saved_with_a_picture_that_everybody_signed_in_may_see(browser, stranger, monkeypatch):
    from lms_app.accounts import service

    monkeypatch.setitem(files.READERS, service.AVATAR, service.avatar_reader)
    ada = person()
    browser.sign_in(ada)

    answer = browser.post(
        "/auth/profile",
        {"name": "Ada  King", "zone": "Europe/London", "locale": "de", "theme": "dark"},
        files={"avatar": ("me.png", picture(600), "image/png")},
    )

    row = user(ada)
    assert answer.headers["location"] == "/profile"
    assert browser.flash("profile").said == "Profil gespeichert."
    assert (row.name, row.zone, row.locale, row.theme) == ("Ada King", "Europe/London", "de", "dark")
    assert row.avatar_id is not None
    shown = stranger.sees(files.open_file, file_id=row.avatar_id)
    with Image.open(shown.path) as small:
        assert (small.format, small.size, shown.media_type) == ("WEBP", (256, 256), "image/webp")
    from lms_app.core.work import ANONYMOUS, reading

    with reading(ANONYMOUS) as work, pytest.raises(NotFound):
        files.open_file(work, file_id=row.avatar_id)


def test_a_picture_without_a_file_changes_nothing_and_a_tick_removes_it(browser):
    ada = person()
    browser.sign_in(ada)
    browser.post("/auth/profile", {"name": "Ada"}, files={"avatar": ("me.png", picture(), "image/png")})
    first = user(ada).avatar_id
    browser.post("/auth/profile", {"name": "Ada K"}, files={"avatar": ("", b"", "application/octet-stream")})
    assert user(ada).avatar_id == first is not None

    browser.post("/auth/profile", {"remove_avatar": "yes"}, files={"avatar": ("", b"")})

    assert user(ada).avatar_id is None
    with unit_of_work(SYSTEM) as work:
        assert files.of(work, "avatar", ada.id) == []


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "Choose a picture"),
        (b"not a picture", "Choose a picture"),
        (b"\x89PNG\r\n\x1a\nbroken", "Choose a picture"),
        (picture()[:-30], "Choose a picture"),
        (b"x" * 6_000_000, "at most 5 MB"),
    ],
)
def test_what_is_no_picture_is_told_beside_its_field_and_the_rest_stays(browser, content, words):
    ada = person()
    browser.sign_in(ada)

    answer = browser.post("/auth/profile", {"name": "Ada"}, files={"avatar": ("me.png", content, "image/png")})

    assert answer.status_code == 303
    assert words in browser.flash("profile").errors["avatar"]
    assert user(ada).avatar_id is None


def test_a_broken_multipart_body_is_no_error_of_ours(browser):
    browser.sign_in(person())
    for kind in ("multipart/form-data", "multipart/form-data; boundary=x", "text/plain", ""):
        answer = browser.request("POST", "/auth/profile", content=b"--x\r\nbroken", headers={"content-type": kind})
        assert answer.status_code == 303, kind


def test_wrong_values_are_named_and_what_was_typed_comes_back(browser):
    ada = person()
    browser.sign_in(ada)

    browser.post(
        "/auth/profile", {"name": " ", "zone": "Mars/Base", "locale": "xx-yy-zz", "theme": "pink"}, files={"a": b""}
    )

    said = browser.flash("profile")
    assert set(said.errors) == {"name", "zone", "locale", "theme"}
    assert said.typed["zone"] == "Mars/Base"
    assert user(ada).name == ada.actor.name


def test_changing_the_password_and_the_address_on_the_profile(browser):
    ada = person()
    phone = ada.signs_in()
    browser.sign_in(ada)
    browser.post("/auth/password", {"current": "wrong", "password": OTHER})
    assert set(browser.flash("profile").errors) == {"current"}
    browser.post("/auth/email", {"current": "wrong", "email": "new@example.org"})
    assert set(browser.flash("profile").errors) == {"email-current"}
    assert browser.flash("profile").typed == {"email": "new@example.org"}

    browser.post("/auth/password", {"current": PASSWORD, "password": OTHER})
    browser.post("/auth/email", {"current": OTHER, "email": "new@example.org"})
    done = browser.post("/auth/verify", {"token": letters("new@example.org")[0].token})

    assert not lives(phone)
    assert lives(browser.session)
    assert done.headers["location"] == "/profile"
    assert user(ada).email == "new@example.org"
