"""Rows of the gradebook: how a course makes its totals, and totals that a person set. Marks are `grades`'."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field

from lms_app.core.db import Fraction, Json, Moment, Points, Row, Serial, new_id

_METHODS = "method IN ('points', 'weighted', 'simple')"


class Gradebook(Row, table=True):
    """How the totals of a course are made. No row: points over points by the first engine, as it was before there was one.

    There are no totals here: they are made of the marks whenever they are read, so none can be stale. `engine` is the way
    they are made; a course keeps the one that it began with.
    """

    __tablename__ = "gradebook"
    __table_args__ = (CheckConstraint(_METHODS, name="method"),)

    course_id: UUID = Field(foreign_key="course.id", primary_key=True)
    engine: int
    method: str = Field(default="points", max_length=8)
    drop_lowest: int = 0
    keep_best: int = 0
    # The share that missing work counts as; None leaves it out like all that is not marked.
    missing: Decimal | None = Field(default=None, sa_type=Fraction)
    # The least percentage of each letter, the best first: [["94", "A"], …]. Empty: no letters.
    letters: list[list[str]] = Field(default_factory=list[list[str]], sa_type=Json)
    version: int = 1  # grows with each change: who began with an older one is told


class GradeCategory(Row, table=True):
    """Items, and categories of one more level, that make one mark. Without a parent it stands in the course itself."""

    __tablename__ = "grade_category"
    __table_args__ = (
        CheckConstraint(_METHODS, name="method"),
        CheckConstraint("weight >= 0", name="weight"),
        CheckConstraint("drop_lowest >= 0 AND keep_best >= 0", name="drops"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    course_id: UUID = Field(foreign_key="course.id", index=True)
    parent_id: UUID | None = Field(default=None, foreign_key="grade_category.id", index=True)
    name: str = Field(max_length=80)
    method: str = Field(default="points", max_length=8)
    weight: Decimal = Field(default=Decimal(1), sa_type=Points)
    extra: bool = False
    drop_lowest: int = 0
    keep_best: int = 0
    position: int = 0


class GradeColumn(Row, table=True):
    """Where an item stands in the gradebook, and how it counts. Without a row it stands in the course, with weight 1."""

    __tablename__ = "grade_column"
    __table_args__ = (CheckConstraint("weight >= 0", name="weight"),)

    item_id: UUID = Field(foreign_key="grade_item.id", primary_key=True)
    category_id: UUID | None = Field(default=None, foreign_key="grade_category.id", index=True)
    weight: Decimal = Field(default=Decimal(1), sa_type=Points)
    extra: bool = False
    never_drop: bool = False
    pass_points: Decimal | None = Field(default=None, sa_type=Points)
    position: int = 0


class TotalEntry(Row, table=True):
    """A course total that a person set in place of the one that is made of the marks. The newest stands; None lifts it."""

    __tablename__ = "total_entry"
    __table_args__ = (
        CheckConstraint("share IS NULL OR share >= 0", name="share"),
        Index("ix_total_entry_course_id_user_id_seq", "course_id", "user_id", "seq"),
    )

    seq: int | None = Field(default=None, primary_key=True, sa_type=Serial)
    course_id: UUID = Field(foreign_key="course.id")
    user_id: UUID = Field(foreign_key="user.id", index=True)
    share: Decimal | None = Field(default=None, sa_type=Fraction)
    locked: bool = False
    reason: str = Field(default="", max_length=200)
    by_id: UUID | None = Field(default=None, foreign_key="user.id")
    at: datetime = Field(sa_type=Moment)
