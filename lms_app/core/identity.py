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
import weakref
from collections import OrderedDict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

import jwt
from sqlalchemy import Index, Text, event, update
from sqlmodel import Field, col, select

from lms_app.core import db
from lms_app.core.db import Moment, Row, new_id
from lms_app.core.folding import folded
from lms_app.core.hashing import hash_password as hash_password
from lms_app.core.hashing import hashed as hashed
from lms_app.core.hashing import is_outdated as is_outdated
from lms_app.core.hashing import verified as verified
from lms_app.core.hashing import verify_password as verify_password
from lms_app.core.settings import settings
from lms_app.core.work import SYSTEM, Actor, SiteRole, Work, perform

if TYPE_CHECKING:
    from lms_app.core.hot_postgres import Line

ALGORITHM = "HS256"
ISSUER = "lectern"
SEEN_EVERY = timedelta(minutes=5)
ROW_CACHE_SECONDS = 2.0
CACHE_MAX = 20_000
TOKEN_MAX = 2_000  # characters; ours have about 400
KEY_PREFIX = "lct_"
LOOKS_ONLY = "You are looking at the site as {name}. Nothing can be changed from here."
KEY_READS_ONLY = "This API key may only read. Make one that may write."


class Audience(StrEnum):
    WEB = "web"
    API = "api"


class Theme(StrEnum):
    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


class Wish(StrEnum):
    """More contrast, or less motion: where the device asks for it, or always."""

    SYSTEM = "system"
    ALWAYS = "always"


class User(Row, table=True):
    """A person with an account. `email` is kept in lower case, so that its UNIQUE means what people mean.

    Without `password_hash` nobody signs in with a password: invited people choose theirs by a mailed link. A service
    account, which is a program, never does.
    """

    __tablename__ = "user"
    # Whom a list of people shows, in its order, is found in this index alone, past the rows themselves.
    __table_args__ = (
        Index(
            "ix_user_haystack",
            "haystack",
            "is_service",
            "role",
            "suspended_at",
            "verified_at",
            "seen_at",
            "id",
        ),
        Index("ix_user_seen_at", "seen_at"),
        Index("ix_user_created_at", "created_at"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    email: str = Field(max_length=254, unique=True)
    name: str = Field(max_length=120, index=True)
    role: str = Field(default=SiteRole.STUDENT, max_length=16)
    password_hash: str | None = Field(default=None, max_length=256)
    zone: str = Field(default="UTC", max_length=64)
    locale: str = Field(default="en", max_length=16)
    theme: str = Field(default=Theme.SYSTEM, max_length=8)
    contrast: str = Field(default=Wish.SYSTEM, max_length=8)
    motion: str = Field(default=Wish.SYSTEM, max_length=8)
    avatar_id: UUID | None = None
    created_at: datetime = Field(sa_type=Moment)
    verified_at: datetime | None = Field(default=None, sa_type=Moment)
    suspended_at: datetime | None = Field(default=None, sa_type=Moment)
    # When any of their sessions was last used, give or take `SEEN_EVERY`.
    seen_at: datetime | None = Field(default=None, sa_type=Moment)
    # Who they are to the register of the school, where lists of people come from.
    external_id: str | None = Field(default=None, max_length=120, unique=True, index=True)
    # Name and address without case and accents, in this order: for finding, and for the order of lists.
    haystack: str = Field(default="", sa_type=Text)
    is_service: bool = False


HAYSTACK_MAX = 700


def haystack_of(name: str, email: str) -> str:
    """What is kept of a person for finding. Whoever changes a name or an address past the ORM sets it, too."""
    return folded(f"{name}\n{email}")[:HAYSTACK_MAX]


@event.listens_for(User, "before_insert")
@event.listens_for(User, "before_update")
def _keep_haystack(_mapper: Any, _connection: Any, user: User) -> None:  # pyright: ignore[reportUnusedFunction]  registered
    user.haystack = haystack_of(user.name, user.email)


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
    # Whom an administrator sees the site as, and until when; the session stays the administrator's.
    acting_as: UUID | None = Field(default=None, foreign_key="user.id")
    acting_until: datetime | None = Field(default=None, sa_type=Moment)


class ApiToken(Row, table=True):
    """A key to the REST interface that a person made for a program: their own, or a service account's.

    Only the hash of its secret is here, so it is shown once. What it may do is what its account may do; with
    `may_write` off it only reads.
    """

    __tablename__ = "api_token"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    user_id: UUID = Field(foreign_key="user.id", index=True)
    name: str = Field(max_length=80)
    secret_hash: str = Field(max_length=64)
    may_write: bool = False
    created_by: UUID | None = Field(default=None, foreign_key="user.id")
    created_at: datetime = Field(sa_type=Moment)
    expires_at: datetime = Field(sa_type=Moment)
    seen_at: datetime | None = Field(default=None, sa_type=Moment)
    revoked_at: datetime | None = Field(default=None, sa_type=Moment)


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
    user.seen_at = work.now
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
    """What the row said, and until when we believe it (monotonic seconds). `actor` is None when it says no.

    `owner` is whose session or key it is, whomever its holder looks as; `secret_hash` is of a key's secret.
    """

    until: float
    actor: Actor | None
    expires_at: float = 0.0
    seen_at: float = 0.0
    owner: UUID | None = None
    secret_hash: str = ""


_claims: "OrderedDict[tuple[str, str], _Claims | None]" = OrderedDict()
_known: dict[UUID, _Known] = {}
_lock = threading.Lock()


def forget() -> None:
    """Ask the rows again, all of them: something was revoked, or somebody's name or role changed."""
    _known.clear()


db.on_change(forget)


async def live_actor(token: str, audience: Audience, ip: str = "") -> Actor | None:
    """Who holds `token`, or None: forged, of another audience, expired, revoked, suspended, or nobody's."""
    if token.startswith(KEY_PREFIX):
        return await _holder(token, ip) if audience is Audience.API else None
    claims = _decoded(token, audience)
    wall = time.time()
    if claims is None or claims.expires_at <= wall:
        return None
    known = _known.get(claims.session_id)
    if known is None or known.until <= time.monotonic():
        known = await _look(claims)
    if known.actor is None or known.expires_at <= wall or known.owner != claims.user_id:
        return None
    return _used(claims.session_id, known, known.actor, ip, _seen)


async def _holder(token: str, ip: str) -> Actor | None:
    """Who holds an API key: `lct_`, its id and its secret."""
    key_id, _, secret = token[:TOKEN_MAX].removeprefix(KEY_PREFIX).partition("_")
    try:
        named = UUID(hex=key_id)
    except ValueError:
        return None
    known = _known.get(named)
    if known is None or known.until <= time.monotonic():
        known = await _look_up_key(named)
    if known.actor is None or known.expires_at <= time.time() or not same_token(secret, known.secret_hash):
        return None
    return _used(named, known, known.actor, ip, _key_seen)


def _used(row_id: UUID, known: _Known, actor: Actor, ip: str, seen: Callable[[Work, UUID], None]) -> Actor:
    """Note that a session or a key is used, now and then, and from where."""
    if time.time() - known.seen_at > SEEN_EVERY.total_seconds():
        known = _touch(row_id, known, seen)
    if ip and actor.ip != ip:
        # A session mostly stays where it is: the next request finds its actor made.
        actor = replace(actor, ip=ip)
        _known[row_id] = known._replace(actor=actor)
    return actor


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
    row = await _first(_FOUND, claims.session_id)
    until = time.monotonic() + ROW_CACHE_SECONDS
    if row is None:
        return _remember(claims.session_id, _Known(until, None))
    owner, mine, expires_at, seen_at, theirs = row[0], row[:6], row[6] / 1e6, row[7] / 1e6, row[8:]
    if theirs[0] is None:
        actor = _actor(mine, session_id=claims.session_id)
    else:
        said = LOOKS_ONLY.format(name=theirs[1])
        actor = _actor(theirs, session_id=claims.session_id, read_only=said, acted_by=owner)
    return _remember(claims.session_id, _Known(until, actor, expires_at, seen_at, owner))


async def _look_up_key(key_id: UUID) -> _Known:
    row = await _first(_KEY, key_id)
    until = time.monotonic() + ROW_CACHE_SECONDS
    if row is None:
        return _remember(key_id, _Known(until, None))
    expires_at, seen_at, secret_hash, may_write = row[6] / 1e6, (row[7] or 0) / 1e6, row[8], row[9]
    actor = _actor(row[:6], session_id=key_id, read_only="" if may_write else KEY_READS_ONLY, by_key=True)
    return _remember(key_id, _Known(until, actor, expires_at, seen_at, row[0], secret_hash))


def _actor(row: Sequence[Any], **more: Any) -> Actor:
    user_id, name, role, zone, locale, avatar_id = row
    return Actor(user_id, role=SiteRole(role), name=name, zone=zone, locale=locale, avatar_id=avatar_id, **more)


def _remember(row_id: UUID, known: _Known) -> _Known:
    if len(_known) >= CACHE_MAX:
        _known.clear()
    _known[row_id] = known
    return known


_PERSON = "u.id, u.name, u.role, u.zone, u.locale, u.avatar_id"
_FOUND = f"""
SELECT {_PERSON}, s.expires_at, s.seen_at, {_PERSON.replace("u.", "a.")}
FROM login_session s JOIN "user" u ON u.id = s.user_id
LEFT JOIN "user" a ON a.id = s.acting_as AND s.acting_until > {{now}} AND a.suspended_at IS NULL
WHERE s.id = {{id}} AND s.revoked_at IS NULL AND u.suspended_at IS NULL
"""
_KEY = f"""
SELECT {_PERSON}, t.expires_at, t.seen_at, t.secret_hash, t.may_write
FROM api_token t JOIN "user" u ON u.id = t.user_id
WHERE t.id = {{id}} AND t.revoked_at IS NULL AND u.suspended_at IS NULL
"""
_SQLITE = {one: one.format(id=":id", now=":now") for one in (_FOUND, _KEY)}
_POSTGRES = {one: one.format(id="%(id)s", now="%(now)s::bigint").encode() for one in (_FOUND, _KEY)}
_local = threading.local()
_asking = ThreadPoolExecutor(2, "sessions")  # each with a connection of its own to PostgreSQL
_lines: "weakref.WeakSet[Line]" = weakref.WeakSet()


async def _first(statement: str, row_id: UUID) -> tuple[Any, ...] | None:
    """A row by its key. It takes SQLite a few microseconds: a thread would cost more than it saves."""
    if db.database().is_sqlite:
        return _on_sqlite(statement, row_id)
    return await asyncio.get_running_loop().run_in_executor(_asking, _on_postgres, statement, row_id)


def _on_sqlite(statement: str, row_id: UUID) -> tuple[Any, ...] | None:
    path = str(db.database().path)
    if getattr(_local, "path", None) != path:
        _local.path, _local.connection = path, sqlite3.connect(path, isolation_level=None, timeout=5)
        db.set_pragmas(_local.connection)
        _local.connection.execute("PRAGMA query_only=ON")
    given = {"id": row_id.hex, "now": int(time.time() * 1e6)}
    row = _local.connection.execute(_SQLITE[statement], given).fetchone()
    if row is None:
        return None
    ids = (0, 5) if statement is _KEY else (0, 5, 8, 13)
    return tuple(UUID(value) if place in ids and value else value for place, value in enumerate(row))


def _on_postgres(statement: str, row_id: UUID) -> tuple[Any, ...] | None:
    from lms_app.core.hot_postgres import Line

    line: Line | None = getattr(_local, "line", None)
    if line is None or line.database is not db.database():
        line = _local.line = Line(db.database())
        _lines.add(line)
    given = {"id": row_id, "now": int(time.time() * 1e6)}
    return line.run(lambda connection: connection.execute(_POSTGRES[statement], given).fetchone())


def _hang_up() -> None:
    for line in list(_lines):
        line.close()


db.on_change(_hang_up)


_touching: set[asyncio.Task[None]] = set()


def _touch(row_id: UUID, known: _Known, seen: Callable[[Work, UUID], None]) -> _Known:
    """Keep when a session or key was last used, without waiting for it."""
    known = _known[row_id] = known._replace(seen_at=time.time())
    task = asyncio.get_running_loop().create_task(perform(SYSTEM, seen, row_id))
    _touching.add(task)
    task.add_done_callback(_touching.discard)
    return known


def _seen(work: Work, session_id: UUID) -> None:
    _note_use(work, LoginSession, session_id)


def _key_seen(work: Work, key_id: UUID) -> None:
    _note_use(work, ApiToken, key_id)


def _note_use(work: Work, table: type[LoginSession] | type[ApiToken], row_id: UUID) -> None:
    used = update(table).where(col(table.id) == row_id).values(seen_at=work.now).returning(col(table.user_id))
    for (user_id,) in work.db.connection().execute(used).all():
        work.db.connection().execute(update(User).where(col(User.id) == user_id).values(seen_at=work.now))


def revoked_since(work: Work, moment: datetime) -> set[UUID]:
    """Sessions that ended since: their open tabs must go to the sign-in page."""
    ended = select(LoginSession.id).where(col(LoginSession.revoked_at) >= moment)
    suspended = (
        select(LoginSession.id)
        .join(User, col(User.id) == col(LoginSession.user_id))
        .where(col(User.suspended_at) >= moment)
    )
    return {*work.db.exec(ended).all(), *work.db.exec(suspended).all()}
