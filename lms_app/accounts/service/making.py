"""New accounts: made by the school, by an administrator's invitation, or by their owners."""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel import col, select

from lms_app.accounts.models import Purpose
from lms_app.accounts.rules import fields
from lms_app.accounts.service import letters, tokens
from lms_app.accounts.service.entering import open_session
from lms_app.accounts.views import AccountView, SignedIn
from lms_app.core import audit, limits, site, when
from lms_app.core.errors import Conflict, Forbidden, Invalid, NotFound
from lms_app.core.identity import Audience, User
from lms_app.core.words import say
from lms_app.core.work import SiteRole, Work

TAKEN = "There is an account with this address already."
NO_PERSON = "We could not find that person."
NO_ZONE = "Choose a time zone from the list."
NO_REGISTRATION = "You cannot create an account by yourself here. Ask the person who runs this site for one."


def create_account(
    work: Work,
    *,
    email: str,
    name: str,
    role: str = SiteRole.STUDENT,
    password_hash: str | None = None,
    zone: str = "",
    verified: bool = True,
) -> AccountView:
    """An account as the command line and the demo make them, without any mail. Raises Invalid naming each field."""
    enter(work)
    user = _new_user(work, email=email, name=name, role=role, zone=zone, password_hash=password_hash)
    user.verified_at = work.now if verified else None
    work.db.flush()
    return account_view(user)


def invite(work: Work, *, name: str, email: str, role: str = SiteRole.STUDENT) -> AccountView:
    """An account without a password. Its owner gets a mail with a link to choose one, which also confirms the address.

    Raises Invalid naming each field, also where the address has an account already: administrators see them all anyway.
    """
    enter(work)
    user = _new_user(work, email=email, name=name, role=role)
    tokens.mail_link(work, user.id, Purpose.INVITE, user.email)
    return account_view(user)


def send_invitations(work: Work, *, user_ids: Sequence[UUID]) -> int:
    """A mail with a link to choose a password, for each of these who has none and may come in; how many that are."""
    enter(work)
    theirs = select(User.id, User.email).where(
        col(User.id).in_(list(user_ids)),
        col(User.password_hash).is_(None),
        col(User.verified_at).is_(None),
        col(User.suspended_at).is_(None),
        ~col(User.is_service),
    )
    found = work.db.exec(theirs).all()
    for user_id, email in found:
        tokens.mail_link(work, user_id, Purpose.INVITE, email)
    return len(found)


def send_password_link(work: Work, *, user_id: UUID) -> str:
    """Mail somebody a link to choose a password, and return the address. Raises NotFound, Conflict where they may not
    come in."""
    enter(work)
    user = work.db.get(User, user_id)
    if user is None or user.is_service:
        raise NotFound(NO_PERSON)
    if user.suspended_at is not None:
        raise Conflict("They are suspended. Restore them first.")
    limits.hit(work, "mail_account", user.email)
    purpose = Purpose.INVITE if user.verified_at is None and user.password_hash is None else Purpose.RESET
    tokens.mail_link(work, user.id, purpose, user.email)
    audit.record(work, "account.link_sent", "user", user.id, None, {"purpose": purpose})
    return user.email


def forget_links(work: Work, *, user_id: UUID) -> None:
    """Make every mailed link of an account worthless."""
    enter(work)
    tokens.void(work, user_id, *Purpose)


def register(work: Work, *, email: str, name: str, password_hash: str) -> None:
    """What somebody who registers gets is a mail, whoever has the address: a new account's link, or a word to its owner.

    An account that nobody has confirmed is left as it is, and its mail leads to choosing a password: otherwise whoever
    registers an address last would set the password of the one who opens the link.
    """
    check_registration()
    email, name = fields.comparable(email), fields.clean_name(name)
    check_fields(email=email, name=name)
    owner = user_of(work, email)
    if owner is None:
        user = _new_user(work, email=email, name=name, role=SiteRole.STUDENT, password_hash=password_hash)
        user.locale = work.actor.locale  # of the page that they registered on
        tokens.mail_link(work, user.id, Purpose.VERIFY, email)
        return
    audit.record(work, "account.registered_again", "user", owner.id)
    if owner.suspended_at is not None:
        letters.tell_suspended(work, to=email)
    elif owner.verified_at is None:
        tokens.mail_link(work, owner.id, Purpose.RESET, email)
    else:
        letters.tell_has_account(work, to=email)


def welcome(
    work: Work, *, email: str, name: str, password_hash: str, sign_in: bool = True, agent: str = ""
) -> tuple[UUID, SignedIn | None]:
    """An account for whoever opened a link that another room mailed to `email`: that proves the address.

    The door is that room's: it has looked at the link. Also where people cannot register themselves, for somebody of
    the school asked for this one. An account that nobody confirmed becomes theirs. Raises Invalid where a confirmed one
    has the address, Suspended.
    """
    email, name = fields.comparable(email), fields.clean_name(name)
    check_fields(email=email, name=name)
    user = user_of(work, email)
    if user is None:
        user = _new_user(work, email=email, name=name, role=SiteRole.STUDENT, password_hash=password_hash)
    elif user.verified_at is not None:
        raise Invalid({"email": f"{TAKEN} Sign in with it to go on."})
    else:
        user.name, user.password_hash = name, password_hash
        tokens.void(work, user.id, *Purpose)
    user.verified_at = work.now
    work.db.flush()
    audit.record(work, "account.verified", "user", user.id)
    session = open_session(work, user, Audience.WEB, agent) if sign_in else None
    return user.id, session


def begin_for(work: Work, *, user_id: UUID, audience: Audience, agent: str = "") -> SignedIn:
    """A session for an account that another room has just made, for whoever it made it for. Not for administrators to
    become somebody: only the system itself passes. Raises NotSignedIn, Forbidden."""
    enter(work)
    user = work.db.get(User, user_id)
    if work.actor.user_id is not None or user is None:
        raise Forbidden()
    return open_session(work, user, audience, agent)


def count_registration(work: Work, *, email: str) -> None:
    """Count a registration before anything is hashed for it. Raises TooMany."""
    limits.hit(work, "register_address", work.actor.ip)
    limits.hit(work, "mail_account", email)


def check_registration() -> None:
    """Raises Forbidden where people cannot register themselves."""
    if not site.known().self_registration:
        raise Forbidden(NO_REGISTRATION)


def check_fields(*, email: str | None = None, name: str | None = None, **problems: str) -> None:
    """Raises Invalid with every problem at once; what is None is not looked at."""
    if email is not None:
        problems["email"] = fields.email_problem(email)
    if name is not None:
        problems["name"] = fields.name_problem(name)
    order = ("name", "email", "current", "password")
    wrong = {field: problems[field] for field in order if problems.get(field)}
    wrong |= {field: problem for field, problem in problems.items() if problem}
    if wrong:
        raise Invalid(wrong)


def user_of(work: Work, email: str) -> User | None:
    return work.db.exec(select(User).where(col(User.email) == email)).first()


def account_view(user: User) -> AccountView:
    return AccountView(id=str(user.id), email=user.email, name=user.name, role=user.role)


def enter(work: Work) -> None:
    """The door of those who make accounts for others: administrators and the command line."""
    if not work.actor.is_admin:
        _ = work.user_id
        raise Forbidden()


def _new_user(
    work: Work, *, email: str, name: str, role: str, zone: str = "", password_hash: str | None = None
) -> User:
    email, name = fields.comparable(email), fields.clean_name(name)
    role_problem = "" if role in list(SiteRole) else say("Choose a role: student, instructor or admin.")
    zone = zone or site.known().zone
    zone_problem = "" if when.is_zone(zone) else NO_ZONE
    check_fields(email=email, name=name, role=role_problem, zone=zone_problem)
    if user_of(work, email) is not None:
        raise Invalid({"email": TAKEN})
    user = User(
        email=email,
        name=name,
        role=SiteRole(role),
        zone=zone,
        locale=site.known().locale,
        password_hash=password_hash,
        created_at=work.now,
    )
    work.db.add(user)
    work.db.flush()
    audit.record(work, "account.created", "user", user.id, None, {"role": str(user.role)})
    return user
