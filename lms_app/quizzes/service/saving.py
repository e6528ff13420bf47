"""Saving an answer: the path that a whole class walks every few seconds, all at once.

One statement decides everything: whose attempt it is, whether it is open, whether the question belongs to it, whether
the arrival was in time, whether this tab had seen the newest answer. Nothing is read from a page's state, which may be
gone, and no clock but the server's is asked. A `save_id` that comes again gets its first result again.
"""

import sqlite3
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol
from uuid import UUID

from pydantic import ValidationError
from pydantic_core import from_json
from sqlmodel import col, select

from lms_app.core import hot
from lms_app.core.db import to_micros
from lms_app.core.errors import Conflict, Invalid, NotFound
from lms_app.core.words import say
from lms_app.core.work import SYSTEM, Actor, Work, ask, check_may_write, perform
from lms_app.quizzes.kinds import KINDS
from lms_app.quizzes.models import Answer, Attempt, State
from lms_app.quizzes.service import closing
from lms_app.quizzes.service.door import NO_ATTEMPT, NO_QUESTION, person_of
from lms_app.quizzes.service.sheets import read_sheet, sheet_of
from lms_app.quizzes.views import Saved

if TYPE_CHECKING:
    import psycopg

VALUE_MAX = 50_000  # bytes of JSON
TAKEN = "This save was used for something else already. Make a new id for each change."
OVER = "This attempt is submitted, so the answer was not saved."


class Entry(NamedTuple):
    """One change of one answer, checked; `value` is canonical JSON."""

    save_id: UUID
    attempt_id: UUID
    question_id: UUID
    base_seq: int
    value: str
    blank: bool
    received_at: int
    user_id: UUID


class Row(NamedTuple):
    seq: int
    late: bool
    stale: bool
    after_end: bool


class Taken(Conflict):
    code = "save_taken"


class Over(Conflict):
    code = "attempt_over"


class Refused(Exception):
    """The statement matched nothing: `_why` finds out the reason, off the hot path."""


# `late` compares moments as integers. A question's newest current row is what `stale` is measured against.
_SAVE = """
INSERT INTO answer
  (save_id, attempt_id, question_id, seq, base_seq, value, blank, received_at, late, stale, after_end)
SELECT {save_id}, a.id, q.question_id,
  1 + COALESCE((SELECT MAX(n.seq) FROM answer n WHERE n.attempt_id = a.id), 0),
  {base_seq}, {value}, {blank}, {received_at},
  COALESCE({received_at} > a.deadline_at + CAST(a.grace_seconds AS BIGINT) * 1000000, {no}),
  EXISTS (SELECT 1 FROM answer n
          WHERE n.attempt_id = a.id AND n.seq > {base_seq} AND n.question_id = q.question_id
            AND NOT n.stale AND NOT n.late),
  a.state <> 'open'
FROM {source} JOIN attempt_question q ON q.attempt_id = a.id AND q.question_id = {question_id}
WHERE a.id = {attempt_id} AND a.user_id = {user_id} AND a.state <> 'submitted'
  AND EXISTS (SELECT 1 FROM course_member m
              WHERE m.course_id = a.course_id AND m.user_id = {user_id} AND m.state = 'active')
ON CONFLICT (save_id) DO NOTHING
RETURNING seq, late, stale, after_end, save_id
"""
_AGAIN = """
SELECT s.seq, s.late, s.stale, s.after_end FROM answer s JOIN attempt a ON a.id = s.attempt_id
WHERE s.save_id = {save_id} AND s.attempt_id = {attempt_id} AND s.question_id = {question_id}
  AND s.value = {value} AND a.user_id = {user_id}
"""
_LOCK = "SELECT id FROM attempt WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE"

_NUMBERED = {name: f"?{number}" for number, name in enumerate(Entry._fields, start=1)}
_SQLITE_SAVE = _SAVE.format(**_NUMBERED, no="0", source="attempt a")
_SQLITE_AGAIN = _AGAIN.format(**_NUMBERED)
_POSTGRES_TYPES = {"base_seq": "int", "received_at": "bigint", "blank": "boolean", "value": "text"}
_TYPED = {name: _POSTGRES_TYPES.get(name, "uuid") for name in Entry._fields}
# All of a round in one statement: there a statement costs more than what it does.
_ARRAYS = ", ".join(f"%({name})s::{kind}[]" for name, kind in _TYPED.items())
_POSTGRES_SAVE = _SAVE.format(
    **{name: f"e.{name}" for name in Entry._fields},
    no="FALSE",
    source=f"unnest({_ARRAYS}) AS e({', '.join(Entry._fields)}) JOIN attempt a ON a.id = e.attempt_id",
).encode()
_POSTGRES_AGAIN = _AGAIN.format(**{name: f"%({name})s::{kind}" for name, kind in _TYPED.items()}).encode()


class Other(Protocol):
    """What comes on the lane of the answers besides them, of an attempt too: it brings its own statements."""

    @property
    def attempt_id(self) -> UUID: ...

    def on_sqlite(self, connection: sqlite3.Connection) -> Any: ...

    def on_postgres(self, connection: "psycopg.Connection[Any]") -> Any: ...


class _Answers:
    """The steps of the lane (`core/hot.py`)."""

    def on_sqlite(self, connection: sqlite3.Connection, entries: Sequence[Entry | Other]) -> list[Any]:
        return [
            self._on_sqlite(connection, entry) if isinstance(entry, Entry) else entry.on_sqlite(connection)
            for entry in entries
        ]

    def _on_sqlite(self, connection: sqlite3.Connection, e: Entry) -> Row | Exception:
        # SQLAlchemy keeps a UUID as 32 hexadecimal digits here.
        given = (
            e.save_id.hex,
            e.attempt_id.hex,
            e.question_id.hex,
            e.base_seq,
            e.value,
            e.blank,
            e.received_at,
            e.user_id.hex,
        )
        try:
            found = connection.execute(_SQLITE_SAVE, given).fetchone()
        except sqlite3.IntegrityError as error:  # undoes this statement only
            return error
        # ?4, ?6 and ?7 are not in the question, but numbered parameters are counted from the highest.
        found = found or connection.execute(_SQLITE_AGAIN, given).fetchone()
        return Row(found[0], bool(found[1]), bool(found[2]), bool(found[3])) if found else Refused()

    def on_postgres(self, connection: "psycopg.Connection[Any]", entries: Sequence[Entry | Other]) -> list[Any]:
        # First the locks, in one order: then every statement sees what other processes saved and submitted, and
        # two saves of one attempt never take the same `seq`.
        connection.execute(_LOCK, [sorted({entry.attempt_id for entry in entries})])
        results: dict[int, Any] = {}
        saves = {place: entry for place, entry in enumerate(entries) if isinstance(entry, Entry)}
        for turn in _rounds(saves):
            saved = self._round(connection, [saves[place] for place in turn])
            for place in turn:
                results[place] = saved.pop(saves[place].save_id, None) or self._again(connection, saves[place])
        for place, entry in enumerate(entries):
            if not isinstance(entry, Entry):
                results[place] = entry.on_postgres(connection)
        return [results[place] for place in range(len(entries))]

    def _round(self, connection: "psycopg.Connection[Any]", entries: Sequence[Entry]) -> dict[UUID, Row]:
        columns = {name: list(values) for name, values in zip(Entry._fields, zip(*entries, strict=True), strict=True)}
        return {row[4]: Row(*row[:4]) for row in connection.execute(_POSTGRES_SAVE, columns)}

    def _again(self, connection: "psycopg.Connection[Any]", entry: Entry) -> Row | Exception:
        found = connection.execute(_POSTGRES_AGAIN, entry._asdict()).fetchone()
        return Row(*found) if found else Refused()


def _rounds(entries: Mapping[int, Entry]) -> list[list[int]]:
    """Places of entries, in their order, of each attempt one in a round: a statement does not see its own rows.

    A `save_id` that comes twice is in two rounds as well, so that the second is told what the first was.
    """
    rounds: list[list[int]] = []
    turn: dict[UUID, int] = {}
    for place, entry in entries.items():
        number = max(turn.get(entry.attempt_id, -1), turn.get(entry.save_id, -1)) + 1
        turn[entry.attempt_id] = turn[entry.save_id] = number
        if number == len(rounds):
            rounds.append([])
        rounds[number].append(place)
    return rounds


STEPS = _Answers()
LANE: hot.Lane[Any, Any] = hot.Lane("answers", STEPS)


async def save_answer(
    actor: Actor,
    received_at: datetime,
    *,
    attempt_id: UUID,
    question_id: UUID,
    save_id: UUID,
    base_seq: int,
    value: str | Mapping[str, Any],
) -> Saved:
    """Save a change as it arrived; returns once it is safe on disk.

    Raises Invalid (not an answer to this kind of question), NotFound (no such attempt of this person), Conflict
    (submitted already, or the `save_id` was used for something else) and NotKept (send the same again).
    """
    check_may_write(actor)
    sheet = await sheet_of(actor, attempt_id)
    entry, read_as = _entry(sheet.kinds, actor, received_at, attempt_id, question_id, save_id, base_seq, value)
    try:
        row = await LANE.put(entry)
    except Refused:
        await ask(actor, _why, entry)
        raise
    if row.after_end and not row.late:
        await perform(SYSTEM, closing.grade_again, attempt_id=attempt_id)
    return Saved(save_id, row.seq, row.late, row.stale, read_as)


def save(
    work: Work,
    *,
    attempt_id: UUID,
    question_id: UUID,
    save_id: UUID,
    base_seq: int,
    value: str | Mapping[str, Any],
) -> Saved:
    """`save_answer` inside a unit of work; `work.now` is the arrival. For the demo, imports and tests."""
    sheet = read_sheet(work, attempt_id=attempt_id)
    entry, read_as = _entry(sheet.kinds, work.actor, work.now, attempt_id, question_id, save_id, base_seq, value)
    try:
        row = hot.within(work, STEPS, entry)
    except Refused:
        _why(work, entry)
        raise
    if row.after_end and not row.late:
        closing.grade_again(work, attempt_id=attempt_id)
    return Saved(save_id, row.seq, row.late, row.stale, read_as)


def _entry(
    kinds: Mapping[UUID, str],
    actor: Actor,
    received_at: datetime,
    attempt_id: UUID,
    question_id: UUID,
    save_id: UUID,
    base_seq: int,
    value: str | Mapping[str, Any],
) -> tuple[Entry, str]:
    name = kinds.get(question_id)
    if name is None:
        raise NotFound(NO_QUESTION)
    if not 0 <= base_seq < 2**31:
        raise Invalid({"base_seq": "Send the number of the answer that you saw last, 0 for none."})
    kind = KINDS[name]
    try:
        if isinstance(value, str):
            if len(value) > VALUE_MAX:
                raise Invalid(
                    {
                        "value": say(
                            "The answer is longer than {value_max:,} characters. Shorten it.", value_max=VALUE_MAX
                        )
                    }
                )
            value = from_json(value, allow_inf_nan=False)
        answer = kind.Answer.model_validate(value)
    except ValidationError as error:
        raise Invalid(
            {"value": say("This is not an answer to this question: {problem}.", problem=error.errors()[0]["msg"])}
        ) from None
    except ValueError:
        raise Invalid({"value": "Send the answer as JSON."}) from None
    entry = Entry(
        save_id=save_id,
        attempt_id=attempt_id,
        question_id=question_id,
        base_seq=base_seq,
        value=answer.model_dump_json(),
        blank=kind.is_blank(answer),
        received_at=to_micros(received_at),
        user_id=person_of(actor),
    )
    return entry, kind.read_as(answer)


def _why(work: Work, entry: Entry) -> None:
    """Why a save was refused, as the error to tell."""
    attempt = work.db.exec(
        select(Attempt).where(col(Attempt.id) == entry.attempt_id, col(Attempt.user_id) == entry.user_id)
    ).first()
    if attempt is None:
        raise NotFound(NO_ATTEMPT)
    if attempt.state == State.SUBMITTED:
        raise Over(OVER)
    if work.db.get(Answer, entry.save_id) is not None:
        raise Taken(TAKEN)
    raise NotFound(NO_ATTEMPT)  # not a member any more
