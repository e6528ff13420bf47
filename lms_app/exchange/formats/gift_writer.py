r"""Questions of ours as GIFT. Each text says that it is Markdown; signs that steer are escaped, lines end as `\n`.

What GIFT has no words for is named: kinds (as a comment, like Moodle does), points, hints, files, settings of a kind.
"""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from lms_app.core import text
from lms_app.exchange import html
from lms_app.exchange.formats.base import (
    Finding,
    ReadQuestion,
    Weight,
    Written,
    category_path,
    first_words,
    labels_for,
)
from lms_app.quizzes.kinds import KINDS
from lms_app.quizzes.kinds.multiple_answer import Rule
from lms_app.quizzes.kinds.multiple_answer import Spec as MultipleSpec
from lms_app.quizzes.kinds.numerical import Accepted

_STEER = re.compile(r"[\\~=#{}:]")
_BEGINS = re.compile(r"\[(?:html|markdown|plain|moodle)\]")
_WEIGHTED = re.compile(r"%-?\d")
_PLAIN = {"points": Decimal(1), "hints": (), "files": ()}
_LOST = {"points": "its points", "hints": "its hints", "files": "its files"}
# Fields of a spec that GIFT has no place for, with the value that nothing is lost with.
_ONLY_HERE: dict[str, tuple[tuple[str, Any, str], ...]] = {
    "single_choice": (("shuffle", True, "that its options stay in their order"),),
    "multiple_answer": (("shuffle", True, "that its options stay in their order"),),
    "short_answer": (
        ("case_sensitive", False, "that capital letters matter"),
        ("accents_matter", True, "that accents do not matter"),
    ),
    "numerical": (
        ("unit", "", "its unit"),
        ("units", [], "its other units"),
        ("needs_unit", False, "that the unit is a part of the answer"),
    ),
    "matching": (("feedback", "", "the feedback to a wrong match"),),
    "essay": (
        ("takes", "text", "that files are handed in"),
        ("words_min", 0, "the least number of words"),
        ("words_max", 0, "the most words"),
        ("notes", "", "the notes for marking"),
    ),
}


def write(questions: Sequence[ReadQuestion]) -> Written:
    """A whole file, categories first as they come."""
    parts: list[str] = []
    findings: list[Finding] = []
    category: tuple[str, ...] = ()
    for number, question in enumerate(questions, start=1):
        if question.category != category:
            category = question.category
            parts.append(f"$CATEGORY: {_escaped(category_path(category))}\n")
        name = question.name or first_words(text.plain(question.stem))
        if reason := _why_left_out(question):
            parts.append(f"// question: {number}  name: {' '.join(name.split())}\n")
            findings.append(Finding(number, Weight.UNSUPPORTED, reason, name))
            continue
        findings += [Finding(number, Weight.NOTE, f"GIFT does not say {lost}.", name) for lost in _lost(question)]
        parts.append(_question(number, name, question))
    return Written("\n".join(parts), tuple(findings))


def _why_left_out(question: ReadQuestion) -> str:
    """Why GIFT cannot say it at all; empty where it can."""
    if question.kind not in _ANSWERS:
        return f"GIFT has no kind like {KINDS[question.kind].label}: this question is left out."
    if question.kind == "short_answer" and any("->" in one["text"] for one in question.spec["answers"]):
        return "GIFT takes an arrow (->) in an answer for a pair that matches: this question is left out."
    return ""


def _question(number: int, name: str, question: ReadQuestion) -> str:
    labels = "".join(f" [tag:{_escaped(tag.replace(']', ')'))}]" for tag in labels_for(question))
    comment = f"// question: {number}  name: {' '.join(name.split())}{labels}\n"
    begun = f"{comment}::{_escaped(name)}::[markdown]{_escaped(question.stem.strip())}"
    if question.kind == "description":
        return f"{begun}\n"
    answers = _ANSWERS[question.kind](question.spec)
    general = f"\n\t####{_said(question.feedback)}\n" if question.feedback.strip() else ""
    return f"{begun} {{{answers}{general}}}\n"


def _lost(question: ReadQuestion) -> Iterator[str]:
    for name, plain in _PLAIN.items():
        if getattr(question, name) != plain and not (name == "points" and question.kind == "description"):
            yield _LOST[name]
    if question.kind == "description" and question.feedback:
        yield "the feedback to a text"
    for name, plain, words in _ONLY_HERE.get(question.kind, ()):
        if question.spec.get(name, plain) != plain:
            yield words
    spec = question.spec
    if question.kind == "multiple_answer" and spec.get("rule") in (Rule.EXACT, Rule.EDC):
        yield f"that it is marked by the rule “{spec['rule']}”: the options have weights instead"
    if question.kind == "numerical" and any(one.get("tolerance_kind") == "relative" for one in spec["answers"]):
        yield "that a tolerance is a share: it is a number now"
    if question.kind == "matching" and any("->" in item["text"] for item in spec["items"]):
        yield "an arrow in an item: it is written as &gt; now"
    if question.kind == "short_answer" and any("->" in one for one in _comments(question.spec)):
        yield "an arrow in the feedback: it is written as &gt; now"


def _comments(spec: Any) -> Iterator[str]:
    yield spec.get("feedback_otherwise", "")
    yield from (one.get("feedback", "") for one in spec["answers"])


# ---- Answers


def _choices(spec: Any) -> str:
    """One `=` at most: with nothing else it would be a short answer."""
    right = next((one for one in spec["options"] if Decimal(one["fraction"]) == 1), None)
    lines = [
        f"\n\t{'=' if one is right else '~' + _weight(one['fraction'], zero='')}{_answer(one)}"
        for one in spec["options"]
    ]
    return "".join(lines) + "\n"


def _weighted(spec: Any) -> str:
    """Several right ones: no `=`, so that it is not a single choice."""
    fractions = weights_of(spec)
    lines = [
        f"\n\t~{_weight(fraction, zero='')}{_answer(one)}"
        for one, fraction in zip(spec["options"], fractions, strict=True)
    ]
    return "".join(lines) + "\n"


def weights_of(spec: Any) -> list[Decimal]:
    """What each option weighs for a reader that knows weights only."""
    made = MultipleSpec.model_validate(spec)
    if made.rule is Rule.WEIGHTS:
        return [option.fraction for option in made.options]
    right = sum(option.fraction > 0 for option in made.options)
    share = round(Decimal(1) / right, 7)
    return [share if option.fraction > 0 else -share for option in made.options]


def _truth(spec: Any) -> str:
    right, wrong = ("feedback_true", "feedback_false") if spec["answer"] else ("feedback_false", "feedback_true")
    word = "TRUE" if spec["answer"] else "FALSE"
    said = [_said(spec.get(wrong, "")), _said(spec.get(right, ""))]
    return f"{word}#{said[0]}#{said[1]}" if any(said) else word


def _texts(spec: Any) -> str:
    lines = [f"\n\t={_weight(one['fraction'], one='')}{_answer(one)}" for one in spec["answers"]]
    if spec.get("feedback_otherwise"):
        lines.append(f"\n\t=%0%*#{_said(spec['feedback_otherwise'])}")
    # With an arrow in it, even in feedback, it would be a matching question.
    return "".join(lines).replace("->", "-&gt;") + "\n"


def _numbers(spec: Any) -> str:
    lines = [
        f"\n\t=%{_percent(one['fraction'])}%{_range(one)}{_feedback(one.get('feedback', ''))}"
        for one in spec["answers"]
    ]
    if spec.get("feedback_otherwise"):
        lines.append(f"\n\t~#{_said(spec['feedback_otherwise'])}")
    return "#" + "".join(lines) + "\n"


def _range(one: Any) -> str:
    accepted = Accepted.model_validate(one)
    if accepted.value is None:
        assert accepted.low is not None
        assert accepted.high is not None
        return f"{accepted.low:f}..{accepted.high:f}"
    tolerance = accepted.tolerance * (abs(accepted.value) if accepted.tolerance_kind == "relative" else 1)
    return f"{accepted.value:f}:{tolerance:f}"


def _pairs(spec: Any) -> str:
    said = {choice["id"]: choice["text"] for choice in spec["choices"]}
    used = {item["match"] for item in spec["items"]}
    lines = [
        f"\n\t={_said(item['text']).replace('->', '-&gt;')} -> {_match(said[item['match']])}" for item in spec["items"]
    ]
    lines += [f"\n\t= -> {_match(choice['text'])}" for choice in spec["choices"] if choice["id"] not in used]
    return "".join(lines) + "\n"


def _match(markdown: str) -> str:
    """As plain text where it is nothing else, as Moodle takes it."""
    plain = text.plain(markdown)
    return _said(plain) if html.from_plain(plain) == markdown else f"[markdown]{_escaped(markdown.strip())}"


def _nothing(spec: Any) -> str:
    return ""


_ANSWERS = {
    "single_choice": _choices,
    "multiple_answer": _weighted,
    "true_false": _truth,
    "short_answer": _texts,
    "numerical": _numbers,
    "matching": _pairs,
    "essay": _nothing,
    "description": _nothing,
}


def _answer(one: Any) -> str:
    return f"{_said(one['text'])}{_feedback(one.get('feedback', ''))}"


def _feedback(markdown: str) -> str:
    return f"#{_said(markdown)}" if markdown.strip() else ""


def _weight(fraction: Any, *, zero: str = "%0%", one: str = "%100%") -> str:
    share = Decimal(fraction)
    return {Decimal(0): zero, Decimal(1): one}.get(share, f"%{_percent(share)}%")


def _percent(fraction: Any) -> str:
    return f"{round((Decimal(fraction) * 100).normalize(), 12).normalize():f}"


def _said(markdown: str) -> str:
    """With its format where its first word would be taken for one."""
    written = _escaped(markdown.strip())
    begins = _BEGINS.match(written) or _WEIGHTED.match(written)
    return f"[markdown]{written}" if begins else written


def _escaped(words: str) -> str:
    return _STEER.sub(lambda sign: f"\\{sign[0]}", words.replace("\r\n", "\n")).replace("\n", r"\n")
