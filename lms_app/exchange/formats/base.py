"""What every format of questions hands over: questions as our kinds know them, and what it found on the way."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any, Protocol

from lms_app.exchange import html
from lms_app.quizzes.kinds.base import new_option_id


class Weight(StrEnum):
    ERROR = "error"  # not in the format's grammar: nothing of the file is imported
    UNSUPPORTED = "unsupported"  # right, but we have no such thing yet: imported only without it, when asked to
    NOTE = "note"  # imported, and something small stays behind or reads differently


@dataclass(frozen=True, slots=True)
class Finding:
    """Something about one place of a file, as a sentence. `about` names the question, empty where it has no name.

    `path` is the file within a package; empty where there is only one.
    """

    line: int
    weight: Weight
    reason: str
    about: str = ""
    path: str = ""


@dataclass(frozen=True, slots=True)
class Embedded:
    """A file that a question brought along. Its texts name it by `address`, which nothing answers until it is stored."""

    address: str
    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class ReadQuestion:
    """A question in the terms of `quizzes.kinds`: Markdown, and a spec that is not checked yet.

    `category` are the names of its folder and all above it, from the top.
    """

    line: int
    name: str
    kind: str
    stem: str
    spec: Mapping[str, Any]
    feedback: str = ""
    points: Decimal = Decimal(1)
    hints: tuple[str, ...] = ()
    penalty: Decimal = Decimal("0.25")
    category: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    difficulty: str = ""
    files: tuple[Embedded, ...] = ()


@dataclass(frozen=True, slots=True)
class QuestionFile:
    questions: tuple[ReadQuestion, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Written:
    """A file for others, and what it could not say. The line of a finding is the number of its question."""

    text: str
    findings: tuple[Finding, ...] = ()
    package: bytes = b""  # in place of the text, where a format is a package of files


class QuestionFormat(Protocol):
    """One module per format offers this. `read` never raises for what is written in the file: it lists it."""

    @property
    def NAME(self) -> str: ...

    @property
    def SUFFIX(self) -> str: ...

    @property
    def sniff(self) -> Callable[[str], bool]: ...

    @property
    def read(self) -> Callable[[str], QuestionFile]: ...

    @property
    def write(self) -> Callable[[Sequence[ReadQuestion]], Written]: ...


# ---- What the formats share

WORDS_MAX = 58
_ROOTS = re.compile(r"\$(?:course|cat\d+|module|system|coursecat)\d*\$")
_LEVEL = re.compile(r"difficulty:\s?(easy|medium|hard)", re.IGNORECASE)


def first_words(text: str) -> str:
    words = " ".join(text.replace(html.BLANK, "_____").split())
    return words[: WORDS_MAX - 1] + "…" if len(words) > WORDS_MAX else words


def to_markdown(text: str, format: str) -> tuple[str, list[str]]:
    """A text of another system as Markdown, and what is said about it. `format` is moodle, html, markdown or plain."""
    if format == "markdown":
        return text.replace(html.BLANK, html.LINE), []
    if format == "plain":
        return html.from_plain(text), []
    made = html.from_html(text) if format == "html" else html.from_mixed(text)
    said = [
        f"The picture {image[:200] or 'without an address'} is not in the file: only its words are kept."
        for image in made.images
        if not image.startswith("/files/")
    ]
    return made.markdown, said + [f"Left out: {lost}." for lost in made.lost]


def category_of(path: str) -> tuple[str, ...]:
    """The names of a category as Moodle writes it: `$course$/top/Energy/Food webs`; `//` is a sign of a name."""
    parts = [" ".join(part.replace("\0", "/").split()) for part in path.replace("//", "\0").split("/")]
    if parts and _ROOTS.fullmatch(parts[0]):
        parts = parts[1:]
        parts = parts[1:] if parts and parts[0] == "top" else parts
    return tuple(part for part in parts if part)


def category_path(names: Sequence[str]) -> str:
    return "/".join(["$course$", "top", *(name.replace("/", "//") for name in names)])


def labels_of(words: Sequence[str]) -> tuple[tuple[str, ...], str]:
    """Tags, and the difficulty where one of them says it."""
    levels = [match[1].lower() for word in words if (match := _LEVEL.fullmatch(word.strip()))]
    tags = tuple(word.strip() for word in words if word.strip() and not _LEVEL.fullmatch(word.strip()))
    return tags, levels[0] if levels else ""


def labels_for(question: ReadQuestion) -> list[str]:
    return [*question.tags, *([f"difficulty:{question.difficulty}"] if question.difficulty else [])]


def with_otherwise(answers: list[dict[str, Any]]) -> dict[str, Any]:
    """Accepted texts, where a last `*` that is worth nothing is the feedback to all other answers."""
    if len(answers) > 1 and answers[-1]["text"] == "*" and not answers[-1]["fraction"]:
        return {"answers": answers[:-1], "feedback_otherwise": answers[-1]["feedback"]}
    return {"answers": answers}


def matching_spec(pairs: Sequence[tuple[str, str]], others: Sequence[str], feedback: str = "") -> dict[str, Any]:
    """The same match is one choice; `others` match nothing."""
    choices: dict[str, dict[str, str]] = {}
    for said in [*(match for _, match in pairs), *others]:
        choices.setdefault(" ".join(said.split()), {"id": new_option_id(), "text": said})
    items = [{"text": item, "match": choices[" ".join(match.split())]["id"]} for item, match in pairs]
    return {"items": items, "choices": list(choices.values()), "feedback": feedback}


def single_problem(fractions: Sequence[Decimal]) -> str:
    return "No answer is worth 100 %, so nobody could get full points." if max(fractions, default=0) < 1 else ""


def several_problem(fractions: Sequence[Decimal]) -> str:
    right = sum((fraction for fraction in fractions if fraction > 0), Decimal(0))
    if 0 < right < Decimal("0.999"):
        return "The weights of the right answers do not add up to 100 %, so nobody could get full points."
    return ""


def typed_problem(fractions: Sequence[Decimal]) -> str:
    if min(fractions, default=Decimal(0)) < 0:
        return "A weight below 0 takes points away. Typed answers cannot do that here."
    return single_problem(fractions)
