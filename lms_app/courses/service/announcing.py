"""What the staff tell a course, or one group of it, now or later: on its page, and by the ways each of them wants."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import and_, bindparam, exists, func, or_
from sqlalchemy import select as columns
from sqlmodel import col, select

from lms_app.core import audit, limits, outbox, when
from lms_app.core.errors import Invalid, NotFound
from lms_app.core.identity import User
from lms_app.core.words import say
from lms_app.core.work import Work
from lms_app.courses.models import (
    Announcement,
    CourseGroup,
    CourseGroupMember,
    CourseMember,
    CourseStatus,
    MemberState,
)
from lms_app.courses.people_views import AnnouncementSource, AnnouncementView
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
        title="{{ course }}: {{ 'Corrected: ' if corrected }}{{ title }}",
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
LATEST = timedelta(days=366)
NO_ANNOUNCEMENT = "We could not find that announcement."

_IS_OUT = or_(col(Announcement.goes_out_at).is_(None), col(Announcement.goes_out_at) <= bindparam("now"))
_IN_GROUP = exists().where(
    col(CourseGroupMember.group_id) == col(Announcement.group_id), col(CourseGroupMember.user_id) == bindparam("user")
)
_ANNOUNCEMENTS = (
    columns(
        col(Announcement.id),
        col(Announcement.title),
        col(Announcement.html),
        col(Announcement.created_at),
        col(Announcement.edited_at),
        col(Announcement.goes_out_at),
        col(Announcement.group_id),
        col(CourseGroup.name).label("group"),
        col(User.name).label("author"),
    )
    .outerjoin(User, col(User.id) == col(Announcement.author_id))
    .outerjoin(CourseGroup, col(CourseGroup.id) == col(Announcement.group_id))
    .where(
        col(Announcement.course_id) == bindparam("course"),
        or_(
            bindparam("is_staff"),
            and_(_IS_OUT, or_(col(Announcement.group_id).is_(None), _IN_GROUP.correlate(Announcement))),
        ),
    )
    .order_by(func.coalesce(col(Announcement.goes_out_at), col(Announcement.created_at)).desc(), col(Announcement.id))
    .limit(bindparam("limit"))
    .offset(bindparam("offset"))
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


def announcements(work: Work, *, slug: str, limit: int = SHOWN_MAX, offset: int = 0) -> list[AnnouncementView]:
    """What was announced in a course, newest first, at most 100 at a time. Two queries.

    Learners read what is out, to everybody or to a group of theirs; the staff also what goes out later, and to whom.
    """
    membership = enter_by_slug(work, slug, Can.SEE)
    rows = many(
        work,
        _ANNOUNCEMENTS,
        course=membership.course_id,
        user=work.actor.user_id,
        now=work.now,
        is_staff=membership.is_staff,
        limit=min(max(limit, 1), SHOWN_MAX),
        offset=max(offset, 0),
    )
    return [_view(work, row) for row in rows]


def announce(
    work: Work,
    *,
    slug: str,
    title: str,
    body: str | Written,
    goes_out_at: datetime | None = None,
    group_id: UUID | None = None,
) -> AnnouncementView:
    """Tell everybody in the course, or in one of its groups: on its page, and by the ways they want.

    With `goes_out_at` learners see it, and are told, at that time, within a year. Raises Invalid naming each field, TooMany.
    """
    membership = enter_by_slug(work, slug, Can.AUTHOR)
    title, page = _checked(work, membership.course_id, title, body, goes_out_at, group_id)
    limits.hit(work, "announce", str(work.actor.user_id))
    made = Announcement(
        course_id=membership.course_id,
        author_id=work.actor.user_id,
        title=title,
        body=page.body,
        html=page.html,
        created_at=work.now,
        goes_out_at=goes_out_at if goes_out_at and goes_out_at > work.now else None,
        group_id=group_id,
    )
    work.db.add(made)
    work.db.flush()
    audit.record(work, "announcement.made", "course", membership.course_id, None, {"id": str(made.id)})
    _put(work, made)
    return _seen(work, membership.slug, made.id)


def announcement_source(work: Work, *, slug: str, announcement_id: UUID) -> AnnouncementSource:
    """An announcement as it was written, for whoever may correct it."""
    membership = enter_by_slug(work, slug, Can.AUTHOR)
    found = _own(work, membership.course_id, announcement_id)
    return AnnouncementSource(
        id=str(found.id),
        title=found.title,
        body=found.body,
        goes_out_at=found.goes_out_at,
        group_id=str(found.group_id) if found.group_id else "",
        is_out=_is_out(work, found),
    )


def correct_announcement(
    work: Work,
    *,
    slug: str,
    announcement_id: UUID,
    title: str,
    body: str | Written,
    goes_out_at: datetime | None = None,
    group_id: UUID | None = None,
    tell_again: bool = False,
) -> AnnouncementView:
    """Write an announcement anew. One that is out says that it was corrected, and is told again only where that is asked for.

    What is not out yet may get another time and group; what is out keeps them, whatever is sent.
    """
    membership = enter_by_slug(work, slug, Can.AUTHOR)
    found = _own(work, membership.course_id, announcement_id)
    is_out = _is_out(work, found)
    if is_out:
        goes_out_at, group_id = None, None
    title, page = _checked(work, membership.course_id, title, body, goes_out_at, group_id)
    changed = (found.title, found.body) != (title, page.body)
    old = {"title": found.title}
    found.title, found.body, found.html = title, page.body, page.html
    if not is_out:
        found.goes_out_at = goes_out_at if goes_out_at and goes_out_at > work.now else None
        found.group_id = group_id
        if found.goes_out_at is None:
            found.created_at = work.now  # it goes out now
        _put(work, found)
    elif changed:
        found.edited_at = work.now
    if is_out and tell_again:
        limits.hit(work, "announce", str(work.actor.user_id))
        found.edition += 1
        _put(work, found)
    work.db.add(found)
    work.db.flush()
    audit.record(work, "announcement.corrected", "course", membership.course_id, old, {"id": str(found.id)})
    return _seen(work, membership.slug, found.id)


def delete_announcement(work: Work, *, slug: str, announcement_id: UUID) -> None:
    """Take an announcement off the page. Mails that are out stay out; those that are not are not sent."""
    membership = enter_by_slug(work, slug, Can.AUTHOR)
    found = _own(work, membership.course_id, announcement_id)
    work.db.delete(found)
    work.db.flush()
    audit.record(work, "announcement.deleted", "course", membership.course_id, {"id": str(announcement_id)})


def tell_announcement(work: Work, payload: dict[str, Any]) -> None:
    """The topic `course_announced`: tell each of the next hundred members, then the topic again for the rest.

    Its author hears nothing, learners of a draft neither: they cannot see the course. Nobody hears it twice. What was put
    off meanwhile is told at its new time, by a message of its own.
    """
    if not work.actor.is_admin:
        _ = work.user_id
    found = work.db.get(Announcement, UUID(payload["announcement_id"]))
    if found is None:
        if not work.actor.is_admin:
            raise NotFound(NO_ANNOUNCEMENT)
        return  # deleted before it went out
    course = enter(work, found.course_id, Can.MANAGE)
    if not _is_out(work, found) or payload.get("edition", 0) != found.edition:
        return
    members = _MEMBERS
    if found.group_id is not None:
        inside = columns(col(CourseGroupMember.user_id)).where(col(CourseGroupMember.group_id) == found.group_id)
        members = members.where(col(User.id).in_(inside))
    if course.status == CourseStatus.DRAFT:
        members = members.where(col(CourseMember.role) != Role.STUDENT)
    if "after" in payload:
        members = members.where(col(User.id) > UUID(payload["after"]))
    rows = many(work, members, course=course.course_id).all()
    data = {
        "course": course.title,
        "title": found.title,
        "body": found.body,
        "corrected": found.edition > 0,
        "url": routes.course(course.slug),
    }
    readers = [row.id for row in rows if row.id != found.author_id]
    key = f"{found.id}:{found.edition}" if found.edition else str(found.id)
    notifications.tell(work, readers, COURSE_ANNOUNCED, data, key=key)
    if len(rows) == MAILS_A_JOB:
        outbox.put(work, COURSE_ANNOUNCED, {**_payload(found), "after": str(rows[-1].id)})


def _checked(
    work: Work,
    course_id: UUID,
    title: str,
    body: str | Written,
    goes_out_at: datetime | None,
    group_id: UUID | None,
) -> tuple[str, Written]:
    """The title on one line, for it is the subject of a mail, and the text with its HTML. Raises Invalid."""
    title, page = " ".join(title.split()), body if isinstance(body, Written) else written(body)
    wrong: dict[str, str] = {}
    if not title or len(title) > TITLE_MAX:
        wrong["title"] = say("Enter a title of up to {title_max} characters.", title_max=TITLE_MAX)
    if not page.body.strip() or len(page.body) > BODY_MAX:
        wrong["body"] = say("Enter a text of up to {body_max:,} characters.", body_max=BODY_MAX)
    if goes_out_at is not None and goes_out_at > work.now + LATEST:
        wrong["goes_out_at"] = say("Choose a time within a year.")
    of_course = columns(col(CourseGroup.id)).where(col(CourseGroup.course_id) == course_id)
    if group_id is not None and many(work, of_course.where(col(CourseGroup.id) == group_id)).first() is None:
        wrong["group_id"] = say("Choose one of the course's groups, or everybody.")
    if wrong:
        raise Invalid(wrong)
    return title, page


def _own(work: Work, course_id: UUID, announcement_id: UUID) -> Announcement:
    found = work.db.exec(
        select(Announcement).where(col(Announcement.id) == announcement_id, col(Announcement.course_id) == course_id)
    ).first()
    if found is None:
        raise NotFound(NO_ANNOUNCEMENT)
    return found


def _is_out(work: Work, found: Announcement) -> bool:
    return found.goes_out_at is None or found.goes_out_at <= work.now


def _payload(found: Announcement) -> dict[str, Any]:
    return {"announcement_id": str(found.id), "edition": found.edition}


def _put(work: Work, found: Announcement) -> None:
    """Have it told when it goes out."""
    outbox.put(work, COURSE_ANNOUNCED, _payload(found), due_at=found.goes_out_at or work.now)


def _seen(work: Work, slug: str, announcement_id: UUID) -> AnnouncementView:
    """As the staff see it. Others may be newer, so it is asked for by itself."""
    membership = enter_by_slug(work, slug, Can.SEE)
    itself = _ANNOUNCEMENTS.where(col(Announcement.id) == announcement_id)
    given = {"course": membership.course_id, "user": work.actor.user_id, "now": work.now}
    row = many(work, itself, **given, is_staff=True, limit=1, offset=0).one()
    return _view(work, row)


def _view(work: Work, row: Any) -> AnnouncementView:
    zone, locale = work.actor.zone, work.actor.locale
    waits = row.goes_out_at is not None and row.goes_out_at > work.now
    at = row.goes_out_at or row.created_at
    said = "" if waits else when.day(at, zone, locale, now=work.now)
    corrected = f"corrected {when.day(row.edited_at, zone, locale, now=work.now)}" if row.edited_at else ""
    return AnnouncementView(
        id=str(row.id),
        title=row.title,
        html=row.html,
        note=", ".join(filter(None, [row.author, said, corrected])),
        scheduled=when.moment(at, zone, locale) if waits else "",
        group=row.group or ("a group that is gone" if row.group_id else ""),
    )
