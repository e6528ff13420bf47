"""What people may write into the fields of an account."""

import re
import unicodedata
from functools import cache
from importlib.resources import files
from urllib.parse import unquote

from lms_app.core.words import say

EMAIL_MAX = 254
NAME_MAX = 120
NEXT_MAX = 500
DECODED_MAX = 5

_UNSEEN = re.compile(r"[\x00-\x20\x7f-\x9f\u2028\u2029]")
# What one mailbox looks like. Commas, brackets and quotes could name a second one in a header.
_EMAIL = re.compile(r"[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}")


def comparable(email: str) -> str:
    """An address as it is kept and looked up; whatever was typed comes out as something."""
    text = unicodedata.normalize("NFC", email).strip()[: EMAIL_MAX + 1]
    local, at, domain = text.rpartition("@")
    if at and not domain.isascii():
        try:
            domain = domain.encode("idna").decode("ascii")
        except UnicodeError:
            return text.lower()
    return f"{local}{at}{domain}".lower()


def email_problem(email: str) -> str:
    """Why an address (as `comparable` made it) cannot be one of ours; empty when it can."""
    if not email:
        return say("Enter your email address.")
    if len(email) > EMAIL_MAX or not _EMAIL.fullmatch(email) or ".." in email:
        return say("Enter an email address like name@example.org.")
    return ""


def clean_name(name: str) -> str:
    """A name on one line, without what cannot be seen."""
    text = unicodedata.normalize("NFC", name)
    # Zero-width joiners stay: names in several scripts are written with them.
    kept = "".join(c if unicodedata.category(c) not in ("Cc", "Cs", "Co", "Cn") else " " for c in text)
    kept = "".join(c for c in kept if unicodedata.category(c) != "Cf" or c in "\u200c\u200d")
    return " ".join(kept.split())


def name_problem(name: str) -> str:
    """Why a name (as `clean_name` made it) will not do; empty when it will."""
    if not name.strip("\u200c\u200d"):
        return say("Enter your name.")
    return say("Use at most {name_max} characters.", name_max=NAME_MAX) if len(name) > NAME_MAX else ""


@cache
def zones() -> tuple[str, ...]:
    """Time zones as people look for them: by a city of each country, and UTC. `when.is_zone` knows many more."""
    table = (files("tzdata") / "zoneinfo" / "zone.tab").read_text()
    return ("UTC", *sorted(line.split("\t")[2].strip() for line in table.splitlines() if line[:1] not in ("", "#")))


LOCALES = (
    ("en", "English"),
    ("en-GB", "English (United Kingdom)"),
    ("en-US", "English (United States)"),
    ("ar", "العربية"),
    ("de", "Deutsch"),
    ("el", "Ελληνικά"),
    ("es", "Español"),
    ("fr", "Français"),
    ("he", "עברית"),
    ("it", "Italiano"),
    ("ja", "日本語"),
    ("nl", "Nederlands"),
    ("pl", "Polski"),
    ("pt", "Português"),
    ("ru", "Русский"),
    ("tr", "Türkçe"),
    ("uk", "Українська"),
    ("zh", "中文"),
)


def safe_next(path: str) -> str:
    """Where to go after signing in: `path` when it stays on this site, else "".

    Browsers read `\\` as `/` and drop tabs and line breaks, and a careless proxy may decode an address once more: it
    is looked at as each of them would see it.
    """
    if len(path) > NEXT_MAX or "\\" in path or _UNSEEN.search(path):
        return ""
    seen = path
    for _ in range(DECODED_MAX):
        if not re.match(r"/(?![/\\])", _UNSEEN.sub("", seen)):
            return ""
        if (decoded := unquote(seen)) == seen:
            return path
        seen = decoded
    return ""
