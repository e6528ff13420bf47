"""Figures for whoever watches the server: how much waits, and how large it is. Numbers alone, of nobody."""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import case, func, text
from sqlalchemy import select as columns
from sqlmodel import col

from lms_app.admin.service.door import enter, rows
from lms_app.core import db, mail
from lms_app.core.outbox import OutboxMessage
from lms_app.core.work import Work
from lms_app.quizzes.models import Attempt, State


@dataclass(frozen=True, slots=True)
class Figures:
    """`outbox` counts (mail or job, waiting, leased or failed); what is done is no figure of now. Age in seconds."""

    outbox: dict[tuple[str, str], int]
    oldest_waiting_seconds: float
    attempts_open: int
    database_bytes: int


_KIND = case((col(OutboxMessage.topic) == mail.TOPIC, "mail"), else_="job")


def figures(work: Work) -> Figures:
    """What waits now. Four queries, each over what is not done."""
    enter(work)
    state = case(
        (col(OutboxMessage.failed_at).is_not(None), "failed"),
        (col(OutboxMessage.lease_until) > work.now, "leased"),
        else_="waiting",
    )
    waits = (
        columns(_KIND.label("kind"), state.label("state"), func.count().label("many"))
        .where(col(OutboxMessage.done_at).is_(None))
        .group_by(_KIND, state)
    )
    outbox = {(kind, one): 0 for kind in ("mail", "job") for one in ("waiting", "leased", "failed")}
    outbox |= {(row.kind, row.state): row.many for row in rows(work, waits)}
    late = columns(func.min(col(OutboxMessage.due_at)).label("at")).where(
        col(OutboxMessage.done_at).is_(None),
        col(OutboxMessage.failed_at).is_(None),
        col(OutboxMessage.due_at) <= work.now,
    )
    (oldest,) = rows(work, late)
    attempts = columns(func.count().label("many")).where(col(Attempt.state) == State.OPEN)
    return Figures(
        outbox=outbox,
        oldest_waiting_seconds=(work.now - oldest.at).total_seconds() if oldest.at else 0.0,
        attempts_open=rows(work, attempts)[0].many,
        database_bytes=_size(work),
    )


def _size(work: Work) -> int:
    """Of a SQLite file with what waits beside it, or of PostgreSQL's database."""
    found = db.database()
    if not found.is_sqlite:
        return rows(work, text("SELECT pg_database_size(current_database())"))[0][0]
    paths = [Path(f"{found.path}{ending}") for ending in ("", "-wal")]
    return sum(path.stat().st_size for path in paths if path.exists())
