"""True or false: one statement, with feedback for either answer."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import reflex as rx

from lms_app.core.words import later, say
from lms_app.quizzes.kinds import authoring, flat
from lms_app.quizzes.kinds.base import (
    ONE,
    ZERO,
    AnswerModel,
    Example,
    Flat,
    Form,
    Kind,
    Mark,
    Markdown,
    Shape,
    SpecModel,
)
from lms_app.quizzes.kinds.inputs import choices
from lms_app.web.words import t

WORDS = {"true": later("True"), "false": later("False")}
WHICH = (("", t("Choose …")), ("true", t("True")), ("false", t("False")))


class Spec(SpecModel):
    answer: bool
    feedback_true: Markdown = ""
    feedback_false: Markdown = ""


class Answer(AnswerModel):
    choice: Literal["", "true", "false"] = ""


def is_blank(answer: Answer) -> bool:
    return not answer.choice


def prompt(spec: Spec, order: Sequence[str]) -> dict[str, Any]:
    # True always stands first: a fixed place is easier to read, and tells nothing.
    return {
        "options": [{"id": "true", "html": say("True"), "key": "A"}, {"id": "false", "html": say("False"), "key": "B"}]
    }


def grade(spec: Spec, answer: Answer) -> Mark:
    if is_blank(answer):
        return Mark(ZERO)
    said = answer.choice == "true"
    return Mark(ONE if said is spec.answer else ZERO, spec.feedback_true if said else spec.feedback_false)


def summarise(spec: Spec, answer: Answer) -> str:
    return say(WORDS[answer.choice]) if answer.choice else ""


def solution(spec: Spec) -> str:
    return say(WORDS["true" if spec.answer else "false"])


def widget(prompt: Shape, value: Shape) -> rx.Component:
    return choices("radio", "choice", prompt["options"], lambda option_id: value["choice"].to(str) == option_id)


# ---- For the author


def form(values: Form, errors: Form) -> rx.Component:
    return authoring.form(
        values,
        errors,
        authoring.choose(values, errors, "answer", t("The statement is"), WHICH),
        authoring.feedback(values, errors, "feedback_true", t("Feedback for students who choose true")),
        authoring.feedback(values, errors, "feedback_false", t("Feedback for students who choose false")),
    )


def to_form(spec: Spec) -> Flat:
    return {**flat.flatten(spec), "answer": "true" if spec.answer else "false"}


def from_form(values: Mapping[str, str]) -> dict[str, Any]:
    given = values.get("answer", "")
    return {**flat.unflatten(values, Spec), **({"answer": given} if given else {})}


def new() -> Flat:
    return {"answer": ""}


_SPEC = Spec(answer=False, feedback_true="Arrows follow the energy.", feedback_false="Right.")

KIND = Kind(
    name="true_false",
    label="True or false",
    icon="toggle-left",
    instruction=later("Choose true or false."),
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
    examples=(
        Example(_SPEC, Answer(choice="false"), Mark(ONE, "Right.")),
        Example(_SPEC, Answer(choice="true"), Mark(ZERO, "Arrows follow the energy.")),
        Example(_SPEC, Answer(), Mark(ZERO)),
        Example(Spec(answer=True), Answer(choice="true"), Mark(ONE)),
    ),
)
