"""Whether this process can serve: what it cannot do without, looked at one by one.

A check says "" when all is well, and otherwise what is wrong in a sentence. Rooms above add theirs in `lms_app.py`.
"""

import asyncio
import shutil
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import func, text
from sqlmodel import col, select

from lms_app.core.outbox import OutboxMessage
from lms_app.core.settings import settings
from lms_app.core.work import SYSTEM, Work, ask, perform

WAIT_SECONDS = 3.0
STUCK = timedelta(minutes=15)
FREE_MIB = 200
SILENT = "The database does not answer, or lets nobody write."


@dataclass(frozen=True, slots=True)
class Readiness:
    """`checks` is "ok" or what is wrong, by the name of the check."""

    ready: bool
    checks: dict[str, str]


async def look() -> Readiness:
    """Ask every check, each for `WAIT_SECONDS` at most."""
    said = {"database": await _in_time(perform(SYSTEM, _answers)), "disk": _disk()}
    for name, check in CHECKS.items():
        said[name] = (
            "Not looked at: the database comes first." if said["database"] else await _in_time(ask(SYSTEM, check))
        )
    return Readiness(not any(said.values()), {name: words or "ok" for name, words in said.items()})


def outbox_moves(work: Work) -> str:
    """Whether what is due gets done. After a rest it takes a while, so it is stuck only when nothing at all was done."""
    waits = select(func.min(col(OutboxMessage.due_at))).where(
        col(OutboxMessage.done_at).is_(None), col(OutboxMessage.failed_at).is_(None)
    )
    oldest: Any = work.db.exec(waits).one()
    if oldest is None or oldest > work.now - STUCK:
        return ""
    since = select(OutboxMessage.id).where(col(OutboxMessage.done_at) > work.now - STUCK).limit(1)
    if work.db.exec(since).first() is not None:
        return ""
    return f"Mail and jobs are stuck: something has been due since {oldest:%Y-%m-%d %H:%M} UTC, and nothing gets done."


CHECKS: dict[str, Callable[[Work], str]] = {"outbox": outbox_moves}


def _answers(work: Work) -> str:
    """A transaction that might write: reading alone goes on beside a database that somebody has locked."""
    return "" if work.db.connection().execute(text("SELECT 1")).scalar() == 1 else SILENT


def _disk() -> str:
    folder = settings.data_dir.absolute()
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free >> 20
    return "" if free >= FREE_MIB else f"The disk of the data is full: {free} MiB are free, {FREE_MIB} are needed."


async def _in_time(looks: Coroutine[Any, Any, str]) -> str:
    try:
        return await asyncio.wait_for(looks, WAIT_SECONDS)
    except Exception:
        return SILENT
