"""The audit log's chain: what is written down of each entry, and what is said when somebody was at the rows."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlmodel import col, select

from lms_app.core import audit, chain, trace
from lms_app.core.audit import AuditEntry
from lms_app.core.work import SYSTEM, Actor, SiteRole, noting, perform, reading, unit_of_work
from tests.makers import NOON


def _write(count: int = 5) -> None:
    for n in range(count):
        with unit_of_work(SYSTEM, NOON + timedelta(minutes=n)) as work:
            audit.record(work, "grade.changed", "grade_item", f"item {n}", {"points": "3"}, {"points": str(n)})


def _walk(**given: Any) -> chain.Chain:
    with reading(SYSTEM) as work:
        return chain.walk(work, **given)


def _at_the_rows(statement: str, **given: Any) -> None:
    """What somebody does who has the database's password."""
    with unit_of_work(SYSTEM) as work:
        assert work.db.connection().execute(text(statement), given).rowcount >= 1


def _found(**given: Any) -> list[tuple[str, int]]:
    return [(one.fate, one.seq) for one in _walk(**given).breaks]


def test_a_whole_chain_is_walked_to_its_end() -> None:
    _write()

    found = _walk()

    assert (found.entries, found.breaks, found.knows) == (5, [], None)
    assert found.last_seq == 5


@pytest.mark.parametrize("number", [1, 3, 5])
@pytest.mark.parametrize(
    "change",
    [
        "subject_id = 'item X'",
        "action = 'grade.changeD'",
        "at = at + 1",
        "subject_kind = 'grade_iten'",
        "request_id = 'x'",
        "actor_id = '00000000000000000000000000000001'",
        "hash = 'f' || substr(hash, 2, 62) || CASE substr(hash, 64) WHEN '0' THEN '1' ELSE '0' END",
        "previous_hash = CASE substr(previous_hash, 1, 1) WHEN 'e' THEN 'd' ELSE 'e' END || substr(previous_hash, 2)",
    ],
    ids=lambda change: change.split(" ")[0],
)
def test_one_byte_names_its_entry(number: int, change: str) -> None:
    _write()

    _at_the_rows(f"UPDATE audit_entry SET {change} WHERE seq = {number}")

    assert _found() == [("edited", number)]


def test_another_mark_in_what_was_written_is_found() -> None:
    _write()
    with unit_of_work(SYSTEM) as work:
        work.db.exec(select(AuditEntry).where(col(AuditEntry.seq) == 3)).one().new = {"points": "20"}

    (found,) = _walk().breaks

    assert found.sentence.startswith("Entry 3 (2027-03-01 12:02:00 UTC, grade.changed) is not what its hash says")


def test_an_entry_whose_hash_was_made_anew_is_named_by_the_next_one() -> None:
    _write()
    with unit_of_work(SYSTEM) as work:
        entry = work.db.exec(select(AuditEntry).where(col(AuditEntry.seq) == 3)).one()
        entry.new = {"points": "20"}
        entry.hash = audit.hash_of(entry)

    assert _found() == [("edited", 3)]


@pytest.mark.parametrize(("gone", "named"), [("= 1", 2), ("= 3", 4), ("IN (2, 3)", 4), ("< 5", 5)])
def test_missing_entries_are_named_by_what_follows_them(gone: str, named: int) -> None:
    _write()

    _at_the_rows(f"DELETE FROM audit_entry WHERE seq {gone}")

    assert _found() == [("missing", named)]


def test_an_end_that_was_cut_off_is_missed_by_whoever_kept_its_hash() -> None:
    _write()
    kept = _walk().last_hash
    assert _walk(expected=kept).knows is True

    _at_the_rows("DELETE FROM audit_entry WHERE seq = 5")

    assert _walk(expected=kept).knows is False


def test_an_entry_that_was_put_in_is_found_with_a_hash_and_without() -> None:
    _write(2)
    with unit_of_work(SYSTEM, NOON) as work:
        last = work.db.exec(select(AuditEntry).where(col(AuditEntry.seq) == 2)).one()
        given = {"at": NOON, "action": "grade.changed", "subject_kind": "grade_item", "subject_id": "mine"}
        made = AuditEntry(**given, seq=4, previous_hash=last.hash, hash="")
        made.hash = audit.hash_of(made)
        real = AuditEntry(**given, seq=5, previous_hash=last.hash, hash="")
        real.hash = audit.hash_of(real)
        work.db.add_all([made, real])
    assert _found() == [("inserted", 4)]

    with unit_of_work(SYSTEM, NOON) as work:
        work.db.add(AuditEntry(**given, seq=6, previous_hash="0" * 64, hash="0" * 64))

    assert _found() == [("inserted", 4), ("inserted", 6)]


def test_entries_from_before_requests_were_noted_stay_whole() -> None:
    """The hash of an entry without the newer columns is what it was before there were any."""
    entry = AuditEntry(
        at=NOON,
        action="grade.changed",
        subject_kind="item",
        subject_id="1",
        new={"points": "3"},
        previous_hash="",
        hash="",
    )

    assert audit.hash_of(entry) == "c2d82bd975173ed321a9ddcaabcaee3ef4f14e1465f9e940ee65136677b2cc2e"


@pytest.mark.anyio
async def test_an_entry_knows_its_request_and_who_looked_as_whom(student: Any, admin: Any) -> None:
    seen = Actor(student.id, role=SiteRole.STUDENT, read_only="Only looking.", acted_by=admin.id)
    request_id = trace.begin()

    await perform(noting(seen), audit.record, "course.exported", "course", uuid4())

    with reading(SYSTEM) as work:
        entry = work.db.exec(select(AuditEntry)).one()
    assert (entry.actor_id, entry.acting_as, entry.request_id) == (admin.id, student.id, request_id)
    assert _found() == []


def test_only_what_is_different_is_noted_and_of_prose_not_the_words() -> None:
    before = {"closes_at": None, "attempts": 2, "intro": "", "title": "x"}
    after = {**before, "closes_at": NOON, "intro": "Ask Ada.", "title": "y" * 300}
    with unit_of_work(SYSTEM, NOON) as work:
        audit.record_change(work, "quiz.changed", "quiz", "1", before, after)
        audit.record_change(work, "quiz.changed", "quiz", "1", before, before)

    with reading(SYSTEM) as work:
        entry = work.db.exec(select(AuditEntry)).one()
    assert entry.old == {"closes_at": None, "intro": "", "title": "x"}
    assert entry.new == {"closes_at": "2027-03-01T12:00+00:00", "intro": "…", "title": "y" * 199 + "…"}
