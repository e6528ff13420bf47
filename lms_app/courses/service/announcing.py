"""What the staff tell everybody in a course: on its page, and by the ways each of them wants."""

from typing import Any
from uuid import UUID

from sqlalchemy import bindparam
from sqlalchemy import select as columns
from sqlmodel import col, select

from lms_app.core import audit, limits, outbox, when
from lms_app.core.errors import Invalid, NotFound
from lms_app.core.identity import User
from lms_app.core.work import Work
from lms_app.courses.models import Announcement, CourseMember, CourseStatus, MemberState
from lms_app.courses.people_views import AnnouncementView
from lms_app.courses.service.authoring import Written, written
from lms_app.courses.service.door import enter, enter_by_slug, many
from lms_app.courses.service.seating import MAILS_A_JOB
from lms_app.notifications import service as notifications
from lms_app.notifications.events import Event, register
from lms_app.policy import Can, Role
from lms_app.web import routes

COURSE_ANNOUNCED = "course_announced"
register(
    Event(
        COURSE_ANNOUNCED,
        label="Announcements",
        category="Courses",
        title="{{ course }}: {{ title }}",
        text="{{ body }}",
        html="{{ body | markdown }}",
        sample={
            "course": "Principles of Ecology",
            "title": "The pond is open",
            "body": "Bring **boots** and a coat.",
            "url": routes.course("principles-of-ecology"),
        },
    )
)
TITLE_MAX = 160
BODY_MAX = 10_000
SHOWN_MAX = 100

_ANNOUNCEMENTS = (
    columns(
        col(Announcement.id),
        col(Announcement.title),
        col(Announcement.html),
        col(Announcement.created_at),
        col(User.name).label("author"),
    )
    .outerjoin(User, col(User.id) == col(Announcement.author_id))
    .where(col(Announcement.course_id) == bindparam("course"))
    .order_by(col(Announcement.created_at).desc(), col(Announcement.id))
    .limit(SHOWN_MAX)
)
_MEMBERS = (
    columns(col(User.id))
    .join(CourseMember, col(CourseMember.user_id) == col(User.id))
    .where(
        col(CourseMember.course_id) == bindparam("course"),
        col(CourseMember.state) == MemberState.ACTIVE,
        col(User.suspended_at).is_(None),
    )
    .order_by(col(User.id))
    .limit(MAILS_A_JOB)
)


def announcements(work: Work, *, slug: str) -> list[AnnouncementView]:
    """What was announced in a course, newest first, at most 100. One query."""
    membership = enter_by_slug(work, slug, Can.SEE)
    return [_view(work, row) for row in many(work, _ANNOUNCEMENTS, course=membership.course_id)]


def announce(work: Work, *, slug: str, title: str, body: str | Written) -> AnnouncementView:
    """Tell everybody in the course: at once on its page, and by the ways they want. Raises Invalid naming each field, TooMany."""
    membership = enter_by_slug(work, slug, Can.AUTHOR)
    title, page = " ".join(title.split()), body if isinstance(body, Written) else written(body)
    wrong: dict[str, str] = {}
    if not title or len(title) > TITLE_MAX:
        wrong["title"] = f"Enter a title of up to {TITLE_MAX} characters."
    if not page.body.strip() or len(page.body) > BODY_MAX:
        wrong["body"] = f"Enter a text of up to {BODY_MAX:,} characters."
    if wrong:
        raise Invalid(wrong)
    limits.hit(work, "announce", str(work.actor.user_id))
    made = Announcement(
        course_id=membership.course_id,
        author_id=work.actor.user_id,
        title=title,
        body=page.body,
        html=page.html,
        created_at=work.now,
    )
    work.db.add(made)
    work.db.flush()
    audit.record(work, "announcement.made", "course", membership.course_id, None, {"id": str(made.id)})
    outbox.put(work, COURSE_ANNOUNCED, {"announcement_id": str(made.id)})
    return next(one for one in announcements(work, slug=slug) if one.id == str(made.id))


def delete_announcement(work: Work, *, slug: str, announcement_id: UUID) -> None:
    """Take an announcement off the page. Mails that are out stay out; those that are not are not sent."""
    membership = enter_by_slug(work, slug, Can.AUTHOR)
    found = work.db.exec(
        select(Announcement).where(
            col(Announcement.id) == announcement_id, col(Announcement.course_id) == membership.course_id
        )
    ).first()
    if found is None:
        raise NotFound("We could not find that announcement.")
    work.db.delete(found)
    work.db.flush()
    audit.record(work, "announcement.deleted", "course", membership.course_id, {"id": str(announcement_id)})


def tell_announcement(work: Work, payload: dict[str, Any]) -> None:
    """The topic `course_announced`: tell each of the next hundred members, then the topic again for the rest.

    Its author hears nothing, learners of a draft neither: they cannot see the course. Nobody hears it twice.
    """
    if not work.actor.is_admin:
        _ = work.user_id
    found = work.db.get(Announcement, UUID(payload["announcement_id"]))
    if found is None:
        if not work.actor.is_admin:
            raise NotFound("We could not find that announcement.")
        return  # deleted before it went out
    course = enter(work, found.course_id, Can.MANAGE)
    members = _MEMBERS
    if course.status == CourseStatus.DRAFT:
        members = members.where(col(CourseMember.role) != Role.STUDENT)
    if "after" in payload:
        members = members.where(col(User.id) > UUID(payload["after"]))
    rows = many(work, members, course=course.course_id).all()
    data = {
        "course": course.title,
        "title": found.title,
        "body": found.body,
        "url": routes.course(course.slug),
    }
    readers = [row.id for row in rows if row.id != found.author_id]
    notifications.tell(work, readers, COURSE_ANNOUNCED, data, key=str(found.id))
    if len(rows) == MAILS_A_JOB:
        outbox.put(work, COURSE_ANNOUNCED, {"announcement_id": str(found.id), "after": str(rows[-1].id)})


def _view(work: Work, row: Any) -> AnnouncementView:
    day = when.day(row.created_at, work.actor.zone, work.actor.locale, now=work.now)
    return AnnouncementView(
        id=str(row.id), title=row.title, html=row.html, note=f"{row.author}, {day}" if row.author else day
    )
