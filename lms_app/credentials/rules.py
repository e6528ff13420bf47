"""Codes of certificates, when one is due, and how long it is valid: pure functions."""

import secrets
import unicodedata
from calendar import monthrange
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Literal

# Crockford's base32: no I, L, O and U, so that nothing in a code looks like something else. 28 x 5 = 140 random bits.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 28
GROUP = 4
TYPED_MAX = 200

_LOOK_ALIKES = str.maketrans({"O": "0", "I": "1", "L": "1"})


def new_code() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))


def canonical(typed: str) -> str | None:
    """The code that somebody typed, as it is stored; None when it cannot be one.

    Case, spaces and dashes do not matter, and O, I and L are read as the digits that they look like.
    """
    if len(typed) > TYPED_MAX:
        return None
    letters = [c for c in unicodedata.normalize("NFKC", typed).upper() if not _is_space(c)]
    code = "".join(letters).translate(_LOOK_ALIKES)
    return code if len(code) == CODE_LENGTH and all(c in ALPHABET for c in code) else None


def grouped(code: str) -> str:
    """A stored code as people read it: "7Q4K-2M9X-…"."""
    return "-".join(code[at : at + GROUP] for at in range(0, len(code), GROUP))


def _is_space(c: str) -> bool:
    return c == "_" or unicodedata.category(c) in ("Zs", "Pd", "Cc", "Cf")


COMPLETION, GRADE, DATE = "completion", "grade", "date"
SENTENCES = {
    COMPLETION: "Not all required parts of the course are complete.",
    GRADE: "The grade is below what the course asks for its certificate.",
    DATE: "The course does not award its certificate yet.",
}


def lacking(
    completed_at: datetime | None,
    fraction: Decimal,
    needed: Decimal,
    not_before: datetime | None = None,
    now: datetime | None = None,
) -> tuple[str, ...]:
    """What a student still lacks for the certificate: completion, grade, date; empty when it is due.

    A grade of exactly what is needed is enough, and so is the very moment of the date.
    """
    return tuple(
        name
        for name, lacks in (
            (COMPLETION, completed_at is None),
            (GRADE, fraction < needed),
            (DATE, not_before is not None and now is not None and now < not_before),
        )
        if lacks
    )


def missing(
    completed_at: datetime | None,
    fraction: Decimal,
    needed: Decimal,
    not_before: datetime | None = None,
    now: datetime | None = None,
) -> str:
    """`lacking` as a sentence: the first of it; empty when the certificate is due."""
    found = lacking(completed_at, fraction, needed, not_before, now)
    return SENTENCES[found[0]] if found else ""


def expiry(issued_at: datetime, valid_months: int | None, valid_until: datetime | None) -> datetime | None:
    """When a certificate of this day has expired: at the end of its last day (UTC). None for ever.

    `valid_until` is a moment of the last day. A day that the month lacks is its last one: a year from 29 February ends
    with 28 February.
    """
    if valid_months is not None:
        years, month = divmod(issued_at.month - 1 + valid_months, 12)
        year, month = issued_at.year + years, month + 1
        last = issued_at.replace(year=year, month=month, day=min(issued_at.day, monthrange(year, month)[1]))
    elif valid_until is not None:
        last = valid_until
    else:
        return None
    return last.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)


def last_day(expires_at: datetime | None) -> datetime | None:
    """A moment of the last day on which a certificate is valid."""
    return expires_at - timedelta(seconds=1) if expires_at else None


def status(
    now: datetime, *, revoked_at: datetime | None, replaced: bool, expires_at: datetime | None
) -> Literal["valid", "revoked", "replaced", "expired"]:
    """What a certificate is worth now. At the very moment of its expiry it has expired."""
    if replaced:
        return "replaced"
    if revoked_at is not None:
        return "revoked"
    return "expired" if expires_at is not None and now >= expires_at else "valid"


def cut(text: str, length: int) -> str:
    """The beginning of a text in at most so many bytes of UTF-8, with "…" where something is left out."""
    if len(text.encode()) <= length:
        return text
    return text.encode()[: length - 3].decode(errors="ignore").rstrip() + "…"
