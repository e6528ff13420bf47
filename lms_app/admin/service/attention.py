"""Published courses: how far their learners are, and which of them want somebody's attention."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import and_, bindparam, case, func
from sqlalchemy import select as columns
from sqlmodel import col

from lms_app.admin.service.door import rows
from lms_app.admin.views import Completion, Signal
from lms_app.core import when
from lms_app.core.identity import User
from lms_app.core.work import Work
from lms_app.courses import rules as course_rules
from lms_app.courses.models import LEARNS, Course, CourseMember, CourseStatus, MemberState, OutlineItem
from lms_app.quizzes.models import Attempt
from lms_app.web import routes

QUIET_DAYS = 14
SIGNAL_ROWS = 10
BARS = 6
ATTEMPTS_MIN = 5  # an average of fewer says more about the few
AVERAGE_LOW = Decimal("0.5")

WAITS = col(CourseMember.state) == MemberState.WAITING


def one_if(condition: Any) -> Any:
    return func.count(case((condition, 1)))


_COURSES = (
    columns(
        col(Course.id),
        one_if(LEARNS).label("learners"),
        one_if(and_(LEARNS, col(CourseMember.completed_at).is_not(None))).label("completed"),
        one_if(WAITS).label("waiting"),
        func.min(case((WAITS, col(CourseMember.joined_at)))).label("waiting_since"),
        one_if(
            and_(
                LEARNS,
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
    .where(col(Attempt.points).is_not(None), ~col(Attempt.trial))
    .group_by(col(OutlineItem.course_id), col(OutlineItem.id), col(OutlineItem.title))
    .having(func.count() >= ATTEMPTS_MIN)
)


def running(work: Work) -> Sequence[Any]:
    """A row for each published course."""
    return rows(work, _COURSES, quiet=work.now - timedelta(days=QUIET_DAYS))


def completions(courses: Sequence[Any]) -> list[Completion]:
    """The share that finished, of every course with learners; the highest first."""
    found = [
        Completion(
            course=row.title,
            url=routes.teach_course(row.slug),
            learners=row.learners,
            completed=row.completed,
            share=course_rules.percent(row.completed, row.learners),
        )
        for row in courses
        if row.learners
    ]
    return sorted(found, key=lambda one: (-one.share, -one.learners, one.course))


def largest(found: Sequence[Completion]) -> list[Completion]:
    """Of these the ones with most learners, in the order that they have."""
    kept = sorted(found, key=lambda one: -one.learners)[:BARS]
    return [one for one in found if one in kept]


def signals(work: Work, courses: Sequence[Any]) -> list[Signal]:
    """What should not wait: requests, learners who stay away, quizzes that are too hard. One query."""
    by_id = {row.id: row for row in courses}
    found: list[Signal] = []
    for row in courses:
        if row.waiting:
            words = "1 waits for approval" if row.waiting == 1 else f"{row.waiting:,} wait for approval"
            found.append(_signal(row, words, "mark", "user-plus"))
        if row.quiet:
            found.append(_signal(row, f"{row.quiet:,} quiet for {QUIET_DAYS} days", "warn", "user-x"))
    for quiz in rows(work, _HARD):
        if quiz.course_id in by_id and quiz.points < quiz.points_max * AVERAGE_LOW:
            share = when.percent(quiz.points / quiz.points_max)
            found.append(_signal(by_id[quiz.course_id], f"{quiz.title}: average {share}", "danger", "trending-down"))
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
