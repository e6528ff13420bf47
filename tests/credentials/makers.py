"""Certificates for tests, earned through the services. No surprises: what is not named is the service's own default."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from lms_app.core import mail, outbox
from lms_app.core.outbox import OutboxMessage
from lms_app.core.work import SYSTEM, Work, reading, unit_of_work
from lms_app.courses import service as courses
from lms_app.credentials import service
from lms_app.credentials.models import Certificate
from lms_app.credentials.views import CertificateView
from lms_app.grades import service as grades
from tests.courses import makers
from tests.makers import NOON
from tests.notifications.makers import post


def completed(student: Any, instructor: Any, **settings: Any) -> makers.Made:
    """A course that this student has completed; nobody has looked yet whether that earns a certificate."""
    made = makers.course(instructor, ["Scales of life", "Food webs"], **settings)
    makers.enrolled(student, made)
    makers.completed(student, *made.items)
    return made


def earned(student: Any, instructor: Any, **settings: Any) -> CertificateView:
    completed(student, instructor, **settings)
    deliver()
    return student.sees(service.mine)[0]


def graded(instructor: Any, student: Any, course: makers.Made, points: str, *, item: UUID | None = None) -> UUID:
    """A mark out of 10, in an item of its own unless one is named."""
    item = (
        item
        or instructor.does(
            grades.put_item,
            course_id=course.id,
            source_kind="quiz",
            source_id=course.items[0],
            title="Energy flow",
            points_max=Decimal(10),
        ).id
    )
    instructor.does(
        grades.record, item_id=UUID(str(item)), user_id=student.id, points=Decimal(points), reason="Attempt 1"
    )
    return UUID(str(item))


TOPICS = {
    courses.COURSE_PROGRESS: service.award_if_due,
    courses.COURSE_TERMS: service.award_all_due,
    service.AWARDS_ASKED: service.award_asked,
}


def deliver(at: datetime = NOON) -> None:
    """What the job loop does with the topics that wake this room."""
    with unit_of_work(SYSTEM, at) as work:
        for message in outbox.claim(work):
            if act := TOPICS.get(message.topic):
                act(work, message.payload)
            if act or message.topic == courses.LEARNED:  # which wakes badges
                outbox.done(work, message.id)


def mails() -> list[dict[str, Any]]:
    """All mail, once what people were told of has become some."""
    post(NOON + timedelta(days=1))
    with reading(SYSTEM) as work:
        return list(work.db.exec(select(OutboxMessage.payload).where(col(OutboxMessage.topic) == mail.TOPIC)).all())


def rows() -> list[Certificate]:
    with reading(SYSTEM) as work:
        return list(work.db.exec(select(Certificate).order_by(col(Certificate.issued_at))).all())


def award_if_due(work: Work, course_id: UUID, user_id: UUID) -> None:
    service.award_if_due(work, {"course_id": str(course_id), "user_id": str(user_id)})
