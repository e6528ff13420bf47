"""Signing in and staying signed in. Passwords are compared before these are called: see `steps`."""

from uuid import UUID

from sqlalchemy import update
from sqlmodel import col, select

from lms_app.accounts.rules import fields
from lms_app.accounts.views import Kept, Look, SignedIn
from lms_app.core import audit, identity, limits
from lms_app.core.errors import Forbidden, NotSignedIn
from lms_app.core.identity import Audience, LoginSession, User
from lms_app.core.words import say
from lms_app.core.work import Work

REFRESH_MAX = 200
CHANGED_MEANWHILE = "Your password was changed a moment ago. Load the page again."


class WrongPair(NotSignedIn):
    """Which of the two is wrong is not said, nor is it the time that tells."""

    code = "wrong_credentials"

    def __init__(self) -> None:
        super().__init__(say("That email and password do not match."))


class NotVerified(Forbidden):
    """The password is right, and the address was never confirmed."""

    code = "not_verified"

    def __init__(self) -> None:
        super().__init__(say("Confirm your email address first: open the link that we mailed to you."))


class Suspended(Forbidden):
    code = "suspended"

    def __init__(self) -> None:
        super().__init__(say("This account is closed for now. Ask the person who runs this site."))


def kept_for_try(work: Work, *, email: str) -> Kept:
    """What the password of `email` is compared with, once the try is counted. Raises TooMany.

    For our own steps alone: no page and no route returns it.
    """
    email = fields.comparable(email)
    limits.hit(work, "sign_in_address", work.actor.ip)
    limits.hit(work, "sign_in_account", email)
    found = work.db.exec(_KEPT.where(col(User.email) == email)).first()
    return Kept(*found) if found else Kept()


def my_kept(work: Work) -> Kept:
    """The same for the person who asks."""
    found = work.db.exec(_KEPT.where(col(User.id) == work.user_id)).first()
    if found is None:
        raise NotSignedIn()
    return Kept(*found)


def count_proof(work: Work) -> None:
    """Count a try of one's current password. Raises TooMany."""
    limits.hit(work, "password", str(work.user_id))


_KEPT = select(User.id, User.password_hash, User.name, User.email)


def begin(work: Work, *, kept: Kept, audience: Audience, agent: str = "", new_hash: str | None = None) -> SignedIn:
    """A session for the person whose password was just found to be right for `kept`.

    The session that this browser had until now ends. Raises WrongPair where the password is another one by now (or was
    never looked at), NotVerified and Suspended.
    """
    user = work.db.get(User, kept.user_id) if kept.user_id else None
    if user is None or kept.hash is None or user.password_hash != kept.hash:
        raise WrongPair()
    if new_hash is not None:
        user.password_hash = new_hash
    return open_session(work, user, audience, agent)


def open_session(work: Work, user: User, audience: Audience, agent: str) -> SignedIn:
    if user.suspended_at is not None:
        raise Suspended()
    if user.verified_at is None:
        raise NotVerified()
    if audience is Audience.WEB and work.actor.session_id and work.actor.user_id:
        identity.revoke_session(work, work.actor.session_id, work.actor.user_id)
    issued = identity.begin_session(work, user, audience, ip=work.actor.ip, agent=agent)
    refresh = ""
    if audience is Audience.API:
        session = work.db.get(LoginSession, issued.session_id)
        assert session is not None
        refresh = identity.new_refresh_token(session)
        work.db.flush()
    audit.record(work, "account.signed_in", "user", user.id, None, {"audience": audience})
    look = Look(user.theme, user.contrast, user.motion)
    return SignedIn(str(user.id), issued.token, issued.expires_at, refresh, look)


def note_failure(work: Work, *, user_id: UUID | None) -> None:
    """Keep that a password was wrong: for which account, if any, never which address was typed."""
    audit.record(work, "account.sign_in_failed", "user", user_id or "unknown")


def refresh(work: Work, *, refresh_token: str) -> SignedIn | None:
    """A new pair of tokens for a program's session. The old refresh token is worthless from now on.

    None when it is not good, so that the transaction is kept: an old one that comes again was stolen, or is used by
    its thief, and its session has ended. Raises TooMany.
    """
    session = _session_of(work, refresh_token)
    if session is None:
        return None
    limits.hit(work, "refresh", str(session.id))
    work.db.expunge(session)  # what changes in the row is in the UPDATE
    old_hash = identity.hashed_token(refresh_token.partition(".")[2])
    new_token = identity.new_refresh_token(session)
    # Of two that come with the same token at once, one wins; the other one is a reuse.
    changed = work.db.connection().execute(
        update(LoginSession)
        .where(
            col(LoginSession.id) == session.id,
            col(LoginSession.refresh_hash) == old_hash,
            col(LoginSession.revoked_at).is_(None),
        )
        .values(refresh_hash=session.refresh_hash, seen_at=work.now)
    )
    if changed.rowcount != 1:
        identity.revoke_session(work, session.id, session.user_id)
        audit.record(work, "session.refresh_reused", "user", session.user_id)
        return None
    issued = identity.issue(session, work.now)
    return SignedIn(str(session.user_id), issued.token, issued.expires_at, new_token)


def _session_of(work: Work, refresh_token: str) -> LoginSession | None:
    """The live session that a refresh token names; whether its secret is right is another question."""
    name, _, secret = refresh_token[:REFRESH_MAX].partition(".")
    try:
        session_id = UUID(hex=name)
    except ValueError:
        return None
    if not secret:
        return None
    live = (
        select(LoginSession)
        .join(User, col(User.id) == col(LoginSession.user_id))
        .where(
            col(LoginSession.id) == session_id,
            col(LoginSession.audience) == Audience.API,
            col(LoginSession.revoked_at).is_(None),
            col(LoginSession.expires_at) > work.now,
            col(User.suspended_at).is_(None),
        )
    )
    return work.db.exec(live).first()
