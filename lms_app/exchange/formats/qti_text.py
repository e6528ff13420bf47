"""What both generations of QTI share: texts with their pictures as Markdown, and what is said about them."""

import base64
import binascii
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from html import escape, unescape
from typing import Any
from urllib.parse import unquote

from lms_app.core import text
from lms_app.core.db import new_id
from lms_app.exchange import html
from lms_app.exchange.formats.base import Embedded, Finding, ReadQuestion, Weight, first_words, to_markdown
from lms_app.exchange.formats.moodle_cloze import Unsupported

FILES_MAX, FILE_BYTES_MAX = 100, 10_000_000
Pictures = Callable[[str], tuple[str, bytes] | None]
"""What an address in a text names within its package: a name and a content. None where there is no such file."""

_ADDRESS = re.compile(
    r"(<(?:img|a|object|source)\b[^<>]{0,4000}?\s(?:src|href|data)\s{0,3}=\s{0,3})(?:\"([^\"<>]*)\"|'([^'<>]*)')", re.I
)
_DATA = re.compile(r"data:image/(png|jpe?g|gif|webp|svg\+xml);base64,", re.I)
_MARKUP = re.compile(
    r"</?(?:p|b|i|u|em|strong|div|span|br|img|sub|sup|ul|ol|li|table|tr|td|h[1-6]|a|pre|code|hr)\b", re.I
)
_TEX = re.compile(
    r"<img\b(?=[^<>]{0,4000}class=\"[^\"]*equation_image)[^<>]{0,4000}data-equation-content=\"([^\"<>]+)\"[^<>]*>", re.I
)
_MATH = re.compile(r"<math\b[^<>]{0,2000}>((?:(?!</math>).)*)</math>", re.I | re.S)
_ANNOTATED = re.compile(r"<annotation\b[^<>]*application/x-tex[^<>]*>([^<>]*)</annotation>", re.I)


def no_pictures(_address: str) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Parsed:
    """One XML file of QTI. `refs` are the items that a test names, by their addresses."""

    questions: tuple[ReadQuestion, ...] = ()
    findings: tuple[Finding, ...] = ()
    title: str = ""
    refs: tuple[str, ...] = ()
    version: str = ""


@dataclass(slots=True)
class Texts:
    """The texts of one question on its way, with the files and notes that are collected."""

    pictures: Pictures = no_pictures
    notes: list[str] = field(default_factory=list[str])
    files: dict[str, Embedded] = field(default_factory=dict[str, Embedded])
    by_content: dict[tuple[str, bytes], str] = field(default_factory=dict[tuple[str, bytes], str])

    def markdown(self, written: str) -> str:
        """HTML as Markdown; pictures of the package become files of the question."""
        if "<" not in written:
            return html.from_plain(unescape(written)).strip()
        written = _TEX.sub(lambda match: escape(rf"\({unescape(match[1])}\)", quote=False), written)
        written = _MATH.sub(_formula, written)
        made, notes = to_markdown(_ADDRESS.sub(self._placed, written), "html")
        self.notes += notes
        return made.strip()

    def plain(self, written: str) -> str:
        return " ".join(text.plain(self.markdown(written)).split())

    def _placed(self, match: re.Match[str]) -> str:
        address = unescape(match[2] or match[3] or "").strip()
        found = self._content(address)
        if found is None:
            return match[0]
        name, content = found
        if not content or len(content) > FILE_BYTES_MAX:
            self.notes.append(f"The file {name[:100]} is empty or too large: it is left out.")
            return match[0]
        kept = self.by_content.get((name, content))
        if kept is None:
            if len(self.files) >= FILES_MAX:
                raise Unsupported(f"This question has more than {FILES_MAX} files.")
            kept = self.by_content[name, content] = f"/files/{new_id()}"
            self.files[kept] = Embedded(kept, name, content)
        return f'{match[1]}"{kept}"'

    def _content(self, address: str) -> tuple[str, bytes] | None:
        if match := _DATA.match(address):
            try:
                kind = match[1].lower().replace("svg+xml", "svg").replace("jpeg", "jpg")
                return f"picture.{kind}", base64.b64decode(unquote(address[match.end() :]), validate=False)
            except (binascii.Error, ValueError):
                return None
        if not address or re.match(r"[a-z][a-z0-9+.-]*:|//|#", address, re.I):
            return None
        return self.pictures(address)


def _formula(match: re.Match[str]) -> str:
    """MathML that says its TeX beside; any other is left out with a note."""
    found = _ANNOTATED.search(match[1])
    return rf"\({found[1].strip()}\)" if found else match[0]


def as_html(written: str, *, plain: bool) -> str:
    """A text that says of itself what it is: plain text that has markup is none."""
    if plain and not _MARKUP.search(written):
        return escape(written.strip(), quote=False).replace("\n", "<br>")
    return written


def number(written: str | None, otherwise: Decimal | None = None) -> Decimal:
    """Raises Unsupported for what is no number, where nothing else is named."""
    try:
        found = Decimal((written or "").strip().replace(",", ".")[:80])
    except InvalidOperation:
        found = Decimal("NaN")
    if found.is_finite() and abs(found.adjusted()) <= 400:
        return found
    if otherwise is None:
        raise Unsupported(f"“{(written or '')[:40]}” is not a number.")
    return otherwise


def shares(worth: Sequence[Decimal], *, several: bool = False) -> list[Decimal]:
    """What answers are worth as shares of the whole: of the best one, or of all right ones together."""
    right = [one for one in worth if one > 0]
    best = sum(right, Decimal(0)) if several else max(right, default=Decimal(0))
    if not best:
        raise Unsupported("No answer is marked as right.")
    return [max(round(one / best, 9), Decimal(-1)).normalize() + 0 for one in worth]


def truth_of(words: Sequence[str]) -> list[bool] | None:
    """Which of two options is “true”; None where they are something else."""
    found = [_TRUTHS.get(" ".join(word.split()).strip(" .").casefold()) for word in words]
    return [bool(one) for one in found] if sorted(map(str, found)) == ["False", "True"] else None


_TRUTHS = {
    **dict.fromkeys(("true", "t", "yes", "wahr", "richtig", "vrai", "verdadero", "vero", "waar", "juist"), True),
    **dict.fromkeys(("false", "f", "no", "falsch", "faux", "falso", "onwaar", "niet waar", "onjuist"), False),
}
del _TRUTHS["yes"], _TRUTHS["no"]  # a question that is answered with yes says so


def finished(texts: Texts, question: ReadQuestion) -> tuple[ReadQuestion, list[Finding]]:
    """The question with its files, and its notes as findings."""
    about = question.name or first_words(text.plain(question.stem))
    notes = [Finding(question.line, Weight.NOTE, note, about) for note in dict.fromkeys(texts.notes)]
    return replace(question, name=about, files=tuple(texts.files.values())), notes


Spec = dict[str, Any]
