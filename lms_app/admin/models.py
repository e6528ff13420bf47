"""Rows of the administrator's room: cohorts, and lists of people that come in."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, Text, UniqueConstraint
from sqlmodel import Field

from lms_app.core.db import Json, Moment, Row, new_id


class Cohort(Row, table=True):
    """People who belong together on the whole site: a year, a department. They may be enrolled in courses together."""

    __tablename__ = "cohort"
    __table_args__ = (UniqueConstraint("folded"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    name: str = Field(max_length=80)
    # Without case and accents: to a reader "Year 1" and "year 1" are one cohort.
    folded: str = Field(max_length=160)
    external_id: str | None = Field(default=None, max_length=120, unique=True)
    description: str = Field(default="", max_length=500)
    created_at: datetime = Field(sa_type=Moment)


class CohortMember(Row, table=True):
    __tablename__ = "cohort_member"

    cohort_id: UUID = Field(foreign_key="cohort.id", primary_key=True)
    user_id: UUID = Field(foreign_key="user.id", primary_key=True, index=True)


class CohortCourse(Row, table=True):
    """That whoever joins a cohort joins a course, too. Who leaves the cohort stays in the course: their work is there."""

    __tablename__ = "cohort_course"

    cohort_id: UUID = Field(foreign_key="cohort.id", primary_key=True)
    course_id: UUID = Field(foreign_key="course.id", primary_key=True, index=True)
    created_at: datetime = Field(sa_type=Moment)


class ImportState(StrEnum):
    WAITING = "waiting"  # to be checked
    CHECKED = "checked"  # somebody looks at what would happen
    CONFIRMED = "confirmed"  # to be checked once more, and done
    RUNNING = "running"
    UNDOING = "undoing"  # something came between, so what was done is taken back
    DONE = "done"
    FAILED = "failed"  # nothing of it is kept


class PeopleImport(Row, table=True):
    """A list of people that came in: its files, how they are read, and how far it is.

    Its lines are planned once, in `ImportLine`, and done some at a time, each part with its place in one transaction: a
    process that dies is gone on with where it was.
    """

    __tablename__ = "people_import"
    __table_args__ = (
        CheckConstraint(f"state IN ({', '.join(repr(str(one)) for one in ImportState)})", name="state"),
        Index("ix_people_import_state_created_at", "state", "created_at"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    by_id: UUID | None = Field(default=None, foreign_key="user.id")
    state: str = Field(default=ImportState.WAITING, max_length=16)
    created_at: datetime = Field(sa_type=Moment)
    changed_at: datetime = Field(sa_type=Moment)
    # A list of files: name, sha256, encoding, delimiter, heads, samples, kind, format, fields, lines, why.
    files: list[dict[str, Any]] = Field(default_factory=list[dict[str, Any]], sa_type=Json)
    invites: bool = True
    tally: dict[str, int] = Field(default_factory=dict[str, int], sa_type=Json)
    digest: str = Field(default="", max_length=64)  # of the plan that was shown
    total: int = 0
    done: int = 0
    problem: str = Field(default="", max_length=500)
    # One process at a time works on it.
    lease_until: datetime | None = Field(default=None, sa_type=Moment)


class ImportLine(Row, table=True):
    """One line of a list and what becomes of it. `act` is what to do, `undo` how it was before."""

    __tablename__ = "import_line"
    __table_args__ = (Index("ix_import_line_fate", "import_id", "fate", "seq"),)

    import_id: UUID = Field(foreign_key="people_import.id", primary_key=True)
    seq: int = Field(primary_key=True)
    file: int
    line: int
    # make, change, same, skip or wrong
    fate: str = Field(max_length=8)
    about: str = Field(default="", max_length=254)
    at: int = 0  # the number of the column that is wrong, from 1
    note: str = Field(default="", sa_type=Text)
    act: dict[str, Any] | None = Field(default=None, sa_type=Json)
    undo: dict[str, Any] | None = Field(default=None, sa_type=Json)


class SetupCode(Row, table=True):
    """The one-time code that the console shows while nobody runs the place; there is one row, or none. The code itself is
    kept nowhere."""

    __tablename__ = "setup_code"

    id: int = Field(default=1, primary_key=True)
    code_hash: str = Field(max_length=64)
    expires_at: datetime = Field(sa_type=Moment)


# ---- What the dashboards are told from, counted beforehand (service/dashboards/counting)


class Activity(Row, table=True):
    """That somebody was at work on a day, in a week, in a month: `span` is d, w or m, `starts_on` its first day.

    A year of a school is told at once from it, where what was done there has a million rows. `joined_on` is the first day
    of the stretch in which the person joined: so cohorts are counted without a look at the people.
    """

    __tablename__ = "activity"
    __table_args__ = (
        CheckConstraint("span IN ('d', 'w', 'm')", name="span"),
        Index("ix_activity_span_joined_on_starts_on", "span", "joined_on", "starts_on"),
    )

    span: str = Field(primary_key=True, max_length=1)
    starts_on: date = Field(primary_key=True)
    user_id: UUID = Field(foreign_key="user.id", primary_key=True, index=True)
    joined_on: date


class QuizLoad(Row, table=True):
    """What went on in all quizzes in a quarter of an hour; `quarter` counts them from 1970, UTC."""

    __tablename__ = "quiz_load"

    quarter: int = Field(primary_key=True)
    started: int = 0
    submitted: int = 0
    saves: int = 0


class MarkCell(Row, table=True):
    """Marks of a month, of a course or of the site (`scope` ""), in a band of ten hundredths or in all of them (-1).

    A cell of fewer than five people is never written: whatever is added up of cells tells nothing of fewer, nor does the
    difference of two such sums.
    """

    __tablename__ = "mark_cell"

    month_on: date = Field(primary_key=True)
    scope: str = Field(primary_key=True, max_length=36)
    band: int = Field(primary_key=True)
    people: int
    marks: int
    hundredths: int = Field(sa_type=BigInteger)  # of their points, in sum


class Traffic(Row, table=True):
    """How many requests of a template, or events of a handler, an hour had, how many of them failed, and how long they took.

    `hour` counts from 1970, UTC. Templates and handlers alone: no address, nobody. The counts `within` are cumulative.
    """

    __tablename__ = "traffic"

    hour: int = Field(primary_key=True)
    route: str = Field(primary_key=True, max_length=200)
    many: int
    errors: int
    micros: int = Field(sa_type=BigInteger)
    within_100ms: int
    within_250ms: int
    within_500ms: int
    within_1s: int
    within_2500ms: int
