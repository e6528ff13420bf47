"""How the school is doing, in figures that each lead to their list."""

from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import and_, bindparam, case, func, or_, union_all
from sqlalchemy import select as columns
from sqlmodel import col

from lms_app.admin.service.door import enter, rows
from lms_app.admin.views import Figure, Overview, RoleCount, Signal
from lms_app.core import mail, when
from lms_app.core.identity import User
from lms_app.core.outbox import OutboxMessage
from lms_app.core.work import SiteRole, Work
from lms_app.courses.models import Course, CourseMember, CourseStatus, ItemProgress, MemberState, OutlineItem
from lms_app.policy import Role
from lms_app.quizzes.models import Attempt, State
from lms_app.web import routes

WEEK = timedelta(days=7)
MONTH = timedelta(days=30)
QUIET = timedelta(days=14)
SIGNAL_ROWS = 10
ATTEMPTS_MIN = 5  # an average of fewer says more about the few
AVERAGE_LOW = Decimal("0.5")

_LEARNS = and_(col(CourseMember.role) == Role.STUDENT, col(CourseMember.state) == MemberState.ACTIVE)


def _one_if(condition: Any) -> Any:
    return func.count(case((condition, 1)))


_PEOPLE = columns(
    col(User.role),
    func.count().label("people"),
    _one_if(col(User.created_at) >= bindparam("month")).label("fresh"),
    _one_if(col(User.suspended_at).is_not(None)).label("suspended"),
).group_by(col(User.role))

_DONE = union_all(
    columns(col(ItemProgress.user_id), col(ItemProgress.first_seen_at).label("at")),
    columns(col(ItemProgress.user_id), col(ItemProgress.completed_at).label("at")),
    columns(col(Attempt.user_id), col(Attempt.started_at).label("at")),
).subquery("done")
_ACTIVE = columns(
    func.count(case((_DONE.c.at >= bindparam("week"), _DONE.c.user_id)).distinct()).label("active"),
    func.count(case((_DONE.c.at < bindparam("week"), _DONE.c.user_id)).distinct()).label("before"),
).where(_DONE.c.at >= bindparam("fortnight"))

_COURSES = columns(col(Course.status), func.count().label("courses")).group_by(col(Course.status))
_ENROLMENTS = columns(
    func.count().label("enrolments"),
    _one_if(col(CourseMember.joined_at) >= bindparam("week")).label("fresh"),
    _one_if(col(CourseMember.completed_at).is_not(None)).label("completed"),
    _one_if(col(CourseMember.completed_at) >= bindparam("week")).label("completed_fresh"),
).where(_LEARNS)
_ATTEMPTS = columns(
    _one_if(col(Attempt.started_at) >= bindparam("today")).label("today"),
    _one_if(col(Attempt.state) == State.OPEN).label("open"),
).where(or_(col(Attempt.started_at) >= bindparam("today"), col(Attempt.state) == State.OPEN))
_MAIL = columns(
    _one_if(and_(col(OutboxMessage.failed_at).is_(None), col(OutboxMessage.done_at).is_(None))).label("waiting"),
    _one_if(and_(col(OutboxMessage.failed_at).is_not(None), col(OutboxMessage.done_at).is_(None))).label("failed"),
    _one_if(col(OutboxMessage.done_at) >= bindparam("week")).label("sent"),
).where(col(OutboxMessage.topic) == mail.TOPIC)

_QUIET = (
    columns(
        col(Course.id),
        _one_if(_LEARNS).label("learners"),
        _one_if(col(CourseMember.state) == MemberState.WAITING).label("waiting"),
        _one_if(
            and_(
                _LEARNS,
                col(CourseMember.completed_at).is_(None),
                func.coalesce(col(CourseMember.last_seen_at), col(CourseMember.joined_at)) < bindparam("quiet"),
            )
        ).label("quiet"),
        col(Course.slug),
        col(Course.title),
        col(User.name).label("instructor"),
    )
    .join(CourseMember, col(CourseMember.course_id) == col(Course.id))
    .join(User, col(User.id) == col(Course.owner_id))
    .where(col(Course.status) == CourseStatus.PUBLISHED)
    .group_by(col(Course.id), col(Course.slug), col(Course.title), col(User.name))
)
_HARD = (
    columns(
        col(OutlineItem.course_id),
        col(OutlineItem.id),
        col(OutlineItem.title),
        func.sum(col(Attempt.points)).label("points"),
        func.sum(col(Attempt.points_max)).label("points_max"),
    )
    .join(Attempt, col(Attempt.quiz_id) == col(OutlineItem.id))
    .where(col(Attempt.points).is_not(None))
    .group_by(col(OutlineItem.course_id), col(OutlineItem.id), col(OutlineItem.title))
    .having(func.count() >= ATTEMPTS_MIN)
)


def overview(work: Work) -> Overview:
    """Counts of people, courses, work and mail, and the courses that want attention. Eight queries, whatever the size."""
    enter(work)
    moments = _moments(work)
    people = {row.role: row for row in rows(work, _PEOPLE, month=moments["month"])}
    roles = [_role_count(role, people.get(role)) for role in SiteRole]
    return Overview(
        figures=[_people(roles), *_work_figures(work, moments), _mail(work, moments)],
        roles=roles,
        signals=_signals(work, moments["quiet"]),
    )


def _moments(work: Work) -> dict[str, datetime]:
    zone = ZoneInfo(work.actor.zone)
    return {
        "today": datetime.combine(work.now.astimezone(zone).date(), time.min, tzinfo=zone),
        "week": work.now - WEEK,
        "fortnight": work.now - 2 * WEEK,
        "month": work.now - MONTH,
        "quiet": work.now - QUIET,
    }


def _role_count(role: SiteRole, row: Any) -> RoleCount:
    return RoleCount(
        role=role,
        people=row.people if row else 0,
        fresh=row.fresh if row else 0,
        suspended=row.suspended if row else 0,
        url=f"{routes.people()}?role={role}",
    )


def _people(roles: list[RoleCount]) -> Figure:
    fresh = sum(role.fresh for role in roles)
    return Figure("People", f"{sum(role.people for role in roles):,}", f"{fresh:,} joined this month", routes.people())


def _work_figures(work: Work, moments: dict[str, datetime]) -> list[Figure]:
    (active,) = rows(work, _ACTIVE, week=moments["week"], fortnight=moments["fortnight"])
    courses = {row.status: row.courses for row in rows(work, _COURSES)}
    (enrolled,) = rows(work, _ENROLMENTS, week=moments["week"])
    (attempts,) = rows(work, _ATTEMPTS, today=moments["today"])
    drafts = courses.get(CourseStatus.DRAFT, 0)
    share = enrolled.completed * 100 // enrolled.enrolments if enrolled.enrolments else 0
    to_courses = routes.admin_courses()
    return [
        Figure("Active in 7 days", f"{active.active:,}", _compared(active.active, active.before), routes.people()),
        Figure(
            "Published courses",
            f"{courses.get(CourseStatus.PUBLISHED, 0):,}",
            f"{when.plural(drafts, 'draft')} beside them" if drafts else "No drafts",
            to_courses,
        ),
        Figure("Enrolments", f"{enrolled.enrolments:,}", f"{enrolled.fresh:,} new this week", to_courses),
        Figure("Completed", f"{enrolled.completed:,}", f"{share}% of enrolments", to_courses),
        Figure(
            "Quiz attempts today",
            f"{attempts.today:,}",
            f"{attempts.open:,} under way now" if attempts.open else "None under way now",
            to_courses,
        ),
    ]


def _compared(now: int, before: int) -> str:
    if now == before:
        return "As many as the week before"
    word = "more" if now > before else "fewer"
    return f"{abs(now - before):,} {word} than the week before"


def _mail(work: Work, moments: dict[str, datetime]) -> Figure:
    (post,) = rows(work, _MAIL, week=moments["week"])
    note = f"{post.failed:,} could not be sent" if post.failed else f"{post.sent:,} sent this week"
    return Figure("Mail waiting", f"{post.waiting:,}", note, routes.outbox())


def _signals(work: Work, quiet: datetime) -> list[Signal]:
    courses = {row.id: row for row in rows(work, _QUIET, quiet=quiet)}
    found: list[Signal] = []
    for row in courses.values():
        if row.waiting:
            words = "1 waits for approval" if row.waiting == 1 else f"{row.waiting:,} wait for approval"
            found.append(_signal(row, words, "mark", "user-plus"))
        if row.quiet:
            found.append(_signal(row, f"{row.quiet:,} quiet for 14 days", "warn", "user-x"))
    for quiz in rows(work, _HARD):
        if quiz.course_id in courses and quiz.points < quiz.points_max * AVERAGE_LOW:
            share = when.percent(quiz.points / quiz.points_max)
            found.append(_signal(courses[quiz.course_id], f"{quiz.title}: average {share}", "danger", "trending-down"))
    return sorted(found, key=lambda signal: -signal.learners)[:SIGNAL_ROWS]


def _signal(row: Any, text: str, kind: str, icon: str) -> Signal:
    return Signal(
        course=row.title,
        instructor=row.instructor,
        url=routes.teach_course(row.slug),
        text=text,
        kind=kind,
        icon=icon,
        learners=row.learners,
    )
