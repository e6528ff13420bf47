"""Moodle XML: questions with their categories, pictures, hints and tags (https://docs.moodle.org/en/Moodle_XML_format).

All kinds of ours are read, and those that one of ours can be: `gapselect` and `ddwtos` as gaps with lists,
`oumultiresponse` as multiple answer. Other types are listed. What our own writer put beside Moodle's words (the element
`lectern`) counts as long as nobody changed the rest of the question.
"""

import base64
import binascii
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import unquote
from xml.etree.ElementTree import Element

from lms_app.core import text
from lms_app.core.db import new_id
from lms_app.core.filetypes import FILE_TYPES
from lms_app.exchange.formats import moodle_cloze, xml_tree
from lms_app.exchange.formats.base import (
    Embedded,
    Finding,
    QuestionFile,
    ReadQuestion,
    Weight,
    category_of,
    first_words,
    labels_of,
    matching_spec,
    to_markdown,
    with_otherwise,
)
from lms_app.exchange.formats.moodle_cloze import Unsupported
from lms_app.exchange.formats.moodle_xml_writer import OWN, fingerprint, own_fields
from lms_app.exchange.formats.moodle_xml_writer import write as write
from lms_app.exchange.formats.xml_tree import said
from lms_app.quizzes.kinds.essay import FILES_MAX as SENT_MAX

NAME = "Moodle XML"
SUFFIX = "xml"
FILES_MAX, FILE_BYTES_MAX = 100, 10_000_000
_FORMATS = {"html": "html", "moodle_auto_format": "moodle", "plain_text": "plain", "markdown": "markdown"}
_PLUGIN = re.compile(r"@@PLUGINFILE@@/([^\"'\s)<>?]+)")
_TRUE = ("1", "true")
_EMPTY = Decimal(0)


def sniff(text: str) -> bool:
    return re.match(r"\s*(<\?xml[^>]{0,200}\?>\s*)?(<!--.*?-->\s*)*<quiz[\s>/]", text, re.DOTALL) is not None


def read(text: str) -> QuestionFile:
    """Everything in the file: questions of our kinds, and a finding for whatever is not one of them."""
    try:
        root, lines = xml_tree.parse(text)
    except xml_tree.Refused as refused:
        return QuestionFile((), (Finding(refused.line, Weight.ERROR, str(refused)),))
    questions: list[ReadQuestion] = []
    findings: list[Finding] = []
    category: tuple[str, ...] = ()
    for element in root:
        kind, line = element.get("type", ""), lines[element]
        if element.tag != "question":
            findings.append(
                Finding(line, Weight.NOTE, f"The element <{element.tag}> is not a question: it is left out.")
            )
        elif kind == "category":
            category = category_of(said(element, "category/text"))
        else:
            reader = _Reader(element, line, category)
            try:
                questions.append(reader.read())
                findings += [Finding(line, Weight.NOTE, note, reader.about) for note in dict.fromkeys(reader.notes)]
            except Unsupported as reason:
                findings.append(Finding(line, Weight.UNSUPPORTED, str(reason), reader.about))
    return QuestionFile(tuple(questions), tuple(findings))


# What Moodle calls our types of files, besides their endings.
_MOODLE_TYPES = {
    "pdf": ("document",),
    "documents": ("document",),
    "slides": ("presentation",),
    "sheets": ("spreadsheet",),
    "pictures": ("image", "web_image"),
    "audio": ("audio", "html_audio"),
    "video": ("video", "html_video"),
    "zip": ("archive",),
}


class _Reader:
    """One question on its way, with the notes and the files that are collected."""

    def __init__(self, element: Element, line: int, category: tuple[str, ...]) -> None:
        self.element, self.line, self.category = element, line, category
        self.type = element.get("type", "")
        self.name = " ".join(said(element, "name/text").split())
        self.about = self.name or first_words(said(element, "questiontext/text"))
        self.notes: list[str] = []
        self.files: dict[str, Embedded] = {}
        self.used: set[str] = set()

    def read(self) -> ReadQuestion:
        """Raises Unsupported."""
        self._take_files()
        act = _TYPES.get(self.type)
        if act is None:
            raise Unsupported(f"Questions of the type “{self.type[:60] or 'none'}” cannot be asked here.")
        kind, spec = act(self)
        stem = spec.pop("stem", None) or self._text("questiontext")
        if not stem.strip():
            raise Unsupported("This question has no text.")
        tags, difficulty = labels_of([said(tag, "text") for tag in self.element.findall("tags/tag")])
        question = ReadQuestion(
            self.line,
            self.name,
            kind,
            stem,
            spec,
            self._text("generalfeedback"),
            points=spec.pop("points", None) or self._number("defaultgrade", Decimal(1)),
            hints=tuple(hint for one in self.element.findall("hint") if (hint := self._markdown(one)).strip()),
            penalty=self._number("penalty", Decimal("0.3333333")),
            category=self.category,
            tags=tags,
            difficulty=difficulty,
        )
        question = self._own(question)
        if idnumber := said(self.element, "idnumber"):
            self.notes.append(f"The ID number {idnumber[:100]} is not kept: questions here have none.")
        unused = [one.name for address, one in self.files.items() if address not in self.used]
        self.notes += [f"The file {name} is named in no text: it is left out." for name in dict.fromkeys(unused)]
        return replace(question, files=tuple(self.files[address] for address in self.files if address in self.used))

    # ---- The kinds

    def choice(self) -> tuple[str, dict[str, Any]]:
        answers = self.element.findall("answer")
        single = self.type == "multichoice" and said(self.element, "single").lower() in ("", *_TRUE)
        fractions = self._fractions(answers, several=not single)
        options = [
            {"text": self._markdown(answer), "fraction": fraction, "feedback": self._text("feedback", answer)}
            for answer, fraction in zip(answers, fractions, strict=True)
        ]
        self._combined()
        spec: dict[str, Any] = {
            "options": options,
            "shuffle": said(self.element, "shuffleanswers").lower() in ("", *_TRUE),
        }
        if self.type == "oumultiresponse":
            return "multiple_answer", {**spec, "rule": "right_minus_wrong"}
        if single:
            return "single_choice", spec
        if min(fractions) >= 0 and any(not one for one in fractions):
            self.notes.append(
                "Wrong answers cost nothing here: whoever ticks everything gets full points, as in Moodle."
            )
        return "multiple_answer", {**spec, "rule": "weights"}

    def truth(self) -> tuple[str, dict[str, Any]]:
        by_word = {said(answer, "text").lower(): answer for answer in self.element.findall("answer")}
        if set(by_word) != {"true", "false"}:
            raise Unsupported("A true/false question needs the answers true and false.")
        return "true_false", {
            "answer": self._fraction(by_word["true"]) > 0,
            "feedback_true": self._text("feedback", by_word["true"]),
            "feedback_false": self._text("feedback", by_word["false"]),
        }

    def short(self) -> tuple[str, dict[str, Any]]:
        found = [one for one in self.element.findall("answer") if said(one, "text")]
        answers = [
            {"text": said(one, "text"), "fraction": fraction, "feedback": self._text("feedback", one)}
            for one, fraction in zip(found, self._typed(found), strict=True)
        ]
        return "short_answer", {
            **with_otherwise(answers),
            "case_sensitive": said(self.element, "usecase").lower() in _TRUE,
        }

    def numerical(self) -> tuple[str, dict[str, Any]]:
        answers: list[dict[str, Any]] = []
        otherwise = ""
        found = self.element.findall("answer")
        for one, fraction in zip(found, self._typed(found), strict=True):
            feedback = self._text("feedback", one)
            if said(one, "text") == "*":
                if fraction:
                    raise Unsupported(
                        "The answer * would give points for any number. Numerical questions here cannot do that."
                    )
                otherwise = otherwise or feedback
                continue
            value, tolerance = self._decimal(said(one, "text")), self._decimal(said(one, "tolerance") or "0")
            answers.append({"value": value, "tolerance": abs(tolerance), "fraction": fraction, "feedback": feedback})
        return "numerical", {"answers": answers, "feedback_otherwise": otherwise, **self._units()}

    def calculated(self) -> tuple[str, dict[str, Any]]:
        answers = self.element.findall("answer")
        fractions = self._typed(answers)
        best = next(one for one, fraction in zip(answers, fractions, strict=True) if fraction == 1)
        if len(answers) > 1:
            self.notes.append("Of several formulas the first one that is worth 100 % is kept.")
        variables = [self._variable(one) for one in self.element.findall("dataset_definitions/dataset_definition")]
        if not variables:
            raise Unsupported("Its variables are not in the file, so it has no values.")
        if "{=" in said(self.element, "questiontext/text"):
            raise Unsupported("Formulas in the text of a question ({=…}) cannot be asked here.")
        formula = re.sub(r"\{([A-Za-z]\w*)\}", r"\1", said(best, "text"))
        formula = re.sub(r"\blog\(", "ln(", formula)
        formula = re.sub(r"\blog10\(", "log(", formula).replace("pi()", "pi")
        way = said(best, "tolerancetype")
        if way == "3":
            self.notes.append("A geometric tolerance is read as a relative one.")
        units = self._units()
        return "calculated", {
            "variables": variables,
            "formula": formula,
            "tolerance": abs(self._decimal(said(best, "tolerance") or "0")),
            "tolerance_kind": "absolute" if way == "2" else "relative",
            "unit": units.get("unit", ""),
            "feedback": self._text("incorrectfeedback", default=True),
        }

    def matching(self) -> tuple[str, dict[str, Any]]:
        pairs: list[tuple[str, str]] = []
        others: list[str] = []
        for one in self.element.findall("subquestion"):
            item, match = self._markdown(one), self._markdown(one.find("answer"), format="plain")
            if match.strip() and item.strip():
                pairs.append((item, match))
            elif match.strip():
                others.append(match)
        if len(pairs) < 2:
            raise Unsupported("A matching question needs two pairs or more.")
        if len({" ".join(match.split()) for _, match in pairs} | set(others)) < 2:
            raise Unsupported("All pairs have the same match, so there is nothing to choose.")
        return "matching", matching_spec(pairs, others, self._text("incorrectfeedback", default=True))

    def ordering(self) -> tuple[str, dict[str, Any]]:
        answers = sorted(self.element.findall("answer"), key=lambda one: self._decimal(one.get("fraction", "0")))
        ways = {"ABSOLUTE_POSITION": "places", "0": "places", "ALL_OR_NOTHING": "exact", "-1": "exact"}
        way = ways.get(said(self.element, "gradingtype"), "neighbours")
        if said(self.element, "selecttype") not in ("", "ALL", "0"):
            self.notes.append("All items are asked: here none of them is picked by chance.")
        items = [{"text": self._markdown(one)} for one in answers]
        return "ordering", {"items": items, "rule": way, "feedback": self._text("incorrectfeedback", default=True)}

    def essay(self) -> tuple[str, dict[str, Any]]:
        if said(self.element, "responsetemplate/text"):
            self.notes.append("The text that students begin with is left out.")
        return "essay", {
            **self._attachments(),
            "words_min": int(self._number("minwordlimit", _EMPTY)),
            "words_max": int(self._number("maxwordlimit", _EMPTY)),
            "notes": self._text("graderinfo"),
        }

    def _attachments(self) -> dict[str, Any]:
        """Which files an essay takes. Without a limit there are -1 of them."""
        most = int(self._number("attachments", _EMPTY))
        if not most:
            return {}
        if not 1 <= most <= SENT_MAX:
            self.notes.append(f"At most {SENT_MAX} files can be handed in here.")
            most = SENT_MAX
        wanted = set(re.split(r"[\s,;]+", said(self.element, "filetypeslist").lower())) - {"", "*"}
        types = {name: {name, *_MOODLE_TYPES.get(name, ()), *one.accept.split(",")} for name, one in FILE_TYPES.items()}
        if wanted - set().union(*types.values()):
            self.notes.append("Some types of files are not known here.")
        takes = "files" if said(self.element, "responseformat") == "noinline" else "both"
        return {
            "takes": takes,
            "files_max": most,
            "file_types": [name for name, known in types.items() if known & wanted],
        }

    def description(self) -> tuple[str, dict[str, Any]]:
        return "description", {}

    def cloze(self) -> tuple[str, dict[str, Any]]:
        gaps = moodle_cloze.from_moodle(said(self.element, "questiontext/text"))
        points = sum(gaps.weights)
        return "cloze", {**self._gaps(gaps), "points": Decimal(points) if points else None}

    def places(self) -> tuple[str, dict[str, Any]]:
        options = [
            (text.plain(self._markdown(one)), said(one, "group") or "1")
            for one in [*self.element.findall("selectoption"), *self.element.findall("dragbox")]
        ]
        if self.type == "ddwtos":
            self.notes.append("Words that were dragged are chosen from lists here.")
        gaps = moodle_cloze.from_places(said(self.element, "questiontext/text"), options)
        return "cloze", {**self._gaps(gaps), "feedback": self._text("incorrectfeedback", default=True)}

    def _gaps(self, gaps: moodle_cloze.Gaps) -> dict[str, Any]:
        self.notes += gaps.notes
        element = self.element.find("questiontext")
        stem, written = gaps.put_back(self._markdown(element, gaps.text))
        return {"stem": stem, "text": written, "case_sensitive": gaps.case_sensitive}

    # ---- Parts

    def _units(self) -> dict[str, Any]:
        found = self.element.findall("units/unit")
        if not found or said(self.element, "showunits") == "3":
            return {}
        named = [(said(one, "unit_name"), self._decimal(said(one, "multiplier") or "1")) for one in found]
        base = next((name for name, multiplier in named if multiplier == 1), "")
        if not base or any(multiplier <= 0 for _, multiplier in named):
            raise Unsupported("None of its units has the multiplier 1.")
        return {
            "unit": base,
            "units": [
                {"name": name, "factor": round(1 / many, 25).normalize()} for name, many in named if name != base
            ],
            "needs_unit": said(self.element, "unitgradingtype") in ("1", "2"),
        }

    def _variable(self, one: Element) -> dict[str, Any]:
        return {
            "name": said(one, "name/text"),
            "low": self._decimal(said(one, "minimum/text")),
            "high": self._decimal(said(one, "maximum/text")),
            "decimals": int(self._decimal(said(one, "decimals/text") or "0")),
        }

    def _combined(self) -> None:
        for name in ("correctfeedback", "partiallycorrectfeedback", "incorrectfeedback"):
            if self._text(name, default=True):
                self.notes.append(f"The feedback to whole answers ({name}) is left out: options here have their own.")

    def _typed(self, answers: Sequence[Element]) -> list[Decimal]:
        fractions = self._fractions(answers)
        if min(fractions, default=_EMPTY) < 0:
            raise Unsupported("A weight below 0 takes points away. Typed answers cannot do that here.")
        return fractions

    def _fractions(self, answers: Sequence[Element], *, several: bool = False) -> list[Decimal]:
        """What the answers are worth. Where nobody could get full points, all of it in proportion, and a note."""
        found = [self._fraction(one) for one in answers]
        right = [fraction for fraction in found if fraction > 0]
        best = sum(right) if several else max(right, default=_EMPTY)
        if not best:
            raise Unsupported("No answer is right: give one a fraction above 0.")
        if best >= Decimal("0.999"):
            return found
        self.notes.append("Nobody could get full points: what the right answers are worth was raised to 100 %.")
        return [round(fraction / best, 9) if fraction > 0 else fraction for fraction in found]

    def _text(self, name: str, within: Element | None = None, *, default: bool = False) -> str:
        """The Markdown of an element; with `default`, nothing where it only says what Moodle says by itself."""
        found = (self.element if within is None else within).find(name)
        markdown = self._markdown(found)
        plain = text.plain(markdown).strip(" .").lower()
        return "" if default and re.fullmatch(r"your answer is (partially )?(in)?correct", plain) else markdown

    def _markdown(self, element: Element | None, written: str | None = None, *, format: str = "") -> str:
        if element is None:
            return ""
        its = _FORMATS.get(element.get("format", ""), format or "moodle")
        content = said(element, "text") if written is None else written
        if element.find("text") is None and written is None:
            content = said(element)  # an answer in the oldest files
        markdown, notes = to_markdown(_PLUGIN.sub(self._file, content), its)
        self.notes += notes
        return markdown

    def _file(self, match: re.Match[str]) -> str:
        name = unquote(match[1]).rpartition("/")[2]
        for address, one in self.files.items():
            if one.name == name:
                self.used.add(address)
                return address
        return match[0]

    def _take_files(self) -> None:
        for one in self.element.iter("file"):
            name = (one.get("name") or "file").rpartition("/")[2]
            if len(self.files) >= FILES_MAX:
                raise Unsupported(f"This question has more than {FILES_MAX} files.")
            if one.get("encoding", "base64") != "base64":
                self.notes.append(f"The file {name[:100]} is not in base64: it is left out.")
                continue
            try:
                content = base64.b64decode("".join((one.text or "").split()), validate=True)
            except (binascii.Error, ValueError):
                self.notes.append(f"The file {name[:100]} is not whole: it is left out.")
                continue
            if not content or len(content) > FILE_BYTES_MAX:
                self.notes.append(f"The file {name[:100]} is empty or too large: it is left out.")
                continue
            address = f"/files/{new_id()}"
            self.files[address] = Embedded(address, name, content)

    def _fraction(self, element: Element) -> Decimal:
        return max(min(self._decimal(element.get("fraction", "0") or "0") / 100, Decimal(1)), Decimal(-1))

    def _number(self, name: str, otherwise: Decimal) -> Decimal:
        return self._decimal(said(self.element, name)) if said(self.element, name) else otherwise

    def _decimal(self, written: str) -> Decimal:
        try:
            number = Decimal(written.strip().replace(",", ".")[:80])
        except InvalidOperation:
            raise Unsupported(f"“{written[:40]}” is not a number.") from None
        if not number.is_finite() or abs(number.adjusted()) > 400:
            raise Unsupported(f"“{written[:40]}” is not a number.")
        return number

    def _own(self, question: ReadQuestion) -> ReadQuestion:
        """What our writer wrote beside, while nothing else was changed."""
        own = self.element.find(OWN)
        if own is None or own.get("of") != fingerprint(self.element):
            return question
        try:
            return replace(question, **own_fields(json.loads(_PLUGIN.sub(self._file, own.text or ""))))
        except (ValueError, TypeError, KeyError, InvalidOperation, AttributeError):
            return question


_Read = Callable[[_Reader], tuple[str, dict[str, Any]]]
_TYPES: dict[str, _Read] = {
    "multichoice": _Reader.choice,
    "oumultiresponse": _Reader.choice,
    "truefalse": _Reader.truth,
    "shortanswer": _Reader.short,
    "numerical": _Reader.numerical,
    "calculated": _Reader.calculated,
    "calculatedsimple": _Reader.calculated,
    "matching": _Reader.matching,
    "ordering": _Reader.ordering,
    "essay": _Reader.essay,
    "description": _Reader.description,
    "cloze": _Reader.cloze,
    "multianswer": _Reader.cloze,
    "gapselect": _Reader.places,
    "ddwtos": _Reader.places,
}
