"""Rows of the rubrics room. Only `rubrics/service` writes them; a higher room may read and name them."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Text, UniqueConstraint
from sqlmodel import Field

from lms_app.core.db import Json, Moment, Points, Row, new_id


class RubricKind(StrEnum):
    RUBRIC = "rubric"  # each criterion has levels, worth points or a range of them
    GUIDE = "guide"  # each criterion has a maximum, and the marker says how many
    CHECKLIST = "checklist"  # each criterion is met or not


def _one_of(column: str, values: type[StrEnum]) -> str:
    return f"{column} IN ({', '.join(repr(str(v)) for v in values)})"


class Rubric(Row, table=True):
    """A rubric of a course. `version` is what it says now; a removed one stays for the marks that were given by it.

    `title`, `kind` and `points_max` are of that version, so that a list reads no other table.
    """

    __tablename__ = "rubric"
    __table_args__ = (
        CheckConstraint(_one_of("kind", RubricKind), name="kind"),
        CheckConstraint("points_max >= 0", name="points_max"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    course_id: UUID = Field(foreign_key="course.id", index=True)
    version: int = 1
    kind: str = Field(max_length=16)
    title: str = Field(max_length=160)
    points_max: Decimal = Field(sa_type=Points)
    changed_at: datetime = Field(sa_type=Moment)
    removed_at: datetime | None = Field(default=None, sa_type=Moment)


class RubricVersion(Row, table=True):
    """What a rubric said from one edit to the next. Never changed, never deleted: a mark names the one it was given by."""

    __tablename__ = "rubric_version"
    __table_args__ = (
        UniqueConstraint("rubric_id", "version"),
        CheckConstraint(_one_of("kind", RubricKind), name="kind"),
        CheckConstraint("points_max >= 0", name="points_max"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    rubric_id: UUID = Field(foreign_key="rubric.id")
    version: int
    kind: str = Field(max_length=16)
    title: str = Field(max_length=160)
    points_max: Decimal = Field(sa_type=Points)
    # Criteria with their levels. Their ids stay from version to version, so that a marking finds them again.
    criteria: list[dict[str, Any]] = Field(default_factory=list[dict[str, Any]], sa_type=Json)
    by_id: UUID | None = Field(default=None, foreign_key="user.id")
    created_at: datetime = Field(sa_type=Moment)


class SavedComment(Row, table=True):
    """Something that markers of a course write again and again. What is used most comes first."""

    __tablename__ = "saved_comment"
    __table_args__ = (
        CheckConstraint("uses >= 0", name="uses"),
        Index("ix_saved_comment_course_id_uses", "course_id", "uses"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    course_id: UUID = Field(foreign_key="course.id")
    text: str = Field(sa_type=Text)  # Markdown
    uses: int = 0
    used_at: datetime = Field(sa_type=Moment)
