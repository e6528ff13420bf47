"""Rows of the badges room. Only `badges/service` writes them."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Text, UniqueConstraint, text
from sqlmodel import Field

from lms_app.core.db import Json, Moment, Row, new_id


class BadgeStatus(StrEnum):
    DRAFT = "draft"  # nobody earns it yet
    ACTIVE = "active"
    CLOSED = "closed"  # nobody earns it any more; who has it keeps it


class Badge(Row, table=True):
    """What can be earned: in a course, or on the whole site where there is no course.

    `rule` says by what (`rules.py`), `design` how it looks (`picture.py`). A change concerns those who earn it from then
    on: what was awarded keeps what it said.
    """

    __tablename__ = "badge"
    __table_args__ = (
        CheckConstraint("status IN ('draft', 'active', 'closed')", name="status"),
        CheckConstraint("valid_days IS NULL OR valid_days >= 1", name="valid_days"),
        Index("ix_badge_course_id_created_at", "course_id", "created_at"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    course_id: UUID | None = Field(default=None, foreign_key="course.id")
    name: str = Field(max_length=80)
    description: str = Field(default="", max_length=500)
    criteria: str = Field(default="", sa_type=Text)  # in the author's words; the rule's own when it is empty
    rule: dict[str, Any] = Field(default_factory=dict[str, Any], sa_type=Json)
    design: dict[str, str] = Field(default_factory=dict[str, str], sa_type=Json)
    valid_days: int | None = None  # how long an award counts; without a number for ever
    status: str = Field(default=BadgeStatus.DRAFT, max_length=8)
    created_by: UUID | None = Field(default=None, foreign_key="user.id")
    created_at: datetime = Field(sa_type=Moment)
    changed_at: datetime = Field(sa_type=Moment)


class Award(Row, table=True):
    """One person's badge, with what it said on the day. Nothing of it is public unless the holder wants it (`public_at`).

    There is no `valid` column: `revoked_at` and `expires_at` say it. `place` is where its status stands in the list of
    what was revoked (`core/statuses.py`); `salt` hides the holder's address in what is signed.
    """

    __tablename__ = "badge_award"
    __table_args__ = (
        UniqueConstraint("code"),
        UniqueConstraint("place"),
        # Two that award at once both get here; only one row fits.
        Index(
            "uq_badge_award_badge_id_user_id",
            "badge_id",
            "user_id",
            unique=True,
            sqlite_where=text("revoked_at IS NULL"),
            postgresql_where=text("revoked_at IS NULL"),
        ),
        Index("ix_badge_award_user_id_awarded_at", "user_id", "awarded_at"),
        Index("ix_badge_award_badge_id_awarded_at", "badge_id", "awarded_at"),
        CheckConstraint("revoked_at IS NULL OR revoke_reason <> ''", name="revoke_reason"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    badge_id: UUID = Field(foreign_key="badge.id")
    user_id: UUID = Field(foreign_key="user.id")
    code: str = Field(max_length=32)  # 128 random bits: the address of its public page
    said: dict[str, Any] = Field(sa_type=Json)  # name, description, criteria, design, and the course's title
    awarded_at: datetime = Field(sa_type=Moment)
    awarded_by: UUID | None = Field(default=None, foreign_key="user.id")  # None: its rule
    note: str = Field(default="", max_length=500)  # why, where a person awarded it
    expires_at: datetime | None = Field(default=None, sa_type=Moment)
    place: int
    salt: str = Field(max_length=32)
    public_at: datetime | None = Field(default=None, sa_type=Moment)
    revoked_at: datetime | None = Field(default=None, sa_type=Moment)
    revoke_reason: str = Field(default="", max_length=300)  # whoever checks the badge reads it


class Shelf(Row, table=True):
    """Somebody's public page of badges. No row, or no `public_at`: there is none."""

    __tablename__ = "badge_shelf"
    __table_args__ = (UniqueConstraint("code"),)

    user_id: UUID = Field(foreign_key="user.id", primary_key=True)
    code: str = Field(max_length=32)
    public_at: datetime | None = Field(default=None, sa_type=Moment)
