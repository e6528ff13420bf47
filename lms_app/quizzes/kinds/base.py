"""What every question kind says of itself. One kind is one module of this folder that ends in `KIND = Kind(...)`.

A kind knows what an answer is worth; when a student may learn it is a setting of the quiz, never of the kind.
"""

import unicodedata
from collections.abc import Callable, Sequence
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

# A weight of -1 takes back what one full right option gives.
Weight = Annotated[Decimal, Field(ge=-1, le=1, allow_inf_nan=False)]
Share = Annotated[Decimal, Field(ge=0, le=1, allow_inf_nan=False)]
Shape = ObjectVar[dict[str, Any]]
Markdown = Annotated[str, Field(max_length=TEXT_MAX)]


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

    id: Shown[Annotated[str, Field(min_length=1, max_length=40)]] = Field(default_factory=new_option_id)
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


@dataclass(frozen=True, slots=True)
class Kind(Generic[S, A]):
    """A question kind.

    `instruction` tells the student what to do; `arrange` gives option ids in a shuffled order, empty where there is
    nothing to shuffle; `prompt(spec, order)` is all that the browser sees of the spec, with an empty `order` as written;
    `summarise` and `solution` are plain text; `read_as` says how an answer was understood where that may surprise.
    `widget(prompt, value)` draws uncontrolled inputs whose names are the fields of `Answer`.
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
    examples: tuple[Example[S, A], ...]
    arrange: Callable[[S, Random], list[str]] = lambda _spec, _rng: []
    read_as: Callable[[A], str] = lambda _answer: ""


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
