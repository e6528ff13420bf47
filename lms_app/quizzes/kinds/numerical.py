"""Numerical: a typed number, right within a tolerance or a range.

Numbers are exact fractions from the first character to the comparison, so nothing is rounded on the way. `1,5`, `1.5e3`,
`1 500` and `3/4` are understood, and the student is told how. Both ends of a tolerance and of a range count as right.
"""

import re
from collections.abc import Sequence
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Annotated, Any

import reflex as rx
from pydantic import Field, model_validator

from lms_app.quizzes.kinds.base import (
    ONE,
    ZERO,
    AnswerModel,
    Example,
    Kind,
    Mark,
    Markdown,
    Shape,
    Share,
    Shown,
    SpecModel,
)
from lms_app.quizzes.kinds.inputs import line

NUMBER_MAX = 60
EXPONENT_MAX = 300  # beyond a float's range nobody means it, and a power of ten as an integer grows without end
UNREADABLE = "We cannot read this as a number. Write it like 2.5, 1.5e3 or 3/4."

_SIGNS = str.maketrans({"−": "-", "–": "-", "+": "+", "×": "x", "*": "x"})
_BLANKS = re.compile(r"[\s\u00a0\u2009\u202f'’]")
_DECIMAL = re.compile(r"([+-]?)(\d+(?:\.\d*)?|\.\d+)(?:(?:[eE]|x10\^)([+-]?\d{1,4}))?")

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


class Spec(SpecModel):
    answers: Annotated[list[Accepted], Field(min_length=1, max_length=100)]
    unit: Shown[Annotated[str, Field(max_length=40)]] = ""
    feedback_otherwise: Markdown = ""

    @model_validator(mode="after")
    def _can_be_solved(self) -> "Spec":
        if not any(accepted.fraction == ONE for accepted in self.answers):
            raise ValueError("Give at least one answer full points.")
        return self


class Answer(AnswerModel):
    """What was typed, kept as typed: a number that cannot be read is not lost."""

    number: Annotated[str, Field(max_length=NUMBER_MAX)] = ""


def is_blank(answer: Answer) -> bool:
    return not answer.number.strip()


def prompt(spec: Spec, order: Sequence[str]) -> dict[str, Any]:
    return {"options": [], "unit": spec.unit}


def grade(spec: Spec, answer: Answer) -> Mark:
    if is_blank(answer):
        return Mark(ZERO)
    number = read(answer.number)
    if number is None:
        return Mark(ZERO, UNREADABLE)
    for accepted in spec.answers:
        low, high = accepted.bounds
        if low <= number <= high:
            return Mark(accepted.fraction, accepted.feedback)
    return Mark(ZERO, spec.feedback_otherwise)


def read(typed: str) -> Fraction | None:
    """The number that was typed, or None. Never raises, and never takes long."""
    if len(typed) > NUMBER_MAX:
        return None
    plain = _BLANKS.sub("", typed).translate(_SIGNS)
    above, slash, below = plain.partition("/")
    if not slash:
        return _decimal(above)
    numerator, denominator = _decimal(above), _decimal(below)
    return numerator / denominator if numerator is not None and denominator else None


def _decimal(plain: str) -> Fraction | None:
    match = _DECIMAL.fullmatch(_with_point(plain))
    if match is None:
        return None
    sign, digits, exponent = match.groups()
    power = int(exponent or 0)
    if abs(power) > EXPONENT_MAX:
        return None
    number = Fraction(digits.removesuffix(".")) * Fraction(10) ** power
    return -number if sign == "-" else number


def _with_point(plain: str) -> str:
    """Commas become points or go: one comma alone is a decimal comma; beside a point, the later sign is the decimal."""
    commas, points = plain.count(","), plain.count(".")
    if commas == 1 and not points:
        return plain.replace(",", ".")
    if commas and plain.rfind(".") > plain.rfind(",") and _grouped(plain, ","):
        return plain.replace(",", "")
    if commas == 1 and points and _grouped(plain.replace(",", "#"), "."):
        return plain.replace(".", "").replace(",", ".")
    if commas > 1 and not points and _grouped(plain, ","):
        return plain.replace(",", "")
    return plain


def _grouped(plain: str, separator: str) -> bool:
    """Whether `separator` parts the whole digits in threes, as in 1,234,567."""
    whole = re.match(rf"[+-]?(\d{{1,3}}(?:{re.escape(separator)}\d{{3}})+)(?!\d)", plain)
    return whole is not None and separator not in plain[whole.end() :]


def written(number: Fraction) -> str:
    """A number as people write it: `1.5`, `0.75`, `1/3` where no decimal is exact, `1.5e+20` where it is long."""
    below = number.denominator
    for prime in (2, 5):
        while below % prime == 0:
            below //= prime
    if below != 1:
        return f"{number.numerator}/{number.denominator}"
    # Exact: the precision is that of the longest number one can type, not the context's 28 digits.
    places = 0
    while (number * 10**places).denominator != 1:
        places += 1
    exact = Decimal(int(number * 10**places)).scaleb(-places)
    return f"{exact:f}" if len(f"{exact:f}") <= 24 else f"{exact:e}"


def read_as(answer: Answer) -> str:
    if is_blank(answer):
        return ""
    number = read(answer.number)
    return UNREADABLE if number is None else f"Read as {written(number)}"


def summarise(spec: Spec, answer: Answer) -> str:
    return _with_unit(answer.number.strip(), spec) if not is_blank(answer) else ""


def solution(spec: Spec) -> str:
    full = next(accepted for accepted in spec.answers if accepted.fraction == ONE)
    if full.value is None:
        low, high = full.bounds
        return _with_unit(f"{written(low)} to {written(high)}", spec)
    value = written(Fraction(full.value))
    if not full.tolerance:
        return _with_unit(value, spec)
    if full.tolerance_kind is Tolerance.RELATIVE:
        return f"{_with_unit(value, spec)} ± {written(Fraction(full.tolerance) * 100)} %"
    return _with_unit(f"{value} ± {written(Fraction(full.tolerance))}", spec)


def _with_unit(number: str, spec: Spec) -> str:
    return f"{number} {spec.unit}".strip()


def widget(prompt: Shape, value: Shape) -> rx.Component:
    unit = prompt["unit"].to(str)
    return line("number", "Your answer", value["number"].to(str), max_length=NUMBER_MAX, mode="decimal", unit=unit)


_G = Spec(
    answers=[
        Accepted(value=Decimal("9.81"), tolerance=Decimal("0.05"), feedback="Yes."),
        Accepted(low=Decimal(9), high=Decimal(11), fraction=Decimal("0.5"), feedback="Roughly."),
    ],
    unit="m/s²",
    feedback_otherwise="Drop something.",
)
_SHARE = Spec(answers=[Accepted(value=Decimal(1500), tolerance=Decimal("0.1"), tolerance_kind=Tolerance.RELATIVE)])

KIND = Kind(
    name="numerical",
    label="Numerical",
    icon="hash",
    instruction="Type a number.",
    Spec=Spec,
    Answer=Answer,
    is_blank=is_blank,
    prompt=prompt,
    grade=grade,
    summarise=summarise,
    solution=solution,
    read_as=read_as,
    widget=widget,
    examples=(
        Example(_G, Answer(number="9.86"), Mark(ONE, "Yes.")),
        Example(_G, Answer(number="9,76"), Mark(ONE, "Yes.")),
        Example(_G, Answer(number="9.861"), Mark(Decimal("0.5"), "Roughly.")),
        Example(_G, Answer(number="11"), Mark(Decimal("0.5"), "Roughly.")),
        Example(_G, Answer(number="−9.81"), Mark(ZERO, "Drop something.")),
        Example(_G, Answer(number="ten"), Mark(ZERO, UNREADABLE)),
        Example(_G, Answer(), Mark(ZERO)),
        Example(_SHARE, Answer(number="1.35e3"), Mark(ONE)),
        Example(_SHARE, Answer(number="3300/2"), Mark(ONE)),
        Example(_SHARE, Answer(number="1,651.0"), Mark(ZERO)),
    ),
)
