"""Questions of ours as Moodle XML. Moodle reads all of it; an element of our own beside keeps what it has no words for."""

import base64
import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any
from urllib.parse import quote
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from lms_app.core import filetypes, text
from lms_app.exchange.formats import moodle_cloze
from lms_app.exchange.formats.base import (
    Finding,
    ReadQuestion,
    Weight,
    Written,
    category_path,
    first_words,
    labels_for,
)
from lms_app.exchange.formats.gift_writer import weights_of
from lms_app.quizzes.kinds.numerical import Accepted

OWN = "lectern"
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>'
_ILLEGAL = re.compile("[^\\t\\n\\r\\x20-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")
_TYPES = {
    "single_choice": "multichoice",
    "multiple_answer": "multichoice",
    "true_false": "truefalse",
    "short_answer": "shortanswer",
    "numerical": "numerical",
    "calculated": "calculated",
    "matching": "matching",
    "ordering": "ordering",
    "essay": "essay",
    "description": "description",
    "cloze": "cloze",
}
_GRADING = {"neighbours": "RELATIVE_NEXT_EXCLUDE_LAST", "places": "ABSOLUTE_POSITION", "exact": "ALL_OR_NOTHING"}


def write(questions: Sequence[ReadQuestion]) -> Written:
    root = Element("quiz")
    findings: list[Finding] = []
    category: tuple[str, ...] = ()
    for number, question in enumerate(questions, start=1):
        if question.category != category:
            category = question.category
            _said(SubElement(root, "question", type="category"), "category", category_path(category))
        name = question.name or first_words(text.plain(question.stem))
        findings += [Finding(number, Weight.NOTE, said, name) for said in _differs(question)]
        _question(root, name, question)
    indent(root)
    return Written(f"{_HEAD}\n{tostring(root, encoding='unicode')}\n", tuple(findings))


def _question(root: Element, name: str, question: ReadQuestion) -> None:
    made = SubElement(root, "question", type=_TYPES[question.kind])
    texts = _Texts(question)
    _said(made, "name", name)
    stem, spec = question.stem, question.spec
    if question.kind == "cloze":
        gaps = moodle_cloze.to_moodle(spec["text"], case_sensitive=spec.get("case_sensitive", False))
        stem = f"{stem}\n\n{gaps}"
    texts.put(made, "questiontext", stem)
    texts.put(made, "generalfeedback", question.feedback)
    _value(made, "defaultgrade", _number(question.points))
    _value(made, "penalty", _number(question.penalty))
    _value(made, "hidden", "0")
    for tag, words in _PARTS.get(question.kind, _no_parts)(made, spec, texts):
        texts.put(made, tag, words)
    for hint in question.hints:
        texts.put(made, "hint", hint)
    if labels := labels_for(question):
        tags = SubElement(made, "tags")
        for label in labels:
            _said(tags, "tag", label)
    own = SubElement(made, OWN, of=fingerprint(made))
    own.text = texts.plugged(json.dumps(fields_of(question), ensure_ascii=True, sort_keys=True))


def fields_of(question: ReadQuestion) -> dict[str, Any]:
    return {
        "kind": question.kind,
        "stem": question.stem,
        "spec": dict(question.spec),
        "feedback": question.feedback,
        "hints": list(question.hints),
        "points": str(question.points),
        "penalty": str(question.penalty),
    }


def own_fields(given: Mapping[str, Any]) -> dict[str, Any]:
    """What the element of our own says, for a question. Whoever reads it checks it like any other."""
    return {
        "kind": str(given["kind"]),
        "stem": str(given["stem"]),
        "spec": dict(given["spec"]),
        "feedback": str(given["feedback"]),
        "hints": tuple(map(str, given["hints"])),
        "points": Decimal(given["points"]),
        "penalty": Decimal(given["penalty"]),
    }


def fingerprint(question: Element) -> str:
    """A hash of all that Moodle reads of a question, however it is indented."""
    parts: list[str] = []

    def add(element: Element) -> None:
        parts.append(f"{element.tag}{sorted(element.attrib.items())}{' '.join((element.text or '').split())}")
        for child in element:
            if child.tag != OWN:
                add(child)
        parts.append("/")

    add(question)
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]


def _differs(question: ReadQuestion) -> Iterator[str]:
    """What another system will not do as we do. Nothing of it is lost to us."""
    spec = question.spec
    if question.kind == "multiple_answer" and spec.get("rule") in ("exact", "edc"):
        yield f"Elsewhere it is marked by weights, not by the rule “{spec['rule']}”."
    if question.kind == "short_answer" and not spec.get("accents_matter", True):
        yield "Elsewhere accents matter."
    if question.kind == "numerical" and any(one.get("tolerance_kind") == "relative" for one in spec["answers"]):
        yield "Elsewhere a tolerance is a number, not a share."


# ---- The kinds

Parts = Iterator[tuple[str, str]]


def _no_parts(made: Element, spec: Any, texts: "_Texts") -> Parts:
    yield from ()


def _choices(made: Element, spec: Any, texts: "_Texts") -> Parts:
    several = "rule" in spec
    _value(made, "single", "false" if several else "true")
    _value(made, "shuffleanswers", str(spec.get("shuffle", True)).lower())
    _value(made, "answernumbering", "abc")
    fractions = weights_of(spec) if several else [Decimal(one["fraction"]) for one in spec["options"]]
    for one, fraction in zip(spec["options"], fractions, strict=True):
        answer = texts.put(made, "answer", one["text"], fraction=_percent(fraction))
        texts.put(answer, "feedback", one.get("feedback", ""))
    yield from ()


def _truth(made: Element, spec: Any, texts: "_Texts") -> Parts:
    for word in ("true", "false"):
        right = spec["answer"] is (word == "true")
        answer = _typed(made, word, Decimal(right))
        texts.put(answer, "feedback", spec.get(f"feedback_{word}", ""))
    yield from ()


def _texts(made: Element, spec: Any, texts: "_Texts") -> Parts:
    _value(made, "usecase", "1" if spec.get("case_sensitive") else "0")
    for one in spec["answers"]:
        answer = _typed(made, one["text"], Decimal(one["fraction"]))
        texts.put(answer, "feedback", one.get("feedback", ""))
    _otherwise(made, spec, texts)
    yield from ()


def _numbers(made: Element, spec: Any, texts: "_Texts") -> Parts:
    for one in spec["answers"]:
        low, high = (Decimal(end.numerator) / Decimal(end.denominator) for end in Accepted.model_validate(one).bounds)
        answer = _typed(made, _number((low + high) / 2), Decimal(one["fraction"]))
        _value(answer, "tolerance", _number((high - low) / 2))
        texts.put(answer, "feedback", one.get("feedback", ""))
    _otherwise(made, spec, texts)
    if spec.get("unit"):
        units = SubElement(made, "units")
        for name, factor in [(spec["unit"], Decimal(1)), *((u["name"], Decimal(u["factor"])) for u in spec["units"])]:
            unit = SubElement(units, "unit")
            _value(unit, "multiplier", _number(1 / factor))
            _value(unit, "unit_name", name)
        _value(made, "unitgradingtype", "1" if spec.get("needs_unit") else "0")
        _value(made, "showunits", "0")
    yield from ()


def _otherwise(made: Element, spec: Any, texts: "_Texts") -> None:
    if spec.get("feedback_otherwise"):
        answer = _typed(made, "*", Decimal(0))
        texts.put(answer, "feedback", spec["feedback_otherwise"])


def _calculated(made: Element, spec: Any, texts: "_Texts") -> Parts:
    formula = re.sub(r"\blog\(", "log10(", spec["formula"])
    formula = re.sub(r"\bln\(", "log(", formula).replace("^", "**")
    for one in spec["variables"]:
        formula = re.sub(rf"\b{one['name']}\b", f"{{{one['name']}}}", formula)
    answer = _typed(made, re.sub(r"\bpi\b", "pi()", formula), Decimal(1))
    _value(answer, "tolerance", _number(Decimal(spec["tolerance"])))
    _value(answer, "tolerancetype", "2" if spec.get("tolerance_kind") == "absolute" else "1")
    _value(answer, "correctanswerformat", "1")
    _value(answer, "correctanswerlength", "2")
    texts.put(answer, "feedback", "")
    if spec.get("unit"):
        unit = SubElement(SubElement(made, "units"), "unit")
        _value(unit, "multiplier", "1")
        _value(unit, "unit_name", spec["unit"])
        _value(made, "showunits", "0")
    definitions = SubElement(made, "dataset_definitions")
    for one in spec["variables"]:
        _variable(SubElement(definitions, "dataset_definition"), one)
    yield "incorrectfeedback", spec.get("feedback", "")


ITEMS = 10  # values of a variable for systems that choose from a list


def _variable(made: Element, one: Any) -> None:
    low, high, places = Decimal(one["low"]), Decimal(one["high"]), one.get("decimals", 0)
    for name, said in (("status", "private"), ("name", one["name"])):
        _said(made, name, said)
    _value(made, "type", "calculated")
    _said(made, "distribution", "uniform")
    for name, said in (("minimum", _number(low)), ("maximum", _number(high)), ("decimals", str(places))):
        _said(made, name, said)
    _value(made, "itemcount", str(ITEMS))
    items = SubElement(made, "dataset_items")
    for number in range(ITEMS):
        item = SubElement(items, "dataset_item")
        _value(item, "number", str(number + 1))
        _value(item, "value", _number(round(low + (high - low) * number / (ITEMS - 1), places)))
    _value(made, "number_of_items", str(ITEMS))


def _pairs(made: Element, spec: Any, texts: "_Texts") -> Parts:
    _value(made, "shuffleanswers", "true")
    said = {choice["id"]: choice["text"] for choice in spec["choices"]}
    used = {item["match"] for item in spec["items"]}
    others = [("", choice["text"]) for choice in spec["choices"] if choice["id"] not in used]
    for item, match in [*((item["text"], said[item["match"]]) for item in spec["items"]), *others]:
        pair = texts.put(made, "subquestion", item)
        _said(pair, "answer", text.plain(match))
    yield "incorrectfeedback", spec.get("feedback", "")


def _order(made: Element, spec: Any, texts: "_Texts") -> Parts:
    _value(made, "layouttype", "VERTICAL")
    _value(made, "selecttype", "ALL")
    _value(made, "selectcount", str(len(spec["items"])))
    _value(made, "gradingtype", _GRADING[spec.get("rule", "neighbours")])
    for place, item in enumerate(spec["items"], start=1):
        texts.put(made, "answer", item["text"], fraction=f"{place}.0000000")
    yield "incorrectfeedback", spec.get("feedback", "")


def _essay(made: Element, spec: Any, texts: "_Texts") -> Parts:
    takes, most = spec.get("takes", "text"), spec.get("files_max", 3)
    _value(made, "responseformat", "noinline" if takes == "files" else "editor")
    _value(made, "responserequired", "1" if takes == "text" else "0")
    # Moodle offers up to three, or any number.
    _value(made, "attachments", "0" if takes == "text" else str(most) if most <= 3 else "-1")
    _value(made, "attachmentsrequired", "1" if takes == "files" else "0")
    _value(made, "filetypeslist", filetypes.accept(spec.get("file_types", [])))
    for name, key in (("minwordlimit", "words_min"), ("maxwordlimit", "words_max")):
        _value(made, name, str(spec[key]) if spec.get(key) else "")
    yield "graderinfo", spec.get("notes", "")


_PARTS: dict[str, Callable[[Element, Any, "_Texts"], Parts]] = {
    "single_choice": _choices,
    "multiple_answer": _choices,
    "true_false": _truth,
    "short_answer": _texts,
    "numerical": _numbers,
    "calculated": _calculated,
    "matching": _pairs,
    "ordering": _order,
    "essay": _essay,
}


# ---- Parts


class _Texts:
    """Writes Markdown, with the files of the question beside the text that shows them."""

    def __init__(self, question: ReadQuestion) -> None:
        self.files = question.files

    def put(self, parent: Element, tag: str, markdown: str, **attributes: str) -> Element:
        made = SubElement(parent, tag, {"format": "markdown", **attributes})
        _value(made, "text", self.plugged(markdown))
        for one in self.files:
            if one.address in markdown:
                file = SubElement(made, "file", name=one.name, path="/", encoding="base64")
                file.text = base64.b64encode(one.content).decode()
        return made

    def plugged(self, markdown: str) -> str:
        for one in self.files:
            markdown = markdown.replace(one.address, f"@@PLUGINFILE@@/{quote(one.name, safe='')}")
        return markdown


def _typed(parent: Element, words: str, fraction: Decimal) -> Element:
    made = SubElement(parent, "answer", fraction=_percent(fraction), format="plain_text")
    _value(made, "text", words)
    return made


def _said(parent: Element, tag: str, words: str) -> Element:
    made = SubElement(parent, tag)
    _value(made, "text", words)
    return made


def _value(parent: Element, tag: str, words: str) -> None:
    SubElement(parent, tag).text = _ILLEGAL.sub("", words)


def _percent(fraction: Decimal) -> str:
    return _number(round(fraction * 100, 7))


def _number(number: Decimal) -> str:
    return f"{number.normalize():f}"
