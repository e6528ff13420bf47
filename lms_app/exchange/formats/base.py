"""What every format of questions hands over: questions as our kinds know them, and what it found on the way."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol


class Weight(StrEnum):
    ERROR = "error"  # not in the format's grammar: nothing of the file is imported
    UNSUPPORTED = "unsupported"  # right, but we have no such thing yet: imported only without it, when asked to
    NOTE = "note"  # imported, and something small stays behind or reads differently


@dataclass(frozen=True, slots=True)
class Finding:
    """Something about one place of a file, as a sentence. `about` names the question, empty where it has no name."""

    line: int
    weight: Weight
    reason: str
    about: str = ""


@dataclass(frozen=True, slots=True)
class ReadQuestion:
    """A question in the terms of `quizzes.kinds`: Markdown, and a spec that is not checked yet."""

    line: int
    name: str
    kind: str
    stem: str
    spec: Mapping[str, Any]
    feedback: str = ""


@dataclass(frozen=True, slots=True)
class QuestionFile:
    questions: tuple[ReadQuestion, ...]
    findings: tuple[Finding, ...]


class QuestionFormat(Protocol):
    """One module per format offers this. `read` never raises for what is written in the file: it lists it."""

    def __call__(self, text: str) -> QuestionFile: ...
