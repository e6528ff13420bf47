"""The people of a course beside its learners: its staff, its groups, and who is still to come."""

from sqlalchemy import bindparam, case, func
from sqlalchemy import select as columns
from sqlmodel import col

from lms_app.core import when
from lms_app.core.identity import User
from lms_app.core.work import Work
from lms_app.courses.models import TEACHES, CourseMember, Invitation
from lms_app.courses.people_views import InvitedPerson, PeopleView, StaffMember
from lms_app.courses.service.door import enter_by_slug, many
from lms_app.courses.service.grouping import groups_in
from lms_app.courses.service.listing import IS_OPEN
from lms_app.policy import Can, Role

INVITED_MAX = 200

_STAFF = (
    columns(col(User.id), col(User.name), col(User.email), col(CourseMember.role), col(CourseMember.joined_at))
    .join(CourseMember, col(CourseMember.user_id) == col(User.id))
    .where(
        col(CourseMember.course_id) == bindparam("course"),
        TEACHES,
    )
    .order_by(case((col(CourseMember.role) == Role.INSTRUCTOR, 0), else_=1), func.lower(User.name), col(User.id))
)
_INVITED = (
    columns(
        col(Invitation.id),
        col(Invitation.email),
        col(Invitation.name),
        col(Invitation.role),
        col(Invitation.expires_at),
    )
    .where(col(Invitation.course_id) == bindparam("course"), col(Invitation.email).is_not(None), IS_OPEN)
    .order_by(col(Invitation.created_at).desc(), col(Invitation.email))
    .limit(INVITED_MAX)
)


def people(work: Work, *, slug: str) -> PeopleView:
    """The staff of a course, its groups, and the newest of those whom a list has invited. Four queries."""
    membership = enter_by_slug(work, slug, Can.GRADE)
    course, zone, locale = membership.course_id, work.actor.zone, work.actor.locale
    return PeopleView(
        staff=[
            StaffMember(str(row.id), row.name, row.email, row.role, when.day(row.joined_at, zone, locale, now=work.now))
            for row in many(work, _STAFF, course=course)
        ],
        groups=groups_in(work, course),
        invited=[
            InvitedPerson(
                str(row.id), row.email, row.name, row.role, when.day(row.expires_at, zone, locale, now=work.now)
            )
            for row in many(work, _INVITED, course=course, now=work.now)
        ]
        if membership.may(Can.MANAGE)
        else [],
    )
