"""Rows of the courses room. Only `courses/service` writes them; a higher room may read them in a select."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Text, UniqueConstraint, and_
from sqlmodel import Field, col

from lms_app.core.db import Fraction, Json, Moment, Points, Row, Serial, new_id
from lms_app.policy import Role


class CourseStatus(StrEnum):
    DRAFT = "draft"  # only its staff know of it
    PUBLISHED = "published"
    ARCHIVED = "archived"  # members read on, nobody joins or hands in


class EnrolMode(StrEnum):
    OPEN = "open"
    KEY = "key"
    APPROVAL = "approval"
    INVITATION = "invitation"


class MemberState(StrEnum):
    ACTIVE = "active"
    WAITING = "waiting"  # asked to join; somebody who manages the course decides
    QUEUED = "queued"  # the course is full; the next seat that gets free decides, in the order of `joined_at`
    LEFT = "left"  # left, declined or removed: the work stays, and rejoining gives it back


class Completion(StrEnum):
    """What completes an item. The last two are decided by the room that owns the item's kind."""

    VIEW = "view"
    MARK = "mark"
    SUBMIT = "submit"
    PASS = "pass"


def _one_of(column: str, values: type[StrEnum]) -> str:
    return f"{column} IN ({', '.join(repr(str(v)) for v in values)})"


class Course(Row, table=True):
    """A course. Progress, sizes and counts are derived on read: nothing here can go stale."""

    __tablename__ = "course"
    __table_args__ = (
        UniqueConstraint("slug"),
        CheckConstraint(_one_of("status", CourseStatus), name="status"),
        CheckConstraint(_one_of("enrol_mode", EnrolMode), name="enrol_mode"),
        CheckConstraint("pass_fraction >= 0 AND pass_fraction <= 1000000000", name="pass_fraction"),
        CheckConstraint("capacity IS NULL OR capacity >= 1", name="capacity"),
        CheckConstraint("ends_at IS NULL OR starts_at IS NULL OR ends_at > starts_at", name="dates"),
        Index("ix_course_status_created_at", "status", "created_at"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    slug: str = Field(max_length=80)
    title: str = Field(max_length=160)
    summary: str = Field(default="", max_length=300)
    description: str = Field(default="", sa_type=Text)  # Markdown
    description_html: str = Field(default="", sa_type=Text)  # made from it when it is written, by core/text
    category: str = Field(default="", max_length=60, index=True)
    level: str = Field(default="", max_length=40)
    # Title, summary and category without case and accents: SQLite folds ASCII only, and both databases must find alike.
    haystack: str = Field(default="", sa_type=Text)
    status: str = Field(default=CourseStatus.DRAFT, max_length=16)
    enrol_mode: str = Field(default=EnrolMode.OPEN, max_length=16)
    # Readable on purpose: instructors hand it out, and it opens one course only.
    enrol_key: str = Field(default="", max_length=80)
    starts_at: datetime | None = Field(default=None, sa_type=Moment)
    ends_at: datetime | None = Field(default=None, sa_type=Moment)
    hours: Decimal = Field(default=Decimal(0), sa_type=Points)
    pass_fraction: Decimal = Field(default=Decimal(0), sa_type=Fraction)
    capacity: int | None = None  # seats for learners; without a number as many as come
    certificate: bool = True
    questions: bool = True  # whether learners can ask, and read what was asked
    owner_id: UUID = Field(foreign_key="user.id", index=True)
    created_at: datetime = Field(sa_type=Moment)


class CoursePrerequisite(Row, table=True):
    """That one must have completed a course to join another one."""

    __tablename__ = "course_prerequisite"

    course_id: UUID = Field(foreign_key="course.id", primary_key=True)
    needs_id: UUID = Field(foreign_key="course.id", primary_key=True)


class CourseMember(Row, table=True):
    """One person in one course, for ever: leaving changes `state`, so marks and progress keep their owner."""

    __tablename__ = "course_member"
    __table_args__ = (
        UniqueConstraint("course_id", "user_id"),
        CheckConstraint("role IN ('student', 'assistant', 'instructor')", name="role"),
        CheckConstraint(_one_of("state", MemberState), name="state"),
        CheckConstraint("extra_percent >= 0 AND extra_percent <= 400", name="extra_percent"),
        Index("ix_course_member_user_id_state", "user_id", "state"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    course_id: UUID = Field(foreign_key="course.id")
    user_id: UUID = Field(foreign_key="user.id")
    role: str = Field(default="student", max_length=16)
    state: str = Field(default=MemberState.ACTIVE, max_length=16)
    joined_at: datetime = Field(sa_type=Moment)
    left_at: datetime | None = Field(default=None, sa_type=Moment)
    # When all required items were complete for the first time. It stays when the course grows later.
    completed_at: datetime | None = Field(default=None, sa_type=Moment)
    last_item_id: UUID | None = Field(default=None, foreign_key="outline_item.id")
    last_seen_at: datetime | None = Field(default=None, sa_type=Moment)
    # What they have more of every time limit in the course: 25 is a quarter more.
    extra_percent: int = 0


LEARNS = and_(col(CourseMember.role) == Role.STUDENT, col(CourseMember.state) == MemberState.ACTIVE)
TEACHES = and_(col(CourseMember.role) != Role.STUDENT, col(CourseMember.state) == MemberState.ACTIVE)


class Module(Row, table=True):
    __tablename__ = "module"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    course_id: UUID = Field(foreign_key="course.id", index=True)
    title: str = Field(max_length=160)
    # Apart from its neighbours, so that a move writes one row (`rules.placed`). Not unique; ties fall back to the id.
    position: int = Field(default=0, sa_type=Serial)
    # Deleted, with what was in it; it can be brought back.
    removed_at: datetime | None = Field(default=None, sa_type=Moment)


class OutlineItem(Row, table=True):
    """A place in the outline, of any kind. What it holds is a row of its kind's room with the same id."""

    __tablename__ = "outline_item"
    __table_args__ = (
        CheckConstraint(_one_of("completion", Completion), name="completion"),
        CheckConstraint("minutes >= 0", name="minutes"),
        Index("ix_outline_item_course_id_published", "course_id", "published"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    # The module knows it too; here it saves every door a join. `authoring` keeps the two alike.
    course_id: UUID = Field(foreign_key="course.id")
    module_id: UUID = Field(foreign_key="module.id", index=True)
    kind: str = Field(max_length=16)
    title: str = Field(max_length=160)
    position: int = Field(default=0, sa_type=Serial)
    required: bool = True
    minutes: int = 0
    published: bool = True
    # Never shown to students yet: publishing the course's changes takes it along. What was hidden stays hidden.
    draft: bool = False
    # Open to everybody who may see the course, before joining: a taste of it.
    preview: bool = False
    opens_at: datetime | None = Field(default=None, sa_type=Moment)
    due_at: datetime | None = Field(default=None, sa_type=Moment)
    completion: str = Field(default=Completion.MARK, max_length=16)
    # What must hold for a student besides the date (`courses/release.py`), as JSON; empty where nothing must.
    release: str = Field(default="", sa_type=Text)
    # What is deleted is unpublished, too: so nothing that asks for published items needs to know of it.
    removed_at: datetime | None = Field(default=None, sa_type=Moment)
    was_published: bool = False  # what `published` is again when it is brought back


class ItemOverride(Row, table=True):
    """What is different in one item for one person, or for the people of one group: an extension, more time, a try more.

    What is empty is as for everybody, and 0 minutes or attempts are no limit. How several go together: `courses/terms.py`.
    """

    __tablename__ = "item_override"
    __table_args__ = (
        UniqueConstraint("item_id", "user_id"),
        UniqueConstraint("item_id", "group_id"),
        CheckConstraint("(user_id IS NULL) <> (group_id IS NULL)", name="whose"),
        CheckConstraint("limit_minutes IS NULL OR limit_minutes >= 0", name="limit_minutes"),
        CheckConstraint("attempts_allowed IS NULL OR attempts_allowed >= 0", name="attempts_allowed"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    # The item knows it too; here it saves the outline a join.
    course_id: UUID = Field(foreign_key="course.id", index=True)
    item_id: UUID = Field(foreign_key="outline_item.id")
    user_id: UUID | None = Field(default=None, foreign_key="user.id", index=True)
    group_id: UUID | None = Field(default=None, foreign_key="course_group.id", index=True)
    opens_at: datetime | None = Field(default=None, sa_type=Moment)
    due_at: datetime | None = Field(default=None, sa_type=Moment)
    closes_at: datetime | None = Field(default=None, sa_type=Moment)
    limit_minutes: int | None = None
    attempts_allowed: int | None = None
    released: bool = False  # open whatever must be done before
    note: str = Field(default="", max_length=200)  # why; for the staff
    by_id: UUID | None = Field(default=None, foreign_key="user.id")
    changed_at: datetime = Field(sa_type=Moment)


class Lesson(Row, table=True):
    """The text of a lesson that students see. `html` is made from `body` when it is written: reading costs one select."""

    __tablename__ = "lesson"

    item_id: UUID = Field(foreign_key="outline_item.id", primary_key=True)
    body: str = Field(default="", sa_type=Text)  # Markdown
    html: str = Field(default="", sa_type=Text)  # sanitised by core/text, the only place that may
    version: int = 1  # counts publications
    seq: int = 1  # grows with each change of text or draft: who began with an older one is told
    edited_by: UUID | None = Field(default=None, foreign_key="user.id")
    edited_at: datetime | None = Field(default=None, sa_type=Moment)


class LessonDraft(Row, table=True):
    """What the authors of a lesson are at, until they publish it. No row means that there is nothing new."""

    __tablename__ = "lesson_draft"

    item_id: UUID = Field(foreign_key="outline_item.id", primary_key=True)
    body: str = Field(default="", sa_type=Text)
    author_id: UUID | None = Field(default=None, foreign_key="user.id")
    saved_at: datetime = Field(sa_type=Moment)


class LessonText(Row, table=True):
    """A text that a lesson had: a version that students saw, or somebody's draft (version 0) that another one replaced."""

    __tablename__ = "lesson_text"
    __table_args__ = (Index("ix_lesson_text_item_id_kept_at", "item_id", "kept_at"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    item_id: UUID = Field(foreign_key="outline_item.id")
    version: int = 0
    body: str = Field(default="", sa_type=Text)
    author_id: UUID | None = Field(default=None, foreign_key="user.id")
    written_at: datetime | None = Field(default=None, sa_type=Moment)
    kept_at: datetime = Field(sa_type=Moment)


class ItemProgress(Row, table=True):
    """What one student did with one item. No row means not started; there is no `state` to contradict the moments."""

    __tablename__ = "item_progress"
    __table_args__ = (
        UniqueConstraint("item_id", "user_id"),
        CheckConstraint("scroll >= 0 AND scroll <= 1000", name="scroll"),
        Index("ix_item_progress_user_id", "user_id"),
        # Who was at work in the last minutes, days or weeks is told from these two.
        Index("ix_item_progress_first_seen_at", "first_seen_at"),
        Index("ix_item_progress_completed_at", "completed_at"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    item_id: UUID = Field(foreign_key="outline_item.id")
    user_id: UUID = Field(foreign_key="user.id")
    first_seen_at: datetime = Field(sa_type=Moment)
    completed_at: datetime | None = Field(default=None, sa_type=Moment)
    # How far down the reader was, in thousandths of the page: a pixel would be wrong on the next screen.
    scroll: int = 0
    # Time in which something moved, up to `active_at`, the last sign of it (`progress.STILL_SECONDS`).
    seconds: int = 0
    active_at: datetime | None = Field(default=None, sa_type=Moment)


class Invitation(Row, table=True):
    """A link that lets people in. Only the hash is kept: reading the database opens no course.

    One that is mailed to a person names the address, once in each course, and what the list said of them; its token is
    made of the id (`identity.secret_of`) when the mail goes out. One that is handed around has no `email`.
    """

    __tablename__ = "invitation"
    __table_args__ = (
        UniqueConstraint("token_hash"),
        UniqueConstraint("course_id", "email"),
        CheckConstraint("role IN ('student', 'assistant', 'instructor')", name="role"),
        CheckConstraint("uses >= 0 AND uses <= max_uses", name="uses"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    course_id: UUID = Field(foreign_key="course.id", index=True)
    token_hash: str = Field(max_length=64)
    role: str = Field(default="student", max_length=16)
    created_by: UUID | None = Field(default=None, foreign_key="user.id")
    created_at: datetime = Field(sa_type=Moment)
    expires_at: datetime = Field(sa_type=Moment)
    max_uses: int = 1
    uses: int = 0
    revoked_at: datetime | None = Field(default=None, sa_type=Moment)
    email: str | None = Field(default=None, max_length=254)
    name: str = Field(default="", max_length=120)
    # Ids of groups; one that is deleted meanwhile is passed over.
    groups: list[str] = Field(default_factory=list[str], sa_type=Json)


class CourseGroup(Row, table=True):
    """A part of a course's people: a lab, a tutorial. A person may be in several."""

    __tablename__ = "course_group"
    __table_args__ = (UniqueConstraint("course_id", "folded"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    course_id: UUID = Field(foreign_key="course.id")
    name: str = Field(max_length=80)
    # Without case and accents: to a reader "Lab A" and "lab a" are one group.
    folded: str = Field(max_length=160)
    created_at: datetime = Field(sa_type=Moment)


class CourseGroupMember(Row, table=True):
    """Who is in which group. It outlasts leaving, as all work does: coming back gives the groups back."""

    __tablename__ = "course_group_member"

    group_id: UUID = Field(foreign_key="course_group.id", primary_key=True)
    user_id: UUID = Field(foreign_key="user.id", primary_key=True, index=True)


class Announcement(Row, table=True):
    """What the staff tell a course, or the people of one group. The author may be gone one day; the words stay until staff delete them.

    `goes_out_at` is when learners may see it, where that is later than it was written. `edition` counts how often it was
    told anew after a correction. A group has no foreign key: what was for a group that is gone is for nobody any more.
    """

    __tablename__ = "announcement"
    __table_args__ = (Index("ix_announcement_course_id_created_at", "course_id", "created_at"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    course_id: UUID = Field(foreign_key="course.id")
    author_id: UUID | None = Field(default=None, foreign_key="user.id")
    title: str = Field(max_length=160)
    body: str = Field(sa_type=Text)  # Markdown
    html: str = Field(sa_type=Text)  # made from it when it is written, by core/text
    created_at: datetime = Field(sa_type=Moment)
    edited_at: datetime | None = Field(default=None, sa_type=Moment)
    goes_out_at: datetime | None = Field(default=None, sa_type=Moment)
    group_id: UUID | None = None
    edition: int = 0
