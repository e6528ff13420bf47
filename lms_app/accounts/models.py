"""Rows of the accounts room. People and their sessions are rows of `core/identity.py`: every room reads those."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from lms_app.core.db import Moment, Row, new_id


class Purpose(StrEnum):
    """What a mailed link is good for; a link for one thing opens no other."""

    VERIFY = "verify"
    RESET = "reset"
    INVITE = "invite"
    EMAIL = "email"


class OneTimeToken(Row, table=True):
    """A link that was mailed and works once. A second one of the same purpose replaces the first: see UNIQUE.

    Only the hash is here. `email` is where the link went, which for `EMAIL` is the address that is to become the
    account's. A used one stays until the next, so that pressing its button twice gets the same answer.
    """

    __tablename__ = "one_time_token"
    __table_args__ = (UniqueConstraint("user_id", "purpose"), UniqueConstraint("secret_hash"))

    id: UUID = Field(default_factory=new_id, primary_key=True)
    user_id: UUID = Field(foreign_key="user.id")
    purpose: str = Field(max_length=8)
    secret_hash: str = Field(max_length=64)
    email: str = Field(max_length=254)
    created_at: datetime = Field(sa_type=Moment)
    expires_at: datetime = Field(sa_type=Moment)
    used_at: datetime | None = Field(default=None, sa_type=Moment)
