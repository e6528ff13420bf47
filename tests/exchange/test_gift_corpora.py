"""GIFT that others wrote, read beside what Moodle 4.1's own parser makes of it.

`DIFFERENT` are all the places where the two differ, each with the reason: where Moodle guesses, we say what is wrong.
Questions of these files are refused with the others, so what differs is one file at a time.
"""

import json
import math
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from lms_app.core.errors import Invalid
from lms_app.exchange import service, texts
from lms_app.exchange.formats import gift_grammar as grammar
from lms_app.exchange.formats.base import Weight
from lms_app.exchange.formats.gift_grammar import Kind, Question
from lms_app.exchange.html import BLANK
from tests.corpora import corpora

pytestmark = pytest.mark.no_database

# File → lines that are errors here and questions in Moodle, with what Moodle makes of them.
DIFFERENT = {
    "PremierLangage+premierlangage/apps/loader/tests/fake_gift/syntax-error.gift": {
        6: "an answer that begins with + and not with = is a wrong answer to Moodle, and no answer is right",
    },
    "tsugiproject+tsugi/tool/gift/tests/data/valid/00-CSS.txt": {
        77: "an unescaped # begins the feedback, so this answer is empty",
    },
    "tsugiproject+tsugi/tool/gift/tests/data/valid/06-Views-Templates.txt": dict.fromkeys(
        (91, 102, 127, 152), "unescaped braces in an answer: Moodle ends the answers at the first one"
    ),
    "tsugiproject+tsugi/tool/gift/tests/data/valid/chatgpt-torture.txt": {
        56: "unescaped braces in an answer: Moodle ends the answers at the first one",
        70: "=~ is an answer without text to Moodle, and it is the right one",
        149: "=~ is an answer without text to Moodle, and it is the right one",
    },
    "tsugiproject+tsugi/tool/gift/tests/data/valid/example_multiple_choice.gift": {
        7: "unescaped # begin the feedback, so all answers are empty",
    },
}
NOT_UTF8 = "moodle+moodle/question/format/gift/tests/fixtures/questions_encoding_windows-1252.gift.txt"
FORMATS = {"moodle": "0", "html": "1", "plain": "2", "markdown": "4"}


def test_it_reads_what_moodle_reads(record_property: Any) -> None:
    tally: Counter[str] = Counter()
    differences: list[str] = []
    for name, theirs in _expected().items():
        parsed = grammar.parse(_text(name))
        errors = {finding.line for finding in parsed.findings if finding.weight is Weight.ERROR}
        assert errors == set(DIFFERENT.get(name, {})), name
        read = [question for question in theirs if question["qtype"] != "category"]
        for mine, its in _pairs(list(parsed.questions), read, len(errors), name):
            tally["compared"] += 1
            differences += [f"{name}:{mine.line}: {what}" for what in _differences(mine, its)]
        tally["refused"] += len(errors)

    record_property("compared", tally["compared"])
    assert differences == []
    # 99.5 % are the same; the other 10 are errors here, see DIFFERENT.
    assert dict(tally) == {"compared": 2237, "refused": 10}


def test_whatever_it_reads_of_our_kinds_can_be_asked() -> None:
    drafted = 0
    unsupported: Counter[str] = Counter()
    for name in _expected():
        if name not in DIFFERENT:
            draft = service.read_gift(_text(name))
            drafted += len(draft.questions)
            unsupported.update(f.reason for f in draft.report.findings if f.weight is Weight.UNSUPPORTED)

    assert drafted == 2175
    assert unsupported == {}


def test_another_encoding_is_refused_with_its_line() -> None:
    content = corpora("gift", NOT_UTF8).read_bytes()

    with pytest.raises(Invalid, match=r"Line \d+ is not UTF-8"):
        service.read_gift(content)


def _expected() -> dict[str, list[dict[str, Any]]]:
    read = json.loads(corpora("expected", "gift-moodle41.json").read_text())
    return {name: file["questions"] for name, file in read.items() if name != NOT_UTF8}


def _text(name: str) -> str:
    content = Path(corpora("gift", name)).read_bytes()
    return texts.lines(content, field="text", bytes_max=10**7, lines_max=10**6)


def _pairs(
    mine: list[Question], theirs: list[dict[str, Any]], refused: int, name: str
) -> list[tuple[Question, dict[str, Any]]]:
    assert len(mine) + refused == len(theirs), name
    if refused:  # by their names, which those files give to each question
        by_name = {question["name"]: question for question in theirs}
        return [(question, by_name[question.name]) for question in mine]
    return list(zip(mine, theirs, strict=True))


def _differences(mine: Question, theirs: dict[str, Any]) -> list[str]:
    found: list[str] = []

    def same(what: str, ours: Any, its: Any) -> None:
        if ours != its:
            found.append(f"{what}: {ours!r} is {its!r} in Moodle")

    same("kind", str(mine.kind), theirs["qtype"])
    same("text", _words(mine.stem.text.replace(BLANK, "_____")), _words(theirs["text"]))
    same("format", FORMATS[mine.stem.format], theirs["format"])
    same("feedback to all", _words(mine.feedback.text), _words(theirs["generalfeedback"]))
    same("tags", list(mine.tags), theirs.get("tags", []))
    if mine.name:
        same("name", _words(mine.name), _words(theirs["name"]))
    if mine.kind in (Kind.ESSAY, Kind.DESCRIPTION):
        return found
    if mine.kind is Kind.TRUE_FALSE:
        same("answer", mine.answers[0].fraction == 1, bool(theirs["correctanswer"]))
        said = [_words(answer.feedback.text) for answer in mine.answers]
        same("feedback", said, [_words(theirs[f"feedback{way}"]["text"]) for way in ("true", "false")])
        return found
    if mine.kind is Kind.MATCH:
        same(
            "items",
            [_words(answer.said.text) for answer in mine.answers],
            [_words(one["text"]) for one in theirs["subquestions"]],
        )
        same(
            "matches",
            [_words(answer.match.text) for answer in mine.answers],
            [_words(one) for one in theirs["subanswers"]],
        )
        return found
    if mine.kind is Kind.CHOICE:
        same("one or several", mine.is_single, bool(theirs["single"]))
    if mine.kind is Kind.NUMERICAL:
        same("numbers", len(mine.answers), len(theirs["answer"]))
        for answer, value, tolerance in zip(mine.answers, theirs["answer"], theirs["tolerance"], strict=False):
            if not _same_number(answer.number, value, tolerance):
                found.append(f"number: {answer.number} is {value}±{tolerance} in Moodle")
    else:
        answers = [one["text"] if isinstance(one, dict) else one for one in theirs["answer"]]
        same("answers", [_words(answer.said.text) for answer in mine.answers], [_words(one) for one in answers])
    ours = [answer.fraction for answer in mine.answers]
    if not all(math.isclose(a, float(b), abs_tol=1e-9) for a, b in zip(ours, theirs["fraction"], strict=True)):
        found.append(f"fractions: {ours} are {theirs['fraction']} in Moodle")
    said = [_words(answer.feedback.text) for answer in mine.answers]
    same("feedback", said, [_words(one["text"]) for one in theirs["feedback"]])
    return found


def _same_number(number: grammar.Number | None, value: Any, tolerance: Any) -> bool:
    assert number is not None
    if number.low is not None and number.high is not None:  # Moodle keeps the middle of a range, and half of it
        middle, half = (number.low + number.high) / 2, (number.high - number.low) / 2
        return math.isclose(middle, float(value)) and math.isclose(half, float(tolerance))
    if number.value is None:
        return value == "*"
    return math.isclose(number.value, float(value)) and math.isclose(number.tolerance, float(tolerance))


def _words(text: Any) -> str:
    """Without differences of blanks: Moodle leaves one where a comment stood."""
    return " ".join(str(text).split())
