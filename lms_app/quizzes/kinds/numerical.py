"""Numerical: a typed number, right within a tolerance or a range, with units where the question has some.

Both ends of a tolerance and of a range count as right. Numbers are exact (`numbers.py`), and the student is told how
theirs was read. With units the answer is typed with its unit and reckoned into the first one: `981 cm/s²` is 9.81 m/s².
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Annotated, Any

import reflex as rx
from pydantic import Field, model_validator

from lms_app.core.numbers import NUMBER_MAX, UNREADABLE, read, split, written
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
    Share,
    Shown,
    SpecModel,
    normal,
)
from lms_app.quizzes.kinds.inputs import line
from lms_app.web.words import t

NEEDS_UNIT = "Write the unit, too."

Number = Annotated[Decimal, Field(allow_inf_nan=False, max_digits=60)]


class Tolerance(StrEnum):
    ABSOLUTE = "absolute"  # |r - value| <= tolerance
    RELATIVE = "relative"  # |r - value| <= tolerance * |value|; 0.05 is five percent


class Accepted(SpecModel):
    """A value with its tolerance, or a range from `low` to `high`."""

    value: Number | None = None
    tolerance: Annotated[Decimal, Field(ge=0, allow_inf_nan=False, max_digits=60)] = ZERO
    tolerance_kind: Tolerance = Tolerance.ABSOLUTE
    low: Number | None = None
    high: Number | None = None
    fraction: Share = ONE
    feedback: Markdown = ""

    @model_validator(mode="after")
    def _one_way(self) -> "Accepted":
        if (self.value is None) == (self.low is None and self.high is None):
            raise ValueError("Give either a value or a range.")
        if self.value is None and (self.low is None or self.high is None or self.low > self.high):
            raise ValueError("Give a range from a lower to a higher number.")
        if self.tolerance_kind is Tolerance.RELATIVE and not self.value:
            raise ValueError("Use an absolute tolerance around 0: a share of 0 is 0.")
        return self

    @property
    def bounds(self) -> tuple[Fraction, Fraction]:
        if self.value is None:
            return Fraction(self.low or 0), Fraction(self.high or 0)
        value, slack = Fraction(self.value), Fraction(self.tolerance)
        if self.tolerance_kind is Tolerance.RELATIVE:
            slack *= abs(value)
        return value - slack, value + slack


class Unit(SpecModel):
    """Another unit that is understood; `factor` of the question's own unit are one of it: 0.01 for cm beside m."""

    name: Annotated[str, Field(min_length=1, max_length=40)]
    factor: Annotated[Decimal, Field(gt=0, allow_inf_nan=False, max_digits=60)]


class Spec(SpecModel):
    answers: Annotated[list[Accepted], Field(min_length=1, max_length=100)]
    unit: Shown[Annotated[str, Field(max_length=40)]] = ""
    units: Annotated[list[Unit], Field(max_length=40)] = []
    # The unit is a part of the answer: a bare number is wrong, and nothing stands after the input to copy.
    needs_unit: Shown[bool] = False
    feedback_otherwise: Markdown = ""

    @model_validator(mode="after")
    def _can_be_solved(self) -> "Spec":
        if not any(accepted.fraction == ONE for accepted in self.answers):
            raise ValueError("Give at least one answer full points.")
        if (self.units or self.needs_unit) and not self.unit.strip():
            raise ValueError("Name the unit of the answers first.")
        if len({_plain(unit) for unit in (self.unit, *(unit.name for unit in self.units))}) <= len(self.units):
            raise ValueError("Two units have the same name.")
        return self


class Answer(AnswerModel):
    """What was typed, kept as typed: a number that cannot be read is not lost."""

    number: Annotated[str, Field(max_length=NUMBER_MAX)] = ""


def is_blank(answer: Answer) -> bool:
    return not answer.number.strip()


def prompt(spec: Spec, drawn: Sequence[str]) -> dict[str, Any]:
    return {"options": [], "unit": "" if spec.needs_unit else spec.unit}


def grade(spec: Spec, answer: Answer) -> Mark:
    if is_blank(answer):
        return Mark(ZERO)
    number = amount(answer.number, spec.unit, {unit.name: Fraction(unit.factor) for unit in spec.units})
    if number is None:
        return Mark(ZERO, UNREADABLE)
    if spec.needs_unit and not split(answer.number)[1]:
        return Mark(ZERO, NEEDS_UNIT)
    for accepted in spec.answers:
        low, high = accepted.bounds
        if low <= number <= high:
            return Mark(accepted.fraction, accepted.feedback)
    return Mark(ZERO, spec.feedback_otherwise)


def amount(typed: str, unit: str, units: Mapping[str, Fraction]) -> Fraction | None:
    """What was typed, in `unit`; None when the number or its unit cannot be understood."""
    said, called = split(typed)
    number = read(said)
    if number is None or not called:
        return number
    known = {_plain(unit): Fraction(1), **{_plain(name): factor for name, factor in units.items()}}
    factor = known.get(_plain(called))
    return None if factor is None else number * factor


_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻µ·", "0123456789-μ*")


def _plain(unit: str) -> str:
    """A unit without what people write in several ways: `m/s²` is `m / s^2`. Capitals matter: mW is not MW."""
    return "".join(normal(unit).translate(_RAISED).replace("^", "").split())


def read_as(answer: Answer) -> str:
    if is_blank(answer):
        return ""
    said, unit = split(answer.number)
    number = read(said)
    return UNREADABLE if number is None else say("Read as {written} {unit}", written=written(number), unit=unit).strip()


def summarise(spec: Spec, answer: Answer) -> str:
    said = answer.number.strip()
    return said if is_blank(answer) or split(said)[1] or spec.needs_unit else with_unit(said, spec.unit)


def solution(spec: Spec) -> str:
    full = next(accepted for accepted in spec.answers if accepted.fraction == ONE)
    if full.value is None:
        low, high = full.bounds
        return with_unit(f"{written(low)} to {written(high)}", spec.unit)
    value = written(Fraction(full.value))
    if not full.tolerance:
        return with_unit(value, spec.unit)
    if full.tolerance_kind is Tolerance.RELATIVE:
        return f"{with_unit(value, spec.unit)} ± {written(Fraction(full.tolerance) * 100)} %"
    return with_unit(f"{value} ± {written(Fraction(full.tolerance))}", spec.unit)


def with_unit(number: str, unit: str) -> str:
    return f"{number} {unit}".strip()


def widget(prompt: Shape, value: Shape) -> rx.Component:
    unit = prompt["unit"].to(str)
    return line("number", t("Your answer"), value["number"].to(str), max_length=NUMBER_MAX, mode="text", unit=unit)


# ---- For the author: a relative tolerance is in percent.

TOLERANCES = ((Tolerance.ABSOLUTE, t("the same for every value")), (Tolerance.RELATIVE, t("in percent of the value")))


def form(values: Form, errors: Form) -> rx.Component:
    def answer(row: Any, start: str) -> rx.Component:
        return rx.fragment(
            authoring.side_by_side(
                authoring.number(values, errors, f"{start}value", t("Value"), optional=True),
                authoring.number(values, errors, f"{start}tolerance", t("Tolerance"), optional=True),
                authoring.choose(values, errors, f"{start}tolerance_kind", t("The tolerance is"), TOLERANCES),
                authoring.percent(values, errors, f"{start}fraction", t("Share of the points"), optional=False),
                authoring.number(values, errors, f"{start}low", t("Or a range: from"), optional=True),
                authoring.number(values, errors, f"{start}high", t("to"), optional=True),
            ),
            authoring.feedback(values, errors, f"{start}feedback", t("Feedback for this answer")),
        )

    def unit(row: Any, start: str) -> rx.Component:
        return authoring.side_by_side(
            authoring.line(values, errors, f"{start}name", t("Unit"), max_length=40),
            authoring.number(values, errors, f"{start}factor", t("One of it is how many of the answers' unit?")),
        )

    return authoring.form(
        values,
        errors,
        authoring.rows(
            values,
            errors,
            "answers",
            t("Accepted answers"),
            answer,
            noun=t("answer"),
            hint=t("1,5 and 1.5e3 and 3/4 are all understood. The first answer that fits counts."),
        ),
        authoring.line(values, errors, "unit", t("Unit of the answers"), optional=True, max_length=40),
        authoring.switch(values, "needs_unit", t("Students write the unit themselves")),
        authoring.rows(values, errors, "units", t("Other units"), unit, noun=t("unit"), can_move=False),
        authoring.feedback(values, errors, "feedback_otherwise", t("Feedback for any other number")),
    )


def to_form(spec: Spec) -> Flat:
    values = flat.flatten(spec)
    for at, accepted in enumerate(spec.answers):
        if accepted.tolerance_kind is Tolerance.RELATIVE:
            values[f"answers.{at}.tolerance"] = flat.number(accepted.tolerance * 100)
    return values


def from_form(values: Mapping[str, str]) -> dict[str, Any]:
    given = flat.unflatten(values, Spec)
    for at, accepted in enumerate(given["answers"]):
        if accepted.get("tolerance_kind") == Tolerance.RELATIVE:
            accepted["tolerance"] = in_percent(values.get(f"answers.{at}.tolerance", ""))
    return given


def in_percent(typed: str) -> str:
    """A relative tolerance that was typed; left empty, there is none."""
    return flat.read_number(typed, percent=True) if typed.strip() else "0"


def new() -> Flat:
    return {**flat.rows("answers", [{"fraction": "100"}]), **flat.rows("units", [])}


_G = Spec(
    answers=[
        Accepted(value=Decimal("9.81"), tolerance=Decimal("0.05"), feedback="Yes."),
        Accepted(low=Decimal(9), high=Decimal(11), fraction=Decimal("0.5"), feedback="Roughly."),
    ],
    unit="m/s²",
    feedback_otherwise="Drop something.",
)
_UNITS = Spec(
    answers=[Accepted(value=Decimal("9.81"), tolerance=Decimal("0.05"))],
    unit="m/s²",
    units=[Unit(name="cm/s²", factor=Decimal("0.01")), Unit(name="km/h/s", factor=Decimal(10) / Decimal(36))],
)
_TYPED = _UNITS.model_copy(update={"needs_unit": True})
_SHARE = Spec(answers=[Accepted(value=Decimal(1500), tolerance=Decimal("0.1"), tolerance_kind=Tolerance.RELATIVE)])

KIND = Kind(
    name="numerical",
    label="Numerical",
    icon="hash",
    instruction=later("Type a number."),
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
    examples=(
        Example(_G, Answer(number="9.86"), Mark(ONE, "Yes.")),
        Example(_G, Answer(number="9,76"), Mark(ONE, "Yes.")),
        Example(_G, Answer(number="9.861"), Mark(Decimal("0.5"), "Roughly.")),
        Example(_G, Answer(number="11"), Mark(Decimal("0.5"), "Roughly.")),
        Example(_G, Answer(number="−9.81"), Mark(ZERO, "Drop something.")),
        Example(_G, Answer(number="ten"), Mark(ZERO, UNREADABLE)),
        Example(_G, Answer(), Mark(ZERO)),
        Example(_UNITS, Answer(number="9,81"), Mark(ONE)),
        Example(_UNITS, Answer(number="981 cm/s^2"), Mark(ONE)),
        Example(_UNITS, Answer(number="9.81 m / s²"), Mark(ONE)),
        Example(_UNITS, Answer(number="9.81 cm/s²"), Mark(ZERO)),
        Example(_UNITS, Answer(number="9.81 apples"), Mark(ZERO, UNREADABLE)),
        Example(_TYPED, Answer(number="9.81"), Mark(ZERO, NEEDS_UNIT)),
        Example(_TYPED, Answer(number="9.81m/s2"), Mark(ONE)),
        Example(_SHARE, Answer(number="1.35e3"), Mark(ONE)),
        Example(_SHARE, Answer(number="3300/2"), Mark(ONE)),
        Example(_SHARE, Answer(number="1,651.0"), Mark(ZERO)),
    ),
)
