"""Mail over a real SMTP connection: what arrives, and that nobody writes headers into it."""

import asyncio
from collections.abc import Iterator
from email.message import EmailMessage
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

    made = mail._message(uuid4(), payload, NOON)

    assert isinstance(made, EmailMessage)
    assert made["Bcc"] is None
    assert "\n" not in str(made["Subject"])
    try:
        asyncio.run(mail.deliver(uuid4(), payload, NOON))
    except Exception:  # an address that is none is refused, which is as good
        assert sink.got == []
    else:
        assert [envelope.rcpt_tos for envelope in sink.got] == [["ada@example.org"]]
