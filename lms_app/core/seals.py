"""A certificate as a short signed text: small enough for a QR code, checked with no network and no database.

The claims have one to three letters, as every character makes the code denser: about 330 characters in all.
`verify` says in a sentence what a text is worth; `python -m lms_app.cli verify` and whoever has the school's public keys
come to the same answer.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from lms_app.core import signing
from lms_app.core.signing import BadToken, PublicKey, SigningKey, Token

TYP = "cert+jwt"


@dataclass(frozen=True, slots=True)
class Seal:
    """What a certificate says. `place` is its place in the status list; -1 for one that has none."""

    code: str
    holder: str
    course: str
    issuer: str
    issued_on: date
    expires_on: date | None = None
    place: int = -1


def seal(what: Seal, *, key: SigningKey | None = None) -> str:
    """The signed text of a certificate. Raises NoKey."""
    claims: dict[str, Any] = {
        "jti": what.code,
        "sub": what.holder,
        "crs": what.course,
        "iss": what.issuer,
        "nbf": _seconds(what.issued_on),
    }
    if what.expires_on is not None:
        # Good through the whole of its last day.
        claims["exp"] = _seconds(what.expires_on + timedelta(days=1))
    if what.place >= 0:
        claims["st"] = what.place
    return signing.sign(claims, key=key, typ=TYP)


def is_seal(token: Token) -> bool:
    return token.header.get("typ") == TYP


def open_seal(text: str | Token, trusted: tuple[PublicKey, ...]) -> Seal:
    """What a signed text says, once its signature was found right. Raises BadToken, with the reason.

    Whether it is over (`expires_on`) or revoked (`place`) is for the caller to ask: both may be reported beside it.
    """
    token = text if isinstance(text, Token) else signing.take_apart(text)
    signing.verified(token, trusted)
    given = token.claims
    try:
        if not is_seal(token):
            raise ValueError("another sort of token")
        return Seal(
            code=str(given["jti"]),
            holder=str(given["sub"]),
            course=str(given["crs"]),
            issuer=str(given["iss"]),
            issued_on=_day(given["nbf"]),
            expires_on=_day(given["exp"]) - timedelta(days=1) if "exp" in given else None,
            place=int(given.get("st", -1)),
        )
    except (KeyError, TypeError, ValueError, OverflowError):
        raise BadToken("It is signed by the school, but it is not a certificate.") from None


def _seconds(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())


def _day(seconds: Any) -> date:
    return datetime.fromtimestamp(int(seconds), UTC).date()
