"""Units of work: all or nothing, one moment, one commit for many, and the loop stays free."""

import asyncio
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError
from sqlmodel import col, func, select

from lms_app.core import audit, chain, db, outbox
from lms_app.core.audit import AuditEntry
from lms_app.core.errors import Conflict, NoRoom, NotSignedIn
from lms_app.core.identity import User
from lms_app.core.outbox import OutboxMessage
from lms_app.core.work import ANONYMOUS, SYSTEM, Work, ask, perform, perform_at, reading, unit_of_work
from tests.makers import NOON

pytestmark = pytest.mark.anyio


def _add(work: Work, email: str) -> str:
    work.db.add(User(email=email, name="Ada", created_at=work.now))
    work.db.flush()
    return email


def _count(work: Work) -> int:
    return work.db.exec(select(func.count()).select_from(User)).one()


def _fail(work: Work, email: str) -> None:
    _add(work, email)
    raise Conflict("No.")


async def test_an_act_that_fails_leaves_nothing_and_its_neighbours_whole() -> None:
    acts = [perform(SYSTEM, _add if n % 2 else _fail, f"ada{n}@example.org") for n in range(20)]

    answers = await asyncio.gather(*acts, return_exceptions=True)

    assert [isinstance(answer, Conflict) for answer in answers] == [n % 2 == 0 for n in range(20)]
    assert await ask(SYSTEM, _count) == 10


async def test_the_double_click_sees_the_winners_row() -> None:
    answers = await asyncio.gather(
        *[perform(SYSTEM, _add, "ada@example.org") for _ in range(5)], return_exceptions=True
    )

    assert answers.count("ada@example.org") == 1
    assert sum(isinstance(answer, Conflict) for answer in answers) == 4


async def test_a_reader_cannot_write() -> None:
    with pytest.raises(Exception, match=r"readonly|read-only"):
        await ask(SYSTEM, _add, "ada@example.org")

    assert await ask(SYSTEM, _count) == 0


async def test_the_loop_runs_on_while_an_act_waits() -> None:
    ticks = 0

    async def tick() -> None:
        nonlocal ticks
        while True:
            await asyncio.sleep(0.005)
            ticks += 1

    def slow(work: Work) -> None:
        time.sleep(0.2)

    task = asyncio.create_task(tick())
    await perform(SYSTEM, slow)
    task.cancel()

    assert ticks > 10


async def test_waiting_for_the_writer_makes_nothing_late() -> None:
    def now(work: Work) -> datetime:
        return work.now

    def slow(work: Work) -> None:
        time.sleep(0.3)

    first = asyncio.create_task(perform(SYSTEM, slow))
    await asyncio.sleep(0)
    asked = datetime.now(UTC)

    assert await perform(SYSTEM, now) - asked < timedelta(seconds=0.1)
    assert await perform_at(NOON, SYSTEM, now) == NOON
    await first


async def test_a_cache_is_told_after_the_commit_and_only_then() -> None:
    told: list[str] = []

    def tell(work: Work, fails: bool) -> None:
        work.after_commit(lambda: told.append("done"))
        if fails:
            raise Conflict("No.")

    await perform(SYSTEM, tell, False)
    with pytest.raises(Conflict):
        await perform(SYSTEM, tell, True)

    assert told == ["done"]


def test_nobody_has_no_id() -> None:
    with reading(ANONYMOUS) as work, pytest.raises(NotSignedIn):
        _ = work.user_id


def test_a_reading_unit_refuses_rows() -> None:
    with pytest.raises((OperationalError, Exception), match=r"readonly|read-only"), reading(SYSTEM) as work:
        _add(work, "ada@example.org")


def test_a_message_with_a_key_is_put_once_and_undone_with_its_transaction() -> None:
    with unit_of_work(SYSTEM, NOON) as work:
        outbox.put(work, "mail", {"n": 1}, key="once")
        outbox.put(work, "mail", {"n": 2}, key="once")
    with pytest.raises(Conflict), unit_of_work(SYSTEM, NOON) as work:
        outbox.put(work, "mail", {"n": 3})
        raise Conflict("No.")

    with reading(SYSTEM, NOON) as work:
        assert [message.payload for message in work.db.exec(select(OutboxMessage))] == [{"n": 1}]


def test_a_lease_keeps_others_away_until_it_is_over() -> None:
    with unit_of_work(SYSTEM, NOON) as work:
        outbox.put(work, "mail", {"n": 1})

    def claimed(at: datetime) -> list[Any]:
        with unit_of_work(SYSTEM, at) as work:
            return [message.payload for message in outbox.claim(work)]

    assert claimed(NOON) == [{"n": 1}]
    assert claimed(NOON + timedelta(seconds=59)) == []
    assert claimed(NOON + timedelta(seconds=61)) == [{"n": 1}]


def test_what_fails_is_tried_again_later_and_at_last_left_to_a_person() -> None:
    with unit_of_work(SYSTEM, NOON) as work:
        outbox.put(work, "mail", {})
    at, waits = NOON, []
    for _ in range(outbox.ATTEMPTS_MAX):
        with unit_of_work(SYSTEM, at) as work:
            (message,) = outbox.claim(work)
            outbox.retry_later(work, message, "the server said no")
            due = work.db.exec(select(OutboxMessage.due_at)).one()
        waits.append((due - at).total_seconds())
        at = due

    with unit_of_work(SYSTEM, at) as work:
        assert outbox.claim(work) == []
        assert not outbox.is_due(work)
        (row,) = work.db.exec(select(OutboxMessage)).all()
        assert (row.failed_at is not None, row.last_error) == (True, "the server said no")
        assert outbox.try_again(work, row.id)
    assert waits[:3] == [10, 40, 90]
    with unit_of_work(SYSTEM, at) as work:
        assert len(outbox.claim(work)) == 1


def test_an_edited_audit_entry_is_found() -> None:
    for n in range(3):
        with unit_of_work(SYSTEM, NOON) as work:
            audit.record(work, "grade.given", "grade_item", f"item {n}", None, {"points": str(n)})
    with reading(SYSTEM) as work:
        assert chain.walk(work).breaks == []

    with unit_of_work(SYSTEM) as work:
        entry = work.db.exec(select(AuditEntry).where(col(AuditEntry.subject_id) == "item 1")).one()
        entry.new = {"points": "100"}
        edited = entry.seq

    with reading(SYSTEM) as work:
        assert [(one.fate, one.seq) for one in chain.walk(work).breaks] == [("edited", edited)]


def test_moments_marks_and_shares_come_back_as_they_went() -> None:
    assert db.from_micros(db.to_micros(NOON)) == NOON
    with pytest.raises(ValueError, match="time zone"):
        db.to_micros(NOON.replace(tzinfo=None))


async def test_a_full_disk_is_said_and_is_over_when_there_is_room_again() -> None:
    if not db.database().is_sqlite:
        pytest.skip("how full a database may be is SQLite's setting")

    def fill(work: Work) -> None:
        work.db.connection().exec_driver_sql("PRAGMA max_page_count=1")  # as many as there are, no more
        for n in range(2_000):
            work.db.add(User(email=f"{n}@example.org", name="Ada" * 30, created_at=work.now))
        work.db.flush()

    def empty(work: Work) -> None:
        work.db.connection().exec_driver_sql("PRAGMA max_page_count=1000000")

    with pytest.raises(NoRoom, match="no room left"):
        await perform(SYSTEM, fill)
    assert await ask(SYSTEM, _count) == 0
    await perform(SYSTEM, empty)
    assert await perform(SYSTEM, _add, "ada@example.org") == "ada@example.org"
