"""What an administrator does with several people at once, and how the list of them goes out."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, update
from sqlalchemy import select as columns
from sqlmodel import col

from lms_app.accounts import service as accounts
from lms_app.admin.models import Cohort, CohortMember
from lms_app.admin.service import cohorting
from lms_app.admin.service.door import enter, rows
from lms_app.admin.service.people import LAST_ADMIN, NOT_YOURSELF, matching
from lms_app.admin.views import ManyChanged
from lms_app.core import audit, identity, sheet
from lms_app.core.audit import Change
from lms_app.core.errors import Invalid, NotFound
from lms_app.core.identity import LoginSession, User
from lms_app.core.work import SiteRole, Work
from lms_app.courses.models import Course, CourseMember, MemberState

ACTIONS = ("suspend", "restore", "role", "join", "leave", "sign_out")
MANY_MAX = 500
EVERYONE_MAX = 20_000
HEADS = ("email", "name", "role", "status", "external id", "zone", "locale", "cohorts", "courses")
PART = 500

_PEOPLE = columns(col(User.id), col(User.name), col(User.role), col(User.suspended_at)).where(
    col(User.id).in_(bindparam("ids", expanding=True)), ~col(User.is_service)
)
_OPEN = columns(col(LoginSession.user_id)).where(
    col(LoginSession.user_id).in_(bindparam("ids", expanding=True)), col(LoginSession.revoked_at).is_(None)
)


def change_many(
    work: Work, *, action: str, user_ids: Sequence[UUID], role: str = "", cohort_id: UUID | None = None
) -> ManyChanged:
    """Suspend or restore people, give them a role, put them into a cohort or take them out, or sign them out everywhere.

    Nothing changes for whom it is so already. Who cannot be changed is named with the reason; the others are. Raises
    Invalid, NotFound for a cohort that is not there. The statements do not grow with the number of people.
    """
    enter(work)
    if action not in ACTIONS:
        raise Invalid({"action": f"Choose one of {', '.join(ACTIONS)}."})
    if not 1 <= len(user_ids) <= MANY_MAX:
        raise Invalid({"user_ids": f"Choose 1 to {MANY_MAX} people at a time."})
    if action == "role" and role not in list(SiteRole):
        raise Invalid({"role": "Choose a role: student, instructor or admin."})
    people = rows(work, _PEOPLE, ids=list(dict.fromkeys(user_ids)))
    if action in ("join", "leave"):
        return _cohort(work, people, cohort_id, joins=action == "join")
    return _people(work, people, action, role)


def _people(work: Work, people: Sequence[Any], action: str, role: str) -> ManyChanged:
    values: dict[str, Any] = {
        "suspend": {"suspended_at": work.now},
        "restore": {"suspended_at": None},
        "role": {"role": role},
        "sign_out": {},
    }[action]
    open_ones = (
        {row.user_id for row in rows(work, _OPEN, ids=[one.id for one in people])} if action == "sign_out" else set()
    )
    concerned = [one for one in people if _differs(one, action, role, open_ones)]
    loses = action == "suspend" or (action == "role" and role != SiteRole.ADMIN)
    refused = [(one, NOT_YOURSELF) for one in concerned if one.id == work.actor.user_id and action != "sign_out"]
    if loses and _no_admin_left(work, [one.id for one in concerned]):
        mine = work.actor.user_id
        refused += [(one, LAST_ADMIN) for one in concerned if one.role == SiteRole.ADMIN and one.id != mine]
    out = {one.id for one, _why in refused}
    changed = [one for one in concerned if one.id not in out]
    ids = [one.id for one in changed]
    if ids:
        if values:
            work.db.connection().execute(update(User).where(col(User.id).in_(ids)).values(**values))
        gone = update(LoginSession).where(col(LoginSession.user_id).in_(ids), col(LoginSession.revoked_at).is_(None))
        if action != "restore":
            work.db.connection().execute(gone.values(revoked_at=work.now))
        audit.record_all(work, [_told(one, action, role) for one in changed])
        work.after_commit(identity.forget)
    return ManyChanged(
        changed=len(changed),
        refused=[f"{one.name}: {why}" for one, why in refused],
        undo=[[str(one.id), str(one.role)] for one in changed],
    )


def _differs(one: Any, action: str, role: str, open_ones: set[Any]) -> bool:
    if action == "suspend":
        return one.suspended_at is None
    if action == "restore":
        return one.suspended_at is not None
    return one.role != role if action == "role" else one.id in open_ones


def _told(one: Any, action: str, role: str) -> Change:
    if action == "role":
        return Change("account.role_changed", "user", one.id, {"role": one.role}, {"role": role})
    words = {"suspend": "suspended", "restore": "restored", "sign_out": "signed_out_everywhere"}
    return Change(f"account.{words[action]}", "user", one.id)


def _no_admin_left(work: Work, ids: Sequence[UUID]) -> bool:
    others = columns(col(User.id)).where(
        col(User.role) == SiteRole.ADMIN, col(User.suspended_at).is_(None), col(User.id).not_in(ids)
    )
    return not rows(work, others.limit(1))


def _cohort(work: Work, people: Sequence[Any], cohort_id: UUID | None, *, joins: bool) -> ManyChanged:
    cohort = work.db.get(Cohort, cohort_id) if cohort_id else None
    if cohort is None:
        raise NotFound(cohorting.NO_COHORT)
    ids = [one.id for one in people]
    changed = cohorting.join(work, cohort.id, ids)[0] if joins else cohorting.leave(work, cohort.id, ids)
    return ManyChanged(changed=len(changed), refused=[], undo=[[str(one), ""] for one in changed])


def everyone(work: Work, **filters: str) -> list[UUID]:
    """The ids of all that match, for an action on all of them. Raises Invalid for more than can be meant at once."""
    enter(work)
    found = rows(work, columns(col(User.id)).where(*matching(work, **filters)).limit(EVERYONE_MAX + 1))
    if len(found) > EVERYONE_MAX:
        raise Invalid({"search": f"That would be more than {EVERYONE_MAX:,} people. Narrow the list first."})
    return [row.id for row in found]


def send_reset(work: Work, *, user_id: UUID) -> str:
    """Mail somebody a link to choose a password; the address. Raises NotFound, Conflict, TooMany."""
    enter(work)
    return accounts.send_password_link(work, user_id=user_id)


def people_sheet(work: Work, **filters: str) -> str:
    """The people that match as CSV, with their cohorts and courses. Sent in again, it changes nothing."""
    enter(work)
    audit_of = columns(
        col(User.id),
        col(User.email),
        col(User.name),
        col(User.role),
        col(User.external_id),
        col(User.zone),
        col(User.locale),
        col(User.verified_at),
        col(User.suspended_at),
    )
    found = rows(work, audit_of.where(*matching(work, **filters)).order_by(col(User.haystack)))
    inside = _lists(
        rows(
            work,
            columns(col(CohortMember.user_id), col(Cohort.name))
            .join(Cohort, col(Cohort.id) == col(CohortMember.cohort_id))
            .order_by(col(Cohort.folded)),
        )
    )
    members = _lists(
        (row.user_id, row.slug if row.role == "student" else f"{row.slug}={row.role}")
        for row in rows(
            work,
            columns(col(CourseMember.user_id), col(CourseMember.role), col(Course.slug))
            .join(Course, col(Course.id) == col(CourseMember.course_id))
            .where(
                col(CourseMember.state).in_([MemberState.ACTIVE, MemberState.QUEUED]),
                col(Course.status) != "archived",
            )
            .order_by(col(Course.slug)),
        )
    )
    lines = (
        (
            row.email,
            row.name,
            row.role,
            "suspended" if row.suspended_at else "active" if row.verified_at else "unverified",
            row.external_id or "",
            row.zone,
            row.locale,
            "|".join(inside.get(row.id, ())),
            "|".join(members.get(row.id, ())),
        )
        for row in found
    )
    return sheet.csv([HEADS, *lines])


def note_export(work: Work, *, kind: str, **filters: str) -> None:
    """Write down who took a list away: `people`, `overview` or `audit`, and what was chosen of it; for whoever may.

    Words that were searched for may be a name, and no name belongs in the log: only that there were some is kept.
    """
    enter(work)
    chosen = {name: "…" if name in _WORDS else value for name, value in filters.items() if value}
    audit.record(work, f"{kind}.exported", "site", kind, None, chosen)


_WORDS = frozenset({"search", "who", "subject"})


def _lists(pairs: Iterable[Any]) -> dict[Any, list[str]]:
    found: dict[Any, list[str]] = {}
    for who, what in pairs:
        found.setdefault(who, []).append(what)
    return found
