"""Asking for one's account to be erased, thinking again, and what happens when the days are over."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select as columns
from sqlmodel import col, select

from lms_app.accounts.views import Kept
from lms_app.core import audit, mail, site, when
from lms_app.core.errors import Conflict, NotFound
from lms_app.core.identity import User
from lms_app.core.settings import settings
from lms_app.core.words import later, say, speaking
from lms_app.core.work import SiteRole, Work
from lms_app.privacy.models import ErasureRequest, Reason
from lms_app.privacy.service.door import enter
from lms_app.privacy.service.erasing import DOMAIN, NO_PERSON, Erased, erase
from lms_app.privacy.views import ErasureRow, ErasureView
from lms_app.web import routes

OTHER_PASSWORD = "Your password was changed meanwhile. Try again with the new one."
NOTHING = "Nobody has asked for this account to be erased."
ADMIN = "An administrator's account cannot be erased. Have another administrator change your role first."

UNUSED = later("Your account at {site} is not used")
UNUSED_BODY = later(
    "Hello,\n\nnobody has used your account at {site} for a long time. It will be erased: {on}. "
    "To keep it, sign in before then:\n\n{address}"
)
ASKED = later("Your account at {site} will be erased")
ASKED_BODY = later(
    "Hello,\n\nas you asked, your account at {site} will be erased: {on}. Until then you can sign in and keep it:"
    "\n\n{address}\n\nIf it was not you who asked, keep it now and change your password."
)


def erasure(work: Work) -> ErasureView:
    """When my account is to be erased; nothing where I did not ask for it."""
    row = work.db.get(ErasureRequest, work.user_id)
    days = settings.erasure_grace_days
    if row is None:
        return ErasureView(asked=False, due="", due_at=None, days=days)
    due = when.moment(row.due_at, work.actor.zone, work.actor.locale, now=work.now)
    return ErasureView(asked=True, due=due, due_at=row.due_at, days=days)


def request_erasure(work: Work, *, kept: Kept) -> ErasureView:
    """Have my account erased after some days, once my password was found to be right for `kept`.

    Asking again changes nothing. Raises Conflict for administrators, and where the password is another one by now.
    """
    person = _proven(work, kept)
    if person.role == SiteRole.ADMIN:
        raise Conflict(ADMIN)
    if work.db.get(ErasureRequest, person.id) is None:
        due_at = work.now + timedelta(days=settings.erasure_grace_days)
        work.db.add(ErasureRequest(user_id=person.id, asked_at=work.now, due_at=due_at))
        work.db.flush()
        audit.record(work, "account.erasure_asked", "user", person.id)
        _tell(work, person)
    return erasure(work)


def take_back_erasure(work: Work) -> ErasureView:
    """Keep my account after all. Again changes nothing."""
    row = work.db.get(ErasureRequest, work.user_id)
    if row is not None:
        work.db.delete(row)
        work.db.flush()
        audit.record(work, "account.erasure_taken_back", "user", work.user_id)
    return erasure(work)


def erase_person(work: Work, *, user_id: UUID, reason: str, kept: Kept) -> Erased:
    """Erase somebody's account at once, for administrators who have shown their password.

    Raises NotFound, Conflict for oneself, administrators and programs, and where the password is another one by now.
    """
    enter(work)
    _proven(work, kept)
    if user_id == work.user_id:
        raise Conflict(ADMIN)
    if reason not in (Reason.ASKED, Reason.LEFT, Reason.MISTAKE, Reason.LAW):
        raise NotFound("Choose why.")
    return erase(work, user_id=user_id, reason=Reason(reason))


def person_named(work: Work, *, email: str) -> UUID:
    """The account of an address, for administrators. Raises NotFound."""
    enter(work)
    found = work.db.exec(select(User.id).where(col(User.email) == email.strip().lower())).first()
    if found is None:
        raise NotFound(NO_PERSON)
    return found


def erasures_waiting(work: Work, *, limit: int = 50) -> list[ErasureRow]:
    """Whose accounts are to be erased, the next first, for administrators."""
    enter(work)
    rows = work.db.exec(
        select(ErasureRequest, User.name)
        .join(User, col(User.id) == col(ErasureRequest.user_id))
        .order_by(col(ErasureRequest.due_at))
        .limit(limit)
    )
    zone, locale = work.actor.zone, work.actor.locale
    return [
        ErasureRow(str(row.user_id), name, when.moment(row.due_at, zone, locale, now=work.now), row.by_rule)
        for row, name in rows
    ]


def erase_due(work: Work) -> bool:
    """Erase the next account whose days are over: the job loop's. Whether there was one."""
    enter(work)
    row = work.db.exec(
        select(ErasureRequest)
        .where(col(ErasureRequest.due_at) <= work.now)
        .order_by(col(ErasureRequest.due_at))
        .limit(1)
    ).first()
    if row is None:
        return False
    person = work.db.get(User, row.user_id)
    used_again = row.by_rule and person is not None and person.seen_at is not None and person.seen_at > row.asked_at
    if person is None or used_again or person.role == SiteRole.ADMIN or person.is_service:
        work.db.delete(row)
        work.db.flush()
        return True
    erase(work, user_id=row.user_id, reason=Reason.UNUSED if row.by_rule else Reason.ASKED)
    return True


def plan_unused(work: Work, *, user_ids: list[UUID]) -> None:
    """Have accounts that nobody uses erased, after as many days as for those who ask. They are told by mail."""
    enter(work)
    due_at = work.now + timedelta(days=max(settings.erasure_grace_days, 1))
    for person in work.db.exec(select(User).where(col(User.id).in_(user_ids))).all():
        work.db.add(ErasureRequest(user_id=person.id, asked_at=work.now, due_at=due_at, by_rule=True))
        _write(work, person, due_at, subject=UNUSED, body=UNUSED_BODY, path=routes.sign_in())


def erase_again(work: Work, *, user_ids: list[UUID]) -> int:
    """Erase accounts that a restored backup has brought back; how many there were. For the command line."""
    enter(work)
    there = work.db.connection().execute(
        columns(col(User.id)).where(col(User.id).in_(user_ids), ~col(User.email).endswith(f"@{DOMAIN}"))
    )
    found = [row.id for row in there]
    for user_id in found:
        person = work.db.get(User, user_id)
        if person is not None and person.role == SiteRole.ADMIN:
            person.role = SiteRole.STUDENT  # they were erased: then they were no administrator any more
            work.db.flush()
        erase(work, user_id=user_id, reason=Reason.AGAIN)
    return len(found)


def _proven(work: Work, kept: Kept) -> User:
    person = work.db.get(User, work.user_id)
    if person is None or kept.user_id != person.id or kept.hash is None or kept.hash != person.password_hash:
        raise Conflict(OTHER_PASSWORD)
    return person


def _tell(work: Work, person: User) -> None:
    row = work.db.get(ErasureRequest, person.id)
    assert row is not None
    _write(work, person, row.due_at, subject=ASKED, body=ASKED_BODY, path=routes.my_data())


def _write(work: Work, person: User, due_at: datetime, *, subject: str, body: str, path: str) -> None:
    """Tell them by mail, in their language, until when they can keep their account, and where."""
    values = {
        "site": site.known().name,
        "on": when.moment(due_at, person.zone, person.locale, now=work.now),
        "address": f"{settings.url}{path}",
    }
    with speaking(person.locale):
        mail.put(work, to=person.email, subject=say(subject, **values), text=say(body, **values))
