"""Where marks come from: what the rooms that collect work know of each student, and where one looks at it.

`SOURCES` has an entry for each kind of item, by the `source_kind` of its marks. Columns made by hand have none.
"""

from functools import lru_cache
from typing import Any

from sqlalchemy import BigInteger, func, type_coerce, union_all
from sqlalchemy import select as columns
from sqlmodel import col

from lms_app.assignments.models import Assignment
from lms_app.assignments.service import ASSIGNMENT
from lms_app.core.db import IdText
from lms_app.courses.models import ItemOverride, OutlineItem
from lms_app.gradebook.service.rows import listed
from lms_app.gradebook.service.sources.assignments import ASSIGNMENTS
from lms_app.gradebook.service.sources.quizzes import QUIZZES
from lms_app.gradebook.service.sources.shape import Answered, Behind, Source
from lms_app.quizzes.models import Quiz
from lms_app.quizzes.service import QUIZ

__all__ = ["COLUMN", "DUE", "OWN_DUE", "SOURCES", "Answered", "Behind", "Source", "handed", "handed_in", "with_rooms"]

COLUMN = "column"  # made by hand
SOURCES: dict[str, Source] = {QUIZ: QUIZZES, ASSIGNMENT: ASSIGNMENTS}
# When work is due: as the outline says, else when its room takes no more. By an exception, the same way.
DUE = func.coalesce(col(OutlineItem.due_at), col(Quiz.closes_at), col(Assignment.closes_at))
OWN_DUE = func.coalesce(col(ItemOverride.due_at), col(ItemOverride.closes_at))


def with_rooms(statement: Any) -> Any:
    """What selects from outline items, with the rows of the rooms that say when theirs close: for `DUE`."""
    for room in (Quiz, Assignment):
        statement = statement.outerjoin(room, col(room.item_id) == col(OutlineItem.id))
    return statement


@lru_cache(8)
def handed(kinds: tuple[str, ...], *, everybody: bool = True) -> Any:
    """All work handed in to the course `:course`, of these kinds, as one table; or only by the people `:users`."""
    parts = (SOURCES[kind].handed if everybody else SOURCES[kind].handed_by for kind in kinds)
    return union_all(*parts).subquery("handed")


@lru_cache(8)
def handed_in(kinds: tuple[str, ...], *, everybody: bool) -> Any:
    """The same by person, `listed`: source, moment in microseconds, waits."""
    table = handed(kinds, everybody=everybody)
    return columns(
        type_coerce(table.c.user_id, IdText()),
        listed(table.c.source_id, type_coerce(table.c.handed_in_at, BigInteger()), table.c.waits),
    ).group_by(table.c.user_id)
