"""Single choice: one of several options. Options may be partly right, each with its own feedback."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from random import Random
from typing import Annotated, Any

import reflex as rx
from pydantic import Field, model_validator

from lms_app.core import text
from lms_app.core.words import later
from lms_app.quizzes.kinds import authoring, flat
from lms_app.quizzes.kinds.base import (
    ONE,
    OPTIONS_MAX,
    AnswerModel,
    Example,
    Flat,
    Form,
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
from lms_app.web.words import t


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


def draw(spec: Spec, rng: Random) -> list[str]:
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


# ---- For the author: the right option is picked by a radio button, the others may be partly right.


def form(values: Form, errors: Form) -> rx.Component:
    def option(row: Any, start: str) -> rx.Component:
        return rx.fragment(
            authoring.hidden_id(values, start),
            authoring.pick(values, "options", row, t("This is the right answer")),
            authoring.line(values, errors, f"{start}text", t("Text")),
            authoring.side_by_side(
                authoring.feedback(values, errors, f"{start}feedback", t("Feedback for who chooses it")),
                authoring.percent(values, errors, f"{start}fraction", t("Share of the points if partly right")),
            ),
        )

    return authoring.form(
        values,
        errors,
        authoring.rows(values, errors, "options", t("Options"), option, noun=t("option")),
        authoring.switch(values, "shuffle", t("Shuffle the options")),
    )


def to_form(spec: Spec) -> Flat:
    """With the fractions of wrong options only: the right one is picked."""
    right = next(at for at, option in enumerate(spec.options) if option.fraction == ONE)
    values = flat.flatten(spec)
    for at, option in enumerate(spec.options):
        if at == right or not option.fraction:
            values[f"options.{at}.fraction"] = ""
    return {**values, "options.pick": str(right)}


def from_form(values: Mapping[str, str]) -> dict[str, Any]:
    given = flat.unflatten(values, Spec)
    for at, option in enumerate(given["options"]):
        if str(at) == values.get("options.pick"):
            option["fraction"] = "1"
    return given


def new() -> Flat:
    return {**flat.rows("options", [{}, {}, {}, {}]), "options.pick": "0", "shuffle": flat.ON}


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
    instruction=later("Choose one."),
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
    new=new,
    examples=(
        Example(_SPEC, Answer(choice="three"), Mark(ONE, "Two transfers at ten percent.")),
        Example(_SPEC, Answer(choice="two"), Mark(Decimal("0.25"), "One more transfer to go.")),
        Example(_SPEC, Answer(choice="one"), Mark(Decimal(0), "That is what the grass made.")),
        Example(_SPEC, Answer(choice="no such option"), Mark(Decimal(0))),
        Example(_SPEC, Answer(), Mark(Decimal(0))),
    ),
)
