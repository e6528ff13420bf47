"""Rows of this room: what is on its way in or out, and takes longer than a page waits."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field

from lms_app.core.db import Json, Moment, Row, new_id


class JobState(StrEnum):
    WAITING = "waiting"  # a file to be looked at, or questions to be written
    CHECKED = "checked"  # somebody looks at what would happen
    CONFIRMED = "confirmed"  # to be read once more, and brought in
    DONE = "done"
    FAILED = "failed"  # nothing of it is kept


def _one_of(column: str, values: type[StrEnum] | tuple[str, ...]) -> CheckConstraint:
    return CheckConstraint(f"{column} IN ({', '.join(repr(str(one)) for one in values)})", name=column)


class ExchangeJob(Row, table=True):
    """A file that comes in, or one that goes out, and how far it is. It belongs to whoever asked for it.

    The draft of an import is not kept between the look and the doing: the file is, and it is read again. What was
    promised is in `report`; a file that reads differently by then would be another file.
    """

    __tablename__ = "exchange_job"
    __table_args__ = (
        _one_of("way", ("in", "out")),
        _one_of("state", JobState),
        Index("ix_exchange_job_state_created_at", "state", "created_at"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    way: str = Field(default="in", max_length=4)
    by_id: UUID | None = Field(default=None, foreign_key="user.id", index=True)
    # Where an import goes, or an export comes from. An import without one makes a course, unless it is told where to go.
    course_id: UUID | None = Field(default=None, foreign_key="course.id", index=True)
    state: str = Field(default=JobState.WAITING, max_length=16)
    created_at: datetime = Field(sa_type=Moment)
    changed_at: datetime = Field(sa_type=Moment)
    name: str = Field(max_length=160)
    sha256: str = Field(default="", max_length=64)
    size_bytes: int = 0
    # What was asked for: of an import title, slug, quiz and skip; of an export format, question_ids and category_id.
    asked: dict[str, Any] = Field(default_factory=dict[str, Any], sa_type=Json)
    report: dict[str, Any] | None = Field(default=None, sa_type=Json)
    # What became of it: slug, title, url, added, known.
    made: dict[str, Any] = Field(default_factory=dict[str, Any], sa_type=Json)
    percent: int = 0
    problem: str = Field(default="", max_length=500)
    # One process at a time works on it; one that dies gives it back by time, and not for ever.
    lease_until: datetime | None = Field(default=None, sa_type=Moment)
    tries: int = 0
