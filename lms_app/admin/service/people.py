"""Everybody with an account: find them, invite, suspend, restore, change what they are on the site."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, update
from sqlalchemy import select as columns
from sqlmodel import col

from lms_app.accounts import service as accounts
from lms_app.admin.service.door import WINDOW, check_window, enter, rows
from lms_app.admin.views import People, PersonRow
from lms_app.core import audit, identity, when
from lms_app.core.errors import Conflict, Invalid, NotFound
from lms_app.core.identity import LoginSession, User
from lms_app.core.work import SiteRole, Work
from lms_app.courses import service as courses
from lms_app.courses.models import CourseMember, MemberState

NO_PERSON = "We could not find that person."
LAST_ADMIN = "The site needs an administrator. Make somebody else one first."
NOT_YOURSELF = "You cannot do this to your own account. Ask another administrator."

_STATUS: dict[str, ColumnElement[bool]] = {
    "active": and_(col(User.suspended_at).is_(None), col(User.verified_at).is_not(None)),
    "unverified": and_(col(User.suspended_at).is_(None), col(User.verified_at).is_(None)),
    "suspended": col(User.suspended_at).is_not(None),
}


def _mine(table: Any, value: Any, *conditions: Any) -> Any:
    return columns(value).where(col(table.user_id) == col(User.id), *conditions).correlate(User).scalar_subquery()


_ROWS = columns(
    col(User.id),
    col(User.name),
    col(User.email),
    col(User.role),
    col(User.created_at),
    col(User.verified_at),
    col(User.suspended_at),
    _mine(CourseMember, func.count(), col(CourseMember.state) == MemberState.ACTIVE).label("courses"),
    # Signed in on the site, or at work in a course, on any device.
    _mine(LoginSession, func.max(col(LoginSession.seen_at))).label("signed_in_at"),
    _mine(CourseMember, func.max(col(CourseMember.last_seen_at))).label("learned_at"),
)


def people(
    work: Work, *, search: str = "", role: str = "", status: str = "", limit: int = WINDOW, offset: int = 0
) -> People:
    """The people that match, by name. Every word of `search` must be in name or e-mail. Two queries."""
    enter(work)
    check_window(limit, offset)
    wrong: dict[str, str] = {}
    if role and role not in list(SiteRole):
        wrong["role"] = "Choose student, instructor or admin."
    if status and status not in _STATUS:
        wrong["status"] = "Choose active, unverified or suspended."
    if wrong:
        raise Invalid(wrong)
    wanted = courses.person_matches(search)
    if role:
        wanted.append(col(User.role) == role)
    if status:
        wanted.append(_STATUS[status])
    by_name = _ROWS.where(*wanted).order_by(func.lower(User.name), col(User.id))
    found = rows(work, by_name.limit(limit).offset(offset))
    (total,) = rows(work, columns(func.count()).select_from(User).where(*wanted))
    return People(people=[_row(work, row) for row in found], total=total[0])


def invite(work: Work, *, name: str, email: str, role: str = SiteRole.STUDENT) -> PersonRow:
    """Make an account without a password; its owner gets a mail with a link to choose one.

    Raises Invalid naming each field, also where the address has an account already.
    """
    enter(work)
    made = accounts.invite(work, name=name, email=email, role=_role(role))
    return _row(work, _person(work, UUID(made.id)))


def change_role(work: Work, *, user_id: UUID, role: str) -> PersonRow:
    """Make somebody a student, an instructor or an administrator. They sign in anew, so that no page keeps the old one.

    Raises NotFound, Invalid, and Conflict for one's own account and for the last administrator.
    """
    enter(work)
    wanted = _role(role)
    person = _person(work, user_id)
    if person.role == wanted:
        return _row(work, person)
    _not_yourself(work, user_id)
    _keep_an_admin(work, person)
    _change(work, user_id, role=wanted)
    audit.record(work, "account.role_changed", "user", user_id, {"role": person.role}, {"role": wanted})
    return _row(work, _person(work, user_id))


def suspend(work: Work, *, user_id: UUID) -> PersonRow:
    """Sign somebody out everywhere and keep them out until they are restored. Their work stays; twice is once."""
    enter(work)
    person = _person(work, user_id)
    if person.suspended_at is not None:
        return _row(work, person)
    _not_yourself(work, user_id)
    _keep_an_admin(work, person)
    _change(work, user_id, suspended_at=work.now)
    audit.record(work, "account.suspended", "user", user_id)
    return _row(work, _person(work, user_id))


def restore(work: Work, *, user_id: UUID) -> PersonRow:
    """Let somebody sign in again; twice is once."""
    enter(work)
    person = _person(work, user_id)
    if person.suspended_at is None:
        return _row(work, person)
    _change(work, user_id, suspended_at=None)
    audit.record(work, "account.restored", "user", user_id)
    return _row(work, _person(work, user_id))


def _role(role: str) -> SiteRole:
    if role not in list(SiteRole):
        raise Invalid({"role": "Choose a role: student, instructor or admin."})
    return SiteRole(role)


def _person(work: Work, user_id: UUID) -> Any:
    found = rows(work, _ROWS.where(col(User.id) == user_id))
    if not found:
        raise NotFound(NO_PERSON)
    return found[0]


def _not_yourself(work: Work, user_id: UUID) -> None:
    if user_id == work.actor.user_id:
        raise Conflict(NOT_YOURSELF)


def _keep_an_admin(work: Work, person: Any) -> None:
    """Somebody must be able to come back into this room."""
    if person.role != SiteRole.ADMIN:
        return
    others = columns(func.count()).where(
        col(User.role) == SiteRole.ADMIN, col(User.suspended_at).is_(None), col(User.id) != person.id
    )
    if rows(work, others)[0][0] == 0:
        raise Conflict(LAST_ADMIN)


def _change(work: Work, user_id: UUID, **values: Any) -> None:
    work.db.connection().execute(update(User).where(col(User.id) == user_id).values(**values))
    identity.revoke_sessions(work, user_id)


def _row(work: Work, row: Any) -> PersonRow:
    seen = max(filter(None, (row.signed_in_at, row.learned_at)), default=None)
    return PersonRow(
        id=str(row.id),
        name=row.name,
        email=row.email,
        role=row.role,
        status="suspended" if row.suspended_at else "active" if row.verified_at else "unverified",
        courses=row.courses,
        joined=_day(work, row.created_at),
        seen=_day(work, seen) if seen else "Not yet",
        is_me=row.id == work.actor.user_id,
    )


def _day(work: Work, moment: datetime) -> str:
    return when.day(moment, work.actor.zone, work.actor.locale, now=work.now)
