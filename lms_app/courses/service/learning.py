"""Taking a course: reading a lesson, keeping one's place, completing it, going on."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, and_, bindparam, update
from sqlalchemy import select as columns
from sqlmodel import col

from lms_app.core import when
from lms_app.core.db import from_micros
from lms_app.core.errors import Conflict, Invalid, NotFound
from lms_app.core.words import say
from lms_app.core.work import Work
from lms_app.courses import rules
from lms_app.courses.models import Completion, Course, CourseMember, ItemProgress, Lesson, OutlineItem
from lms_app.courses.service.attaching import attached
from lms_app.courses.service.door import NO_ITEM, enter_item, one
from lms_app.courses.service.items import LESSON
from lms_app.courses.service.lines import Line
from lms_app.courses.service.progress import keep_completed, keep_seen, more_seconds
from lms_app.courses.service.reading import Reader, lines_of, link_to, outline_of, reader_of, seen_as
from lms_app.courses.views import NOBODY_NEXT, Completed, LessonPage, LessonView, Neighbour
from lms_app.policy import Can
from lms_app.web import routes

_LESSON = (
    columns(
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
        col(OutlineItem.id).label("item_id"),
        col(OutlineItem.title).label("item_title"),
        col(OutlineItem.published),
        col(OutlineItem.preview),
        col(OutlineItem.opens_at),
        col(OutlineItem.minutes),
        col(OutlineItem.completion),
        col(OutlineItem.release),
        col(Lesson.html),
        col(ItemProgress.completed_at).label("item_completed_at"),
        col(ItemProgress.scroll),
    )
    .select_from(OutlineItem)
    .join(Lesson, col(Lesson.item_id) == col(OutlineItem.id))
    .join(Course, col(Course.id) == col(OutlineItem.course_id))
    .outerjoin(
        CourseMember,
        and_(col(CourseMember.course_id) == col(Course.id), col(CourseMember.user_id) == bindparam("user")),
    )
    .outerjoin(
        ItemProgress,
        and_(col(ItemProgress.item_id) == col(OutlineItem.id), col(ItemProgress.user_id) == bindparam("user")),
    )
    .where(col(OutlineItem.id) == bindparam("item"), col(OutlineItem.removed_at).is_(None))
)


def read_lesson(work: Work, *, item_id: UUID) -> LessonView:
    """A lesson's text, files and neighbours. Reading keeps nothing: see `open_lesson` and `mark_seen`.

    For members, and for whoever may find the course where the lesson is a preview. A locked one says why instead.
    """
    reader, row = _come_to(work, item_id)
    return _lesson(work, reader, row, lines_of(work, reader))


def open_lesson(work: Work, *, item_id: UUID, as_student: bool = False) -> LessonPage:
    """A lesson as the player opens it: seen from now on, and the place where this student resumes.

    `as_student` shows it to staff as to a student who has just joined, and keeps nothing. Raises NotFound for a draft.
    """
    reader, row = _come_to(work, item_id)
    if as_student and reader.standing == "staff":
        reader = seen_as(work, reader, as_student)
        if not row.published:
            raise NotFound(NO_ITEM)
    elif reader.learns:
        item, membership = enter_item(work, item_id, Can.SEE)
        keep_seen(work, item, membership)
        reader, row = _come_to(work, item_id)
    lines = lines_of(work, reader)
    # Beside a lesson the outline needs no facts of other kinds: one query less for each.
    return LessonPage(lesson=_lesson(work, reader, row, lines), outline=outline_of(work, reader, lines, {}))


def complete_lesson(work: Work, *, item_id: UUID) -> Completed:
    """The student says that they are done with a lesson. Twice is once.

    Raises Forbidden (locked, archived, staff) and Conflict for what only handing in completes.
    """
    item, membership = enter_item(work, item_id, Can.ATTEMPT)
    if item.completion not in (Completion.VIEW, Completion.MARK):
        raise Conflict("Finish this by handing it in: it is then marked complete by itself.")
    done, total, complete = keep_completed(work, item, work.user_id)
    reader, _row = _come_to(work, item_id)
    _before, after = _neighbours(reader, lines_of(work, reader), str(item_id))
    return Completed(
        next_url=after.url or routes.course(membership.slug),
        done=done,
        total=total,
        percent=rules.percent(done, total),
        course_completed=complete,
    )


def save_place(work: Work, *, item_id: UUID, scroll: int) -> None:
    """Keep how far down the student read, in thousandths of the page. Of staff nothing is kept."""
    _item, membership = enter_item(work, item_id, Can.SEE)
    if not 0 <= scroll <= 1000:
        raise Invalid({"scroll": "A place is a number from 0 to 1000."})
    work.db.connection().execute(
        update(ItemProgress)
        .where(col(ItemProgress.item_id) == item_id, col(ItemProgress.user_id) == membership.user_id)
        .values(scroll=scroll, seconds=more_seconds(work), active_at=work.now)
    )


def lesson_files_door(work: Work, item_id: UUID) -> None:
    """Who may fetch a file attached to a lesson: whoever may read the lesson now. Raises NotFound."""
    reader, row = _come_to(work, item_id)
    if row.published and _why(work, next(line for line in lines_of(work, reader) if line.id == str(item_id))):
        raise NotFound(NO_ITEM)


def _come_to(work: Work, item_id: UUID) -> tuple[Reader, Row[Any]]:
    """The door of one lesson."""
    row = one(work, _LESSON, item=item_id, user=work.actor.user_id)
    try:
        reader = reader_of(work, row)
    except NotFound:
        raise NotFound(NO_ITEM) from None
    assert row is not None, "reader_of refuses what is not there"
    is_open = row.published and (reader.is_inside or row.preview)
    if not is_open and reader.standing != "staff":
        raise NotFound(NO_ITEM)
    return reader, row


def _why(work: Work, line: Line | None) -> str:
    """Why a line of the outline is closed to its reader. A draft has no line, and only its staff come to it."""
    if line is None or line.is_open:
        return ""
    if line.locked_until is None:
        return line.waits_for
    return say(
        "Opens {day}.", day=when.day(from_micros(line.locked_until), work.actor.zone, work.actor.locale, now=work.now)
    )


def _lesson(work: Work, reader: Reader, row: Row[Any], lines: Sequence[Line]) -> LessonView:
    here = next((line for line in lines if line.id == str(row.item_id)), None)
    locked = _why(work, here)
    module, place = _place(row, lines)
    before, after = _neighbours(reader, lines, str(row.item_id))
    return LessonView(
        id=str(row.item_id),
        slug=reader.slug,
        course=reader.title,
        module=module,
        place=place,
        title=row.item_title,
        html="" if locked else row.html,
        minutes=row.minutes,
        completion=row.completion,
        completed=row.item_completed_at is not None,
        counts=reader.learns and not reader.as_student,
        scroll=row.scroll or 0,
        locked=locked,
        files=[] if locked else attached(work, row.item_id, row.html),
        previous=before,
        next=after,
    )


def _place(row: Row[Any], lines: Sequence[Line]) -> tuple[str, str]:
    """`Module 3 · Energy and matter` and `Lesson 2 of 5 · 14 min`; a draft has no place yet."""
    length = when.duration_minutes(row.minutes) if row.minutes else ""
    here = next((line for line in lines if line.id == str(row.item_id)), None)
    if here is None:
        return "Draft", length
    number = list(dict.fromkeys(line.module_id for line in lines)).index(here.module_id) + 1
    lessons = [line.id for line in lines if line.module_id == here.module_id and line.kind == LESSON]
    words = say("Lesson {number} of {all}", number=lessons.index(here.id) + 1, all=len(lessons))
    return say(
        "Module {number} · {module}", number=number, module=here.module
    ), f"{words} · {length}" if length else words


def _neighbours(reader: Reader, lines: Sequence[Line], item_id: str) -> tuple[Neighbour, Neighbour]:
    """What stands before and after in the whole outline; for a guest, among the previews."""
    here = next((number for number, line in enumerate(lines) if line.id == item_id), None)
    if here is None:
        return NOBODY_NEXT, NOBODY_NEXT
    return _first(reader, lines[:here][::-1]), _first(reader, lines[here + 1 :])


def _first(reader: Reader, lines: Sequence[Line]) -> Neighbour:
    for line in lines:
        url = link_to(reader, line.kind, line.id)
        if url and (reader.is_inside or line.preview):
            return Neighbour(id=line.id, kind=line.kind, title=line.title, url=url)
    return NOBODY_NEXT
