"""What a search says."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """A piece of a text; `hit` where it is what was looked for."""

    text: str
    hit: bool


@dataclass(frozen=True, slots=True)
class Hit:
    """`kind` is course, lesson, quiz, assignment, question, thread or person; `where` the course it is in, or an address."""

    kind: str
    title: list[Words]
    where: str
    extract: list[Words]
    url: str


@dataclass(frozen=True, slots=True)
class Found:
    """The best first. `more` when there were more than are told."""

    hits: list[Hit]
    more: bool
