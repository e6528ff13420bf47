"""A cell as people type it and as a sheet holds it: points, a word for a status, or both: `8`, `excused`, `8 exempt`."""

from decimal import Decimal

from lms_app.core import typed
from lms_app.grades.models import Status

WORDS = {
    "excused": Status.EXCUSED,
    "ex": Status.EXCUSED,
    "missing": Status.MISSING,
    "mi": Status.MISSING,
    "exempt": Status.EXEMPT,
}
BLANKS = ("", "-", "–", "—")


def read(text: str, out_of: Decimal) -> tuple[Decimal | None, str]:
    """The points and the status of a cell. Raises ValueError with a sentence for people."""
    number, _, last = text.strip().rpartition(" ")
    status = WORDS.get(last.casefold())
    if status is None:
        number = text.strip()
    if number.strip() in BLANKS:
        return None, status or Status.NONE
    points = typed.decimal(number)
    if points is None:
        raise ValueError("Enter points as a number, like 7.5, or a word: excused, missing or exempt.")
    if not 0 <= points <= out_of:
        raise ValueError(f"Enter points from 0 to {typed.number(out_of)}.")
    if points != round(points, 3):
        raise ValueError("Use at most three decimals.")
    return points, status or Status.NONE


def written(points: Decimal | None, status: str) -> str:
    """What `read` reads; nothing is lost between the two."""
    number = "" if points is None else typed.number(points)
    return f"{number} {status}".strip()
