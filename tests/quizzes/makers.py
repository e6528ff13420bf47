"""Quizzes for tests, built through the services. No surprises: what is not named is the service's own default."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from uuid_utils.compat import uuid7

from lms_app.courses import service as courses
from lms_app.quizzes import service
from lms_app.quizzes.kinds import KINDS
from lms_app.quizzes.views import AttemptView, QuestionView, Saved
from tests.courses import makers as course_makers

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)

# The right answer of each question of `quiz`, in order: together 10 points.
RIGHT: list[dict[str, Any]] = [
    {"choice": "right"},
    {"choices": ["a", "b"]},
    {"choice": "true"},
    {"text": "quadrats"},
    {"number": "9.81"},
]


@dataclass(frozen=True)
class Made:
    """A course with one quiz of five questions, one of each kind, worth 10 points."""

    course: course_makers.Made
    id: UUID
    questions: tuple[UUID, ...]
    slots: tuple[UUID, ...]


def drafts() -> list[service.Draft]:
    full, none = "1", "0"
    return [
        service.draft(
            kind="single_choice",
            stem="Which process fixes the energy?",
            points=Decimal(2),
            spec={
                "options": [
                    {"id": "wrong", "text": "Respiration", "fraction": none, "feedback": "That spends energy."},
                    {"id": "right", "text": "Photosynthesis", "fraction": full, "feedback": "Yes."},
                ]
            },
            feedback="Producers turn light into sugar.",
        ),
        service.draft(
            kind="multiple_answer",
            stem="Which are consumers?",
            points=Decimal(2),
            spec={
                "options": [
                    {"id": "a", "text": "Water fleas", "fraction": full},
                    {"id": "b", "text": "Tadpoles", "fraction": full},
                    {"id": "c", "text": "Pondweed", "fraction": none},
                ]
            },
        ),
        service.draft(kind="true_false", stem="Energy leaves as heat.", points=Decimal(1), spec={"answer": True}),
        service.draft(
            kind="short_answer",
            stem="What is counted in?",
            points=Decimal(2),
            spec={"answers": [{"text": "quadrat*"}, {"text": "quadrant*", "fraction": "0.5", "feedback": "Close."}]},
        ),
        service.draft(
            kind="numerical",
            stem="How fast does it fall?",
            points=Decimal(3),
            spec={"answers": [{"value": "9.81", "tolerance": "0.05"}], "unit": "m/s²"},
        ),
    ]


def quiz(instructor: Any, *students: Any, item: Any = None, **settings: Any) -> Made:
    """A published course with the quiz as its only item, and the students in it."""
    made = instructor.does(courses.create_course, title="Principles of Ecology")
    module = instructor.does(courses.add_module, course_id=made.id, title="Energy")
    ref = instructor.does(
        service.create_quiz, module_id=module.id, title="Energy flow", questions=drafts(), item=item, **settings
    )
    instructor.does(courses.publish, course_id=made.id)
    for student in students:
        student.does(courses.enrol, slug=made.slug)
    course = course_makers.Made(made.id, made.slug, (module.id,), (ref.item_id,))
    slots = tuple(question.slot_id for question in ref.questions if question.slot_id)
    return Made(course, ref.item_id, tuple(question.id for question in ref.questions), slots)


def begun(student: Any, made: Made) -> AttemptView:
    return student.does(service.start, item_id=made.id)


def question(student: Any, attempt: AttemptView, number: int) -> QuestionView:
    return student.does(service.read_question, attempt_id=UUID(attempt.id), number=number)


def answers(
    student: Any, attempt: AttemptView, number: int, value: dict[str, Any], *, base_seq: int | None = None
) -> Saved:
    """Answer a question as a tab does that has just loaded it."""
    shown = question(student, attempt, number) if base_seq is None else None
    question_id = UUID(shown.id) if shown else UUID(question(student, attempt, number).id)
    return student.does(
        service.save,
        attempt_id=UUID(attempt.id),
        question_id=question_id,
        save_id=uuid7(),
        base_seq=shown.seq if shown else base_seq,
        value=value,
    )


def taken(student: Any, made: Made, *given: dict[str, Any]) -> Any:
    """A whole attempt that answers the first questions as given, in order, and is submitted."""
    attempt = begun(student, made)
    for number, value in enumerate(given, start=1):
        answers(student, attempt, number, value)
    return student.does(service.submit, attempt_id=UUID(attempt.id))


def kinds() -> list[str]:
    return sorted(KINDS)
