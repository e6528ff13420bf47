"""Gaps in a text as Moodle writes them (`{1:SHORTANSWER:=pond~=pool}`, `[[1]]`), and as ours (`[[pond|pool]]`).

A gap is a token while the text around it becomes Markdown: no conversion touches letters and digits.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from html import unescape

from lms_app.core import text
from lms_app.exchange import html
from lms_app.quizzes.kinds import cloze

STEM = "Fill in the blanks."
_GAP = re.compile(r"\{(\d{0,6}):([A-Z_]{1,20}):((?:[^{}\\]|\\.)*)\}", re.DOTALL)
_PLACE = re.compile(r"\[\[(\d{1,3})\]\]")
_TYPED = {"SHORTANSWER", "SA", "MW", "SHORTANSWER_C", "SAC", "MWC"}
_NUMBERS = {"NUMERICAL", "NM"}
_LISTS = {f"{word}{way}" for word in ("MULTICHOICE", "MULTICHOICE_", "MC") for way in ("", "V", "H", "S", "VS", "HS")}
_ANSWER = re.compile(r"(?<!\\)~")
_FRACTION = re.compile(r"%(-?\d{1,3}(?:\.\d{0,12})?)%")
_FEEDBACK = re.compile(r"(?<!\\)#")
_SIGN = re.compile(r"\\([}#~/\"\\{])")
_WRITTEN = re.compile(r"[}#~\"\\/]")


class Unsupported(Exception):
    """`str(error)` is the reason, as a sentence."""


@dataclass(slots=True)
class Gaps:
    """A text whose gaps are tokens, what they become, and what is said about them."""

    text: str
    by_token: dict[str, str] = field(default_factory=dict[str, str])
    weights: list[int] = field(default_factory=list[int])
    case_sensitive: bool = False
    notes: list[str] = field(default_factory=list[str])

    def put_back(self, markdown: str) -> tuple[str, str]:
        """The question and the text of ours: a first paragraph without a gap is the question."""
        first, _, rest = markdown.strip().partition("\n\n")
        if not rest.strip() or any(token in first for token in self.by_token):
            first, rest = STEM, markdown.strip()
        for token, gap in self.by_token.items():
            rest = rest.replace(token, gap)
        return first, rest.strip()


def from_moodle(written: str) -> Gaps:
    """Raises Unsupported for a gap that ours cannot be."""
    found = Gaps("")

    def token(match: re.Match[str]) -> str:
        name = f"gap{len(found.by_token)}x7q"
        found.by_token[name] = _gap(match[2], match[3], found)
        found.weights.append(int(match[1] or 1))
        return name

    found.text = _GAP.sub(token, written)
    if not found.by_token:
        raise Unsupported("There is no gap in this text, or its braces are not closed.")
    if len(set(found.weights)) > 1:
        found.notes.append("Its gaps have different weights. Here every gap counts the same.")
    return found


def from_places(written: str, options: Sequence[tuple[str, str]]) -> Gaps:
    """`options` are words and their groups, in the order that the numbers of the places mean."""
    found = Gaps("")

    def token(match: re.Match[str]) -> str:
        at = int(match[1]) - 1
        if not 0 <= at < len(options):
            raise Unsupported(f"The place {match[0]} names an answer that there is not.")
        word, group = options[at]
        others = [other for other, its in options if its == group and other != word]
        name = f"gap{len(found.by_token)}x7q"
        if not others:
            found.notes.append("A gap with one choice alone is typed here.")
        found.by_token[name] = written_gap([f"*{word}", *dict.fromkeys(others)] if others else [word])
        return name

    found.text = _PLACE.sub(token, written)
    if not found.by_token:
        raise Unsupported("There is no gap in this text.")
    return found


def to_moodle(written: str, *, case_sensitive: bool) -> str:
    """Our text with Moodle's gaps."""
    gaps = iter(cloze.gaps_of(written))

    def gap(_match: re.Match[str]) -> str:
        its = next(gaps)
        kind = "MULTICHOICE" if its.is_list else "SHORTANSWER_C" if case_sensitive else "SHORTANSWER"
        words = [f"{'=' if word in its.right else ''}{_escaped(word)}" for word in its.words]
        return f"{{1:{kind}:{'~'.join(words)}}}"

    return re.sub(r"\[\[.*?\]\]", gap, written, flags=re.DOTALL)


def _gap(kind: str, inside: str, found: Gaps) -> str:
    answers = [_answer(part) for part in _ANSWER.split(inside)]
    if any(feedback for _, _, feedback in answers):
        found.notes.append("The feedback to single answers of a gap is left out.")
    if kind in _LISTS:
        if any(0 < fraction < 1 for _, fraction, _ in answers):
            found.notes.append("Choices of a gap that are partly right are wrong here.")
        return written_gap([f"{'*' if fraction >= 1 else ''}{word}" for word, fraction, _ in answers if word])
    if kind in _NUMBERS:
        return written_gap([_number(word) for word, fraction, _ in answers if fraction >= 1])
    if kind not in _TYPED:
        raise Unsupported(f"Gaps of the kind {kind} cannot be asked here.")
    if any(0 < fraction < 1 for _, fraction, _ in answers):
        found.notes.append("Answers of a gap that are partly right are left out.")
    found.case_sensitive = found.case_sensitive or kind in ("SHORTANSWER_C", "SAC", "MWC")
    return written_gap([word for word, fraction, _ in answers if fraction >= 1])


def _answer(part: str) -> tuple[str, Decimal, str]:
    words, *feedback = _FEEDBACK.split(part.strip(), maxsplit=1)
    fraction = Decimal(0)
    if words.startswith("="):
        words, fraction = words[1:], Decimal(1)
    elif match := _FRACTION.match(words):
        words, fraction = words[match.end() :], Decimal(match[1]) / 100
    plain = text.plain(html.from_mixed(_SIGN.sub(r"\1", words)).markdown) if "<" in words else _SIGN.sub(r"\1", words)
    return " ".join(unescape(plain).split()), fraction, "".join(feedback).strip()


def _number(word: str) -> str:
    value, _, tolerance = word.partition(":")
    if tolerance.strip() and Decimal(tolerance.strip() or 0):
        raise Unsupported("A gap for a number has a tolerance. Gaps here are compared letter by letter.")
    return value.strip()


def written_gap(words: Sequence[str]) -> str:
    """A gap of ours; a star begins each right choice of a list. Raises Unsupported."""
    if not words:
        raise Unsupported("A gap has no right answer.")
    if any("|" in word or "]]" in word or "[[" in word for word in words):
        raise Unsupported("An answer of a gap holds | or brackets, which gaps here cannot.")
    return f"[[{'|'.join(words)}]]"


def _escaped(word: str) -> str:
    return _WRITTEN.sub(lambda sign: f"\\{sign[0]}", word)
