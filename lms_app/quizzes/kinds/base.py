"""What every question kind says of itself. One kind is one module of this folder that ends in `KIND = Kind(...)`.

A kind knows what an answer is worth; when a student may learn it is a setting of the quiz, never of the kind.
"""

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from random import Random
from secrets import token_hex
from typing import Annotated, Any, Generic, TypeVar

import reflex as rx
from pydantic import BaseModel, ConfigDict, Field
from reflex.vars import ObjectVar

from lms_app.core import text

S = TypeVar("S", bound=BaseModel)
A = TypeVar("A", bound=BaseModel)
T = TypeVar("T")

ZERO, ONE = Decimal(0), Decimal(1)
OPTIONS_MAX = 26
KEYS = "ABCDE"
TEXT_MAX = 10_000


class _Shown:
    """Marks a field of a Spec that a student may see before the quiz says so. Everything else is the key."""

    def __repr__(self) -> str:
        return "SHOWN"


SHOWN = _Shown()
Shown = Annotated[T, SHOWN]


class _Percent:
    """Marks a share 0..1 that authors write in percent."""

    def __repr__(self) -> str:
        return "PERCENT"


PERCENT = _Percent()

# A weight of -1 takes back what one full right option gives.
Weight = Annotated[Decimal, Field(ge=-1, le=1, allow_inf_nan=False), PERCENT]
Share = Annotated[Decimal, Field(ge=0, le=1, allow_inf_nan=False), PERCENT]
Shape = ObjectVar[dict[str, Any]]
Flat = dict[str, str]  # what a form holds: names of inputs and their texts (`flat.py`)
Form = ObjectVar[Flat]
Markdown = Annotated[str, Field(max_length=TEXT_MAX)]
Id = Annotated[str, Field(min_length=1, max_length=40)]


class SpecModel(BaseModel):
    """Base of what an author writes, the key included. It never leaves the server as a whole."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class AnswerModel(BaseModel):
    """Base of what a student sends: strict types, nothing extra. Every field has an empty default, the blank answer."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


def new_option_id() -> str:
    """Random, so that it tells nothing about the order in which the author wrote the options."""
    return token_hex(4)


class Option(SpecModel):
    """One choice. `fraction` is what picking it is worth: the key of the question."""

    id: Shown[Id] = Field(default_factory=new_option_id)
    text: Shown[Annotated[str, Field(min_length=1, max_length=TEXT_MAX)]]
    fraction: Weight = ZERO
    feedback: Markdown = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """What an answer is worth: `fraction` 0..1, or None while a person has to look. `feedback` is Markdown."""

    fraction: Decimal | None
    feedback: str = ""


@dataclass(frozen=True, slots=True)
class Example(Generic[S, A]):
    """A spec, an answer, and the mark it gets: documentation, and a test of the kind."""

    spec: S
    answer: A
    mark: Mark


def _no_draw(spec: Any, rng: Random) -> list[str]:
    return []


def _as_is(spec: S, drawn: Sequence[str]) -> S:
    return spec


def as_written(spec: Any, stem: str) -> str:
    return stem


def _nothing(answer: Any) -> str:
    return ""


def _no_files(spec: Any) -> None:
    return None


def _no_names(answer: Any) -> list[str]:
    return []


def _no_warnings(spec: Any) -> list[str]:
    return []


def _same_name(name: str) -> str:
    return name


@dataclass(frozen=True, slots=True)
class Takes:
    """How many files an answer may have, and of which types (`core.filetypes`; without any, all)."""

    files_max: int
    types: Sequence[str]


@dataclass(frozen=True, slots=True)
class Kind(Generic[S, A]):
    """A question kind.

    For the student. `instruction` tells what to do. `draw` is what one attempt gets of its own and keeps, as texts: ids
    in a shuffled order, values of variables; empty where there is nothing to draw. It happens where the quiz shuffles,
    or always when the draw is the question itself (`always_drawn`). `settle` gives the spec as that attempt has it, and
    every other function is called with a settled one; `stem` puts what was drawn into the question's Markdown.
    `prompt(spec, drawn)` is all that the browser sees of the spec, with nothing drawn as written; `summarise` and
    `solution` are plain text; `read_as` says how an answer was understood where that may surprise. `widget(prompt,
    value)` draws uncontrolled inputs whose names are the fields of `Answer` (`pairs.a` is the entry `a` of `pairs`).

    For the author. `form(values, errors)` draws uncontrolled inputs with flat names; `to_form` and `from_form` go between
    a spec and those (a wrong one comes out as a spec that its model refuses); `where` says which input a field of the
    spec is; `new` is a form to begin with; `warn` are sentences about what is allowed but may not be meant.

    One that is not `counted` is a text between the questions: no number, no points, no answer. Of one `by_hand` a
    person gives the marks, and its `solution` is for that person, too. `takes` says which files an answer may have,
    None for none at all, and `files` which it has, each as `id/name`.
    """

    name: str
    label: str
    icon: str
    instruction: str
    Spec: type[S]
    Answer: type[A]
    is_blank: Callable[[A], bool]
    prompt: Callable[[S, Sequence[str]], dict[str, Any]]
    grade: Callable[[S, A], Mark]
    summarise: Callable[[S, A], str]
    solution: Callable[[S], str]
    widget: Callable[[Shape, Shape], rx.Component]
    form: Callable[[Form, Form], rx.Component]
    to_form: Callable[[S], Flat]
    from_form: Callable[[Mapping[str, str]], dict[str, Any]]
    new: Callable[[], Flat]
    examples: tuple[Example[S, A], ...]
    draw: Callable[[S, Random], list[str]] = _no_draw
    settle: Callable[[S, Sequence[str]], S] = _as_is
    stem: Callable[[S, str], str] = as_written
    read_as: Callable[[A], str] = _nothing
    warn: Callable[[S], list[str]] = _no_warnings
    where: Callable[[str], str] = _same_name
    always_drawn: bool = False
    counted: bool = True
    by_hand: bool = False
    takes: Callable[[S], Takes | None] = _no_files
    files: Callable[[A], list[str]] = _no_names


def clamp(fraction: Decimal) -> Decimal:
    return min(max(fraction, ZERO), ONE)


def options_wrong(options: Sequence[Option]) -> str:
    """What is wrong with a list of options, as a sentence; empty when nothing is."""
    if len({option.id for option in options}) < len(options):
        return "Two options have the same id."
    return ""


def shuffled(options: Sequence[Option], rng: Random) -> list[str]:
    ids = [option.id for option in options]
    rng.shuffle(ids)
    return ids


def in_order(options: Sequence[Option], order: Sequence[str]) -> list[Option]:
    """Options as `order` wants them. Ids it does not know come last as written, ids without an option are left out."""
    place = {option_id: number for number, option_id in enumerate(order)}
    return sorted(options, key=lambda option: place.get(option.id, len(place)))


def shown_options(options: Sequence[Option], order: Sequence[str]) -> list[dict[str, str]]:
    """The options for the browser, the first five with the key that chooses them; F, J and K mean something else."""
    return [
        {"id": option.id, "html": inline_html(option.text), "key": KEYS[number : number + 1]}
        for number, option in enumerate(in_order(options, order))
    ]


@lru_cache(maxsize=8192)
def inline_html(markdown: str) -> str:
    """Sanitised HTML of a short text; one single paragraph comes without its `<p>`, to stand inside a label."""
    html = text.to_html(markdown).strip()
    inner = html.removeprefix("<p>").removesuffix("</p>")
    return inner if html.startswith("<p>") and html.endswith("</p>") and "<p>" not in inner else html


def normal(typed: str) -> str:
    """What was typed, in one Unicode form and without the blanks around it."""
    return unicodedata.normalize("NFC", typed).strip()
