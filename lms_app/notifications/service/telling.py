"""Telling people of something, in the transaction of the service in which it happened."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_
from sqlalchemy import select as columns
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col

from lms_app.core import outbox
from lms_app.core.db import new_id, to_micros
from lms_app.core.identity import User
from lms_app.core.work import Work
from lms_app.notifications import rules
from lms_app.notifications.events import EVENTS
from lms_app.notifications.models import Notification, NotificationChoice, NotificationSetting, Pace

NOTIFIED = "notified"
AT_ONCE = 200


def tell(work: Work, user_ids: Iterable[UUID], event: str, data: dict[str, Any], *, key: str) -> int:
    """Tell people of `event`, each by the ways that they want, and return how many heard of it now.

    Not a door: whom to tell is known to the service that calls. `key` says what happened: nobody is told twice of it. An
    event that nobody registered raises KeyError.
    """
    known, people = EVENTS[event], list(dict.fromkeys(user_ids))
    told = 0
    for start in range(0, len(people), AT_ONCE):
        told += _tell(work, people[start : start + AT_ONCE], event, (known.inbox, known.mail), data, key)
    return told


def wake(work: Work, due: Iterable[tuple[UUID, datetime]]) -> None:
    """Have people's mail written at that moment. One message of the outbox, however many ask for it."""
    outbox.put_many(
        work,
        NOTIFIED,
        [({"user_id": str(user)}, f"{NOTIFIED}:{user}:{to_micros(at)}", at) for user, at in dict.fromkeys(due)],
    )


def wish_of(row: Any) -> rules.Wish:
    """When somebody's mail comes, of a row with their zone and their settings, which may be missing."""
    return rules.Wish(row.zone, Pace(row.pace or Pace.NOW), row.quiet_from, row.quiet_until)


WISH = (
    col(User.zone),
    col(NotificationSetting.pace),
    col(NotificationSetting.quiet_from),
    col(NotificationSetting.quiet_until),
)


def _tell(
    work: Work, people: Sequence[UUID], event: str, usual: tuple[bool, bool], data: dict[str, Any], key: str
) -> int:
    theirs = (
        columns(col(User.id), *WISH, col(NotificationChoice.inbox), col(NotificationChoice.mail))
        .outerjoin(NotificationSetting, col(NotificationSetting.user_id) == col(User.id))
        .outerjoin(
            NotificationChoice,
            and_(col(NotificationChoice.user_id) == col(User.id), col(NotificationChoice.event) == event),
        )
        .where(col(User.id).in_(people), col(User.suspended_at).is_(None))
    )
    work.db.flush()
    rows: list[dict[str, Any]] = []
    for row in work.db.connection().execute(theirs):
        inbox, by_mail = usual if row.inbox is None else (row.inbox, row.mail)
        if inbox or by_mail:
            due = rules.mail_at(work.now, wish_of(row)) if by_mail else None
            rows.append(
                {
                    "id": new_id(),
                    "user_id": row.id,
                    "event": event,
                    "key": key,
                    "data": data,
                    "created_at": work.now,
                    "inbox": inbox,
                    "mail_at": due,
                }
            )
    if not rows:
        return 0
    dialect = postgresql if work.db.get_bind().dialect.name == "postgresql" else sqlite
    once = dialect.insert(Notification).values(rows).on_conflict_do_nothing(index_elements=["user_id", "event", "key"])
    new = work.db.connection().execute(once.returning(col(Notification.user_id), col(Notification.mail_at))).all()
    wake(work, [(row.user_id, row.mail_at) for row in new if row.mail_at is not None])
    return len(new)
