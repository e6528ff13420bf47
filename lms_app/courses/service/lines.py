"""The outline as plain lines, read by one prebuilt select: what the course page, the player and REST stand on.

These are the most read rows of the product. Ids come as text and moments as microseconds, since most are only compared
or passed on: making a UUID and a datetime of each would cost more than the select.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import BigInteger, and_, bindparam, type_coerce
from sqlalchemy import select as columns
from sqlmodel import col

from lms_app.core.db import IdText, from_micros, to_micros
from lms_app.core.work import Work
from lms_app.courses import rules
from lms_app.courses.models import ItemProgress, Module, OutlineItem
from lms_app.courses.service.door import many
from lms_app.courses.service.granted import overrides_in
from lms_app.courses.service.releasing import reasons
from lms_app.courses.terms import Override, Terms, effective


class Line(NamedTuple):
    """An item with its module and its reader's progress. Moments are microseconds (`core.db.from_micros`)."""

    module_id: str
    module: str
    id: str
    kind: str
    title: str
    required: bool
    minutes: int
    opens_at: int | None
    due_at: int | None
    preview: bool
    seen_at: int | None
    done_at: int | None
    release: str
    # When it opens, if it is locked for this reader now; None while it is open.
    locked_until: int | None
    # What else must hold first, as a sentence.
    waits_for: str

    @property
    def is_done(self) -> bool:
        return self.done_at is not None

    @property
    def is_open(self) -> bool:
        return self.locked_until is None and not self.waits_for


_LINES = (
    columns(
        type_coerce(col(Module.id), IdText()),
        col(Module.title),
        type_coerce(col(OutlineItem.id), IdText()),
        col(OutlineItem.kind),
        col(OutlineItem.title),
        col(OutlineItem.required),
        col(OutlineItem.minutes),
        type_coerce(col(OutlineItem.opens_at), BigInteger()),
        type_coerce(col(OutlineItem.due_at), BigInteger()),
        col(OutlineItem.preview),
        type_coerce(col(ItemProgress.first_seen_at), BigInteger()),
        type_coerce(col(ItemProgress.completed_at), BigInteger()),
        col(OutlineItem.release),
    )
    .select_from(Module)
    .join(OutlineItem, and_(col(OutlineItem.module_id) == col(Module.id), col(OutlineItem.published)))
    .outerjoin(
        ItemProgress,
        and_(col(ItemProgress.item_id) == col(OutlineItem.id), col(ItemProgress.user_id) == bindparam("user")),
    )
    .where(col(Module.course_id) == bindparam("course"))
    .order_by(col(Module.position), col(Module.id), col(OutlineItem.position), col(OutlineItem.id))
)


def read_lines(
    work: Work, course_id: UUID, user_id: UUID | None, *, starts_at: datetime | None, everything_open: bool
) -> list[Line]:
    """The published items of a course in their order. Not a door: whoever calls it has come through one."""
    rows = many(work, _LINES, course=course_id, user=user_id).all()
    if everything_open:
        return [Line._make((*row, None, "")) for row in rows]
    now = to_micros(work.now)
    starts = to_micros(starts_at) if starts_at else None
    own = {str(item_id): overrides for item_id, overrides in overrides_in(work, course_id, user_id).items()}
    if own:
        rows = [_for_one(row, own.get(row[2], ())) for row in rows]
    kept = {row[2]: row[12] for row in rows if row[12] and row[11] is None}
    waits = (
        reasons(work, course_id, user_id, kept, items=[(row[2], row[4], row[11] is not None) for row in rows])
        if kept
        else kept
    )
    return [
        Line._make(
            (
                *row,
                rules.opens_later(now, opens_at=row[7], starts_at=starts, completed=row[11] is not None),
                waits.get(row[2], ""),
            )
        )
        for row in rows
    ]


def _for_one(row: Any, overrides: Sequence[Override]) -> Any:
    """A row with what is different for its reader."""
    if not overrides:
        return row
    opens_at, due_at = (from_micros(at) if at is not None else None for at in row[7:9])
    terms = effective(Terms(opens_at=opens_at, due_at=due_at), overrides)
    opens, due = (to_micros(at) if at is not None else None for at in (terms.opens_at, terms.due_at))
    return (*row[:7], opens, due, *row[9:12], "" if terms.released else row[12])


def tally_of(lines: Sequence[Line]) -> tuple[int, int]:
    """Required items that are done, and all of them."""
    counted = [line for line in lines if line.required]
    return sum(1 for line in counted if line.is_done), len(counted)
