"""Random questions, sections and trials: what an attempt draws, what it never repeats, and what counts nowhere."""

from collections import Counter
from decimal import Decimal
from random import Random
from typing import Any
from uuid import UUID

import pytest

from lms_app.core.errors import Conflict, Forbidden, Invalid, NotFound
from lms_app.grades import service as grades
from lms_app.quizzes import rules, service
from lms_app.quizzes.service import Wanted
from tests.makers import NOON
from tests.quizzes import makers
from tests.quizzes.makers import MINUTE


@pytest.fixture
def quiz(instructor: Any, student: Any) -> makers.Made:
    """A quiz without anything in it, in a course with twelve questions: six of "ponds", four of them hard."""
    made = makers.quiz(instructor, student)
    for slot in made.slots:
        instructor.does(service.remove_slot, slot_id=slot)
    instructor.does(service.remove_questions, slug=made.course.slug, question_ids=made.questions)
    drafts = [service.draft(kind="true_false", stem=f"Is it {n}?", spec={"answer": True}) for n in range(12)]
    refs = instructor.does(service.add_questions_to_bank, slug=made.course.slug, questions=drafts)
    ids = [ref.id for ref in refs]
    instructor.does(service.tag_questions, slug=made.course.slug, question_ids=ids[:6], add=["ponds"])
    instructor.does(service.rate_questions, slug=made.course.slug, question_ids=ids[:4], difficulty="hard")
    return makers.Made(made.course, made.id, tuple(ids), ())


def _draws(instructor: Any, quiz: makers.Made, draws: int, points: int = 1, slot: UUID | None = None, **w: Any) -> UUID:
    return instructor.does(
        service.save_draw, quiz_id=quiz.id, slot_id=slot, draws=draws, points=Decimal(points), wanted=Wanted(**w)
    )


def _asked(person: Any, attempt: Any) -> list[UUID]:
    return [UUID(one.id) for one in person.does(service.read_questions, attempt_id=UUID(attempt.id))]


def _goes(student: Any, quiz: makers.Made) -> list[UUID]:
    attempt = makers.begun(student, quiz)
    asked = _asked(student, attempt)
    student.does(service.submit, attempt_id=UUID(attempt.id))
    return asked


def test_an_attempt_draws_what_fits_and_keeps_it(instructor: Any, student: Any, quiz: makers.Made) -> None:
    _draws(instructor, quiz, 3, 2, tags=["ponds"])

    attempt = makers.begun(student, quiz)

    asked = _asked(student, attempt)
    assert len(set(asked)) == 3
    assert set(asked) <= set(quiz.questions[:6])
    assert _asked(student, makers.begun(student, quiz)) == asked
    assert makers.question(student, attempt, 1).note.startswith("2 points")
    for number in (1, 2, 3):
        makers.answers(student, attempt, number, {"choice": "true"})
    result = student.does(service.submit, attempt_id=UUID(attempt.id))
    assert (result.points, result.points_max) == (Decimal(6), Decimal(6))
    assert student.does(service.overview, item_id=quiz.id).grade == "6 / 6"


def test_nothing_comes_twice_while_something_is_unseen(instructor: Any, student: Any, quiz: makers.Made) -> None:
    _draws(instructor, quiz, 4)

    three = [_goes(student, quiz) for _ in range(3)]

    assert sorted(one for asked in three for one in asked) == sorted(quiz.questions)
    fourth = _goes(student, quiz)
    assert len(set(fourth)) == 4


def test_another_student_draws_for_themselves(instructor: Any, student: Any, stranger: Any, quiz: makers.Made) -> None:
    stranger.does(makers.courses.enrol, slug=quiz.course.slug)
    _draws(instructor, quiz, 6)
    first = set(_goes(student, quiz))

    orders = {tuple(_goes(stranger, quiz)) for _ in range(2)}

    assert len(first) == 6
    assert len(orders) == 2


def test_two_draws_and_a_fixed_question_share_nothing(instructor: Any, student: Any, quiz: makers.Made) -> None:
    instructor.does(service.use_questions, quiz_id=quiz.id, question_ids=[quiz.questions[0]])
    _draws(instructor, quiz, 8)
    # Chooses first, though it stands last: only three are left for it.
    _draws(instructor, quiz, 3, difficulty="hard", tags=["ponds"])

    asked = _goes(student, quiz)

    assert Counter(asked) == Counter(quiz.questions)
    assert asked[0] == quiz.questions[0]
    assert set(asked[-3:]) == set(quiz.questions[1:4])


def test_the_editor_says_how_many_fit_and_warns_when_too_few_do(
    instructor: Any, student: Any, quiz: makers.Made
) -> None:
    instructor.does(service.use_questions, quiz_id=quiz.id, question_ids=[quiz.questions[0]])
    slot = _draws(instructor, quiz, 3, difficulty="hard")
    _draws(instructor, quiz, 5, 2, difficulty="hard")

    seen = instructor.sees(service.source, item_id=quiz.id)

    assert seen.facts == "9 questions · 14 points"
    assert [(line.number, line.text, line.points, line.few) for line in seen.lines] == [
        (1, "Is it 0?", "1", False),
        (2, "Draws 3 of 3 questions that fit", "3", False),
        (5, "Draws 5 of 3 questions that fit", "10", True),
    ]
    assert student.sees(service.describe, [quiz.id], student.id)[quiz.id].note.startswith("9 questions")
    # With too few the attempt asks what there is, and is worth that.
    instructor.does(service.remove_slot, slot_id=slot)
    assert len(_goes(student, quiz)) == 4


def test_a_draw_is_changed_copied_and_brought_back(instructor: Any, quiz: makers.Made) -> None:
    slot = _draws(instructor, quiz, 2)

    assert _draws(instructor, quiz, 3, slot=slot, tags=["Ponds"]) == slot
    copy = instructor.does(service.duplicate_slot, slot_id=slot)
    instructor.does(service.remove_slot, slot_id=slot)
    instructor.does(service.restore_slot, slot_id=slot)

    form = instructor.sees(service.slot_form, slot_id=copy)
    assert (form.kind, form.values["draws"], form.values["tags"]) == ("draw", "3", "ponds")
    assert instructor.sees(service.source, item_id=quiz.id).facts == "6 questions · 6 points"


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({"draws": "0", "points": "1"}, "draws"),
        ({"draws": "2.5", "points": "1"}, "draws"),
        ({"draws": "many", "points": "1"}, "draws"),
        ({"draws": "1", "points": "two"}, "points"),
        ({"draws": "1", "points": "1", "difficulty": "awful"}, "difficulty"),
        ({"draws": "1", "points": "1", "tags": "x" * 50}, "tags"),
    ],
)
def test_what_is_wrong_with_a_draw_is_said_by_field(
    instructor: Any, quiz: makers.Made, values: dict[str, str], name: str
) -> None:
    with pytest.raises(Invalid) as told:
        instructor.does(service.save_slot, quiz_id=quiz.id, slot_id=None, place="draw", values=values)

    assert list(told.value.fields) == [name]


def test_a_draw_of_nothing_is_no_quiz(instructor: Any, student: Any, quiz: makers.Made) -> None:
    _draws(instructor, quiz, 2, tags=["nowhere"])

    with pytest.raises(Conflict, match="no questions yet"):
        makers.begun(student, quiz)


def test_a_category_that_is_drawn_from_stays(instructor: Any, student: Any, quiz: makers.Made) -> None:
    category = UUID(instructor.does(service.add_category, slug=quiz.course.slug, name="Energy").value)
    below = UUID(instructor.does(service.add_category, slug=quiz.course.slug, name="Sun", parent_id=category).value)
    instructor.does(service.file_questions, slug=quiz.course.slug, question_ids=quiz.questions[:2], category_id=below)
    _draws(instructor, quiz, 2, category_id=category)

    assert set(_goes(student, quiz)) == set(quiz.questions[:2])
    with pytest.raises(Conflict, match="draws questions from this category"):
        instructor.does(service.remove_category, category_id=category)


def test_results_tell_drawn_questions_apart(instructor: Any, student: Any, quiz: makers.Made) -> None:
    instructor.does(service.use_questions, quiz_id=quiz.id, question_ids=[quiz.questions[0]])
    _draws(instructor, quiz, 2)
    attempt = makers.begun(student, quiz)
    makers.answers(student, attempt, 2, {"choice": "true"})
    student.does(service.submit, attempt_id=UUID(attempt.id))

    seen = instructor.sees(service.results, item_id=quiz.id).questions

    assert [(one.number, one.text) for one in seen][:1] == [(1, "Is it 0?")]
    assert sorted((one.number, one.answered, one.blank, one.percent) for one in seen[1:]) == [
        (0, 0, 1, 0),
        (0, 1, 0, 100),
    ]


def test_what_was_seen_least_is_drawn_first() -> None:
    fit = {"a": [1, 2, 3, 4], "b": [1, 2]}

    picked = rules.draw(fit, {"a": 2, "b": 2}, {3: 1}, Random(1))

    assert sorted(picked["b"]) == [1, 2]
    assert picked["a"] == [4, 3]


# ---- Sections


def _section(instructor: Any, quiz: makers.Made, title: str, **more: Any) -> UUID:
    return instructor.does(service.save_section, quiz_id=quiz.id, title=title, **more)


def test_a_section_heads_what_follows_and_shuffles_by_itself(instructor: Any, student: Any, quiz: makers.Made) -> None:
    instructor.does(service.use_questions, quiz_id=quiz.id, question_ids=quiz.questions[:2])
    _section(instructor, quiz, "Ponds", shuffle=True)
    instructor.does(service.use_questions, quiz_id=quiz.id, question_ids=quiz.questions[2:10])
    _section(instructor, quiz, "Rivers")
    instructor.does(service.use_questions, quiz_id=quiz.id, question_ids=quiz.questions[10:])

    attempt = makers.begun(student, quiz)
    shown = student.does(service.read_questions, attempt_id=UUID(attempt.id))

    assert [one.section for one in shown] == ["", "", *["Ponds"] * 8, *["Rivers"] * 2]
    asked = [UUID(one.id) for one in shown]
    assert (asked[:2], asked[10:]) == (list(quiz.questions[:2]), list(quiz.questions[10:]))
    assert asked[2:10] != list(quiz.questions[2:10])
    assert set(asked[2:10]) == set(quiz.questions[2:10])
    assert [line.number for line in instructor.sees(service.source, item_id=quiz.id).lines][:5] == [1, 2, 0, 3, 4]


def test_a_heading_that_changes_reaches_nobody_who_is_answering(
    instructor: Any, student: Any, quiz: makers.Made
) -> None:
    slot = _section(instructor, quiz, "Ponds")
    instructor.does(service.use_questions, quiz_id=quiz.id, question_ids=quiz.questions[:1])
    attempt = makers.begun(student, quiz)

    assert _section(instructor, quiz, "Rivers", slot_id=slot) == slot

    assert makers.question(student, attempt, 1).section == "Ponds"
    with pytest.raises(Invalid, match="heading"):
        _section(instructor, quiz, " ")


def test_a_section_is_no_draw_and_no_question(instructor: Any, quiz: makers.Made) -> None:
    slot = _section(instructor, quiz, "Ponds")

    with pytest.raises(NotFound):
        _draws(instructor, quiz, 1, slot=slot)
    (used,) = instructor.does(service.use_questions, quiz_id=quiz.id, question_ids=quiz.questions[:1])
    with pytest.raises(NotFound):
        instructor.sees(service.slot_form, slot_id=used)


# ---- Trials


def test_a_trial_is_taken_like_an_attempt_and_counts_nowhere(instructor: Any, student: Any) -> None:
    quiz = makers.quiz(instructor, student, attempts_allowed=1, closes_at=NOON + MINUTE, limit_minutes=5)
    late = instructor.at(NOON + 2 * MINUTE)

    trial = late.does(service.start_trial, item_id=quiz.id)

    assert late.does(service.start_trial, item_id=quiz.id).id == trial.id
    assert trial.deadline_at == NOON + 7 * MINUTE
    makers.answers(late, trial, 1, {"choice": "right"})
    result = late.does(service.submit, attempt_id=UUID(trial.id))
    assert (result.points, result.attempts_left, result.facts.split(" · ")[0]) == (Decimal(2), 0, "Trial")
    seen = instructor.sees(service.results, item_id=quiz.id)
    assert (seen.started, seen.finished, seen.average, {one.percent for one in seen.questions}) == (0, 0, -1, {-1})
    assert instructor.sees(service.my_attempts) == []
    item = instructor.sees(grades.item_of, source_kind=service.QUIZ, source_id=quiz.id)
    assert instructor.sees(grades.current, item_id=item.id, user_id=instructor.id).points is None
    overview = instructor.does(service.overview, item_id=quiz.id)
    assert [(one.id, one.score) for one in overview.attempts] == [(trial.id, "2 / 10")]


def test_a_trial_is_thrown_away_with_its_answers(instructor: Any, student: Any) -> None:
    quiz = makers.quiz(instructor, student)
    trial = instructor.does(service.start_trial, item_id=quiz.id)
    makers.answers(instructor, trial, 1, {"choice": "right"})

    instructor.does(service.discard_trial, attempt_id=UUID(trial.id))

    assert instructor.does(service.overview, item_id=quiz.id).attempts == []
    with pytest.raises(NotFound):
        instructor.does(service.read, attempt_id=UUID(trial.id))
    assert instructor.does(service.start_trial, item_id=quiz.id).number == 1


def test_students_try_nothing_out(student: Any, instructor: Any) -> None:
    quiz = makers.quiz(instructor, student)

    with pytest.raises(Forbidden):
        student.does(service.start_trial, item_id=quiz.id)


def test_a_copied_quiz_holds_the_same_in_the_same_order(
    instructor: Any, quiz: makers.Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(makers.courses.ITEM_KINDS, service.QUIZ, service.QUIZ_ITEM)
    _section(instructor, quiz, "Ponds", shuffle=True)
    instructor.does(service.use_questions, quiz_id=quiz.id, question_ids=quiz.questions[:2])
    _draws(instructor, quiz, 2, tags=["ponds"])
    instructor.does(service.use_questions, quiz_id=quiz.id, question_ids=quiz.questions[2:3])

    copy = instructor.does(makers.courses.duplicate_item, item_id=quiz.id)

    def held(item_id: UUID) -> list[tuple[str, str, str]]:
        lines = instructor.sees(service.source, item_id=item_id).lines
        return [(line.place, line.kind, line.points) for line in lines]

    assert held(copy.id) == held(quiz.id)
