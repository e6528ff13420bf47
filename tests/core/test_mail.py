"""Mail over a real SMTP connection: what arrives, and that nobody writes headers into it."""

import asyncio
from collections.abc import Iterator
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from typing import Any
from uuid import uuid4

import pytest
from aiosmtpd.controller import Controller
from sqlmodel import select

from lms_app.core import mail
from lms_app.core.outbox import OutboxMessage
from lms_app.core.settings import settings
from lms_app.core.work import SYSTEM, reading, unit_of_work
from tests.makers import NOON
from tests.throwaway import free_port


def parsed(content: bytes) -> EmailMessage:
    made = BytesParser(policy=policy.default).parsebytes(content)
    assert isinstance(made, EmailMessage)
    return made


class Sink:
    def __init__(self) -> None:
        self.got: list[Any] = []

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        self.got.append(envelope)
        return "250 OK"


@pytest.fixture
def sink(monkeypatch: pytest.MonkeyPatch) -> Iterator[Sink]:
    made = Sink()
    controller = Controller(made, hostname="127.0.0.1", port=free_port())
    controller.start()
    given = {"mail_transport": "smtp", "smtp_host": "127.0.0.1", "smtp_port": controller.port, "smtp_security": "none"}
    monkeypatch.setattr(mail, "settings", settings.model_copy(update=given))
    yield made
    controller.stop()


@pytest.mark.anyio
async def test_a_letter_arrives_once_with_a_stable_id(sink: Sink) -> None:
    message_id = uuid4()
    payload = {"to": "ada@example.org", "subject": "Grüße", "text": "Guten Tag.\nhttp://lectern.test/x"}

    await mail.deliver(message_id, payload, NOON)

    (envelope,) = sink.got
    content = envelope.content.decode()
    assert envelope.rcpt_tos == ["ada@example.org"]
    assert f"Message-ID: <{message_id}@" in content
    assert "Auto-Submitted: auto-generated" in content


def test_nobody_writes_headers(sink: Sink) -> None:
    with unit_of_work(SYSTEM, NOON) as work:
        mail.put(work, to="ada@example.org\r\nBcc: all@example.org", subject="Hi\r\nBcc: all@example.org", text="Hi.")
    with reading(SYSTEM) as work:
        payload = work.db.exec(select(OutboxMessage.payload)).one()

    made = parsed(mail.message_of(uuid4(), payload, NOON))

    assert made["Bcc"] is None
    assert "\n" not in str(made["Subject"])
    try:
        asyncio.run(mail.deliver(uuid4(), payload, NOON))
    except Exception:  # an address that is none is refused, which is as good
        assert sink.got == []
    else:
        assert [envelope.rcpt_tos for envelope in sink.got] == [["ada@example.org"]]


LONG = "https://school.example.org/unsubscribe/" + "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9." * 10
PAYLOAD = {
    "to": "ada@example.org",
    "subject": "Grüße aus dem Teich: " + "Wasserflöhe und noch mehr " * 6,
    "text": "Guten Tag.\n\n" + "Grüße " * 200,
    "html": "<p>" + "Grüße " * 400 + "</p>",
    "unsubscribe": LONG,
}


def test_nothing_on_the_way_has_a_reason_to_change_what_was_signed() -> None:
    """RFC 6376, 5.3: seven bits, and lines that fit."""
    content = mail.message_of(uuid4(), PAYLOAD, NOON)
    head, _, body = content.partition(b"\r\n\r\n")

    assert content.isascii()
    assert content.count(b"\n") == content.count(b"\r\n") == content.count(b"\r")
    assert max(len(line) for line in body.split(b"\r\n")) <= 78
    long = [line for line in head.split(b"\r\n") if len(line) > 78]
    assert [line.partition(b":")[0] for line in long] == [b"List-Unsubscribe"]
    assert max(map(len, long)) < 998
    names = [line.partition(b":")[0].decode() for line in head.split(b"\r\n") if line[:1] not in b" \t"]
    assert len(set(names)) == len(names)
    assert {"From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type"} <= set(names)


def test_the_link_that_ends_mail_arrives_as_an_address() -> None:
    """RFC 8058, 2: one https address in angle brackets, which a program can send its POST to."""
    made = parsed(mail.message_of(uuid4(), PAYLOAD, NOON))

    assert f"List-Unsubscribe: <{LONG}>\r\n".encode() in mail.message_of(uuid4(), PAYLOAD, NOON)
    assert made["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert made["Subject"] == str(PAYLOAD["subject"]).strip()
    assert str(made["From"]) == settings.mail_from
    assert made["Message-ID"].strip().endswith(f"@{settings.mail_from.rpartition('@')[2].rstrip('>')}>")


def test_every_try_is_the_same_message() -> None:
    message_id = uuid4()

    assert mail.message_of(message_id, PAYLOAD, NOON) == mail.message_of(message_id, PAYLOAD, NOON)
