"""Courses that must be completed before one may join another one. Staff bring in whom they like, links let in whom they
were given to; only who joins by themselves is asked."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import and_, bindparam, delete
from sqlalchemy import select as columns
from sqlmodel import col, select

from lms_app.core import audit
from lms_app.core.errors import Invalid
from lms_app.core.words import say
from lms_app.core.work import Work
from lms_app.courses.models import Course, CourseMember, CoursePrerequisite
from lms_app.courses.service.door import enter, visible
from lms_app.courses.service.reads import many
from lms_app.policy import Can

NEEDS_MAX = 20

_NEEDS = (
    columns(col(Course.slug), col(Course.title))
    .join(CoursePrerequisite, col(CoursePrerequisite.needs_id) == col(Course.id))
    .where(col(CoursePrerequisite.course_id) == bindparam("course"))
    .order_by(col(Course.title), col(Course.id))
)
_MISSING = _NEEDS.outerjoin(
    CourseMember,
    and_(col(CourseMember.course_id) == col(Course.id), col(CourseMember.user_id) == bindparam("user")),
).where(col(CourseMember.completed_at).is_(None))


def prerequisites(work: Work, *, course_id: UUID) -> list[str]:
    """The addresses of the courses that one must have completed to join."""
    enter(work, course_id, Can.MANAGE)
    return needs_of(work, course_id)


def set_prerequisites(work: Work, *, course_id: UUID, slugs: Sequence[str]) -> list[str]:
    """Ask for these courses, all of them. Raises Invalid for one that is not there, or that asks for this one itself."""
    enter(work, course_id, Can.MANAGE)
    wanted = list(dict.fromkeys(slug.strip() for slug in slugs if slug.strip()))
    if len(wanted) > NEEDS_MAX:
        raise Invalid({"needs": say("Ask for at most {needs_max} courses.", needs_max=NEEDS_MAX)})
    known = work.db.exec(visible(work).where(col(Course.slug).in_(wanted))).all()
    found = {course.slug: course.id for course in known}
    if unknown := [slug for slug in wanted if slug not in found]:
        raise Invalid({"needs": say("We could not find a course at the address “{unknown}”.", unknown=unknown[0])})
    if course_id in found.values() or _leads_back(work, course_id, set(found.values())):
        raise Invalid({"needs": "A course cannot ask for itself, by way of others neither."})
    before = needs_of(work, course_id)
    work.db.connection().execute(delete(CoursePrerequisite).where(col(CoursePrerequisite.course_id) == course_id))
    for needs_id in found.values():
        work.db.add(CoursePrerequisite(course_id=course_id, needs_id=needs_id))
    work.db.flush()
    after = needs_of(work, course_id)
    if before != after:
        audit.record(work, "course.prerequisites", "course", course_id, {"needs": before}, {"needs": after})
    return after


# ---- For the other modules of this package: the door was theirs.


def needs_of(work: Work, course_id: UUID) -> list[str]:
    return [row.slug for row in many(work, _NEEDS, course=course_id)]


def first_missing(work: Work, course_id: UUID, user_id: UUID | None) -> str:
    """Why somebody cannot join by themselves yet, as a sentence; empty when nothing is missing."""
    missing = [f"“{row.title}”" for row in many(work, _MISSING, course=course_id, user=user_id)]
    return (
        say("Complete {courses} first: this course builds on it.", courses=say(" and ").join(missing))
        if missing
        else ""
    )


def _leads_back(work: Work, course_id: UUID, needs: set[UUID]) -> bool:
    seen: set[UUID] = set()
    while needs:
        if course_id in needs:
            return True
        seen |= needs
        found = work.db.exec(
            select(CoursePrerequisite.needs_id).where(col(CoursePrerequisite.course_id).in_(list(needs)))
        ).all()
        needs = set(found) - seen
    return False
