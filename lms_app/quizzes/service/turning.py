"""Turning the pages of an attempt and flagging its questions: after saving, what a class does most.

Both come on the lane of the answers. What is asked is remembered (`sheets`), so only what changes is read: which
questions are answered and flagged, and the answer to the one that is shown. Where a statement matches nothing (the
end has come, it is nobody's attempt, staff look on), the ordinary way finds out why.
"""

import sqlite3
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from lms_app.core.db import to_micros
from lms_app.core.work import Actor, check_may_write, perform_at
from lms_app.quizzes.service import attempting
from lms_app.quizzes.service.door import person_of
from lms_app.quizzes.service.saving import LANE, Refused
from lms_app.quizzes.service.sheets import Sheet, sheet_of
from lms_app.quizzes.views import Cell, TurnView

if TYPE_CHECKING:
    import psycopg

# The door of an open attempt: its student, in a course that they may see, before the end.
_OPEN = """
a.id = {attempt_id} AND a.user_id = {user_id} AND a.state = 'open'
  AND ({now} <= a.deadline_at + CAST(a.grace_seconds AS BIGINT) * 1000000 OR a.deadline_at IS NULL)
  AND EXISTS (SELECT 1 FROM course_member m JOIN course c ON c.id = m.course_id
              WHERE m.course_id = a.course_id AND m.user_id = {user_id} AND m.state = 'active'
                AND (c.status <> 'draft' OR m.role <> 'student'))
"""
_TURN = f"""
UPDATE attempt AS a SET current = {{number}} WHERE {_OPEN}
  AND EXISTS (SELECT 1 FROM attempt_question q WHERE q.attempt_id = a.id AND q.number = {{number}})
"""
_FLAG = f"""
UPDATE attempt_question SET flagged = {{flagged}}
WHERE attempt_id = {{attempt_id}} AND number = {{number}} AND EXISTS (SELECT 1 FROM attempt a WHERE {_OPEN})
"""
# Of a question's rows the newest counts that is neither stale nor late (`answers`). The value is of one only.
_PLACES = """
SELECT q.number, q.flagged, n.blank, n.seq, CASE WHEN q.number = {number} THEN n.value END
FROM attempt_question q
LEFT JOIN (SELECT question_id, MAX(seq) AS seq FROM answer
           WHERE attempt_id = {attempt_id} AND NOT stale AND NOT late GROUP BY question_id) newest
  ON newest.question_id = q.question_id
LEFT JOIN answer n ON n.attempt_id = {attempt_id} AND n.seq = newest.seq
WHERE q.attempt_id = {attempt_id} ORDER BY q.number
"""


class Place(NamedTuple):
    number: int
    flagged: bool
    blank: bool | None
    seq: int | None
    value: str | None


class Step(NamedTuple):
    """Turn to question `number`; with `flagged`, stay and flag it, or not any more."""

    attempt_id: UUID
    user_id: UUID
    number: int
    now: int
    flagged: bool | None

    def on_sqlite(self, connection: sqlite3.Connection) -> Sequence[Place] | Exception:
        # SQLAlchemy keeps a UUID as 32 hexadecimal digits here.
        given = {**self._asdict(), "attempt_id": self.attempt_id.hex, "user_id": self.user_id.hex}
        if connection.execute(_SQLITE_TURN if self.flagged is None else _SQLITE_FLAG, given).rowcount != 1:
            return Refused()
        return [Place(*row) for row in connection.execute(_SQLITE_PLACES, given)]

    def on_postgres(self, connection: "psycopg.Connection[Any]") -> Sequence[Place] | Exception:
        given = self._asdict()
        turned = connection.execute(_POSTGRES_TURN if self.flagged is None else _POSTGRES_FLAG, given)
        places = connection.execute(_POSTGRES_PLACES, given)
        return Refused() if turned.fetchone() is None else [Place(*row) for row in places]


_PLAIN = {name: f":{name}" for name in Step._fields}
_SQLITE_TURN = _TURN.format(**_PLAIN)
_SQLITE_FLAG = _FLAG.format(**_PLAIN)
_SQLITE_PLACES = _PLACES.format(**_PLAIN)
_TYPED = {"attempt_id": "uuid", "user_id": "uuid", "number": "int", "now": "bigint", "flagged": "boolean"}
_NAMED = {name: f"%({name})s::{kind}" for name, kind in _TYPED.items()}
_POSTGRES_TURN = f"{_TURN.format(**_NAMED)} RETURNING 1".encode()
_POSTGRES_FLAG = f"{_FLAG.format(**_NAMED)} RETURNING 1".encode()
_POSTGRES_PLACES = _PLACES.format(**_NAMED).encode()


async def turn(actor: Actor, now: datetime, *, attempt_id: UUID, number: int) -> TurnView:
    """Turn to a question of one's own open attempt, and resume there from now on.

    The view comes without the attempt, which is as it was; with it where something is different: see `turn_to`.
    """
    check_may_write(actor)
    sheet = await sheet_of(actor, attempt_id)
    asked = sheet.question(number)
    if sheet.checks:
        return await perform_at(now, actor, attempting.turn_to, attempt_id=attempt_id, number=number)
    try:
        places = await LANE.put(Step(attempt_id, person_of(actor), number, to_micros(now), None))
    except Refused:
        return await perform_at(now, actor, attempting.turn_to, attempt_id=attempt_id, number=number)
    here = places[number - 1]
    return TurnView(
        None, _cells(places, sheet), attempting.question_view(asked, here.value, here.seq, bool(here.flagged))
    )


async def put_flag(actor: Actor, now: datetime, *, attempt_id: UUID, number: int, flagged: bool) -> list[Cell]:
    """Mark a question of one's own open attempt to look at again, or not any more. Raises NotFound for one it has not."""
    check_may_write(actor)
    sheet = await sheet_of(actor, attempt_id)
    sheet.question(number)
    try:
        places = await LANE.put(Step(attempt_id, person_of(actor), number, to_micros(now), flagged))
    except Refused:
        return await perform_at(now, actor, attempting.flag, attempt_id=attempt_id, number=number, flagged=flagged)
    return _cells(places, sheet)


def _cells(places: Sequence[Place], sheet: Sheet) -> list[Cell]:
    return [
        Cell(place.number, place.blank is not None and not place.blank, bool(place.flagged), asked.label)
        for place, asked in zip(places, sheet.asked, strict=True)
    ]
