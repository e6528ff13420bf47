"""Calculated: a number that a formula gives, with values of its own for each attempt.

Variables stand in the question as `{a}`. Their values are drawn for an attempt and kept with it, so the same numbers are
shown and marked for ever. The formula is worked out by a grammar of our own (`expression.py`), never by `eval`.
"""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from random import Random
from typing import Annotated, Any

import reflex as rx
from pydantic import Field, model_validator

from lms_app.core.numbers import UNREADABLE
from lms_app.core.words import later
from lms_app.quizzes.kinds import authoring, expression, flat, numerical
from lms_app.quizzes.kinds.base import (
    ONE,
    ZERO,
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
from lms_app.quizzes.kinds.numerical import Answer, Number, Tolerance, is_blank, read_as
from lms_app.web.words import t

VARIABLES_MAX = 20
DECIMALS_MAX = 9
TRIES = 100
_NAME = r"[A-Za-z][A-Za-z0-9_]{0,19}"
_PLACE = re.compile(r"\{(" + _NAME + r")\}")


class Variable(SpecModel):
    """A number from `low` to `high` with so many `decimals`."""

    name: Annotated[str, Field(pattern=rf"^{_NAME}$")]
    low: Number
    high: Number
    decimals: Annotated[int, Field(ge=0, le=DECIMALS_MAX)] = 0

    @model_validator(mode="after")
    def _has_values(self) -> "Variable":
        if self.low > self.high:
            raise ValueError("Give a range from a lower to a higher number.")
        if self.first > self.last:
            raise ValueError("There is no such number between the two. Allow more decimals.")
        return self

    @property
    def first(self) -> int:
        """The least value in units of its last decimal."""
        return -int(-Fraction(self.low) * 10**self.decimals // 1)

    @property
    def last(self) -> int:
        return int(Fraction(self.high) * 10**self.decimals // 1)


class Spec(SpecModel):
    """`values` are filled in by `settle`, in the order of `variables`; an author writes none."""

    variables: Annotated[list[Variable], Field(min_length=1, max_length=VARIABLES_MAX)]
    formula: Annotated[str, Field(min_length=1, max_length=expression.LENGTH_MAX)]
    tolerance: Annotated[Decimal, Field(ge=0, allow_inf_nan=False, max_digits=60)] = Decimal("0.01")
    tolerance_kind: Tolerance = Tolerance.RELATIVE
    unit: Shown[Annotated[str, Field(max_length=40)]] = ""
    feedback: Markdown = ""  # for any other number
    values: Annotated[list[Decimal], Field(exclude=True)] = []

    @model_validator(mode="after")
    def _can_be_solved(self) -> "Spec":
        names = [variable.name for variable in self.variables]
        if len(set(names)) < len(names):
            raise ValueError("Two variables have the same name.")
        if taken := {*expression.CONSTANTS, *expression.FUNCTIONS}.intersection(names):
            raise ValueError(f"“{min(taken)}” is a name of its own in formulas. Choose another one.")
        try:
            expression.check(self.formula, set(names))
        except expression.Wrong as wrong:
            raise ValueError(str(wrong)) from None
        if not self.values and _values(self, Random(0)) is None:
            raise ValueError("The formula has no result for most of these values.")
        return self

    @property
    def known(self) -> dict[str, Decimal]:
        """With nothing drawn, the least values: a preview."""
        values = self.values or [_decimal(variable, variable.first) for variable in self.variables]
        return {variable.name: value for variable, value in zip(self.variables, values, strict=True)}


def _decimal(variable: Variable, units: int) -> Decimal:
    return Decimal(units).scaleb(-variable.decimals)


def _values(spec: Spec, rng: Random) -> list[Decimal] | None:
    """Values for which the formula has a result; None when none is found."""
    for _ in range(TRIES):
        values = [_decimal(variable, rng.randint(variable.first, variable.last)) for variable in spec.variables]
        if _result(spec, {one.name: value for one, value in zip(spec.variables, values, strict=True)}) is not None:
            return values
    return None


def _result(spec: Spec, values: Mapping[str, Decimal]) -> Decimal | None:
    try:
        return expression.work_out(spec.formula, values)
    except expression.Wrong:
        return None


def draw(spec: Spec, rng: Random) -> list[str]:
    return [flat.number(value) for value in _values(spec, rng) or []]


def settle(spec: Spec, drawn: Sequence[str]) -> Spec:
    return spec.model_copy(update={"values": [Decimal(value) for value in drawn]}) if drawn else spec


def stem(spec: Spec, stem: str) -> str:
    """The question with its numbers: `{a}` becomes 5; braces around any other name stay."""
    known = spec.known
    return _PLACE.sub(lambda match: flat.number(known[match[1]]) if match[1] in known else match[0], stem)


def prompt(spec: Spec, drawn: Sequence[str]) -> dict[str, Any]:
    return {"options": [], "unit": spec.unit}


def grade(spec: Spec, answer: Answer) -> Mark:
    if is_blank(answer):
        return Mark(ZERO)
    number = numerical.amount(answer.number, spec.unit, {})
    right = _result(spec, spec.known)
    if number is None:
        return Mark(ZERO, UNREADABLE)
    if right is None:  # only where a preview has no result
        return Mark(ZERO, spec.feedback)
    slack = Fraction(spec.tolerance) * (abs(Fraction(right)) if spec.tolerance_kind is Tolerance.RELATIVE else 1)
    # Results of thirty digits are rounded: that is no fault of whoever writes the exact number.
    slack = max(slack, abs(Fraction(right)) / 10**20)
    fits = abs(number - Fraction(right)) <= slack
    return Mark(ONE if fits else ZERO, "" if fits else spec.feedback)


def summarise(spec: Spec, answer: Answer) -> str:
    return numerical.with_unit(answer.number.strip(), spec.unit) if not is_blank(answer) else ""


def solution(spec: Spec) -> str:
    right = _result(spec, spec.known)
    if right is None:
        return ""
    said = f"{right:.12g}"
    return numerical.with_unit(flat.number(Decimal(said)) if len(said) < 20 else said, spec.unit)


def widget(prompt: Shape, value: Shape) -> rx.Component:
    return numerical.widget(prompt, value)


# ---- For the author: a relative tolerance is in percent.


def form(values: Form, errors: Form) -> rx.Component:
    def variable(row: Any, start: str) -> rx.Component:
        return authoring.side_by_side(
            authoring.line(values, errors, f"{start}name", t("Name"), max_length=20),
            authoring.number(values, errors, f"{start}low", t("From")),
            authoring.number(values, errors, f"{start}high", t("To")),
            authoring.number(values, errors, f"{start}decimals", t("Decimals"), optional=True),
        )

    return authoring.form(
        values,
        errors,
        authoring.rows(
            values,
            errors,
            "variables",
            t("Variables"),
            variable,
            noun=t("variable"),
            hint=t("Write {a} in the question where the value of the variable a shall stand."),
            can_move=False,
        ),
        authoring.line(
            values,
            errors,
            "formula",
            t("Formula of the answer"),
            hint=t("Like 2*a + sqrt(b)."),
            max_length=expression.LENGTH_MAX,
        ),
        authoring.side_by_side(
            authoring.number(values, errors, "tolerance", t("Tolerance"), optional=True),
            authoring.choose(values, errors, "tolerance_kind", t("The tolerance is"), numerical.TOLERANCES),
        ),
        authoring.line(values, errors, "unit", t("Unit"), optional=True, max_length=40),
        authoring.feedback(values, errors, "feedback", t("Feedback for any other number")),
    )


def to_form(spec: Spec) -> Flat:
    values = flat.flatten(spec)
    if spec.tolerance_kind is Tolerance.RELATIVE:
        values["tolerance"] = flat.number(spec.tolerance * 100)
    return values


def from_form(values: Mapping[str, str]) -> dict[str, Any]:
    given = flat.unflatten(values, Spec)
    if values.get("tolerance_kind") == Tolerance.RELATIVE:
        given["tolerance"] = numerical.in_percent(values.get("tolerance", ""))
    return given


def where(name: str) -> str:
    return "formula" if name == flat.WHOLE else name


def new() -> Flat:
    row = {"name": "a", "low": "1", "high": "10", "decimals": "0"}
    return {**flat.rows("variables", [row]), "tolerance": "1", "tolerance_kind": Tolerance.RELATIVE}


_SPEC = Spec(
    variables=[
        Variable(name="m", low=Decimal(2), high=Decimal(9)),
        Variable(name="v", low=Decimal("0.5"), high=Decimal("2.5"), decimals=1),
    ],
    formula="m * v^2 / 2",
    tolerance=Decimal("0.01"),
    unit="J",
    feedback="Kinetic energy grows with the *square* of the speed.",
)
_DRAWN = settle(_SPEC, ["4", "1.5"])  # 4.5 J
_SAID = "Kinetic energy grows with the *square* of the speed."
_THIRD = settle(Spec(variables=[Variable(name="x", low=ONE, high=ONE)], formula="x/3", tolerance=ZERO), ["1"])

KIND = Kind(
    name="calculated",
    label="Calculated",
    icon="calculator",
    instruction=later("Work out the number."),
    Spec=Spec,
    Answer=Answer,
    is_blank=is_blank,
    draw=draw,
    settle=settle,
    stem=stem,
    prompt=prompt,
    grade=grade,
    summarise=summarise,
    solution=solution,
    read_as=read_as,
    widget=widget,
    form=form,
    to_form=to_form,
    from_form=from_form,
    where=where,
    new=new,
    always_drawn=True,
    examples=(
        Example(_DRAWN, Answer(number="4.5"), Mark(ONE)),
        Example(_DRAWN, Answer(number="4,545 J"), Mark(ONE)),
        Example(_DRAWN, Answer(number="9/2"), Mark(ONE)),
        Example(_DRAWN, Answer(number="4.55"), Mark(ZERO, _SAID)),
        Example(_DRAWN, Answer(number="3"), Mark(ZERO, _SAID)),
        Example(_DRAWN, Answer(number="four"), Mark(ZERO, UNREADABLE)),
        Example(_DRAWN, Answer(), Mark(ZERO)),
        Example(_THIRD, Answer(number="1/3"), Mark(ONE)),
    ),
)
