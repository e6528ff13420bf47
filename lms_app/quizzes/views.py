"""What the outside may see of quizzes: frozen values, no rows, and of a question never more than its prompt.

`NO_...` are the empty views that page states start with, so that pages stay free of null checks.
"""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from lms_app.web.views import Choice, FileLink, Packed

# ---- Before an attempt


@dataclass(frozen=True, slots=True)
class PastAttempt:
    """One of the reader's attempts. `score` is a sentence: the marks, or when they show. `url` leads to its results."""

    id: str
    number: int
    state: str
    when: str
    score: str
    url: str


@dataclass(frozen=True, slots=True)
class QuizOverview:
    """A quiz before it is taken. `rules` are sentences; `open_attempt` is the id to go on with, or empty.

    `blocked` says why nothing can be started now, and when it can; empty when it can.
    """

    item_id: str
    slug: str
    course: str
    title: str
    intro_html: str
    rules: list[str]
    questions: int
    points: str
    limit_minutes: int
    attempts_allowed: int
    attempts_left: int
    opens_at: datetime | None
    closes_at: datetime | None
    open_attempt: str
    blocked: str
    is_staff: bool
    grade: str
    attempts: list[PastAttempt]


NO_QUIZ = QuizOverview(
    item_id="",
    slug="",
    course="",
    title="",
    intro_html="",
    rules=[],
    questions=0,
    points="",
    limit_minutes=0,
    attempts_allowed=0,
    attempts_left=0,
    opens_at=None,
    closes_at=None,
    open_attempt="",
    blocked="",
    is_staff=False,
    grade="",
    attempts=[],
)

# ---- During an attempt


@dataclass(frozen=True, slots=True)
class Cell(Packed):
    """A place in the navigator. `label` is the question's number, empty for a text between the questions."""

    number: int
    answered: bool
    flagged: bool
    label: str


@dataclass(frozen=True, slots=True)
class CheckView(Packed):
    """What a question tells during an attempt that checks answers: nothing beyond what its tries have earned.

    `outcome` is of the newest try: correct, partly or incorrect; empty before the first. `settled` once no try is left.
    """

    settled: bool
    outcome: str
    said: str
    feedback_html: str
    hints: list[str]


@dataclass(frozen=True, slots=True)
class QuestionView(Packed):
    """A question as its student may see it: `prompt` is blind to the key. `value` is the answer so far, `seq` its number.

    `number` is its place in the attempt, `label` what it is called there: its number among the questions, empty for a
    text between them. `read_as` says how the answer was understood, where that may surprise. `checks` is one view where
    the answer can be checked, else empty.
    """

    id: str
    number: int
    label: str
    section: str
    kind: str
    note: str
    stem_html: str
    prompt: dict[str, Any]
    value: dict[str, Any]
    seq: int
    flagged: bool
    read_as: str
    checks: list[CheckView]


NO_QUESTION = QuestionView(
    id="",
    number=0,
    label="",
    section="",
    kind="",
    note="",
    stem_html="",
    prompt={},
    value={},
    seq=0,
    flagged=False,
    read_as="",
    checks=[],
)


@dataclass(frozen=True, slots=True)
class AttemptView:
    """An attempt as a whole. `state` is open, submitted or expired; `seconds_left` is -1 without a deadline.

    `attempts_allowed` is 0 when there is no limit. `now` is the server's clock, which is the one that counts.
    """

    id: str
    item_id: str
    slug: str
    course: str
    title: str
    number: int
    attempts_allowed: int
    state: str
    started_at: datetime
    deadline_at: datetime | None
    now: datetime
    seconds_left: int
    questions: int
    current: int
    trial: bool = False


@dataclass(frozen=True, slots=True)
class TurnView:
    """A question of an attempt with all that the page around it shows. Of an attempt that is over: no question.

    `attempt` is None where it is as the page knows it.
    """

    attempt: AttemptView | None
    cells: list[Cell]
    question: QuestionView


@dataclass(frozen=True, slots=True)
class Saved:
    """What became of a save. A `stale` one is kept but another answer counts; a `late` one is kept but not graded."""

    save_id: UUID
    seq: int
    late: bool
    stale: bool
    read_as: str = ""


@dataclass(frozen=True, slots=True)
class ClashView(Packed):
    """Two answers to one question from two tabs: what counts now, and what this tab had."""

    question_id: str
    number: int
    save_id: str
    mine: str
    theirs: str


NO_CLASH = ClashView(question_id="", number=0, save_id="", mine="", theirs="")


@dataclass(frozen=True, slots=True)
class TimeView:
    """Whether an attempt is over, and how long it still has by the server's clock, which is `now`."""

    over: bool
    now: datetime
    seconds_left: int


@dataclass(frozen=True, slots=True)
class ReviewRow:
    number: int
    label: str
    text: str
    answered: bool
    flagged: bool


@dataclass(frozen=True, slots=True)
class ReviewView:
    """All questions before submitting, without the texts between them. `is_last` tells that no attempt is left after this one."""

    attempt: AttemptView
    rows: list[ReviewRow]
    unanswered: int
    is_last: bool


# ---- After an attempt


@dataclass(frozen=True, slots=True)
class AnswerResult:
    """One question of an attempt that is over, as far as its reader may see it now.

    `outcome` is correct, partly, incorrect, blank, waiting (a person has to look) or hidden; text where nothing was
    asked, which has no `label` either. `tries` says how often it was checked, and what that cost. `late` are answers that came after the end, and are shown to staff only.
    """

    number: int
    label: str
    stem_html: str
    outcome: str
    score: str
    answer: str
    files: list[FileLink]
    read_as: str
    tries: str
    solution: str
    feedback_html: str
    general_html: str
    late: list[str]


@dataclass(frozen=True, slots=True)
class LessonRef:
    """A lesson to read once more; empty where none speaks of what was missed."""

    title: str
    url: str


NO_LESSON = LessonRef(title="", url="")


@dataclass(frozen=True, slots=True)
class ResultView:
    """An attempt that is over. `percent` is -1 while marks are hidden or not complete; `headline` says it in words.

    `notes` say what is not shown and when it will be. `points` is None while hidden or not complete.
    """

    attempt_id: str
    item_id: str
    slug: str
    course: str
    title: str
    student: str
    number: int
    attempts_allowed: int
    attempts_left: int
    state: str
    points: Decimal | None
    points_max: Decimal
    percent: int
    passed: bool | None
    headline: str
    facts: str
    notes: list[str]
    next_title: str
    next_url: str
    reread: LessonRef
    mistakes: int
    answers: list[AnswerResult]


@dataclass(frozen=True, slots=True)
class AttemptLine:
    """One of my attempts at any quiz, for lists."""

    id: str
    item_id: str
    number: int
    state: str
    started_at: datetime
    finished_at: datetime | None
    points: Decimal | None
    points_max: Decimal


# ---- For the staff


@dataclass(frozen=True, slots=True)
class LearnerResult:
    """A learner and their attempts at one quiz. `percent` is of the grade, -1 without one."""

    user_id: str
    name: str
    attempts: int
    state: str
    percent: int
    score: str
    when: str
    url: str
    late: int


@dataclass(frozen=True, slots=True)
class Facility:
    """How a question went: `percent` is the mean share of its points over finished attempts, -1 without any.

    One that the quiz drew has the number 0.
    """

    number: int
    text: str
    kind: str
    points: str
    answered: int
    blank: int
    percent: int


@dataclass(frozen=True, slots=True)
class QuizResults:
    """A quiz for its staff: one window of learners, and every question. `waiting` are answers to be marked by hand."""

    item_id: str
    slug: str
    course: str
    title: str
    learners: int
    started: int
    finished: int
    average: int
    passed: int
    passes: bool
    waiting: int
    rows: list[LearnerResult]
    total: int
    questions: list[Facility]


NO_RESULTS = QuizResults(
    item_id="",
    slug="",
    course="",
    title="",
    learners=0,
    started=0,
    finished=0,
    average=-1,
    passed=0,
    passes=False,
    waiting=0,
    rows=[],
    total=0,
    questions=[],
)


@dataclass(frozen=True, slots=True)
class QuestionRef:
    """A question for whoever writes one, and its slot where it was put into a quiz."""

    id: UUID
    slot_id: UUID | None
    version: int
    kind: str
    points: Decimal


@dataclass(frozen=True, slots=True)
class QuestionSource:
    """A question with its key, for whoever may write it."""

    id: str
    version: int
    kind: str
    points: Decimal
    stem: str
    spec: dict[str, Any]
    feedback: str
    hints: list[str]
    penalty: Decimal


@dataclass(frozen=True, slots=True)
class QuestionLine:
    """A slot in the editor's list, and its question where it names one.

    `number` is 0 where nothing is asked: of a text between the questions, and of a section. A draw has the number of its
    first question, and `few` when fewer questions fit than it draws.
    """

    id: str
    question: str
    place: str
    number: int
    text: str
    kind: str
    points: str
    few: bool = False


@dataclass(frozen=True, slots=True)
class QuizSource:
    """A quiz in its editor. `facts` say how long it is and what it is worth."""

    item_id: str
    slug: str
    course: str
    title: str
    facts: str
    lines: list[QuestionLine]
    categories: list[Choice]


NO_SOURCE = QuizSource(item_id="", slug="", course="", title="", facts="", lines=[], categories=[])


@dataclass(frozen=True, slots=True)
class QuizForm:
    """The settings of a quiz as their form holds them. Moments are in the reader's `zone`."""

    zone: str
    values: dict[str, str]


@dataclass(frozen=True, slots=True)
class QuestionForm:
    """A question as its form holds it: texts by the names of inputs, the key included. `version` 0 is a new one.

    `slot` is where it stands in the quiz that is edited. A draw or a section has a slot and no id.
    """

    id: str
    slot: str
    version: int
    kind: str
    values: dict[str, str]


NO_FORM = QuestionForm(id="", slot="", version=0, kind="", values={})


@dataclass(frozen=True, slots=True)
class QuizRef:
    """A quiz for whoever builds one: its item's id is its own."""

    item_id: UUID
    course_id: UUID
    title: str
    points_max: Decimal
    questions: list[QuestionRef] = field(default_factory=list[QuestionRef])
