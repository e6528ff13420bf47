"""Service accounts: programs that work at the school by themselves. Nobody signs in as one; it has API keys alone."""

from typing import Any
from uuid import UUID

from sqlalchemy import func
from sqlalchemy import select as columns
from sqlmodel import col

from lms_app.accounts import service as accounts
from lms_app.accounts.rules import fields
from lms_app.accounts.views import KeyView
from lms_app.admin.service.door import enter, rows
from lms_app.admin.views import ProgramRow
from lms_app.core import audit, identity, when
from lms_app.core.db import new_id
from lms_app.core.errors import Invalid, NotFound
from lms_app.core.identity import ApiToken, User
from lms_app.core.work import SiteRole, Work

NO_PROGRAM = "We could not find that service account."
SHOWN = 200
# No mail is ever delivered there (RFC 2606).
ADDRESS = "{id}@service.invalid"


def programs(work: Work) -> list[ProgramRow]:
    """All service accounts by name, with how many keys of theirs open anything. One query."""
    enter(work)
    live = (
        columns(func.count())
        .where(
            col(ApiToken.user_id) == col(User.id),
            col(ApiToken.revoked_at).is_(None),
            col(ApiToken.expires_at) > work.now,
        )
        .correlate(User)
        .scalar_subquery()
        .label("live_keys")
    )
    its = columns(col(User.id), col(User.name), col(User.role), col(User.suspended_at), col(User.seen_at), live)
    return [
        _row(work, row) for row in rows(work, its.where(col(User.is_service)).order_by(col(User.haystack)).limit(SHOWN))
    ]


def add_program(work: Work, *, name: str, role: str = SiteRole.STUDENT) -> ProgramRow:
    """A service account, which may do what its role may. Raises Invalid naming each field."""
    enter(work)
    name = fields.clean_name(name)
    wrong: dict[str, str] = {}
    if problem := fields.name_problem(name):
        wrong["name"] = problem.replace("your name", "what the program is called")
    if role not in list(SiteRole):
        wrong["role"] = "Choose a role: student, instructor or admin."
    if wrong:
        raise Invalid(wrong)
    made = new_id()
    user = User(
        id=made,
        email=ADDRESS.format(id=made.hex),
        name=name,
        role=SiteRole(role),
        created_at=work.now,
        verified_at=work.now,
        is_service=True,
    )
    work.db.add(user)
    work.db.flush()
    audit.record(work, "account.created", "user", made, None, {"role": str(role), "via": "service"})
    return next(row for row in programs(work) if row.id == str(made))


def stop_program(work: Work, *, user_id: UUID) -> None:
    """Keep a service account out, with all of its keys, until it is started again. Raises NotFound."""
    program = _program(work, user_id)
    if program.suspended_at is None:
        program.suspended_at = work.now
        audit.record(work, "account.suspended", "user", user_id)
        work.after_commit(identity.forget)
    work.db.flush()


def start_program(work: Work, *, user_id: UUID) -> None:
    """Let a service account work again. Raises NotFound."""
    program = _program(work, user_id)
    if program.suspended_at is not None:
        program.suspended_at = None
        audit.record(work, "account.restored", "user", user_id)
        work.after_commit(identity.forget)
    work.db.flush()


def program_keys(work: Work, *, user_id: UUID) -> list[KeyView]:
    """The keys of a service account. Raises NotFound."""
    _program(work, user_id)
    return accounts.keys_of(work, user_id=user_id)


def add_program_key(work: Work, *, user_id: UUID, name: str, days: int = 90, may_write: bool = False) -> KeyView:
    """A key of a service account; its secret is in what this returns, and never again. Raises NotFound, Invalid."""
    _program(work, user_id)
    return accounts.make_key(work, user_id=user_id, name=name, days=days, may_write=may_write)


def end_program_key(work: Work, *, user_id: UUID, key_id: UUID) -> None:
    """End a key of a service account, at once. Raises NotFound."""
    _program(work, user_id)
    accounts.revoke_key(work, user_id=user_id, key_id=key_id)


def _program(work: Work, user_id: UUID) -> User:
    enter(work)
    found = work.db.get(User, user_id)
    if found is None or not found.is_service:
        raise NotFound(NO_PROGRAM)
    return found


def _row(work: Work, row: Any) -> ProgramRow:
    zone, locale = work.actor.zone, work.actor.locale
    return ProgramRow(
        id=str(row.id),
        name=row.name,
        role=row.role,
        stopped=row.suspended_at is not None,
        live_keys=row.live_keys,
        seen=when.day(row.seen_at, zone, locale, now=work.now) if row.seen_at else "Not yet",
    )
