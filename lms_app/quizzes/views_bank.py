"""What the outside may see of a course's question bank."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from lms_app.quizzes.views import QuestionView
from lms_app.web.views import Choice


@dataclass(frozen=True, slots=True)
class BankRow:
    """A question in the list of a bank. `category` is its path, `quizzes` how many ask it."""

    id: str
    text: str
    kind: str
    points: str
    category: str
    tags: list[str]
    difficulty: str
    quizzes: int
    changed: str


@dataclass(frozen=True, slots=True)
class BankView:
    """One window of a course's questions, and what they can be found by and put into."""

    slug: str
    course: str
    total: int
    rows: list[BankRow]
    categories: list[Choice]
    tags: list[str]
    quizzes: list[Choice]


NO_BANK = BankView(slug="", course="", total=0, rows=[], categories=[], tags=[], quizzes=[])


@dataclass(frozen=True, slots=True)
class BankFile:
    """A file of a question: its address in the texts, its name, and the hash that its bytes are under."""

    address: str
    name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class BankQuestion:
    """A question with its key and all it has, for whoever may write it. `category` are names, from the top."""

    id: str
    kind: str
    points: Decimal
    stem: str
    spec: dict[str, Any]
    feedback: str
    hints: list[str]
    penalty: Decimal
    category: list[str]
    tags: list[str]
    difficulty: str
    files: list[BankFile]


@dataclass(frozen=True, slots=True)
class QuestionUse:
    """A quiz that `asks` a question now, or has asked it: in how many attempts."""

    quiz_id: str
    title: str
    asks: bool
    attempts: int
    url: str


@dataclass(frozen=True, slots=True)
class TryView:
    """A question to be tried out. `version` and `drawn` come back with the answer."""

    question: QuestionView
    version: int
    drawn: list[str]


@dataclass(frozen=True, slots=True)
class Tried:
    """What an answer that was tried out is worth. `points` is None where a person would have to look."""

    outcome: str
    points: Decimal | None
    points_max: Decimal
    answer: str
    read_as: str
    solution: str
    feedback_html: str
    general_html: str
