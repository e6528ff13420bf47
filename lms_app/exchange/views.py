"""What an import tells whoever started it. Nothing that was in the file is missing from its report."""

from dataclasses import dataclass
from enum import StrEnum

from lms_app.exchange.formats.base import Finding

# ---- Quizzes


@dataclass(frozen=True, slots=True)
class ImportedQuestion:
    line: int
    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class QuizReport:
    """A file of questions that was read; `title`, `quiz_id`, `module` and `url` are empty until it is a quiz.

    `blocked` says why nothing is imported, empty when it can be or was.
    """

    format: str
    title: str
    questions: tuple[ImportedQuestion, ...]
    findings: tuple[Finding, ...]
    blocked: str = ""
    quiz_id: str = ""
    module: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class KindCount:
    kind: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class BankReport:
    """A file of questions on its way into a course's bank: what it is, what is in it, what happens to it.

    `added` come in, or came; `known` are in the bank already, word for word. `blocked` says why nothing comes in.
    """

    format: str
    counts: list[KindCount]
    questions: list[ImportedQuestion]
    findings: list[Finding]
    blocked: str = ""
    skippable: bool = False  # it could come in without the questions that cannot be asked here
    added: int = 0
    known: int = 0
    quiz_id: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class ImportDesk:
    """The course that questions come into."""

    slug: str
    course: str


NO_DESK = ImportDesk(slug="", course="")


@dataclass(frozen=True, slots=True)
class ExportedQuestions:
    """A file for others, and what it could not say: the line of a finding is the number of its question."""

    name: str
    media_type: str
    text: str
    count: int
    findings: list[Finding]


# ---- Courses


class Fate(StrEnum):
    """What became of a file, a picture or a link."""

    LESSON = "lesson"
    STORED = "stored"  # kept here: a picture in its lesson, a file attached to it
    KEPT = "kept"  # a link that leads where it led: the web, mail, a place in the same text
    REMOTE = "remote"  # on another site: nothing is fetched, and nothing is shown from there
    MISSING = "missing"  # named, and not in the tree
    REFUSED = "refused"  # there, and not allowed
    USED = "used"  # read for something else: settings, references
    LEFT = "left"  # not material of a lesson


@dataclass(frozen=True, slots=True)
class FileLine:
    """One file of the tree. `note` says which lesson it became, or why it became none."""

    path: str
    fate: Fate
    note: str


@dataclass(frozen=True, slots=True)
class Reference:
    """One picture or link, at its place. `kind` is image or link."""

    path: str
    line: int
    kind: str
    target: str
    fate: Fate
    note: str = ""


@dataclass(frozen=True, slots=True)
class Repair:
    """A construct that our Markdown does not know. `kept` tells whether its content is in the lesson."""

    path: str
    line: int
    what: str
    done: str
    kept: bool = True


@dataclass(frozen=True, slots=True)
class LessonLine:
    title: str
    path: str
    published: bool
    id: str = ""


@dataclass(frozen=True, slots=True)
class ModuleLine:
    title: str
    lessons: tuple[LessonLine, ...]


@dataclass(frozen=True, slots=True)
class CourseReport:
    """A tree that was read; `course_id` and `slug` are empty until it is a course."""

    layout: str
    title: str
    modules: tuple[ModuleLine, ...]
    files: tuple[FileLine, ...]
    references: tuple[Reference, ...]
    repairs: tuple[Repair, ...]
    course_id: str = ""
    slug: str = ""
