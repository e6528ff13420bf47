"""Every setting as it stands: its value, where that comes from, and what is dangerous about it.

`examine` is what the page, the REST route and `cli doctor` show. Secrets are said to be set or not, and a password inside
an address is left out: what a doctor says is pasted into letters.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import SecretStr

from lms_app.core import signing, site
from lms_app.core.settings import DEFAULT_SECRET, Settings, settings

Source = Literal["default", "environment", ".env", "settings"]
"""`settings`: decided in the browser (`core/site.py`)."""
PASSWORD_CHARACTERS = 15
"""NIST SP 800-63B-4, 3.1.1.2: at least so many where a password is all that is asked for."""
SECRET_URLS = ("database_url", "redis_url")


@dataclass(frozen=True, slots=True)
class SettingRow:
    """`name` as in the environment. `danger` is a sentence, "" where there is none; `about` says what it is for."""

    name: str
    value: str
    source: Source
    danger: str
    about: str


@dataclass(frozen=True, slots=True)
class Doctor:
    """`problems` keep production from starting, or belong to no setting; `is_production` says whether they count now."""

    settings: list[SettingRow]
    problems: list[str]
    is_production: bool


def examine(further: Sequence[str] = (), given: Settings = settings) -> Doctor:
    """All settings in the order of README.md, and what is wrong; `further` are sentences that only the caller knows."""
    serious = given.dangers()
    dangers = {**cautions(given), **serious}
    decided = _decided(given)
    rows = [
        SettingRow(
            f"LMS_{name.upper()}",
            decided.get(name) or _value(given, name),
            "settings" if name in decided else _source(given, name),
            dangers.get(name, ""),
            field.description or "",
        )
        for name, field in Settings.model_fields.items()
    ]
    return Doctor(rows, [*serious.values(), *signing.problems(), *further], given.is_production)


def cautions(given: Settings) -> dict[str, str]:
    """What is dangerous, and still somebody's to choose: a sentence for the name of a setting."""
    found: dict[str, str] = {}
    if not (site.known() if given is settings else given).backup_every_hours:
        found["backup_every_hours"] = (
            "No backup is made by itself: set it to 24 here or on the page Settings, or let a timer run `backup`."
        )
    elif given.backup_dir.absolute().is_relative_to(given.data_dir.absolute()):
        found["backup_folder"] = "Backups lie beside the data: what destroys the disk takes both. Name another disk."
    if given.mail == "smtp" and given.smtp_security == "none" and not _is_here(given.smtp_host):
        found["smtp_security"] = (
            "Mail, and links that sign people in, travel where others can read: set starttls or tls."
        )
    if given.password_min_characters < PASSWORD_CHARACTERS:
        found["password_min_characters"] = (
            f"Passwords shorter than {PASSWORD_CHARACTERS} characters are guessed sooner."
        )
    if given.workers > 1 and not given.redis_url:
        found["workers"] = "Several processes need LMS_REDIS_URL: without it, pages lose their state between them."
    elif given.workers > 1 and given.database.startswith("sqlite"):
        found["workers"] = "Several processes wait for one another on SQLite: set LMS_DATABASE_URL to PostgreSQL."
    if not _is_here(given.host) and not given.is_https:
        found["host"] = "Others on the network reach the site without https, and can read sign-ins on the way."
    return found


def _decided(given: Settings) -> dict[str, str]:
    """What was decided in the browser over a default, by the name of the setting."""
    if given is not settings:
        return {}
    now, usual = site.known(), site.DEFAULTS
    changed = [name for name in site.BY_ENVIRONMENT if getattr(now, name) != getattr(usual, name)]
    return {site.BY_ENVIRONMENT[name]: _words(getattr(now, name)) for name in changed}


def _words(value: Any) -> str:
    return ("on" if value else "off") if isinstance(value, bool) else str(value)


def _value(given: Settings, name: str) -> str:
    value = getattr(given, name)
    if isinstance(value, SecretStr):
        return "set" if value.get_secret_value() not in ("", DEFAULT_SECRET) else "not set"
    if name in SECRET_URLS and value:
        return _without_password(value)
    return "" if value is None else _words(value)


def _without_password(url: str) -> str:
    """An address that says where, and as whom, but neither a password nor what else is asked with it."""
    try:
        parts = urlsplit(url)
        account, at, place = parts.netloc.rpartition("@")
        user, colon, _ = account.partition(":")
        return f"{parts.scheme}://{user}{':…' if colon else ''}{at}{place}{parts.path}{'?…' if parts.query else ''}"
    except ValueError:
        return "set"


def _source(given: Settings, name: str) -> Source:
    if name not in given.model_fields_set:
        return "default"
    return "environment" if f"LMS_{name}".upper() in map(str.upper, os.environ) else ".env"


def _is_here(host: str) -> bool:
    """Whether only this machine is meant."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host in ("", "localhost")
