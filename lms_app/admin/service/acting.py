"""Seeing the site as somebody else does: for an hour at most, without changing anything, and written down.

The session stays the administrator's own; its row says as whom they look, and until when. So it ends by itself, with
the session, and when they are no administrator any more. That nothing changes is seen to by `core/work.py`.
"""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import update
from sqlmodel import col

from lms_app.admin.service.door import enter
from lms_app.core import audit, identity
from lms_app.core.errors import Conflict, NotFound
from lms_app.core.identity import LoginSession, User
from lms_app.core.work import Actor, SiteRole, Work, oneself, perform

MINUTES = 60
NO_PERSON = "We could not find that person."


def act_as(work: Work, *, user_id: UUID) -> str:
    """Look at the site as somebody, and return their name. Raises NotFound, and Conflict for an administrator, oneself,
    somebody suspended, a program, and without a session of a browser."""
    enter(work)
    person = work.db.get(User, user_id)
    if person is None or person.is_service:
        raise NotFound(NO_PERSON)
    if person.role == SiteRole.ADMIN:
        raise Conflict("You cannot look at the site as an administrator.")
    if person.suspended_at is not None:
        raise Conflict("They are suspended and see nothing. Restore them first.")
    mine = update(LoginSession).where(
        col(LoginSession.id) == work.actor.session_id, col(LoginSession.user_id) == work.actor.user_id
    )
    until = work.now + timedelta(minutes=MINUTES)
    if (
        work.actor.by_key
        or not work.db.connection().execute(mine.values(acting_as=user_id, acting_until=until)).rowcount
    ):
        raise Conflict("Sign in with a browser to do that.")
    audit.record(work, "account.acted_as", "user", user_id)
    work.after_commit(identity.forget)
    return person.name


async def end_acting(actor: Actor) -> bool:
    """Be oneself again. False where one is already."""
    if actor.acted_by is None or actor.session_id is None or actor.user_id is None:
        return False
    # The one act of somebody who only looks: it is their own session that changes.
    await perform(oneself(actor), _end, actor.session_id, actor.user_id)
    return True


def _end(work: Work, session_id: UUID, acted: UUID) -> None:
    mine = update(LoginSession).where(col(LoginSession.id) == session_id, col(LoginSession.acting_as).is_not(None))
    if work.db.connection().execute(mine.values(acting_as=None, acting_until=None)).rowcount:
        audit.record(work, "account.acted_as_ended", "user", acted)
    work.after_commit(identity.forget)
