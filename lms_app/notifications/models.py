"""Rows of the notifications room: what somebody was told, and what they want to hear of and how."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field

from lms_app.core.db import Json, Moment, Row, new_id


class Pace(StrEnum):
    """How often mail comes."""

    NOW = "now"
    DAILY = "daily"
    WEEKLY = "weekly"


class Notification(Row, table=True):
    """One thing that one person was told. `key` makes it happen once, however often it is told.

    `data` is what the event's templates are filled with. `mail_at` is when it may go out by mail; it is empty when it is
    not to, and stays when it has: `mailed_at` says so.
    """

    __tablename__ = "notification"
    __table_args__ = (
        UniqueConstraint("user_id", "event", "key"),
        Index("ix_notification_inbox", "user_id", "inbox", "created_at"),
        Index("ix_notification_mail", "user_id", "mailed_at", "mail_at"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    user_id: UUID = Field(foreign_key="user.id")
    event: str = Field(max_length=40)
    key: str = Field(max_length=120)
    data: dict[str, Any] = Field(sa_type=Json)
    created_at: datetime = Field(sa_type=Moment)
    inbox: bool
    read_at: datetime | None = Field(default=None, sa_type=Moment)
    mail_at: datetime | None = Field(default=None, sa_type=Moment)
    mailed_at: datetime | None = Field(default=None, sa_type=Moment)


class NotificationChoice(Row, table=True):
    """By which ways one person hears of one event. No row: as the event has it."""

    __tablename__ = "notification_choice"

    user_id: UUID = Field(foreign_key="user.id", primary_key=True)
    event: str = Field(max_length=40, primary_key=True)
    inbox: bool
    mail: bool


class NotificationSetting(Row, table=True):
    """When one person's mail comes: at which pace, and not between two minutes of their day. No row: at once, any time."""

    __tablename__ = "notification_setting"
    __table_args__ = (
        CheckConstraint("pace IN ('now', 'daily', 'weekly')", name="pace"),
        CheckConstraint("(quiet_from IS NULL) = (quiet_until IS NULL)", name="quiet"),
    )

    user_id: UUID = Field(foreign_key="user.id", primary_key=True)
    pace: str = Field(default=Pace.NOW, max_length=8)
    quiet_from: int | None = None
    quiet_until: int | None = None
