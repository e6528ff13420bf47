"""Every public service function, called by somebody who has no business there.

A stranger hears NotFound, whether the quiz exists or not; a fellow student finds nobody else's attempt; a student may
not do the staff's work. A new function without a case here fails the first test.
"""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest

from lms_app.core.errors import Forbidden, NotFound, NotSignedIn
from lms_app.core.work import ANONYMOUS, unit_of_work
from lms_app.quizzes import service
from tests.quizzes import makers


@dataclass(frozen=True)
class Target:
    """Somebody else's quiz, with an open attempt of its learner, one that is over, and a save."""

    quiz: makers.Made
    open_attempt: UUID
    over: UUID
    save: UUID
    category: UUID

    @property
    def question(self) -> UUID:
        return self.quiz.questions[0]

    @property
    def slot(self) -> UUID:
        return self.quiz.slots[0]


Arguments = Callable[[Target], dict[str, Any]]
TRUE_FALSE: dict[str, Any] = {"kind": "true_false", "stem": "Mine?", "spec": {"answer": True}}

# Of one attempt: not there for anybody but its student.
OWN: dict[str, Arguments] = {
    "check": lambda t: {"attempt_id": t.open_attempt, "number": 1},
    "choose": lambda t: {"attempt_id": t.open_attempt, "save_id": t.save},
    "clash": lambda t: {"attempt_id": t.open_attempt, "save_id": t.save},
    "flag": lambda t: {"attempt_id": t.open_attempt, "number": 1, "flagged": True},
    "grade_again": lambda t: {"attempt_id": t.over},
    "read_sheet": lambda t: {"attempt_id": t.open_attempt},
    "read": lambda t: {"attempt_id": t.open_attempt},
    "read_question": lambda t: {"attempt_id": t.open_attempt, "number": 1},
    "read_questions": lambda t: {"attempt_id": t.open_attempt},
    "review": lambda t: {"attempt_id": t.open_attempt},
    "save": lambda t: {
        "attempt_id": t.open_attempt,
        "question_id": t.question,
        "save_id": uuid4(),
        "base_seq": 0,
        "value": {"choice": "right"},
    },
    "submit": lambda t: {"attempt_id": t.open_attempt},
    "time": lambda t: {"attempt_id": t.open_attempt},
    "turn_to": lambda t: {"attempt_id": t.open_attempt, "number": 1},
}
# Of the quiz, for every member.
MEMBERS: dict[str, Arguments] = {
    "overview": lambda t: {"item_id": t.quiz.id},
    "start": lambda t: {"item_id": t.quiz.id},
}
# Of one attempt, for its student and whoever may grade.
GRADERS: dict[str, Arguments] = {"result": lambda t: {"attempt_id": t.over}}
# Of one attempt, for whoever may grade: its own student finds nothing either.
MARKERS: dict[str, Arguments] = {
    "mark": lambda t: {"attempt_id": t.over, "number": 1, "points": Decimal(1)},
    "read_mark": lambda t: {"attempt_id": t.over, "number": 1},
}
STAFF: dict[str, Arguments] = {
    "add_category": lambda t: {"slug": t.quiz.course.slug, "name": "Mine"},
    "add_questions_to_bank": lambda t: {"slug": t.quiz.course.slug, "questions": makers.drafts()},
    "bank": lambda t: {"slug": t.quiz.course.slug},
    "bank_questions": lambda t: {"slug": t.quiz.course.slug},
    "bank_source": lambda t: {"slug": t.quiz.course.slug},
    "categories": lambda t: {"slug": t.quiz.course.slug},
    "change_category": lambda t: {"category_id": t.category, "name": "Mine"},
    "plant_categories": lambda t: {"course_id": t.quiz.course.id, "categories": [(t.category, "Mine", None)]},
    "plant_questions": lambda t: {
        "course_id": t.quiz.course.id,
        "questions": {t.question: service.Filed(makers.drafts()[0])},
    },
    "plant_quiz": lambda t: {"item_id": t.quiz.id},
    "prune_categories": lambda t: {"course_id": t.quiz.course.id, "keep": []},
    "remove_category": lambda t: {"category_id": t.category},
    "file_questions": lambda t: {"slug": t.quiz.course.slug, "question_ids": [t.question], "category_id": None},
    "rate_questions": lambda t: {"slug": t.quiz.course.slug, "question_ids": [t.question], "difficulty": "hard"},
    "tag_questions": lambda t: {"slug": t.quiz.course.slug, "question_ids": [t.question], "add": ["mine"]},
    "remove_questions": lambda t: {"slug": t.quiz.course.slug, "question_ids": [t.question]},
    "restore_questions": lambda t: {"slug": t.quiz.course.slug, "question_ids": [t.question]},
    "question_uses": lambda t: {"question_id": t.question},
    "show_question": lambda t: {"question_id": t.question},
    "try_answer": lambda t: {"question_id": t.question, "version": 1, "drawn": [], "value": {"choice": "right"}},
    "use_questions": lambda t: {"quiz_id": t.quiz.id, "question_ids": [t.question]},
    "save_draw": lambda t: {"quiz_id": t.quiz.id, "draws": 1, "points": Decimal(1), "wanted": service.Wanted()},
    "save_section": lambda t: {"quiz_id": t.quiz.id, "title": "Mine"},
    "save_slot": lambda t: {"quiz_id": t.quiz.id, "slot_id": None, "place": "section", "values": {"title": "Mine"}},
    "slot_form": lambda t: {"slot_id": t.slot},
    "duplicate_slot": lambda t: {"slot_id": t.slot},
    "move_slot": lambda t: {"slot_id": t.slot, "step": 1},
    "remove_slot": lambda t: {"slot_id": t.slot},
    "restore_slot": lambda t: {"slot_id": t.slot},
    "start_trial": lambda t: {"item_id": t.quiz.id},
    "add_question": lambda t: {"quiz_id": t.quiz.id, **TRUE_FALSE},
    "add_questions": lambda t: {"quiz_id": t.quiz.id, "questions": makers.drafts()},
    "marking": lambda t: {"item_id": t.quiz.id},
    "next_waiting": lambda t: {"item_id": t.quiz.id, "question_id": t.question, "attempt_id": t.over},
    "waiting": lambda t: {"item_id": t.quiz.id, "limit": 10, "offset": 0},
    "question_authors_door": lambda t: {"question_id": t.question},
    "question_form": lambda t: {"question_id": t.question},
    "save_question": lambda t: {"quiz_id": t.quiz.id, "question_id": t.question, "drafted": makers.drafts()[0]},
    "save_in_bank": lambda t: {
        "slug": t.quiz.course.slug,
        "question_id": t.question,
        "drafted": makers.drafts()[0],
    },
    "save_settings": lambda t: {"item_id": t.quiz.id, "values": {"title": "Mine"}},
    "settings_form": lambda t: {"item_id": t.quiz.id},
    "source": lambda t: {"item_id": t.quiz.id},
    "create_quiz": lambda t: {"module_id": t.quiz.course.modules[0], "title": "Mine"},
    "questions": lambda t: {"quiz_id": t.quiz.id},
    "results": lambda t: {"item_id": t.quiz.id},
    "take_in": lambda t: {"slug": t.quiz.course.slug, "questions": []},
    "update_question": lambda t: {"question_id": t.question, **TRUE_FALSE},
    "update_quiz": lambda t: {"quiz_id": t.quiz.id, "attempts_allowed": 99},
}
CLOSED = {**OWN, **MEMBERS, **GRADERS, **MARKERS, **STAFF}
CASES_OF_THEIR_OWN = {
    "answer_files_door",
    "answer_writers_door",
    "check_answer_file",
    "close_overdue",
    "discard_trial",
    "my_attempts",
    "question_files_door",
}
NOT_DOORS = {"describe": "the reader of the outline came through the course's door"}


def _functions() -> dict[str, Any]:
    found = {name: getattr(service, name) for name in service.__all__}
    return {
        name: act
        for name, act in found.items()
        if inspect.isfunction(act) and next(iter(inspect.signature(act).parameters), "") == "work"
    }


def test_every_public_function_has_a_case() -> None:
    assert set(_functions()) == {*CLOSED, *CASES_OF_THEIR_OWN, *NOT_DOORS}


def _target(instructor: Any, student: Any) -> Target:
    quiz = makers.quiz(instructor, student)
    over = makers.taken(student, quiz)
    attempt = makers.begun(student, quiz)
    saved = makers.answers(student, attempt, 1, {"choice": "right"})
    category = instructor.does(service.add_category, slug=quiz.course.slug, name="Energy")
    return Target(quiz, UUID(attempt.id), UUID(over.attempt_id), saved.save_id, UUID(category.value))


pytestmark = pytest.mark.stage(make=_target)


@pytest.mark.parametrize("name", CLOSED)
def test_a_stranger_finds_nothing(stranger: Any, target: Target, name: str) -> None:
    with pytest.raises(NotFound):
        stranger.does(_functions()[name], **CLOSED[name](target))


@pytest.mark.parametrize("name", CLOSED)
def test_nobody_does_anything_without_signing_in(target: Target, name: str) -> None:
    with unit_of_work(ANONYMOUS) as work, pytest.raises((NotSignedIn, NotFound)):
        _functions()[name](work, **CLOSED[name](target))


@pytest.mark.parametrize("name", {**OWN, **GRADERS, **MARKERS})
def test_a_fellow_student_finds_nobody_elses_attempt(stranger: Any, target: Target, name: str) -> None:
    stranger.does(makers.courses.enrol, slug=target.quiz.course.slug)

    with pytest.raises(NotFound):
        stranger.does(_functions()[name], **CLOSED[name](target))


@pytest.mark.parametrize("name", OWN)
def test_not_even_staff_act_in_a_students_attempt(instructor: Any, target: Target, name: str) -> None:
    with pytest.raises(NotFound):
        instructor.does(_functions()[name], **OWN[name](target))


@pytest.mark.parametrize("name", MARKERS)
def test_nobody_marks_themselves(student: Any, target: Target, name: str) -> None:
    with pytest.raises(NotFound):
        student.does(_functions()[name], **MARKERS[name](target))


@pytest.mark.parametrize("name", STAFF)
def test_a_student_may_not_do_the_staffs_work(student: Any, target: Target, name: str) -> None:
    with pytest.raises(Forbidden):
        student.does(_functions()[name], **STAFF[name](target))


@pytest.mark.parametrize("name", [*MEMBERS, "my_attempts"])
def test_an_unpublished_quiz_is_not_there_for_students(
    student: Any, instructor: Any, target: Target, name: str
) -> None:
    instructor.does(makers.courses.update_item, item_id=target.quiz.id, published=False)

    with pytest.raises(NotFound):
        student.does(_functions()[name], item_id=target.quiz.id)


def test_my_attempts_are_mine(stranger: Any, student: Any, target: Target) -> None:
    assert stranger.sees(service.my_attempts) == []
    with pytest.raises(NotFound):
        stranger.sees(service.my_attempts, item_id=target.quiz.id)
    assert len(student.sees(service.my_attempts, item_id=target.quiz.id)) == 2


def test_a_trial_is_its_own_authors_alone(
    stranger: Any, student: Any, instructor: Any, admin: Any, target: Target
) -> None:
    trial = UUID(instructor.does(service.start_trial, item_id=target.quiz.id).id)
    instructor.does(service.submit, attempt_id=trial)

    for person in (stranger, student, admin):
        for act in (service.discard_trial, service.result):
            with pytest.raises(NotFound):
                person.does(act, attempt_id=trial)
    for attempt in (target.over, target.open_attempt):
        for person in (student, instructor):
            with pytest.raises(NotFound):
                person.does(service.discard_trial, attempt_id=attempt)


def test_a_made_up_id_is_answered_like_somebody_elses(student: Any, stranger: Any, target: Target) -> None:
    def said(person: Any, attempt_id: UUID) -> str:
        with pytest.raises(NotFound) as refused:
            person.does(service.submit, attempt_id=attempt_id)
        return str(refused.value)

    assert said(stranger, target.open_attempt) == said(stranger, uuid4()) == said(student, uuid4())
