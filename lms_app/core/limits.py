"""How often is too often: every rate of the product in one table.

Counts live in this process, or in Redis (`LMS_REDIS_URL`) when several processes share the work; a refused act counts,
too, although its transaction is undone, so they cannot live in the rows of that transaction. The job loop writes them
into `rate_count` every few seconds and a start reads them back: a restart forgives nothing.
"""

import hashlib
import hmac
import logging
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

import redis
from sqlalchemy import delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Field, col, select

from lms_app.core import db
from lms_app.core.db import Moment, Row, from_micros, to_micros
from lms_app.core.errors import TooMany
from lms_app.core.settings import settings
from lms_app.core.words import say
from lms_app.core.work import Work

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Limit:
    """`times` acts in `seconds`; `what` is how the refusal begins."""

    times: int
    seconds: int
    what: str = "Too many tries."


MINUTE, HOUR, DAY = 60, 3600, 86_400

LIMITS: dict[str, Limit] = {
    "sign_in_account": Limit(10, 15 * MINUTE, "Too many wrong passwords for this account."),
    "sign_in_address": Limit(50, 15 * MINUTE, "Too many wrong passwords from your network."),
    "register_address": Limit(100, HOUR, "Too many new accounts from your network."),
    "mail_account": Limit(3, HOUR, "We have sent several mails to this address already."),
    "mail_address": Limit(30, HOUR, "Too many mails were asked for from your network."),
    "setup": Limit(10, 15 * MINUTE, "Too many codes that do not fit."),
    "setup_all": Limit(60, 15 * MINUTE, "Too many codes that do not fit."),
    "mail_test": Limit(20, HOUR, "Too many tests of the mail."),
    "link": Limit(30, HOUR, "Too many links were tried from your network."),
    "password": Limit(10, HOUR, "Too many tries with a wrong current password."),
    "refresh": Limit(60, HOUR, "Too many refreshes."),
    "enrol_key": Limit(10, 15 * MINUTE, "Too many keys that do not fit."),
    # One for each hundred lines: whoever manages a course learns who has an account, but not of a whole town.
    "class_list": Limit(300, DAY, "Too many lists were checked."),
    "announce": Limit(20, HOUR, "Too many announcements."),
    "question": Limit(20, HOUR, "You have asked many questions in a short time."),
    "post": Limit(60, HOUR, "You have written a lot in a short time."),
    "report": Limit(20, HOUR, "You have reported a lot in a short time."),
    "verify": Limit(60, 10 * MINUTE, "Too many codes were tried from your network."),
    "search": Limit(240, MINUTE, "Too many searches."),
    "feed": Limit(120, HOUR, "This calendar is read too often."),
    "take_out": Limit(3, DAY, "You have asked for several copies of your data today."),
    "upload": Limit(60, HOUR, "Too many uploads."),
    "page": Limit(1200, 10 * MINUTE, "Too many pages of documents."),
    "import": Limit(60, HOUR, "Too many imports."),
    "api": Limit(1200, MINUTE, "Too many requests."),
}

KEYS_MAX = 100_000


class RateCount(Row, table=True):
    """A count of the current window. `who` is a keyed hash: addresses are personal data."""

    __tablename__ = "rate_count"

    name: str = Field(primary_key=True, max_length=40)
    who: str = Field(primary_key=True, max_length=64)
    began_at: datetime = Field(sa_type=Moment, index=True)
    count: int


def hit(work: Work, name: str, who: str) -> None:
    """Count one act of `who` (an account, an address). Raises TooMany above the limit; the refused act counts, too."""
    check(name, who, work.now)


def check(name: str, who: str, now: datetime) -> None:
    """`hit` for the borders, which have no unit of work yet."""
    limit = LIMITS[name]
    count, seconds_left = _counts().add(name, _hashed(who), limit.seconds, now)
    if count > limit.times:
        minutes = max(1, -(-seconds_left // 60))
        again = say("Try again in a minute.") if minutes == 1 else say("Try again in {n} minutes.", n=minutes)
        raise TooMany(f"{say(limit.what)} {again}", retry_after=seconds_left)


def forgive(name: str, who: str) -> None:
    """Forget what was counted: a right password ends the row of wrong ones."""
    _counts().drop(name, _hashed(who))


def take_back(name: str, who: str) -> None:
    """Uncount one act that turned out well. The rest stays: a right password must not pay for wrong ones of others."""
    _counts().less(name, _hashed(who))


@lru_cache(maxsize=4096)
def _hashed(who: str) -> str:
    return hmac.new(settings.signing_key.encode(), who.encode(), hashlib.sha256).hexdigest()[:32]


class _InProcess:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: dict[tuple[str, str], tuple[int, int]] = {}  # when the window began, in µs, and how many
        self._changed: set[tuple[str, str]] = set()

    def add(self, name: str, who: str, seconds: int, now: datetime) -> tuple[int, int]:
        at = to_micros(now)
        with self._lock:
            began, count = self._counts.get((name, who), (at, 0))
            if at - began >= seconds * 1_000_000:
                began, count = at, 0
            if len(self._counts) >= KEYS_MAX:
                del self._counts[next(iter(self._counts))]
            self._counts[name, who] = began, count + 1
            self._changed.add((name, who))
        return count + 1, seconds - (at - began) // 1_000_000

    def drop(self, name: str, who: str) -> None:
        with self._lock:
            if (name, who) in self._counts:
                self._counts[name, who] = (self._counts[name, who][0], 0)
                self._changed.add((name, who))

    def less(self, name: str, who: str) -> None:
        with self._lock:
            began, count = self._counts.get((name, who), (0, 0))
            if count:
                self._counts[name, who] = (began, count - 1)
                self._changed.add((name, who))

    def clear(self) -> None:
        with self._lock:
            self._counts.clear()
            self._changed.clear()

    def take(self) -> list[tuple[str, str, int, int]]:
        with self._lock:
            changed = [(*key, *self._counts[key]) for key in self._changed if key in self._counts]
            self._changed.clear()
        return changed

    def put(self, rows: list[tuple[str, str, int, int]]) -> None:
        with self._lock:
            for name, who, began, count in rows:
                self._counts.setdefault((name, who), (began, count))


class _InRedis:
    def __init__(self, url: str, fallback: _InProcess) -> None:
        self._redis: Any = redis.Redis.from_url(url, socket_timeout=1)
        self._fallback = fallback

    def add(self, name: str, who: str, seconds: int, now: datetime) -> tuple[int, int]:
        key = f"lectern:rate:{name}:{who}"
        try:
            with self._redis.pipeline() as pipe:
                pipe.incr(key)
                pipe.expire(key, seconds, nx=True)
                pipe.ttl(key)
                count, _, left = pipe.execute()
        except redis.RedisError:
            log.warning("Redis does not answer: counting in this process")
            return self._fallback.add(name, who, seconds, now)
        return int(count), max(int(left), 1)

    def drop(self, name: str, who: str) -> None:
        try:
            self._redis.delete(f"lectern:rate:{name}:{who}")
        except redis.RedisError:
            self._fallback.drop(name, who)

    def less(self, name: str, who: str) -> None:
        key = f"lectern:rate:{name}:{who}"
        try:
            # Only what is counted now: a window that ended meanwhile must not begin below nothing.
            if self._redis.exists(key):
                self._redis.decr(key)
        except redis.RedisError:
            self._fallback.less(name, who)


_here = _InProcess()
_shared: _InRedis | None = None
db.on_change(_here.clear)


def _counts() -> "_InProcess | _InRedis":
    global _shared
    if not settings.redis_url:
        return _here
    if _shared is None:
        _shared = _InRedis(settings.redis_url, _here)
    return _shared


def flush(work: Work) -> None:
    """Write what changed since the last time, and forget windows that ended a day ago."""
    insert = (postgresql if work.db.get_bind().dialect.name == "postgresql" else sqlite).insert
    for name, who, began, count in _here.take():
        row = {"name": name, "who": who, "began_at": from_micros(began), "count": count}
        statement = insert(RateCount).values(**row)
        work.db.exec(
            statement.on_conflict_do_update(
                index_elements=["name", "who"], set_={"began_at": row["began_at"], "count": count}
            )
        )
    work.db.exec(delete(RateCount).where(col(RateCount.began_at) < work.now - timedelta(days=2)))


def has_news() -> bool:
    return bool(_here._changed)  # pyright: ignore[reportPrivateUsage]  ours


def load(work: Work) -> None:
    """Read the counts that the last process wrote."""
    rows = work.db.exec(select(RateCount.name, RateCount.who, RateCount.began_at, RateCount.count)).all()
    _here.put([(name, who, to_micros(began), count) for name, who, began, count in rows])


def forget() -> None:
    """Forget all that this process counted."""
    _here.clear()
