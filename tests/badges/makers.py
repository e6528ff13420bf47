"""Badges for tests, earned through the services. No surprises: what is not named is the service's own default."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from lms_app import jobs
from lms_app.badges import service
from lms_app.badges.models import Award
from lms_app.core import mail, outbox
from lms_app.core.outbox import OutboxMessage
from lms_app.core.work import SYSTEM, reading, unit_of_work
from tests.courses import makers as course_makers
from tests.makers import NOON


def badge(staff: Any, rule: dict[str, Any] | None = None, *, slug: str = "", **given: Any) -> UUID:
    """An active badge; by hand unless a rule is named."""
    draft = service.Draft(**{"name": "Pond explorer", "rule": rule or {"kind": "manual"}, **given})
    made = UUID(staff.does(service.create, slug=slug, draft=draft).id)
    staff.does(service.set_status, badge_id=made, status="active")
    return made


def awarded(student: Any, instructor: Any, **given: Any) -> Award:
    """A badge of a course, awarded by hand to a student there."""
    course = course_makers.course(instructor)
    course_makers.enrolled(student, course)
    made = badge(instructor, slug=course.slug, **given)
    return row(instructor.does(service.award, badge_id=made, user_id=student.id))


def row(award_id: UUID) -> Award:
    with reading(SYSTEM) as work:
        return work.db.get_one(Award, award_id)


def rows() -> list[Award]:
    with reading(SYSTEM) as work:
        return list(work.db.exec(select(Award).order_by(col(Award.awarded_at), col(Award.id))).all())


def deliver(at: datetime = NOON) -> None:
    """What the job loop does until nothing is due, but for mail."""
    while True:
        with unit_of_work(SYSTEM, at) as work:
            messages = outbox.claim(work)
            for message in messages:
                if message.topic != mail.TOPIC:
                    jobs.TOPICS[message.topic](work, message.payload)
                outbox.done(work, message.id)
        if not messages:
            return


def waiting(topic: str) -> list[OutboxMessage]:
    with reading(SYSTEM) as work:
        undone = select(OutboxMessage).where(col(OutboxMessage.topic) == topic, col(OutboxMessage.done_at).is_(None))
        return list(work.db.exec(undone).all())
