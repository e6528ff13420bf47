"""One's own badges: seeing them, making them public or not, taking them along as files."""

import secrets
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col, select

from lms_app.badges import credential, picture
from lms_app.badges.models import Award, Shelf
from lms_app.badges.picture import Design
from lms_app.badges.service.authoring import data_url, status_of
from lms_app.badges.views import AwardView, ShelfView
from lms_app.core import when
from lms_app.core.errors import Conflict, Invalid, NotFound
from lms_app.core.identity import User
from lms_app.core.settings import settings
from lms_app.core.words import say
from lms_app.core.work import Work
from lms_app.web import routes

NO_AWARD = "We could not find that badge among yours."
KINDS = ("jwt", "png", "svg")
IDENTITIES = ("hash", "mail")


@dataclass(frozen=True, slots=True)
class Taken:
    """A badge to be made into a file: `credential.baked` does it, outside of the transaction."""

    kind: credential.Kind
    token: str
    design: Design
    name: str


def mine(work: Work, *, limit: int = 100, offset: int = 0) -> ShelfView:
    """One's own badges, newest first; revoked and expired ones, too."""
    wanted = col(Award.user_id) == work.user_id
    found = work.db.exec(
        select(Award).where(wanted).order_by(col(Award.awarded_at).desc(), col(Award.id)).limit(limit).offset(offset)
    ).all()
    total = work.db.exec(select(func.count()).select_from(Award).where(wanted)).one()
    shelf = work.db.get(Shelf, work.user_id)
    public = shelf is not None and shelf.public_at is not None
    page = f"{settings.url}{routes.badge_shelf(shelf.code)}" if shelf is not None and public else ""
    return ShelfView([_view(work, award) for award in found], public, page, total)


def read_mine(work: Work, *, award_id: UUID) -> AwardView:
    """One of one's own badges."""
    return _view(work, _own(work, award_id))


def set_public(work: Work, *, award_id: UUID, public: bool) -> AwardView:
    """Show a badge of one's own to everybody who has its address, or to nobody."""
    award = _own(work, award_id)
    if public and award.public_at is None:
        award.public_at = work.now
    elif not public:
        award.public_at = None
    work.db.add(award)
    work.db.flush()
    return _view(work, award)


def set_shelf(work: Work, *, public: bool) -> ShelfView:
    """Have a page of one's own that shows the badges which are public, or none."""
    dialect = postgresql if work.db.get_bind().dialect.name == "postgresql" else sqlite
    row = dialect.insert(Shelf).values(
        user_id=work.user_id, code=secrets.token_urlsafe(16), public_at=work.now if public else None
    )
    # Another address each time: whoever takes it down does not want the old one to come back.
    changed = row.on_conflict_do_update(
        index_elements=["user_id"], set_={"public_at": row.excluded.public_at, "code": row.excluded.code}
    )
    shelf = work.db.get(Shelf, work.user_id)
    if public != (shelf is not None and shelf.public_at is not None):
        work.db.connection().execute(changed)
        if shelf is not None:
            work.db.refresh(shelf)
    return mine(work)


def take(work: Work, *, award_id: UUID, kind: str, identity: str = "hash") -> Taken:
    """One's own badge to take along: signed, and to be baked into its picture unless `kind` is jwt.

    `identity` is hash (only who knows the address can tell whose it is) or mail. Raises Conflict for a revoked one.
    """
    award = _own(work, award_id)
    if kind not in KINDS:
        raise Invalid({"kind": "Choose jwt, png or svg."})
    if identity not in IDENTITIES:
        raise Invalid({"identity": "Choose hash or mail."})
    if award.revoked_at is not None:
        raise Conflict(say("This badge was revoked: {revoke_reason}", revoke_reason=award.revoke_reason))
    token = credential.sign(issued(work, award, names_holder=identity == "mail"))
    design = picture.read_design(award.said["design"])
    return Taken(kind, token, design, award.said["name"])


def issued(work: Work, award: Award, *, names_holder: bool) -> credential.Issued:
    """What a badge's credential says. Not a door."""
    email = work.db.exec(select(User.email).where(col(User.id) == award.user_id)).one()
    return credential.Issued(
        code=award.code,
        badge_id=str(award.badge_id),
        name=award.said["name"],
        description=award.said["description"],
        criteria=award.said["criteria"],
        issuer=award.said["issuer"],
        awarded_at=award.awarded_at,
        expires_at=award.expires_at,
        email=email,
        salt=award.salt,
        names_holder=names_holder,
        place=award.place,
    )


def _own(work: Work, award_id: UUID) -> Award:
    award = work.db.exec(select(Award).where(col(Award.id) == award_id, col(Award.user_id) == work.user_id)).first()
    if award is None:
        raise NotFound(NO_AWARD)
    return award


def _view(work: Work, award: Award) -> AwardView:
    zone, locale = work.actor.zone, work.actor.locale
    said = award.said
    return AwardView(
        id=str(award.id),
        name=said["name"],
        description=said["description"],
        criteria=said["criteria"],
        course=said["course"],
        issuer=said["issuer"],
        picture=data_url(picture.read_design(said["design"])),
        status=status_of(award, work),
        awarded_on=when.long_day(award.awarded_at, zone, locale),
        expires_on=when.long_day(award.expires_at, zone, locale) if award.expires_at else "",
        revoked_on=when.long_day(award.revoked_at, zone, locale) if award.revoked_at else "",
        revoke_reason=award.revoke_reason,
        note=award.note,
        public=award.public_at is not None,
        page=f"{settings.url}{routes.badge_page(award.code)}" if award.public_at else "",
        jwt=routes.badge_file(award.id, "jwt"),
        png=routes.badge_file(award.id, "png"),
        svg=routes.badge_file(award.id, "svg"),
    )
