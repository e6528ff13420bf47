"""One's calendar for other programs, behind a secret address that its owner can renew and take back."""

import hashlib
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import select as columns
from sqlalchemy import update
from sqlmodel import col

from lms_app.core import audit, identity, limits, site, when
from lms_app.core.db import from_micros, new_id, to_micros
from lms_app.core.errors import NotFound
from lms_app.core.identity import User
from lms_app.core.settings import settings
from lms_app.core.work import Actor, SiteRole, Work
from lms_app.home import rules
from lms_app.home.models import CalendarFeed
from lms_app.home.rules import Seen
from lms_app.home.service.dates import courses_of, entries
from lms_app.home.views_calendar import NO_FEED, CalendarEntry, Feed, FeedView, Revision
from lms_app.web import routes

BACK, AHEAD = timedelta(days=120), timedelta(days=600)
SECRET_MAX = 100
READ_EVERY = timedelta(hours=1)  # how exactly we keep when it was read
NO_CALENDAR = "There is no calendar at this address. Its owner may have taken it back or made a new one."

_OWNER = columns(
    col(CalendarFeed.user_id),
    col(CalendarFeed.read_at),
    col(CalendarFeed.seen),
    col(User.name),
    col(User.role),
    col(User.zone),
    col(User.locale),
).join(User, col(User.id) == col(CalendarFeed.user_id))


# ---- The owner


def feed_of(work: Work) -> FeedView:
    """The address of one's own calendar; an empty one before it is made. One query."""
    row = work.db.get(CalendarFeed, work.user_id)
    if row is None or not identity.same_token(secret := identity.secret_of(row.id), row.secret_hash):
        return NO_FEED  # one that another site's secret made opens nothing any more
    return FeedView(
        url=f"{settings.url}{routes.calendar_feed(secret)}",
        made=when.moment(row.made_at, work.actor.zone, work.actor.locale, now=work.now),
        read=when.ago(row.read_at, work.now, work.actor.locale) if row.read_at else "",
    )


def make_feed(work: Work) -> FeedView:
    """Make the address, or another one: then the old one ends."""
    row = work.db.get(CalendarFeed, work.user_id)
    renewed = row is not None
    feed_id = new_id()
    secret_hash = identity.hashed_token(identity.secret_of(feed_id))
    if row is None:
        row = CalendarFeed(user_id=work.user_id, secret_hash=secret_hash, made_at=work.now)
    # What entries were told by the old address goes on: they are the same to whoever subscribes to the new one.
    row.id, row.secret_hash, row.made_at, row.read_at = feed_id, secret_hash, work.now, None
    work.db.add(row)
    work.db.flush()
    audit.record(work, "calendar.feed_renewed" if renewed else "calendar.feed_made", "user", work.user_id)
    return feed_of(work)


def drop_feed(work: Work) -> None:
    """End the address. Without one nothing happens."""
    row = work.db.get(CalendarFeed, work.user_id)
    if row is not None:
        work.db.delete(row)
        work.db.flush()
        audit.record(work, "calendar.feed_ended", "user", work.user_id)


# ---- Programs


def read_feed(work: Work, *, secret: str) -> Feed:
    """The calendar of whoever made this address, from four months ago to twenty ahead. Whoever has it needs no account.

    Raises NotFound for any other address, TooMany for many others or too frequent reading.
    """
    owner = _owner(work, secret)
    limits.hit(work, "feed", str(owner.user_id))
    actor = Actor(owner.user_id, None, SiteRole(owner.role), owner.name, "", owner.zone, owner.locale)
    theirs = replace(work, actor=actor)
    begins_at, ends_at = work.now - BACK, work.now + AHEAD
    found = entries(theirs, courses_of(theirs), begins_at, ends_at)
    seen = {uid: Seen(*known) for uid, known in owner.seen.items()}
    said = {entry.uid: when.zoned(entry.at, owner.zone, owner.locale) for entry in found}
    digests = {entry.uid: _digest(entry, said[entry.uid]) for entry in found}
    told = rules.revised(seen, digests, to_micros(work.now))
    return Feed(
        name=site.known().name,
        entries=found,
        revisions={
            uid: Revision(told[uid].sequence, from_micros(told[uid].changed_at), words) for uid, words in said.items()
        },
        seen={uid: list(known) for uid, known in told.items()},
        news=told != seen or owner.read_at is None or work.now - owner.read_at > READ_EVERY,
    )


def note_feed(work: Work, *, secret: str, seen: dict[str, list[object]]) -> None:
    """Keep what a program was told of each entry, and when it read. Raises NotFound as `read_feed` does."""
    owner = _owner(work, secret)
    mine = update(CalendarFeed).where(col(CalendarFeed.user_id) == owner.user_id)
    work.db.connection().execute(mine.values(seen=seen, read_at=work.now))


def _owner(work: Work, secret: str) -> Any:
    its = _OWNER.where(
        col(CalendarFeed.secret_hash) == identity.hashed_token(secret[:SECRET_MAX]), col(User.suspended_at).is_(None)
    )
    work.db.flush()
    owner = work.db.connection().execute(its).first()
    if owner is None:
        limits.hit(work, "link", work.actor.ip)
        raise NotFound(NO_CALENDAR)
    return owner


def _digest(entry: CalendarEntry, said: str) -> str:
    """Of what programs show of an entry."""
    shown = "\n".join((entry.at.isoformat(), entry.title, entry.course, entry.url, said))
    return hashlib.sha256(shown.encode()).hexdigest()[:16]
