"""A class list comes in: people with an account are members at once, the others get an invitation by mail.

Staff are told which of the two it is, for a wrong address shows as a person without an account before anything is sent
(docs/decisions/0008-class-lists.md). Whatever the list, a check and a commit cost the same few statements; the mails
are put into the outbox by jobs of a hundred, so that the writer is not held for long.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import and_, bindparam, delete, insert
from sqlalchemy import select as columns
from sqlmodel import col

from lms_app.core import audit, identity, limits, mail, site
from lms_app.core.db import new_id
from lms_app.core.errors import Conflict, Invalid, NotFound
from lms_app.core.identity import User
from lms_app.core.settings import settings
from lms_app.core.words import say, speaking
from lms_app.core.work import Work
from lms_app.courses import class_list, rules
from lms_app.courses.class_list import Listed
from lms_app.courses.models import (
    CourseGroup,
    CourseGroupMember,
    CourseMember,
    CourseStatus,
    Invitation,
    MemberState,
)
from lms_app.courses.people_views import ListLine, ListResult
from lms_app.courses.service.door import enter, enter_by_slug, many
from lms_app.courses.service.enrolling import CAME_AS, Coming, keep_members
from lms_app.courses.service.grouping import make_groups, put_in_groups
from lms_app.courses.service.inviting import hash_of
from lms_app.courses.service.progress import settle_course
from lms_app.courses.service.seating import COURSE_ENROLLED, free_seats, hold, move_up, tell_later
from lms_app.courses.views import Membership
from lms_app.policy import Can, Role
from lms_app.web import routes

COURSE_INVITED = "course_invited"
INVITED_DAYS = 30
LINES_A_HIT = 100
_ROLE_WORDS = {Role.STUDENT: "learner", Role.ASSISTANT: "assistant", Role.INSTRUCTOR: "instructor"}

# An address that nobody has confirmed is nobody's: whoever wrote it down may be somebody else.
_ACCOUNTS = (
    columns(col(User.id), col(User.email), col(CourseMember.state), col(CourseMember.role))
    .outerjoin(
        CourseMember,
        and_(col(CourseMember.user_id) == col(User.id), col(CourseMember.course_id) == bindparam("course")),
    )
    .where(col(User.email).in_(bindparam("emails", expanding=True)), col(User.verified_at).is_not(None))
)
IS_OPEN = and_(
    col(Invitation.revoked_at).is_(None),
    col(Invitation.expires_at) > bindparam("now"),
    col(Invitation.uses) < col(Invitation.max_uses),
)
_MAILED = columns(col(Invitation.email)).where(
    col(Invitation.course_id) == bindparam("course"),
    col(Invitation.email).in_(bindparam("emails", expanding=True)),
    IS_OPEN,
)
_PLACES = (
    columns(col(CourseGroup.folded), col(CourseGroupMember.user_id))
    .join(CourseGroupMember, col(CourseGroupMember.group_id) == col(CourseGroup.id))
    .where(col(CourseGroup.course_id) == bindparam("course"))
)
_GROUP_IDS = columns(col(CourseGroup.folded), col(CourseGroup.id)).where(
    col(CourseGroup.course_id) == bindparam("course")
)


_STATES = {"enrol": MemberState.ACTIVE, "queue": MemberState.QUEUED}


@dataclass(frozen=True, slots=True)
class _Fate:
    """What becomes of one line. `joins` are the groups that it puts somebody into who has an account."""

    one: Listed
    fate: str
    user_id: UUID | None = None
    joins: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    returns: bool = False


@dataclass(slots=True)
class _Plan:
    course: Membership
    fates: list[_Fate] = field(default_factory=list[_Fate])

    def of(self, *fates: str) -> list[_Fate]:
        return [one for one in self.fates if one.fate in fates]


def read_list(text: str) -> list[Listed]:
    """The people of a pasted or sent list. Raises Invalid for none at all and for too many."""
    if len(text) > class_list.TEXT_MAX:
        raise Invalid({"people": class_list.TOO_LONG})
    try:
        people = class_list.read(text)
    except ValueError as error:
        raise Invalid({"people": str(error)}) from None
    if not people:
        raise Invalid({"people": "Paste email addresses or a list, or choose a file."})
    return people


def check_list(work: Work, *, slug: str, people: Sequence[Listed]) -> ListResult:
    """What `enrol_list` would do, line by line. Changes nothing."""
    return _result(_plan(work, enter_by_slug(work, slug, Can.MANAGE), people), done=False)


def enrol_list(work: Work, *, slug: str, people: Sequence[Listed]) -> ListResult:
    """Enrol and invite everybody on a list, or nobody where a line is wrong. The same list again changes nothing.

    Raises Invalid naming the lines that are wrong, Conflict for an archived course, TooMany.
    """
    membership = enter_by_slug(work, slug, Can.MANAGE)
    hold(work, membership.course_id)
    move_up(work, membership.course_id)
    plan = _plan(work, membership, people)
    if wrong := plan.of("wrong"):
        first = "; ".join(f"line {one.one.line}: {one.one.problem}" for one in wrong[:5])
        raise Invalid({"people": f"Nobody was enrolled. Correct the list first: {first}"})
    groups = _groups(work, membership.course_id, plan)
    _enrol(work, plan, groups)
    _invite(work, plan, groups)
    return _result(plan, done=True)


def tell_enrolled(work: Work, payload: dict[str, Any]) -> None:
    """The topic `course_enrolled`: one mail to each of those whom a list enrolled or who moved up, if they are still in."""
    membership = enter(work, UUID(payload["course_id"]), Can.MANAGE)
    theirs = (
        columns(col(User.id), col(User.email), col(User.locale), col(CourseMember.role), col(CourseMember.state))
        .join(CourseMember, col(CourseMember.user_id) == col(User.id))
        .where(
            col(CourseMember.course_id) == membership.course_id,
            col(CourseMember.state).in_([MemberState.ACTIVE, MemberState.QUEUED]),
            col(User.id).in_([UUID(user_id) for user_id in payload["user_ids"]]),
        )
    )
    for row in many(work, theirs):
        with speaking(row.locale):
            if row.state == MemberState.QUEUED:
                subject = say("You are on the wait-list: {title}", title=membership.title)
                text = _patience(membership)
            else:
                subject, text = say("You are in: {title}", title=membership.title), _welcome(membership, row.role)
        mail.put(work, to=row.email, subject=subject, text=text)


def mail_invitations(work: Work, payload: dict[str, Any]) -> None:
    """The topic `course_invited`: the mails with the links, of invitations that are still open."""
    membership = enter(work, UUID(payload["course_id"]), Can.MANAGE)
    ids = [UUID(invitation_id) for invitation_id in payload["invitation_ids"]]
    theirs = columns(col(Invitation.id), col(Invitation.email), col(Invitation.role)).where(
        col(Invitation.course_id) == membership.course_id, col(Invitation.id).in_(ids), IS_OPEN
    )
    for row in many(work, theirs, now=work.now):
        mail.put(
            work,
            to=row.email,
            subject=f"Invitation: {membership.title}",
            text=_letter(membership, row.role),
            secret_of=row.id,
        )


def _plan(work: Work, membership: Membership, people: Sequence[Listed]) -> _Plan:
    if membership.status == CourseStatus.ARCHIVED:
        raise Conflict("This course is archived and takes no new members.")
    if len(people) > class_list.LINES_MAX:
        raise Invalid({"people": class_list.TOO_LONG})
    for _ in range(0, len(people), LINES_A_HIT):
        limits.hit(work, "class_list", str(work.actor.user_id))
    course = membership.course_id
    emails = sorted({one.email for one in people if not one.problem})
    accounts = {row.email: row for row in many(work, _ACCOUNTS, course=course, emails=emails)}
    mailed = {row.email for row in many(work, _MAILED, course=course, emails=emails, now=work.now)}
    places: set[tuple[str, UUID]] = set()
    if any(one.groups for one in people):
        places = {(row.folded, row.user_id) for row in many(work, _PLACES, course=course)}
    plan = _Plan(membership)
    seats = free_seats(work, course)
    for one in people:
        account = accounts.get(one.email)
        if one.problem:
            plan.fates.append(_Fate(one, "wrong"))
        elif one.same_as:
            plan.fates.append(_Fate(one, "same"))
        elif account is None:
            plan.fates.append(_Fate(one, "invited" if one.email in mailed else "invite"))
        else:
            fate = _of_account(one, account, places)
            if fate.fate == "enrol" and one.role is Role.STUDENT and seats is not None:
                fate, seats = (replace(fate, fate="queue"), 0) if seats == 0 else (fate, seats - 1)
            plan.fates.append(fate)
    return plan


def _of_account(one: Listed, account: Any, places: set[tuple[str, UUID]]) -> _Fate:
    joins = tuple(group for group in one.groups if (rules.folded(group), account.id) not in places)
    if account.state not in (MemberState.ACTIVE, MemberState.QUEUED):
        return _Fate(one, "enrol", account.id, joins, returns=account.state is not None)
    notes = ["On the wait-list."] if account.state == MemberState.QUEUED else []
    if account.role != one.role:
        notes.append(f"Stays {_ROLE_WORDS[Role(account.role)]}.")
    if joins:
        notes.append(f"Joins {', '.join(joins)}.")
    return _Fate(one, "in", account.id, joins, tuple(notes))


def _groups(work: Work, course_id: UUID, plan: _Plan) -> dict[str, UUID]:
    """The ids of groups by their folded names, after those are made that the list needs."""
    wanted = [group for one in plan.fates for group in (one.one.groups if one.fate == "invite" else one.joins)]
    if not wanted:
        return {}
    make_groups(work, course_id, list({rules.folded(group): group for group in reversed(wanted)}.values()))
    return {row.folded: row.id for row in many(work, _GROUP_IDS, course=course_id)}


def _enrol(work: Work, plan: _Plan, groups: dict[str, UUID]) -> None:
    course = plan.course.course_id
    coming = plan.of("enrol", "queue")
    if coming:
        keep_members(
            work,
            # A microsecond apart: in the order of the list, should there be a queue.
            [
                Coming(course, _id(one), one.one.role, _STATES[one.fate], work.now + timedelta(microseconds=place))
                for place, one in enumerate(coming)
            ],
        )
        for fate, state in _STATES.items():
            whom = [{"user_id": str(one.user_id), "role": one.one.role, "via": "list"} for one in plan.of(fate)]
            audit.record_each(work, CAME_AS[state], "course", course, [(None, one) for one in whom])
        tell_later(work, COURSE_ENROLLED, course, "user_ids", [_id(one) for one in coming])
    if any(one.returns for one in coming):
        settle_course(work, course)
    put_in_groups(
        work,
        course,
        [(groups[rules.folded(group)], _id(one)) for one in plan.of("enrol", "queue", "in") for group in one.joins],
    )


def _invite(work: Work, plan: _Plan, groups: dict[str, UUID]) -> None:
    course = plan.course.course_id
    guests = plan.of("invite")
    if not guests:
        return
    rows = [_invitation(work, course, one.one, groups) for one in guests]
    # One that is over makes room for the new one.
    over = delete(Invitation).where(
        col(Invitation.course_id) == course, col(Invitation.email).in_([row["email"] for row in rows])
    )
    work.db.flush()
    work.db.connection().execute(over)
    work.db.connection().execute(insert(Invitation), rows)
    changes = [(None, {"id": str(row["id"]), "role": row["role"], "via": "list"}) for row in rows]
    audit.record_each(work, "invitation.mailed", "course", course, changes)
    tell_later(work, COURSE_INVITED, course, "invitation_ids", [row["id"] for row in rows])


def _invitation(work: Work, course_id: UUID, one: Listed, groups: dict[str, UUID]) -> dict[str, Any]:
    made = new_id()
    return {
        "id": made,
        "course_id": course_id,
        "token_hash": hash_of(identity.secret_of(made)),
        "role": one.role,
        "created_by": work.actor.user_id,
        "created_at": work.now,
        "expires_at": work.now + timedelta(days=INVITED_DAYS),
        "max_uses": 1,
        "uses": 0,
        "email": one.email,
        "name": one.name,
        "groups": [str(groups[rules.folded(group)]) for group in one.groups],
    }


def _id(one: _Fate) -> UUID:
    if one.user_id is None:
        raise NotFound()
    return one.user_id


def _result(plan: _Plan, *, done: bool) -> ListResult:
    return ListResult(
        tally={
            "enrolled": len(plan.of("enrol")),
            "queued": len(plan.of("queue")),
            "invited": len(plan.of("invite")),
            "unchanged": len(plan.of("in", "invited", "same")),
            "wrong": len(plan.of("wrong")),
        },
        done=done,
        lines=[_line(one) for one in plan.fates],
    )


def _line(one: _Fate) -> ListLine:
    its = one.one
    note = its.problem or (f"As line {its.same_as}." if its.same_as else " ".join(one.notes))
    if one.fate in ("enrol", "queue", "invite"):
        parts = [_ROLE_WORDS[its.role].capitalize() if its.role is not Role.STUDENT else "", ", ".join(its.groups)]
        note = " · ".join(filter(None, parts))
    return ListLine(line=its.line, email=its.email, name=its.name, fate=one.fate, note=note)


def _welcome(course: Membership, role: str) -> str:
    """To somebody who is in the course now."""
    if role != Role.STUDENT:
        return (
            f"You are an {role} of {course.title} now. Your page of it:\n"
            f"{settings.url}{routes.teach_course(course.slug)}"
        )
    if course.status == CourseStatus.DRAFT:
        return say(
            "You are enrolled in {title}. It is not open yet: once it is, you find it among your courses.\n{url}",
            title=course.title,
            url=f"{settings.url}{routes.my_courses()}",
        )
    link = f"{settings.url}{routes.course(course.slug)}"
    return say("You are enrolled in {title}. Start here:\n{url}", title=course.title, url=link)


def _patience(course: Membership) -> str:
    """To somebody who waits for a seat."""
    return say(
        "You are on the wait-list of {title}, which is full now. We mail you when a seat is yours. Your place:\n{url}",
        title=course.title,
        url=f"{settings.url}{routes.course(course.slug)}",
    )


def _letter(course: Membership, role: str) -> str:
    """To somebody who is invited. It repeats nothing of what the list said: lists hold other people's words."""
    what = {"assistant": "assist in", "instructor": "teach"}.get(role, "join")
    return (
        f"Hello,\n\nyou are invited to {what} {course.title} at {site.known().name}. Open this link to choose a "
        "password and come in, or to come in with an account that you have:\n\n"
        f"{settings.url}{routes.join(mail.SECRET)}\n\n"
        f"It works once, for {INVITED_DAYS} days. If you did not expect this, leave this mail alone: nothing happens."
        f"\n\n{site.known().name}\n{settings.url}\n"
    )
