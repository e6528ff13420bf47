"""How attempts end: once, whoever asks, by the server's clock alone."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import col, func, select

from lms_app.core.errors import Conflict, Forbidden
from lms_app.core.outbox import OutboxMessage
from lms_app.core.work import SYSTEM, Work, unit_of_work
from lms_app.grades.models import GradeEntry
from lms_app.quizzes import service
from lms_app.quizzes.models import Attempt, AttemptQuestion
from tests.makers import NOON
from tests.quizzes import makers
from tests.quizzes.makers import MINUTE, RIGHT, SECOND

LIMIT = 20 * MINUTE


def _grades(work: Work) -> list[Decimal | None]:
    return list(work.db.exec(select(GradeEntry.points).order_by(col(GradeEntry.seq))).all())


def _messages(work: Work) -> list[str]:
    return sorted(work.db.exec(select(OutboxMessage.topic)).all())


def _everything(work: Work) -> list[Any]:
    attempts = work.db.exec(select(Attempt).order_by(col(Attempt.started_at))).all()
    questions = work.db.exec(
        select(AttemptQuestion).order_by(col(AttemptQuestion.attempt_id), col(AttemptQuestion.number))
    ).all()
    entries = work.db.exec(select(GradeEntry).order_by(col(GradeEntry.seq))).all()
    return [row.model_dump() for row in (*attempts, *questions, *entries)]


def test_twenty_submissions_at_once_are_one(student: Any, instructor: Any) -> None:
    quiz = makers.quiz(instructor, student)
    attempt = makers.begun(student, quiz)
    for number, value in enumerate(RIGHT, start=1):
        makers.answers(student, attempt, number, value)

    with ThreadPoolExecutor(20) as tabs:
        results = list(tabs.map(lambda _: student.does(service.submit, attempt_id=UUID(attempt.id)), range(20)))

    assert [result == results[0] for result in results] == [True] * 20
    assert student.sees(_grades) == [Decimal(10)]
    assert sorted(student.sees(_messages)) == ["course_progress", "learned"]


def test_handing_in_twice_returns_the_first_result(student: Any, instructor: Any) -> None:
    quiz = makers.quiz(instructor, student)
    attempt = student.at(NOON).does(service.start, item_id=quiz.id)
    first = student.at(NOON + 5 * MINUTE).does(service.submit, attempt_id=UUID(attempt.id))

    again = student.at(NOON + 6 * MINUTE).does(service.submit, attempt_id=UUID(attempt.id))

    assert again == first


def test_parallel_starts_never_make_more_attempts_than_allowed(student: Any, instructor: Any) -> None:
    quiz = makers.quiz(instructor, student, attempts_allowed=2)

    def start_and_submit(_: int) -> str:
        try:
            attempt = student.does(service.start, item_id=quiz.id)
            student.does(service.submit, attempt_id=UUID(attempt.id))
        except Conflict as refused:
            return str(refused)
        return attempt.id

    with ThreadPoolExecutor(8) as tabs:
        outcomes = set(tabs.map(start_and_submit, range(8)))

    def numbers(work: Work) -> list[int]:
        return list(work.db.exec(select(Attempt.number).order_by(col(Attempt.number))).all())

    assert student.sees(numbers) in ([1], [1, 2])
    assert len(outcomes - {"You have used all 2 attempts."}) <= 2


def test_parallel_starts_begin_one_attempt(student: Any, instructor: Any) -> None:
    quiz = makers.quiz(instructor, student, attempts_allowed=3)

    with ThreadPoolExecutor(8) as tabs:
        started = set(tabs.map(lambda _: student.does(service.start, item_id=quiz.id).id, range(8)))

    assert len(started) == 1


def test_an_attempt_nobody_returns_to_is_closed_with_its_answers_at_its_deadline(student: Any, instructor: Any) -> None:
    quiz = makers.quiz(instructor, student, limit_minutes=20)
    attempt = student.at(NOON).does(service.start, item_id=quiz.id)
    makers.answers(student.at(NOON + MINUTE), attempt, 1, RIGHT[0])

    # The server was off at the deadline, and its job runs three hours after.
    with unit_of_work(SYSTEM, NOON + timedelta(hours=3)) as work:
        closed = service.close_overdue(work), service.close_overdue(work)

    result = student.at(NOON + timedelta(hours=3)).does(service.result, attempt_id=UUID(attempt.id))
    assert closed == (1, 0)
    assert (result.state, result.points, result.facts) == (
        "expired",
        Decimal(2),
        "Attempt 1 · 20 min · submitted Mon 1 Mar, 12:20",
    )
    assert result.notes[0] == "Time ran out, so the answers saved by then were submitted."
    assert student.sees(_grades) == [Decimal(2)]


@pytest.mark.parametrize(("after", "state"), [(-1, "open"), (0, "open"), (10, "open"), (11, "expired")])
def test_the_job_waits_for_the_grace(student: Any, instructor: Any, after: int, state: str) -> None:
    quiz = makers.quiz(instructor, student, limit_minutes=20)
    attempt = student.at(NOON).does(service.start, item_id=quiz.id)

    with unit_of_work(SYSTEM, NOON + LIMIT + after * SECOND) as work:
        service.close_overdue(work)

    def of(work: Work) -> str:
        return work.db.get_one(Attempt, UUID(attempt.id)).state

    assert student.sees(of) == state


def test_any_reader_closes_an_overdue_attempt(student: Any, instructor: Any) -> None:
    quiz = makers.quiz(instructor, student, limit_minutes=20, attempts_allowed=2)
    late = student.at(NOON + LIMIT + MINUTE)
    attempt = student.at(NOON).does(service.start, item_id=quiz.id)

    page = late.does(service.overview, item_id=quiz.id)
    turn = late.does(service.turn_to, attempt_id=UUID(attempt.id))
    second = late.does(service.start, item_id=quiz.id)

    assert (page.open_attempt, [a.state for a in page.attempts], page.attempts_left) == ("", ["expired"], 1)
    assert (turn.attempt.state, turn.cells, turn.question.id) == ("expired", [], "")
    assert second.number == 2


def test_submitting_after_the_end_changes_nothing_but_closes(student: Any, instructor: Any) -> None:
    quiz = makers.quiz(instructor, student, limit_minutes=20)
    attempt = student.at(NOON).does(service.start, item_id=quiz.id)

    result = student.at(NOON + LIMIT + MINUTE).does(service.submit, attempt_id=UUID(attempt.id))

    assert (result.state, result.facts) == ("expired", "Attempt 1 · 20 min · submitted Mon 1 Mar, 12:20")


def test_a_page_whose_clock_runs_fast_is_told_the_time_and_not_submitted(student: Any, instructor: Any) -> None:
    quiz = makers.quiz(instructor, student, limit_minutes=20)
    attempt = UUID(student.at(NOON).does(service.start, item_id=quiz.id).id)

    early = student.at(NOON + LIMIT - 90 * SECOND).does(service.time, attempt_id=attempt)
    ended = student.at(NOON + LIMIT).does(service.time, attempt_id=attempt)

    assert (early.over, early.seconds_left) == (False, 90)
    assert (ended.over, ended.seconds_left) == (True, 0)


def test_the_grade_is_made_of_all_attempts(student: Any, instructor: Any) -> None:
    quiz = makers.quiz(instructor, student, grading="average", attempts_allowed=3)
    makers.taken(student, quiz, *RIGHT)
    makers.taken(student, quiz)

    makers.taken(student, quiz, RIGHT[0])

    assert student.sees(_grades) == [Decimal(10), Decimal(5), Decimal(4)]


def test_a_worse_second_attempt_changes_no_grade_when_the_best_counts(student: Any, instructor: Any) -> None:
    quiz = makers.quiz(instructor, student)
    makers.taken(student, quiz, *RIGHT)

    makers.taken(student, quiz)

    assert student.sees(_grades) == [Decimal(10)]


def test_grading_again_changes_nothing(student: Any, instructor: Any) -> None:
    quiz = makers.quiz(instructor, student)
    result = makers.taken(student, quiz, *RIGHT[:3])
    before = student.sees(_everything)

    student.does(service.grade_again, attempt_id=UUID(result.attempt_id))

    assert student.sees(_everything) == before


def test_a_close_in_the_middle_ends_the_attempt(student: Any, instructor: Any) -> None:
    quiz = makers.quiz(instructor, student, closes_at=NOON + MINUTE)
    attempt = student.at(NOON).does(service.start, item_id=quiz.id)

    read = student.at(NOON + MINUTE + 11 * SECOND).does(service.read, attempt_id=UUID(attempt.id))

    assert (read.state, read.deadline_at) == ("expired", NOON + MINUTE)


def test_moving_the_close_moves_nobodys_end(student: Any, instructor: Any) -> None:
    quiz = makers.quiz(instructor, student, closes_at=NOON + timedelta(hours=1))
    attempt = student.at(NOON).does(service.start, item_id=quiz.id)

    instructor.at(NOON).does(service.update_quiz, quiz_id=quiz.id, closes_at=NOON + MINUTE)

    read = student.at(NOON + 30 * MINUTE).does(service.read, attempt_id=UUID(attempt.id))
    assert (read.state, read.deadline_at) == ("open", NOON + timedelta(hours=1))


def test_only_jobs_close_what_is_overdue(student: Any, instructor: Any) -> None:
    for person in (student, instructor):
        with pytest.raises(Forbidden):
            person.does(service.close_overdue)


def test_closing_many_takes_the_oldest_first(student: Any, stranger: Any, instructor: Any) -> None:
    quiz = makers.quiz(instructor, student, stranger, limit_minutes=20)
    student.at(NOON + MINUTE).does(service.start, item_id=quiz.id)
    stranger.at(NOON).does(service.start, item_id=quiz.id)

    with unit_of_work(SYSTEM, NOON + timedelta(hours=1)) as work:
        done = [service.close_overdue(work, limit=1) for _ in range(3)]
        left = work.db.exec(select(func.count()).where(col(Attempt.state) == "open")).one()

    assert (done, left) == ([1, 1, 0], 0)
