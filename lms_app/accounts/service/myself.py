"""One's own profile: name, picture, zone, language, look, and the address."""

from typing import Any
from uuid import UUID

from sqlalchemy import delete, update
from sqlmodel import col

from lms_app.accounts.models import Purpose
from lms_app.accounts.rules import fields
from lms_app.accounts.service import letters, tokens
from lms_app.accounts.service.entering import CHANGED_MEANWHILE, my_kept
from lms_app.accounts.service.making import NO_ZONE, check_fields, user_of
from lms_app.accounts.views import Kept, ProfileView
from lms_app.core import audit, bounces, files, identity, limits, when
from lms_app.core.errors import Conflict, Invalid, NotFound, NotSignedIn
from lms_app.core.files import Staged, StoredFile
from lms_app.core.identity import Theme, User, Wish
from lms_app.core.words import say
from lms_app.core.work import Work
from lms_app.web import routes

AVATAR = "avatar"


def profile(work: Work) -> ProfileView:
    """One's own account. Three queries."""
    return _view(work, _me(work))


def update_profile(
    work: Work,
    *,
    name: str | None = None,
    zone: str | None = None,
    locale: str | None = None,
    theme: str | None = None,
    contrast: str | None = None,
    motion: str | None = None,
) -> ProfileView:
    """Change what is given and leave the rest. Raises Invalid naming each field."""
    user = _me(work)
    name = fields.clean_name(name) if name is not None else None
    check_fields(
        name=name,
        zone=NO_ZONE if zone is not None and not when.is_zone(zone) else "",
        locale=say("Choose a language from the list.") if locale is not None and not when.is_locale(locale) else "",
        theme=say("Choose system, light or dark.") if theme is not None and theme not in list(Theme) else "",
        contrast=_wish_problem(contrast),
        motion=_wish_problem(motion),
    )
    given = {"name": name, "zone": zone, "locale": locale, "theme": theme}
    given |= {"contrast": contrast, "motion": motion}
    new = {field: value for field, value in given.items() if value is not None and value != getattr(user, field)}
    if new:
        # Which fields, not what they say: the audit log outlives the account, a name must not.
        audit.record(work, "account.profile_changed", "user", user.id, None, {"fields": sorted(new)})
        _change(work, user, **new)
    return _view(work, user)


def _wish_problem(wish: str | None) -> str:
    return say("Choose system or always.") if wish is not None and wish not in list(Wish) else ""


def set_avatar(work: Work, *, staged: Staged) -> ProfileView:
    """Make a picture, as `core.pictures` made it, mine. The old one goes."""
    user = _me(work)
    file = files.keep(work, staged, name="avatar.webp", scope=AVATAR, scope_id=user.id)
    _drop_pictures(work, user.id, but=UUID(file.id))
    _change(work, user, avatar_id=UUID(file.id))
    audit.record(work, "account.avatar_changed", "user", user.id)
    return _view(work, user)


def count_picture(work: Work) -> None:
    """Count a picture before it is looked at. Raises NotSignedIn, TooMany."""
    limits.hit(work, "upload", str(work.user_id))


def remove_avatar(work: Work) -> ProfileView:
    """Show my initials again. Without a picture nothing happens."""
    user = _me(work)
    if user.avatar_id is not None:
        _drop_pictures(work, user.id)
        _change(work, user, avatar_id=None)
        audit.record(work, "account.avatar_removed", "user", user.id)
    return _view(work, user)


def avatar_reader(work: Work, scope_id: UUID) -> None:
    """The door of pictures: everybody who is signed in sees everybody's face. Raises NotFound for visitors."""
    if work.actor.user_id is None:
        raise NotFound()


def ask_new_email(work: Work, *, kept: Kept, email: str) -> None:
    """Mail a link to a new address, after the current password was found to be right for `kept`.

    The address changes when that link is opened; the old one hears of it now. An address that another account has gets
    a word instead of a link, and the answer is the same. Raises Invalid, TooMany, Conflict.
    """
    mine = my_kept(work)
    if kept.hash is None or mine.hash != kept.hash or mine.user_id != kept.user_id:
        raise Conflict(CHANGED_MEANWHILE)
    email = fields.comparable(email)
    check_fields(email=email)
    if email == mine.email:
        raise Invalid({"email": "This is your address already."})
    limits.hit(work, "mail_address", work.actor.ip)
    limits.hit(work, "mail_account", email)
    if user_of(work, email) is None:
        tokens.mail_link(work, work.user_id, Purpose.EMAIL, email)
    else:
        tokens.void(work, work.user_id, Purpose.EMAIL)
        letters.tell_address_wanted(work, to=email)
    letters.tell_email_asked(work, to=mine.email)
    audit.record(work, "account.email_asked", "user", work.user_id)


def _me(work: Work) -> User:
    user = work.db.get(User, work.user_id)
    if user is None:
        raise NotSignedIn()
    return user


def _change(work: Work, user: User, **values: Any) -> None:
    if "name" in values:
        values["haystack"] = identity.haystack_of(values["name"], user.email)
    work.db.connection().execute(update(User).where(col(User.id) == user.id).values(**values))
    work.db.refresh(user)
    work.after_commit(identity.forget)


def _drop_pictures(work: Work, user_id: UUID, but: UUID | None = None) -> None:
    """The bytes go with `files.sweep`."""
    mine = delete(StoredFile).where(col(StoredFile.scope) == AVATAR, col(StoredFile.scope_id) == user_id)
    work.db.connection().execute(mine.where(col(StoredFile.id) != but) if but else mine)


def _view(work: Work, user: User) -> ProfileView:
    return ProfileView(
        id=str(user.id),
        name=user.name,
        email=user.email,
        new_email=tokens.pending(work, user.id, Purpose.EMAIL),
        role=user.role,
        zone=user.zone,
        locale=user.locale,
        theme=user.theme,
        contrast=user.contrast,
        motion=user.motion,
        avatar_url=routes.file(user.avatar_id) if user.avatar_id else "",
        initials=_initials(user.name),
        created_at=user.created_at,
        bounced=bounces.reason_of(work, user.email) or "",
    )


def _initials(name: str) -> str:
    words = name.split()
    return "".join(word[0] for word in dict.fromkeys((words[0], words[-1]))).upper() if words else ""
