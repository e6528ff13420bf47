"""Rows of the discussions room: questions of a course and what is said about them."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Text, UniqueConstraint
from sqlmodel import Field

from lms_app.core.db import Moment, Row, new_id


class PostKind(StrEnum):
    QUESTION = "question"  # what a thread begins with
    ANSWER = "answer"
    REPLY = "reply"  # to the question or to an answer, whose id is `root_id`


class Thread(Row, table=True):
    """A question under a lesson, or without one about the whole course, and all that is said about it.

    `active_at`, `answered_at` and `hidden_at` are made anew from the posts by one statement whenever one of them changes
    (`writing.settle`): lists and counts of thousands of threads need them, and nothing else writes them.
    """

    __tablename__ = "thread"
    __table_args__ = (
        Index("ix_thread_course_id_active_at", "course_id", "active_at"),
        Index("ix_thread_item_id_active_at", "item_id", "active_at"),
        Index("ix_thread_course_id_answered_at", "course_id", "answered_at"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    course_id: UUID = Field(foreign_key="course.id")
    item_id: UUID | None = Field(default=None, foreign_key="outline_item.id")
    asker_id: UUID | None = Field(default=None, foreign_key="user.id", index=True)
    title: str = Field(max_length=160)
    haystack: str = Field(default="", sa_type=Text)  # title and question without case and accents, to be found by
    created_at: datetime = Field(sa_type=Moment)
    active_at: datetime = Field(sa_type=Moment)
    answered_at: datetime | None = Field(default=None, sa_type=Moment)
    hidden_at: datetime | None = Field(default=None, sa_type=Moment)
    # Of a post; no foreign key, for posts already point here. One that is gone is nobody's answer.
    accepted_id: UUID | None = None
    pinned_at: datetime | None = Field(default=None, sa_type=Moment)
    locked_at: datetime | None = Field(default=None, sa_type=Moment)


class Post(Row, table=True):
    """Something that somebody said in a thread.

    `role` is what its author was in the course when they wrote it: who spoke as an instructor did so, whatever they are
    now. What was deleted keeps its place without its text where others have answered to it.
    """

    __tablename__ = "post"
    __table_args__ = (
        CheckConstraint("kind IN ('question', 'answer', 'reply')", name="kind"),
        CheckConstraint("role IN ('student', 'assistant', 'instructor', 'admin')", name="role"),
        Index("ix_post_thread_id_created_at", "thread_id", "created_at"),
        Index("ix_post_author_id_created_at", "author_id", "created_at"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    thread_id: UUID = Field(foreign_key="thread.id")
    # The question or answer that a reply stands under; of those two their own id.
    root_id: UUID = Field(foreign_key="post.id", index=True)
    kind: str = Field(max_length=16)
    author_id: UUID | None = Field(default=None, foreign_key="user.id")
    role: str = Field(max_length=16)
    body: str = Field(sa_type=Text)  # Markdown
    html: str = Field(sa_type=Text)  # made from it when it is written, by core/text
    created_at: datetime = Field(sa_type=Moment)
    edited_at: datetime | None = Field(default=None, sa_type=Moment)
    deleted_at: datetime | None = Field(default=None, sa_type=Moment)
    hidden_at: datetime | None = Field(default=None, sa_type=Moment)
    hidden_by: UUID | None = Field(default=None, foreign_key="user.id")
    hidden_reason: str = Field(default="", max_length=300)


class PostText(Row, table=True):
    """A text that a post had before it was edited or deleted. For the staff alone."""

    __tablename__ = "post_text"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    post_id: UUID = Field(foreign_key="post.id", index=True)
    body: str = Field(sa_type=Text)
    kept_at: datetime = Field(sa_type=Moment)


class PostReport(Row, table=True):
    """That somebody thinks a post should not stand there. Closed when the staff have hidden or kept it."""

    __tablename__ = "post_report"
    __table_args__ = (
        UniqueConstraint("post_id", "reporter_id"),
        Index("ix_post_report_closed_at", "closed_at"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    post_id: UUID = Field(foreign_key="post.id")
    reporter_id: UUID = Field(foreign_key="user.id")
    reason: str = Field(max_length=300)
    created_at: datetime = Field(sa_type=Moment)
    closed_at: datetime | None = Field(default=None, sa_type=Moment)
    closed_by: UUID | None = Field(default=None, foreign_key="user.id")


class ThreadFollower(Row, table=True):
    """Whether somebody hears of answers. A row that says no stays: answering once more does not undo it."""

    __tablename__ = "thread_follower"

    thread_id: UUID = Field(foreign_key="thread.id", primary_key=True)
    user_id: UUID = Field(foreign_key="user.id", primary_key=True, index=True)
    following: bool = True


class ThreadVote(Row, table=True):
    """That somebody has the same question."""

    __tablename__ = "thread_vote"

    thread_id: UUID = Field(foreign_key="thread.id", primary_key=True)
    user_id: UUID = Field(foreign_key="user.id", primary_key=True, index=True)
