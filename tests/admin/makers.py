"""What administrators look at: mail in each of its states."""

from typing import Any
from uuid import UUID

from sqlmodel import col, select

from lms_app.core import mail, outbox
from lms_app.core.outbox import Leased, OutboxMessage
from lms_app.core.work import SYSTEM, Work, unit_of_work
from tests.makers import NOON


def letter(subject: str = "Welcome", *, state: str = "waiting", at: Any = NOON, tries: int = 0) -> UUID:
    """A message that waits, waits after some `tries`, was sent, or was given up."""
    with unit_of_work(SYSTEM, at) as work:
        mail.put(work, to="ada@example.org", subject=subject, text=f"Read this: http://lectern.test/join/{subject}")
        found = work.db.exec(select(OutboxMessage).where(col(OutboxMessage.payload)["subject"].as_string() == subject))
        message = found.one()
        if state == "sent":
            outbox.done(work, message.id)
        for number in range(outbox.ATTEMPTS_MAX if state == "failed" else tries):
            _fail(work, message, number)
        return message.id


def _fail(work: Work, message: OutboxMessage, number: int) -> None:
    outbox.retry_later(
        work,
        Leased(message.id, message.topic, message.payload, number, message.created_at),
        "SMTPError: no such mailbox",
    )
