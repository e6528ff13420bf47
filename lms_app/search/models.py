"""Rows of the search room: what can be found, as words. All of it is made of other rooms' rows, and can be made anew."""

from uuid import UUID

from sqlalchemy import Index, Text, UniqueConstraint
from sqlmodel import Field

from lms_app.core.db import Row, Serial

DERIVED = {"derived": True}
"""Of a table that a backup leaves out: what it holds is made again of what is there."""


class SearchDocument(Row, table=True):
    """Something that can be found. Who may see it is not here: that is asked at each search."""

    __tablename__ = "search_document"
    __table_args__ = (
        UniqueConstraint("kind", "subject_id"),
        Index("ix_search_document_course_id", "course_id"),
        {"info": DERIVED},
    )

    # SQLite's index of words names its rows by number.
    seq: int | None = Field(default=None, primary_key=True, sa_type=Serial)
    kind: str = Field(max_length=16)
    subject_id: UUID
    course_id: UUID | None = None
    title: str = Field(max_length=300)
    body: str = Field(default="", sa_type=Text)  # plain text, to show the place that was found
    # Without case and accents: SQLite folds ASCII only, and both databases must find alike.
    title_words: str = Field(default="", sa_type=Text)
    body_words: str = Field(default="", sa_type=Text)
    # For whom it is looked through at all, as words of the index (`rules.SCOPE_…`): of a hundred thousand documents a
    # reader may see those of their courses. It spares work and protects nothing.
    scope: str = Field(default="", max_length=80, sa_column_kwargs={"server_default": ""})


class SearchStale(Row, table=True):
    """That something changed and is to be read again. Triggers write it, so that no way of writing can forget to."""

    __tablename__ = "search_stale"
    __table_args__ = ({"info": DERIVED},)

    seq: int | None = Field(default=None, primary_key=True, sa_type=Serial)
    subject: str = Field(max_length=16)
    subject_id: UUID
