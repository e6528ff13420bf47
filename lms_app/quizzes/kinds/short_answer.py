r"""Short answer: a few typed words, compared with patterns in which `*` stands for anything.

The first pattern that matches wins, so narrow ones come before wide ones. `\*` is a star itself. Matching takes time
in proportion to the lengths of pattern and answer: there is no regular expression that could backtrack.
Source of the rule: Moodle `qtype_shortanswer`.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Annotated, Any

import reflex as rx
from pydantic import Field, model_validator

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
    SpecModel,
    normal,
)
from lms_app.quizzes.kinds.inputs import line
from lms_app.web.words import t

ANSWER_MAX = 1000
_PART = re.compile(r"\\\*|\*|[^\\*]+|\\")


class Accepted(SpecModel):
    text: Annotated[str, Field(min_length=1, max_length=ANSWER_MAX)]
    fraction: Share = ONE
    feedback: Markdown = ""


class Spec(SpecModel):
    answers: Annotated[list[Accepted], Field(min_length=1, max_length=100)]
    case_sensitive: bool = False
    accents_matter: bool = True
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
        if matches(accepted.text, answer.text, case_sensitive=spec.case_sensitive, accents_matter=spec.accents_matter):
            return Mark(accepted.fraction, accepted.feedback)
    return Mark(ZERO, spec.feedback_otherwise)


def matches(pattern: str, typed: str, *, case_sensitive: bool, accents_matter: bool = True) -> bool:
    """Whether the whole of `typed` fits `pattern`; blanks around either do not count."""
    pieces = [_folded(piece, case_sensitive, accents_matter) for piece in _pieces(normal(pattern))]
    subject = _folded(normal(typed), case_sensitive, accents_matter)
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


def _folded(text: str, case_sensitive: bool, accents_matter: bool) -> str:
    folded = text if case_sensitive else text.casefold()
    if not accents_matter:
        folded = "".join(sign for sign in unicodedata.normalize("NFD", folded) if not unicodedata.combining(sign))
    return unicodedata.normalize("NFC", folded)


def summarise(spec: Spec, answer: Answer) -> str:
    return answer.text.strip()


def solution(spec: Spec) -> str:
    """The first full answer, as one would type it: stars at its ends are left out, those within stay as an ellipsis."""
    full = next(accepted.text for accepted in spec.answers if accepted.fraction == ONE)
    return "…".join(_pieces(normal(full))).strip("… ") or say("Any answer")


def widget(prompt: Shape, value: Shape) -> rx.Component:
    return line("text", t("Your answer"), value["text"].to(str), max_length=ANSWER_MAX)


# ---- For the author


def form(values: Form, errors: Form) -> rx.Component:
    def answer(row: Any, start: str) -> rx.Component:
        return rx.fragment(
            authoring.line(values, errors, f"{start}text", t("Answer"), max_length=ANSWER_MAX),
            authoring.side_by_side(
                authoring.percent(values, errors, f"{start}fraction", t("Share of the points"), optional=False),
                authoring.feedback(values, errors, f"{start}feedback", t("Feedback for this answer")),
            ),
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
            hint=t(r"* stands for any text, \* for a star. The first answer that fits counts."),
        ),
        authoring.feedback(values, errors, "feedback_otherwise", t("Feedback for any other answer")),
        authoring.switch(values, "case_sensitive", t("Capital letters matter")),
        authoring.switch(values, "accents_matter", t("Accents matter: “cafe” is not “café”")),
    )


def from_form(values: Mapping[str, str]) -> dict[str, Any]:
    return flat.unflatten(values, Spec)


def new() -> Flat:
    return {**flat.rows("answers", [{"fraction": "100"}]), "accents_matter": flat.ON}


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
    instruction=later("Type a short answer."),
    Spec=Spec,
    Answer=Answer,
    is_blank=is_blank,
    prompt=prompt,
    grade=grade,
    summarise=summarise,
    solution=solution,
    widget=widget,
    form=form,
    to_form=flat.flatten,
    from_form=from_form,
    new=new,
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
        Example(Spec(answers=[Accepted(text="café")]), Answer(text="cafe"), Mark(ZERO)),
        Example(Spec(answers=[Accepted(text="café")], accents_matter=False), Answer(text="cafe"), Mark(ONE)),
    ),
)
