"""What somebody has learned here: their courses with dates, progress and the marks that they were told, and what else other
rooms add to it (`TRANSCRIPT_PARTS`)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, bindparam, case, func, or_
from sqlalchemy import select as columns
from sqlmodel import col

from lms_app.badges import service as badges
from lms_app.core import audit, site, when
from lms_app.core.errors import Forbidden, LmsError, NotFound
from lms_app.core.identity import User
from lms_app.core.settings import settings
from lms_app.core.words import later, say
from lms_app.core.work import Actor, SiteRole, Work
from lms_app.courses import rules as course_rules
from lms_app.courses.models import Course, CourseMember, CourseStatus, ItemProgress, MemberState, OutlineItem
from lms_app.credentials import service as credentials
from lms_app.gradebook import service as gradebook
from lms_app.gradebook.views import CourseTotal
from lms_app.home.views_progress import Transcript, TranscriptCourse, TranscriptLine, TranscriptMark, TranscriptPart
from lms_app.policy import Role
from lms_app.web import routes

WINDOW = 20
ROLES = {Role.STUDENT: later("Learner"), Role.ASSISTANT: later("Assistant"), Role.INSTRUCTOR: later("Instructor")}

_REQUIRED = (
    columns(func.count())
    .select_from(OutlineItem)
    .where(col(OutlineItem.course_id) == col(Course.id), col(OutlineItem.published), col(OutlineItem.required))
    .correlate(Course)
)
_MINE = and_(
    col(CourseMember.user_id) == bindparam("user"),
    col(CourseMember.state).in_([MemberState.ACTIVE, MemberState.LEFT]),
    or_(col(CourseMember.role) != Role.STUDENT, col(Course.status) != CourseStatus.DRAFT),
)
_COURSES = (
    columns(
        col(Course.id),
        col(Course.slug),
        col(Course.title),
        col(CourseMember.role),
        col(CourseMember.state),
        col(CourseMember.joined_at),
        col(CourseMember.left_at),
        col(CourseMember.completed_at),
        _REQUIRED.scalar_subquery().label("total"),
        _REQUIRED.join(ItemProgress, col(ItemProgress.item_id) == col(OutlineItem.id))
        .where(col(ItemProgress.user_id) == bindparam("user"), col(ItemProgress.completed_at).is_not(None))
        .scalar_subquery()
        .label("done"),
    )
    .join(CourseMember, col(CourseMember.course_id) == col(Course.id))
    .where(_MINE)
    .order_by(
        case((col(CourseMember.role) == Role.STUDENT, 0), else_=1), col(CourseMember.joined_at).desc(), col(Course.id)
    )
    .limit(bindparam("limit"))
    .offset(bindparam("offset"))
)
_COUNT = columns(func.count()).select_from(Course).join(CourseMember, col(CourseMember.course_id) == col(Course.id))


def transcript(work: Work, *, limit: int = WINDOW, offset: int = 0) -> Transcript:
    """One's own transcript, a window of at most 20 courses. As many queries for any number of marks, and a few more for
    the totals of each course in the window, which are made as on the page of its grades."""
    return _transcript(work, min(max(limit, 1), WINDOW), max(offset, 0))


def transcript_of(work: Work, *, user_id: UUID, limit: int = WINDOW, offset: int = 0) -> Transcript:
    """Somebody's transcript, as they see it themselves, for administrators. It is noted who looked.

    Raises NotSignedIn, Forbidden, NotFound.
    """
    if not work.actor.is_admin:
        _ = work.user_id
        raise Forbidden("Only administrators can open this page.")
    user = work.db.get(User, user_id)
    if user is None:
        raise NotFound("We could not find that person.")
    audit.record(work, "transcript.read", "user", user_id)
    actor = Actor(user.id, None, SiteRole.STUDENT, user.name, "", user.zone, user.locale)
    return _transcript(replace(work, actor=actor), min(max(limit, 1), WINDOW), max(offset, 0))


def _transcript(work: Work, limit: int, offset: int) -> Transcript:
    run, zone, locale = work.db.connection().execute, work.actor.zone, work.actor.locale
    given = {"user": work.user_id}
    work.db.flush()
    found = run(_COURSES, {**given, "limit": limit, "offset": offset}).all()
    parts = [made for part in TRANSCRIPT_PARTS if (made := part(work)).lines]
    return Transcript(
        name=work.actor.name,
        site=site.known().name,
        made=when.long_day(work.now, zone, locale),
        lang=locale,
        total=run(_COUNT.where(_MINE), given).scalar_one(),
        courses=[_course(work, row) for row in found],
        parts=parts,
    )


def _course(work: Work, row: Any) -> TranscriptCourse:
    learns = row.role == Role.STUDENT
    left = row.state == MemberState.LEFT
    total = _total(work, row.id) if learns and not left else None
    url = "" if left else routes.course(row.slug) if learns else routes.teach_course(row.slug)
    return TranscriptCourse(
        title=row.title,
        url=url,
        role=say(ROLES[Role(row.role)]),
        state=_state(row, learns, left),
        dates=_dates(work, row),
        percent=course_rules.percent(row.done, row.total) if learns else 0,
        progress=say("{done} of {all} done", done=row.done, all=row.total) if learns and row.total else "",
        grade=_grade(total, completed=row.completed_at is not None),
        marks=[
            TranscriptMark(line.title, when.out_of(line.points, line.points_max))
            for line in (total.lines if total else [])
            if line.points is not None
        ],
    )


def _total(work: Work, course_id: UUID) -> CourseTotal | None:
    try:
        return gradebook.course_total(work, course_id=course_id, user_id=work.user_id)
    except LmsError:  # hidden meanwhile
        return None


def _grade(total: CourseTotal | None, *, completed: bool) -> str:
    if total is None or total.fraction_so_far is None:
        return ""
    return (
        when.percent(total.fraction) if completed else say("{grade} so far", grade=when.percent(total.fraction_so_far))
    )


def _state(row: Any, learns: bool, left: bool) -> str:
    if learns and row.completed_at:
        return say("Completed")
    return say("Left") if left else say("In progress") if learns else ""


def _dates(work: Work, row: Any) -> str:
    def day(at: datetime) -> str:
        return when.long_day(at, work.actor.zone, work.actor.locale)

    ended = row.completed_at or (row.left_at if row.state == MemberState.LEFT else None)
    return f"{day(row.joined_at)} – {day(ended)}" if ended else say("Since {day}", day=day(row.joined_at))


def _certificates(work: Work) -> TranscriptPart:
    valid = [one for one in credentials.mine(work) if one.status == "valid"]
    lines = [TranscriptLine(one.course, f"{one.issued_on} · {one.code}", one.verify_path) for one in valid]
    return TranscriptPart(say("Certificates"), lines)


def _badges(work: Work) -> TranscriptPart:
    valid = [one for one in badges.mine(work).awards if one.status == "valid"]
    lines = [
        TranscriptLine(
            f"{one.name} · {one.course}" if one.course else one.name,
            one.awarded_on,
            one.page.removeprefix(settings.url),
        )
        for one in valid
    ]
    return TranscriptPart(say("Badges"), lines)


# (work of whose transcript it is) -> what a room adds. Without lines it is left out. Not doors.
TRANSCRIPT_PARTS: list[Callable[[Work], TranscriptPart]] = [_certificates, _badges]
