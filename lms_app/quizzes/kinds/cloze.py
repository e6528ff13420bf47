"""Fill in the blanks: a text with gaps, to be typed or chosen from a list. Every gap counts the same.

Authors write the answers into the text: `The [[pondweed|water weed]] is a [[*producer|consumer]].` A gap with a star
is a list of choices, of which those with a star are right; any other is typed, and each of its answers is right.
"""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from random import Random
from typing import Annotated, Any

import reflex as rx
from pydantic import Field, field_validator, model_validator

from lms_app.core import text
from lms_app.core.words import later
from lms_app.quizzes.kinds import authoring, flat
from lms_app.quizzes.kinds.base import (
    ONE,
    TEXT_MAX,
    ZERO,
    AnswerModel,
    Example,
    Flat,
    Form,
    Id,
    Kind,
    Mark,
    Markdown,
    Shape,
    SpecModel,
    inline_html,
)
from lms_app.quizzes.kinds.inputs import gaps
from lms_app.quizzes.kinds.short_answer import matches
from lms_app.web.words import t

GAPS_MAX = 50
CHOICES_MAX = 20
TYPED_MAX = 200
STAR = "*"
_GAP = re.compile(r"\[\[(.*?)\]\]", re.DOTALL)
_PARAGRAPHS = re.compile(r"\n\s*\n")


class Spec(SpecModel):
    """The text holds the key, so it is never shown as it is."""

    text: Annotated[str, Field(min_length=1, max_length=TEXT_MAX)]
    case_sensitive: bool = False
    accents_matter: bool = True
    feedback: Markdown = ""  # for whoever has not filled in all of them

    @model_validator(mode="after")
    def _can_be_solved(self) -> "Spec":
        found = gaps_of(self.text)
        if not found:
            raise ValueError("Write at least one gap, like [[pondweed]].")
        if len(found) > GAPS_MAX:
            raise ValueError(f"A text takes at most {GAPS_MAX} gaps.")
        for number, gap in enumerate(found, start=1):
            if not gap.words or not all(gap.words):
                raise ValueError(f"Gap {number} has an empty answer.")
            if len(gap.words) > CHOICES_MAX or any(len(word) > TYPED_MAX for word in gap.words):
                raise ValueError(f"Gap {number} takes at most {CHOICES_MAX} answers of {TYPED_MAX} characters.")
            if gap.is_list and len(set(gap.words)) < max(len(gap.words), 2):
                raise ValueError(f"Gap {number} needs two choices that differ.")
        return self


class Gap(SpecModel):
    """A gap of a text: `words` as written without stars; `right` those that count."""

    words: list[str]
    right: list[str]
    is_list: bool


def gaps_of(written: str) -> list[Gap]:
    return [_gap(match[1]) for match in _GAP.finditer(written)]


def _gap(inside: str) -> Gap:
    words = [" ".join(word.split()) for word in inside.split("|")]
    starred = [word.removeprefix(STAR).strip() for word in words if word.startswith(STAR)]
    plain = [word.removeprefix(STAR).strip() for word in words]
    return Gap(words=plain, right=starred or plain, is_list=bool(starred))


class Answer(AnswerModel):
    """What was typed or chosen, by number of the gap: "1" is the first."""

    gaps: Annotated[dict[Id, Annotated[str, Field(max_length=TYPED_MAX)]], Field(max_length=GAPS_MAX)] = {}

    @field_validator("gaps")
    @classmethod
    def _only_filled(cls, given: dict[str, str]) -> dict[str, str]:
        return {gap: typed for gap, typed in given.items() if typed.strip()}


def is_blank(answer: Answer) -> bool:
    return not answer.gaps


def draw(spec: Spec, rng: Random) -> list[str]:
    """An order for the choices of each list, as numbers: "2 0 1"."""
    orders: list[str] = []
    for gap in gaps_of(spec.text):
        order = list(range(len(gap.words))) if gap.is_list else []
        rng.shuffle(order)
        orders.append(" ".join(map(str, order)))
    return orders


def prompt(spec: Spec, drawn: Sequence[str]) -> dict[str, Any]:
    """Paragraphs of parts. With nothing drawn choices stand by the alphabet: as written would be the key."""
    found = gaps_of(spec.text)
    number = 0
    paragraphs: list[list[dict[str, Any]]] = []
    for paragraph in _PARAGRAPHS.split(spec.text.strip()):
        parts: list[dict[str, Any]] = []
        for at, piece in enumerate(_GAP.split(paragraph)):
            if at % 2:
                gap = found[number]
                order = drawn[number] if number < len(drawn) else ""
                number += 1
                parts.append({"html": "", "gap": str(number), "number": number, "options": _choices(gap, order)})
            elif piece:
                parts.append({"html": _inline(piece), "gap": "", "number": 0, "options": []})
        paragraphs.append(parts)
    return {"options": [], "paragraphs": paragraphs}


def _inline(piece: str) -> str:
    """With the blanks around it, which part it from a gap."""
    before = " " if piece[:1].isspace() else ""
    after = " " if piece[-1:].isspace() else ""
    return f"{before}{inline_html(piece.strip())}{after}" if piece.strip() else " "


def _choices(gap: Gap, order: str) -> list[dict[str, str]]:
    if not gap.is_list:
        return []
    places = {word: place for place, word in enumerate(gap.words[int(at)] for at in order.split())}
    words = sorted(gap.words, key=lambda word: (places.get(word, len(places)), word))
    return [{"id": word, "text": text.plain(word)} for word in words]


def grade(spec: Spec, answer: Answer) -> Mark:
    """The share of the gaps that are right."""
    if is_blank(answer):
        return Mark(ZERO)
    found = gaps_of(spec.text)
    right = sum(_is_right(spec, gap, answer.gaps.get(str(number), "")) for number, gap in enumerate(found, start=1))
    return Mark(Decimal(right) / len(found), spec.feedback if right < len(found) else "")


def _is_right(spec: Spec, gap: Gap, typed: str) -> bool:
    if gap.is_list:
        return typed in gap.right
    return bool(typed.strip()) and any(
        matches(word, typed, case_sensitive=spec.case_sensitive, accents_matter=spec.accents_matter)
        for word in gap.right
    )


def summarise(spec: Spec, answer: Answer) -> str:
    if is_blank(answer):
        return ""
    return _filled(spec, [answer.gaps.get(str(n), "").strip() for n in range(1, len(gaps_of(spec.text)) + 1)])


def solution(spec: Spec) -> str:
    return _filled(spec, [gap.right[0] for gap in gaps_of(spec.text)])


def _filled(spec: Spec, words: Sequence[str]) -> str:
    given = iter(words)
    return text.plain(_GAP.sub(lambda _match: f"[{next(given) or '…'}]", spec.text))


def widget(prompt: Shape, value: Shape) -> rx.Component:
    return gaps("gaps", prompt["paragraphs"], value["gaps"])


# ---- For the author


def form(values: Form, errors: Form) -> rx.Component:
    return authoring.form(
        values,
        errors,
        authoring.lines(
            values,
            errors,
            "text",
            t("Text with its answers"),
            hint=t(
                "[[pondweed|water weed]] is a gap to type into; [[*producer|consumer]] is a list, its right choice starred."
            ),
            rows=8,
        ),
        authoring.feedback(values, errors, "feedback", t("Feedback when not every gap is right")),
        authoring.switch(values, "case_sensitive", t("Capital letters matter")),
        authoring.switch(values, "accents_matter", t("Accents matter: “cafe” is not “café”")),
    )


def from_form(values: Mapping[str, str]) -> dict[str, Any]:
    return flat.unflatten(values, Spec)


def where(name: str) -> str:
    return "text" if name == flat.WHOLE else name


def new() -> Flat:
    return {"accents_matter": flat.ON}


_SPEC = Spec(
    text="The [[pondweed|water weed*]] is a [[*producer|consumer|decomposer]].\n\nIt needs **light** and [[CO2]].",
    feedback="Look at what each of them *eats*.",
)
_SAID = "Look at what each of them *eats*."

KIND = Kind(
    name="cloze",
    label="Fill in the blanks",
    icon="rectangle-ellipsis",
    instruction=later("Fill in the gaps."),
    Spec=Spec,
    Answer=Answer,
    is_blank=is_blank,
    draw=draw,
    prompt=prompt,
    grade=grade,
    summarise=summarise,
    solution=solution,
    widget=widget,
    form=form,
    to_form=flat.flatten,
    from_form=from_form,
    where=where,
    new=new,
    always_drawn=True,
    examples=(
        Example(_SPEC, Answer(gaps={"1": " Pondweed", "2": "producer", "3": "co2"}), Mark(ONE)),
        Example(_SPEC, Answer(gaps={"1": "water weeds", "2": "producer", "3": "CO2"}), Mark(ONE)),
        Example(_SPEC, Answer(gaps={"1": "pondweed", "2": "consumer", "3": "O2"}), Mark(Decimal(1) / 3, _SAID)),
        Example(_SPEC, Answer(gaps={"2": "producer"}), Mark(Decimal(1) / 3, _SAID)),
        Example(_SPEC, Answer(gaps={"2": "Producer", "9": "pondweed"}), Mark(ZERO, _SAID)),
        Example(_SPEC, Answer(gaps={"1": " "}), Mark(ZERO)),
        Example(_SPEC, Answer(), Mark(ZERO)),
    ),
)
