"""Passwords, addresses, names, next pages, devices: tables of what is taken."""

import pytest

from lms_app.accounts.rules import fields
from lms_app.accounts.rules.devices import device_name
from lms_app.accounts.rules.passwords import password_problem

pytestmark = pytest.mark.no_database

OWN = ("Northfield", "Ada King-Noel", "ada.king", "example.org")


@pytest.mark.parametrize(
    "password",
    [
        "tangerine lighthouse 42",
        "learn-something-new",
        "mein Hund frisst gern Gurken",
        "aller en vélo à la mer",
        "  spaces at both ends  ",
        "秘密の庭で猫が静かに眠っている夜",
        "🎉🌍🚀🍕🐙🎸🧩🔭🪁🫖🧵🪀🎈🥑🦉",
        "northfield grows tall nettles by the canal",
        "gxkq mvtz rwpl",
        "onlyletters without any digit",
        "482915 736058 194627",
        "x" * 4 + " long one " + "tangerine lighthouse kettle " * 30,
    ],
)
def test_a_long_password_of_ones_own_will_do(password):
    assert password_problem(password, minimum=14, own_words=OWN) == ""


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("", "Enter a password"),
        ("short one", "at least 15"),
        ("tangerine ligh", "at least 15"),
        ("🎉" * 14, "at least 15"),
        ("é" * 600, "at most 1,024 bytes"),
        ("tangerine\x00lighthouse", "cannot type"),
        ("tangerine\nlighthouse", "cannot type"),
        ("password1234567", "easy to guess"),
        ("passwordpassword", "easy to guess"),
        ("P@ssw0rd!P@ssw0rd!", "easy to guess"),
        ("PASSWORDPASSWORD", "easy to guess"),
        ("correct horse battery staple", "easy to guess"),
        ("qwertyuiopasdfghjkl", "easy to guess"),
        ("1q2w3e4r5t6y7u8i", "easy to guess"),
        ("123456789012345", "easy to guess"),
        ("987654321987654321", "easy to guess"),
        ("aaaaaaaaaaaaaaaaaa", "easy to guess"),
        ("abababababababab", "easy to guess"),
        ("abcabcabcabcabcabc", "easy to guess"),
        ("iloveyou iloveyou", "easy to guess"),
        ("letmein letmein 1", "easy to guess"),
        ("welcome2026welcome", "easy to guess"),
        ("northfield-northfield-1", "easy to guess"),
        ("Ada King-Noel 1815", "easy to guess"),
        ("adaking@example.org", "easy to guess"),
        ("n0rthf1eld password", "easy to guess"),
    ],
)
def test_what_everybody_would_try_is_refused_with_a_reason(password, words):
    assert words in password_problem(password, minimum=15, own_words=OWN)


def test_length_is_counted_in_characters_as_people_see_them():
    composed, typed_apart = "é" * 3 + " tangerines x", "e\u0301" * 3 + " tangerines x"

    assert len(typed_apart) > len(composed)
    for password in (composed, typed_apart):
        assert password_problem(password, minimum=16) == ""
        assert "at least 17" in password_problem(password, minimum=17)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" Ada@Example.ORG ", "ada@example.org"),
        ("o'brien+lms@mail.example.co.uk", "o'brien+lms@mail.example.co.uk"),
        ("ada@müller.example", "ada@xn--mller-kva.example"),
    ],
)
def test_an_address_is_kept_in_one_form(typed, kept):
    assert fields.comparable(typed) == kept
    assert fields.email_problem(kept) == ""


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "ada",
        "ada@",
        "@example.org",
        "ada@example",
        "ada@@example.org",
        "ada@exam ple.org",
        "ada@example.org, eve@example.org",
        "ada@example.org;eve@example.org",
        "ada@example.org\r\nBcc: eve@example.org",
        "Ada <ada@example.org>",
        '"ada"@example.org',
        "ada@example..org",
        "a..b@example.org",
        "ada@-example.org",
        "ада@example.org",
        f"{'a' * 65}@example.org",
        f"ada@{'a.' * 130}org",
    ],
)
def test_what_is_no_address_is_refused(typed):
    assert fields.email_problem(fields.comparable(typed)) != ""


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Ada   Lovelace ", "Ada Lovelace"),
        ("Ada\r\nBcc: eve", "Ada Bcc: eve"),
        ("A\x00d\u202ea", "A da"),
        ("نرگس\u200cزاده", "نرگس\u200cزاده"),
    ],
)
def test_a_name_is_one_line_without_what_cannot_be_seen(typed, kept):
    assert fields.clean_name(typed) == kept


@pytest.mark.parametrize("typed", ["", "   ", "\u200b\u200b", "\u200c", "x" * 121])
def test_some_names_will_not_do(typed):
    assert fields.name_problem(fields.clean_name(typed)) != ""


@pytest.mark.parametrize(
    "path", ["/", "/courses/bread", "/catalogue?search=two%20words&level=A", "/join/abc_DEF-1", "/courses/b%C3%A4r#top"]
)
def test_a_next_page_on_this_site_is_kept(path):
    assert fields.safe_next(path) == path


@pytest.mark.parametrize(
    "path",
    [
        "",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\/evil.example",
        "https:evil.example",
        "https://evil.example/",
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "data:text/html,x",
        "%2f%2fevil.example",
        "/%2fevil.example",
        "/%252fevil.example",
        "/%5cevil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "/%09/evil.example",
        "/ok\r\nSet-Cookie: a=b",
        " //evil.example",
        "evil.example",
        "@evil.example",
        "/" + "a" * 600,
    ],
)
def test_a_next_page_elsewhere_is_dropped(path):
    assert fields.safe_next(path) == ""


def test_every_zone_that_is_offered_is_known_and_big_cities_are_among_them():
    from lms_app.core import when

    assert all(when.is_zone(zone) for zone in fields.zones())
    assert {"UTC", "Europe/Amsterdam", "Asia/Kolkata", "America/New_York"} <= set(fields.zones())
    assert all(when.is_locale(code) for code, _ in fields.LOCALES)


@pytest.mark.parametrize(
    ("agent", "audience", "name"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0",
            "web",
            "Firefox on Windows",
        ),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit Version/19 Safari/605", "web", "Safari on macOS"),
        ("Mozilla/5.0 (Linux; Android 16) AppleWebKit Chrome/150 Mobile Safari/537", "web", "Chrome on Android"),
        ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit Chrome/150 Safari/537 Edg/150", "web", "Edge on Linux"),
        ("", "web", "Browser"),
        ("python-httpx/0.28.1", "api", "Program (python-httpx)"),
        ("<script>", "api", "Program"),
    ],
)
def test_a_device_has_a_name(agent, audience, name):
    assert device_name(agent, audience) == name
