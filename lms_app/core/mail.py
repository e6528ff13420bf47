"""Mail: put into the outbox inside a transaction, delivered by the job loop.

Two transports (`LMS_MAIL_TRANSPORT`): `smtp` sends, `file` keeps each message in `data/mail`, for the demo and for
development, where an admin page shows it. Nothing that a person typed ever becomes a header line of its own.
"""

import logging
import re
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import aiosmtplib

from lms_app.core import identity, outbox
from lms_app.core.settings import settings
from lms_app.core.work import Work

TOPIC = "mail"
SECRET = "[[secret]]"
SUBJECT_MAX = 200
TIMEOUT_SECONDS = 20
log = logging.getLogger(__name__)

_CONTROLS = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]+")


class Refused(Exception):
    """The mail server will never take this message: the address does not exist, say."""


def put(
    work: Work,
    *,
    to: str,
    subject: str,
    text: str,
    html: str = "",
    unsubscribe: str = "",
    key: str | None = None,
    secret_of: UUID | None = None,
) -> None:
    """Send a message once this transaction commits. A `key` that was used before sends nothing.

    `to` is an address, `text` plain text with the links in it. Line breaks in `to` and `subject` become spaces. `SECRET`
    in the text stands for what `identity.secret_of(secret_of)` says: it is put in on delivery, so that nobody who reads
    the outbox can open the link. `unsubscribe` is an address where one POST ends such mail (RFC 8058).
    """
    payload = {"to": _line(to), "subject": _line(subject)[:SUBJECT_MAX], "text": text}
    payload |= {"html": html} if html else {}
    payload |= {"unsubscribe": unsubscribe} if unsubscribe else {}
    if secret_of is not None:
        payload["secret_of"] = str(secret_of)
        if settings.mail == "file":  # where an admin reads the mail of the demo, it is no secret
            payload["text"] = _text(payload)
    outbox.put(work, TOPIC, payload, key=key)


async def deliver(message_id: UUID, payload: dict[str, Any], at: datetime) -> None:
    """Hand one message to the transport. Raises what the server said, and the outbox tries again; Refused if it said
    that it never will take this one."""
    message = _message(message_id, payload, at)
    if settings.mail == "file":
        _keep(message_id, message)
    else:
        try:
            await _send(message)
        except aiosmtplib.SMTPRecipientsRefused as error:
            if all(one.code >= 500 for one in error.recipients):
                raise Refused(str(error)) from error
            raise
        except aiosmtplib.SMTPDataError as error:
            if error.code >= 500:
                raise Refused(str(error)) from error
            raise
    # The id alone: who gets mail, and about what, is not for logs.
    log.info("mail %s delivered", message_id)


async def _send(message: EmailMessage) -> None:
    await aiosmtplib.send(
        message,
        hostname=settings.smtp_host,
        port=settings.smtp_port,
        username=settings.smtp_user or None,
        password=settings.smtp_password.get_secret_value() or None,
        use_tls=settings.smtp_security == "tls",
        start_tls=settings.smtp_security == "starttls",
        timeout=TIMEOUT_SECONDS,
    )


def _message(message_id: UUID, payload: dict[str, Any], at: datetime) -> EmailMessage:
    message = EmailMessage()
    message["From"] = settings.mail_from
    message["To"] = _line(payload["to"])
    message["Subject"] = _line(payload["subject"])
    message["Date"] = format_datetime(at)
    # A repeat after a crash has the same id, so that mailboxes can drop it.
    message["Message-ID"] = f"<{message_id}@{_domain()}>"
    message["Auto-Submitted"] = "auto-generated"
    if unsubscribe := payload.get("unsubscribe"):
        message["List-Unsubscribe"] = f"<{_line(unsubscribe)}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(_text(payload))
    if html := payload.get("html"):
        message.add_alternative(html, subtype="html")
    return message


def _text(payload: dict[str, Any]) -> str:
    made_of = payload.get("secret_of")
    return payload["text"].replace(SECRET, identity.secret_of(UUID(made_of))) if made_of else payload["text"]


def _keep(message_id: UUID, message: EmailMessage) -> None:
    folder: Path = settings.mail_dir
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{message_id}.eml").write_bytes(message.as_bytes())


def _domain() -> str:
    sender = parseaddr(settings.mail_from)[1]
    return sender.partition("@")[2] or urlsplit(settings.url).hostname or "localhost"


def _line(text: str) -> str:
    return _CONTROLS.sub(" ", text).strip()
