"""Marks and courses: how marks lie, how far courses bring their learners, and courses side by side.

Whatever rests on fewer than five people is told to nobody. Marks are told in whole months, of cells of five people or
more (`counting.marks_of`), so that no two ranges differ by a few people; what courses tell does not depend on the range.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from sqlalchemy import and_, bindparam, func
from sqlalchemy import select as columns
from sqlmodel import col

from lms_app.admin.dashboard_views import COURSE_ORDERS, Chart, Line, Stat
from lms_app.admin.models import MarkCell
from lms_app.admin.service.attention import one_if
from lms_app.admin.service.dashboards import spans, told
from lms_app.admin.service.dashboards.spans import Range
from lms_app.admin.service.door import rows
from lms_app.core import when
from lms_app.core.errors import Invalid
from lms_app.core.work import Work
from lms_app.courses.models import LEARNS, Course, CourseMember, CourseStatus
from lms_app.web import routes

PAGE_ROWS = 50
BARS = 10
ACTIVE = timedelta(days=7)
BANDS = [*[f"{ten * 10}–{ten * 10 + 9}%" for ten in range(9)], "90–100%"]

_COURSES = (
    columns(
        col(Course.id),
        col(Course.slug),
        col(Course.title),
        one_if(LEARNS).label("learners"),
        one_if(and_(LEARNS, col(CourseMember.completed_at).is_not(None))).label("completed"),
        one_if(and_(LEARNS, col(CourseMember.last_seen_at) >= bindparam("since"))).label("active"),
    )
    .outerjoin(CourseMember, col(CourseMember.course_id) == col(Course.id))
    .where(col(Course.status) == CourseStatus.PUBLISHED)
    .group_by(col(Course.id), col(Course.slug), col(Course.title))
)


class _Course(NamedTuple):
    """A course as it is told: what may not be is a sentence, and counts as nothing where it is sorted by."""

    slug: str
    title: str
    learners: int
    completed: tuple[str, int]
    active: tuple[str, int]
    mark: int  # hundredths; -1 is none that may be told


def section(
    work: Work, span: Range, compare: bool, sort: str, page: int, *, every: bool = False
) -> tuple[list[Stat], list[Chart], int]:
    """Figures, charts, and how many pages of courses there are. Four queries; `every` lists all courses at once."""
    if sort not in COURSE_ORDERS:
        raise Invalid({"sort": f"Sort by {', '.join(COURSE_ORDERS)}."})
    locale = work.actor.locale
    months = spans.months_of(span)
    earlier = spans.months_of(Range("", spans.MONTH, [spans.months_back(months[0], len(months))], months[0]))
    now, past = _bands(work, months), _bands(work, earlier)
    courses = _sorted(_courses(work, months), sort)
    pages = max(1, -(-len(courses) // PAGE_ROWS))
    shown = courses if every else courses[(page - 1) * PAGE_ROWS : page * PAGE_ROWS]
    said = _said(months, locale)
    charts = [
        _distribution(now, past if compare else None, said, locale),
        _completions(courses),
        _comparison(shown, said, locale),
    ]
    return _figures(now, past, said, _said(earlier, locale), locale), charts, pages


def _said(months: Sequence[date], locale: str) -> str:
    """ "March 2027", "January 2027 – March 2027"."""
    names = [when.month_name(month, locale) for month in (months[0], months[-1])]
    return names[0] if names[0] == names[1] else " – ".join(names)


def _bands(work: Work, months: Sequence[date]) -> dict[int, tuple[int, int]]:
    """Marks, and their hundredths in sum, by band: of the cells that may be told."""
    found = (
        columns(col(MarkCell.band), func.sum(col(MarkCell.marks)), func.sum(col(MarkCell.hundredths)))
        .where(col(MarkCell.scope) == "", col(MarkCell.month_on) >= months[0], col(MarkCell.month_on) <= months[-1])
        .group_by(col(MarkCell.band))
    )
    return {band: (int(marks), int(hundredths)) for band, marks, hundredths in rows(work, found)}


def _figures(
    now: dict[int, tuple[int, int]], past: dict[int, tuple[int, int]], said: str, earlier: str, locale: str
) -> list[Stat]:
    def mean(bands: dict[int, tuple[int, int]]) -> str:
        marks = sum(many for many, _ in bands.values())
        return when.percent(sum(sums for _, sums in bands.values()) / marks / 100, locale) if marks else told.FEWER

    many, before = (sum(count for count, _ in bands.values()) for bands in (now, past))
    return [
        Stat(
            "Marks",
            when.number(many, locale) if many else told.FEWER,
            f"{when.number(before, locale)} in {earlier}" if before else f"In {said}",
        ),
        Stat("Average mark", mean(now), f"{mean(past)} in {earlier}" if past else f"In {said}"),
    ]


def _distribution(
    now: dict[int, tuple[int, int]], past: dict[int, tuple[int, int]] | None, said: str, locale: str
) -> Chart:
    def cell(bands: dict[int, tuple[int, int]], band: int) -> str:
        return when.number(bands[band][0], locale) if band in bands else told.FEWER

    lengths = told.bars([now.get(band, (0, 0))[0] for band in range(len(BANDS))])
    lines = [
        Line(
            name,
            [cell(now, band)] + ([cell(past, band)] if past is not None else []),
            share=lengths[band],
            said=cell(now, band) if band in now else "<5",
        )
        for band, name in enumerate(BANDS)
    ]
    return Chart(
        id="marks",
        title="Marks",
        note=f"Given in {said} and still counting, by share of their points. Months in which fewer than five people are in a band are left out of it.",
        kind="bars",
        heads=["Share of the points", "Marks", *(["The months before"] if past is not None else [])],
        lines=lines if now or past else [],
        nothing="Too few marks to tell anything of them",
    )


def _courses(work: Work, months: Sequence[date]) -> list[_Course]:
    found = (
        columns(col(MarkCell.scope), func.sum(col(MarkCell.marks)), func.sum(col(MarkCell.hundredths)))
        .where(col(MarkCell.scope) != "", col(MarkCell.month_on) >= months[0], col(MarkCell.month_on) <= months[-1])
        .group_by(col(MarkCell.scope))
    )
    marks = {scope: round(int(hundredths) / int(many)) for scope, many, hundredths in rows(work, found)}
    courses = list[_Course]()
    for row in rows(work, _COURSES, since=work.now - ACTIVE):
        few = told.is_few(row.learners)
        courses.append(
            _Course(
                slug=row.slug,
                title=row.title,
                learners=0 if few else row.learners,
                completed=("", 0) if few else told.share_of(row.completed, row.learners),
                active=("", 0) if few else told.share_of(row.active, row.learners),
                mark=-1 if few else marks.get(str(row.id), -1),
            )
        )
    return courses


def _sorted(courses: list[_Course], sort: str) -> list[_Course]:
    """By what is told, the largest first; by title from A."""
    keys: dict[str, Any] = {
        "learners": lambda one: -one.learners,
        "completed": lambda one: -one.completed[1],
        "active": lambda one: -one.active[1],
        "mark": lambda one: -one.mark,
        "title": lambda one: 0,
    }
    return sorted(courses, key=lambda one: (keys[sort](one), one.title.casefold(), one.slug))


def _completions(courses: Sequence[_Course]) -> Chart:
    large = sorted((one for one in courses if one.learners), key=lambda one: (-one.learners, one.title))[:BARS]
    lines = [
        Line(
            one.title,
            [when.number(one.learners), one.completed[0]],
            url=routes.course_analytics(one.slug),
            share=one.completed[1],
            said="<5" if one.completed[0] == told.FEWER else one.completed[0],
        )
        for one in sorted(large, key=lambda one: (-one.completed[1], one.title))
    ]
    return Chart(
        id="course-completions",
        title="Completion by course",
        note="Share of the learners who have completed it, of the courses with most of them",
        kind="bars",
        heads=["Course", "Learners", "Completed"],
        lines=lines,
        nothing="No course has five learners yet",
    )


def _comparison(courses: Sequence[_Course], said: str, locale: str) -> Chart:
    lines = [
        Line(
            one.title,
            [
                when.number(one.learners, locale) if one.learners else told.FEWER,
                one.completed[0],
                one.active[0],
                when.percent(one.mark / 100, locale) if one.mark >= 0 else "" if not one.learners else told.FEWER,
            ],
            url=routes.course_analytics(one.slug),
        )
        for one in courses
    ]
    return Chart(
        id="courses",
        title="Courses side by side",
        note=f"Published courses with their learners now; marks of {said}. Each leads to the analytics of the course.",
        kind="table",
        heads=["Course", "Learners", "Completed", "Active in 7 days", "Average mark"],
        lines=lines,
        nothing="No course is published yet",
    )
