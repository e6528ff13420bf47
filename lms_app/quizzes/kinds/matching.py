"""Matching: each item gets one of the choices. Every pair counts the same; choices that match nothing are distractors.

The choices stand in an order of their own, drawn for the attempt: as written they would tell the key.
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
    OPTIONS_MAX,
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
    Shown,
    SpecModel,
    inline_html,
    new_option_id,
)
from lms_app.quizzes.kinds.inputs import pairs
from lms_app.web.words import t

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

Words = Annotated[str, Field(min_length=1, max_length=TEXT_MAX)]


class Choice(SpecModel):
    id: Shown[Id] = Field(default_factory=new_option_id)
    text: Shown[Words]


class Item(SpecModel):
    """`match` is the id of the right choice: the key."""

    id: Shown[Id] = Field(default_factory=new_option_id)
    text: Shown[Words]
    match: Id


class Spec(SpecModel):
    items: Shown[Annotated[list[Item], Field(min_length=2, max_length=OPTIONS_MAX)]]
    choices: Shown[Annotated[list[Choice], Field(min_length=2, max_length=OPTIONS_MAX)]]
    feedback: Markdown = ""  # for whoever has not matched all of them

    @model_validator(mode="after")
    def _can_be_solved(self) -> "Spec":
        known = {choice.id for choice in self.choices}
        if len(known) < len(self.choices) or len({item.id for item in self.items}) < len(self.items):
            raise ValueError("Two rows have the same id.")
        if len({_same(choice.text) for choice in self.choices}) < len(self.choices):
            raise ValueError("Two choices have the same text, so nobody could tell which one is meant.")
        if not all(item.match in known for item in self.items):
            raise ValueError("Give each item one of the choices as its match.")
        return self


class Answer(AnswerModel):
    """Ids of choices by ids of items."""

    pairs: Annotated[dict[Id, Annotated[str, Field(max_length=40)]], Field(max_length=OPTIONS_MAX)] = {}

    @field_validator("pairs")
    @classmethod
    def _only_chosen(cls, chosen: dict[str, str]) -> dict[str, str]:
        return {item: choice for item, choice in chosen.items() if choice}


def is_blank(answer: Answer) -> bool:
    return not answer.pairs


def draw(spec: Spec, rng: Random) -> list[str]:
    ids = [choice.id for choice in spec.choices]
    rng.shuffle(ids)
    return ids


def prompt(spec: Spec, drawn: Sequence[str]) -> dict[str, Any]:
    """With letters where a choice is more than words: a select shows no pictures and no formulas."""
    place = {choice_id: number for number, choice_id in enumerate(drawn)}
    shown = sorted(spec.choices, key=lambda choice: (place.get(choice.id, len(place)), choice.text, choice.id))
    html = [inline_html(choice.text) for choice in shown]
    rich = any("<" in each for each in html)
    return {
        "options": [],
        "items": [{"id": item.id, "html": inline_html(item.text)} for item in spec.items],
        "choices": [
            {"id": choice.id, "text": f"{LETTERS[at]}. {_clip(choice)}".strip() if rich else text.plain(choice.text)}
            for at, choice in enumerate(shown)
        ],
        "legend": html if rich else [],
    }


def _clip(choice: Choice) -> str:
    said = text.plain(choice.text)
    return said if len(said) <= 60 else f"{said[:59]}…"


def grade(spec: Spec, answer: Answer) -> Mark:
    """The share of the items that have their match."""
    if is_blank(answer):
        return Mark(ZERO)
    right = sum(answer.pairs.get(item.id) == item.match for item in spec.items)
    return Mark(Decimal(right) / len(spec.items), spec.feedback if right < len(spec.items) else "")


def summarise(spec: Spec, answer: Answer) -> str:
    said = {choice.id: text.plain(choice.text) for choice in spec.choices}
    given = [(item, said.get(answer.pairs.get(item.id, ""), "")) for item in spec.items]
    return "; ".join(f"{text.plain(item.text)} → {choice}" for item, choice in given if choice)


def solution(spec: Spec) -> str:
    said = {choice.id: text.plain(choice.text) for choice in spec.choices}
    return "; ".join(f"{text.plain(item.text)} → {said[item.match]}" for item in spec.items)


def widget(prompt: Shape, value: Shape) -> rx.Component:
    return pairs("pairs", prompt, value["pairs"])


# ---- For the author: pairs side by side, and more choices as lines.


def form(values: Form, errors: Form) -> rx.Component:
    def pair(row: Any, start: str) -> rx.Component:
        return rx.fragment(
            authoring.hidden_id(values, start),
            authoring.side_by_side(
                authoring.line(values, errors, f"{start}text", t("Item")),
                authoring.line(values, errors, f"{start}match", t("Its match")),
            ),
        )

    return authoring.form(
        values,
        errors,
        authoring.rows(
            values,
            errors,
            "pairs",
            t("Pairs"),
            pair,
            noun=t("pair"),
            hint=t("Two items may share a match: write it the same way."),
        ),
        authoring.lines(
            values,
            errors,
            "others",
            t("Choices that match nothing"),
            hint=t("One on each line. They are shown among the others."),
            optional=True,
        ),
        authoring.feedback(values, errors, "feedback", t("Feedback when not everything is matched")),
    )


def to_form(spec: Spec) -> Flat:
    said = {choice.id: choice.text for choice in spec.choices}
    used = {item.match for item in spec.items}
    # Ids stay with their texts, so that answers to an older version still mean what they meant.
    ids = "\n".join(f"{choice.id} {choice.text}" for choice in spec.choices)
    rows = [{"id": item.id, "text": item.text, "match": said[item.match]} for item in spec.items]
    others = "\n".join(choice.text for choice in spec.choices if choice.id not in used)
    return {**flat.rows("pairs", rows), "others": others, "feedback": spec.feedback, "choice_ids": ids}


def from_form(values: Mapping[str, str]) -> dict[str, Any]:
    """Matches with the same text are one choice."""
    known = {_same(said): each for each, _, said in map(_id_and_text, _ids(values))}
    choices: dict[str, dict[str, str]] = {}

    def choice(said: str) -> str:
        made = choices.setdefault(_same(said), {"id": known.get(_same(said)) or new_option_id(), "text": said.strip()})
        return made["id"]

    items: list[dict[str, str]] = []
    for at in range(flat.row_count(values, "pairs")):
        start = f"pairs.{at}."
        said, match = values.get(f"{start}text", "").strip(), values.get(f"{start}match", "")
        item = {"text": said, "match": choice(match) if match.strip() else ""}
        items.append({**item, "id": values[f"{start}id"]} if values.get(f"{start}id") else item)
    for other in flat.lines(values.get("others", "")):
        choice(other)
    return {"items": items, "choices": list(choices.values()), "feedback": values.get("feedback", "")}


def _ids(values: Mapping[str, str]) -> list[str]:
    return values.get("choice_ids", "").splitlines()


def _id_and_text(line: str) -> tuple[str, str, str]:
    return line.partition(" ")


def _same(said: str) -> str:
    return " ".join(said.split())


def where(name: str) -> str:
    if found := re.fullmatch(r"items\.(\d+)\.(text|match)", name):
        return f"pairs.{found[1]}.{found[2]}"
    return {"items": "pairs", "choices": "others"}.get(name.partition(".")[0], name)


def new() -> Flat:
    return flat.rows("pairs", [{}, {}, {}])


_SPEC = Spec(
    items=[
        Item(id="flea", text="Water flea", match="eats"),
        Item(id="weed", text="Pondweed", match="makes"),
        Item(id="worm", text="Bloodworm", match="clears"),
        Item(id="tadpole", text="Tadpole", match="eats"),
    ],
    choices=[
        Choice(id="eats", text="Consumer"),
        Choice(id="makes", text="Producer"),
        Choice(id="clears", text="Decomposer"),
        Choice(id="none", text="Mineral"),
    ],
    feedback="Ask of each what it *eats*.",
)
_RIGHT = {"flea": "eats", "weed": "makes", "worm": "clears", "tadpole": "eats"}

KIND = Kind(
    name="matching",
    label="Matching",
    icon="arrow-right-left",
    instruction=later("Choose a match for each."),
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
    to_form=to_form,
    from_form=from_form,
    where=where,
    new=new,
    always_drawn=True,
    examples=(
        Example(_SPEC, Answer(pairs=_RIGHT), Mark(ONE)),
        Example(
            _SPEC, Answer(pairs={**_RIGHT, "tadpole": "none"}), Mark(Decimal("0.75"), "Ask of each what it *eats*.")
        ),
        Example(_SPEC, Answer(pairs={"flea": "eats"}), Mark(Decimal("0.25"), "Ask of each what it *eats*.")),
        Example(_SPEC, Answer(pairs={"flea": "makes", "no such": "eats"}), Mark(ZERO, "Ask of each what it *eats*.")),
        Example(_SPEC, Answer(), Mark(ZERO)),
    ),
)
