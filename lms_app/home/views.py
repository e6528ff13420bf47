"""What a student sees at home: frozen values, no rows."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ResumeCard:
    """A course to go on with. `place` is a line such as `Module 3 · Lesson 2 of 5 · about 12 minutes left`.

    An empty `url` means that there is no such card. `action` is what its button says.
    """

    slug: str
    course: str
    title: str
    place: str
    percent: int
    url: str
    action: str
    hue: int
    motif: int


@dataclass(frozen=True, slots=True)
class DueRow:
    """Something to hand in. `day` and `month` are for the eye (24, Tue), `moment` says it in full.

    `when` is in words (Tomorrow, Overdue), `kind` the chip's colour: danger, mark or empty.
    """

    title: str
    course: str
    url: str
    day: str
    month: str
    moment: str
    when: str
    kind: str


@dataclass(frozen=True, slots=True)
class Feedback:
    """A mark that was given lately. `who` is empty where a machine graded; `kind` is the chip's colour."""

    who: str
    title: str
    course: str
    url: str
    text: str
    score: str
    kind: str


@dataclass(frozen=True, slots=True)
class CourseRing:
    slug: str
    title: str
    url: str
    percent: int
    note: str


@dataclass(frozen=True, slots=True)
class HomeView:
    """Everything on the home page of one student. `name` is empty until it is loaded."""

    greeting: str
    truth: str
    resume: ResumeCard
    more: list[ResumeCard]
    due: list[DueRow]
    feedback: list[Feedback]
    courses: list[CourseRing]


NOTHING_TO_RESUME = ResumeCard(slug="", course="", title="", place="", percent=0, url="", action="", hue=1, motif=0)
NO_HOME = HomeView(greeting="", truth="", resume=NOTHING_TO_RESUME, more=[], due=[], feedback=[], courses=[])
