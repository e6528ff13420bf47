"""Rows of the credentials room: what was certified, for ever."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field

from lms_app.core.db import Fraction, Json, Moment, Points, Row, new_id


class CertificateDesign(Row, table=True):
    """A design: of one course, or of the site where `course_id` is empty. `version` is what it is now.

    `draft` is what somebody has typed and not saved, as texts by the names of the form; it is shown in the preview alone.
    A removed design stays, for the certificates that were awarded with it.
    """

    __tablename__ = "certificate_design"
    __table_args__ = (
        # One design at most is the site's own choice.
        Index(
            "uq_certificate_design_is_default",
            "is_default",
            unique=True,
            sqlite_where=text("is_default"),
            postgresql_where=text("is_default"),
        ),
        CheckConstraint("NOT is_default OR (course_id IS NULL AND removed_at IS NULL)", name="is_default"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    course_id: UUID | None = Field(default=None, foreign_key="course.id", index=True)
    name: str = Field(max_length=80)
    version: int = 1
    is_default: bool = False
    draft: dict[str, Any] | None = Field(default=None, sa_type=Json)
    changed_at: datetime = Field(sa_type=Moment)
    removed_at: datetime | None = Field(default=None, sa_type=Moment)


class CertificateDesignVersion(Row, table=True):
    """What a design was from one save to the next. Never changed: certificates name the one that they were awarded with."""

    __tablename__ = "certificate_design_version"
    __table_args__ = (UniqueConstraint("design_id", "version"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    design_id: UUID = Field(foreign_key="certificate_design.id")
    version: int
    design: dict[str, Any] = Field(sa_type=Json)  # `design.Design`
    by_id: UUID | None = Field(default=None, foreign_key="user.id")
    created_at: datetime = Field(sa_type=Moment)


class CertificateTerms(Row, table=True):
    """What a course asks for its certificate besides completion and the grade, which are the course's own, and how it looks.

    A course without a row awards by itself, at once, for ever, in the site's design.
    """

    __tablename__ = "certificate_terms"
    __table_args__ = (
        CheckConstraint("valid_months IS NULL OR valid_months BETWEEN 1 AND 600", name="valid_months"),
        CheckConstraint("valid_months IS NULL OR valid_until IS NULL", name="valid"),
    )

    course_id: UUID = Field(foreign_key="course.id", primary_key=True)
    design_id: UUID | None = Field(default=None, foreign_key="certificate_design.id")
    automatic: bool = True  # otherwise people award, for one or for all
    not_before: datetime | None = Field(default=None, sa_type=Moment)
    valid_months: int | None = None
    valid_until: datetime | None = Field(default=None, sa_type=Moment)


class CertificateBatch(Row, table=True):
    """Certificates that are printed into one zip, some at a time. `done` counts those that were looked at.

    The zip lies beside the files for a day (`files.sweep`): it can be printed again at any time.
    """

    __tablename__ = "certificate_batch"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    course_id: UUID = Field(foreign_key="course.id", index=True)
    by_id: UUID | None = Field(default=None, foreign_key="user.id")
    certificates: list[str] = Field(default_factory=list[str], sa_type=Json)  # ids, in the order of the zip
    done: int = 0
    created_at: datetime = Field(sa_type=Moment)
    finished_at: datetime | None = Field(default=None, sa_type=Moment)


class Certificate(Row, table=True):
    """One person's certificate of one course, as it was on the day of the award.

    Name, course and institution are kept here, not looked up: a certificate says what was true when it was given, and
    nobody may rename an account to make it somebody else's. The PDF and the public page are both drawn from this row.

    There is no `valid` column: `revoked_at` and `expires_at` say it. One that was replaced is revoked, too, and names what
    came in its place, so that a course has one certificate of a person at most. The grade stands on the PDF where the
    design shows it, and never on the public page.
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
    # The grade of the day; unknown for those that were awarded before it was kept.
    grade: Decimal | None = Field(default=None, sa_type=Fraction)
    # What it looks like; `design.HOUSE` without one.
    version_id: UUID | None = Field(default=None, foreign_key="certificate_design_version.id", index=True)
    issued_at: datetime = Field(sa_type=Moment)
    revoked_at: datetime | None = Field(default=None, sa_type=Moment)
    # Shown to everybody who checks the certificate.
    revoke_reason: str = Field(default="", max_length=300)
    expires_at: datetime | None = Field(default=None, sa_type=Moment)
    replaced_by_id: UUID | None = Field(default=None, foreign_key="certificate.id", index=True)
    # Since when its holder wants a page with its picture to be open to everybody.
    shared_at: datetime | None = Field(default=None, sa_type=Moment)
    # In the list of what was revoked (`core/statuses.py`); those from before there was one have none.
    place: int | None = None
