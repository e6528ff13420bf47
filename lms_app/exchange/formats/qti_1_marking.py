"""How an item of QTI 1.2 says what it is and how it is marked, as plain values."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from xml.etree.ElementTree import Element

from lms_app.exchange.formats.qti_text import number
from lms_app.exchange.formats.xml_tree import said

_ZERO = Decimal(0)
# What Blackboard and cartridges call the types of Canvas.
TYPES = {
    "multiple choice": "multiple_choice_question",
    "true/false": "true_false_question",
    "either/or": "multiple_choice_question",
    "multiple answer": "multiple_answers_question",
    "matching": "matching_question",
    "ordering": "ordering_question",
    "fill in the blank": "short_answer_question",
    "fill in the blank plus": "fill_in_multiple_blanks_question",
    "essay": "essay_question",
    "short response": "essay_question",
    "file upload": "file_upload_question",
    "numeric": "numerical_question",
    "cc.multiple_choice": "multiple_choice_question",
    "cc.true_false": "true_false_question",
    "cc.multiple_response": "multiple_answers_question",
    "cc.fib": "short_answer_question",
    "cc.pattern_match": "short_answer_question",
    "cc.essay": "essay_question",
}
NOT_HERE = {
    "hot_spot_question": "A place in a picture is clicked (hot spot)",
    "hot spot": "A place in a picture is clicked (hot spot)",
    "opinion scale": "An opinion scale has no right answer",
    "opinion scale/likert": "An opinion scale has no right answer",
    "quiz bowl": "Quiz bowl questions are answered with a question",
    "jumbled sentence": "Words are put into a sentence",
}


@dataclass(frozen=True, slots=True)
class Rule:
    """A `respcondition`: answers that must be given, ones that must not, bounds of numbers, and what follows."""

    equals: tuple[tuple[str, str], ...]
    parts: tuple[tuple[str, str], ...]  # `varsubstring`
    nots: tuple[tuple[str, str], ...]
    bounds: tuple[tuple[str, Decimal], ...]
    other: bool
    score: Decimal | None
    feedback: tuple[str, ...]
    case: bool


def rule_of(element: Element) -> Rule:
    equals: list[tuple[str, str]] = []
    parts: list[tuple[str, str]] = []
    nots: list[tuple[str, str]] = []
    bounds: list[tuple[str, Decimal]] = []
    others = case = False
    for one, negative in _conditions(element.find("conditionvar"), False):
        entry = one.get("respident", ""), (one.text or "").strip()
        if one.tag == "other":
            others = others or not negative
        elif negative:
            nots.append(entry)
        elif one.tag in ("varequal", "varinside"):
            equals.append(entry)
            case = case or one.get("case", "").lower() == "yes"
        elif one.tag == "varsubstring":
            parts.append(entry)
        elif one.tag in ("vargt", "vargte", "varlt", "varlte"):
            bounds.append((one.tag, number(entry[1], _ZERO)))
    if any(one.get("index") for one in element.iter("varequal")):
        order = [int(number(one.get("index"), _ZERO)) for one in element.iter("varequal")]
        equals = [pair for _, pair in sorted(zip(order, equals, strict=False), key=lambda pair: pair[0])]
    scores = [
        (one.get("action", "Set").lower(), said(one))
        for one in element.findall("setvar")
        if "FEEDBACK" not in (one.get("varname") or "").upper()
    ]
    worth: Decimal | None = None
    for action, written in scores:
        value = Decimal(100) if "max" in written.lower() else number(written, _ZERO)
        value = -abs(value) if action == "subtract" else value
        worth = value if worth is None else max(worth, value)
    shown = tuple(one.get("linkrefid", "") for one in element.findall("displayfeedback"))
    # Blackboard scores `correct` by its title alone.
    return Rule(tuple(equals), tuple(parts), tuple(nots), tuple(bounds), others, worth, shown, case)


def _conditions(element: Element | None, negative: bool) -> Iterator[tuple[Element, bool]]:
    for one in element if element is not None else ():
        if one.tag in ("and", "or", "not"):
            yield from _conditions(one, negative != (one.tag == "not"))
        else:
            yield one, negative


def title_of(element: Element) -> str:
    fields = fields_of(element, own=True)
    return " ".join((element.get("title") or fields.get("bank_title", "")).split())


def fields_of(element: Element, *, own: bool = False) -> dict[str, str]:
    found: dict[str, str] = {}
    places = element.findall("qtimetadata") + element.findall("itemmetadata") if own else [element]
    for place in places:
        for one in place.iter("qtimetadatafield"):
            found.setdefault(said(one, "fieldlabel").lower(), said(one, "fieldentry"))
    return found
