"""Mailed links: asking for one, what it would do, and the one that confirms an address."""

from typing import Any

from sqlmodel import col, select

from lms_app.accounts.models import Purpose
from lms_app.accounts.rules import fields
from lms_app.accounts.service import letters, tokens
from lms_app.accounts.service.making import check_fields, enter, user_of
from lms_app.accounts.views import LinkView
from lms_app.core import audit, bounces, identity, limits, outbox
from lms_app.core.errors import Conflict, NotFound
from lms_app.core.identity import User
from lms_app.core.work import Work

LINK_ASKED = "accounts.link_asked"
"""The topic of links that somebody asked for; `send_link` answers it."""

ADDRESS_TAKEN = "That address belongs to another account by now. Choose another one on your profile."
_CONFIRMING = (Purpose.VERIFY, Purpose.EMAIL)
_CHOOSING = (Purpose.RESET, Purpose.INVITE)


def ask_password_link(work: Work, *, email: str) -> None:
    """Have a link to choose a new password mailed to `email`, if it has an account. Raises Invalid, TooMany."""
    _ask(work, Purpose.RESET, email)


def ask_verify_link(work: Work, *, email: str) -> None:
    """Have the link that confirms an address mailed again, if an account waits for that. Raises Invalid, TooMany."""
    _ask(work, Purpose.VERIFY, email)


def ask_proof_link(work: Work) -> None:
    """Have a link mailed to my own address, which refused mail before: opening it shows that it takes mail again.

    Raises NotSignedIn, TooMany, and Conflict where mail goes there.
    """
    email = work.db.get_one(User, work.user_id).email
    if not bounces.is_bouncing(work, email):
        raise Conflict("Mail to your address arrives.")
    _ask(work, Purpose.VERIFY, email)


def _ask(work: Work, purpose: Purpose, email: str) -> None:
    """Whether there is an account is looked up by the job that sends the mail: here everybody costs one row."""
    email = fields.comparable(email)
    check_fields(email=email)
    limits.hit(work, "mail_address", work.actor.ip)
    limits.hit(work, "mail_account", email)
    outbox.put(work, LINK_ASKED, {"email": email, "purpose": purpose})


def send_link(work: Work, payload: dict[str, Any]) -> None:
    """What the job loop does about `LINK_ASKED`: nothing where nobody has that address."""
    enter(work)
    user = user_of(work, payload["email"])
    purpose = Purpose(payload["purpose"])
    if user is None or user.is_service:
        return
    if purpose is Purpose.VERIFY and user.verified_at is not None and not bounces.is_bouncing(work, user.email):
        return
    if user.suspended_at is not None:
        return letters.tell_suspended(work, to=user.email)
    tokens.mail_link(work, user.id, purpose, user.email)
    audit.record(work, "account.link_sent", "user", user.id, None, {"purpose": purpose})


def read_link(work: Work, *, token: str) -> LinkView:
    """What a link would do. Opening it changes nothing: mail scanners do that, too. Raises NotFound when it is over."""
    found = tokens.find(work, token, *_CONFIRMING, *_CHOOSING)
    user = work.db.exec(select(User.name, User.email).where(col(User.id) == found.user_id)).one()
    return LinkView(purpose=found.purpose, name=user[0], email=found.email)


def confirm(work: Work, *, token: str) -> LinkView:
    """Confirm the address that a link was sent to. Pressing the button twice is confirming once.

    Raises NotFound when the link is over, Conflict where another account has the address by now.
    """
    again = tokens.used(work, token, *_CONFIRMING)
    found = again or tokens.redeem(work, token, *_CONFIRMING)
    user = work.db.get(User, found.user_id)
    if user is None or user.suspended_at is not None or (again and user.email != found.email):
        raise NotFound(tokens.LINK_OVER)
    if again is None and found.purpose == Purpose.EMAIL:
        _change_address(work, user, found.email)
    elif again is None:
        user.verified_at = user.verified_at or work.now
        audit.record(work, "account.verified", "user", user.id)
    return LinkView(purpose=found.purpose, name=user.name, email=found.email)


def _change_address(work: Work, user: User, email: str) -> None:
    if user_of(work, email) is not None:
        raise Conflict(ADDRESS_TAKEN)
    before, user.email = user.email, email
    user.verified_at = user.verified_at or work.now
    work.db.flush()
    # Whoever reads the old mailbox must not come in by a link that was sent there.
    tokens.void(work, user.id, Purpose.VERIFY, *_CHOOSING)
    audit.record(work, "account.email_changed", "user", user.id)
    letters.tell_email_changed(work, to=before)
    work.after_commit(identity.forget)
