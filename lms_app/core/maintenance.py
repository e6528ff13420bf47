"""Maintenance: the site is closed to all but administrators for a while. A row says so, and every process looks at it.

Nobody's work is lost: answers of open attempts are still saved, and administrators still sign in.
"""

from datetime import datetime

from sqlmodel import Field, Text, col, select

from lms_app.core import audit, db
from lms_app.core.db import Moment, Row
from lms_app.core.errors import Invalid
from lms_app.core.watching import Watched
from lms_app.core.work import Work

RETRY_SECONDS = 120
MESSAGE_MAX = 500
MESSAGE = "We are working on the site. It will be back in a few minutes."


class Maintenance(Row, table=True):
    """There is one row while the site is closed, and none otherwise."""

    __tablename__ = "maintenance"

    id: int = Field(default=1, primary_key=True)
    since: datetime = Field(sa_type=Moment)
    message: str = Field(sa_type=Text)


_said: str | None = None


def message() -> str | None:
    """What is told to whoever comes, or None while the site is open; at most `watching.EVERY_SECONDS` old."""
    return _said


def close(work: Work, said: str = "") -> str:
    """Close the site, or say something else while it is. Returns what is told. Who may was asked before."""
    told = said.strip() or MESSAGE
    if len(told) > MESSAGE_MAX:
        raise Invalid({"message": f"Use at most {MESSAGE_MAX} characters."})
    row = _row(work)
    before = row.message if row else None
    if row is None:
        work.db.add(Maintenance(since=work.now, message=told))
    else:
        row.message = told
        work.db.add(row)
    if before != told:
        audit.record(work, "site.closed", "site", "maintenance", {"message": before}, {"message": told})
    work.after_commit(lambda: _tell(told))
    return told


def reopen(work: Work) -> bool:
    """Open the site again; False when it was open."""
    row = _row(work)
    if row is not None:
        work.db.delete(row)
        audit.record(work, "site.opened", "site", "maintenance", {"message": row.message})
    work.after_commit(lambda: _tell(None))
    return row is not None


def look(work: Work) -> str | None:
    """What the row says."""
    return work.db.exec(select(Maintenance.message).where(col(Maintenance.id) == 1)).first()


def _row(work: Work) -> Maintenance | None:
    return work.db.exec(select(Maintenance).where(col(Maintenance.id) == 1)).first()


def _tell(said: str | None) -> None:
    global _said
    _said = said


WATCHED = Watched("whether the site is closed", look, _tell)
db.on_change(lambda: _tell(None))
