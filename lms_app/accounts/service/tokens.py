"""Links that work once. What a link holds is made from the token's id and the site's secret; its hash is in the row."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, delete, update
from sqlmodel import col, select

from lms_app.accounts.models import OneTimeToken, Purpose
from lms_app.accounts.service import letters
from lms_app.core import bounces, identity, limits
from lms_app.core.db import new_id
from lms_app.core.errors import NotFound
from lms_app.core.settings import settings
from lms_app.core.work import Work

LINK_OVER = "This link no longer works. It was used already, it is too old, or a newer one was sent."
SECRET_MAX = 100


def mail_link(work: Work, user_id: UUID, purpose: Purpose, email: str) -> None:
    """Make a token and mail its link to `email`. An earlier one of the same purpose stops working."""
    void(work, user_id, purpose)
    token = OneTimeToken(
        id=new_id(),
        user_id=user_id,
        purpose=purpose,
        secret_hash="",
        email=email,
        created_at=work.now,
        expires_at=work.now + _lasts(purpose),
    )
    token.secret_hash = identity.hashed_token(identity.secret_of(token.id))
    work.db.add(token)
    work.db.flush()
    letters.send_link(work, purpose, to=email, token_id=token.id)


def void(work: Work, user_id: UUID, *purposes: Purpose) -> None:
    """Make links worthless that were mailed and not used."""
    theirs = delete(OneTimeToken).where(col(OneTimeToken.user_id) == user_id, col(OneTimeToken.purpose).in_(purposes))
    work.db.connection().execute(theirs)


def find(work: Work, secret: str, *purposes: Purpose) -> OneTimeToken:
    """The token of a link that still works. Raises NotFound for any other, TooMany for many others."""
    token = work.db.exec(select(OneTimeToken).where(*_good(work, secret, purposes))).first()
    if token is None:
        raise _over(work)
    return token


def redeem(work: Work, secret: str, *purposes: Purpose) -> OneTimeToken:
    """Use a link. Of several that come at the same moment one wins: the WHERE lets only one of them match."""
    used = update(OneTimeToken).where(*_good(work, secret, purposes)).values(used_at=work.now)
    found = work.db.connection().execute(used.returning(col(OneTimeToken.id))).first()
    token = work.db.get(OneTimeToken, found[0]) if found else None
    if token is None:
        raise _over(work)
    bounces.forget(work, token.email)  # the link came by mail: mail goes there
    return token


def used(work: Work, secret: str, *purposes: Purpose) -> OneTimeToken | None:
    """The token of a link whose button was pressed already."""
    mine = select(OneTimeToken).where(
        col(OneTimeToken.secret_hash) == _hash(secret),
        col(OneTimeToken.purpose).in_(purposes),
        col(OneTimeToken.used_at).is_not(None),
    )
    return work.db.exec(mine).first()


def pending(work: Work, user_id: UUID, purpose: Purpose) -> str:
    """The address that a link of this purpose was sent to and that waits for it to be opened; empty without one."""
    waiting = select(OneTimeToken.email).where(
        col(OneTimeToken.user_id) == user_id,
        col(OneTimeToken.purpose) == purpose,
        col(OneTimeToken.used_at).is_(None),
        col(OneTimeToken.expires_at) > work.now,
    )
    return work.db.exec(waiting).first() or ""


def _good(work: Work, secret: str, purposes: tuple[Purpose, ...]) -> tuple[ColumnElement[bool], ...]:
    return (
        col(OneTimeToken.secret_hash) == _hash(secret),
        col(OneTimeToken.purpose).in_(purposes),
        col(OneTimeToken.used_at).is_(None),
        col(OneTimeToken.expires_at) > work.now,
    )


def _hash(secret: str) -> str:
    return identity.hashed_token(secret[:SECRET_MAX])


def _over(work: Work) -> NotFound:
    limits.hit(work, "link", work.actor.ip)
    return NotFound(LINK_OVER)


def _lasts(purpose: Purpose) -> timedelta:
    if purpose is Purpose.RESET:
        return timedelta(minutes=settings.reset_ttl_minutes)
    if purpose is Purpose.INVITE:
        return timedelta(days=letters.INVITE_DAYS)
    return timedelta(hours=settings.verify_ttl_hours)
