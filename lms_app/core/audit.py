"""The audit log: append-only, hash-chained, written in the transaction of the change itself.

Each row's hash covers the row before it, so an edit made behind our back breaks the chain at that row.
"""

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert, text
from sqlmodel import Field, col, select

from lms_app.core.db import Json, Moment, Row, Serial, to_micros
from lms_app.core.work import Work

_POSTGRES_LOCK = 0x6C656374  # one writer of the chain at a time


class AuditEntry(Row, table=True):
    """Who changed what, when, from what to what. No names or addresses: ids only, so that erasure stays possible."""

    __tablename__ = "audit_entry"

    seq: int | None = Field(default=None, primary_key=True, sa_type=Serial)
    at: datetime = Field(sa_type=Moment, index=True)
    actor_id: UUID | None = Field(default=None, index=True)
    action: str = Field(max_length=64, index=True)
    subject_kind: str = Field(max_length=64)
    subject_id: str = Field(max_length=64, index=True)
    old: dict[str, Any] | None = Field(default=None, sa_type=Json)
    new: dict[str, Any] | None = Field(default=None, sa_type=Json)
    previous_hash: str = Field(max_length=64)
    hash: str = Field(max_length=64)


def record(
    work: Work,
    action: str,
    subject_kind: str,
    subject_id: UUID | str,
    old: dict[str, Any] | None = None,
    new: dict[str, Any] | None = None,
) -> None:
    """Append one entry. `action` reads like `account.role_changed`; `old` and `new` hold only what changed."""
    record_each(work, action, subject_kind, subject_id, [(old, new)])


def record_each(
    work: Work,
    action: str,
    subject_kind: str,
    subject_id: UUID | str,
    changes: Sequence[tuple[dict[str, Any] | None, dict[str, Any] | None]],
) -> None:
    """Append an entry for each (old, new), in two statements however many there are."""
    work.db.flush()
    if work.db.get_bind().dialect.name == "postgresql":
        work.db.connection().execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _POSTGRES_LOCK})
    previous = work.db.exec(select(AuditEntry.hash).order_by(col(AuditEntry.seq).desc()).limit(1)).first() or ""
    rows: list[dict[str, Any]] = []
    for old, new in changes:
        entry = AuditEntry(
            at=work.now,
            actor_id=work.actor.user_id,
            action=action,
            subject_kind=subject_kind,
            subject_id=str(subject_id),
            old=old,
            new=new,
            previous_hash=previous,
            hash="",
        )
        previous = entry.hash = _hash(entry)
        rows.append(entry.model_dump(exclude={"seq"}))
    if rows:
        work.db.connection().execute(insert(AuditEntry), rows)


def broken_at(work: Work) -> int | None:
    """`seq` of the first entry that does not fit the chain, or None when all of them do."""
    previous = ""
    for entry in work.db.exec(select(AuditEntry).order_by(col(AuditEntry.seq))).yield_per(500):
        if entry.previous_hash != previous or entry.hash != _hash(entry):
            return entry.seq
        previous = entry.hash
    return None


def _hash(entry: AuditEntry) -> str:
    content = [
        entry.previous_hash,
        to_micros(entry.at),
        str(entry.actor_id),
        entry.action,
        entry.subject_kind,
        entry.subject_id,
        entry.old,
        entry.new,
    ]
    return hashlib.sha256(json.dumps(content, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
