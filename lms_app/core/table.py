"""Tables that people send as text: which characters the bytes are, what divides the columns, and the rows with their lines.

Spreadsheets of every age and country write such files. Bytes are told by their mark, then by being UTF-8, then by where
their NULs are, and only then by a guess (charset-normalizer), which a person can overrule.
"""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

DELIMITERS = ",;\t|"
LINE_ENDS = re.compile(r"\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
CELL_LINES_MAX = 50  # of one cell in quotes: beyond that the quote was never closed
SAMPLE_BYTES = 64 * 1024
UNREADABLE = "We cannot read the characters of this file. Save it as CSV in UTF-8."
UNCLOSED = "A quotation mark opens in this line and is not closed."

_MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
# What to choose from where a guess went wrong: name, and where it comes from.
ENCODINGS = (
    ("utf-8", "UTF-8"),
    ("utf-16", "UTF-16"),
    ("cp1252", "Western European (Windows-1252)"),
    ("cp1250", "Central European (Windows-1250)"),
    ("cp1251", "Cyrillic (Windows-1251)"),
    ("cp1253", "Greek (Windows-1253)"),
    ("cp1254", "Turkish (Windows-1254)"),
    ("cp1255", "Hebrew (Windows-1255)"),
    ("cp1256", "Arabic (Windows-1256)"),
    ("mac_roman", "Western European (Mac)"),
    ("cp850", "Western European (DOS)"),
    ("cp932", "Japanese (Shift JIS)"),
    ("gb18030", "Chinese, simplified (GB 18030)"),
    ("big5", "Chinese, traditional (Big5)"),
    ("cp949", "Korean (CP949)"),
)
_GUESSED = [name for name, _words in ENCODINGS[2:]]
# Their names look alike, so the one with the fewest symbols wins, the more usual one first.
_LATIN = ("cp1252", "cp1250", "cp1254", "mac_roman", "cp850")


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a table, and the line of the file where it begins, from 1. `problem` is a sentence, or empty."""

    number: int
    cells: list[str]
    problem: str = ""


def decoded(content: bytes, encoding: str = "") -> tuple[str, str]:
    """The text, and the name of the encoding that it was read with: the one asked for, or what the bytes look like.

    Raises ValueError with a sentence.
    """
    if encoding and encoding not in dict(ENCODINGS):
        raise ValueError("Choose an encoding from the list.")
    for mark, marked in _MARKS:
        if content.startswith(mark) and encoding in ("", "utf-8", "utf-16"):
            return _read(content, marked), "utf-8" if marked == "utf-8-sig" else "utf-16"
    if encoding in ("", "utf-16") and (wide := _wide(content)):
        return _read(content, wide), "utf-16"
    if encoding:
        return _read(content, "utf-16-le" if encoding == "utf-16" else encoding), encoding
    try:
        return content.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        found = _guessed(content)
        return content.decode(found, "replace" if found == "cp1252" else "strict"), found


def lines_of(text: str) -> list[str]:
    """The lines of a text, whatever ends them."""
    return LINE_ENDS.sub("\n", text.removeprefix("\ufeff")).split("\n")


def delimiter_of(lines: Iterable[str], delimiters: str = DELIMITERS) -> str:
    """What divides the columns: what the first line that has any is divided by most, outside quotes."""
    for line in lines:
        bare = re.sub(r'"[^"]*"', "", line)
        found = max(delimiters, key=bare.count)
        if found in bare:
            return found
    return ","


def cells_of(line: str, delimiter: str) -> list[str]:
    """The cells of one line that is a row by itself: a wrong quote in it spoils no other line."""
    if '"' not in line:
        return [cell.strip() for cell in line.replace("\0", "").split(delimiter)]
    try:
        (cells,) = csv.reader([line.replace("\0", "")], delimiter=delimiter, skipinitialspace=True)
    except (csv.Error, ValueError):
        cells = line.split(delimiter)
    return [cell.strip() for cell in cells]


def rows_of(lines: Sequence[str], delimiter: str) -> Iterator[Line]:
    """The rows of a table, empty lines left out. A cell in quotes may go over some lines; a quote that is never closed
    spoils its own line alone."""
    at = 0
    while at < len(lines):
        line, begun = lines[at], at
        at += 1
        if '"' not in line:
            if line.strip():
                yield Line(begun + 1, cells_of(line, delimiter))
            continue
        cells, used = _quoted(lines[begun : begun + CELL_LINES_MAX], delimiter)
        if cells is None:
            yield Line(begun + 1, cells_of(line, delimiter), UNCLOSED)
        else:
            at = begun + used
            yield Line(begun + 1, cells)


def _quoted(lines: Sequence[str], delimiter: str) -> tuple[list[str] | None, int]:
    """The first row of these lines and how many of them it takes; None where its quote is not closed."""
    reader = csv.reader((f"{line}\n".replace("\0", "") for line in lines), delimiter=delimiter, strict=True)
    try:
        cells = next(reader)
    except csv.Error as error:
        if reader.line_num > 1 or "unexpected end" in str(error):
            return None, 1
        return cells_of(lines[0], delimiter), 1  # a quote in the middle of a cell: somebody's nickname
    return [cell.strip() for cell in cells], reader.line_num


def _read(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        raise ValueError(UNREADABLE) from None


def _wide(content: bytes) -> str:
    """UTF-16 without a mark: every other byte of what is mostly Latin is NUL."""
    head = content[:4096]
    if b"\0" not in head or len(content) % 2:
        return ""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    return "utf-16-le" if odd > even else "utf-16-be" if even > odd else ""


def _guessed(content: bytes) -> str:
    from charset_normalizer import from_bytes  # slow import

    # The lines that have something to tell by.
    told = b"\n".join(line for line in re.split(rb"[\r\n]+", content) if not line.isascii())[:SAMPLE_BYTES]
    best = from_bytes(told, cp_isolation=_GUESSED).best()
    found = best.encoding if best is not None else "cp1252"
    if found in _LATIN:
        found = min(_LATIN, key=lambda name: (_symbols(told, name), _LATIN.index(name)))
    try:
        content.decode(found)
    except UnicodeDecodeError:
        return "cp1252"
    return found


def _symbols(content: bytes, encoding: str) -> int:
    """How many characters of a text are no letters of names, were it in this encoding."""
    text = content.decode(encoding, "replace")
    odd = sum(not c.isalpha() for c in text if not c.isascii())
    # A capital inside a word, as in JŸrgen, is as odd.
    return odd + sum(b.isupper() and not b.isascii() and a.islower() for a, b in pairwise(text))
