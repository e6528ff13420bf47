"""What changed between two texts, word by word, as people read it. Pure, and slow on long texts: call it off the loop."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

_WORDS = re.compile(r"\s+|\w+|[^\w\s]")
CONTEXT = 2  # lines that stay shown before and after a change
# Beyond this many words a changed passage is shown as removed and added whole: comparing grows with the square.
_FINE_MAX = 4_000


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text: `kind` is same, added, removed, or skipped for lines in between that did not change."""

    kind: str
    text: str


def words(old: str, new: str) -> list[Piece]:
    """The changes in reading order, with two lines around each. Empty when nothing changed."""
    before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    steps = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    if all(step == "equal" for step, *_ in steps):
        return []
    found: list[Piece] = []
    for number, (step, a, b, c, d) in enumerate(steps):
        if step == "equal":
            found += _context(before[a:b], first=number == 0, last=number == len(steps) - 1)
        else:
            found += _passage("".join(before[a:b]), "".join(after[c:d]))
    return found


def _context(lines: Sequence[str], *, first: bool, last: bool) -> Iterator[Piece]:
    head = lines[:CONTEXT] if not first else []
    tail = lines[max(len(head), len(lines) - CONTEXT) :] if not last else []
    if head:
        yield Piece("same", "".join(head))
    if hidden := len(lines) - len(head) - len(tail):
        yield Piece("skipped", str(hidden))
    if tail:
        yield Piece("same", "".join(tail))


def _passage(old: str, new: str) -> Iterator[Piece]:
    before, after = _WORDS.findall(old), _WORDS.findall(new)
    if len(before) > _FINE_MAX or len(after) > _FINE_MAX:
        yield from (Piece(kind, text) for kind, text in (("removed", old), ("added", new)) if text)
        return
    for step, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if step == "equal":
            yield Piece("same", "".join(before[a:b]))
            continue
        if a < b:
            yield Piece("removed", "".join(before[a:b]))
        if c < d:
            yield Piece("added", "".join(after[c:d]))
