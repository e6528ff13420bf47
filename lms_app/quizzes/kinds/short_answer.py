r"""Short answer: a few typed words, compared with patterns in which `*` stands for anything.

The first pattern that matches wins, so narrow ones come before wide ones. `\*` is a star itself. Matching takes time
in proportion to the lengths of pattern and answer: there is no regular expression that could backtrack.
Source of the rule: Moodle `qtype_shortanswer`.
"""

import re
import unicodedata
from collections.abc import Sequence
from decimal import Decimal
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
    SpecModel,
    normal,
)
from lms_app.quizzes.kinds.inputs import line

ANSWER_MAX = 1000
_PART = re.compile(r"\\\*|\*|[^\\*]+|\\")


class Accepted(SpecModel):
    text: Annotated[str, Field(min_length=1, max_length=ANSWER_MAX)]
    fraction: Share = ONE
    feedback: Markdown = ""


class Spec(SpecModel):
    answers: Annotated[list[Accepted], Field(min_length=1, max_length=100)]
    case_sensitive: bool = False
    feedback_otherwise: Markdown = ""

    @model_validator(mode="after")
    def _can_be_solved(self) -> "Spec":
        if not any(accepted.fraction == ONE for accepted in self.answers):
            raise ValueError("Give at least one answer full points.")
        return self


class Answer(AnswerModel):
    text: Annotated[str, Field(max_length=ANSWER_MAX)] = ""


def is_blank(answer: Answer) -> bool:
    return not answer.text.strip()


def prompt(spec: Spec, order: Sequence[str]) -> dict[str, Any]:
    return {"options": []}


def grade(spec: Spec, answer: Answer) -> Mark:
    if is_blank(answer):
        return Mark(ZERO)
    for accepted in spec.answers:
        if matches(accepted.text, answer.text, case_sensitive=spec.case_sensitive):
            return Mark(accepted.fraction, accepted.feedback)
    return Mark(ZERO, spec.feedback_otherwise)


def matches(pattern: str, typed: str, *, case_sensitive: bool) -> bool:
    """Whether the whole of `typed` fits `pattern`; blanks around either do not count."""
    pieces = [_folded(piece, case_sensitive) for piece in _pieces(normal(pattern))]
    subject = _folded(normal(typed), case_sensitive)
    first, *rest = pieces
    if not rest:
        return subject == first
    *middle, last = rest
    if len(subject) < len(first) + len(last) or not subject.startswith(first) or not subject.endswith(last):
        return False
    at, end = len(first), len(subject) - len(last)
    for piece in middle:
        # The leftmost place leaves the most room for what follows, so it never has to be taken back.
        found = subject.find(piece, at, end)
        if found < 0:
            return False
        at = found + len(piece)
    return True


def _pieces(pattern: str) -> list[str]:
    """The texts between the stars: `a*b` is ["a", "b"], `*` is ["", ""]."""
    pieces = [""]
    for part in _PART.findall(pattern):
        if part == "*":
            pieces.append("")
        else:
            pieces[-1] += "*" if part == r"\*" else part
    return pieces


def _folded(text: str, case_sensitive: bool) -> str:
    return text if case_sensitive else unicodedata.normalize("NFC", text.casefold())


def summarise(spec: Spec, answer: Answer) -> str:
    return answer.text.strip()


def solution(spec: Spec) -> str:
    """The first full answer, as one would type it: stars at its ends are left out, those within stay as an ellipsis."""
    full = next(accepted.text for accepted in spec.answers if accepted.fraction == ONE)
    return "…".join(_pieces(normal(full))).strip("… ") or "Any answer"


def widget(prompt: Shape, value: Shape) -> rx.Component:
    return line("text", "Your answer", value["text"].to(str), max_length=ANSWER_MAX)


_SPEC = Spec(
    answers=[
        Accepted(text="quadrat*", feedback="Yes."),
        Accepted(text="quadrant*", fraction=Decimal("0.5"), feedback="Close."),
        Accepted(text="*square*", fraction=Decimal("0.25")),
    ],
    feedback_otherwise="It comes from the Latin for square.",
)
_STAR = Spec(answers=[Accepted(text=r"a\*b"), Accepted(text="a*b", fraction=Decimal("0.5"))], case_sensitive=True)

KIND = Kind(
    name="short_answer",
    label="Short answer",
    icon="text-cursor-input",
    instruction="Type a short answer.",
    Spec=Spec,
    Answer=Answer,
    is_blank=is_blank,
    prompt=prompt,
    grade=grade,
    summarise=summarise,
    solution=solution,
    widget=widget,
    examples=(
        Example(_SPEC, Answer(text="  Quadrats "), Mark(ONE, "Yes.")),
        Example(_SPEC, Answer(text="quadrant"), Mark(Decimal("0.5"), "Close.")),
        Example(_SPEC, Answer(text="a square of wire"), Mark(Decimal("0.25"))),
        Example(_SPEC, Answer(text="transect"), Mark(ZERO, "It comes from the Latin for square.")),
        Example(_SPEC, Answer(text=" "), Mark(ZERO)),
        Example(_STAR, Answer(text="a*b"), Mark(ONE)),
        Example(_STAR, Answer(text="a or b"), Mark(Decimal("0.5"))),
        Example(_STAR, Answer(text="A*B"), Mark(ZERO)),
        Example(Spec(answers=[Accepted(text="café")]), Answer(text="CAFE\u0301"), Mark(ONE)),
    ),
)
