"""Rows of the privacy room: copies that people asked for, accounts that end, and the texts that people are asked to read."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Text, UniqueConstraint
from sqlmodel import Field

from lms_app.core.db import Moment, Row, Serial, new_id


class TakeOut(Row, table=True):
    """A copy of everything about one person that they asked for; its zip lies under the data folder until `expires_at`."""

    __tablename__ = "take_out"
    __table_args__ = (Index("ix_take_out_user_id_asked_at", "user_id", "asked_at"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    user_id: UUID = Field(foreign_key="user.id")
    asked_at: datetime = Field(sa_type=Moment)
    finished_at: datetime | None = Field(default=None, sa_type=Moment)
    expires_at: datetime | None = Field(default=None, sa_type=Moment)
    size_bytes: int = 0


class ErasureRequest(Row, table=True):
    """That an account is to be erased at `due_at`; its owner takes that back by deleting this row.

    `by_rule`: nobody asked, but nobody has used the account for long. Using it again takes it back, too.
    """

    __tablename__ = "erasure_request"

    user_id: UUID = Field(foreign_key="user.id", primary_key=True)
    asked_at: datetime = Field(sa_type=Moment)
    due_at: datetime = Field(sa_type=Moment, index=True)
    by_rule: bool = False


class Reason(StrEnum):
    """Why an account was erased. A choice and no words: words would hold names again."""

    ASKED = "asked"  # its owner asked for it
    LEFT = "left"  # they have left the school
    MISTAKE = "mistake"  # the account should never have been made
    LAW = "law"  # an authority or a court says so
    UNUSED = "unused"  # the rule for accounts that nobody uses
    AGAIN = "again"  # a backup from before it was restored


class ErasedAccount(Row, table=True):
    """That an account was erased. `seq` is the number in "Former member 12"; ids only, so this may stay for ever."""

    __tablename__ = "erased_account"
    __table_args__ = (UniqueConstraint("user_id"),)

    seq: int | None = Field(default=None, primary_key=True, sa_type=Serial)
    user_id: UUID = Field(foreign_key="user.id")
    at: datetime = Field(sa_type=Moment)
    by_id: UUID | None = Field(default=None, foreign_key="user.id")
    reason: str = Field(max_length=8)


class Policy(Row, table=True):
    """One version of the terms or of the privacy notice, never changed: people agreed to these very words."""

    __tablename__ = "policy"
    __table_args__ = (
        UniqueConstraint("kind", "version"),
        CheckConstraint("kind IN ('terms', 'privacy')", name="kind"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    kind: str = Field(max_length=8)
    version: int
    body: str = Field(sa_type=Text)  # Markdown
    html: str = Field(sa_type=Text)  # made from it when it is published, by core/text
    published_at: datetime = Field(sa_type=Moment)
    by_id: UUID | None = Field(default=None, foreign_key="user.id")


class Consent(Row, table=True):
    """What somebody answered to one version, and when. The newest row of a person and a version counts."""

    __tablename__ = "consent"
    __table_args__ = (UniqueConstraint("user_id", "policy_id"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    user_id: UUID = Field(foreign_key="user.id")
    policy_id: UUID = Field(foreign_key="policy.id", index=True)
    agreed: bool
    at: datetime = Field(sa_type=Moment)
