"""Single choice: one of several options. Options may be partly right, each with its own feedback."""

from collections.abc import Sequence
from decimal import Decimal
from random import Random
from typing import Annotated, Any

import reflex as rx
from pydantic import Field, model_validator

from lms_app.core import text
from lms_app.quizzes.kinds.base import (
    ONE,
    OPTIONS_MAX,
    AnswerModel,
    Example,
    Kind,
    Mark,
    Option,
    Shape,
    Shown,
    SpecModel,
    clamp,
    options_wrong,
    shown_options,
    shuffled,
)
from lms_app.quizzes.kinds.inputs import choices


class Spec(SpecModel):
    options: Shown[Annotated[list[Option], Field(min_length=2, max_length=OPTIONS_MAX)]]
    # Off where an option speaks of its place: "All of the above".
    shuffle: bool = True

    @model_validator(mode="after")
    def _has_a_right_option(self) -> "Spec":
        if wrong := options_wrong(self.options):
            raise ValueError(wrong)
        if not any(option.fraction == ONE for option in self.options):
            raise ValueError("Mark one option as the right answer.")
        return self


class Answer(AnswerModel):
    choice: Annotated[str, Field(max_length=40)] = ""


def is_blank(answer: Answer) -> bool:
    return not answer.choice


def arrange(spec: Spec, rng: Random) -> list[str]:
    return shuffled(spec.options, rng) if spec.shuffle else []


def prompt(spec: Spec, order: Sequence[str]) -> dict[str, Any]:
    return {"options": shown_options(spec.options, order)}


def grade(spec: Spec, answer: Answer) -> Mark:
    for option in spec.options:
        if option.id == answer.choice:
            return Mark(clamp(option.fraction), option.feedback)
    return Mark(Decimal(0))


def summarise(spec: Spec, answer: Answer) -> str:
    return next((text.plain(option.text) for option in spec.options if option.id == answer.choice), "")


def solution(spec: Spec) -> str:
    return " / ".join(text.plain(option.text) for option in spec.options if option.fraction == ONE)


def widget(prompt: Shape, value: Shape) -> rx.Component:
    return choices("radio", "choice", prompt["options"], lambda option_id: value["choice"].to(str) == option_id)


_SPEC = Spec(
    options=[
        Option(id="one", text="8,000 kJ", feedback="That is what the grass made."),
        Option(id="two", text="800 kJ", fraction=Decimal("0.25"), feedback="One more transfer to go."),
        Option(id="three", text="80 kJ", fraction=ONE, feedback="Two transfers at ten percent."),
    ]
)

KIND = Kind(
    name="single_choice",
    label="Single choice",
    icon="circle-dot",
    instruction="Choose one.",
    Spec=Spec,
    Answer=Answer,
    is_blank=is_blank,
    arrange=arrange,
    prompt=prompt,
    grade=grade,
    summarise=summarise,
    solution=solution,
    widget=widget,
    examples=(
        Example(_SPEC, Answer(choice="three"), Mark(ONE, "Two transfers at ten percent.")),
        Example(_SPEC, Answer(choice="two"), Mark(Decimal("0.25"), "One more transfer to go.")),
        Example(_SPEC, Answer(choice="one"), Mark(Decimal(0), "That is what the grass made.")),
        Example(_SPEC, Answer(choice="no such option"), Mark(Decimal(0))),
        Example(_SPEC, Answer(), Mark(Decimal(0))),
    ),
)
