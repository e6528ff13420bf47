"""Description: a text between the questions. It asks nothing, so it has no number, no points and no answer."""

from collections.abc import Mapping, Sequence
from typing import Any

import reflex as rx

from lms_app.core.words import later
from lms_app.quizzes.kinds import authoring
from lms_app.quizzes.kinds.base import ZERO, AnswerModel, Example, Flat, Form, Kind, Mark, Shape, SpecModel
from lms_app.web.kit import el
from lms_app.web.words import t


class Spec(SpecModel):
    """Nothing: the text is the question's own."""


class Answer(AnswerModel):
    """Nothing to answer."""


def is_blank(answer: Answer) -> bool:
    return True


def prompt(spec: Spec, drawn: Sequence[str]) -> dict[str, Any]:
    return {"options": []}


def grade(spec: Spec, answer: Answer) -> Mark:
    return Mark(ZERO)


def summarise(spec: Spec, answer: Answer) -> str:
    return ""


def solution(spec: Spec) -> str:
    return ""


def widget(prompt: Shape, value: Shape) -> rx.Component:
    return rx.fragment()


def form(values: Form, errors: Form) -> rx.Component:
    said = t("Students read this text between the questions. It has no points and no answer.")
    return authoring.form(values, errors, el.p(said, class_name="t-2"))


def to_form(spec: Spec) -> Flat:
    return {}


def from_form(values: Mapping[str, str]) -> dict[str, Any]:
    return {}


def new() -> Flat:
    return {}


KIND = Kind(
    name="description",
    label="Text without a question",
    icon="text",
    instruction=later("Read on."),
    Spec=Spec,
    Answer=Answer,
    is_blank=is_blank,
    prompt=prompt,
    grade=grade,
    summarise=summarise,
    solution=solution,
    widget=widget,
    form=form,
    to_form=to_form,
    from_form=from_form,
    new=new,
    counted=False,
    examples=(Example(Spec(), Answer(), Mark(ZERO)),),
)
