"""Who somebody is: accounts, sessions, tokens and passwords.

One token format (docs/decisions/0007-one-token.md): a JWT that names a session row. `aud` is `web` in the HttpOnly
cookie of browsers and `api` in the bearer of programs. `live_actor` checks both, and the row decides: what is revoked
there is over at once in this process and within two seconds in every other.
"""

import asyncio
import base64
import hashlib
import hmac
import secrets
import sqlite3
import threading
import time
import unicodedata
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID

import jwt
from passlib.hash import argon2  # pyright: ignore[reportAttributeAccessIssue]  made at import
from sqlalchemy import bindparam, update
from sqlalchemy import select as columns
from sqlmodel import Field, col, select

from lms_app.core import db
from lms_app.core.db import Moment, Row, new_id, to_micros
from lms_app.core.errors import TooMany
from lms_app.core.settings import settings
from lms_app.core.work import SYSTEM, Actor, SiteRole, Work, perform

ALGORITHM = "HS256"
ISSUER = "lectern"
SEEN_EVERY = timedelta(minutes=5)
ROW_CACHE_SECONDS = 2.0
CACHE_MAX = 20_000
TOKEN_MAX = 2_000  # characters; ours have about 400


class Audience(StrEnum):
    WEB = "web"
    API = "api"


class Theme(StrEnum):
    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


class User(Row, table=True):
    """A person with an account. `email` is kept in lower case, so that its UNIQUE means what people mean.

    Without `password_hash` nobody signs in with a password: invited people choose theirs by a mailed link.
    """

    __tablename__ = "user"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    email: str = Field(max_length=254, unique=True)
    name: str = Field(max_length=120, index=True)
    role: str = Field(default=SiteRole.STUDENT, max_length=16)
    password_hash: str | None = Field(default=None, max_length=256)
    zone: str = Field(default="UTC", max_length=64)
    locale: str = Field(default="en", max_length=16)
    theme: str = Field(default=Theme.SYSTEM, max_length=8)
    avatar_id: UUID | None = None
    created_at: datetime = Field(sa_type=Moment)
    verified_at: datetime | None = Field(default=None, sa_type=Moment)
    suspended_at: datetime | None = Field(default=None, sa_type=Moment)


class LoginSession(Row, table=True):
    """One device that is signed in, or one program. There is no token here that would open anything.

    `refresh_hash` is of the one refresh token that is good now (programs only): an older one that comes again was
    stolen, or its thief was faster, and ends the session.
    """

    __tablename__ = "login_session"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    user_id: UUID = Field(foreign_key="user.id", index=True)
    audience: str = Field(max_length=8)
    created_at: datetime = Field(sa_type=Moment)
    seen_at: datetime = Field(sa_type=Moment)
    expires_at: datetime = Field(sa_type=Moment)
    revoked_at: datetime | None = Field(default=None, sa_type=Moment)
    ip: str = Field(default="", max_length=64)
    agent: str = Field(default="", max_length=200)
    refresh_hash: str | None = Field(default=None, max_length=64)


class Issued(NamedTuple):
    """A token and when it ends."""

    token: str
    session_id: UUID
    expires_at: datetime


# ---- Sessions and tokens


def begin_session(work: Work, user: User, audience: Audience, *, ip: str = "", agent: str = "") -> Issued:
    """A new session of `user` and its first token."""
    session = LoginSession(
        user_id=user.id,
        audience=audience,
        created_at=work.now,
        seen_at=work.now,
        expires_at=work.now + timedelta(days=settings.session_ttl_days),
        ip=ip[:64],
        agent=agent[:200],
    )
    work.db.add(session)
    work.db.flush()
    return issue(session, work.now)


def issue(session: LoginSession, now: datetime) -> Issued:
    """A token for a session: as long as the session for browsers, minutes for programs, which refresh."""
    ends = session.expires_at
    if session.audience == Audience.API:
        ends = min(ends, now + timedelta(minutes=settings.api_token_ttl_minutes))
    claims = {
        "sub": str(session.user_id),
        "sid": str(session.id),
        "aud": str(session.audience),
        "iss": ISSUER,
        "iat": int(now.timestamp()),
        "exp": int(ends.timestamp()),
        "jti": secrets.token_hex(8),
    }
    return Issued(jwt.encode(claims, settings.signing_key, ALGORITHM), session.id, ends)


def new_refresh_token(session: LoginSession) -> str:
    """A refresh token for `session`, which makes every earlier one of it worthless."""
    secret = secrets.token_urlsafe(32)
    session.refresh_hash = hashed_token(secret)
    return f"{session.id.hex}.{secret}"


def hashed_token(secret: str) -> str:
    """What the database keeps of a random secret: it has enough entropy to need no slow hash."""
    return hashlib.sha256(secret.encode(errors="surrogatepass")).hexdigest()


def secret_of(token_id: UUID) -> str:
    """The secret of a one-time link, which only we can make of its id: rows need to hold no more than its hash."""
    made = hmac.new(settings.signing_key.encode(), b"one-time:" + token_id.bytes, hashlib.sha256).digest()
    return base64.urlsafe_b64encode(made).rstrip(b"=").decode()


def same_token(secret: str, kept: str | None) -> bool:
    return kept is not None and hmac.compare_digest(hashed_token(secret), kept)


def revoke_sessions(work: Work, user_id: UUID, *, but: UUID | None = None) -> None:
    """End every session of a person, except perhaps the one that asks. Their tabs are sent to sign in within seconds."""
    theirs = update(LoginSession).where(col(LoginSession.user_id) == user_id, col(LoginSession.revoked_at).is_(None))
    if but is not None:
        theirs = theirs.where(col(LoginSession.id) != but)
    work.db.connection().execute(theirs.values(revoked_at=work.now))
    work.after_commit(forget)


def revoke_session(work: Work, session_id: UUID, user_id: UUID) -> bool:
    """End one session of a person; False when there was nothing to end."""
    changed = work.db.connection().execute(
        update(LoginSession)
        .where(
            col(LoginSession.id) == session_id,
            col(LoginSession.user_id) == user_id,
            col(LoginSession.revoked_at).is_(None),
        )
        .values(revoked_at=work.now)
    )
    work.after_commit(forget)
    return changed.rowcount == 1


class _Claims(NamedTuple):
    user_id: UUID
    session_id: UUID
    expires_at: float


class _Known(NamedTuple):
    """What the row said, and until when we believe it (monotonic seconds). `actor` is None when it says no."""

    until: float
    actor: Actor | None
    expires_at: float
    seen_at: float


_claims: "OrderedDict[tuple[str, str], _Claims | None]" = OrderedDict()
_known: dict[UUID, _Known] = {}
_lock = threading.Lock()


def forget() -> None:
    """Ask the rows again, all of them: something was revoked, or somebody's name or role changed."""
    _known.clear()


db.on_change(forget)


async def live_actor(token: str, audience: Audience, ip: str = "") -> Actor | None:
    """Who holds `token`, or None: forged, of another audience, expired, revoked, suspended, or nobody's."""
    claims = _decoded(token, audience)
    wall = time.time()
    if claims is None or claims.expires_at <= wall:
        return None
    known = _known.get(claims.session_id)
    if known is None or known.until <= time.monotonic():
        known = await _look(claims)
    if known.actor is None or known.expires_at <= wall or known.actor.user_id != claims.user_id:
        return None
    if wall - known.seen_at > SEEN_EVERY.total_seconds():
        _touch(claims.session_id, known)
    if ip and known.actor.ip != ip:
        # A session mostly stays where it is: the next request finds its actor made.
        known = _known[claims.session_id] = known._replace(actor=replace(known.actor, ip=ip))
    return known.actor


def _decoded(token: str, audience: str) -> _Claims | None:
    """Checked claims, remembered by token: a signature costs 45 us, a dictionary 0.2."""
    if not token or len(token) > TOKEN_MAX:
        return None
    key = (token, audience)
    with _lock:
        if key in _claims:
            _claims.move_to_end(key)
            return _claims[key]
    found: _Claims | None = None
    try:
        said: dict[str, Any] = jwt.decode(
            token,
            settings.signing_key,
            algorithms=[ALGORITHM],
            audience=audience,
            issuer=ISSUER,
            options={"require": ["exp", "iat", "aud", "iss", "jti", "sub", "sid"], "strict_aud": True},
        )
        found = _Claims(UUID(said["sub"]), UUID(said["sid"]), float(said["exp"]))
    except (jwt.PyJWTError, ValueError, TypeError, AttributeError):
        pass
    with _lock:
        _claims[key] = found
        if len(_claims) > CACHE_MAX:
            _claims.popitem(last=False)
    return found


async def _look(claims: _Claims) -> _Known:
    database = db.database()
    # A read by primary key takes SQLite a few microseconds: a thread would cost more than it saves.
    row = _row_on_sqlite(claims) if database.is_sqlite else await asyncio.to_thread(_row_on_postgres, claims)
    until = time.monotonic() + ROW_CACHE_SECONDS
    if row is None:
        known = _Known(until, None, 0.0, 0.0)
    else:
        user_id, name, role, zone, locale, avatar_id, expires_at, seen_at = row
        actor = Actor(user_id, claims.session_id, SiteRole(role), name, "", zone, locale, avatar_id)
        known = _Known(until, actor, expires_at / 1e6, seen_at / 1e6)
    if len(_known) >= CACHE_MAX:
        _known.clear()
    _known[claims.session_id] = known
    return known


_FOUND = """
SELECT u.id, u.name, u.role, u.zone, u.locale, u.avatar_id, s.expires_at, s.seen_at
FROM login_session s JOIN "user" u ON u.id = s.user_id
WHERE s.id = ? AND s.revoked_at IS NULL AND u.suspended_at IS NULL
"""
_local = threading.local()


def _row_on_sqlite(claims: _Claims) -> tuple[Any, ...] | None:
    path = str(db.database().path)
    if getattr(_local, "path", None) != path:
        _local.path, _local.connection = path, sqlite3.connect(path, isolation_level=None, timeout=5)
        db.set_pragmas(_local.connection)
        _local.connection.execute("PRAGMA query_only=ON")
    row = _local.connection.execute(_FOUND, (claims.session_id.hex,)).fetchone()
    return (UUID(row[0]), *row[1:5], UUID(row[5]) if row[5] else None, *row[6:]) if row else None


_FOUND_ON_POSTGRES = (
    columns(
        col(User.id),
        col(User.name),
        col(User.role),
        col(User.zone),
        col(User.locale),
        col(User.avatar_id),
        col(LoginSession.expires_at),
        col(LoginSession.seen_at),
    )
    .join(LoginSession, col(LoginSession.user_id) == col(User.id))
    .where(
        col(LoginSession.id) == bindparam("session"),
        col(LoginSession.revoked_at).is_(None),
        col(User.suspended_at).is_(None),
    )
)


def _row_on_postgres(claims: _Claims) -> tuple[Any, ...] | None:
    with db.database().read.connect() as connection:
        row = connection.execute(_FOUND_ON_POSTGRES, {"session": claims.session_id}).first()
    return (*row[:6], to_micros(row[6]), to_micros(row[7])) if row else None


_touching: set[asyncio.Task[None]] = set()


def _touch(session_id: UUID, known: _Known) -> None:
    """Keep when a session was last used, without waiting for it."""
    _known[session_id] = known._replace(seen_at=time.time())
    task = asyncio.get_running_loop().create_task(perform(SYSTEM, _seen, session_id))
    _touching.add(task)
    task.add_done_callback(_touching.discard)


def _seen(work: Work, session_id: UUID) -> None:
    work.db.connection().execute(
        update(LoginSession).where(col(LoginSession.id) == session_id).values(seen_at=work.now)
    )


def revoked_since(work: Work, moment: datetime) -> set[UUID]:
    """Sessions that ended since: their open tabs must go to the sign-in page."""
    ended = select(LoginSession.id).where(col(LoginSession.revoked_at) >= moment)
    suspended = (
        select(LoginSession.id)
        .join(User, col(User.id) == col(LoginSession.user_id))
        .where(col(User.suspended_at) >= moment)
    )
    return {*work.db.exec(ended).all(), *work.db.exec(suspended).all()}


# ---- Passwords

_argon2 = argon2.using(type="ID", memory_cost=65_536, time_cost=3, parallelism=1)
_hashers = ThreadPoolExecutor(2, thread_name_prefix="argon2")
WAITING_MAX = 200
WAITING_PER_ADDRESS = 4
_waiting: dict[str, int] = {}
# Verified against for people who do not exist, so that the answer takes as long.
_NOBODY = "$argon2id$v=19$m=65536,t=3,p=1$ea+VslaK8d47R8hZK6XUug$K6jmMpYOGNn02v42fpnHQFHDJ5l7qndnWxnghdPmySY"


def hash_password(password: str) -> str:
    """Argon2id, 64 MiB, t=3: about 0.2 s of one core. In a handler use `hashed`."""
    return _argon2.hash(_normal(password))


def verify_password(password: str, kept: str | None) -> bool:
    """Whether `password` is the one that was hashed. As slow for somebody without one."""
    try:
        return _argon2.verify(_normal(password), kept or _NOBODY) and kept is not None
    except ValueError:
        return False


def is_outdated(kept: str | None) -> bool:
    """Whether `kept` was made with other costs than today's: the next right password makes a new one."""
    return kept is not None and _argon2.needs_update(kept)


async def hashed(password: str, ip: str = "") -> str:
    return await _in_pool(ip, hash_password, password)


async def verified(password: str, kept: str | None, ip: str = "") -> bool:
    return await _in_pool(ip, verify_password, password, kept)


async def _in_pool(ip: str, act: Any, *args: Any) -> Any:
    """At most two at once, so that sign-ins never take the whole machine; a crowd from one address waits outside."""
    if (_waiting.get(ip, 0) >= WAITING_PER_ADDRESS and ip) or sum(_waiting.values()) >= WAITING_MAX:
        raise TooMany("Many people are signing in at this moment. Try again in a few seconds.", retry_after=5)
    _waiting[ip] = _waiting.get(ip, 0) + 1
    try:
        return await asyncio.get_running_loop().run_in_executor(_hashers, act, *args)
    finally:
        _waiting[ip] -= 1
        if not _waiting[ip]:
            del _waiting[ip]


def _normal(password: str) -> str:
    """The same characters typed on two keyboards are the same password (NIST SP 800-63B-4, 3.1.1.2)."""
    return unicodedata.normalize("NFC", password)
