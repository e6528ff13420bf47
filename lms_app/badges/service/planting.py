"""A course's badges as a tree of files says them, under the ids that they have there."""

from typing import Any
from uuid import UUID

from sqlalchemy import exists
from sqlmodel import col, select

from lms_app.badges.models import Award, Badge, BadgeStatus
from lms_app.badges.service.authoring import Draft, said, write
from lms_app.badges.service.awarding import BADGE_OPENED
from lms_app.core import audit, outbox
from lms_app.core.errors import Conflict, Invalid
from lms_app.core.work import Work
from lms_app.courses import service as courses
from lms_app.policy import Can

TAKEN = "The id {id} belongs to something else here. Give it a new one."


def plant_badge(work: Work, *, slug: str, badge_id: UUID, draft: Draft, status: str) -> None:
    """A badge of this id, for whoever manages the course. What was awarded keeps what it said.

    One that has been opened is a draft no more. Raises Invalid by field, Conflict where the id is somebody else's.
    """
    course_id = courses.enter_by_slug(work, slug, Can.MANAGE).course_id
    badge = work.db.get(Badge, badge_id)
    if badge is None:
        its: dict[str, Any] = {"id": badge_id, "course_id": course_id, "name": "", "created_by": work.actor.user_id}
        badge, before = Badge(**its, created_at=work.now, changed_at=work.now), None
    elif badge.course_id != course_id:
        raise Conflict(TAKEN.format(id=badge_id))
    else:
        before = {**said(badge), "status": badge.status}
    if before and status == BadgeStatus.DRAFT != badge.status:
        raise Invalid({"status": "This badge has been opened. It can be closed, but is a draft no more."})
    write(work, badge, draft, knows_quizzes=False)
    badge.status = status
    work.db.add(badge)
    work.db.flush()
    after = {**said(badge), "status": status}
    if before == after:
        return
    audit.record(work, "badge.changed" if before else "badge.created", "badge", badge_id, before, after)
    opened = before is None or (before["status"], before["rule"]) != (after["status"], after["rule"])
    if status == BadgeStatus.ACTIVE and opened:
        outbox.put(work, BADGE_OPENED, {"badge_id": str(badge_id)})


def remove_badge(work: Work, *, slug: str, badge_id: UUID) -> None:
    """Take away a badge that nobody was awarded. Raises Conflict for one that somebody has, or had."""
    course_id = courses.enter_by_slug(work, slug, Can.MANAGE).course_id
    badge = work.db.get(Badge, badge_id)
    if badge is None or badge.course_id != course_id:
        return
    if work.db.exec(select(exists().where(col(Award.badge_id) == badge_id))).one():
        raise Conflict(
            f"The badge “{badge.name}” was awarded, so it stays. Bring its file back, and close it with `status: closed`."
        )
    audit.record(work, "badge.removed", "badge", badge_id, said(badge), None)
    work.db.delete(badge)
    work.db.flush()
