"""What anybody may see of badges: those whose holders want it, what a badge stands for, and who the issuer is."""

from typing import Any
from uuid import UUID

from sqlalchemy import exists
from sqlmodel import col, select

from lms_app.badges import credential, picture
from lms_app.badges.models import Award, Badge, Shelf
from lms_app.badges.picture import Design
from lms_app.badges.service.authoring import status_of
from lms_app.badges.service.wording import criteria_of
from lms_app.badges.views import PublicAward, PublicShelf
from lms_app.core import limits, signing, site, when
from lms_app.core.errors import NotFound
from lms_app.core.identity import User
from lms_app.core.settings import settings
from lms_app.core.work import Work
from lms_app.courses.models import Course
from lms_app.web import routes

NO_PAGE = "There is no such badge here, or its holder keeps it to themselves."
ZONE = "UTC"  # everybody who reads a badge reads the same day
ERASED = "Holder erased on request"
SHELF_MAX = 200


def page(work: Work, *, code: str) -> PublicAward:
    """A badge by the code of its page: for everybody once its holder wants it, for the holder always."""
    award, name = _award(work, code)
    return _view(work, award, name)


def drawn(work: Work, *, code: str) -> Design:
    """The picture of a badge, for whom its page is."""
    award, _name = _award(work, code)
    return picture.read_design(award.said["design"])


def shelf(work: Work, *, code: str) -> PublicShelf:
    """Somebody's page of badges with those that they made public, newest first."""
    limits.hit(work, "verify", work.actor.ip)
    found = work.db.exec(
        select(Shelf, User.name)
        .join(User, col(User.id) == col(Shelf.user_id))
        .where(col(Shelf.code) == code[:64], col(Shelf.public_at).is_not(None))
    ).first()
    if found is None:
        raise NotFound(NO_PAGE)
    one, name = found
    awards = work.db.exec(
        select(Award)
        .where(col(Award.user_id) == one.user_id, col(Award.public_at).is_not(None))
        .order_by(col(Award.awarded_at).desc(), col(Award.id))
        .limit(SHELF_MAX)
    ).all()
    url = f"{settings.url}{routes.badge_shelf(one.code)}"
    return PublicShelf(name or ERASED, site.known().name, url, [_view(work, award, name) for award in awards])


def achievement(work: Work, *, badge_id: UUID) -> dict[str, Any]:
    """What a badge stands for, as an `Achievement`: for everybody once somebody has it."""
    badge, course = _badge(work, badge_id)
    known = credential.achievement_of(str(badge.id), badge.name, badge.description, criteria_of(work, badge, course))
    return {"@context": credential.CONTEXT, **known}


def achievement_drawn(work: Work, *, badge_id: UUID) -> Design:
    """How a badge looks, for whom `achievement` is."""
    return picture.read_design(_badge(work, badge_id)[0].design)


def issuer(work: Work) -> dict[str, Any]:
    """The school as an Open Badges `Profile`. For everybody; it says nothing of anyone."""
    did = signing.issuer_id(signing.active().public)
    return {"@context": credential.CONTEXT, **credential.profile(did, site.known().name)}


def _award(work: Work, code: str) -> tuple[Award, str]:
    limits.hit(work, "verify", work.actor.ip)
    found = work.db.exec(
        select(Award, User.name).join(User, col(User.id) == col(Award.user_id)).where(col(Award.code) == code[:64])
    ).first()
    if found is None or (found[0].public_at is None and found[0].user_id != work.actor.user_id):
        raise NotFound(NO_PAGE)
    return found[0], found[1]


def _badge(work: Work, badge_id: UUID) -> tuple[Badge, str]:
    had = exists().where(col(Award.badge_id) == col(Badge.id))
    found = work.db.exec(
        select(Badge, Course.title)
        .outerjoin(Course, col(Course.id) == col(Badge.course_id))
        .where(col(Badge.id) == badge_id, had)
    ).first()
    if found is None:
        raise NotFound("There is no such badge here.")
    return found[0], found[1] or ""


def _view(work: Work, award: Award, name: str) -> PublicAward:
    said = award.said
    return PublicAward(
        code=award.code,
        name=said["name"],
        description=said["description"],
        criteria=said["criteria"],
        course=said["course"],
        issuer=said["issuer"],
        holder=name or ERASED,
        status=status_of(award, work),
        awarded_at=award.awarded_at,
        awarded_on=when.long_day(award.awarded_at, ZONE, "en"),
        expires_on=when.long_day(award.expires_at, ZONE, "en") if award.expires_at else "",
        revoked_on=when.long_day(award.revoked_at, ZONE, "en") if award.revoked_at else "",
        revoke_reason=award.revoke_reason,
        public=award.public_at is not None,
        url=f"{settings.url}{routes.badge_page(award.code)}",
        picture_url=routes.badge_picture(award.code, "png"),
    )
