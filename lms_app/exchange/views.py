"""What an import tells whoever started it. Nothing that was in the file is missing from its report."""

from dataclasses import dataclass, field
from enum import StrEnum

from lms_app.core.diff import Piece
from lms_app.exchange.formats.base import Finding
from lms_app.web.views import Choice

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
    """The course that questions come into. `place` is where files for it are sent, up to `mib` each."""

    slug: str
    course: str
    place: str
    mib: int


NO_DESK = ImportDesk(slug="", course="", place="", mib=0)


@dataclass(frozen=True, slots=True)
class ExportedQuestions:
    """A file for others, and what it could not say: the line of a finding is the number of its question."""

    name: str
    media_type: str
    text: str
    count: int
    findings: list[Finding]
    package: bytes = b""  # of a format that is one

    @property
    def content(self) -> bytes:
        return self.package or self.text.encode()


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
class QuizLine:
    """A quiz that was made of exercises in a page, or of a file of quizzes, and where it begins there."""

    title: str
    path: str
    line: int
    questions: int


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
    quizzes: tuple[QuizLine, ...] = ()


@dataclass(frozen=True, slots=True)
class PackageReport:
    """A package of a whole course: what it is, what is in it, what becomes of it.

    `course_id` and `slug` are empty until it is a course; `known` says that it was one already, and nothing changed.
    """

    format: str
    title: str
    counts: list[KindCount]
    modules: list[ModuleLine]
    findings: list[Finding]
    kinds: list[KindCount]  # of questions, those in quizzes and those that no quiz asks
    course_id: str = ""
    slug: str = ""
    known: bool = False


# ---- Jobs


@dataclass(frozen=True, slots=True)
class ModuleCount:
    title: str
    many: int  # items


@dataclass(frozen=True, slots=True)
class Preview:
    """What a file is, what is in it, and what would become of it.

    `makes` is course or questions. `blocked` says why nothing of it comes in, and `skippable` that the rest could.
    `added` and `known` count questions: those that come into the bank, and those that are there word for word. `there` is
    the address of the course that was made of the same file. Long lists are cut: `more_findings` and `more_modules` say
    how many are not here.
    """

    format: str
    makes: str
    title: str
    counts: list[KindCount]
    kinds: list[KindCount]
    modules: list[ModuleCount]
    findings: list[Finding]
    weights: dict[str, int]  # how many findings there are of each weight
    more_findings: int = 0
    more_modules: int = 0
    blocked: str = ""
    skippable: bool = False
    added: int = 0
    known: int = 0
    there: str = ""


@dataclass(frozen=True, slots=True)
class ImportView:
    """An import on its way. Ask again while it is `busy`; `preview` comes when the file was looked at.

    `course` is the address of the course that the questions go to, empty for a new course or while none is chosen.
    `url` is where it went, once it is done; `unchanged` says that everything was there already.
    """

    id: str
    name: str
    size: str
    when: str
    state: str
    percent: int
    busy: bool
    course: str
    course_title: str
    problem: str
    url: str
    added: int
    unchanged: bool
    preview: Preview | None


@dataclass(frozen=True, slots=True)
class ImportRow:
    """One of the last imports of somebody."""

    id: str
    name: str
    state: str
    when: str
    goes_to: str


@dataclass(frozen=True, slots=True)
class PackageDesk:
    """The page that takes packages: where they are sent, how large one may be, and the last ones."""

    place: str
    mib: int
    past: list[ImportRow]


@dataclass(frozen=True, slots=True)
class PackageJob:
    """An import as its page shows it: a window of its findings from `at` on, and the courses that may take questions."""

    view: ImportView
    total: int
    at: int
    courses: list[Choice]
    problem: str = ""


@dataclass(frozen=True, slots=True)
class ExportView:
    """A file on its way out. `url` is where it can be fetched, once it is done; `findings` is what it could not say."""

    id: str
    name: str
    when: str
    state: str
    percent: int
    busy: bool
    course: str
    format: str
    count: int
    size_bytes: int
    problem: str
    url: str
    findings: list[Finding]


# ---- The course tree


@dataclass(frozen=True, slots=True)
class TreeChange:
    """One thing that an import of a tree does: `fate` is added, changed, removed or conflict.

    `ours` is what the course says and `theirs` what the tree says; empty where a side has it not. They are there for
    conflicts, and for all changes where somebody asks for texts.
    """

    key: str
    kind: str
    title: str
    fate: str
    path: str
    ours: str = ""
    theirs: str = ""


@dataclass(frozen=True, slots=True)
class TreeReport:
    """What an import of a tree would do, or did. `problems` are `path:line: sentence`; with one nothing is imported.

    `kept` counts what only the course changed since the export; `left` are files that belong to nothing. `base` is what
    `.lectern/base.json` says from then on, `url` where the course is, `notes` what of the tree could not become so; they
    are empty before the import. `seen` says what the course was when somebody looked.
    """

    slug: str
    title: str
    is_new: bool
    changes: list[TreeChange]
    conflicts: int
    kept: int
    left: list[str]
    problems: list[str]
    url: str = ""
    base: str = ""
    notes: list[str] = field(default_factory=list[str])
    seen: str = ""


# ---- The page where a tree comes in


@dataclass(frozen=True, slots=True)
class TreeDesk:
    """The course whose tree comes in; empty for one that is new here. `item` is whom a zip belongs to that is sent."""

    slug: str
    title: str
    item: str


@dataclass(frozen=True, slots=True)
class TreeLine:
    """One change to be read: `changes` from what the course says to what the tree says, word by word.

    `name` is of the choice in the form; `gone` says that one side of a conflict has it no more.
    """

    name: str
    key: str
    kind: str
    title: str
    fate: str
    path: str
    changes: list[Piece]
    gone: bool


@dataclass(frozen=True, slots=True)
class TreeLook:
    """What a tree would do, counted and shown. `unshown` counts changes beyond those in `lines`; for `seen` see TreeReport."""

    slug: str
    title: str
    is_new: bool
    added: int
    changed: int
    removed: int
    conflicts: int
    kept: int
    problems: list[str]
    left: list[str]
    lines: list[TreeLine]
    unshown: int
    seen: str
