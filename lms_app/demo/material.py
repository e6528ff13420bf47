"""The courses of the demo school as files: a folder per course with `course.yaml`, lessons and quizzes beside it.

A lesson is a Markdown file whose first line is its title. A quiz is a YAML file. `read_courses` checks everything, down
to whether each question can be solved, so a slip of the pen fails a test and never a visitor's first minute.
"""

import hashlib
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, model_validator

from lms_app.quizzes.kinds import KINDS

M = TypeVar("M", bound=BaseModel)

COURSES = Path(__file__).parent / "courses"

Points = Annotated[Decimal, Field(gt=0, le=100)]
Percent = Annotated[int, Field(ge=0, le=100)]
Text = Annotated[str, Field(min_length=1)]


class Material(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Choice(Material):
    text: Text
    right: bool = False
    feedback: Text


class AcceptedText(Material):
    """`*` stands for anything. `worth` is in percent of the points."""

    text: Text
    worth: Percent = 100
    feedback: Text


class AcceptedNumber(Material):
    value: Decimal
    tolerance: Decimal = Decimal(0)
    worth: Percent = 100
    feedback: Text


class Question(Material):
    kind: str
    points: Points
    stem: Text
    feedback: Text

    def spec(self) -> dict[str, Any]:
        """The question as its kind stores it."""
        return KINDS[self.kind].Spec.model_validate(self._spec()).model_dump(mode="json")

    def answer(self, *, well: bool, pick: int = 0) -> dict[str, Any]:
        """What a student sends who knows it, or one who does not; `pick` chooses among the ways of being wrong."""
        return self._answer(well, pick)

    def _spec(self) -> dict[str, Any]:
        raise NotImplementedError

    def _answer(self, well: bool, pick: int) -> dict[str, Any]:
        raise NotImplementedError

    @model_validator(mode="after")
    def _can_be_solved(self) -> "Question":
        kind = KINDS[self.kind]
        spec = kind.Spec.model_validate(self._spec())
        mark = kind.grade(spec, kind.Answer.model_validate(self.answer(well=True)))
        if mark.fraction != 1:
            raise ValueError(f"the right answer earns {mark.fraction}: {self.stem}")
        return self


class _Options(Question):
    options: Annotated[list[Choice], Field(min_length=2)]

    def _spec(self) -> dict[str, Any]:
        return {
            "options": [
                {"id": _id(o.text), "text": o.text, "fraction": "1" if o.right else "0", "feedback": o.feedback}
                for o in self.options
            ]
        }

    def _ids(self, right: bool) -> list[str]:
        return [_id(option.text) for option in self.options if option.right is right]


class SingleChoice(_Options):
    kind: Literal["single_choice"]  # pyright: ignore[reportIncompatibleVariableOverride]  the tag of the union

    def _answer(self, well: bool, pick: int) -> dict[str, Any]:
        among = self._ids(right=well)
        return {"choice": among[pick % len(among)]}


class MultipleAnswer(_Options):
    kind: Literal["multiple_answer"]  # pyright: ignore[reportIncompatibleVariableOverride]

    def _answer(self, well: bool, pick: int) -> dict[str, Any]:
        right, wrong = self._ids(True), self._ids(False)
        if well:
            return {"choices": right}
        # The two commonest slips: one left out, or one too many.
        return {"choices": right[1:] if pick % 2 and len(right) > 1 else [*right, wrong[pick % len(wrong)]]}


class TrueFalse(Question):
    kind: Literal["true_false"]  # pyright: ignore[reportIncompatibleVariableOverride]
    answer_is: Annotated[bool, Field(alias="answer")]
    if_true: Text
    if_false: Text

    def _spec(self) -> dict[str, Any]:
        return {"answer": self.answer_is, "feedback_true": self.if_true, "feedback_false": self.if_false}

    def _answer(self, well: bool, pick: int) -> dict[str, Any]:
        return {"choice": "true" if self.answer_is is well else "false"}


class ShortAnswer(Question):
    kind: Literal["short_answer"]  # pyright: ignore[reportIncompatibleVariableOverride]
    accept: Annotated[list[AcceptedText], Field(min_length=1)]
    otherwise: Text

    def _spec(self) -> dict[str, Any]:
        return {
            "answers": [
                {"text": a.text, "fraction": str(_share(a.worth)), "feedback": a.feedback} for a in self.accept
            ],
            "feedback_otherwise": self.otherwise,
        }

    def _answer(self, well: bool, pick: int) -> dict[str, Any]:
        full = next(a.text for a in self.accept if a.worth == 100)
        nearly = [a.text for a in self.accept if a.worth < 100]
        typed = full if well else nearly[0] if nearly and pick % 2 else "I am not sure"
        return {"text": typed.replace("*", "")}


class Numerical(Question):
    kind: Literal["numerical"]  # pyright: ignore[reportIncompatibleVariableOverride]
    accept: Annotated[list[AcceptedNumber], Field(min_length=1)]
    otherwise: Text
    unit: str = ""

    def _spec(self) -> dict[str, Any]:
        return {
            "answers": [
                {
                    "value": str(a.value),
                    "tolerance": str(a.tolerance),
                    "fraction": str(_share(a.worth)),
                    "feedback": a.feedback,
                }
                for a in self.accept
            ],
            "unit": self.unit,
            "feedback_otherwise": self.otherwise,
        }

    def _answer(self, well: bool, pick: int) -> dict[str, Any]:
        full = next(a.value for a in self.accept if a.worth == 100)
        nearly = [a.value for a in self.accept if a.worth < 100]
        typed = full if well else nearly[0] if nearly and pick % 2 else full * 10
        return {"number": f"{typed:f}"}


AnyQuestion = Annotated[
    SingleChoice | MultipleAnswer | TrueFalse | ShortAnswer | Numerical, Field(discriminator="kind")
]


class Quiz(Material):
    """A quiz. `due_in_days` counts from the day the school is built; past ones are negative.

    `notes` are what its instructor writes to a student whose mark they raise by a point.
    """

    title: Text
    minutes: Annotated[int, Field(gt=0)]
    attempts: Annotated[int, Field(gt=0)]
    pass_percent: Percent
    due_in_days: int
    intro: Text
    notes: Annotated[list[Annotated[str, Field(min_length=1, max_length=200)]], Field(min_length=1)]
    questions: Annotated[list[AnyQuestion], Field(min_length=5, max_length=10)]


class Lesson(Material):
    title: Text
    minutes: int
    body: Text


class ItemRef(Material):
    """A line of `course.yaml`: a lesson with its minutes, or a quiz."""

    lesson: str = ""
    quiz: str = ""
    minutes: int = 0

    @model_validator(mode="after")
    def _one_of_them(self) -> "ItemRef":
        if bool(self.lesson) == bool(self.quiz):
            raise ValueError("an item is either a lesson or a quiz")
        if self.lesson and not self.minutes:
            raise ValueError(f"{self.lesson} needs its minutes")
        return self


class ModuleMaterial(Material):
    title: Text
    opens_in_days: int | None = None
    items: Annotated[list[ItemRef], Field(min_length=1)]


class CourseFile(Material):
    """`course.yaml`."""

    title: Text
    summary: Annotated[str, Field(min_length=1, max_length=300)]
    description: Text
    category: Text
    level: Text
    hours: Annotated[int, Field(gt=0)]
    pass_percent: Percent
    instructor: Text
    runs_for_days: Annotated[int, Field(gt=0)]
    modules: Annotated[list[ModuleMaterial], Field(min_length=1)]


class CourseMaterial(BaseModel):
    """A course with the text of its lessons and the questions of its quizzes, by file name."""

    model_config = ConfigDict(frozen=True)

    slug: str
    about: CourseFile
    lessons: dict[str, Lesson]
    quizzes: dict[str, Quiz]

    @cached_property
    def items(self) -> list[Lesson | Quiz]:
        """All items in the order of the outline."""
        refs = [ref for module in self.about.modules for ref in module.items]
        return [self.lessons[ref.lesson] if ref.lesson else self.quizzes[ref.quiz] for ref in refs]


def read_courses(folder: Path = COURSES) -> list[CourseMaterial]:
    """Every course of the demo, by slug. Raises ValueError naming the file that is wrong."""
    return [_course(path) for path in sorted(folder.iterdir()) if path.is_dir()]


def _course(folder: Path) -> CourseMaterial:
    about = _parsed(CourseFile, folder / "course.yaml")
    refs = [ref for module in about.modules for ref in module.items]
    course = CourseMaterial(
        slug=folder.name,
        about=about,
        lessons={ref.lesson: _lesson(folder / ref.lesson, ref.minutes) for ref in refs if ref.lesson},
        quizzes={ref.quiz: _parsed(Quiz, folder / ref.quiz) for ref in refs if ref.quiz},
    )
    forgotten = {path.name for path in folder.iterdir()} - set(course.lessons) - set(course.quizzes) - {"course.yaml"}
    if forgotten:
        raise ValueError(f"{folder.name}: not in course.yaml: {', '.join(sorted(forgotten))}")
    return course


def _lesson(path: Path, minutes: int) -> Lesson:
    heading, _, body = path.read_text(encoding="utf-8").partition("\n")
    if not heading.startswith("# "):
        raise ValueError(f"{path}: the first line must be the title, like “# Scales of life”")
    return Lesson(title=heading.removeprefix("# ").strip(), minutes=minutes, body=body.strip())


def _parsed(model: type[M], path: Path) -> M:
    try:
        return model.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from error


def _share(percent: int) -> Decimal:
    return Decimal(percent) / 100


def _id(text: str) -> str:
    """The same id at every build, and one that tells nothing about right or wrong."""
    return hashlib.sha256(text.encode()).hexdigest()[:8]
