"""Addresses that refuse mail: noted when a server says so for good, or when a report about it comes back later.

Such an address gets nothing more, so that the site stays welcome at mail servers, until its owner has opened a link that
was mailed there on request, or an administrator has it tried again.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Field, col, select

from lms_app.core import mail
from lms_app.core.db import Moment, Row
from lms_app.core.errors import Invalid
from lms_app.core.outbox import OutboxMessage
from lms_app.core.work import Work

NOT_SENT = "Not sent: this address refused mail before."
REPORT_MAX_BYTES = 1_000_000
NO_REPORT = "This is no report about mail that could not be delivered (RFC 3464)."
NOT_OURS = "This report is about a message that this site did not send."
_ID = re.compile(r"<([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})@")


class MailBounce(Row, table=True):
    """An address that refuses mail, in lower case. No row: mail goes there."""

    __tablename__ = "mail_bounce"

    address: str = Field(primary_key=True, max_length=254)
    at: datetime = Field(sa_type=Moment)
    reason: str = Field(max_length=300)


@dataclass(frozen=True, slots=True)
class Report:
    """What a mail server says about a message that it had taken. `status` is like 5.1.1 (RFC 3463)."""

    message_id: UUID | None
    address: str
    action: str
    status: str
    reason: str

    @property
    def is_final(self) -> bool:
        """Whether the address is to blame, for good: 4 may pass, and 5.7 is about us and not about the mailbox."""
        return self.action == "failed" and self.status.startswith("5.") and not self.status.startswith("5.7")


def is_bouncing(work: Work, address: str) -> bool:
    return reason_of(work, address) is not None


def reason_of(work: Work, address: str) -> str | None:
    """Why an address refuses mail; None where it does not. One query."""
    return work.db.exec(select(MailBounce.reason).where(col(MailBounce.address) == address.lower())).first()


def note(work: Work, *, address: str, reason: str) -> None:
    """An address refuses mail from now on. Again keeps the first reason."""
    dialect = postgresql if work.db.get_bind().dialect.name == "postgresql" else sqlite
    row = {"address": address.lower()[:254], "at": work.now, "reason": " ".join(reason.split())[:300]}
    work.db.exec(dialect.insert(MailBounce).values(**row).on_conflict_do_nothing(index_elements=["address"]))


def forget(work: Work, address: str) -> bool:
    """An address takes mail again; False when it did before."""
    gone = work.db.exec(delete(MailBounce).where(col(MailBounce.address) == address.lower()))
    return gone.rowcount > 0


def take_report(work: Work, *, content: bytes) -> list[str]:
    """Note the addresses that a delivery report says refuse mail for good, and return them.

    Not a door. Anybody can write a report and mail it to us: it counts only for a message that went to that address.
    Raises Invalid for what is no report, or none about a message of ours.
    """
    reports = read_report(content)
    if not reports:
        raise Invalid({"body": NO_REPORT})
    ours = [one for one in reports if one.message_id and _sent_to(work, one.message_id) == one.address]
    if not ours:
        raise Invalid({"body": NOT_OURS})
    final = [one for one in ours if one.is_final]
    for one in final:
        note(work, address=one.address, reason=f"{one.status} {one.reason}".strip())
    return [one.address for one in final]


def read_report(content: bytes) -> list[Report]:
    """What a delivery status notification says of each recipient; empty for any other message. Never raises."""
    message = BytesParser(policy=policy.default).parsebytes(content[:REPORT_MAX_BYTES])
    parts = [part for part in message.walk() if isinstance(part, EmailMessage)]
    status = next((part for part in parts if part.get_content_type() == "message/delivery-status"), None)
    if status is None or not isinstance(blocks := status.get_payload(), list):
        return []
    about = next(
        (part for part in parts if part.get_content_type().startswith(("message/rfc822", "text/rfc822"))), None
    )
    found = _ID.search(_text(about)) if about is not None else None
    message_id = UUID(found[1]) if found else None
    reports: list[Report] = []
    for block in blocks:
        if not isinstance(block, EmailMessage):
            continue
        fields = {name: _field(block, name) for name in ("Original-Recipient", "Final-Recipient")}
        address = (fields["Original-Recipient"] or fields["Final-Recipient"]).lower()
        if address:
            reports.append(
                Report(
                    message_id,
                    address,
                    _header(block, "Action").lower(),
                    _header(block, "Status").partition(" ")[0],
                    _field(block, "Diagnostic-Code"),
                )
            )
    return reports


def _header(block: EmailMessage, name: str) -> str:
    return " ".join(str(block.get(name, "")).split())[:500]


def _field(block: EmailMessage, name: str) -> str:
    """What stands behind the type of an address or a code: `rfc822; ada@example.org`."""
    return _header(block, name).partition(";")[2].strip()


def _text(part: EmailMessage) -> str:
    """The headers of the message that a report is about, however they were attached."""
    inner = part.get_payload()
    if isinstance(inner, list):
        return "\n".join(str(one.get("Message-ID", "")) for one in inner if isinstance(one, EmailMessage))
    raw = part.get_payload(decode=True)
    return raw.decode("ascii", "replace") if isinstance(raw, bytes) else ""


def _sent_to(work: Work, message_id: UUID) -> str:
    known = select(OutboxMessage.payload).where(
        col(OutboxMessage.id) == message_id, col(OutboxMessage.topic) == mail.TOPIC
    )
    payload = work.db.exec(known).first()
    return str(payload["to"]).lower() if payload else ""
