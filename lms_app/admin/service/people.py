"""Everybody with an account: find them, invite, suspend, restore, change what they are on the site."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ColumnElement, and_, exists, func, type_coerce, update
from sqlalchemy import select as columns
from sqlmodel import col

from lms_app.accounts import service as accounts
from lms_app.admin.models import CohortMember
from lms_app.admin.service.door import SEARCH_MAX, WINDOW, check_window, enter, rows
from lms_app.admin.views import People, PersonRow
from lms_app.core import audit, identity, when
from lms_app.core.db import to_micros
from lms_app.core.errors import Conflict, Invalid, NotFound
from lms_app.core.folding import folded
from lms_app.core.identity import User
from lms_app.core.work import SiteRole, Work
from lms_app.courses.models import CourseMember, MemberState

NO_PERSON = "We could not find that person."
LAST_ADMIN = "The site needs an administrator. Make somebody else one first."
NOT_YOURSELF = "You cannot do this to your own account. Ask another administrator."

SORTS = ("name", "newest", "seen")
SEEN = ("week", "month", "quiet", "never")
QUIET_DAYS = 90
FEW = 2_000

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
    col(User.seen_at),
    _mine(CourseMember, func.count(), col(CourseMember.state) == MemberState.ACTIVE).label("courses"),
    # At work in a course, whether or not in a session of the site.
    _mine(CourseMember, func.max(col(CourseMember.last_seen_at))).label("learned_at"),
)
_IDS = columns(col(User.id))
_COUNT = columns(func.count()).select_from(User)
_ORDER: dict[str, tuple[Any, ...]] = {
    "name": (col(User.haystack), col(User.id)),
    "newest": (col(User.created_at).desc(), col(User.id)),
    # Who was never seen comes last, on both databases.
    "seen": (func.coalesce(type_coerce(col(User.seen_at), BigInteger()), 0).desc(), col(User.id)),
}


def people(
    work: Work,
    *,
    search: str = "",
    role: str = "",
    status: str = "",
    seen: str = "",
    cohort: str = "",
    sort: str = "name",
    limit: int = WINDOW,
    offset: int = 0,
) -> People:
    """The people that match, by name, by when they joined or were last seen. Every word of `search` must be in name or
    e-mail; `cohort` is an id. Programs are not among them. Three queries: whom, how many, and what the window shows.
    """
    enter(work)
    check_window(limit, offset)
    wanted = matching(work, search=search, role=role, status=status, seen=seen, cohort=cohort)
    if sort not in SORTS:
        raise Invalid({"sort": f"Sort by {', '.join(SORTS)}."})
    window = rows(work, _IDS.where(*wanted).order_by(*_ORDER[sort]).limit(limit).offset(offset))
    (total,) = rows(work, _COUNT.where(*wanted))
    ids = [row.id for row in window]
    found = {row.id: row for row in rows(work, _ROWS.where(col(User.id).in_(ids)))} if ids else {}
    return People(people=[_row(work, found[one]) for one in ids if one in found], total=total[0])


def matching(
    work: Work, *, search: str = "", role: str = "", status: str = "", seen: str = "", cohort: str = ""
) -> list[ColumnElement[bool]]:
    """The conditions of a list of people. Not a door: whoever calls it came through one. Raises Invalid."""
    wrong: dict[str, str] = {}
    if role and role not in list(SiteRole):
        wrong["role"] = "Choose student, instructor or admin."
    if status and status not in _STATUS:
        wrong["status"] = "Choose active, unverified or suspended."
    if seen and seen not in SEEN:
        wrong["seen"] = f"Choose {', '.join(SEEN)}."
    if cohort and not _is_id(cohort):
        wrong["cohort"] = "This is not the id of a cohort."
    if wrong:
        raise Invalid(wrong)
    wanted: list[ColumnElement[bool]] = [~col(User.is_service)]
    words = search[:SEARCH_MAX].replace("\0", " ").split()
    wanted += [col(User.haystack).contains(folded(word), autoescape=True) for word in words]
    if role:
        wanted.append(col(User.role) == role)
    if status:
        wanted.append(_STATUS[status])
    if cohort:
        wanted.append(_in_cohort(work, UUID(cohort)))
    if seen:
        wanted.append(_seen(work, seen))
    return wanted


def _in_cohort(work: Work, cohort_id: UUID) -> ColumnElement[bool]:
    """Few are looked up one by one; many are looked for while the list is read in its order, until the window is full."""
    mine = col(CohortMember.cohort_id) == cohort_id
    (size,) = rows(work, columns(func.count()).select_from(CohortMember).where(mine))
    if size[0] <= FEW:
        return col(User.id).in_(columns(col(CohortMember.user_id)).where(mine))
    return exists().where(mine, col(CohortMember.user_id) == col(User.id))


def _seen(work: Work, seen: str) -> ColumnElement[bool]:
    at = col(User.seen_at)
    if seen == "never":
        return at.is_(None)
    if seen == "quiet":
        # One expression, not one or the other: so it is answered by the index of the list alone.
        return func.coalesce(type_coerce(at, BigInteger()), 0) < to_micros(work.now - timedelta(days=QUIET_DAYS))
    return at >= work.now - timedelta(days=7 if seen == "week" else 30)


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


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
    seen = max(filter(None, (row.seen_at, row.learned_at)), default=None)
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
