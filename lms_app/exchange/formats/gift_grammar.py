r"""GIFT: quiz questions as text (https://docs.moodle.org/en/GIFT_format).

    // a comment
    ::Name:: [markdown] What is 6 × 7? {=42#Yes. ~41#Nearly. ####Six sevens.}

A blank line ends a question, also a forgotten brace: the next question is read from its own first line. `\~ \= \# \{ \} \:`
stand for the signs themselves, `\n` for a line break, `\\` for a backslash. What each construct means follows Moodle 4.1's
own reader; where that one guesses (an answer without text, a second pair of braces, a number that is none), this one says
what is wrong. Time is in proportion to the length.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from lms_app.exchange.formats.base import Finding, Weight
from lms_app.exchange.html import BLANK


class Kind(StrEnum):
    """What Moodle calls the type."""

    CHOICE = "multichoice"
    TRUE_FALSE = "truefalse"
    SHORT = "shortanswer"
    NUMERICAL = "numerical"
    MATCH = "match"
    ESSAY = "essay"
    DESCRIPTION = "description"


@dataclass(frozen=True, slots=True)
class Said:
    """A text as written, escapes resolved. `format` is moodle (the default), html, markdown or plain."""

    text: str
    format: str = "moodle"


@dataclass(frozen=True, slots=True)
class Number:
    """What a numerical answer accepts: a value with its tolerance, a range, or (neither) anything."""

    value: Decimal | None = None
    tolerance: Decimal = Decimal(0)
    low: Decimal | None = None
    high: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    line: int
    said: Said
    fraction: Decimal
    feedback: Said
    number: Number | None = None
    match: Said = Said("")  # of an item, which `said` is; a match without an item is one too many


@dataclass(frozen=True, slots=True)
class Question:
    """One question. `is_single` matters for choices: one answer or several. A true/false has answers true, then false."""

    line: int
    name: str
    kind: Kind
    stem: Said
    answers: tuple[Answer, ...] = ()
    is_single: bool = True
    feedback: Said = Said("")
    ids: tuple[str, ...] = ()  # [id:…] of the comments above it
    tags: tuple[str, ...] = ()  # [tag:…] there
    category: str = ""  # the last $CATEGORY: before it


@dataclass(frozen=True, slots=True)
class Parsed:
    questions: tuple[Question, ...]
    findings: tuple[Finding, ...]


class _Wrong(Exception):
    def __init__(self, line: int, reason: str) -> None:
        super().__init__(reason)
        self.line, self.reason = line, reason


# An escaped sign becomes a lone surrogate while the signs that steer are looked for. No text that was decoded holds one.
_ESCAPED = re.compile(r"\\([~=#{}:n\\])")
_HIDDEN = {sign: chr(0xDC00 + ord(sign)) for sign in "~=#{}:n\\"}
_COMMENT = "\udc01"
_SEEN = {ord(hidden): "\n" if sign == "n" else sign for sign, hidden in _HIDDEN.items()} | {ord(_COMMENT): None}

_LABEL = re.compile(r"\[(id|tag):\s{0,9}([^\]\n]{1,200}?)\s{0,9}\]")
_LEFT_OUT = re.compile(r"// question: \d{1,12} {1,2}name: (?!Switch category to )(.{1,200})")
_WEIGHT = re.compile(r"%(-?\d{1,3}(?:\.\d{0,12})?)%")
_FORMAT = re.compile(r"\[(html|markdown|plain|moodle)\]")
_NUMBER = re.compile(r"[+-]?(?:\d{1,60}\.?\d{0,60}|\.\d{1,60})(?:[eE][+-]?\d{1,3})?")
_TRUE, _FALSE = ("T", "TRUE"), ("F", "FALSE")


def parse(text: str) -> Parsed:
    """Read a whole file. Lines end with a newline (`exchange.texts.lines` sees to it)."""
    questions: list[Question] = []
    findings: list[Finding] = []
    category = ""
    for block in _blocks(_ESCAPED.sub(lambda match: _HIDDEN[match[1]], text).split("\n")):
        findings += block.notes
        category = block.category or category
        if not block.body.replace(_COMMENT, "").strip():
            continue
        try:
            questions.append(replace(_question(block), ids=block.ids, tags=block.tags, category=category))
        except _Wrong as wrong:
            findings.append(Finding(wrong.line, Weight.ERROR, wrong.reason, _about(block.body)))
    return Parsed(tuple(questions), tuple(findings))


# ---- Blocks: the lines of one question


@dataclass(frozen=True, slots=True)
class _Block:
    line: int
    body: str
    ids: tuple[str, ...]
    tags: tuple[str, ...]
    category: str
    notes: tuple[Finding, ...]


def _blocks(lines: list[str]) -> Iterator[_Block]:
    at = 0
    while at < len(lines):
        if not lines[at].strip():
            at += 1
            continue
        end = _end_of_block(lines, at)
        yield _block(lines, at, end)
        at = end


def _end_of_block(lines: list[str], start: int) -> int:
    """The first blank line after `start`; one inside of braces that are closed further down does not count."""
    opened = closed = False
    at = start
    while at < len(lines):
        line = lines[at]
        if not line.strip():
            if not opened or closed or not _closes(lines, at):
                return at
        elif not line.lstrip().startswith("//"):
            opened = opened or "{" in line
            # Only a brace after the opening one closes; one line may hold both.
            closed = closed or (opened and "}" in line)
        at += 1
    return at


def _closes(lines: list[str], at: int) -> bool:
    """Whether the next brace closes. A name or another opening brace shows that the closing one was forgotten."""
    for line in lines[at : _horizon(lines, at)]:
        bare = line.lstrip()
        if bare.startswith(("::", "$CATEGORY:")):
            return False
        if bare.startswith("//"):
            continue
        first = re.search(r"[{}]", line)
        if first:
            return first[0] == "}"
    return False


def _horizon(lines: list[str], at: int) -> int:
    return min(len(lines), at + 200)


def _block(lines: list[str], start: int, end: int) -> _Block:
    """Comments leave an empty mark, so that places in the body still tell the line."""
    body: list[str] = []
    labels: list[tuple[str, str]] = []
    category = ""
    notes: list[Finding] = []
    left_out: list[Finding] = []
    for number, line in enumerate(lines[start:end], start=start + 1):
        bare = line.strip()
        if bare.startswith("//"):
            shown = _shown(bare)
            labels += [(match[1], match[2].strip()) for match in _LABEL.finditer(shown)]
            if match := _LEFT_OUT.match(shown):
                reason = "Moodle's export names this question and leaves it out: GIFT has no such type."
                left_out.append(Finding(number, Weight.NOTE, reason, match[1].strip()))
            body.append(_COMMENT)
        elif bare.startswith("$CATEGORY:") and not any(one not in ("", _COMMENT) for one in body):
            category = _shown(bare.removeprefix("$CATEGORY:")).strip()
            body.append(_COMMENT)
        else:
            body.append(line)
    joined = "\n".join(body)
    if not joined.replace(_COMMENT, "").strip():
        notes += left_out
    ids, tags = (tuple(said for kind, said in labels if kind == wanted) for wanted in ("id", "tag"))
    return _Block(start + 1, joined, ids, tags, category, tuple(notes))


# ---- One question


def _question(block: _Block) -> Question:
    body = block.body
    start = len(body) - len(body.lstrip(" \t\n\x0b\x0c" + _COMMENT))
    line = block.line + body.count("\n", 0, start)
    name, at = _name(body, start, line)
    opening = body.find("{", at)
    closing = body.find("}", at)
    if opening < 0 and closing < 0:
        stem = _said(body[at:], "moodle")
        return Question(line, name, Kind.DESCRIPTION, stem)

    def line_of(place: int) -> int:
        return block.line + body.count("\n", 0, place)

    if opening < 0 or 0 <= closing < opening:
        raise _Wrong(
            line_of(closing), r"There is a closing brace without an opening one. A brace in a text is written \}."
        )
    if closing < 0:
        raise _Wrong(
            line_of(opening),
            r"The brace that opens here is never closed. A blank line ends a question; a brace in a text is \{.",
        )
    after = body[closing + 1 :]
    if second := re.search(r"[{}]", after):
        place = line_of(closing + 1 + second.start())
        raise _Wrong(
            place, r"A question has one pair of braces, for its answers. A brace in a text is written \{ or \}."
        )
    blank = BLANK if after.replace(_COMMENT, "").strip() else ""
    stem = _said(body[at:opening] + blank + after, "moodle")
    inside = body[opening + 1 : closing]
    kept, separator, general = inside.rpartition("####")
    answers, feedback = (kept, _said(general, stem.format)) if separator else (inside, Said("", stem.format))
    return _answered(Question(line, name, Kind.ESSAY, stem, feedback=feedback), answers, line_of(opening + 1))


def _name(body: str, start: int, line: int) -> tuple[str, int]:
    if not body.startswith("::", start):
        return "", start
    end = body.find("::", start + 2)
    if end < 0:
        raise _Wrong(line, "The name of this question has no end. A name is written ::like this::.")
    return " ".join(_shown(body[start + 2 : end]).split()), end + 2


def _answered(question: Question, written: str, line: int) -> Question:
    """The question with its kind and answers, decided as Moodle decides: by the signs that are in the braces."""
    line += written.count("\n", 0, len(written) - len(written.lstrip()))
    written = written.replace(_COMMENT, "").strip()
    if not written:
        return question
    if written.startswith("#"):
        return _changed(question, Kind.NUMERICAL, _numbers(written[1:], line, question.stem.format))
    if "~" in written:
        return _choices(question, written, line)
    if "=" in written and "->" in written:
        return _changed(question, Kind.MATCH, tuple(_pairs(written, line, question.stem.format)))
    first, *said = written.split("#", 2)
    if first.strip() in (*_TRUE, *_FALSE):
        return _changed(question, Kind.TRUE_FALSE, _truth(first.strip(), said, line, question.stem.format))
    return _changed(question, Kind.SHORT, tuple(_short_answers(written, line, question.stem.format)))


def _changed(question: Question, kind: Kind, answers: tuple[Answer, ...], *, is_single: bool = True) -> Question:
    return replace(question, kind=kind, answers=answers, is_single=is_single)


def _choices(question: Question, written: str, line: int) -> Question:
    pieces = list(_split(written, line, "~="))
    _, text, place = pieces[0]
    if text.strip():
        raise _Wrong(place, "Each answer begins with = (right) or ~ (wrong): this one begins with neither.")
    answers: list[Answer] = []
    for sign, text, place in pieces[1:]:
        answers.append(_answer(text, place, question.stem.format, Decimal(sign == "=")))
        if not answers[-1].said.text:
            raise _Wrong(
                place, rf"There is no text after this {sign}. A sign that belongs to a text is written \{sign} or \#."
            )
    if len(answers) < 2:
        raise _Wrong(line, "A choice needs two answers or more.")
    # Several may be chosen when none is marked as the right one: then weights say what each is worth.
    return _changed(question, Kind.CHOICE, tuple(answers), is_single="=" in written)


def _short_answers(written: str, line: int, format: str) -> Iterator[Answer]:
    for number, (sign, text, place) in enumerate(_split(written, line, "=")):
        if not sign and not text.strip() and not number:
            continue
        answer = _answer(text, place, format, Decimal(1))
        if not answer.said.text:
            raise _Wrong(place, r"There is no text after this =. A sign that belongs to a text is written \= or \#.")
        yield answer


def _pairs(written: str, line: int, format: str) -> Iterator[Answer]:
    for sign, text, place in _split(written, line, "="):
        if not sign and not text.strip():
            continue
        item, arrow, match = text.partition("->")
        if not arrow:
            raise _Wrong(place, "Each pair is written =item -> match. This one has no arrow.")
        said = _said(match, "plain")
        if not said.text:
            raise _Wrong(place, "There is nothing after this arrow. A pair is written =item -> match.")
        yield Answer(place, _said(item, format), Decimal(1), Said(""), match=said)


def _truth(word: str, said: list[str], line: int, format: str) -> tuple[Answer, ...]:
    """The first comment is for whoever is wrong, the second for whoever is right."""
    wrong, right = (_said(one, format) for one in (*said, "", "")[:2])
    is_true = word in _TRUE
    return (
        Answer(line, Said("true", "plain"), Decimal(is_true), right if is_true else wrong),
        Answer(line, Said("false", "plain"), Decimal(not is_true), wrong if is_true else right),
    )


def _numbers(written: str, line: int, format: str) -> tuple[Answer, ...]:
    accepted, tilde, otherwise = written.partition("~")
    answers: list[Answer] = []
    for sign, text, place in _split(accepted, line, "="):
        if sign or text.strip():
            answer = _answer(text, place, format, Decimal(1))
            answers.append(
                Answer(place, answer.said, answer.fraction, answer.feedback, _number(answer.said.text, place))
            )
    if not answers:
        raise _Wrong(line, "A numerical question needs a number, like {#42} or {#1..5}.")
    if tilde:
        place = line + accepted.count("\n")
        text, _, feedback = otherwise.partition("#")
        if text.strip():
            raise _Wrong(place, "After ~ a numerical question has only the feedback to any other number: ~#Like this.")
        answers.append(Answer(place, Said("*"), Decimal(0), _said(feedback, format), Number()))
    return tuple(answers)


def _number(text: str, line: int) -> Number:
    if text == "*":
        return Number()
    low, dots, high = text.partition("..")
    if dots and low:
        ends = _decimal(low, line), _decimal(high, line)
        if ends[0] > ends[1]:
            raise _Wrong(line, "A range goes from the lower number to the higher one.")
        return Number(low=ends[0], high=ends[1])
    value, colon, tolerance = text.partition(":")
    margin = _decimal(tolerance, line) if colon else Decimal(0)
    if margin < 0:
        raise _Wrong(line, "A tolerance is not below 0.")
    return Number(_decimal(value, line), margin)


def _decimal(text: str, line: int) -> Decimal:
    text = text.strip()
    if not _NUMBER.fullmatch(text):
        raise _Wrong(line, f"“{text[:40]}” is not a number. Write it like 3.14, 1e6, 3.14:0.01 or 1..5.")
    return Decimal(text)


# ---- Parts of an answer


def _split(written: str, line: int, signs: str) -> Iterator[tuple[str, str, int]]:
    """The pieces that the signs begin, each with its sign and line. The first has no sign, and is often empty."""
    parts = re.split(rf"([{signs}])", written)
    yield "", parts[0], line
    line += parts[0].count("\n")
    for sign, text in zip(parts[1::2], parts[2::2], strict=True):
        yield sign, text, line
        line += text.count("\n")


def _answer(written: str, line: int, format: str, fraction: Decimal) -> Answer:
    written = written.strip()
    if match := _WEIGHT.match(written):
        fraction = Decimal(match[1]) / 100
        if abs(fraction) > 1:
            raise _Wrong(line, "A weight is between %-100% and %100%.")
        written = written[match.end() :]
    text, _, feedback = written.partition("#")
    return Answer(line, _said(text, format), fraction, _said(feedback, format))


def _said(written: str, format: str) -> Said:
    written = written.replace(_COMMENT + "\n", "").replace(_COMMENT, "").strip()
    if match := _FORMAT.match(written):
        written, format = written[match.end() :], match[1]
    return Said(_shown(written).strip(), format)


def _shown(written: str) -> str:
    return written.translate(_SEEN)


def _about(body: str) -> str:
    """The name of a question that cannot be read, or its first words."""
    shown = " ".join(_shown(body).split())
    if shown.startswith("::") and "::" in shown[2:]:
        return shown[2:].partition("::")[0].strip()[:80]
    return shown[:57] + "…" if len(shown) > 58 else shown
