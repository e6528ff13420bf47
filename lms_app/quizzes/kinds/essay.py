"""Essay: a text of several sentences, marked by a person.

Word limits are told and counted, never enforced: a text that is longer is kept and marked like any other.
"""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import reflex as rx
from pydantic import Field, model_validator

from lms_app.core import text
from lms_app.core.when import plural
from lms_app.quizzes.kinds import authoring, flat
from lms_app.quizzes.kinds.base import (
    ZERO,
    AnswerModel,
    Example,
    Flat,
    Form,
    Kind,
    Mark,
    Markdown,
    Shape,
    Shown,
    SpecModel,
)
from lms_app.quizzes.kinds.inputs import page
from lms_app.web.words import t

ANSWER_MAX = 20_000
WORDS_MAX = 3_000

Words = Annotated[int, Field(ge=0, le=WORDS_MAX)]


class Spec(SpecModel):
    """`words_min` and `words_max` are 0 where there is no limit. `notes` are for whoever marks, and the model answer."""

    words_min: Shown[Words] = 0
    words_max: Shown[Words] = 0
    notes: Markdown = ""

    @model_validator(mode="after")
    def _fits(self) -> "Spec":
        if self.words_max and self.words_min > self.words_max:
            raise ValueError("The least number of words is above the most.")
        return self


class Answer(AnswerModel):
    text: Annotated[str, Field(max_length=ANSWER_MAX)] = ""


def is_blank(answer: Answer) -> bool:
    return not answer.text.strip()


def prompt(spec: Spec, drawn: Sequence[str]) -> dict[str, Any]:
    return {"options": [], "hint": _limits(spec)}


def _limits(spec: Spec) -> str:
    if spec.words_min and spec.words_max:
        return f"Write {spec.words_min} to {plural(spec.words_max, 'word')}."
    if spec.words_max:
        return f"Write at most {plural(spec.words_max, 'word')}."
    return f"Write at least {plural(spec.words_min, 'word')}." if spec.words_min else ""


def grade(spec: Spec, answer: Answer) -> Mark:
    return Mark(ZERO) if is_blank(answer) else Mark(None)


def read_as(answer: Answer) -> str:
    return "" if is_blank(answer) else plural(len(answer.text.split()), "word")


def summarise(spec: Spec, answer: Answer) -> str:
    return answer.text.strip()


def solution(spec: Spec) -> str:
    return text.plain(spec.notes)


def widget(prompt: Shape, value: Shape) -> rx.Component:
    return page("text", "Your answer", value["text"].to(str), max_length=ANSWER_MAX, hint=prompt["hint"].to(str))


def form(values: Form, errors: Form) -> rx.Component:
    return authoring.form(
        values,
        errors,
        authoring.side_by_side(
            authoring.number(values, errors, "words_min", t("At least this many words"), optional=True),
            authoring.number(values, errors, "words_max", t("At most this many words"), optional=True),
        ),
        authoring.lines(
            values,
            errors,
            "notes",
            t("Notes for marking, and what a good answer says"),
            hint=t("Whoever marks sees this; students see it with the correct answers."),
            optional=True,
            rows=4,
        ),
    )


def to_form(spec: Spec) -> Flat:
    values = flat.flatten(spec)
    return {name: "" if name != "notes" and said == "0" else said for name, said in values.items()}


def from_form(values: Mapping[str, str]) -> dict[str, Any]:
    return flat.unflatten(values, Spec)


def new() -> Flat:
    return {}


_SPEC = Spec(words_min=100, words_max=200, notes="Names *both* losses: respiration and waste.")

KIND = Kind(
    name="essay",
    label="Essay",
    icon="notebook-pen",
    instruction="Write a text.",
    Spec=Spec,
    Answer=Answer,
    is_blank=is_blank,
    prompt=prompt,
    grade=grade,
    summarise=summarise,
    solution=solution,
    read_as=read_as,
    widget=widget,
    form=form,
    to_form=to_form,
    from_form=from_form,
    new=new,
    by_hand=True,
    examples=(
        Example(_SPEC, Answer(text="Energy leaves as heat."), Mark(None)),
        Example(_SPEC, Answer(text=" \n "), Mark(ZERO)),
        Example(Spec(), Answer(), Mark(ZERO)),
    ),
)
