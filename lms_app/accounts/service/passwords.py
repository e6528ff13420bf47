"""A new password: by a mailed link, or with the old one. Hashes come in: see `steps`."""

from sqlalchemy import update
from sqlmodel import col

from lms_app.accounts.models import Purpose
from lms_app.accounts.service import letters, tokens
from lms_app.accounts.service.entering import CHANGED_MEANWHILE, Suspended, open_session
from lms_app.accounts.views import Kept, SignedIn
from lms_app.core import audit, identity, limits
from lms_app.core.errors import Conflict, NotFound
from lms_app.core.identity import Audience, User
from lms_app.core.work import Work


def reset_password(
    work: Work, *, token: str, password_hash: str, sign_in: bool = False, agent: str = ""
) -> SignedIn | None:
    """Set the password of whoever got the link. Every session of theirs ends, and the address counts as confirmed.

    `sign_in` begins a browser's session: that is how the owner comes in while somebody else's wrong guesses keep the
    account shut. Raises NotFound when the link is over, Suspended.
    """
    found = tokens.redeem(work, token, Purpose.RESET, Purpose.INVITE)
    user = work.db.get(User, found.user_id)
    if user is None or user.email != found.email:
        raise NotFound(tokens.LINK_OVER)
    if user.suspended_at is not None:
        raise Suspended()
    user.password_hash = password_hash
    user.verified_at = user.verified_at or work.now
    work.db.flush()
    identity.revoke_sessions(work, user.id)
    # Also a change of address that somebody else may have asked for.
    tokens.void(work, user.id, *Purpose)
    audit.record(work, "account.password_reset", "user", user.id)
    letters.tell_password_changed(work, to=user.email)
    work.after_commit(lambda: limits.forgive("sign_in_account", user.email))
    return open_session(work, user, Audience.WEB, agent) if sign_in else None


def change_password(work: Work, *, kept: Kept, password_hash: str) -> None:
    """Set one's own password, after the current one was found to be right for `kept`. My other sessions end.

    Raises Conflict where it is another one by now.
    """
    changed = work.db.connection().execute(
        update(User)
        .where(col(User.id) == work.user_id, col(User.id) == kept.user_id, col(User.password_hash) == kept.hash)
        .values(password_hash=password_hash)
    )
    if changed.rowcount != 1:
        raise Conflict(CHANGED_MEANWHILE)
    identity.revoke_sessions(work, work.user_id, but=work.actor.session_id)
    tokens.void(work, work.user_id, *Purpose)
    audit.record(work, "account.password_changed", "user", work.user_id)
    letters.tell_password_changed(work, to=kept.email)
