"""One's own sessions: seeing them, ending one, ending all."""

from uuid import UUID

from sqlmodel import col, select

from lms_app.accounts.rules.devices import device_name
from lms_app.accounts.views import SessionView
from lms_app.core import audit, identity, when
from lms_app.core.errors import NotFound
from lms_app.core.identity import LoginSession
from lms_app.core.work import Work

NO_SESSION = "That session has ended already."
SHOWN_MAX = 100


def sessions(work: Work) -> list[SessionView]:
    """Where I am signed in, the current one first, then by last use."""
    mine = (
        select(LoginSession)
        .where(
            col(LoginSession.user_id) == work.user_id,
            col(LoginSession.revoked_at).is_(None),
            col(LoginSession.expires_at) > work.now,
        )
        .order_by((col(LoginSession.id) == work.actor.session_id).desc(), col(LoginSession.seen_at).desc())
        .limit(SHOWN_MAX)
    )
    return [_view(work, row) for row in work.db.exec(mine)]


def end_session(work: Work, *, session_id: UUID) -> None:
    """Sign one of my devices out. Raises NotFound where it is not mine or has ended."""
    if not identity.revoke_session(work, session_id, work.user_id):
        raise NotFound(NO_SESSION)
    audit.record(work, "session.ended", "user", work.user_id)


def sign_out(work: Work) -> None:
    """End the session that asks. Whoever has none is signed out already."""
    if work.actor.user_id is None or work.actor.session_id is None:
        return
    if identity.revoke_session(work, work.actor.session_id, work.actor.user_id):
        audit.record(work, "account.signed_out", "user", work.actor.user_id)


def sign_out_everywhere(work: Work) -> None:
    """End all my sessions, this one too."""
    identity.revoke_sessions(work, work.user_id)
    audit.record(work, "account.signed_out_everywhere", "user", work.user_id)


def _view(work: Work, row: LoginSession) -> SessionView:
    zone, locale = work.actor.zone, work.actor.locale
    current = row.id == work.actor.session_id
    return SessionView(
        id=str(row.id),
        device=device_name(row.agent, row.audience),
        audience=row.audience,
        current=current,
        ip=row.ip,
        began=when.moment(row.created_at, zone, locale, now=work.now),
        seen=when.ago(work.now if current else row.seen_at, work.now, locale),
        created_at=row.created_at,
        seen_at=row.seen_at,
        expires_at=row.expires_at,
    )
