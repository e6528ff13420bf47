"""Reading a course: its page, its outline, where its reader stands.

These are the pages people open most. Each costs the same few queries however long the course is, of plain columns.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import Row, and_, bindparam, case, false
from sqlalchemy import select as columns
from sqlmodel import col

from lms_app.core import when
from lms_app.core.db import from_micros
from lms_app.core.errors import NotFound, NotSignedIn
from lms_app.core.identity import User
from lms_app.core.words import say
from lms_app.core.work import Work
from lms_app.courses import rules
from lms_app.courses.models import Course, CourseMember, CourseStatus, MemberState
from lms_app.courses.service.door import NO_COURSE, one
from lms_app.courses.service.items import GOALS, ITEM_KINDS, LESSON, ItemFacts, counted, facts_of, url_of
from lms_app.courses.service.lines import Line, read_lines, tally_of
from lms_app.courses.service.requiring import first_missing
from lms_app.courses.service.seating import TAKEN, place_of
from lms_app.courses.views import NOTHING_DUE, CourseView, Due, Goal, ItemView, ModuleView, Outline, ProgressView
from lms_app.policy import Role
from lms_app.web import routes

LOOK = columns(
    col(Course.id),
    col(Course.slug),
    col(Course.title),
    col(Course.status),
    col(Course.starts_at),
    col(CourseMember.role),
    col(CourseMember.state),
    col(CourseMember.joined_at),
    col(CourseMember.completed_at),
    col(CourseMember.last_item_id),
    col(CourseMember.last_seen_at),
).outerjoin_from(
    Course,
    CourseMember,
    and_(col(CourseMember.course_id) == col(Course.id), col(CourseMember.user_id) == bindparam("user")),
)
_LOOK_BY_SLUG = LOOK.where(col(Course.slug) == bindparam("slug"))
_LOOK_BY_ID = LOOK.where(col(Course.id) == bindparam("course"))

_FACTS = (
    columns(
        col(Course.summary),
        col(Course.description_html),
        col(Course.category),
        col(Course.level),
        col(Course.enrol_mode),
        # Counted only where there is a limit.
        case((col(Course.capacity).is_not(None), col(Course.capacity) <= TAKEN), else_=false()).label("full"),
        col(Course.ends_at),
        col(Course.hours),
        col(Course.certificate),
        col(Course.questions),
        col(User.name).label("owner"),
    )
    .join(User, col(User.id) == col(Course.owner_id))
    .where(col(Course.id) == bindparam("course"))
)


@dataclass(frozen=True, slots=True)
class Reader:
    """A course and how its reader stands in it. `standing` is stranger, waiting, queued, student, complete or staff."""

    course_id: UUID
    slug: str
    title: str
    status: str
    starts_at: datetime | None
    user_id: UUID | None
    standing: str
    joined_at: datetime | None
    completed_at: datetime | None
    last_item_id: UUID | None
    last_seen_at: datetime | None
    as_student: bool = False  # staff who look at it as a student would

    @property
    def learns(self) -> bool:
        return self.standing in ("student", "complete")

    @property
    def is_inside(self) -> bool:
        return self.learns or self.standing == "staff"


def read(work: Work, *, slug: str, as_student: bool = False) -> CourseView:
    """A course's page: whoever may find the course may read its outline; what is in it is for members.

    `as_student` shows it to its staff as to a student who has just joined.
    """
    reader = seen_as(work, look_in(work, slug), as_student)
    facts = one(work, _FACTS, course=reader.course_id)
    assert facts is not None, "the course was there a statement ago"
    lines = lines_of(work, reader)
    kinds = facts_for(work, reader, lines)
    seen = outline_of(work, reader, lines, kinds)
    return _course_view(work, reader, facts, lines, kinds, seen)


def outline(work: Work, *, slug: str) -> Outline:
    """The modules and items of a course, with the reader's progress."""
    reader = look_in(work, slug)
    lines = lines_of(work, reader)
    return outline_of(work, reader, lines, facts_for(work, reader, lines))


def progress(work: Work, *, slug: str) -> ProgressView:
    """How far the actor is in a course that they take, or took."""
    reader = look_in(work, slug)
    if reader.joined_at is None:
        raise NotFound("You have not joined this course.")
    lines = lines_of(work, reader)
    done, total = tally_of(lines)
    return ProgressView(
        slug=reader.slug,
        done=done,
        total=total,
        percent=rules.percent(done, total),
        completed_at=reader.completed_at,
        last_seen_at=reader.last_seen_at,
    )


def open_items(work: Work, *, slug: str, as_student: bool = False) -> dict[UUID, str]:
    """The titles of the lessons that a member can read now, by id, in the order of the outline; nothing to others.

    Of staff all published ones; `as_student` is for them. Raises NotFound to whoever may not know of the course.
    """
    reader = seen_as(work, look_in(work, slug), as_student)
    lines = lines_of(work, reader) if reader.is_inside else []
    return {UUID(line.id): line.title for line in lines if line.is_open and line.kind == LESSON}


def seen_as(work: Work, reader: Reader, as_student: bool) -> Reader:
    """The reader, or for staff who want to see it, a student who joins now and has done nothing. Others stay as they are."""
    if not as_student or reader.standing != "staff":
        return reader
    return replace(
        reader,
        standing="student",
        user_id=None,
        joined_at=work.now,
        completed_at=None,
        last_item_id=None,
        last_seen_at=None,
        as_student=True,
    )


def link_to(reader: Reader, kind: str, item_id: str) -> str:
    """Where an item is; who looks as a student goes on doing so."""
    url = url_of(kind, reader.slug, item_id)
    return f"{url}?{routes.AS_STUDENT}" if url and reader.as_student else url


def look_in(work: Work, slug: str) -> Reader:
    """The door of what is open to everybody who may know of a course. Raises NotSignedIn or NotFound."""
    return reader_of(work, one(work, _LOOK_BY_SLUG, slug=slug, user=work.actor.user_id))


def look_in_by_id(work: Work, course_id: UUID) -> Reader:
    return reader_of(work, one(work, _LOOK_BY_ID, course=course_id, user=work.actor.user_id))


def reader_of(work: Work, row: Row[Any] | None) -> Reader:
    if not work.actor.is_signed_in and not work.actor.is_admin:
        raise NotSignedIn()
    if row is None:
        raise NotFound(NO_COURSE)
    reader = Reader(
        course_id=row.id,
        slug=row.slug,
        title=row.title,
        status=row.status,
        starts_at=row.starts_at,
        user_id=work.actor.user_id,
        standing=_standing(work, row),
        joined_at=row.joined_at,
        completed_at=row.completed_at,
        last_item_id=row.last_item_id,
        last_seen_at=row.last_seen_at,
    )
    known = reader.standing == "staff" or (reader.learns and row.status != CourseStatus.DRAFT)
    if row.status != CourseStatus.PUBLISHED and not known:
        raise NotFound(NO_COURSE)
    return reader


def _standing(work: Work, row: Row[Any]) -> str:
    is_active = row.state == MemberState.ACTIVE
    if is_active and row.role != Role.STUDENT:
        return "staff"
    if is_active and row.status != CourseStatus.DRAFT:
        return "complete" if row.completed_at else "student"
    if work.actor.is_admin:
        return "staff"
    return str(row.state) if row.state in (MemberState.WAITING, MemberState.QUEUED) else "stranger"


def lines_of(work: Work, reader: Reader) -> list[Line]:
    """The outline's lines as this reader sees them; nothing is locked for staff."""
    return read_lines(
        work,
        reader.course_id,
        reader.user_id,
        starts_at=reader.starts_at,
        everything_open=reader.standing == "staff",
    )


def facts_for(work: Work, reader: Reader, lines: Sequence[Line]) -> dict[str, ItemFacts]:
    """What other rooms know of the items of theirs."""
    return facts_of(work, [(line.id, line.kind) for line in lines], reader.user_id)


def outline_of(work: Work, reader: Reader, lines: Sequence[Line], kinds: dict[str, ItemFacts]) -> Outline:
    resume = resume_of(reader, lines)
    modules: list[ModuleView] = []
    for number, (module_id, group) in enumerate(groupby(lines, key=_module_of), start=1):
        its = list(group)
        done, total = tally_of(its)
        modules.append(
            ModuleView(
                id=module_id,
                number=number,
                title=its[0].module,
                note=_module_note(work, its),
                percent=rules.percent(done, total),
                current=module_id == resume.module_id if resume else number == 1,
                items=[_item(work, reader, line, kinds.get(line.id)) for line in its],
            )
        )
    done, total = tally_of(lines)
    return Outline(
        slug=reader.slug,
        title=reader.title,
        done=done,
        total=total,
        percent=rules.percent(done, total),
        minutes_left=sum(line.minutes for line in lines if line.required and not line.is_done),
        resume_id=resume.id if resume else "",
        resume_url=link_to(reader, resume.kind, resume.id) if resume else "",
        modules=modules,
    )


def resume_of(reader: Reader, lines: Sequence[Line]) -> Line | None:
    """Where a member goes on; guests go nowhere."""
    if not reader.is_inside:
        return None
    return rules.resume_at(lines, str(reader.last_item_id) if reader.last_item_id else None)


def _module_of(line: Line) -> str:
    return line.module_id


def _item(work: Work, reader: Reader, line: Line, facts: ItemFacts | None) -> ItemView:
    due_at = from_micros(line.due_at) if line.due_at is not None else None
    minutes = line.minutes
    if facts:
        due_at = facts.due_at or due_at
        minutes = facts.minutes or minutes
    state = _state(line, facts)
    opens_at = from_micros(line.locked_until) if line.locked_until is not None else None
    return ItemView(
        id=line.id,
        kind=line.kind,
        title=line.title,
        state=state,
        note=line.waits_for.rstrip(".") or _item_note(work, minutes, None if state == "done" else due_at, opens_at),
        url=link_to(reader, line.kind, line.id) if line.is_open and (reader.is_inside or line.preview) else "",
        minutes=minutes,
        required=line.required,
        due_at=due_at,
        opens_at=opens_at,
    )


def _state(line: Line, facts: ItemFacts | None) -> str:
    if line.is_done:
        return "done"
    if not line.is_open:
        return "lock"
    return "now" if line.seen_at is not None or (facts and facts.state) else "todo"


def _item_note(work: Work, minutes: int, due_at: datetime | None, opens_at: datetime | None) -> str:
    if opens_at:
        return say("Opens {day}", day=_day(work, opens_at))
    length = when.duration_minutes(minutes) if minutes else ""
    if due_at is None:
        return length
    due = when.short_day(due_at, work.actor.zone, work.actor.locale, now=work.now)
    return say("{length} · due {due}", length=length, due=due) if length else say("Due {due}", due=due)


def _module_note(work: Work, its: list[Line]) -> str:
    locks = [line.locked_until for line in its if line.locked_until is not None]
    if len(locks) == len(its):
        return say("Opens {day}", day=_day(work, from_micros(min(locks))))
    return counted([line.kind for line in its])


def _day(work: Work, moment: datetime) -> str:
    return when.day(moment, work.actor.zone, work.actor.locale, now=work.now)


# ---- The course page: words around the outline


def _course_view(
    work: Work,
    reader: Reader,
    facts: Row[Any],
    lines: Sequence[Line],
    kinds: dict[str, ItemFacts],
    seen: Outline,
) -> CourseView:
    hue, motif = rules.cover_of(reader.course_id)
    return CourseView(
        as_student=reader.as_student,
        questions=bool(facts.questions) and reader.is_inside,
        slug=reader.slug,
        title=reader.title,
        summary=facts.summary,
        description_html=facts.description_html,
        category=facts.category,
        level=facts.level,
        owner=facts.owner,
        extent=length_of([line.kind for line in lines], facts.hours),
        runs="Archived" if reader.status == CourseStatus.ARCHIVED else _runs(work, reader.starts_at, facts.ends_at),
        status=reader.status,
        standing=reader.standing,
        enrol_mode=facts.enrol_mode,
        full=bool(facts.full),
        place=place_of(work, reader.course_id, work.user_id) if reader.standing == "queued" else 0,
        closed=closed_reason(work, reader.status, facts.ends_at, facts.enrol_mode)
        or ("" if reader.is_inside else first_missing(work, reader.course_id, reader.user_id)),
        opens=_day(work, reader.starts_at) if reader.starts_at and reader.starts_at > work.now else "",
        left=_left(seen.minutes_left) if reader.learns else "",
        pace=_pace(work, reader, facts.ends_at, seen) if reader.learns else "",
        resume=_resume(lines, seen) if reader.is_inside else "",
        due=_next_due(work, reader, lines, kinds),
        hue=hue,
        motif=motif,
        goals=_goals(work, reader, lines, seen) if facts.certificate and reader.learns else [],
        outline=seen,
    )


def length_of(kinds: Sequence[str], hours: Decimal) -> str:
    """`24 lessons · 14 hours`."""
    lessons = sum(1 for kind in kinds if kind == "lesson")
    parts = [when.plural(lessons, "lesson")] if lessons else []
    if hours:
        parts.append(
            when.plural(int(hours), "hour") if hours == int(hours) else say("{hours} hours", hours=when.points(hours))
        )
    return " · ".join(parts)


def closed_reason(work: Work, status: str, ends_at: datetime | None, enrol_mode: str) -> str:
    """Why nobody may join now, as a sentence; empty when they may (with a key, or by asking, perhaps)."""
    if status != CourseStatus.PUBLISHED:
        return say("This course takes no new members.")
    if ends_at and ends_at <= work.now:
        return say("This course ended on {day}.", day=_day(work, ends_at))
    if enrol_mode == "invitation":
        return say("This course is by invitation. Ask the instructor for a link.")
    return ""


def _runs(work: Work, starts_at: datetime | None, ends_at: datetime | None) -> str:
    if starts_at and starts_at > work.now:
        return say("Starts {day}", day=_day(work, starts_at))
    if ends_at and ends_at <= work.now:
        return say("Ended {day}", day=_day(work, ends_at))
    return say("Runs until {day}", day=_day(work, ends_at)) if ends_at else ""


def _left(minutes: int) -> str:
    if minutes <= 0:
        return ""
    if minutes < 60:
        return say("About {time} left", time=when.duration_minutes(minutes))
    return say("About {time} left", time=when.plural(round(minutes / 60), "hour"))


def _pace(work: Work, reader: Reader, ends_at: datetime | None, seen: Outline) -> str:
    found = rules.pace(
        work.now,
        done=seen.done,
        total=seen.total,
        begun_at=reader.joined_at or work.now,
        starts_at=reader.starts_at,
        ends_at=ends_at,
    )
    if found is None or ends_at is None:
        return ""
    if found.on_track:
        return say("On track for {day}", day=_day(work, ends_at))
    return say("{count} a week to finish by {day}", count=found.per_week, day=_day(work, ends_at))


def _resume(lines: Sequence[Line], seen: Outline) -> str:
    """The words on the one filled button."""
    if not seen.resume_id:
        return ""
    if seen.total and seen.done == seen.total:
        return say("Review the course")
    if all(line.seen_at is None for line in lines):
        return say("Start the course")
    kind = next(line.kind for line in lines if line.id == seen.resume_id)
    return say(ITEM_KINDS[kind].verb) if kind in ITEM_KINDS else say("Resume")


def _next_due(work: Work, reader: Reader, lines: Sequence[Line], kinds: dict[str, ItemFacts]) -> Due:
    """The nearest unfinished thing with a date that the student can do now."""
    dated: list[tuple[datetime, Line, ItemFacts]] = []
    for line in lines if reader.learns else []:
        facts = kinds.get(line.id, ItemFacts())
        due_at = facts.due_at or (from_micros(line.due_at) if line.due_at is not None else None)
        if due_at and line.is_open and not line.is_done:
            dated.append((due_at, line, facts))
    if not dated:
        return NOTHING_DUE
    due_at, line, facts = min(dated, key=lambda found: found[0])
    words = when.relative_day(due_at, work.now, work.actor.zone, work.actor.locale)
    return Due(
        title=line.title,
        note=facts.note or _item_note(work, line.minutes, due_at, None),
        url=link_to(reader, line.kind, line.id),
        when=say("Overdue") if due_at < work.now else words,
        kind=urgency(due_at, work.now),
    )


def urgency(due_at: datetime, now: datetime) -> str:
    """The chip's colour: red when it is too late, highlighter within two days, else neutral."""
    if due_at < now:
        return "danger"
    return "mark" if (due_at - now).total_seconds() < 2 * 86_400 else ""


def _goals(work: Work, reader: Reader, lines: Sequence[Line], seen: Outline) -> list[Goal]:
    only_lessons = all(line.kind == "lesson" for line in lines if line.required)
    words = say("Finish all lessons") if only_lessons else say("Finish everything required")
    state = "done" if 0 < seen.total == seen.done else "now" if seen.done else "todo"
    goals = [Goal(say("{goal} ({done} of {all})", goal=words, done=seen.done, all=seen.total), state)]
    if reader.user_id:
        for tell in GOALS:
            goals.extend(tell(work, reader.course_id, reader.user_id))
    return goals
