"""What a form's answer carries to the page that the browser is sent to next: a signed cookie of a minute.

Errors and what was typed, never a password, never in the address. It is a token of an audience of its own, so it is
good for nothing else.
"""

import secrets
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import jwt

from lms_app.core.identity import ALGORITHM, ISSUER
from lms_app.core.settings import settings
from lms_app.core.work import utc_now

COOKIE = "__Host-lectern-said" if settings.is_https else "lectern-said"
AUDIENCE = "flash"
SECONDS = 60
TYPED_MAX = 300  # characters of one field: a cookie holds 4 KB


@dataclass(frozen=True, slots=True)
class Flash:
    """`form` is whose answer it is. `errors` maps fields to sentences, "" to one about all of it."""

    id: str = ""
    form: str = ""
    said: str = ""
    errors: dict[str, str] = field(default_factory=dict[str, str])
    typed: dict[str, str] = field(default_factory=dict[str, str])


def sealed(flash: Flash) -> str:
    claims: dict[str, Any] = {
        "aud": AUDIENCE,
        "iss": ISSUER,
        "jti": secrets.token_hex(8),
        "exp": utc_now() + timedelta(seconds=SECONDS),
        "form": flash.form,
        "said": flash.said,
        "errors": flash.errors,
        "typed": {name: value[:TYPED_MAX] for name, value in flash.typed.items()},
    }
    return jwt.encode(claims, settings.signing_key, ALGORITHM)


def opened(cookies: str, *forms: str) -> Flash:
    """The flash in a Cookie header, if it is the answer to one of `forms` and not older than a minute."""
    for pair in cookies.split(";"):
        name, _, value = pair.strip().partition("=")
        if name == COOKIE:
            return _read(value, forms)
    return Flash()


def _read(value: str, forms: tuple[str, ...]) -> Flash:
    try:
        claims: dict[str, Any] = jwt.decode(
            value,
            settings.signing_key,
            algorithms=[ALGORITHM],
            audience=AUDIENCE,
            issuer=ISSUER,
            options={"require": ["exp", "aud", "iss", "jti"]},
        )
    except (jwt.PyJWTError, ValueError, TypeError):
        return Flash()
    if claims.get("form") not in forms:
        return Flash()
    return Flash(claims["jti"], claims["form"], claims["said"], claims["errors"], claims["typed"])
