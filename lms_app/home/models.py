"""Rows of the home room: what one person has set of it. All the rest that it shows belongs to the rooms below."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from lms_app.core.db import Json, Moment, Row, new_id


class CalendarFeed(Row, table=True):
    """The secret address of somebody's calendar; no row, no address.

    The secret is made of the id (`identity.secret_of`), so that it can be shown again and reading the database still
    opens no calendar. `seen` is what programs were told last (`rules.Seen` by entry): what has changed since gets the
    next number of its sequence.
    """

    __tablename__ = "calendar_feed"
    __table_args__ = (UniqueConstraint("secret_hash"),)

    user_id: UUID = Field(foreign_key="user.id", primary_key=True)
    id: UUID = Field(default_factory=new_id)
    secret_hash: str = Field(max_length=64)
    made_at: datetime = Field(sa_type=Moment)
    read_at: datetime | None = Field(default=None, sa_type=Moment)
    seen: dict[str, Any] = Field(default_factory=dict[str, Any], sa_type=Json)


class StreakShown(Row, table=True):
    """Somebody wants to see how many days in a row they have learned. No row: they do not, and nobody counts."""

    __tablename__ = "streak_shown"

    user_id: UUID = Field(foreign_key="user.id", primary_key=True)
    since: datetime = Field(sa_type=Moment)
