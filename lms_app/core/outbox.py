"""The outbox: what must happen after a commit, written as rows in the same transaction.

A rollback unsends. A worker leases due rows, calls the topic's function with a Work of its own, retries with growing
delay and keeps the last error. Delivery is at least once: a topic's function tolerates a repeat. Mail, jobs and waking
a higher room are one mechanism (docs/decisions/0005-one-outbox.md).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Index, UniqueConstraint, or_, update
from sqlalchemy import select as columns
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Field, col, select

from lms_app.core.db import Json, Moment, Row, new_id
from lms_app.core.work import Work

LEASE = timedelta(seconds=60)
ATTEMPTS_MAX = 12
LONGEST_DELAY = timedelta(hours=6)


class OutboxMessage(Row, table=True):
    """One thing to do. `key` makes it happen once however often it is put; empty rows of it repeat freely.

    There is no `state` column: done_at, failed_at and lease_until say it, and cannot contradict each other.
    """

    __tablename__ = "outbox_message"
    __table_args__ = (
        UniqueConstraint("key"),
        Index("ix_outbox_message_due", "done_at", "failed_at", "due_at"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    topic: str = Field(max_length=64, index=True)
    payload: dict[str, Any] = Field(sa_type=Json)
    key: str | None = Field(default=None, max_length=200)
    created_at: datetime = Field(sa_type=Moment)
    due_at: datetime = Field(sa_type=Moment)
    lease_until: datetime | None = Field(default=None, sa_type=Moment)
    done_at: datetime | None = Field(default=None, sa_type=Moment)
    failed_at: datetime | None = Field(default=None, sa_type=Moment)
    tries: int = 0
    last_error: str = ""


@dataclass(frozen=True, slots=True)
class Leased:
    id: UUID
    topic: str
    payload: dict[str, Any]
    tries: int
    created_at: datetime


def put(
    work: Work, topic: str, payload: dict[str, Any], *, key: str | None = None, due_at: datetime | None = None
) -> None:
    """Have `topic` called with `payload` after this transaction commits. A `key` that was used before does nothing."""
    put_many(work, topic, [(payload, key, due_at or work.now)])


def put_many(work: Work, topic: str, messages: list[tuple[dict[str, Any], str | None, datetime]]) -> None:
    """`put` for several: each is a payload, a key and when it is due."""
    rows = [
        {
            "id": new_id(),
            "topic": topic,
            "payload": payload,
            "key": key,
            "created_at": work.now,
            "due_at": due_at,
            "tries": 0,
            "last_error": "",
        }
        for payload, key, due_at in messages
    ]
    if rows:
        dialect = postgresql if work.db.get_bind().dialect.name == "postgresql" else sqlite
        work.db.exec(dialect.insert(OutboxMessage).values(rows).on_conflict_do_nothing(index_elements=["key"]))


def is_due(work: Work) -> bool:
    """Whether there is anything to claim: a cheap look, so that an idle loop never takes the writer."""
    due = select(OutboxMessage.id).where(*_waiting(work)).limit(1)
    return work.db.exec(due).first() is not None


def claim(work: Work, *, limit: int = 20) -> list[Leased]:
    """Lease due messages for `LEASE`; a worker that dies gives them back by time."""
    waiting = (
        columns(
            col(OutboxMessage.id),
            col(OutboxMessage.topic),
            col(OutboxMessage.payload),
            col(OutboxMessage.tries),
            col(OutboxMessage.created_at),
        )
        .where(*_waiting(work))
        .order_by(col(OutboxMessage.due_at))
        .limit(limit)
        .with_for_update(skip_locked=True)  # ignored by SQLite, which has one writer anyway
    )
    work.db.flush()
    found = [
        Leased(id, topic, dict(payload), tries, at)
        for id, topic, payload, tries, at in work.db.connection().execute(waiting)
    ]
    if found:
        leased = update(OutboxMessage).where(col(OutboxMessage.id).in_([m.id for m in found]))
        work.db.exec(leased.values(lease_until=work.now + LEASE))
    return found


def done(work: Work, message_id: UUID) -> None:
    _close(work, message_id, done_at=work.now, last_error="")


def give_back(work: Work, message_ids: Sequence[UUID]) -> None:
    """What was leased and not done is due at once: whoever leased it stops, and nobody shall wait for the lease to end."""
    mine = update(OutboxMessage).where(col(OutboxMessage.id).in_(message_ids), col(OutboxMessage.done_at).is_(None))
    work.db.exec(mine.values(lease_until=None))


def retry_later(work: Work, message: Leased, error: str) -> None:
    """Try again after 10 s, 40 s, 90 s … at most 6 h; after `ATTEMPTS_MAX` tries an admin has to look."""
    tries = message.tries + 1
    delay = min(timedelta(seconds=10 * tries * tries), LONGEST_DELAY)
    failed = {"failed_at": work.now} if tries >= ATTEMPTS_MAX else {}
    _close(work, message.id, tries=tries, last_error=error[:500], due_at=work.now + delay, lease_until=None, **failed)


def give_up(work: Work, message: Leased, error: str) -> None:
    """What was refused for good is not tried again by itself: an admin has to look."""
    _close(work, message.id, tries=message.tries + 1, last_error=error[:500], failed_at=work.now, lease_until=None)


def try_again(work: Work, message_id: UUID) -> bool:
    """Put a failed message back to work; False when it has already been done."""
    waiting = update(OutboxMessage).where(col(OutboxMessage.id) == message_id, col(OutboxMessage.done_at).is_(None))
    changed = work.db.exec(waiting.values(failed_at=None, tries=0, due_at=work.now, lease_until=None))
    return changed.rowcount == 1


def _waiting(work: Work) -> tuple[ColumnElement[bool], ...]:
    return (
        col(OutboxMessage.done_at).is_(None),
        col(OutboxMessage.failed_at).is_(None),
        col(OutboxMessage.due_at) <= work.now,
        or_(col(OutboxMessage.lease_until).is_(None), col(OutboxMessage.lease_until) < work.now),
    )


def _close(work: Work, message_id: UUID, **values: Any) -> None:
    work.db.exec(update(OutboxMessage).where(col(OutboxMessage.id) == message_id).values(**values))
