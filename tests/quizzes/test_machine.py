"""The states of an attempt under any order of acts: what the table of transitions allows happens, and nothing else."""

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlmodel import col, select
from uuid_utils.compat import uuid7

from lms_app.core.errors import Conflict, NotFound
from lms_app.core.work import SYSTEM, Work, unit_of_work
from lms_app.grades.models import GradeEntry, GradeItem
from lms_app.quizzes import service
from lms_app.quizzes.models import Answer, Attempt, State
from lms_app.quizzes.rules import TRANSITIONS, Act, Effect
from tests.makers import NOON
from tests.quizzes import makers
from tests.quizzes.makers import RIGHT

ALLOWED = 3
GRACE = timedelta(seconds=10)


def _attempts(work: Work, quiz_id: UUID) -> list[Attempt]:
    return list(
        work.db.exec(select(Attempt).where(col(Attempt.quiz_id) == quiz_id).order_by(col(Attempt.number))).all()
    )


def _facts(work: Work, quiz_id: UUID) -> tuple[int, list[Decimal | None], list[Decimal | None]]:
    """Rows saved, points of the attempts that are over, and grades recorded, of one quiz."""
    saves = select(Answer.save_id).join(Attempt, col(Attempt.id) == col(Answer.attempt_id))
    points = select(Attempt.points).where(col(Attempt.quiz_id) == quiz_id, col(Attempt.state) != State.OPEN)
    grades = select(GradeEntry.points).join(GradeItem, col(GradeItem.id) == col(GradeEntry.item_id))
    return (
        len(work.db.exec(saves.where(col(Attempt.quiz_id) == quiz_id)).all()),
        list(work.db.exec(points).all()),
        list(work.db.exec(grades.where(col(GradeItem.source_id) == quiz_id).order_by(col(GradeEntry.seq))).all()),
    )


class Attempts(RuleBasedStateMachine):
    """One student, one quiz of 20 minutes and three attempts, a clock that only goes forward."""

    student: Any
    instructor: Any

    @initialize()
    def begin(self) -> None:
        self.quiz = makers.quiz(self.instructor, self.student, limit_minutes=20, attempts_allowed=ALLOWED)
        self.now = NOON
        self.rows = 0
        self.over: dict[UUID, dict[str, Any]] = {}

    @property
    def me(self) -> Any:
        return self.student.at(self.now)

    def last(self) -> Attempt | None:
        return next(iter(self.me.sees(_attempts, self.quiz.id)[::-1]), None)

    def expect(self, before: Attempt | None, act: Act) -> tuple[State | None, Effect]:
        """What the table says; an attempt whose end has passed is expired for whoever looks."""
        state = State(before.state) if before else None
        if state is State.OPEN and before and before.deadline_at and self.now > before.deadline_at + GRACE:
            state = TRANSITIONS[state, Act.EXPIRE][0]
        return TRANSITIONS[state, act]

    @rule(minutes=st.sampled_from([0, 1, 7, 19, 20]), seconds=st.sampled_from([0, 9, 10, 11, 59]))
    def time_passes(self, minutes: int, seconds: int) -> None:
        self.now += timedelta(minutes=minutes, seconds=seconds)

    @rule()
    def start(self) -> None:
        before = self.last()
        was_open = before is not None and self.expect(before, Act.START)[0] is State.OPEN
        try:
            started = self.me.does(service.start, item_id=self.quiz.id)
        except Conflict:
            assert before is not None
            assert before.number == ALLOWED
            assert not was_open
            return
        assert started.state == State.OPEN
        assert started.number == (before.number if was_open and before else (before.number if before else 0) + 1)

    @precondition(lambda self: self.last() is not None)
    @rule(number=st.integers(1, 5), base_seq=st.integers(0, 30))
    def save(self, number: int, base_seq: int) -> None:
        before = self.last()
        assert before is not None
        state = State(before.state)
        given = {
            "attempt_id": before.id,
            "question_id": self.quiz.questions[number - 1],
            "save_id": uuid7(),
            "base_seq": base_seq,
            "value": RIGHT[number - 1],
        }
        if TRANSITIONS[state, Act.SAVE][1] is Effect.REFUSES:
            with pytest.raises(Conflict):
                self.me.does(service.save, **given)
            return
        saved = self.me.does(service.save, **given)
        self.rows += 1
        assert before.deadline_at is not None
        assert saved.late is (self.now > before.deadline_at + GRACE)

    @precondition(lambda self: self.last() is not None)
    @rule()
    def submit(self) -> None:
        before = self.last()
        assert before is not None
        result = self.me.does(service.submit, attempt_id=before.id)
        assert result.state == self.expect(before, Act.SUBMIT)[0]

    @precondition(lambda self: self.last() is not None)
    @rule()
    def look(self) -> None:
        before = self.last()
        assert before is not None
        seen = self.me.does(service.read, attempt_id=before.id)
        assert seen.state == self.expect(before, Act.START)[0]

    @rule()
    def the_job_runs(self) -> None:
        with unit_of_work(SYSTEM, self.now) as work:
            service.close_overdue(work)

    @rule()
    def a_stranger_tries(self) -> None:
        with pytest.raises(NotFound):
            self.instructor.at(self.now).does(service.submit, attempt_id=UUID(int=0))

    @invariant()
    def what_is_over_never_changes(self) -> None:
        if not hasattr(self, "quiz"):
            return
        attempts = self.me.sees(_attempts, self.quiz.id)
        assert [a.number for a in attempts] == list(range(1, len(attempts) + 1))
        assert sum(a.state == State.OPEN for a in attempts) <= 1
        for attempt in attempts:
            if attempt.state != State.OPEN:
                kept = self.over.setdefault(attempt.id, attempt.model_dump())
                assert attempt.model_dump() == kept
                assert attempt.finished_at is not None
                assert attempt.deadline_at is not None
                assert attempt.started_at <= attempt.finished_at <= attempt.deadline_at

    @invariant()
    def no_row_is_ever_lost_and_the_grade_is_the_best_attempt(self) -> None:
        if not hasattr(self, "quiz"):
            return

        saved, points, grades = self.me.sees(_facts, self.quiz.id)
        assert saved == self.rows
        assert (max(points, default=None) if points else None) == (grades[-1] if grades else None)


def _run(student: Any, instructor: Any, *, examples: int, steps: int) -> None:
    class Bound(Attempts):
        pass

    Bound.student, Bound.instructor = student, instructor
    run_state_machine_as_test(
        Bound,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            database=None,
        ),
    )


def test_attempts_go_from_state_to_state_as_the_table_says(student: Any, instructor: Any) -> None:
    _run(student, instructor, examples=10, steps=30)


@pytest.mark.long
def test_ten_thousand_steps_find_no_other_way(student: Any, instructor: Any) -> None:
    _run(student, instructor, examples=100, steps=100)
