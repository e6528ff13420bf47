"""Rows of the grades room: what can earn points, and every mark ever given."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field

from lms_app.core.db import Moment, Points, Row, Serial, new_id


class Status(StrEnum):
    """What stands beside a mark, or in place of one."""

    NONE = ""
    EXCUSED = "excused"  # need not be done
    MISSING = "missing"  # was not handed in
    EXEMPT = "exempt"  # the mark stands, and counts nowhere


class GradeItem(Row, table=True):
    """Something in a course that earns points. `source_kind` and `source_id` name what it stands for.

    There is no average and no count here: both are one SELECT, and a stored one could go stale.
    """

    __tablename__ = "grade_item"
    __table_args__ = (
        UniqueConstraint("source_kind", "source_id"),
        CheckConstraint("points_max >= 0", name="points_max"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    course_id: UUID = Field(foreign_key="course.id", index=True)
    source_kind: str = Field(max_length=16)
    source_id: UUID
    title: str = Field(max_length=160)
    points_max: Decimal = Field(sa_type=Points)
    # Marks that students must not see yet stay out of their totals, too. `hidden` without a date is for good.
    hidden: bool = False
    shown_from: datetime | None = Field(default=None, sa_type=Moment)
    created_at: datetime = Field(sa_type=Moment)
    # A column that was deleted. Its marks stay, and it can be brought back.
    removed_at: datetime | None = Field(default=None, sa_type=Moment)


class GradeEntry(Row, table=True):
    """One mark, for ever. The current grade of a student in an item is the entry with the highest `seq`.

    `points_max` is what the item was worth then: questions may be added later, and a mark must keep its share.
    Empty `points` take a mark back. To undo an entry, append the one before it again.

    An `override` was set by a person in place of what the room that marks says: what that room records later stands
    before it in the history, and the override is appended again. `locked` lets no other person change it.
    """

    __tablename__ = "grade_entry"
    __table_args__ = (
        CheckConstraint("points IS NULL OR points >= 0", name="points"),
        CheckConstraint("status IN ('', 'excused', 'missing', 'exempt')", name="status"),
        Index("ix_grade_entry_item_id_user_id_seq", "item_id", "user_id", "seq"),
        Index("ix_grade_entry_user_id", "user_id"),
        Index("ix_grade_entry_at", "at"),
    )

    seq: int | None = Field(default=None, primary_key=True, sa_type=Serial)
    item_id: UUID = Field(foreign_key="grade_item.id")
    user_id: UUID = Field(foreign_key="user.id")
    points: Decimal | None = Field(default=None, sa_type=Points)
    points_max: Decimal = Field(sa_type=Points)
    status: str = Field(default=Status.NONE, max_length=8)
    override: bool = False
    locked: bool = False
    reason: str = Field(default="", max_length=200)
    by_id: UUID | None = Field(default=None, foreign_key="user.id")  # None: a machine graded it
    at: datetime = Field(sa_type=Moment)
