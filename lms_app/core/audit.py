"""The audit log: append-only, hash-chained, written in the transaction of the change itself.

Each row's hash covers the row before it, so an edit made behind our back breaks the chain there: `core/chain.py` says
where, and how.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from types import SimpleNamespace
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import insert, text
from sqlalchemy import select as columns
from sqlmodel import Field, col

from lms_app.core import trace
from lms_app.core.db import Json, Moment, Row, Serial, to_micros
from lms_app.core.settings import settings
from lms_app.core.work import Work, oneself

_POSTGRES_LOCK = 0x6C656374  # one writer of the chain at a time


class AuditEntry(Row, table=True):
    """Who changed what, when, from what to what.

    No names, no addresses and nothing that somebody typed about somebody: ids only, so that erasure stays possible.
    """

    __tablename__ = "audit_entry"

    seq: int | None = Field(default=None, primary_key=True, sa_type=Serial)
    at: datetime = Field(sa_type=Moment, index=True)
    actor_id: UUID | None = Field(default=None, index=True)
    # Whom they looked at the site as, where they are an administrator who does.
    acting_as: UUID | None = None
    # Of the request, the event or the job that it was done for; older rows have none.
    request_id: str | None = Field(default=None, max_length=trace.ID_MAX, index=True)
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
    record_all(work, [Change(action, subject_kind, subject_id, old, new) for old, new in changes])


_LAST = columns(col(AuditEntry.hash)).order_by(col(AuditEntry.seq).desc()).limit(1)


class Change(NamedTuple):
    """What `record` is told, for many at once."""

    action: str
    subject_kind: str
    subject_id: UUID | str
    old: dict[str, Any] | None = None
    new: dict[str, Any] | None = None


def record_all(work: Work, changes: Sequence[Change]) -> None:
    """Append an entry for each, in two statements however many there are."""
    if not changes:
        return
    work.db.flush()
    if work.db.get_bind().dialect.name == "postgresql":
        work.db.connection().execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _POSTGRES_LOCK})
    last = work.db.connection().execute(_LAST).first()
    previous = last.hash if last else ""
    who = oneself(work.actor).user_id
    acted = work.actor.user_id if work.actor.acted_by else None
    given = {"at": work.now, "actor_id": who, "acting_as": acted, "request_id": work.request_id or None}
    rows: list[dict[str, Any]] = []
    for change in changes:
        row = {**given, **change._asdict(), "subject_id": str(change.subject_id), "previous_hash": previous}
        previous = hash_of(SimpleNamespace(**row))
        rows.append({**row, "hash": previous})
    work.db.connection().execute(insert(AuditEntry), rows)


def hidden(words: str) -> str:
    """An address or the like in place of itself: the same for the same words, and nobody reads it back."""
    return hmac.new(settings.signing_key.encode(), b"audit:" + words.encode(), hashlib.sha256).hexdigest()[:32]


TEXT_MAX = 200
PROSE = frozenset({"intro", "brief", "statement"})


def record_change(
    work: Work,
    action: str,
    subject_kind: str,
    subject_id: UUID | str,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
) -> None:
    """Append an entry with what is different in `after`, as texts of at most `TEXT_MAX` characters; none where nothing is.

    Of `PROSE` only that it changed: what somebody wrote may name somebody, and the chain allows no erasing.
    """
    names = [name for name, value in after.items() if before.get(name) != value]
    if names:
        old, new = ({name: _told(name, values.get(name)) for name in names} for values in (before, after))
        record(work, action, subject_kind, subject_id, old, new)


def _told(name: str, value: Any) -> Any:
    """A setting as JSON takes it."""
    if name in PROSE and value:
        return "…"
    if value is None or isinstance(value, bool | int):
        return value
    said = value.isoformat(timespec="minutes") if isinstance(value, datetime) else str(value)
    return said if len(said) <= TEXT_MAX else f"{said[: TEXT_MAX - 1]}…"


def hash_of(entry: Any) -> str:
    """What `hash` of an entry must be, or of anything with its columns. Newer columns count only where they are set, so that
    entries of before keep theirs."""
    content: list[Any] = [entry.previous_hash, to_micros(entry.at), str(entry.actor_id), entry.action]
    content += [entry.subject_kind, entry.subject_id, entry.old, entry.new]
    newer = {"acting_as": entry.acting_as and str(entry.acting_as), "request_id": entry.request_id}
    if any(newer.values()):
        content.append({name: value for name, value in newer.items() if value})
    return hashlib.sha256(json.dumps(content, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
