"""The doors of a course: the first line of every service that touches one.

A stranger gets NotFound, whether the course exists or not; a member without the right gets Forbidden.
"""

from uuid import UUID

from sqlalchemy import and_, bindparam, exists, or_, true
from sqlalchemy import select as columns
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from lms_app.core import when
from lms_app.core.errors import Forbidden, NotFound
from lms_app.core.words import say
from lms_app.core.work import Work
from lms_app.courses import rules
from lms_app.courses.models import Course, CourseMember, CourseStatus, ItemProgress, MemberState, OutlineItem
from lms_app.courses.service.granted import own_terms
from lms_app.courses.service.reads import Found
from lms_app.courses.service.reads import many as many
from lms_app.courses.service.reads import one as one
from lms_app.courses.service.releasing import reason_of
from lms_app.courses.terms import Terms
from lms_app.courses.views import Membership
from lms_app.policy import Can, Role, may

NO_COURSE = "We could not find that course. It may have moved, or you may not have access."
ARCHIVED = "This course is archived: you can read it, but its work is closed."
NO_ITEM = "We could not find that page of the course. It may have moved, or you may not have access."

# Statements are built once: SQLAlchemy then compiles them once, too.
_DOOR = columns(
    col(Course.id),
    col(Course.slug),
    col(Course.title),
    col(Course.status),
    col(Course.starts_at),
    col(CourseMember.role),
    col(CourseMember.state),
    col(CourseMember.extra_percent),
).outerjoin_from(
    Course,
    CourseMember,
    and_(col(CourseMember.course_id) == col(Course.id), col(CourseMember.user_id) == bindparam("user")),
)
_BY_ID = _DOOR.where(col(Course.id) == bindparam("course"))
_BY_SLUG = _DOOR.where(col(Course.slug) == bindparam("slug"))
_COMPLETED = columns(col(ItemProgress.completed_at)).where(
    col(ItemProgress.item_id) == bindparam("item"), col(ItemProgress.user_id) == bindparam("user")
)


def enter(work: Work, course_id: UUID, can: Can) -> Membership:
    """Come into a course to do `can`.

    Raises NotSignedIn, NotFound (no such course, or not yours to know of) or Forbidden (a member without the right).
    """
    known(work)
    return _admit(work, one(work, _BY_ID, course=course_id, user=work.actor.user_id), can)


def enter_by_slug(work: Work, slug: str, can: Can) -> Membership:
    """`enter` by the course's address."""
    known(work)
    return _admit(work, one(work, _BY_SLUG, slug=slug, user=work.actor.user_id), can)


def enter_item(work: Work, item_id: UUID, can: Can) -> tuple[OutlineItem, Membership]:
    """Come to one item of a course.

    To a student an unpublished item is not there. With `Can.ATTEMPT` it must be open, too: Forbidden says when it
    opens, unless the student has completed it before. With `Can.SEE` a locked item passes: see `lock_of`.
    """
    known(work)
    item: OutlineItem | None = work.db.exec(select(OutlineItem).where(col(OutlineItem.id) == item_id)).first()
    if item is None or item.removed_at is not None:
        raise NotFound(NO_ITEM)
    try:
        membership = enter(work, item.course_id, can)
    except NotFound:
        raise NotFound(NO_ITEM) from None
    if not item.published and not membership.is_staff:
        raise NotFound(NO_ITEM)
    if can is Can.ATTEMPT and (reason := lock_of(work, item, membership)):
        raise Forbidden(reason)
    return item, membership


def lock_of(work: Work, item: OutlineItem, membership: Membership) -> str:
    """Why this item is closed to its reader now, as a sentence; empty when it is open. Staff see everything.

    Not a door: call it with what a door has returned.
    """
    if membership.is_staff:
        return ""
    terms = own_terms(work, item.id, membership, Terms(opens_at=item.opens_at))
    later = rules.opens_later(work.now, opens_at=terms.opens_at, starts_at=membership.starts_at)
    if later is None and (not item.release or terms.released):
        return ""
    done = one(work, _COMPLETED, item=item.id, user=membership.user_id)
    if done is not None and done.completed_at is not None:
        return ""
    if later is None:
        return reason_of(work, item.course_id, membership.user_id, item.id, item.release)
    return say("Opens {day}.", day=when.day(later, work.actor.zone, work.actor.locale, now=work.now))


def visible(work: Work) -> SelectOfScalar[Course]:
    """The courses that the actor may know of: published ones, their own, and every one for administrators.

    Select less with `.with_only_columns(...)`. Raises NotSignedIn.
    """
    known(work)
    if work.actor.is_admin:
        return select(Course).where(true())
    mine = exists().where(
        col(CourseMember.course_id) == col(Course.id),
        col(CourseMember.user_id) == work.user_id,
        col(CourseMember.state) == MemberState.ACTIVE,
        or_(col(CourseMember.role) != Role.STUDENT, col(Course.status) != CourseStatus.DRAFT),
    )
    return select(Course).where(or_(col(Course.status) == CourseStatus.PUBLISHED, mine))


def known(work: Work) -> None:
    """Jobs and the command line are administrators without an account; everybody else must be signed in."""
    if not work.actor.is_admin:
        _ = work.user_id


def _admit(work: Work, found: Found | None, can: Can) -> Membership:
    if found is None:
        raise NotFound(NO_COURSE)
    is_member = found.state == MemberState.ACTIVE
    role = Role(found.role) if is_member else None
    if role is Role.STUDENT and found.status == CourseStatus.DRAFT:
        role = None
    # An administrator who learns here comes as a student, and as an instructor for what a student may not do.
    if work.actor.is_admin and (role is None or not may(role, can)):
        role = Role.INSTRUCTOR
    if role is None:
        raise NotFound(NO_COURSE)
    membership = Membership(
        course_id=found.id,
        slug=found.slug,
        title=found.title,
        status=found.status,
        starts_at=found.starts_at,
        user_id=work.actor.user_id,
        role=role,
        is_member=is_member,
        extra_percent=found.extra_percent or 0,
    )
    if not may(role, can):
        raise Forbidden()
    if can is Can.ATTEMPT and found.status == CourseStatus.ARCHIVED:
        raise Forbidden(ARCHIVED)
    return membership
