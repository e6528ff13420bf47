"""Words: what is looked for, and where it stands in a text."""

import re
from collections.abc import Sequence
from uuid import UUID

from lms_app.courses.rules import folded
from lms_app.search.views import Words

ASKED_MAX = 100
WORDS_MAX = 8
_WORD = re.compile(r"\w+")
EXTRACT = 160  # characters


# What a document is found under, before anybody is asked: by members of a course, by its staff, by whoever teaches
# somebody, by everybody.
OPEN, PEOPLE = "open", "people"


def members_of(course_id: UUID) -> str:
    return f"m{course_id.hex}"


def staff_of(course_id: UUID) -> str:
    return f"s{course_id.hex}"


def asked(text: str) -> list[str]:
    """The words of a search, folded; each stands for all that begin so."""
    return _WORD.findall(folded(text[:ASKED_MAX]))[:WORDS_MAX]


def marked(text: str, words: Sequence[str]) -> list[Words]:
    """A text in pieces, with what was looked for apart."""
    pieces: list[Words] = []
    at = 0
    for found in _WORD.finditer(text):
        length = _begins(found.group(), words)
        if not length:
            continue
        start = found.start()
        if start > at:
            pieces.append(Words(text[at:start], False))
        pieces.append(Words(text[start : start + length], True))
        at = start + length
    if at < len(text):
        pieces.append(Words(text[at:], False))
    return pieces


def extract(text: str, words: Sequence[str]) -> list[Words]:
    """The part of a text around the first word that was looked for; its beginning where there is none."""
    first = next((one.start() for one in _WORD.finditer(text) if _begins(one.group(), words)), 0)
    start = max(0, first - EXTRACT // 3)
    if start:
        start = text.find(" ", start) + 1 or start
    end = start + EXTRACT
    cut = text[start:end]
    if end < len(text):
        cut = cut.rpartition(" ")[0] or cut
    said = ("… " if start else "") + cut + (" …" if end < len(text) else "")
    return marked(said, words)


def _begins(word: str, wanted: Sequence[str]) -> int:
    """How many characters of a word are what was looked for. Folding may make one character two: then the whole word."""
    plain = folded(word)
    longest = max((len(one) for one in wanted if plain.startswith(one)), default=0)
    return (longest if len(plain) == len(word) else len(word)) if longest else 0
