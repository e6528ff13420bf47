"""The outgoing mail: what waits, what was sent, what could not be, and another try."""

import re
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, func
from sqlalchemy import select as columns
from sqlmodel import col

from lms_app.admin.service.door import WINDOW, check_window, enter, rows
from lms_app.admin.views import Bounce, Letter, Mail, MailRow
from lms_app.core import audit, bounces, mail, outbox, when
from lms_app.core.bounces import MailBounce
from lms_app.core.errors import Conflict, Forbidden, Invalid, NotFound
from lms_app.core.outbox import OutboxMessage
from lms_app.core.settings import settings
from lms_app.core.work import Work

STATES = ("", "waiting", "sent", "failed", "bouncing")
NO_MESSAGE = "We could not find that message."

_IS_MAIL = col(OutboxMessage.topic) == mail.TOPIC
_IN: dict[str, ColumnElement[bool]] = {
    "sent": col(OutboxMessage.done_at).is_not(None),
    "failed": and_(col(OutboxMessage.done_at).is_(None), col(OutboxMessage.failed_at).is_not(None)),
    "waiting": and_(col(OutboxMessage.done_at).is_(None), col(OutboxMessage.failed_at).is_(None)),
}
_ROWS = columns(
    col(OutboxMessage.id),
    col(OutboxMessage.payload),
    col(OutboxMessage.created_at),
    col(OutboxMessage.due_at),
    col(OutboxMessage.done_at),
    col(OutboxMessage.failed_at),
    col(OutboxMessage.tries),
    col(OutboxMessage.last_error),
).where(_IS_MAIL)
_REFUSE = columns(func.count()).select_from(MailBounce).scalar_subquery().label("bouncing")
_COUNTS = columns(*[func.count(case((condition, 1))).label(name) for name, condition in _IN.items()], _REFUSE).where(
    _IS_MAIL
)
_BOUNCES = columns(col(MailBounce.address), col(MailBounce.at), col(MailBounce.reason)).order_by(
    col(MailBounce.at).desc(), col(MailBounce.address)
)


def mail_list(work: Work, *, status: str = "", limit: int = WINDOW, offset: int = 0) -> Mail:
    """The mail that matches, newest first, with the counts of all of it; `bouncing` lists addresses instead, which refuse
    mail. Two queries."""
    enter(work)
    check_window(limit, offset)
    if status not in STATES:
        raise Invalid({"status": "Choose waiting, sent, failed or bouncing."})
    wanted = [_IN[status]] if status in _IN else []
    newest = _ROWS.where(*wanted).order_by(col(OutboxMessage.created_at).desc(), col(OutboxMessage.id))
    found = rows(work, (_BOUNCES if status == "bouncing" else newest).limit(limit).offset(offset))
    (counts,) = rows(work, _COUNTS)
    per_state = {"waiting": counts.waiting, "sent": counts.sent, "failed": counts.failed}
    return Mail(
        messages=[_refuses(work, row) if status == "bouncing" else _row(work, row) for row in found],
        total=counts.bouncing if status == "bouncing" else per_state.get(status, sum(per_state.values())),
        **per_state,
        bouncing=counts.bouncing,
        readable=_readable(),
    )


def letter(work: Work, *, message_id: UUID) -> Letter:
    """The text of one message, where mail is kept on disk: it holds links that sign in as somebody else.

    Raises Forbidden where mail is really sent.
    """
    enter(work)
    if not _readable():
        raise Forbidden("Messages are sent to their readers and cannot be opened here.")
    row = _message(work, message_id)
    return Letter(
        id=str(row.id),
        address=row.payload["to"],
        subject=row.payload["subject"],
        created=_moment(work, row.created_at),
        text=row.payload["text"],
        links=re.findall(r"https?://[^\s<>]+", row.payload["text"]),
    )


def send_again(work: Work, *, message_id: UUID) -> MailRow:
    """Put a message that failed, or waits for its next try, at the head of the queue. Raises Conflict once it is sent.

    Its address counts as one that takes mail until it says otherwise.
    """
    enter(work)
    bounces.forget(work, _message(work, message_id).payload["to"])
    if not outbox.try_again(work, message_id):
        raise Conflict("That message has been sent already.")
    audit.record(work, "mail.tried_again", "outbox_message", message_id)
    return _row(work, _message(work, message_id))


def bouncing(work: Work, *, limit: int = WINDOW, offset: int = 0) -> list[Bounce]:
    """The addresses that refuse mail, newest first. One query."""
    enter(work)
    check_window(limit, offset)
    return [Bounce(row.address, row.reason, row.at) for row in rows(work, _BOUNCES.limit(limit).offset(offset))]


def take_bounce(work: Work, *, content: bytes) -> list[str]:
    """Note what a delivery report (RFC 3464) says: addresses that refuse mail for good get no more of it, and are returned.

    Raises Invalid for what is no report, or is about no message that this site sent to that address.
    """
    enter(work)
    found = bounces.take_report(work, content=content)
    for address in found:
        audit.record(work, "mail.bounced", "mail_bounce", audit.hidden(address))
    return found


def mail_again(work: Work, *, address: str) -> None:
    """Have mail sent to an address again. One that takes mail stays as it is."""
    enter(work)
    if bounces.forget(work, address):
        audit.record(work, "mail.bounce_forgotten", "mail_bounce", audit.hidden(address.lower()))


def _refuses(work: Work, row: Any) -> MailRow:
    return MailRow(row.address, row.address, row.reason, "bouncing", _moment(work, row.at), "", "")


def _readable() -> bool:
    return settings.mail == "file"


def _message(work: Work, message_id: UUID) -> Any:
    found = rows(work, _ROWS.where(col(OutboxMessage.id) == message_id))
    if not found:
        raise NotFound(NO_MESSAGE)
    return found[0]


def _row(work: Work, row: Any) -> MailRow:
    state = "sent" if row.done_at else "failed" if row.failed_at else "waiting"
    if row.done_at:
        note = f"Sent {_moment(work, row.done_at)}"
    elif row.failed_at:
        note = f"Given up after {when.plural(row.tries, 'try') if row.tries == 1 else f'{row.tries} tries'}"
    elif row.tries:
        note = f"Next try {_moment(work, row.due_at)}"
    else:
        note = "Goes out in a moment"
    return MailRow(
        id=str(row.id),
        address=row.payload["to"],
        subject=row.payload["subject"],
        state=state,
        created=_moment(work, row.created_at),
        note=note,
        error="" if row.done_at else row.last_error,
    )


def _moment(work: Work, moment: Any) -> str:
    return when.moment(moment, work.actor.zone, work.actor.locale)
