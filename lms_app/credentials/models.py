"""Rows of the credentials room: what was certified, for ever."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field

from lms_app.core.db import Moment, Points, Row, new_id


class Certificate(Row, table=True):
    """One person's certificate of one course, as it was on the day of the award.

    Name, course and institution are kept here, not looked up: a certificate says what was true when it was given, and
    nobody may rename an account to make it somebody else's. The PDF and the public page are both drawn from this row.

    There is no `valid` column: `revoked_at` says it. The grade is not here either: it is nobody's business on a public
    page, and the audit log keeps what the award was based on.
    """

    __tablename__ = "certificate"
    __table_args__ = (
        UniqueConstraint("code"),
        # Double award is impossible: a second one needs the first to be revoked.
        Index(
            "uq_certificate_user_id_course_id",
            "user_id",
            "course_id",
            unique=True,
            sqlite_where=text("revoked_at IS NULL"),
            postgresql_where=text("revoked_at IS NULL"),
        ),
        Index("ix_certificate_user_id_issued_at", "user_id", "issued_at"),
        Index("ix_certificate_course_id_issued_at", "course_id", "issued_at"),
        CheckConstraint("revoked_at IS NULL OR revoke_reason <> ''", name="revoke_reason"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    # 28 characters without look-alikes (140 random bits), as `rules.canonical` spells them.
    code: str = Field(max_length=28)
    user_id: UUID = Field(foreign_key="user.id")
    course_id: UUID = Field(foreign_key="course.id")
    # Empty once the holder was erased on their own request.
    holder_name: str = Field(max_length=200)
    course_title: str = Field(max_length=200)
    issuer: str = Field(max_length=200)
    hours: Decimal = Field(default=Decimal(0), sa_type=Points)
    issued_at: datetime = Field(sa_type=Moment)
    revoked_at: datetime | None = Field(default=None, sa_type=Moment)
    # Shown to everybody who checks the certificate.
    revoke_reason: str = Field(default="", max_length=300)
