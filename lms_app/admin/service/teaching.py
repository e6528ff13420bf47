"""All courses of the school, whoever teaches them."""

from typing import Any

from sqlalchemy import ColumnElement, case, func, or_
from sqlalchemy import select as columns
from sqlmodel import col

from lms_app.admin.service.door import SEARCH_MAX, WINDOW, check_window, enter, rows
from lms_app.admin.views import CourseRow, Courses
from lms_app.core.errors import Invalid
from lms_app.core.identity import User
from lms_app.core.work import Work
from lms_app.courses import rules as course_rules
from lms_app.courses import service as courses
from lms_app.courses.models import LEARNS, Course, CourseMember, CourseStatus, MemberState
from lms_app.quizzes.models import Attempt
from lms_app.web import routes

SORTS = ("title", "learners", "newest")


def _members(*conditions: Any) -> Any:
    return (
        columns(func.count())
        .where(col(CourseMember.course_id) == col(Course.id), *conditions)
        .correlate(Course)
        .scalar_subquery()
    )


_LEARNERS = _members(LEARNS)
_ROWS = columns(
    col(Course.id),
    col(Course.slug),
    col(Course.title),
    col(Course.status),
    col(User.name).label("instructor"),
    _LEARNERS.label("learners"),
    _members(col(CourseMember.state) == MemberState.WAITING).label("waiting"),
    _members(LEARNS, col(CourseMember.completed_at).is_not(None)).label("completed"),
    columns(func.count())
    .where(col(Attempt.course_id) == col(Course.id), ~col(Attempt.trial))
    .correlate(Course)
    .scalar_subquery()
    .label("attempts"),
).join(User, col(User.id) == col(Course.owner_id))
_TOTAL = columns(func.count()).select_from(Course).join(User, col(User.id) == col(Course.owner_id))


def all_courses(
    work: Work, *, search: str = "", status: str = "", sort: str = "title", limit: int = WINDOW, offset: int = 0
) -> Courses:
    """The courses that match, drafts and archived ones too. Two queries, however many there are."""
    enter(work)
    check_window(limit, offset)
    if sort not in SORTS or (status and status not in list(CourseStatus)):
        raise Invalid({"sort": "Sort by title, learners or newest; choose draft, published or archived."})
    wanted: list[ColumnElement[bool]] = [
        or_(col(Course.haystack).contains(course_rules.folded(word), autoescape=True), courses.name_has(word))
        for word in search[:SEARCH_MAX].replace("\0", " ").split()
    ]
    if status:
        wanted.append(col(Course.status) == status)
    by_title = [func.lower(Course.title), col(Course.id)]
    order = {
        "title": [case((col(Course.status) == CourseStatus.ARCHIVED, 1), else_=0), *by_title],
        "learners": [_LEARNERS.desc(), *by_title],
        "newest": [col(Course.created_at).desc(), *by_title],
    }[sort]
    found = rows(work, _ROWS.where(*wanted).order_by(*order).limit(limit).offset(offset))
    (total,) = rows(work, _TOTAL.where(*wanted))
    return Courses(courses=[_row(row) for row in found], total=total[0])


def _row(row: Any) -> CourseRow:
    return CourseRow(
        id=str(row.id),
        slug=row.slug,
        title=row.title,
        instructor=row.instructor,
        status=row.status,
        url=routes.teach_course(row.slug),
        learners=row.learners,
        waiting=row.waiting,
        completed=row.completed,
        completion=f"{course_rules.percent(row.completed, row.learners)}%" if row.learners else "–",
        attempts=row.attempts,
    )
