"""Plain rows of prebuilt statements, for all modules of this package."""

from typing import Any

from sqlalchemy import CursorResult, Executable, Row

from lms_app.core.work import Work

Found = Row[*tuple[Any, ...]]


def one(work: Work, statement: Executable, **given: Any) -> Found | None:
    return many(work, statement, **given).first()


def many(work: Work, statement: Executable, **given: Any) -> CursorResult[*tuple[Any, ...]]:
    """Plain rows of a prebuilt statement: past the Session, which would only wrap each row once more."""
    work.db.flush()
    return work.db.connection().execute(statement, given)
