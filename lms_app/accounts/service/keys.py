"""API keys: what a program signs in with by itself, for as long as its owner said. Only a hash of each is kept.

A key does what its account may do, or only reads it. It cannot make further keys: whoever steals one must not be able
to stay when it ends.
"""

import secrets
from datetime import timedelta
from uuid import UUID

from sqlalchemy import update
from sqlmodel import col, select

from lms_app.accounts.rules import fields
from lms_app.accounts.service.making import enter
from lms_app.accounts.views import KeyView
from lms_app.core import audit, identity, when
from lms_app.core.db import new_id
from lms_app.core.errors import Conflict, Forbidden, Invalid, NotFound
from lms_app.core.identity import KEY_PREFIX, ApiToken
from lms_app.core.words import say
from lms_app.core.work import Work

NAME_MAX = 80
DAYS = (7, 30, 90, 365)
KEYS_MAX = 50
NO_KEY = "That key has ended already."
NOT_BY_KEY = "An API key cannot make or end keys. Sign in to do that."


def api_keys(work: Work) -> list[KeyView]:
    """One's own keys, the newest first; ended ones for a month. One query."""
    return keys_of(work, user_id=work.user_id)


def make_api_key(work: Work, *, name: str, days: int = 90, may_write: bool = False) -> KeyView:
    """A key of one's own. The secret is in what this returns, and never again. Raises Invalid, Conflict."""
    return make_key(work, user_id=work.user_id, name=name, days=days, may_write=may_write)


def revoke_api_key(work: Work, *, key_id: UUID) -> None:
    """End one of one's own keys, at once. Raises NotFound for any other."""
    revoke_key(work, user_id=work.user_id, key_id=key_id)


def keys_of(work: Work, *, user_id: UUID) -> list[KeyView]:
    """The keys of somebody, or of a service account: for its owner and for administrators."""
    _enter(work, user_id)
    theirs = (
        select(ApiToken)
        .where(col(ApiToken.user_id) == user_id, col(ApiToken.expires_at) > work.now - timedelta(days=30))
        .order_by(col(ApiToken.created_at).desc(), col(ApiToken.id))
        .limit(KEYS_MAX)
    )
    return [_view(work, key) for key in work.db.exec(theirs)]


def make_key(work: Work, *, user_id: UUID, name: str, days: int = 90, may_write: bool = False) -> KeyView:
    """A key of an account: for its owner and for administrators. Raises Invalid, and Conflict for too many."""
    _enter(work, user_id)
    if work.actor.by_key:
        raise Forbidden(NOT_BY_KEY)
    name = fields.clean_name(name)
    wrong: dict[str, str] = {}
    if not name or len(name) > NAME_MAX:
        wrong["name"] = say("Enter what the key is for, in at most {name_max} characters.", name_max=NAME_MAX)
    if days not in DAYS:
        wrong["days"] = say("Choose one of {days} days.", days=", ".join(str(one) for one in DAYS))
    if wrong:
        raise Invalid(wrong)
    open_ones = select(ApiToken.id).where(
        col(ApiToken.user_id) == user_id, col(ApiToken.revoked_at).is_(None), col(ApiToken.expires_at) > work.now
    )
    if len(work.db.exec(open_ones).all()) >= KEYS_MAX:
        raise Conflict(say("There are {keys_max} keys already. End some first.", keys_max=KEYS_MAX))
    secret = secrets.token_urlsafe(32)
    key = ApiToken(
        id=new_id(),
        user_id=user_id,
        name=name,
        secret_hash=identity.hashed_token(secret),
        may_write=may_write,
        created_by=work.actor.user_id,
        created_at=work.now,
        expires_at=work.now + timedelta(days=days),
    )
    work.db.add(key)
    work.db.flush()
    audit.record(work, "api_key.made", "user", user_id, None, {"key": str(key.id), "writes": may_write, "days": days})
    return _view(work, key, f"{KEY_PREFIX}{key.id.hex}_{secret}")


def revoke_key(work: Work, *, user_id: UUID, key_id: UUID) -> None:
    """End a key at once: for its owner and for administrators. Raises NotFound where it is not theirs or has ended."""
    _enter(work, user_id)
    if work.actor.by_key:
        raise Forbidden(NOT_BY_KEY)
    gone = update(ApiToken).where(
        col(ApiToken.id) == key_id, col(ApiToken.user_id) == user_id, col(ApiToken.revoked_at).is_(None)
    )
    if work.db.connection().execute(gone.values(revoked_at=work.now)).rowcount == 0:
        raise NotFound(NO_KEY)
    work.after_commit(identity.forget)
    audit.record(work, "api_key.ended", "user", user_id, {"key": str(key_id)})


def _enter(work: Work, user_id: UUID) -> None:
    """For the owner, and for administrators."""
    if work.user_id != user_id:
        enter(work)


def _view(work: Work, key: ApiToken, secret: str = "") -> KeyView:
    zone, locale = work.actor.zone, work.actor.locale
    return KeyView(
        id=str(key.id),
        name=key.name,
        begins=f"{KEY_PREFIX}{key.id.hex[:6]}…",
        may_write=key.may_write,
        made=when.day(key.created_at, zone, locale, now=work.now),
        ends=when.day(key.expires_at, zone, locale, now=work.now),
        seen=when.day(key.seen_at, zone, locale, now=work.now) if key.seen_at else say("Not yet"),
        over=key.revoked_at is not None or key.expires_at <= work.now,
        secret=secret,
    )
