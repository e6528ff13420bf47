"""What the outside may see of grades: frozen values, no rows."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID


@dataclass(frozen=True, slots=True)
class GradeItemView:
    """Something that earns points. `shown` tells whether its student may see the mark now."""

    id: UUID
    course_id: UUID
    source_kind: str
    source_id: UUID
    title: str
    points_max: Decimal
    shown: bool


@dataclass(frozen=True, slots=True)
class GradeView:
    """A student's current mark in one item, scaled to what the item is worth now; `points` is None without a mark."""

    item: GradeItemView
    points: Decimal | None
    at: datetime | None
    reason: str


@dataclass(frozen=True, slots=True)
class EntryView:
    """One line of a mark's history, newest first. `by` is empty where a machine graded."""

    points: Decimal | None
    points_max: Decimal
    reason: str
    by: str
    at: datetime
    status: str = ""
    override: bool = False
    locked: bool = False
    seq: int = 0


@dataclass(frozen=True, slots=True)
class Standing:
    """A mark and all that stands beside it, as a person sets it."""

    points: Decimal | None = None
    status: str = ""
    override: bool = False
    locked: bool = False


NO_STANDING = Standing()


@dataclass(frozen=True, slots=True)
class Change:
    """A mark to set. `seen` is the number of the entry that its author saw, 0 for none; None asks no questions."""

    item_id: UUID
    user_id: UUID
    standing: Standing
    seen: int | None = None
