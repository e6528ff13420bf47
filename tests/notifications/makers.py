"""Events to tell of, and the job loop without sending."""

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
