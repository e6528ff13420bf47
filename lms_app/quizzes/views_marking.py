"""What whoever marks by hand may see."""

from dataclasses import dataclass

from lms_app.web.views import FileLink


@dataclass(frozen=True, slots=True)
class HandMark:
    """One marking by a person. `before` is empty where there was none."""

    by: str
    when: str
    before: str
    points: str
    comment: str


@dataclass(frozen=True, slots=True)
class MarkAnswer:
    """An answer that a person marks. `points` is empty while it waits; `version` counts its `marks`, newest first.

    Who marks without names sees a number for the `student`, and nothing that would tell who it is.
    """

    attempt_id: str
    number: int
    question_id: str
    stem_html: str
    notes: str
    student: str
    facts: str
    answer: str
    files: list[FileLink]
    read_as: str
    points: str
    points_max: str
    comment: str
    version: int
    marks: list[HandMark]


NO_ANSWER = MarkAnswer(
    attempt_id="",
    number=0,
    question_id="",
    stem_html="",
    notes="",
    student="",
    facts="",
    answer="",
    files=[],
    read_as="",
    points="",
    points_max="",
    comment="",
    version=0,
    marks=[],
)


@dataclass(frozen=True, slots=True)
class HandQuestion:
    """A question that is marked by hand, with how many answers it has and how many of them wait."""

    id: str
    text: str
    answers: int
    waiting: int


@dataclass(frozen=True, slots=True)
class MarkingView:
    """The marking of a quiz: its questions, and one answer to one of them. `place` is its number among `total`."""

    item_id: str
    slug: str
    course: str
    title: str
    questions: list[HandQuestion]
    question_id: str
    total: int
    waiting: int
    place: int
    previous: str
    next: str
    anonymous: bool
    answer: MarkAnswer
    saved: str = ""
    problem: str = ""
