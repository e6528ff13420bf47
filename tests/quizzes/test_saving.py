"""Saving answers: what counts, what is kept beside it, and the lane that acknowledges only what is safe."""

import asyncio
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import col, select
from uuid_utils.compat import uuid7

from lms_app.core import db, hot
from lms_app.core.errors import Conflict, Invalid, NotFound
from lms_app.core.work import Work
from lms_app.quizzes import service
from lms_app.quizzes.models import Answer
from lms_app.quizzes.views import AttemptView
from tests.makers import NOON
from tests.quizzes import makers
from tests.quizzes.makers import MINUTE, RIGHT, SECOND

LIMIT = 20 * MINUTE


def _rows(work: Work, attempt_id: str) -> list[tuple[int, str, bool, bool]]:
    rows = work.db.exec(select(Answer).where(col(Answer.attempt_id) == UUID(attempt_id)).order_by(col(Answer.seq)))
    return [(row.seq, row.value, row.stale, row.late) for row in rows.all()]


def _save(attempt: AttemptView, question_id: str, value: Any, **changes: Any) -> dict[str, Any]:
    return {
        "attempt_id": UUID(attempt.id),
        "question_id": UUID(question_id),
        "save_id": uuid7(),
        "base_seq": 0,
        "value": value,
        **changes,
    }


@pytest.fixture
def quiz(student: Any, instructor: Any) -> makers.Made:
    return makers.quiz(instructor, student, limit_minutes=20)


@pytest.fixture
def attempt(student: Any, quiz: makers.Made) -> AttemptView:
    return student.at(NOON).does(service.start, item_id=quiz.id)


@pytest.fixture
def typed(student: Any, attempt: AttemptView) -> str:
    """The id of the short answer question."""
    return makers.question(student.at(NOON), attempt, 4).id


def test_every_change_is_a_row_and_the_newest_counts(student: Any, attempt: AttemptView, typed: str) -> None:
    for number, text in enumerate(("q", "qu", "quadrat")):
        student.at(NOON).does(service.save, **_save(attempt, typed, {"text": text}, base_seq=number))

    assert student.sees(_rows, attempt_id=attempt.id) == [
        (1, '{"text":"q"}', False, False),
        (2, '{"text":"qu"}', False, False),
        (3, '{"text":"quadrat"}', False, False),
    ]
    assert makers.question(student.at(NOON), attempt, 4).value == {"text": "quadrat"}


def test_the_same_save_again_gets_the_same_answer_also_after_submitting(
    student: Any, attempt: AttemptView, typed: str
) -> None:
    given = _save(attempt, typed, {"text": "quadrat"})
    first = student.at(NOON).does(service.save, **given)
    again = student.at(NOON).does(service.save, **given)
    student.at(NOON + MINUTE).does(service.submit, attempt_id=UUID(attempt.id))

    afterwards = student.at(NOON + 2 * MINUTE).does(service.save, **given)

    assert first == again == afterwards
    assert len(student.sees(_rows, attempt_id=attempt.id)) == 1


def test_a_save_id_is_for_one_change(student: Any, attempt: AttemptView, typed: str) -> None:
    given = _save(attempt, typed, {"text": "quadrat"})
    student.at(NOON).does(service.save, **given)

    with pytest.raises(Conflict) as refused:
        student.at(NOON).does(service.save, **{**given, "value": {"text": "other"}})

    assert refused.value.code == "save_taken"


def test_nothing_is_saved_after_submitting_and_nothing_reopens(student: Any, attempt: AttemptView, typed: str) -> None:
    result = student.at(NOON).does(service.submit, attempt_id=UUID(attempt.id))

    with pytest.raises(Conflict) as refused:
        student.at(NOON + SECOND).does(service.save, **_save(attempt, typed, {"text": "quadrat"}))

    assert refused.value.code == "attempt_over"
    assert student.at(NOON + SECOND).does(service.result, attempt_id=UUID(attempt.id)) == result


@pytest.mark.parametrize(
    ("after", "late"), [(-1, False), (0, False), (1, False), (9, False), (10, False), (11, True), (60, True)]
)
def test_the_arrival_decides_what_is_late(
    student: Any, attempt: AttemptView, typed: str, after: int, late: bool
) -> None:
    saved = student.at(NOON + LIMIT + after * SECOND).does(service.save, **_save(attempt, typed, {"text": "quadrat"}))
    student.at(NOON + LIMIT + timedelta(hours=1)).does(service.read, attempt_id=UUID(attempt.id))

    result = student.at(NOON + LIMIT + timedelta(hours=1)).does(service.result, attempt_id=UUID(attempt.id))

    assert saved.late is late
    assert int(result.points) == (0 if late else 2)
    assert result.facts.startswith("Attempt 1 · 20 min")


def test_a_late_answer_is_kept_for_the_instructor_and_does_not_hide_the_one_in_time(
    student: Any, instructor: Any, attempt: AttemptView, typed: str
) -> None:
    student.at(NOON).does(service.save, **_save(attempt, typed, {"text": "quadrat"}))
    student.at(NOON + LIMIT + 11 * SECOND).does(service.save, **_save(attempt, typed, {"text": "wrong"}, base_seq=1))

    theirs = instructor.at(NOON + LIMIT + MINUTE).does(service.result, attempt_id=UUID(attempt.id))
    mine = student.at(NOON + LIMIT + MINUTE).does(service.result, attempt_id=UUID(attempt.id))

    assert (theirs.answers[3].answer, theirs.answers[3].outcome) == ("quadrat", "correct")
    assert theirs.answers[3].late == ["wrong (Mon 1 Mar, 12:20)"]
    assert mine.answers[3].late == []


def test_what_arrived_in_time_counts_though_it_was_written_down_after_the_end(
    student: Any, attempt: AttemptView, typed: str
) -> None:
    closed = student.at(NOON + LIMIT + 11 * SECOND).does(service.read, attempt_id=UUID(attempt.id))

    # It had waited for a locked database since two seconds before the end.
    saved = student.at(NOON + LIMIT - 2 * SECOND).does(service.save, **_save(attempt, typed, {"text": "quadrat"}))

    assert (closed.state, saved.late) == ("expired", False)
    after = student.at(NOON + LIMIT + MINUTE)
    assert after.does(service.result, attempt_id=UUID(attempt.id)).points == 2
    assert len(after.sees(_rows, attempt_id=attempt.id)) == 1


@pytest.mark.parametrize(
    "value",
    [
        "not JSON",
        '{"text": NaN}',
        '{"number": "1"}',
        '{"text": 1}',
        '{"text": "a", "fraction": 1}',
        "[]",
        "null",
        '{"text": "' + "x" * 1001 + '"}',
        '{"text": "' + "x" * 60_000 + '"}',
        {"text": "x" * 1001},
    ],
)
def test_what_is_no_answer_to_the_question_is_refused(
    student: Any, attempt: AttemptView, typed: str, value: Any
) -> None:
    with pytest.raises(Invalid) as refused:
        student.at(NOON).does(service.save, **_save(attempt, typed, value))

    assert list(refused.value.fields) == ["value"]
    assert student.sees(_rows, attempt_id=attempt.id) == []


@pytest.mark.parametrize(
    "text", ["a\x00b", "\ud800"[:0] + "emoji \U0001f98a", "‮rtl", '"quoted"', "'; DROP TABLE answer;--"]
)
def test_any_text_comes_back_as_it_was_typed(student: Any, attempt: AttemptView, typed: str, text: str) -> None:
    student.at(NOON).does(service.save, **_save(attempt, typed, {"text": text}))

    assert makers.question(student.at(NOON), attempt, 4).value == {"text": text}


def test_a_question_of_another_attempt_is_not_there(
    student: Any, instructor: Any, attempt: AttemptView, stranger: Any
) -> None:
    other = makers.quiz(instructor, student)

    with pytest.raises(NotFound):
        student.at(NOON).does(service.save, **_save(attempt, str(other.questions[0]), {"choice": "a"}))


# ---- The lane


def _keep(person: Any, at: Any, given: dict[str, Any]) -> Any:
    return service.save_answer(person.actor, at, **given)


def test_the_lane_saves_as_the_unit_of_work_does(student: Any, attempt: AttemptView, typed: str) -> None:
    given = _save(attempt, typed, '{"text": "quadrat"}')

    async def twice() -> list[Any]:
        return [await _keep(student, NOON, given), await _keep(student, NOON, given)]

    first, again = asyncio.run(twice())

    assert first == again == student.at(NOON).does(service.save, **given)
    assert (first.seq, first.late, first.stale) == (1, False, False)


def test_saves_that_come_together_share_one_commit(student: Any, attempt: AttemptView, typed: str) -> None:
    number = makers.question(student.at(NOON), attempt, 5).id

    async def many() -> list[Any]:
        saves = [_save(attempt, typed, {"text": str(n)}, base_seq=n) for n in range(20)]
        saves += [_save(attempt, number, {"number": str(n)}, base_seq=40) for n in range(20)]
        await _keep(student, NOON, _save(attempt, typed, {"text": "warm"}))
        before = service.LANE.commits
        results = await asyncio.gather(*(_keep(student, NOON, each) for each in saves))
        return [service.LANE.commits - before, results]

    commits, results = asyncio.run(many())

    assert commits <= 2
    assert sorted(saved.seq for saved in results) == list(range(2, 42))


def test_one_bad_save_does_not_harm_its_neighbours(
    student: Any, stranger: Any, attempt: AttemptView, typed: str
) -> None:
    taken = _save(attempt, typed, {"text": "first"})

    async def together() -> list[Any]:
        await _keep(student, NOON, taken)
        return await asyncio.gather(
            _keep(student, NOON, _save(attempt, typed, {"text": "good"}, base_seq=1)),
            _keep(stranger, NOON, _save(attempt, typed, {"text": "theft"})),
            _keep(student, NOON, {**taken, "value": {"text": "other"}}),
            return_exceptions=True,
        )

    good, theft, again = asyncio.run(together())

    assert good.seq == 2
    assert isinstance(theft, NotFound)
    assert isinstance(again, Conflict)
    assert [row[1] for row in student.sees(_rows, attempt_id=attempt.id)] == ['{"text":"first"}', '{"text":"good"}']


def test_the_lane_grades_again_what_arrived_in_time_and_came_after_the_end(
    student: Any, attempt: AttemptView, typed: str
) -> None:
    student.at(NOON + LIMIT + 11 * SECOND).does(service.read, attempt_id=UUID(attempt.id))

    asyncio.run(_keep(student, NOON + LIMIT, _save(attempt, typed, {"text": "quadrat"})))

    assert student.at(NOON + LIMIT + MINUTE).does(service.result, attempt_id=UUID(attempt.id)).points == 2


def test_a_database_that_is_locked_is_told_and_the_same_save_works_later(
    student: Any, attempt: AttemptView, typed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not db.database().is_sqlite:
        pytest.skip("PostgreSQL locks rows, not the whole database")
    given = _save(attempt, typed, {"text": "quadrat"})
    student.at(NOON).does(service.read_sheet, attempt_id=UUID(attempt.id))
    # Five seconds are for production; a test need not wait for them.
    monkeypatch.setattr(hot, "LOCK_TIMEOUT", 0.05)
    outside = sqlite3.connect(db.database().path, isolation_level=None)
    outside.execute("BEGIN IMMEDIATE")

    async def locked_then_free() -> Any:
        with pytest.raises(hot.NotKept):
            await _keep(student, NOON, given)
        outside.execute("ROLLBACK")
        return await _keep(student, NOON, given)

    saved = asyncio.run(locked_then_free())
    outside.close()

    assert saved.seq == 1


def test_closing_the_lane_commits_what_waits(student: Any, attempt: AttemptView, typed: str) -> None:
    async def save_and_close() -> Any:
        await _keep(student, NOON, _save(attempt, typed, {"text": "one"}))
        waiting = asyncio.ensure_future(_keep(student, NOON, _save(attempt, typed, {"text": "two"}, base_seq=1)))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        hot.close()
        return await waiting

    saved = asyncio.run(save_and_close())

    assert saved.seq == 2
    assert len(student.sees(_rows, attempt_id=attempt.id)) == 2


def test_saves_and_a_submission_at_once_lose_no_acknowledged_answer(
    student: Any, attempt: AttemptView, typed: str
) -> None:
    async def race() -> tuple[list[Any], Any]:
        loop = asyncio.get_running_loop()
        with ThreadPoolExecutor(1) as pool:
            saves = [
                asyncio.ensure_future(_keep(student, NOON, _save(attempt, typed, {"text": f"{n}"}, base_seq=99)))
                for n in range(30)
            ]
            await asyncio.sleep(0.001)
            result = await loop.run_in_executor(
                pool, lambda: student.at(NOON).does(service.submit, attempt_id=UUID(attempt.id))
            )
            return await asyncio.gather(*saves, return_exceptions=True), result

    saved, result = asyncio.run(race())

    kept = [s for s in saved if not isinstance(s, Exception)]
    assert all(isinstance(s, Conflict) for s in saved if isinstance(s, Exception))
    assert len(student.sees(_rows, attempt_id=attempt.id)) == len(kept)
    newest = student.sees(_rows, attempt_id=attempt.id)[-1][1] if kept else None
    assert newest is None or result.answers[3].answer in newest


def test_right_answers_saved_by_the_lane_are_full_points(student: Any, attempt: AttemptView) -> None:
    ids = [q.id for q in student.at(NOON).does(service.read_questions, attempt_id=UUID(attempt.id))]

    async def all_of_them() -> None:
        pairs = zip(ids, RIGHT, strict=True)
        await asyncio.gather(*(_keep(student, NOON, _save(attempt, q, value)) for q, value in pairs))

    asyncio.run(all_of_them())

    assert student.at(NOON).does(service.submit, attempt_id=UUID(attempt.id)).points == 10
