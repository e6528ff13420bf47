"""Rows of the assignments room. Only `assignments/service` writes them; a higher room may read them in a select.

What was submitted is never edited: who withdraws it, or works on it once more, goes on in a new version that begins with
a copy. So a receipt stays true, and whoever is marking a version keeps what they have in front of them.
"""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Text, UniqueConstraint, text
from sqlmodel import Field

from lms_app.core.db import Fraction, Json, Moment, Points, Row, new_id


class Reopen(StrEnum):
    """Who gives a student another attempt after the first one."""

    NEVER = "never"
    MANUAL = "manual"  # the staff, one by one
    UNTIL_PASS = "until_pass"  # a mark below the pass mark


class Late(StrEnum):
    """What being late costs (`rules.py`)."""

    NONE = "none"
    INTERVAL = "interval"  # a share for every hour or day that was begun, down to a floor
    TIERS = "tiers"  # a share of the maximum by how late it is


def _one_of(column: str, values: type[StrEnum]) -> str:
    return f"{column} IN ({', '.join(repr(str(v)) for v in values)})"


class Assignment(Row, table=True):
    """What is asked. Its title, its opening and its due date are the outline item's."""

    __tablename__ = "assignment"
    __table_args__ = (
        CheckConstraint("points >= 0", name="points"),
        CheckConstraint("takes_text OR takes_files OR takes_link", name="takes"),
        CheckConstraint("files_max >= 1 AND file_mib >= 1", name="files"),
        CheckConstraint("attempts_max IS NULL OR attempts_max >= 1", name="attempts_max"),
        CheckConstraint(_one_of("reopen", Reopen), name="reopen"),
        CheckConstraint(_one_of("late", Late), name="late"),
        CheckConstraint("late_hours >= 1", name="late_hours"),
        CheckConstraint("late_share >= 0 AND late_share <= 1000000000", name="late_share"),
        CheckConstraint("late_floor >= 0 AND late_floor <= 1000000000", name="late_floor"),
        CheckConstraint(
            "missing_share IS NULL OR (missing_share >= 0 AND missing_share <= 1000000000)", name="missing_share"
        ),
        CheckConstraint(
            "pass_fraction IS NULL OR (pass_fraction >= 0 AND pass_fraction <= 1000000000)", name="pass_fraction"
        ),
    )

    item_id: UUID = Field(foreign_key="outline_item.id", primary_key=True)
    # The item knows it too; here it saves each submission a join.
    course_id: UUID = Field(foreign_key="course.id", index=True)
    brief: str = Field(default="", sa_type=Text)  # Markdown
    brief_html: str = Field(default="", sa_type=Text)  # made from it when it is written, by core/text
    points: Decimal = Field(default=Decimal(100), sa_type=Points)
    pass_fraction: Decimal | None = Field(default=None, sa_type=Fraction)
    rubric_id: UUID | None = Field(default=None, foreign_key="rubric.id", index=True)
    closes_at: datetime | None = Field(default=None, sa_type=Moment)  # nothing is taken after it
    grade_by_at: datetime | None = Field(default=None, sa_type=Moment)  # when its staff are reminded to mark
    takes_text: bool = True
    takes_files: bool = False
    takes_link: bool = False
    files_max: int = 5
    file_mib: int = 20
    file_types: list[str] = Field(default_factory=list[str], sa_type=Json)  # of `core.filetypes`; empty is any
    statement: str = Field(default="", max_length=500)  # what a student agrees to; empty where nothing is asked
    reopen: str = Field(default=Reopen.NEVER, max_length=16)
    attempts_max: int | None = None
    group_work: bool = False  # one submission for each group of the course
    own_grades: bool = False  # of group work: each member gets a mark of their own
    blind: bool = False  # whoever marks sees numbers in place of names
    late: str = Field(default=Late.NONE, max_length=16)
    late_share: Decimal = Field(default=Decimal(0), sa_type=Fraction)  # taken off for each interval that was begun
    late_hours: int = 24  # of an interval
    late_floor: Decimal = Field(default=Decimal(0), sa_type=Fraction)  # lateness takes a mark no lower than this
    late_tiers: list[Any] = Field(default_factory=list[Any], sa_type=Json)  # [hours, percent of the maximum], in order
    # What a student gets who submitted nothing until it was due; without one they have no mark.
    missing_share: Decimal | None = Field(default=None, sa_type=Fraction)


class Submission(Row, table=True):
    """One version of what a student, or a group, hands in. Until `submitted_at` it is a draft.

    `owner_id` is whose it is: a user's id, or for group work a group's. It names no table, since a group may be deleted
    and its work stays; `group_name` remembers it, and is empty for what is one person's own. Who shares in a submission
    is `SubmissionMember`, written when it is submitted.
    """

    __tablename__ = "submission"
    __table_args__ = (
        UniqueConstraint("assignment_id", "owner_id", "number"),
        CheckConstraint("number > 0", name="number"),
        CheckConstraint("attempt > 0", name="attempt"),
        CheckConstraint("withdrawn_at IS NULL OR submitted_at IS NOT NULL", name="withdrawn_at"),
        # Two tabs may begin at once: only one draft of an owner fits.
        Index(
            "uq_submission_draft",
            "assignment_id",
            "owner_id",
            unique=True,
            sqlite_where=text("submitted_at IS NULL"),
            postgresql_where=text("submitted_at IS NULL"),
        ),
        Index("ix_submission_assignment_id_submitted_at", "assignment_id", "submitted_at"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    assignment_id: UUID = Field(foreign_key="assignment.item_id")
    course_id: UUID = Field(foreign_key="course.id")
    owner_id: UUID = Field(index=True)
    group_name: str = Field(default="", max_length=80)
    user_id: UUID = Field(foreign_key="user.id", index=True)  # who wrote in it last, and who submitted it
    number: int  # of the version
    attempt: int = 1  # what is withdrawn and what follows it are the same attempt
    seq: int = 0  # grows with each change of the draft: who began with an older one is told
    body: str = Field(default="", sa_type=Text)  # Markdown
    body_html: str = Field(default="", sa_type=Text)  # made from it when it is submitted
    link: str = Field(default="", max_length=2000)
    saved_at: datetime = Field(sa_type=Moment)
    submitted_at: datetime | None = Field(default=None, sa_type=Moment)
    withdrawn_at: datetime | None = Field(default=None, sa_type=Moment)
    due_at: datetime | None = Field(default=None, sa_type=Moment)  # that held for them; an extension moves it
    statement: str = Field(default="", max_length=500)  # what they agreed to


class SubmissionMember(Row, table=True):
    """Who shares in what was submitted: its student, or those who were in the group then."""

    __tablename__ = "submission_member"

    submission_id: UUID = Field(foreign_key="submission.id", primary_key=True)
    user_id: UUID = Field(foreign_key="user.id", primary_key=True, index=True)


# ---- Marking


class Marking(Row, table=True):
    """Where a submission stands with its markers; no row means that nobody has begun.

    `version` is of its newest mark, 0 while it is in marking. Whether students see marks is `GradeRelease`.
    """

    __tablename__ = "marking"
    __table_args__ = (
        CheckConstraint("version >= 0", name="version"),
        Index("ix_marking_assignment_id_version", "assignment_id", "version"),
    )

    submission_id: UUID = Field(foreign_key="submission.id", primary_key=True)
    assignment_id: UUID = Field(foreign_key="assignment.item_id")
    version: int = 0


class MarkVersion(Row, table=True):
    """What a submission was given by a person, once. Append-only: the newest version counts, and none is overwritten."""

    __tablename__ = "mark_version"
    __table_args__ = (CheckConstraint("points >= 0", name="points"), CheckConstraint("kept >= 0", name="kept"))

    submission_id: UUID = Field(foreign_key="marking.submission_id", primary_key=True)
    version: int = Field(primary_key=True)
    # By what it was marked; without a rubric, points alone.
    rubric_version_id: UUID | None = Field(default=None, foreign_key="rubric_version.id", index=True)
    marks: dict[str, Any] = Field(default_factory=dict[str, Any], sa_type=Json)  # of criteria, by their ids
    own: dict[str, Any] = Field(default_factory=dict[str, Any], sa_type=Json)  # points of members who get others
    points: Decimal = Field(sa_type=Points)
    kept: Decimal = Field(sa_type=Points)  # after what being late cost, as `arithmetic` says
    arithmetic: str = Field(default="", max_length=400)
    comment: str = Field(default="", sa_type=Text)  # Markdown
    comment_html: str = Field(default="", sa_type=Text)
    by_id: UUID = Field(foreign_key="user.id")
    at: datetime = Field(sa_type=Moment)


class MarkingDraft(Row, table=True):
    """What a marker has typed and not saved yet. Each has a draft of their own: nobody writes into another's."""

    __tablename__ = "marking_draft"

    submission_id: UUID = Field(foreign_key="submission.id", primary_key=True)
    user_id: UUID = Field(foreign_key="user.id", primary_key=True)
    values: dict[str, Any] = Field(default_factory=dict[str, Any], sa_type=Json)  # of the form, by its inputs
    seen: int = 0  # the version of the mark that they saw
    saved_at: datetime = Field(sa_type=Moment)


class Annotation(Row, table=True):
    """A marker's note on a passage of the text, or pinned to a page of a file. Its student reads it with the mark.

    A passage is counted in characters of the text that is shown, a place on a page in thousandths of its sides.
    """

    __tablename__ = "annotation"
    __table_args__ = (
        CheckConstraint("start_at >= 0 AND end_at >= start_at", name="passage"),
        CheckConstraint("across BETWEEN 0 AND 1000 AND down BETWEEN 0 AND 1000", name="place"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    submission_id: UUID = Field(foreign_key="submission.id", index=True)
    # Of a pin. It names no row that must stay: a file may be erased, and the words are still the marker's.
    file_id: UUID | None = None
    page: int = 0
    across: int = 0
    down: int = 0
    start_at: int = 0
    end_at: int = 0
    quote: str = Field(default="", max_length=500)
    body: str = Field(sa_type=Text)
    by_id: UUID = Field(foreign_key="user.id")
    at: datetime = Field(sa_type=Moment)


class Allocation(Row, table=True):
    """Who marks the work of an owner, whatever version it is in."""

    __tablename__ = "marking_allocation"

    assignment_id: UUID = Field(foreign_key="assignment.item_id", primary_key=True)
    owner_id: UUID = Field(primary_key=True)
    marker_id: UUID = Field(foreign_key="user.id", index=True)


class GradeRelease(Row, table=True):
    """The grades of an assignment are published; without a row its students see no mark yet."""

    __tablename__ = "grade_release"

    assignment_id: UUID = Field(foreign_key="assignment.item_id", primary_key=True)
    at: datetime = Field(sa_type=Moment)
    by_id: UUID | None = Field(default=None, foreign_key="user.id")
