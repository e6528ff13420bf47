"""Whether the audit log is as it was written: every entry's own hash, and each one's link to the one before it.

What a chain cannot show by itself is an end that was cut off: whoever keeps the hash of the newest entry elsewhere, as
`audit verify` prints it, can ask whether it is still there.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from types import SimpleNamespace
from typing import Any, Literal

from sqlalchemy import select as columns
from sqlmodel import col

from lms_app.core.audit import AuditEntry, hash_of
from lms_app.core.work import Work

FOUND_MAX = 100
Fate = Literal["edited", "missing", "inserted"]
_ENTRIES = columns(*AuditEntry.__table__.columns).order_by(col(AuditEntry.seq))  # pyright: ignore[reportAttributeAccessIssue]  a table has one


@dataclass(frozen=True, slots=True)
class Break:
    """What does not fit. `seq`, `at` and `action` are of the entry that was edited or inserted; where some are missing, of
    the one that followed them."""

    fate: Fate
    seq: int
    at: datetime
    action: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Chain:
    """What a walk along the log found, at most `FOUND_MAX` breaks. `last_hash` is of the newest entry, "" without any."""

    entries: int
    last_seq: int
    last_hash: str
    breaks: list[Break]
    # Whether the hash that was asked for is of one of the entries; None without a question.
    knows: bool | None


def walk(work: Work, *, expected: str = "") -> Chain:
    """Look at every entry once, oldest first. `expected` is a hash that was kept elsewhere. Reads; decides nothing."""
    count, last_seq, last_hash, knows = 0, 0, "", False
    breaks: list[Break] = []
    for before, earlier, entry in _threes(work):
        count, last_seq, last_hash = count + 1, entry.seq, entry.hash
        knows = knows or entry.hash == expected
        if len(breaks) < FOUND_MAX and (found := _wrong(before, earlier, entry, breaks)):
            breaks.append(found)
    return Chain(count, last_seq, last_hash, breaks, knows if expected else None)


def _threes(work: Work) -> Iterator[tuple[Any, Any, Any]]:
    """Each entry behind the one before it and the one before that."""
    before = earlier = None
    rows = work.db.connection().execution_options(yield_per=1000).execute(_ENTRIES)
    for entry in rows:
        yield before, earlier, entry
        before, earlier = entry, before


def _wrong(before: Any, earlier: Any, entry: Any, known: list[Break]) -> Break | None:
    link = before.hash if before else ""
    if hash_of(entry) != entry.hash:
        own = entry.previous_hash == link or hash_of(_linked(entry, link)) == entry.hash
        if own or before is None:
            return _break("edited", entry, "is not what its hash says: it was edited")
        return _break("inserted", entry, "was put in by hand: it fits neither itself nor the one before it")
    if entry.previous_hash == link:
        return None
    told = before is not None and bool(known) and known[-1].seq == before.seq
    if before is not None and entry.previous_hash == (earlier.hash if earlier else ""):
        if told:
            known.pop()  # now it is known which of the two it was
        return _break("inserted", before, "was put in afterwards: the entry after it knows nothing of it")
    if told and entry.previous_hash == hash_of(before):
        return None  # of that one only the hash was edited
    gap = entry.seq - (before.seq if before else 0) - 1
    if gap > 0:
        what = "an entry is" if gap == 1 else f"{gap:,} entries are"
        return _break("missing", entry, f"follows a hole: {what} missing before it")
    if told:
        return None
    if before is None:
        return _break("missing", entry, "is the first, and knows of one before it: the beginning is missing")
    return _break("edited", before, "was edited, and its hash with it: the entry after it still knows the old one")


def _linked(entry: Any, link: str) -> SimpleNamespace:
    return SimpleNamespace(**{**entry._asdict(), "previous_hash": link})


def _break(fate: Fate, entry: Any, words: str) -> Break:
    said = f"Entry {entry.seq} ({entry.at:%Y-%m-%d %H:%M:%S} UTC, {entry.action}) {words}."
    return Break(fate, entry.seq, entry.at, entry.action, said)
