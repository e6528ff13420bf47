"""The moments that matter to one person, across all their courses.

Students see what is published in their courses, as it holds for them: extensions and other exceptions counted in, and
without what is for other groups. Staff see the dates of the courses that they teach, with when to have marked.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row, and_, bindparam, or_
from sqlalchemy import select as columns
from sqlmodel import col

from lms_app.assignments.models import Assignment
from lms_app.core import when
from lms_app.core.errors import Invalid
from lms_app.core.words import later, say
from lms_app.core.work import Work
from lms_app.courses import rules as course_rules
from lms_app.courses import service as courses
from lms_app.courses.models import (
    Course,
    CourseGroupMember,
    CourseMember,
    CourseStatus,
    ItemProgress,
    MemberState,
    Module,
    OutlineItem,
)
from lms_app.courses.service import Override, Terms
from lms_app.home.views_calendar import CalendarEntry, CalendarView
from lms_app.policy import Role
from lms_app.quizzes.models import Quiz
from lms_app.web import routes

Found = Row[*tuple[Any, ...]]
ENTRIES_MAX = 2_000
SPAN_MAX = timedelta(days=800)
LABELS = {
    "opens": later("Opens"),
    "due": later("Due"),
    "closes": later("Closes"),
    "grade_by": later("Grade by"),
    "starts": later("Course starts"),
    "ends": later("Course ends"),
}

_INSIDE = and_(
    col(CourseMember.user_id) == bindparam("user"),
    col(CourseMember.state) == MemberState.ACTIVE,
    col(Course.status) != CourseStatus.ARCHIVED,
    or_(col(CourseMember.role) != Role.STUDENT, col(Course.status) == CourseStatus.PUBLISHED),
)
_COURSES = (
    columns(
        col(Course.id),
        col(Course.slug),
        col(Course.title),
        col(Course.status),
        col(Course.starts_at),
        col(Course.ends_at),
        col(CourseMember.role),
        col(CourseMember.extra_percent),
    )
    .join(CourseMember, col(CourseMember.course_id) == col(Course.id))
    .where(_INSIDE)
    .order_by(col(Course.title), col(Course.id))
)
_ITEMS = (
    columns(
        col(OutlineItem.id),
        col(OutlineItem.course_id),
        col(OutlineItem.module_id),
        col(OutlineItem.kind),
        col(OutlineItem.title),
        col(OutlineItem.published),
        col(OutlineItem.opens_at),
        col(OutlineItem.due_at),
        col(OutlineItem.release),
        col(Module.title).label("module"),
        col(Quiz.closes_at).label("quiz_closes_at"),
        col(Quiz.limit_minutes),
        col(Assignment.closes_at).label("work_closes_at"),
        col(Assignment.grade_by_at),
        col(ItemProgress.completed_at),
    )
    .join(Course, col(Course.id) == col(OutlineItem.course_id))
    .join(CourseMember, col(CourseMember.course_id) == col(Course.id))
    .join(Module, col(Module.id) == col(OutlineItem.module_id))
    .outerjoin(Quiz, col(Quiz.item_id) == col(OutlineItem.id))
    .outerjoin(Assignment, col(Assignment.item_id) == col(OutlineItem.id))
    .outerjoin(
        ItemProgress,
        and_(col(ItemProgress.item_id) == col(OutlineItem.id), col(ItemProgress.user_id) == bindparam("user")),
    )
    .where(
        _INSIDE,
        col(OutlineItem.removed_at).is_(None),
        or_(col(OutlineItem.published), col(CourseMember.role) != Role.STUDENT),
        or_(
            col(OutlineItem.opens_at).is_not(None),
            col(OutlineItem.due_at).is_not(None),
            col(Quiz.closes_at).is_not(None),
            col(Assignment.closes_at).is_not(None),
            col(Assignment.grade_by_at).is_not(None),
            col(OutlineItem.id).in_(bindparam("own", expanding=True)),
        ),
    )
    .order_by(col(Module.position), col(OutlineItem.position), col(OutlineItem.id))
)
_GROUPS = columns(col(CourseGroupMember.group_id)).where(col(CourseGroupMember.user_id) == bindparam("user"))


@dataclass(frozen=True, slots=True)
class _Date:
    """A moment before it is put into words."""

    uid: str
    what: str
    title: str
    course: Found
    url: str
    at: datetime
    done: bool = False
    hidden: bool = False


def calendar(work: Work, *, begins_at: datetime, ends_at: datetime, course: str = "") -> CalendarView:
    """The actor's dates from `begins_at` until before `ends_at`, soonest first; of one course, if its slug is given.

    Four queries, however many courses and items there are. Raises NotSignedIn, and Invalid for more than 800 days.
    """
    _ = work.user_id
    if not timedelta() < ends_at - begins_at <= SPAN_MAX:
        raise Invalid(
            {"until": say("Ask for at most {days} days, from the earlier to the later one.", days=SPAN_MAX.days)}
        )
    taken = courses_of(work)
    zone, locale = work.actor.zone, work.actor.locale
    return CalendarView(
        zone=zone,
        zone_name=when.zone_words(begins_at, ends_at - timedelta(microseconds=1), zone, locale),
        entries=entries(work, [one for one in taken if course in ("", one.slug)], begins_at, ends_at),
    )


# ---- For the other modules of this package


def courses_of(work: Work) -> Sequence[Found]:
    """The courses whose dates concern the actor, by title. One query."""
    work.db.flush()
    found: Sequence[Any] = work.db.connection().execute(_COURSES, {"user": work.user_id}).all()
    return found


def entries(work: Work, taken: Sequence[Found], begins_at: datetime, ends_at: datetime) -> list[CalendarEntry]:
    """What is in these courses between two moments. Three queries."""
    found = [date for date in _dates(work, taken) if begins_at <= date.at < ends_at]
    found.sort(key=lambda date: (date.at, date.course.title, date.title, date.uid))
    return [_entry(work, date) for date in found[:ENTRIES_MAX]]


def _dates(work: Work, taken: Sequence[Found]) -> Iterator[_Date]:
    run, user_id = work.db.connection().execute, work.user_id
    by_id = {course.id: course for course in taken}
    overrides = courses.overrides_of(work, user_id)
    groups = [row.group_id for row in run(_GROUPS, {"user": user_id})]
    for course in taken:
        yield from _of_course(course)
    lessons: dict[tuple[UUID, datetime], list[_Date]] = defaultdict(list)
    modules: dict[UUID, str] = {}
    found: Sequence[Any] = run(_ITEMS, {"user": user_id, "own": list(overrides)}).all()
    for item in found:
        course = by_id.get(item.course_id)
        if course is None:
            continue
        modules[item.module_id] = item.module
        for date in _of_item(course, item, overrides, groups):
            if date.what == "opens" and item.kind == courses.LESSON:
                lessons[item.module_id, date.at].append(date)
            else:
                yield date
    for (module_id, at), dates in lessons.items():
        yield _opening(module_id, modules[module_id], at, dates)


def _of_course(course: Found) -> Iterator[_Date]:
    url = routes.course(course.slug) if course.role == Role.STUDENT else routes.teach_course(course.slug)
    for what, at in (("starts", course.starts_at), ("ends", course.ends_at)):
        if at is not None:
            hidden = course.status == CourseStatus.DRAFT
            yield _Date(f"{course.id}-{what}", what, course.title, course, url, at, hidden=hidden)


def _of_item(
    course: Found, item: Found, overrides: Mapping[UUID, Sequence[Override]], groups: Sequence[UUID]
) -> Iterator[_Date]:
    usual = Terms(
        opens_at=item.opens_at,
        due_at=item.due_at,
        closes_at=item.quiz_closes_at or item.work_closes_at,
        limit_minutes=item.limit_minutes,
    )
    learns = course.role == Role.STUDENT
    own = overrides.get(item.id, ()) if learns else ()
    plain = courses.effective(usual, own)
    if learns and not plain.released and not courses.concerns(item.release, groups):
        return
    extra = course.extra_percent if learns else 0
    terms = courses.effective(usual, own, extra_percent=extra) if extra else plain
    moments = {
        "opens": terms.opens_at,
        "due": plain.due_at if plain.due_at != plain.closes_at else None,
        "closes": terms.closes_at,
        "grade_by": None if learns else item.grade_by_at,
    }
    kind = courses.ITEM_KINDS.get(item.kind)
    where = None if kind is None else kind.url if learns else kind.results_url or kind.url
    url = where(course.slug, item.id) if where else ""
    for what, at in moments.items():
        if at is not None:
            done = learns and item.completed_at is not None and what != "opens"
            yield _Date(f"{item.id}-{what}", what, item.title, course, url, at, done, not item.published)


def _opening(module_id: UUID, module: str, at: datetime, dates: Sequence[_Date]) -> _Date:
    """Lessons of a module that open together are one entry: five lines of the same would hide all others."""
    first = dates[0]
    if len(dates) == 1:
        return first
    hidden = all(date.hidden for date in dates)
    return _Date(f"{module_id}-opens-{at:%Y%m%d}", "opens", module, first.course, first.url, at, hidden=hidden)


def _entry(work: Work, date: _Date) -> CalendarEntry:
    zone, locale = work.actor.zone, work.actor.locale
    return CalendarEntry(
        uid=date.uid,
        what=date.what,
        label=say(LABELS[date.what]),
        title=date.title,
        course=date.course.title,
        slug=date.course.slug,
        url=date.url,
        at=date.at,
        day=when.local_day(date.at, zone).isoformat(),
        clock=when.clock(date.at, zone, locale),
        moment=when.moment(date.at, zone, locale, now=work.now),
        state=_state(work, date),
        hue=course_rules.cover_of(date.course.id)[0],
        staff=date.course.role != Role.STUDENT,
        hidden=date.hidden,
    )


def _state(work: Work, date: _Date) -> str:
    """Whether it is done, or should have been: only what a student hands in or takes can be late."""
    if date.done:
        return "done"
    is_work = date.what in ("due", "closes") and date.course.role == Role.STUDENT
    return "late" if is_work and date.at < work.now else ""
