"""Mail: put into the outbox inside a transaction, delivered by the job loop.

Two transports (`LMS_MAIL_TRANSPORT`): `smtp` sends, `file` keeps each message in `data/mail`, for the demo and for
development, where an admin page shows it. Nothing that a person typed ever becomes a header line of its own.
"""

import asyncio
import logging
import re
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime, parseaddr
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import aiosmtplib

from lms_app.core import identity, outbox
from lms_app.core.settings import settings
from lms_app.core.work import Work, utc_now

TOPIC = "mail"
SECRET = "[[secret]]"
SUBJECT_MAX = 200
TIMEOUT_SECONDS = 20
# Mail to a whole class is written one by one, with a breath after each: whoever works meanwhile must not feel it.
BREATH_SECONDS = 0.01
_desk = ThreadPoolExecutor(1, "mail")
log = logging.getLogger(__name__)

_CONTROLS = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]+")


class Refused(Exception):
    """The mail server will never take this message."""


class Bounced(Refused):
    """It will never take any to this address: the mailbox does not exist, or is closed."""


class _AsWritten(EmailPolicy):
    """Lines that must arrive as they are: folded, an address longer than a line would become an encoded word, which no
    mail program takes for an address, and a signer or a relay might fold it once more."""

    whole = frozenset({"message-id", "list-unsubscribe", "list-unsubscribe-post"})

    def fold(self, name: str, value: str) -> str:
        return f"{name}: {value}{self.linesep}" if name.lower() in self.whole else super().fold(name, value)

    def fold_binary(self, name: str, value: str) -> bytes:
        return self.fold(name, value).encode("ascii", "surrogateescape")


_POLICY = _AsWritten(linesep="\r\n", cte_type="7bit")


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
    asked: bool = False,
) -> None:
    """Send a message once this transaction commits. A `key` that was used before sends nothing.

    `asked`: its reader waits for it at this moment, so that it is tried even at an address that refused mail before
    (`core/bounces.py`).

    `to` is an address, `text` plain text with the links in it. Line breaks in `to` and `subject` become spaces. `SECRET`
    in the text stands for what `identity.secret_of(secret_of)` says: it is put in on delivery, so that nobody who reads
    the outbox can open the link. `unsubscribe` is an address where one POST ends such mail (RFC 8058).
    """
    payload = {"to": _line(to), "subject": _line(subject)[:SUBJECT_MAX], "text": text}
    payload |= {"html": html} if html else {}
    payload |= {"unsubscribe": unsubscribe} if unsubscribe else {}
    if asked:
        payload["asked"] = "yes"
    if secret_of is not None:
        payload["secret_of"] = str(secret_of)
        if settings.mail == "file":  # where an admin reads the mail of the demo, it is no secret
            payload["text"] = _text(payload)
    outbox.put(work, TOPIC, payload, key=key)


async def deliver(message_id: UUID, payload: dict[str, Any], written_at: datetime) -> None:
    """Hand one message to the transport. Raises what the server said, and the outbox tries again; Refused if it said
    that it never will take this one, and Bounced that it never will take any to this address."""
    content = await asyncio.get_running_loop().run_in_executor(_desk, _written, message_id, payload, written_at)
    if settings.mail == "file":
        _keep(message_id, content)
    else:
        try:
            await _send(payload["to"], content)
        except aiosmtplib.SMTPRecipientsRefused as error:
            if all(one.code >= 500 for one in error.recipients):
                # 5.7 is about us, a relay that is not allowed or a policy (RFC 3463, 3.8): the mailbox may be good.
                ours = any(_is_about_us(one.message) for one in error.recipients)
                raise (Refused if ours else Bounced)(str(error)) from error
            raise
        except aiosmtplib.SMTPDataError as error:
            if error.code >= 500:
                raise Refused(str(error)) from error
            raise
    # The id alone: who gets mail, and about what, is not for logs.
    log.info("mail %s delivered", message_id)


async def deliver_now(message_id: UUID, payload: dict[str, Any]) -> str:
    """Hand one message to the transport, past the outbox, and return what it answered. Raises what went wrong."""
    content = message_of(message_id, payload, utc_now())
    if settings.mail == "file":
        _keep(message_id, content)
        return f"Kept as a file in {settings.mail_dir}: this site sends no mail (LMS_MAIL_TRANSPORT=file)."
    return await _send(payload["to"], content)


def said_by(error: Exception) -> str:
    """What a mail server, or the way to it, said, with its number where there is one."""
    if isinstance(error, aiosmtplib.SMTPRecipientsRefused) and error.recipients:
        return said_by(error.recipients[0])
    if isinstance(error, aiosmtplib.SMTPResponseException):
        return _line(f"{error.code} {error.message}")
    return _line(str(error)) or type(error).__name__


def _is_about_us(said: str) -> bool:
    return said.lstrip().startswith("5.7.")


async def _send(to: str, content: bytes) -> str:
    """What the server said in the end."""
    _refused, said = await aiosmtplib.send(
        content,
        sender=parseaddr(settings.mail_from)[1],
        recipients=[_address(to)],
        hostname=settings.smtp_host,
        port=settings.smtp_port,
        username=settings.smtp_user or None,
        password=settings.smtp_password.get_secret_value() or None,
        use_tls=settings.smtp_security == "tls",
        start_tls=settings.smtp_security == "starttls",
        timeout=TIMEOUT_SECONDS,
    )
    return _line(said)


def message_of(message_id: UUID, payload: dict[str, Any], written_at: datetime) -> bytes:
    """The message as it goes out: the same bytes at every try, so that mailboxes can drop a repeat after a crash.

    Seven bits and short lines: nothing on the way has a reason to change what was signed (RFC 6376, 5.3).
    """
    message = EmailMessage(_POLICY)
    message["From"] = settings.mail_from
    message["To"] = _address(payload["to"])
    message["Subject"] = _line(payload["subject"])
    message["Date"] = format_datetime(written_at)
    message["Message-ID"] = f"<{message_id}@{_domain()}>"
    message["Auto-Submitted"] = "auto-generated"
    if unsubscribe := payload.get("unsubscribe"):
        message["List-Unsubscribe"] = f"<{_line(unsubscribe)}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(_text(payload), cte="quoted-printable")
    if html := payload.get("html"):
        message.add_alternative(html, subtype="html", cte="quoted-printable")
        message.set_boundary(f"={message_id.hex}=")
    return message.as_bytes()


def _written(message_id: UUID, payload: dict[str, Any], written_at: datetime) -> bytes:
    content = message_of(message_id, payload, written_at)
    time.sleep(BREATH_SECONDS)
    return content


def _text(payload: dict[str, Any]) -> str:
    made_of = payload.get("secret_of")
    return payload["text"].replace(SECRET, identity.secret_of(UUID(made_of))) if made_of else payload["text"]


def _keep(message_id: UUID, content: bytes) -> None:
    folder: Path = settings.mail_dir
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{message_id}.eml").write_bytes(content)


def _domain() -> str:
    sender = parseaddr(settings.mail_from)[1]
    return sender.partition("@")[2] or urlsplit(settings.url).hostname or "localhost"


def _address(text: str) -> str:
    """One address: what somebody wrote behind it is none of ours."""
    return _line(text).partition(" ")[0]


def _line(text: str) -> str:
    return _CONTROLS.sub(" ", text).strip()
