"""Rows of the quizzes room. Only `quizzes/service` writes them; a higher room may read them in a select.

A question belongs to a course; what it asks is a version. Versions are never edited: an attempt pins the ones it
showed, so an author's change never reaches somebody who is answering. A quiz is a list of slots, which name questions
or say from which to draw (`docs/decisions/0009-questions-belong-to-a-course.md`).
"""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKeyConstraint,
    Index,
    Text,
    UniqueConstraint,
    text,
)
from sqlmodel import Field

from lms_app.core.db import Fraction, Json, Moment, Points, Row, new_id

GRACE_SECONDS = 10


class State(StrEnum):
    """Of an attempt. `finished_at` tells when it ended; only these two endings exist."""

    OPEN = "open"
    SUBMITTED = "submitted"  # by the student, in time
    EXPIRED = "expired"  # by the clock: what was saved in time counts


class Grading(StrEnum):
    """Which attempts make the grade."""

    HIGHEST = "highest"
    AVERAGE = "average"
    FIRST = "first"
    LAST = "last"


class Place(StrEnum):
    """What stands in a slot of a quiz."""

    QUESTION = "question"
    DRAW = "draw"  # questions of the bank, drawn anew for each attempt
    SECTION = "section"  # a heading; it holds what follows, to the next one


class Difficulty(StrEnum):
    """How hard its author takes a question to be."""

    EASY = "easy"
    MEDIUM = "medium"
    HARD = "hard"


class Behaviour(StrEnum):
    """When a question tells whether its answer is right."""

    DEFERRED = "deferred"  # once the attempt is over
    INTERACTIVE = "interactive"  # when the student checks it; with hints, further tries and a penalty for each


class Show(StrEnum):
    """When a student is shown something of the result."""

    SUBMIT = "submit"  # as soon as the attempt is over
    LAST = "last"  # once no attempt is left, or the quiz has closed
    CLOSE = "close"  # once the quiz has closed, for everybody at once
    NEVER = "never"


def _one_of(column: str, values: type[StrEnum]) -> str:
    return f"{column} IN ({', '.join(repr(str(v)) for v in values)})"


class Quiz(Row, table=True):
    """The settings of a quiz. Its title, opening and place are the outline item's; its points are its questions' sum."""

    __tablename__ = "quiz"
    __table_args__ = (
        CheckConstraint(_one_of("grading", Grading), name="grading"),
        CheckConstraint(_one_of("behaviour", Behaviour), name="behaviour"),
        CheckConstraint(_one_of("show_marks", Show), name="show_marks"),
        CheckConstraint(_one_of("show_feedback", Show), name="show_feedback"),
        CheckConstraint(_one_of("show_answers", Show), name="show_answers"),
        CheckConstraint("limit_minutes IS NULL OR limit_minutes > 0", name="limit_minutes"),
        CheckConstraint("attempts_allowed IS NULL OR attempts_allowed > 0", name="attempts_allowed"),
        CheckConstraint("grace_seconds >= 0", name="grace_seconds"),
        CheckConstraint(
            "pass_fraction IS NULL OR (pass_fraction >= 0 AND pass_fraction <= 1000000000)", name="pass_fraction"
        ),
    )

    item_id: UUID = Field(foreign_key="outline_item.id", primary_key=True)
    # The item knows it too; here it saves each attempt a join.
    course_id: UUID = Field(foreign_key="course.id", index=True)
    intro: str = Field(default="", sa_type=Text)  # Markdown
    intro_html: str = Field(default="", sa_type=Text)  # made from it when it is written, by core/text
    closes_at: datetime | None = Field(default=None, sa_type=Moment)
    limit_minutes: int | None = None
    attempts_allowed: int | None = None
    grace_seconds: int = GRACE_SECONDS
    grading: str = Field(default=Grading.HIGHEST, max_length=16)
    behaviour: str = Field(default=Behaviour.DEFERRED, max_length=16)
    pass_fraction: Decimal | None = Field(default=None, sa_type=Fraction)
    shuffle_questions: bool = False
    shuffle_options: bool = True
    show_marks: str = Field(default=Show.SUBMIT, max_length=16)
    show_feedback: str = Field(default=Show.SUBMIT, max_length=16)
    show_answers: str = Field(default=Show.LAST, max_length=16)


class Category(Row, table=True):
    """A folder of a course's question bank. Without a parent it stands at the top."""

    __tablename__ = "question_category"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    course_id: UUID = Field(foreign_key="course.id", index=True)
    parent_id: UUID | None = Field(default=None, foreign_key="question_category.id", index=True)
    name: str = Field(max_length=120)


class Question(Row, table=True):
    """A question of a course's bank. `version` is what it asks now; a removed one stays for the attempts that had it.

    `kind`, `haystack` and `changed_at` are of that version, so that a search reads no other table.
    """

    __tablename__ = "question"
    __table_args__ = (
        CheckConstraint(f"difficulty = '' OR {_one_of('difficulty', Difficulty)}", name="difficulty"),
        Index("ix_question_course_id_changed_at", "course_id", "changed_at"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    course_id: UUID = Field(foreign_key="course.id")
    category_id: UUID | None = Field(default=None, foreign_key="question_category.id", index=True)
    difficulty: str = Field(default="", max_length=8)
    version: int = 1
    kind: str = Field(max_length=40)
    # Its plain text without case and accents: SQLite folds ASCII only, and both databases must find alike.
    haystack: str = Field(default="", sa_type=Text)
    changed_at: datetime = Field(sa_type=Moment)
    removed_at: datetime | None = Field(default=None, sa_type=Moment)


class QuestionTag(Row, table=True):
    """A word that an author put on a question, in small letters."""

    __tablename__ = "question_tag"

    question_id: UUID = Field(foreign_key="question.id", primary_key=True)
    tag: str = Field(max_length=40, primary_key=True)


class Slot(Row, table=True):
    """A place in a quiz: a question, a draw from the bank, or the heading of a section.

    A draw takes `draws` questions worth `points` each, of a category and all below it, with all of the tags, of a
    difficulty: what is empty is any. A removed slot is kept so that it can be brought back.
    """

    __tablename__ = "quiz_slot"
    __table_args__ = (
        UniqueConstraint("quiz_id", "question_id"),
        CheckConstraint(_one_of("place", Place), name="place"),
        CheckConstraint("(place = 'question') = (question_id IS NOT NULL)", name="question_id"),
        CheckConstraint("(place = 'draw') = (draws > 0)", name="draws"),
        CheckConstraint("points >= 0", name="points"),
        Index("ix_quiz_slot_question_id", "question_id"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    quiz_id: UUID = Field(foreign_key="quiz.item_id")
    # Not unique: moving a row would have to pass through a forbidden order. Ties fall back to the id.
    position: int = 0
    place: str = Field(default=Place.QUESTION, max_length=16)
    question_id: UUID | None = Field(default=None, foreign_key="question.id")
    draws: int = 0
    points: Decimal = Field(default=Decimal(0), sa_type=Points)
    category_id: UUID | None = Field(default=None, foreign_key="question_category.id", index=True)
    tags: list[str] = Field(default_factory=list, sa_type=Json)
    difficulty: str = Field(default="", max_length=8)
    title: str = Field(default="", max_length=160)  # of a section
    shuffle: bool = False  # what stands in a section
    removed_at: datetime | None = Field(default=None, sa_type=Moment)


class QuestionVersion(Row, table=True):
    """What a question asked from one edit to the next, its key included. Never changed, never deleted."""

    __tablename__ = "question_version"
    __table_args__ = (
        UniqueConstraint("question_id", "version"),
        CheckConstraint("points >= 0", name="points"),
        CheckConstraint("penalty >= 0 AND penalty <= 1000000000", name="penalty"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    question_id: UUID = Field(foreign_key="question.id")
    version: int
    kind: str = Field(max_length=40)
    points: Decimal = Field(sa_type=Points)
    stem: str = Field(sa_type=Text)  # Markdown
    stem_html: str = Field(sa_type=Text)
    spec: dict[str, Any] = Field(sa_type=Json)  # the kind's Spec
    feedback: str = Field(default="", sa_type=Text)  # Markdown for everybody, whatever they answered
    hints: list[str] = Field(default_factory=list, sa_type=Json)  # Markdown; one after each wrong try but the last
    penalty: Decimal = Field(default=Decimal("0.25"), sa_type=Fraction)  # of the points, for each try after the first
    created_at: datetime = Field(sa_type=Moment)


class Attempt(Row, table=True):
    """One student's go at a quiz.

    `deadline_at` and `grace_seconds` are fixed at the start: a change of the quiz moves nobody's end. There is no
    "started by the client" and no remaining time: both would be the client's word.
    """

    __tablename__ = "attempt"
    __table_args__ = (
        UniqueConstraint("user_id", "quiz_id", "number"),
        CheckConstraint(_one_of("state", State), name="state"),
        CheckConstraint(_one_of("behaviour", Behaviour), name="behaviour"),
        CheckConstraint("(state = 'open') = (finished_at IS NULL)", name="finished_at"),
        CheckConstraint("number > 0", name="number"),
        CheckConstraint("points IS NULL OR (points >= 0 AND points <= points_max)", name="points"),
        # Two tabs may start at once: only one open attempt of a person fits.
        Index(
            "uq_attempt_open",
            "user_id",
            "quiz_id",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
        Index(
            "ix_attempt_overdue",
            "deadline_at",
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
        Index("ix_attempt_quiz_id_user_id", "quiz_id", "user_id"),
        Index("ix_attempt_started_at", "started_at"),
        Index("ix_attempt_finished_at", "finished_at"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    quiz_id: UUID = Field(foreign_key="quiz.item_id")
    course_id: UUID = Field(foreign_key="course.id")
    user_id: UUID = Field(foreign_key="user.id")
    number: int
    state: str = Field(default=State.OPEN, max_length=16)
    behaviour: str = Field(default=Behaviour.DEFERRED, max_length=16)  # the quiz's when it began
    started_at: datetime = Field(sa_type=Moment)
    deadline_at: datetime | None = Field(default=None, sa_type=Moment)
    grace_seconds: int = GRACE_SECONDS
    finished_at: datetime | None = Field(default=None, sa_type=Moment)
    current: int = 1  # number of the question to resume at
    points: Decimal | None = Field(default=None, sa_type=Points)  # None: not over, or a person has to look
    points_max: Decimal = Field(sa_type=Points)
    # Of somebody on the staff, who looks how it is: it counts nowhere.
    trial: bool = False


class AttemptQuestion(Row, table=True):
    """One question of one attempt: the version it pins, what was drawn for it, and its mark once it is over."""

    __tablename__ = "attempt_question"
    __table_args__ = (
        UniqueConstraint("attempt_id", "question_id"),
        CheckConstraint("fraction IS NULL OR (fraction >= 0 AND fraction <= 1000000000)", name="fraction"),
        Index("ix_attempt_question_version_id", "version_id"),
        Index(
            "ix_attempt_question_waiting",
            "question_id",
            sqlite_where=text("fraction IS NULL AND answer_id IS NOT NULL"),
            postgresql_where=text("fraction IS NULL AND answer_id IS NOT NULL"),
        ),
    )

    attempt_id: UUID = Field(foreign_key="attempt.id", primary_key=True)
    number: int = Field(primary_key=True)
    question_id: UUID = Field(foreign_key="question.id")
    version_id: UUID = Field(foreign_key="question_version.id")
    worth: Decimal = Field(sa_type=Points)  # its points in this attempt: a draw gives all of its questions the same
    section: str = Field(default="", max_length=160)  # the heading that it stands under
    option_order: list[str] = Field(default_factory=list, sa_type=Json)  # what its kind drew for it
    flagged: bool = False
    answer_id: UUID | None = None  # the answer that was graded; None is unanswered
    fraction: Decimal | None = Field(default=None, sa_type=Fraction)
    points: Decimal | None = Field(default=None, sa_type=Points)
    feedback: str = Field(default="", sa_type=Text)  # Markdown, for the answer given


class Answer(Row, table=True):
    """One saved change of one answer. Append-only: nothing is ever overwritten, the newest current row counts.

    `seq` orders within the attempt, never a clock. `stale` rows were written by a tab that had not seen the newest
    answer; `late` ones arrived after deadline and grace. Both are kept and neither counts. `after_end` marks a row
    that was written down after the attempt had been closed, though it may have arrived before: it is graded once more.

    This is the hot table: the primary key is the client's UUIDv7, so rows are appended, and there is one index more.
    The value is canonical JSON as text, because nothing ever looks into it by SQL.
    """

    __tablename__ = "answer"
    __table_args__ = (
        UniqueConstraint("attempt_id", "seq"),
        ForeignKeyConstraint(
            ["attempt_id", "question_id"],
            ["attempt_question.attempt_id", "attempt_question.question_id"],
            name="fk_answer_attempt_question",
        ),
        {"sqlite_with_rowid": False},
    )

    save_id: UUID = Field(primary_key=True)
    attempt_id: UUID
    question_id: UUID
    seq: int
    base_seq: int
    value: str = Field(sa_type=Text)
    received_at: datetime = Field(sa_type=Moment)
    blank: bool = False  # the student took the answer away
    late: bool = False
    stale: bool = False
    after_end: bool = False


class AnswerTry(Row, table=True):
    """One answer that its student had checked during the attempt, and what it was worth. Append-only."""

    __tablename__ = "answer_try"
    __table_args__ = (
        ForeignKeyConstraint(
            ["attempt_id", "question_id"],
            ["attempt_question.attempt_id", "attempt_question.question_id"],
            name="fk_answer_try_attempt_question",
        ),
        CheckConstraint("fraction >= 0 AND fraction <= 1000000000", name="fraction"),
    )

    attempt_id: UUID = Field(primary_key=True)
    question_id: UUID = Field(primary_key=True)
    number: int = Field(primary_key=True)
    answer_id: UUID
    fraction: Decimal = Field(sa_type=Fraction)  # before the penalty
    at: datetime = Field(sa_type=Moment)


class AnswerMark(Row, table=True):
    """What a person gave for one answer. Append-only: the newest version counts, as long as the answer is the same."""

    __tablename__ = "answer_mark"
    __table_args__ = (
        ForeignKeyConstraint(
            ["attempt_id", "question_id"],
            ["attempt_question.attempt_id", "attempt_question.question_id"],
            name="fk_answer_mark_attempt_question",
        ),
        CheckConstraint("points >= 0", name="points"),
    )

    attempt_id: UUID = Field(primary_key=True)
    question_id: UUID = Field(primary_key=True)
    version: int = Field(primary_key=True)
    answer_id: UUID | None = None  # the answer that was read; None is none
    points_before: Decimal | None = Field(default=None, sa_type=Points)
    points: Decimal = Field(sa_type=Points)
    comment: str = Field(default="", sa_type=Text)  # Markdown
    by_id: UUID = Field(foreign_key="user.id")
    at: datetime = Field(sa_type=Moment)
