"""Ordering: put the items into their right order, with buttons that move each up or down.

The author writes them in the right order; an attempt shows them in one of its own, which is never the right one.
Source of the rules: Moodle `qtype_ordering` (relative to the next item, absolute position, all or nothing).
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise
from random import Random
from typing import Annotated, Any, assert_never

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
from lms_app.quizzes.kinds.inputs import places
from lms_app.web.words import t


class Rule(StrEnum):
    """How a partly right order is marked."""

    # The share of the neighbours of the right order that stand right after each other, in this order. An order in which
    # one item came too late loses no more than its own two or three places.
    NEIGHBOURS = "neighbours"
    PLACES = "places"  # the share of the items that stand in their own place
    EXACT = "exact"  # all or nothing


class Item(SpecModel):
    id: Shown[Id] = Field(default_factory=new_option_id)
    text: Shown[Annotated[str, Field(min_length=1, max_length=TEXT_MAX)]]


class Spec(SpecModel):
    """The order of `items` is the key, though each of them is shown."""

    items: Shown[Annotated[list[Item], Field(min_length=2, max_length=OPTIONS_MAX)]]
    rule: Rule = Rule.NEIGHBOURS
    feedback: Markdown = ""  # for an order that is not the right one

    @model_validator(mode="after")
    def _can_be_solved(self) -> "Spec":
        if len({item.id for item in self.items}) < len(self.items):
            raise ValueError("Two items have the same id.")
        if len({" ".join(item.text.split()) for item in self.items}) < len(self.items):
            raise ValueError("Two items have the same text, so their order could not be told.")
        return self


class Answer(AnswerModel):
    """Places by ids of items, "1" the first. Items without one come last, as they were written in the answer."""

    places: Annotated[
        dict[Id, Annotated[str, Field(max_length=2, pattern=r"^[0-9]{0,2}$")]], Field(max_length=OPTIONS_MAX)
    ] = {}

    @field_validator("places")
    @classmethod
    def _only_placed(cls, given: dict[str, str]) -> dict[str, str]:
        return {item: place for item, place in given.items() if place}

    @property
    def order(self) -> list[str]:
        return sorted(self.places, key=lambda item: int(self.places[item]))


def is_blank(answer: Answer) -> bool:
    return not answer.places


def draw(spec: Spec, rng: Random) -> list[str]:
    """Any order but the right one: what stands there already is no answer."""
    right = [item.id for item in spec.items]
    order = right.copy()
    while order == right:
        rng.shuffle(order)
    return order


def prompt(spec: Spec, drawn: Sequence[str]) -> dict[str, Any]:
    """With nothing drawn by text: as written would be the key."""
    place = {item_id: number for number, item_id in enumerate(drawn)}
    shown = sorted(spec.items, key=lambda item: (place.get(item.id, len(place)), item.text, item.id))
    return {"options": [], "items": [{"id": item.id, "html": inline_html(item.text)} for item in shown]}


def grade(spec: Spec, answer: Answer) -> Mark:
    if is_blank(answer):
        return Mark(ZERO)
    fraction = _fraction(spec, answer.order)
    return Mark(fraction, "" if fraction == ONE else spec.feedback)


def _fraction(spec: Spec, order: list[str]) -> Decimal:
    right = [item.id for item in spec.items]
    if order == right:
        return ONE
    match spec.rule:
        case Rule.EXACT:
            return ZERO
        case Rule.NEIGHBOURS:
            kept = set(pairwise(order)) & set(pairwise(right))
            return Decimal(len(kept)) / (len(right) - 1)
        case Rule.PLACES:
            return Decimal(sum(here == there for here, there in zip(order, right, strict=False))) / len(right)
        case _:
            assert_never(spec.rule)


def summarise(spec: Spec, answer: Answer) -> str:
    said = {item.id: text.plain(item.text) for item in spec.items}
    return " → ".join(said[item] for item in answer.order if item in said)


def solution(spec: Spec) -> str:
    return " → ".join(text.plain(item.text) for item in spec.items)


def widget(prompt: Shape, value: Shape) -> rx.Component:
    return places("places", prompt["items"], value["places"])


# ---- For the author

RULES = (
    (Rule.NEIGHBOURS, t("For each pair of neighbours that stand right after each other")),
    (Rule.PLACES, t("For each item in its own place")),
    (Rule.EXACT, t("All or nothing")),
)


def form(values: Form, errors: Form) -> rx.Component:
    def item(row: Any, start: str) -> rx.Component:
        return rx.fragment(
            authoring.hidden_id(values, start), authoring.line(values, errors, f"{start}text", t("Text"))
        )

    return authoring.form(
        values,
        errors,
        authoring.rows(
            values, errors, "items", t("Items in their right order"), item, noun=t("item"), hint=t("First to last.")
        ),
        authoring.choose(values, errors, "rule", t("Points for a partly right order"), RULES),
        authoring.feedback(values, errors, "feedback", t("Feedback for a wrong order")),
    )


def from_form(values: Mapping[str, str]) -> dict[str, Any]:
    return flat.unflatten(values, Spec)


def new() -> Flat:
    return {**flat.rows("items", [{}, {}, {}]), "rule": Rule.NEIGHBOURS}


def _spec(rule: Rule) -> Spec:
    names = ("Grass", "Vole", "Fox", "Flea")
    return Spec(items=[Item(id=name.lower(), text=name) for name in names], rule=rule, feedback="Who eats *whom*?")


def _answer(*order: str) -> Answer:
    return Answer(places={item: str(place) for place, item in enumerate(order, start=1)})


def _examples(rule: Rule, one_moved: str, reversed_: str) -> list[Example[Spec, Answer]]:
    spec, said = _spec(rule), "Who eats *whom*?"
    return [
        Example(spec, _answer("grass", "vole", "fox", "flea"), Mark(ONE)),
        Example(spec, _answer("flea", "grass", "vole", "fox"), Mark(Decimal(one_moved), said)),
        Example(spec, _answer("flea", "fox", "vole", "grass"), Mark(Decimal(reversed_), said)),
        Example(spec, Answer(), Mark(ZERO)),
    ]


KIND = Kind(
    name="ordering",
    label="Ordering",
    icon="arrow-down-up",
    instruction=later("Put these into order."),
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
    new=new,
    always_drawn=True,
    examples=(
        *_examples(Rule.NEIGHBOURS, str(Decimal(2) / 3), "0"),
        *_examples(Rule.PLACES, "0", "0"),
        *_examples(Rule.EXACT, "0", "0"),
        Example(_spec(Rule.PLACES), _answer("grass", "vole", "flea", "fox"), Mark(Decimal("0.5"), "Who eats *whom*?")),
    ),
)
