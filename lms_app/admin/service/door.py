"""The one door of this room, and what its lists share."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row
from sqlalchemy.sql import Executable

from lms_app.core.errors import Forbidden, Invalid
from lms_app.core.work import Work

WINDOW = 50
WINDOW_MAX = 100
OFFSET_MAX = 1_000_000
SEARCH_MAX = 200


def enter(work: Work) -> None:
    """For administrators only. Raises NotSignedIn or Forbidden."""
    if work.actor.is_admin:
        return
    _ = work.user_id
    raise Forbidden("Only administrators can open this page.")


def check_window(limit: int, offset: int) -> None:
    if not 1 <= limit <= WINDOW_MAX or not 0 <= offset <= OFFSET_MAX:
        raise Invalid({"limit": f"Ask for 1 to {WINDOW_MAX} rows at a time."})


def rows(work: Work, statement: Executable, **given: Any) -> Sequence[Row[Any]]:
    """Plain rows of a statement: past the Session, which would only wrap each row once more."""
    work.db.flush()
    return work.db.connection().execute(statement, given).all()
