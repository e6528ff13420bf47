"""By what a badge is earned: pure functions over what a student has done."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from lms_app.core.words import say

DAYS_MAX, COURSES_MAX = 365, 50


class _Rule(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ByHand(_Rule):
    """Nobody earns it by themselves: staff award it."""

    kind: Literal["manual"] = "manual"


class CourseDone(_Rule):
    """All that is required in the badge's course is complete."""

    kind: Literal["course"] = "course"


class QuizScore(_Rule):
    """At least `least` percent in a quiz, once its students may see the mark."""

    kind: Literal["quiz"] = "quiz"
    item: UUID
    least: Annotated[Decimal, Field(ge=0, le=100)]


class Streak(_Rule):
    """Something was completed on so many days in a row, in the learner's own time zone."""

    kind: Literal["streak"] = "streak"
    days: Annotated[int, Field(ge=2, le=DAYS_MAX)]


class FirstSubmission(_Rule):
    """A first quiz or assignment was submitted."""

    kind: Literal["first"] = "first"


class CoursesDone(_Rule):
    """So many courses are complete, whichever."""

    kind: Literal["courses"] = "courses"
    count: Annotated[int, Field(ge=1, le=COURSES_MAX)]


class Path(_Rule):
    """All of these courses are complete."""

    kind: Literal["path"] = "path"
    courses: Annotated[tuple[UUID, ...], Field(min_length=1, max_length=COURSES_MAX)]


Rule = Annotated[
    ByHand | CourseDone | QuizScore | Streak | FirstSubmission | CoursesDone | Path, Field(discriminator="kind")
]
_ADAPTER: TypeAdapter[Rule] = TypeAdapter(Rule)
IN_COURSE = ("manual", "course", "quiz", "streak", "first")
ON_SITE = ("manual", "courses", "path", "streak", "first")


def read(given: Mapping[str, Any]) -> Rule:
    """A rule from its JSON. Raises pydantic's ValidationError."""
    return _ADAPTER.validate_python(dict(given))


@dataclass(frozen=True, slots=True)
class Done:
    """What a student has done. `days` are those on which they completed something, in their own zone; `shares` are marks
    by item, 0..1, as far as they may see them. All but `completed` is of the badge's course, or of all for a site's."""

    completed: frozenset[UUID] = frozenset()
    days: frozenset[date] = frozenset()
    shares: Mapping[UUID, Decimal] | None = None
    submitted: bool = False


def is_earned(rule: Rule, done: Done, course_id: UUID | None) -> bool:
    match rule:
        case ByHand():
            return False
        case CourseDone():
            return course_id in done.completed
        case QuizScore():
            share = (done.shares or {}).get(rule.item)
            return share is not None and share * 100 >= rule.least
        case Streak():
            return longest_run(done.days) >= rule.days
        case FirstSubmission():
            return done.submitted
        case CoursesDone():
            return len(done.completed) >= rule.count
        case Path():
            return done.completed.issuperset(rule.courses)


def longest_run(days: Iterable[date]) -> int:
    """The most days in a row among these."""
    known = set(days)
    best = 0
    for day in known:
        if day - timedelta(days=1) in known:
            continue
        length = 1
        while day + timedelta(days=length) in known:
            length += 1
        best = max(best, length)
    return best


def in_words(rule: Rule, course: str, quiz: str = "", courses: Sequence[str] = ()) -> str:
    """What must be done, as a sentence: the criteria where the author wrote none."""
    match rule:
        case ByHand():
            return say("Awarded by the staff of {course}.", course=course) if course else say("Awarded by the staff.")
        case CourseDone():
            return say("Complete all required parts of {course}.", course=course)
        case QuizScore():
            given = {"least": f"{rule.least.normalize():f}", "quiz": quiz}
            if course:
                return say("Reach at least {least}% in the quiz “{quiz}” in {course}.", **given, course=course)
            return say("Reach at least {least}% in the quiz “{quiz}”.", **given)
        case Streak():
            if course:
                return say("Complete something on {n} days in a row in {course}.", n=rule.days, course=course)
            return say("Complete something on {n} days in a row.", n=rule.days)
        case FirstSubmission():
            if course:
                return say("Submit a first quiz or assignment in {course}.", course=course)
            return say("Submit a first quiz or assignment.")
        case CoursesDone():
            return say("Complete {n} courses.", n=rule.count) if rule.count > 1 else say("Complete a course.")
        case Path():
            if courses[1:]:
                return say("Complete {courses} and {last}.", courses=", ".join(courses[:-1]), last=courses[-1])
            return say("Complete {course}.", course=courses[0] if courses else "")
