"""Questions of ours as a package of QTI 2.1 items (https://www.imsglobal.org/question/qtiv2p1).

Each kind is the interaction that says it; any player of QTI can ask and mark it. What QTI has no words for stands in a
file beside the items, for ourselves, and is named as a loss for others. A calculated question is left out: its numbers
are drawn here by rules that no other player shares.
"""

import hashlib
import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any
from xml.etree.ElementTree import Element, ParseError, SubElement, fromstring, tostring

from lms_app.core import text
from lms_app.exchange.formats.base import Finding, ReadQuestion, Weight, Written, first_words
from lms_app.exchange.formats.moodle_xml_writer import fields_of
from lms_app.quizzes.kinds.cloze import gaps_of
from lms_app.quizzes.kinds.numerical import Accepted

SUFFIX = "zip"
OWN = "lectern.json"
_NS = "http://www.imsglobal.org/xsd/imsqti_v2p1"
_CP = "http://www.imsglobal.org/xsd/imscp_v1p1"
_TEMPLATES = "http://www.imsglobal.org/question/qti_v2p1/rptemplates"
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_ILLEGAL = re.compile("[^\\t\\n\\r\\x20-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")
_FILE = re.compile(r"/files/[0-9a-f-]{36}")
_MOMENT = (1980, 1, 1, 0, 0, 0)  # so that the same questions are the same bytes


def digest(written: str) -> str:
    return hashlib.sha256(" ".join(written.split()).encode()).hexdigest()[:32]


def write(questions: Sequence[ReadQuestion]) -> Written:
    """A zip with a manifest, one file for each question, and their pictures."""
    findings: list[Finding] = []
    kept: dict[str, Any] = {}
    made = io.BytesIO()
    manifest = Element("manifest", {"xmlns": _CP, "identifier": "lectern"})
    head = SubElement(manifest, "metadata")
    SubElement(head, "schema").text = "QTIv2.1 Package"
    SubElement(head, "schemaversion").text = "1.0.0"
    SubElement(manifest, "organizations")
    resources = SubElement(manifest, "resources")
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as whole:
        for number, question in enumerate(questions, start=1):
            name = question.name or first_words(text.plain(question.stem)) or f"Question {number}"
            if question.kind not in _KINDS:
                reason = "Its numbers are drawn by rules that QTI players do not share: it is not in the package."
                findings.append(Finding(number, Weight.UNSUPPORTED, reason, name))
                continue
            findings += [Finding(number, Weight.NOTE, said, name) for said in _differs(question)]
            ident = f"question{number:05}"
            item = _Item(ident, name, question)
            written = _HEAD + _ILLEGAL.sub("", tostring(item.build(), encoding="unicode")) + "\n"
            path = f"items/{ident}.xml"
            _put(whole, path, written.encode())
            resource = SubElement(resources, "resource", identifier=ident, type="imsqti_item_xmlv2p1", href=path)
            SubElement(resource, "file", href=path)
            for file_path, content in item.used():
                _put(whole, file_path, content)
                SubElement(resource, "file", href=file_path)
            fields = {**fields_of(question), "category": list(question.category), "tags": list(question.tags)}
            fields["difficulty"] = question.difficulty
            said = item.named(json.dumps(fields, ensure_ascii=True, sort_keys=True, default=str), "lectern-file:")
            kept[path] = {"of": digest(written), "question": json.loads(said)}
        _put(whole, "imsmanifest.xml", (_HEAD + tostring(manifest, encoding="unicode") + "\n").encode())
        _put(whole, OWN, json.dumps(kept, ensure_ascii=True, sort_keys=True).encode())
    return Written("", tuple(findings), package=made.getvalue())


def _put(whole: zipfile.ZipFile, path: str, content: bytes) -> None:
    info = zipfile.ZipInfo(path, _MOMENT)
    info.compress_type = zipfile.ZIP_DEFLATED
    whole.writestr(info, content)


def _differs(question: ReadQuestion) -> Iterator[str]:
    spec = question.spec
    if question.kind == "multiple_answer" and spec.get("rule") in ("right_minus_wrong", "edc"):
        yield "Elsewhere it is marked by weights that come near its rule."
    if question.kind == "ordering" and spec.get("rule") != "exact":
        yield "Elsewhere its order is right or wrong as a whole."
    if question.kind in ("short_answer", "cloze") and not spec.get("accents_matter", True):
        yield "Elsewhere accents matter."
    if question.kind == "short_answer" and any("*" in one["text"] for one in spec["answers"]):
        yield "Elsewhere the sign * in an answer means only itself."
    if question.kind == "numerical" and (spec.get("units") or spec.get("needs_unit")):
        yield "Elsewhere its units are not asked for."
    if question.kind == "numerical" and len({_slack(one) for one in spec["answers"]}) > 1:
        yield "Elsewhere all its numbers have the tolerance of the first one."
    if question.hints:
        yield "Its hints are not shown elsewhere."
    if any(_feedback_of(question)):
        yield "Feedback to single answers is not shown elsewhere."


def _feedback_of(question: ReadQuestion) -> Iterator[str]:
    for group in ("answers", "options"):
        for one in question.spec.get(group, ()):
            yield one.get("feedback", "")
    for name in ("feedback", "feedback_otherwise", "feedback_true", "feedback_false"):
        yield question.spec.get(name, "")


def _slack(one: Mapping[str, Any]) -> tuple[str, str]:
    return str(one.get("tolerance") or 0), str(one.get("tolerance_kind") or "absolute")


class _Item:
    def __init__(self, ident: str, name: str, question: ReadQuestion) -> None:
        self.ident, self.question = ident, question
        self.files = {file.address: file for file in question.files}
        self.paths = {file.address: f"{ident}-{at}-{_safe(file.name)}" for at, file in enumerate(question.files)}
        attributes = {"xmlns": _NS, "identifier": ident, "title": name[:200], "adaptive": "false"}
        self.root = Element("assessmentItem", {**attributes, "timeDependent": "false"})
        self.processing: Element | None = None

    def build(self) -> Element:
        question = self.question
        answer, way = _KINDS[question.kind](self, question.spec)
        for one in answer[0]:
            self.root.append(one)
        score = SubElement(self.root, "outcomeDeclaration", identifier="SCORE", cardinality="single", baseType="float")
        if question.kind == "essay":
            score.set("externalScored", "human")
        most = SubElement(
            self.root, "outcomeDeclaration", identifier="MAXSCORE", cardinality="single", baseType="float"
        )
        SubElement(SubElement(most, "defaultValue"), "value").text = _number(question.points)
        SubElement(self.root, "outcomeDeclaration", identifier="FEEDBACK", cardinality="single", baseType="identifier")
        body = SubElement(self.root, "itemBody")
        self.put(SubElement(body, "div"), question.stem)
        for one in answer[1]:
            body.append(one)
        if self.processing is not None:
            self.root.append(self.processing)
        elif way:
            SubElement(self.root, "responseProcessing", template=f"{_TEMPLATES}/{way}")
        if question.feedback:
            made = SubElement(
                self.root, "modalFeedback", outcomeIdentifier="FEEDBACK", identifier="general", showHide="show"
            )
            self.put(made, question.feedback)
        return self.root

    def put(self, element: Element, markdown: str) -> Element:
        """Markdown as XHTML in an element; formulas as TeX."""
        html = re.sub(
            r"&(?!(?:amp|lt|gt|quot|apos|#\d+|#x[0-9a-fA-F]+);)", "&amp;", self.named(_html(markdown), "../files/")
        )
        try:
            found = fromstring(f"<div>{_ILLEGAL.sub('', html)}</div>")
        except ParseError:
            element.text = _ILLEGAL.sub("", text.plain(markdown))
            return element
        element.text = found.text
        element.extend(list(found))
        return element

    def named(self, written: str, before: str) -> str:
        """With the files of the package for addresses."""
        return _FILE.sub(lambda match: before + self.paths[match[0]] if match[0] in self.paths else match[0], written)

    def used(self) -> Iterator[tuple[str, bytes]]:
        for address, name in self.paths.items():
            yield f"files/{name}", self.files[address].content


Parts = tuple[tuple[list[Element], list[Element]], str]


def _declared(
    ident: str,
    cardinality: str,
    type: str,
    right: Sequence[str],
    mapped: Mapping[str, Decimal] | None = None,
    *,
    case: bool = True,
) -> Element:
    made = Element("responseDeclaration", identifier=ident, cardinality=cardinality, baseType=type)
    if right:
        correct = SubElement(made, "correctResponse")
        for one in right:
            SubElement(correct, "value").text = _ILLEGAL.sub("", one)
    if mapped:
        # Marks are shares of the whole; a player multiplies them as it likes.
        mapping = SubElement(made, "mapping", lowerBound="0", upperBound="1", defaultValue="0")
        for key, worth in mapped.items():
            entry = SubElement(mapping, "mapEntry", mapKey=_ILLEGAL.sub("", key), mappedValue=_number(worth))
            if not case:
                entry.set("caseSensitive", "false")
    return made


def _choice(item: _Item, spec: Mapping[str, Any]) -> Parts:
    several = item.question.kind == "multiple_answer"
    options = spec["options"]
    names = [f"choice{at}" for at in range(1, len(options) + 1)]
    worth = [Decimal(str(one["fraction"])) for one in options]
    right = [name for name, one in zip(names, worth, strict=True) if (one > 0 if several else one == 1)]
    exact = not several or spec.get("rule") == "exact"
    if several and not exact and spec.get("rule") != "weights":
        share = round(Decimal(1) / len(right), 9)
        worth = [share if one > 0 else -share for one in worth]
    partly = several or any(0 < one < 1 for one in worth)
    mapped = dict(zip(names, worth, strict=True)) if partly and not (several and exact) else None
    made = _declared(
        "RESPONSE", "multiple" if several else "single", "identifier", right[:1] if not several else right, mapped
    )
    shuffle = "true" if spec.get("shuffle", True) else "false"
    asked = Element(
        "choiceInteraction", responseIdentifier="RESPONSE", shuffle=shuffle, maxChoices="0" if several else "1"
    )
    for name, one in zip(names, options, strict=True):
        item.put(SubElement(asked, "simpleChoice", identifier=name), one["text"])
    return ([made], [asked]), "map_response" if mapped else "match_correct"


def _truth(item: _Item, spec: Mapping[str, Any]) -> Parts:
    asked = Element("choiceInteraction", responseIdentifier="RESPONSE", shuffle="false", maxChoices="1")
    SubElement(asked, "simpleChoice", identifier="true").text = "True"
    SubElement(asked, "simpleChoice", identifier="false").text = "False"
    right = "true" if spec["answer"] else "false"
    return ([_declared("RESPONSE", "single", "identifier", [right])], [asked]), "match_correct"


def _short(item: _Item, spec: Mapping[str, Any]) -> Parts:
    mapped: dict[str, Decimal] = {}
    for one in spec["answers"]:
        mapped[one["text"]] = max(Decimal(str(one["fraction"])), mapped.get(one["text"], Decimal(0)))
    best = next(words for words, worth in mapped.items() if worth == 1)
    made = _declared("RESPONSE", "single", "string", [best], mapped, case=bool(spec.get("case_sensitive")))
    return ([made], [_field(item, "RESPONSE")]), "map_response"


def _numerical(item: _Item, spec: Mapping[str, Any]) -> Parts:
    best = next(one for one in map(Accepted.model_validate, spec["answers"]) if one.fraction == 1)
    low, high = best.bounds
    right = (
        best.value
        if best.value is not None
        else Decimal((low + high).numerator) / Decimal((low + high).denominator) / 2
    )
    slack = abs(Decimal((high - low).numerator) / Decimal((high - low).denominator) / 2)
    made = _declared("RESPONSE", "single", "float", [_number(right)])
    item.processing = processing = Element("responseProcessing")
    one = SubElement(SubElement(processing, "responseCondition"), "responseIf")
    equal = SubElement(one, "equal", toleranceMode="absolute" if slack else "exact")
    if slack:
        equal.set("tolerance", f"{_number(slack)} {_number(slack)}")
    SubElement(equal, "variable", identifier="RESPONSE")
    SubElement(equal, "correct", identifier="RESPONSE")
    scored = SubElement(one, "setOutcomeValue", identifier="SCORE")
    SubElement(scored, "variable", identifier="MAXSCORE")
    return ([made], [_field(item, "RESPONSE")]), ""


def _field(item: _Item, ident: str) -> Element:
    made = Element("p")
    SubElement(made, "textEntryInteraction", responseIdentifier=ident)
    return made


def _matching(item: _Item, spec: Mapping[str, Any]) -> Parts:
    targets = {one["id"]: f"target{at}" for at, one in enumerate(spec["choices"], start=1)}
    pairs = [f"item{at} {targets[one['match']]}" for at, one in enumerate(spec["items"], start=1)]
    share = round(Decimal(1) / len(pairs), 9)
    made = _declared("RESPONSE", "multiple", "directedPair", pairs, dict.fromkeys(pairs, share))
    many = str(len(pairs))
    asked = Element("matchInteraction", responseIdentifier="RESPONSE", shuffle="true", maxAssociations=many)
    first, second = SubElement(asked, "simpleMatchSet"), SubElement(asked, "simpleMatchSet")
    for at, one in enumerate(spec["items"], start=1):
        item.put(SubElement(first, "simpleAssociableChoice", identifier=f"item{at}", matchMax="1"), one["text"])
    for one in spec["choices"]:
        item.put(
            SubElement(second, "simpleAssociableChoice", identifier=targets[one["id"]], matchMax=many), one["text"]
        )
    return ([made], [asked]), "map_response"


def _ordering(item: _Item, spec: Mapping[str, Any]) -> Parts:
    names = [f"item{at}" for at in range(1, len(spec["items"]) + 1)]
    asked = Element("orderInteraction", responseIdentifier="RESPONSE", shuffle="true")
    # Not in the right order: who does not shuffle would show the key.
    for name, one in sorted(zip(names, spec["items"], strict=True), key=lambda pair: digest(str(pair[1]["text"]))):
        item.put(SubElement(asked, "simpleChoice", identifier=name), one["text"])
    return ([_declared("RESPONSE", "ordered", "identifier", names)], [asked]), "match_correct"


def _essay(item: _Item, spec: Mapping[str, Any]) -> Parts:
    takes = spec.get("takes", "text")
    declared: list[Element] = []
    asked: list[Element] = []
    if takes != "files":
        declared.append(_declared("RESPONSE", "single", "string", []))
        asked.append(Element("extendedTextInteraction", responseIdentifier="RESPONSE", expectedLines="10"))
    if takes != "text":
        declared.append(_declared("FILE", "single", "file", []))
        asked.append(Element("uploadInteraction", responseIdentifier="FILE"))
    if spec.get("notes"):
        rubric = Element("rubricBlock", view="scorer")
        item.put(SubElement(rubric, "div"), spec["notes"])
        asked.append(rubric)
    return (declared, asked), ""


def _description(item: _Item, spec: Mapping[str, Any]) -> Parts:
    return ([], []), ""


def _cloze(item: _Item, spec: Mapping[str, Any]) -> Parts:
    """Fields and lists in the text, each with a declaration of its own."""
    declared: list[Element] = []
    inline: dict[str, Element] = {}
    written = spec["text"]
    for at, gap in enumerate(gaps_of(written), start=1):
        ident, token = f"RESPONSE{at}", f"gap{at}x7q"
        share = round(Decimal(1) / len(gaps_of(spec["text"])), 9)
        if gap.is_list:
            names = {word: f"choice{number}" for number, word in enumerate(gap.words, start=1)}
            declared.append(
                _declared(
                    ident, "single", "identifier", [names[gap.right[0]]], {names[one]: share for one in gap.right}
                )
            )
            made = Element("inlineChoiceInteraction", responseIdentifier=ident, shuffle="false")
            for word, name in names.items():
                SubElement(made, "inlineChoice", identifier=name).text = _ILLEGAL.sub("", word)
        else:
            case = bool(spec.get("case_sensitive"))
            declared.append(
                _declared(ident, "single", "string", gap.right[:1], dict.fromkeys(gap.right, share), case=case)
            )
            made = Element("textEntryInteraction", responseIdentifier=ident)
        inline[token] = made
        written = re.sub(r"\[\[.*?\]\]", token, written, count=1, flags=re.DOTALL)
    body = item.put(Element("div"), written)
    for element in list(body.iter()):
        _set_in(element, inline)
    processing = Element("responseProcessing")
    total = SubElement(SubElement(processing, "setOutcomeValue", identifier="SCORE"), "sum")
    for at in range(1, len(declared) + 1):
        SubElement(total, "mapResponse", identifier=f"RESPONSE{at}")
    item.processing = processing
    return (declared, [body]), ""


def _set_in(element: Element, inline: Mapping[str, Element]) -> None:
    """Elements for tokens in the text of an element and after each of its children."""
    parts: list[Element | str] = [element.text or ""]
    for child in element:
        parts += [child, child.tail or ""]
        child.tail = None
    element.text = None
    for child in list(element):
        element.remove(child)
    last: Element | None = None
    for part in parts:
        for piece in [part] if not isinstance(part, str) else re.split(r"(gap\d+x7q)", part):
            made = inline.get(piece) if isinstance(piece, str) else piece
            if made is not None:
                element.append(made)
                last = made
            elif last is None:
                element.text = (element.text or "") + str(piece)
            else:
                last.tail = (last.tail or "") + str(piece)


def _html(markdown: str) -> str:
    html = text.to_html(markdown)
    html = re.sub(r"<math\b.*?</math>", lambda match: _tex(match[0]), html, flags=re.DOTALL)
    html = re.sub(r"<(br|hr|img|wbr|source|col)\b([^<>]*?)/?>", r"<\1\2/>", html)
    return re.sub(r"&nbsp;", "&#160;", html)


def _tex(math: str) -> str:
    found = re.search(r"<annotation\b[^<>]*>([^<>]*)</annotation>", math)
    return rf"\({found[1].strip()}\)" if found else math


def _safe(name: str) -> str:
    return re.sub(r"[^\w.-]", "_", name)[-60:] or "file"


def _number(value: Decimal) -> str:
    return f"{Decimal(value).normalize():f}"


_KINDS: dict[str, Callable[[_Item, Mapping[str, Any]], Parts]] = {
    "single_choice": _choice,
    "multiple_answer": _choice,
    "true_false": _truth,
    "short_answer": _short,
    "numerical": _numerical,
    "matching": _matching,
    "ordering": _ordering,
    "essay": _essay,
    "description": _description,
    "cloze": _cloze,
}
