"""How the school is doing, in figures that each lead to their list."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import and_, bindparam, case, func, literal, or_, union_all
from sqlalchemy import select as columns
from sqlmodel import col

from lms_app.admin.service import attention, periods
from lms_app.admin.service.attention import one_if
from lms_app.admin.service.door import enter, rows
from lms_app.admin.service.periods import PERIODS, Period
from lms_app.admin.views import USUAL, Figure, Overview, RoleCount, Stretch
from lms_app.core import mail, sheet, when
from lms_app.core.identity import User
from lms_app.core.outbox import OutboxMessage
from lms_app.core.work import SiteRole, Work
from lms_app.courses import rules as course_rules
from lms_app.courses.models import LEARNS, Course, CourseMember, CourseStatus, ItemProgress
from lms_app.quizzes.models import Attempt, State
from lms_app.web import routes

MONTH = timedelta(days=30)

_PEOPLE = columns(
    col(User.role),
    func.count().label("people"),
    one_if(col(User.created_at) >= bindparam("month")).label("fresh"),
    one_if(col(User.suspended_at).is_not(None)).label("suspended"),
).group_by(col(User.role))

# What counts as being at work, and when: opening an item, completing it, starting a quiz.
_DONE = union_all(
    columns(col(ItemProgress.user_id), col(ItemProgress.first_seen_at).label("at")),
    columns(col(ItemProgress.user_id), col(ItemProgress.completed_at).label("at")),
    columns(col(Attempt.user_id), col(Attempt.started_at).label("at")).where(~col(Attempt.trial)),
).subquery("done")
_ACTIVE = columns(
    func.count(case((_DONE.c.at >= bindparam("since"), _DONE.c.user_id)).distinct()).label("active"),
    func.count(case((_DONE.c.at < bindparam("since"), _DONE.c.user_id)).distinct()).label("before"),
).where(_DONE.c.at >= bindparam("earlier"))


def _by_stretch(period: Period) -> Any:
    """Per stretch of a period, by its number from 0: who was at work, and how many courses were completed."""

    def number(moment: Any) -> Any:
        later = [(moment >= bindparam(f"start_{index}"), index) for index in range(period.count - 1, 0, -1)]
        return case(*later, else_=0).label("stretch")

    work = columns(number(_DONE.c.at), _DONE.c.user_id).where(_DONE.c.at >= bindparam("start_0")).subquery("work")
    ends = (
        columns(number(col(CourseMember.completed_at)))
        .where(LEARNS, col(CourseMember.completed_at) >= bindparam("start_0"))
        .subquery("ends")
    )
    return union_all(
        columns(literal("active").label("what"), work.c.stretch, func.count(work.c.user_id.distinct()).label("many"))
        .group_by(work.c.stretch),
        columns(literal("completed").label("what"), ends.c.stretch, func.count().label("many"))
        .group_by(ends.c.stretch),
    )  # fmt: skip


_STRETCHES = {name: _by_stretch(period) for name, period in PERIODS.items()}

_COURSES = columns(col(Course.status), func.count().label("courses")).group_by(col(Course.status))
_JOINED_BEFORE = col(CourseMember.joined_at) < bindparam("since")
_ENROLMENTS = columns(
    func.count().label("enrolments"),
    one_if(_JOINED_BEFORE).label("before"),
    one_if(col(CourseMember.completed_at).is_not(None)).label("completed"),
    one_if(and_(_JOINED_BEFORE, col(CourseMember.completed_at) < bindparam("since"))).label("completed_before"),
).where(LEARNS)
_ATTEMPTS = columns(
    one_if(col(Attempt.started_at) >= bindparam("today")).label("today"),
    one_if(col(Attempt.state) == State.OPEN).label("open"),
).where(or_(col(Attempt.started_at) >= bindparam("today"), col(Attempt.state) == State.OPEN), ~col(Attempt.trial))
_MAIL = columns(
    one_if(and_(col(OutboxMessage.failed_at).is_(None), col(OutboxMessage.done_at).is_(None))).label("waiting"),
    one_if(and_(col(OutboxMessage.failed_at).is_not(None), col(OutboxMessage.done_at).is_(None))).label("failed"),
    one_if(col(OutboxMessage.done_at) >= bindparam("since")).label("sent"),
).where(col(OutboxMessage.topic) == mail.TOPIC)


def overview(work: Work, *, period: str = USUAL) -> Overview:
    """Figures of a period beside the one before, activity, completion, and the courses that want attention.

    Nine queries, whatever the size. Raises Invalid for a period that there is not.
    """
    enter(work)
    chosen = periods.chosen(period)
    earlier, *starts = periods.starts(work, chosen)
    courses = attention.running(work)
    people = {row.role: row for row in rows(work, _PEOPLE, month=work.now - MONTH)}
    roles = [_role_count(role, people.get(role)) for role in SiteRole]
    zone, locale = work.actor.zone, work.actor.locale
    return Overview(
        period=chosen.name,
        since=when.moment(starts[0], zone, locale, now=work.now),
        updated=when.clock(work.now, zone, locale),
        figures=[*_compared(work, chosen, earlier, starts[0]), _waiting(work, courses)],
        today=_today(work, roles, starts[0], chosen),
        activity=_activity(work, chosen, starts),
        completions=attention.largest(attention.completions(courses)),
        roles=roles,
        signals=attention.signals(work, courses),
    )


def overview_sheet(work: Work, *, period: str = USUAL) -> str:
    """The overview as CSV, one number a line, with the completion of all published courses."""
    seen = overview(work, period=period)
    lines: list[tuple[object, ...]] = [("part", "name", "number", "note")]
    lines += [("figures", figure.label, figure.value, figure.note) for figure in [*seen.figures, *seen.today]]
    for stretch in seen.activity:
        lines.append(("active learners", stretch.label, stretch.active, ""))
        lines.append(("course completions", stretch.label, stretch.completed, ""))
    for course in attention.completions(attention.running(work)):
        lines.append(("completion", course.course, f"{course.share}%", f"{course.completed} of {course.learners}"))
    lines += [("people", role.role, role.people, f"{role.fresh} new in 30 days") for role in seen.roles]
    lines += [("attention", signal.course, signal.learners, signal.text) for signal in seen.signals]
    return sheet.csv(lines)


def _role_count(role: SiteRole, row: Any) -> RoleCount:
    return RoleCount(
        role=role,
        people=row.people if row else 0,
        fresh=row.fresh if row else 0,
        suspended=row.suspended if row else 0,
        url=f"{routes.people()}?role={role}",
    )


def _compared(work: Work, period: Period, earlier: datetime, since: datetime) -> list[Figure]:
    (active,) = rows(work, _ACTIVE, since=since, earlier=earlier)
    (enrolled,) = rows(work, _ENROLMENTS, since=since)
    share = course_rules.percent(enrolled.completed, enrolled.enrolments)
    before = course_rules.percent(enrolled.completed_before, enrolled.before)
    students = f"{routes.people()}?role={SiteRole.STUDENT}"
    largest = f"{routes.admin_courses()}?sort=learners"
    fresh = enrolled.enrolments - enrolled.before
    return [
        Figure("Active learners", f"{active.active:,}", _difference(active.active, active.before, period), students),
        Figure("Enrolments", f"{enrolled.enrolments:,}", f"{fresh:,} new in {period.words}", largest),
        Figure("Completion rate", f"{share}%", _change(share, before, enrolled.before, period), largest),
    ]


def _difference(now: int, before: int, period: Period) -> str:
    if now == before:
        return f"As many as in the {period.words} before"
    return f"{abs(now - before):,} {'more' if now > before else 'fewer'} than in the {period.words} before"


def _change(now: int, before: int, known: int, period: Period) -> str:
    if not known:
        return f"Nobody was enrolled {period.words} ago"
    if now == before:
        return f"As it was {period.words} ago"
    return f"{'Up' if now > before else 'Down'} from {before}% {period.words} ago"


def _waiting(work: Work, courses: Sequence[Any]) -> Figure:
    since = min((row.waiting_since for row in courses if row.waiting_since), default=None)
    note = "Nobody is kept waiting"
    if since is not None:
        days = (work.now - since).days
        note = f"The oldest for {when.plural(days, 'day')}" if days else "All since yesterday or today"
    many = sum(row.waiting for row in courses)
    return Figure(
        "Waiting for approval", f"{many:,}", note, f"{routes.admin_courses()}?status={CourseStatus.PUBLISHED}"
    )


def _today(work: Work, roles: Sequence[RoleCount], since: datetime, period: Period) -> list[Figure]:
    courses = {row.status: row.courses for row in rows(work, _COURSES)}
    zone = ZoneInfo(work.actor.zone)
    midnight = datetime.combine(work.now.astimezone(zone).date(), time.min, tzinfo=zone)
    (attempts,) = rows(work, _ATTEMPTS, today=midnight)
    (post,) = rows(work, _MAIL, since=since)
    drafts = courses.get(CourseStatus.DRAFT, 0)
    published = courses.get(CourseStatus.PUBLISHED, 0)
    fresh = sum(role.fresh for role in roles)
    return [
        Figure("People", f"{sum(role.people for role in roles):,}", f"{fresh:,} new in 30 days", routes.people()),
        Figure(
            "Published courses",
            f"{published:,}",
            f"{when.plural(drafts, 'draft')} beside them" if drafts else "No drafts",
            f"{routes.admin_courses()}?status={CourseStatus.PUBLISHED}",
        ),
        Figure(
            "Quiz attempts today",
            f"{attempts.today:,}",
            f"{attempts.open:,} under way now" if attempts.open else "None under way now",
            routes.admin_courses(),
        ),
        Figure(
            "Mail waiting",
            f"{post.waiting:,}",
            f"{post.failed:,} could not be sent" if post.failed else f"{post.sent:,} sent in {period.words}",
            f"{routes.OUTBOX}?status=failed" if post.failed else routes.OUTBOX,
        ),
    ]


def _activity(work: Work, period: Period, starts: Sequence[datetime]) -> list[Stretch]:
    given = {f"start_{index}": start for index, start in enumerate(starts)}
    found = {(row.what, row.stretch): row.many for row in rows(work, _STRETCHES[period.name], **given)}
    return [
        Stretch(
            label=when.brief_day(start, work.actor.zone, work.actor.locale),
            active=found.get(("active", index), 0),
            completed=found.get(("completed", index), 0),
        )
        for index, start in enumerate(starts)
    ]
