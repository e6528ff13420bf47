"""Codes of certificates, and when one is due: pure functions."""

import secrets
import unicodedata
from datetime import datetime
from decimal import Decimal

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


def missing(completed_at: datetime | None, fraction: Decimal, needed: Decimal) -> str:
    """What a student still lacks for the certificate, as a sentence; empty when it is due.

    A grade of exactly what is needed is enough.
    """
    if completed_at is None:
        return "Not all required parts of the course are complete."
    if fraction < needed:
        return "The grade is below what the course asks for its certificate."
    return ""
