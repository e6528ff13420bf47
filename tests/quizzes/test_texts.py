"""Texts between the questions: they are read, and counted nowhere."""

from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from uuid_utils.compat import uuid7

from lms_app.core.errors import Conflict, NotFound
from lms_app.exchange import service as exchange
from lms_app.home import service as home
from lms_app.quizzes import service
from tests.quizzes import makers

TEXT = service.draft(kind="description", stem="Read *this* about ponds.", spec={}, points=Decimal(3))


def _quiz(instructor: Any, *students: Any, **settings: Any) -> makers.Made:
    """Two questions, each behind a text, and a text at the end."""
    made = makers.quiz(instructor, *students, **settings)
    for slot_id in made.slots:
        instructor.does(service.remove_slot, slot_id=slot_id)
    one, two, *_ = makers.drafts()
    refs = instructor.does(service.add_questions, quiz_id=made.id, questions=[TEXT, one, TEXT, two, TEXT])
    slots = tuple(ref.slot_id for ref in refs if ref.slot_id)
    return makers.Made(made.course, made.id, tuple(ref.id for ref in refs), slots)


def test_a_text_has_no_number_and_no_points_before_the_attempt(instructor: Any, student: Any) -> None:
    quiz = _quiz(instructor, student)

    page = student.does(service.overview, item_id=quiz.id)
    source = instructor.sees(service.source, item_id=quiz.id)
    facts = student.sees(service.describe, item_ids=[quiz.id], user_id=student.id)

    assert (page.questions, page.points, page.rules[0]) == (2, "4", "2 questions, 4 points")
    assert source.facts == "2 questions · 4 points"
    assert [(line.number, line.points) for line in source.lines] == [(0, ""), (1, "2"), (0, ""), (2, "2"), (0, "")]
    assert facts[quiz.id].note == "2 questions"


def test_in_the_attempt_one_turns_to_a_text_and_is_never_asked_for_an_answer(instructor: Any, student: Any) -> None:
    quiz = _quiz(instructor, student)
    attempt = makers.begun(student, quiz)

    turn = student.does(service.turn_to, attempt_id=UUID(attempt.id), number=3)
    review = student.does(service.review, attempt_id=UUID(attempt.id))

    assert attempt.questions == 2
    assert [cell.label for cell in turn.cells] == ["", "1", "", "2", ""]
    assert (turn.question.label, turn.question.note) == ("", "")
    assert turn.question.stem_html == "<p>Read <em>this</em> about ponds.</p>"
    assert makers.question(student, attempt, 4).label == "2"
    assert [one.label for one in student.does(service.read_questions, attempt_id=UUID(attempt.id))] == [
        "", "1", "", "2", "",
    ]  # fmt: skip
    assert [(row.number, row.label) for row in review.rows] == [(2, "1"), (4, "2")]
    assert review.unanswered == 2


def test_a_text_takes_no_answer(instructor: Any, student: Any) -> None:
    attempt = makers.begun(student, _quiz(instructor, student))

    with pytest.raises(NotFound):
        student.does(
            service.save,
            attempt_id=UUID(attempt.id),
            question_id=UUID(makers.question(student, attempt, 1).id),
            save_id=uuid7(),
            base_seq=0,
            value={},
        )


def test_after_it_a_text_is_read_once_more_and_costs_nothing(instructor: Any, student: Any) -> None:
    quiz = _quiz(instructor, student)
    attempt = makers.begun(student, quiz)
    makers.answers(student, attempt, 2, {"choice": "right"})
    makers.answers(student, attempt, 4, {"choices": ["a", "b"]})

    result = student.does(service.submit, attempt_id=UUID(attempt.id))

    assert result.headline == "4 of 4 points."
    assert [(row.label, row.outcome, row.score) for row in result.answers] == [
        ("", "text", ""),
        ("1", "correct", "2 / 2"),
        ("", "text", ""),
        ("2", "correct", "2 / 2"),
        ("", "text", ""),
    ]
    assert student.sees(home.student_home).feedback[0].text == "2 of 2 questions right."
    staff = instructor.sees(service.results, item_id=quiz.id)
    assert [(one.number, one.answered, one.percent) for one in staff.questions] == [(1, 1, 100), (2, 1, 100)]


def test_a_shuffled_quiz_keeps_each_text_in_front_of_its_question(instructor: Any, student: Any) -> None:
    quiz = _quiz(instructor, student, shuffle_questions=True)
    first, one, second, two, last = map(str, quiz.questions)
    orders: set[tuple[str, ...]] = set()
    for _ in range(12):
        attempt = makers.begun(student, quiz)
        orders.add(tuple(q.id for q in student.does(service.read_questions, attempt_id=UUID(attempt.id))))
        student.does(service.submit, attempt_id=UUID(attempt.id))

    assert orders == {(first, one, second, two, last), (second, two, first, one, last)}


def test_texts_alone_make_no_quiz(instructor: Any, student: Any) -> None:
    quiz = _quiz(instructor, student)
    for slot in (quiz.slots[1], quiz.slots[3]):
        instructor.does(service.remove_slot, slot_id=slot)

    with pytest.raises(Conflict, match="no questions yet"):
        makers.begun(student, quiz)


def test_a_text_comes_in_from_gift(instructor: Any) -> None:
    report = exchange.read_gift("Read about **ponds**.\n\nIs it? {T}").report

    assert [(one.line, one.kind) for one in report.questions] == [(1, "description"), (3, "true_false")]
    assert report.findings == ()
