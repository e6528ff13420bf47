"""The doors of badges: a course's badge is its staff's, one of the whole site the administrators'."""

from typing import Any
from uuid import UUID

from lms_app.badges.models import Badge
from lms_app.core.errors import Forbidden, NotFound
from lms_app.core.work import Work
from lms_app.courses import service as courses
from lms_app.policy import Can

NO_BADGE = "We could not find that badge. It may have moved, or you may not have access."


def enter_badge(work: Work, badge_id: UUID, can: Can) -> Badge:
    """Come to a badge to do `can`. Strangers hear NotFound, members without the right Forbidden."""
    known(work)
    badge = work.db.get(Badge, badge_id)
    if badge is None:
        raise NotFound(NO_BADGE)
    if badge.course_id is None:
        if not work.actor.is_admin:
            raise NotFound(NO_BADGE)
        return badge
    try:
        courses.enter(work, badge.course_id, can)
    except NotFound:
        raise NotFound(NO_BADGE) from None
    return badge


def enter_site(work: Work) -> None:
    """Come to the badges of the whole site: administrators alone."""
    known(work)
    if not work.actor.is_admin:
        raise Forbidden()


def known(work: Work) -> None:
    if not work.actor.is_admin:
        _ = work.user_id


def rows(work: Work, statement: Any, **given: Any) -> Any:
    work.db.flush()
    return work.db.connection().execute(statement, given)
