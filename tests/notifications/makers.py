"""Events to tell of, and the job loop without sending."""

import asyncio
import re
from datetime import datetime
from typing import Any

from sqlmodel import col, select

from lms_app.core import mail, outbox
from lms_app.core.outbox import OutboxMessage
from lms_app.core.work import SYSTEM, reading, unit_of_work
from lms_app.courses.service import COURSE_ANNOUNCED
from lms_app.notifications import service
from lms_app.quizzes.service.marking import MARKED

GRADED = MARKED.name
ANNOUNCED = COURSE_ANNOUNCED


def told(people: list[Any], at: datetime, key: str = "1", event: str = GRADED, **data: Any) -> int:
    given = {"course": "Principles of Ecology", "title": "Energy flow", "body": "Rain.", "url": "/courses/x", **data}
    with unit_of_work(SYSTEM, at) as work:
        return service.tell(work, [person.id for person in people], event, given, key=key)


def post(at: datetime) -> None:
    """What the job loop does about notifications that are due."""
    with unit_of_work(SYSTEM, at) as work:
        for message in outbox.claim(work, limit=1000):
            if message.topic == service.NOTIFIED:
                service.mail_notifications(work, message.payload)
                outbox.done(work, message.id)


def mails() -> list[dict[str, Any]]:
    with reading(SYSTEM) as work:
        found = select(OutboxMessage.payload).where(col(OutboxMessage.topic) == mail.TOPIC)
        return [dict(one) for one in work.db.exec(found.order_by(col(OutboxMessage.created_at)))]


class Server:
    """Takes every message and keeps it, but says what `answers` has for the next ones."""

    def __init__(self) -> None:
        self.got: list[str] = []
        self.answers: list[str] = []
        self.hang = 0.0

    async def handle_RCPT(self, _s: Any, _e: Any, envelope: Any, address: str, _o: Any) -> str:
        if self.answers and self.answers[0].startswith("rcpt "):
            return self.answers.pop(0).removeprefix("rcpt ")
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        if self.answers:
            return self.answers.pop(0)
        self.got.append(envelope.content.decode())
        await asyncio.sleep(self.hang)
        return "250 OK"

    def ids(self) -> list[str]:
        return [found[1] for one in self.got if (found := re.search("Message-ID: <(.+?)>", one))]
