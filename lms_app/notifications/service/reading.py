"""One's own inbox."""

from typing import Any
from uuid import UUID

from sqlalchemy import case, func, update
from sqlalchemy import select as columns
from sqlmodel import col

from lms_app.core import when
from lms_app.core.errors import NotFound
from lms_app.core.work import Work
from lms_app.notifications import letters
from lms_app.notifications.events import EVENTS
from lms_app.notifications.models import Notification
from lms_app.notifications.views import Inbox, NotificationGroup, NotificationView

WINDOW = 50
WINDOW_MAX = 100
_UNREAD = col(Notification.read_at).is_(None)


def inbox(work: Work, *, unread: bool = False, limit: int = WINDOW, offset: int = 0) -> Inbox:
    """What the reader was told, newest first and grouped by course, in windows of at most 100. Two queries."""
    mine = (col(Notification.user_id) == work.user_id, col(Notification.inbox), col(Notification.event).in_(EVENTS))
    wanted = (*mine, _UNREAD) if unread else mine
    newest = (
        columns(
            col(Notification.id),
            col(Notification.event),
            col(Notification.data),
            col(Notification.created_at),
            col(Notification.read_at),
        )
        .where(*wanted)
        .order_by(col(Notification.created_at).desc(), col(Notification.id))
        .limit(min(max(limit, 1), WINDOW_MAX))
        .offset(max(offset, 0))
    )
    counts = columns(func.count().label("all"), func.count(case((_UNREAD, 1))).label("unread")).where(*mine)
    groups: dict[str, list[NotificationView]] = {}
    for row in work.db.connection().execute(newest):
        groups.setdefault(str(row.data.get("course", "")), []).append(_view(work, row))
    found = work.db.connection().execute(counts).one()
    return Inbox(
        groups=[NotificationGroup(course, those) for course, those in groups.items()],
        total=found.unread if unread else found.all,
        unread=found.unread,
    )


def unread_count(work: Work) -> int:
    """How many notifications the reader has not read."""
    mine = columns(func.count()).where(
        col(Notification.user_id) == work.user_id,
        col(Notification.inbox),
        col(Notification.event).in_(EVENTS),
        _UNREAD,
    )
    return work.db.connection().execute(mine).scalar_one()


def read_one(work: Work, *, notification_id: UUID) -> None:
    """Mark one of one's own notifications as read; again changes nothing. Raises NotFound for anybody else's."""
    mine = (col(Notification.id) == notification_id, col(Notification.user_id) == work.user_id)
    if work.db.connection().execute(columns(col(Notification.id)).where(*mine)).first() is None:
        raise NotFound("We could not find that notification.")
    work.db.connection().execute(update(Notification).where(*mine, _UNREAD).values(read_at=work.now))


def read_all(work: Work) -> int:
    """Mark all of one's own notifications as read, and say how many were not."""
    mine = update(Notification).where(col(Notification.user_id) == work.user_id, _UNREAD)
    return work.db.connection().execute(mine.values(read_at=work.now)).rowcount


def _view(work: Work, row: Any) -> NotificationView:
    told, reader = letters.Told(row.event, row.data), letters.Reader(work.actor.zone, work.actor.locale)
    return NotificationView(
        id=str(row.id),
        event=row.event,
        title=letters.title_of(told, reader),
        text=letters.text_of(told, reader)[:300],
        url=row.data.get("url", ""),
        when=when.ago(row.created_at, work.now, work.actor.locale),
        unread=row.read_at is None,
    )
