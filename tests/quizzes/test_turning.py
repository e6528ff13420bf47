"""Turning pages and flagging on the lane of the answers: the same as the ordinary way, for the same people."""

import asyncio
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from lms_app.core.errors import Conflict, NotFound, NotSignedIn
from lms_app.core.work import ANONYMOUS
from lms_app.quizzes import service
from lms_app.quizzes.views import Cell, TurnView
from tests.makers import NOON, Person
from tests.quizzes import makers
from tests.quizzes.makers import MINUTE


def turn(who: Person, now: datetime, attempt: str, number: int) -> TurnView:
    return asyncio.run(service.turn(who.actor, now, attempt_id=UUID(attempt), number=number))


def put_flag(who: Person, now: datetime, attempt: str, number: int, flagged: bool) -> list[Cell]:
    act = service.put_flag(who.actor, now, attempt_id=UUID(attempt), number=number, flagged=flagged)
    return asyncio.run(act)


def test_turning_shows_what_the_ordinary_way_shows_and_is_remembered(student: Any, instructor: Any) -> None:
    quiz = makers.quiz(instructor, student, shuffle_questions=True)
    attempt = makers.begun(student, quiz)
    makers.answers(student, attempt, 2, makers.question(student, attempt, 2).value)
    put_flag(student, NOON, attempt.id, 3, True)

    for number in range(1, 6):
        there = turn(student, NOON, attempt.id, number)
        long_way = student.does(service.turn_to, attempt_id=UUID(attempt.id))

        assert there.attempt is None
        assert (there.cells, there.question) == (long_way.cells, long_way.question)
        assert long_way.attempt.current == number


def test_a_turn_sees_the_answer_that_was_saved_just_before(student: Any, instructor: Any) -> None:
    attempt = makers.begun(student, makers.quiz(instructor, student))
    before = turn(student, NOON, attempt.id, 1)
    makers.answers(student, attempt, 1, {"choice": "right"})

    after = turn(student, NOON, attempt.id, 1)

    assert (before.question.value, before.question.seq, before.cells[0].answered) == ({"choice": ""}, 0, False)
    assert (after.question.value, after.question.seq, after.cells[0].answered) == ({"choice": "right"}, 1, True)


def test_a_flag_is_kept_and_taken_back(student: Any, instructor: Any) -> None:
    attempt = makers.begun(student, makers.quiz(instructor, student))

    flagged = put_flag(student, NOON, attempt.id, 5, True)
    taken_back = put_flag(student, NOON, attempt.id, 5, False)

    assert [cell.number for cell in flagged if cell.flagged] == [5]
    assert [cell.number for cell in taken_back if cell.flagged] == []


def test_an_attempt_whose_time_is_up_is_closed_by_turning(student: Any, instructor: Any) -> None:
    attempt = makers.begun(student, makers.quiz(instructor, student, limit_minutes=30))

    late = turn(student, NOON + 31 * MINUTE, attempt.id, 2)

    assert late.attempt is not None
    assert late.attempt.state == "expired"
    assert late.question.number == 0
    with pytest.raises(Conflict):
        put_flag(student, NOON + 31 * MINUTE, attempt.id, 2, True)


def test_who_left_the_course_turns_no_page_any_more(student: Any, instructor: Any) -> None:
    quiz = makers.quiz(instructor, student)
    attempt = makers.begun(student, quiz)
    turn(student, NOON, attempt.id, 2)
    from lms_app.courses import service as courses

    student.does(courses.leave, slug=quiz.course.slug)

    with pytest.raises(NotFound):
        turn(student, NOON, attempt.id, 3)
    with pytest.raises(NotFound):
        put_flag(student, NOON, attempt.id, 3, True)


@pytest.mark.parametrize("number", [0, -1, 6, 10_000])
def test_a_question_that_is_not_there_is_told(student: Any, instructor: Any, number: int) -> None:
    attempt = makers.begun(student, makers.quiz(instructor, student))

    with pytest.raises(NotFound):
        turn(student, NOON, attempt.id, number)
    with pytest.raises(NotFound):
        put_flag(student, NOON, attempt.id, number, True)


def test_somebody_elses_attempt_is_not_there(student: Any, instructor: Any, stranger: Any, admin: Any) -> None:
    attempt = makers.begun(student, makers.quiz(instructor, student))

    for who in (stranger, instructor, admin):
        with pytest.raises(NotFound):
            turn(who, NOON, attempt.id, 1)
        with pytest.raises(NotFound):
            put_flag(who, NOON, attempt.id, 1, True)
    with pytest.raises(NotSignedIn):
        asyncio.run(service.turn(ANONYMOUS, NOON, attempt_id=UUID(attempt.id), number=1))
    with pytest.raises(NotFound):
        asyncio.run(service.put_flag(student.actor, NOON, attempt_id=uuid4(), number=1, flagged=True))
    assert [cell.flagged for cell in student.does(service.turn_to, attempt_id=UUID(attempt.id)).cells] == [False] * 5
