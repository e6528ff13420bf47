"""Finding people by what one types of their name."""

from sqlalchemy import ColumnElement, func, or_
from sqlmodel import col

from lms_app.core.identity import User

SEARCH_MAX = 200


def person_matches(search: str) -> list[ColumnElement[bool]]:
    """Conditions on `User`: every word must be in the name or the e-mail. None for an empty search."""
    return [
        or_(name_has(word), col(User.email).contains(word.lower(), autoescape=True))
        for word in search[:SEARCH_MAX].replace("\0", " ").split()
    ]


def name_has(word: str) -> ColumnElement[bool]:
    """That a person's name holds `word`, in any case."""
    found = func.lower(User.name).contains(word.lower(), autoescape=True)
    if word.isascii():
        return found
    # SQLite knows upper and lower case of ASCII only, so for Élodie we ask for the ways in which she may be written.
    spellings = sorted({word, word.lower(), word.upper(), word.capitalize()})
    return or_(found, *[col(User.name).contains(spelling, autoescape=True) for spelling in spellings])
