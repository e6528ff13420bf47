"""What waits goes out: one mail for all that came in a burst, or since the last digest."""

from typing import Any
from uuid import UUID

from sqlalchemy import select as columns
from sqlalchemy import update
from sqlmodel import col

from lms_app.core import mail
from lms_app.core.errors import Forbidden, NotFound
from lms_app.core.identity import User
from lms_app.core.work import Work
from lms_app.notifications import letters, rules
from lms_app.notifications.events import EVENTS
from lms_app.notifications.models import Notification, NotificationChoice, NotificationSetting
from lms_app.notifications.service.telling import NOTIFIED as NOTIFIED
from lms_app.notifications.service.telling import WISH, wake, wish_of
from lms_app.notifications.service.unsubscribing import url_of
from lms_app.notifications.views import LetterView


def mail_notifications(work: Work, payload: dict[str, Any]) -> None:
    """The topic `notified`: one mail with all that waits for somebody and is due by the end of this burst.

    What was read meanwhile is not mailed, nor what is no longer wanted by mail. In quiet hours it waits on.
    """
    if not work.actor.is_admin:
        _ = work.user_id
        raise NotFound()
    user_id = UUID(payload["user_id"])
    reader = _one(work, user_id)
    if reader is None or reader.suspended_at is not None:
        return
    due = rules.after_quiet(work.now, wish_of(reader))
    if due > work.now:
        wake(work, [(user_id, due)])
        return
    waiting = (
        columns(
            col(Notification.id),
            col(Notification.event),
            col(Notification.data),
            col(Notification.read_at),
            col(NotificationChoice.mail),
        )
        .outerjoin(
            NotificationChoice,
            (col(NotificationChoice.user_id) == col(Notification.user_id))
            & (col(NotificationChoice.event) == col(Notification.event)),
        )
        .where(
            col(Notification.user_id) == user_id,
            col(Notification.mailed_at).is_(None),
            col(Notification.mail_at) <= work.now + rules.BURST,
        )
        .order_by(col(Notification.created_at), col(Notification.id))
        .with_for_update(of=Notification)
    )
    rows = work.db.connection().execute(waiting).all()
    wanted = [row for row in rows if row.read_at is None and row.mail is not False and row.event in EVENTS]
    told = [letters.Told(row.event, row.data) for row in wanted]
    if rows:
        theirs = update(Notification).where(col(Notification.id).in_([row.id for row in rows]))
        work.db.connection().execute(theirs.values(mailed_at=work.now))
    if told:
        unsubscribe = url_of(user_id, [one.event for one in told])
        letter = letters.letter(told, unsubscribe, letters.Reader(reader.zone, reader.locale))
        mail.put(
            work,
            to=reader.email,
            subject=letter.subject,
            text=letter.text,
            html=letter.html,
            unsubscribe=unsubscribe,
            key=f"{NOTIFIED}:{rows[0].id}",
        )


def preview(work: Work, *, event: str) -> LetterView:
    """A mail about an event as its reader gets it, for administrators: of the newest that was told, or of a sample."""
    if not work.actor.is_admin:
        _ = work.user_id
        raise Forbidden("Only administrators can open this page.")
    if event not in EVENTS:
        raise NotFound("We could not find that kind of mail.")
    newest = (
        columns(col(Notification.data))
        .where(col(Notification.event) == event)
        .order_by(col(Notification.created_at).desc())
        .limit(1)
    )
    data = work.db.connection().execute(newest).scalar()
    reader = letters.Reader(work.actor.zone, work.actor.locale)
    return letters.letter([letters.Told(event, data or EVENTS[event].sample)], "", reader)


def _one(work: Work, user_id: UUID) -> Any:
    reader = (
        columns(col(User.email), col(User.suspended_at), col(User.locale), *WISH)
        .outerjoin(NotificationSetting, col(NotificationSetting.user_id) == col(User.id))
        .where(col(User.id) == user_id)
    )
    work.db.flush()
    return work.db.connection().execute(reader).first()
