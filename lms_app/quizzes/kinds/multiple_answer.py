"""Multiple answer: any number of options, with four ways to give part of the points.

Source of the rules: Canvas `multiple_answers_question.rb` (right minus wrong), edX `responsetypes.py` (EDC, every
decision counts), Moodle `qtype_multichoice` (weights).
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from enum import StrEnum
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
    ZERO,
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


class Rule(StrEnum):
    """How a partly right selection is marked. An option is right when its `fraction` is above 0."""

    RIGHT_MINUS_WRONG = "right_minus_wrong"  # (right picked - wrong picked) / right ones, never below 0
    EXACT = "exact"  # all or nothing
    EDC = "edc"  # every decision counts: (right picked + wrong left) / options
    # The sum of the fractions picked, kept within 0..1. Moodle's trap comes with it: while wrong options weigh 0,
    # ticking everything is worth full points.
    WEIGHTS = "weights"


class Spec(SpecModel):
    options: Shown[Annotated[list[Option], Field(min_length=2, max_length=OPTIONS_MAX)]]
    rule: Rule = Rule.RIGHT_MINUS_WRONG
    shuffle: bool = True

    @model_validator(mode="after")
    def _can_be_solved(self) -> "Spec":
        if wrong := options_wrong(self.options):
            raise ValueError(wrong)
        if not any(option.fraction > ZERO for option in self.options):
            raise ValueError("Mark at least one option as right.")
        if self.rule is Rule.WEIGHTS and sum(max(option.fraction, ZERO) for option in self.options) < Decimal("0.999"):
            raise ValueError("Give the right options weights that add up to 100 %.")
        return self


class Answer(AnswerModel):
    choices: Annotated[list[Annotated[str, Field(max_length=40)]], Field(max_length=OPTIONS_MAX)] = []

    @field_validator("choices")
    @classmethod
    def _each_once(cls, picked: list[str]) -> list[str]:
        return list(dict.fromkeys(picked))


def is_blank(answer: Answer) -> bool:
    return not answer.choices


def draw(spec: Spec, rng: Random) -> list[str]:
    return shuffled(spec.options, rng) if spec.shuffle else []


def prompt(spec: Spec, order: Sequence[str]) -> dict[str, Any]:
    return {"options": shown_options(spec.options, order)}


def grade(spec: Spec, answer: Answer) -> Mark:
    picked = [option for option in spec.options if option.id in answer.choices]
    feedback = "\n\n".join(option.feedback for option in picked if option.feedback)
    return Mark(_fraction(spec, picked), feedback)


def _fraction(spec: Spec, picked: list[Option]) -> Decimal:
    if not picked:  # nothing ticked is no answer, also where leaving the wrong ones would count
        return ZERO
    right_ones = sum(option.fraction > ZERO for option in spec.options)
    right = sum(option.fraction > ZERO for option in picked)
    wrong = len(picked) - right
    match spec.rule:
        case Rule.RIGHT_MINUS_WRONG:
            return clamp(Decimal(right - wrong) / right_ones)
        case Rule.EXACT:
            return ONE if right == right_ones and not wrong else ZERO
        case Rule.EDC:
            wrong_ones = len(spec.options) - right_ones
            return Decimal(right + wrong_ones - wrong) / len(spec.options)
        case Rule.WEIGHTS:
            # Thirds never add up to 1 in writing: whoever picked all right ones and no other gets it all.
            if right == right_ones and not wrong:
                return ONE
            return clamp(sum((option.fraction for option in picked), ZERO))
        case _:
            assert_never(spec.rule)


def summarise(spec: Spec, answer: Answer) -> str:
    return "; ".join(text.plain(option.text) for option in spec.options if option.id in answer.choices)


def solution(spec: Spec) -> str:
    return "; ".join(text.plain(option.text) for option in spec.options if option.fraction > ZERO)


def widget(prompt: Shape, value: Shape) -> rx.Component:
    picked = value["choices"].to(list[str])
    return choices("checkbox", "choices", prompt["options"], picked.contains)


# ---- For the author: right options are ticked; weights are asked for by their own rule alone.

RULES = (
    (Rule.RIGHT_MINUS_WRONG, t("Right minus wrong: a wrong tick takes back what a right one gives")),
    (Rule.EXACT, t("All or nothing: exactly the right ones")),
    (Rule.EDC, t("Every decision counts: also leaving a wrong one out")),
    (Rule.WEIGHTS, t("Weights: the sum of the shares below")),
)


def form(values: Form, errors: Form) -> rx.Component:
    def option(row: Any, start: str) -> rx.Component:
        return rx.fragment(
            authoring.hidden_id(values, start),
            authoring.switch(values, f"{start}right", t("This is right")),
            authoring.line(values, errors, f"{start}text", t("Text")),
            authoring.feedback(values, errors, f"{start}feedback", t("Feedback for students who choose this")),
            authoring.percent(
                values,
                errors,
                f"{start}fraction",
                t("Weight, with the rule of weights"),
                hint=t("Right ones add up to 100 %. Below 0 takes points away, like -50."),
            ),
        )

    return authoring.form(
        values,
        errors,
        authoring.rows(values, errors, "options", t("Options"), option, noun=t("option")),
        authoring.choose(values, errors, "rule", t("Points for a partly right answer"), RULES),
        authoring.switch(values, "shuffle", t("Shuffle the options")),
    )


def to_form(spec: Spec) -> Flat:
    values = flat.flatten(spec)
    for at, option in enumerate(spec.options):
        values[f"options.{at}.right"] = flat.ON if option.fraction > ZERO else ""
    return values


def from_form(values: Mapping[str, str]) -> dict[str, Any]:
    """A tick is what says that an option is right, except by weights, where the weights are."""
    given = flat.unflatten(values, Spec)
    for at, option in enumerate(given["options"]):
        right = flat.is_on(values, f"options.{at}.right")
        written = flat.decimal(option.get("fraction", ""))
        if (given.get("rule") != Rule.WEIGHTS and written is not None and right != (written > ZERO)) or (
            written is None and not option.get("fraction")
        ):
            option["fraction"] = "1" if right else "0"
    return given


def new() -> Flat:
    return {
        **flat.rows("options", [{"right": flat.ON}, {"right": flat.ON}, {}, {}]),
        "rule": Rule.RIGHT_MINUS_WRONG,
        "shuffle": flat.ON,
    }


def warn(spec: Spec) -> list[str]:
    if spec.rule is Rule.WEIGHTS and not any(option.fraction < ZERO for option in spec.options):
        return ["Wrong options weigh 0, so ticking everything earns full points. Give them weights below 0, like -50."]
    return []


def _spec(rule: Rule, wrong: str = "0") -> Spec:
    half = Decimal("0.5") if rule is Rule.WEIGHTS else ONE
    return Spec(
        options=[
            Option(id="a", text="Water fleas", fraction=half, feedback="They graze on algae."),
            Option(id="b", text="Tadpoles", fraction=half),
            Option(id="c", text="Pondweed", fraction=Decimal(wrong), feedback="A producer."),
            Option(id="d", text="Herons", fraction=Decimal(wrong)),
        ],
        rule=rule,
    )


def _examples(rule: Rule, one: str, one_and_wrong: str, all_four: str, wrong: str = "0") -> list[Example[Spec, Answer]]:
    """The worked numbers of spec and literature: A and B are right; pick A, then A and C, then all four."""
    spec = _spec(rule, wrong)
    grazing, both = "They graze on algae.", "They graze on algae.\n\nA producer."
    return [
        Example(spec, Answer(choices=["a"]), Mark(Decimal(one), grazing)),
        Example(spec, Answer(choices=["a", "c"]), Mark(Decimal(one_and_wrong), both)),
        Example(spec, Answer(choices=["a", "b", "c", "d"]), Mark(Decimal(all_four), both)),
        Example(spec, Answer(choices=["b", "a"]), Mark(ONE, grazing)),
        Example(spec, Answer(), Mark(ZERO)),
    ]


KIND = Kind(
    name="multiple_answer",
    label="Multiple answer",
    icon="square-check",
    instruction=later("Choose all that apply."),
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
    warn=warn,
    examples=(
        *_examples(Rule.RIGHT_MINUS_WRONG, ".5", "0", "0"),
        *_examples(Rule.EXACT, "0", "0", "0"),
        *_examples(Rule.EDC, ".75", ".5", ".5"),
        *_examples(Rule.WEIGHTS, ".5", "0", "0", wrong="-0.5"),
    ),
)
