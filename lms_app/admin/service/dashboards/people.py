"""Who was at work, who joined courses, who completed them."""

from typing import Any

from sqlalchemy import func
from sqlalchemy import select as columns
from sqlmodel import col

from lms_app.admin.dashboard_views import Chart, Stat
from lms_app.admin.models import Activity
from lms_app.admin.service.dashboards import drawing
from lms_app.admin.service.dashboards.counting import bucket
from lms_app.admin.service.dashboards.spans import QUARTER, Range
from lms_app.admin.service.door import rows
from lms_app.core.work import Work
from lms_app.courses.models import CourseMember
from lms_app.policy import Role


def section(work: Work, span: Range, earlier: Range, compare: bool) -> tuple[list[Stat], list[Chart]]:
    """Eight queries, whatever the size."""
    locale = work.actor.locale
    found, past = [(_active(work, one), *_members(work, one)) for one in (span, earlier)]
    figures = [
        drawing.compared("Active learners", _different(work, span), _different(work, earlier), span, locale),
        drawing.compared("New enrolments", sum(found[1]), sum(past[1]), span, locale),
        drawing.compared("Course completions", sum(found[2]), sum(past[2]), span, locale),
    ]
    said = (
        ("active", "Active learners", "Who opened or completed something or started a quiz", "No activity"),
        ("enrolments", "New enrolments", "Learners who joined a course", "Nobody joined a course"),
        ("completions", "Course completions", "Courses that learners completed", "No course was completed"),
    )
    charts = [
        drawing.curves(
            span,
            locale,
            id=name,
            title=title,
            note=note,
            nothing=f"{nothing} in this time",
            series=[(title, now)],
            before=then if compare else None,
        )
        for (name, title, note, nothing), now, then in zip(said, found, past, strict=True)
    ]
    return figures, charts


def _in(span: Range) -> tuple[Any, ...]:
    return (
        col(Activity.span) == span.unit,
        col(Activity.starts_on) >= span.first,
        col(Activity.starts_on) < span.end,
    )


def _active(work: Work, span: Range) -> list[int]:
    """How many people were at work in each stretch."""
    counted = columns(col(Activity.starts_on), func.count().label("many")).where(*_in(span))
    many = {row.starts_on: row.many for row in rows(work, counted.group_by(col(Activity.starts_on)))}
    return [many.get(start, 0) for start in span.starts]


def _different(work: Work, span: Range) -> int:
    """How many were at work at all: who came twice is one."""
    return rows(work, columns(func.count(col(Activity.user_id).distinct()).label("many")).where(*_in(span)))[0].many


def _members(work: Work, span: Range) -> tuple[list[int], list[int]]:
    """How many joined and how many completed a course in each stretch. One query each."""
    found = list[list[int]]()
    for moment in (col(CourseMember.joined_at), col(CourseMember.completed_at)):
        learned = (
            columns(bucket(moment, QUARTER).label("quarter"))
            .where(col(CourseMember.role) == Role.STUDENT, moment >= span.begins(), moment < span.ends())
            .subquery()
        )
        counted = columns(learned.c.quarter, func.count().label("many")).group_by(learned.c.quarter)
        found.append(span.places([(row.quarter, row.many) for row in rows(work, counted)], QUARTER))
    return found[0], found[1]
