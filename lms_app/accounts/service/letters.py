"""The mails of this room: short, plain, the link alone on its line.

None of them repeats what a stranger may have typed: whoever registers somebody else's address must not be able to write
to them through us.
"""

from uuid import UUID

from lms_app.accounts.models import Purpose
from lms_app.core import mail
from lms_app.core.settings import settings
from lms_app.core.work import Work
from lms_app.web import routes

INVITE_DAYS = 7

_LINKS: dict[Purpose, tuple[str, str, str, str]] = {
    # Subject, what to do, for how long, and what if it was not you.
    Purpose.VERIFY: (
        "Confirm your email address",
        "welcome to {site}. Open this link and confirm that the address is yours:",
        "{hours} hours",
        "If you did not create an account, leave this mail alone: nothing happens.",
    ),
    Purpose.RESET: (
        "Choose a new password",
        "somebody asked for a new password for your account at {site}. Open this link to choose one and sign in:",
        "{minutes} minutes",
        "If it was not you, leave this mail alone: your password stays as it is.",
    ),
    Purpose.INVITE: (
        "Your account at {site}",
        "an account at {site} was made for you. Open this link to choose a password and sign in:",
        "{days} days",
        "If you did not expect this, leave this mail alone.",
    ),
    Purpose.EMAIL: (
        "Confirm your new email address",
        "this address is to become that of an account at {site}. Open this link and confirm it:",
        "{hours} hours",
        "If you did not ask for it, leave this mail alone: nothing changes.",
    ),
}


def send_link(work: Work, purpose: Purpose, *, to: str, token_id: UUID) -> None:
    """The mail with the link of a token. Its secret is put in on delivery: the database has only its hash."""
    subject, ask, lasts, otherwise = (
        text.format(
            site=settings.site_name,
            minutes=settings.reset_ttl_minutes,
            hours=settings.verify_ttl_hours,
            days=INVITE_DAYS,
        )
        for text in _LINKS[purpose]
    )
    path = (routes.verify_email if purpose in (Purpose.VERIFY, Purpose.EMAIL) else routes.reset)(mail.SECRET)
    text = f"Hello,\n\n{ask}\n\n{settings.url}{path}\n\nIt works once, for {lasts}. {otherwise}"
    _put(work, to, subject, text, secret_of=token_id)


def tell_has_account(work: Work, *, to: str) -> None:
    """To the owner of an address that somebody registered again."""
    _put(
        work,
        to,
        "You have an account already",
        f"Hello,\n\nsomebody, most likely you, tried to create an account at {settings.site_name} with this address. "
        "There is one already. Sign in here:\n\n"
        f"{settings.url}{routes.sign_in()}\n\n"
        "If you do not remember the password, choose a new one:\n\n"
        f"{settings.url}{routes.forgot()}\n\n"
        "If it was not you, leave this mail alone: nothing has changed.",
    )


def tell_address_wanted(work: Work, *, to: str) -> None:
    """To the owner of an address that somebody wants for another account."""
    _put(
        work,
        to,
        "Your address was entered for another account",
        f"Hello,\n\nsomebody tried to move another account at {settings.site_name} to this address. It belongs to your "
        "account, so nothing has changed. If that was you, sign in with this address instead.",
    )


def tell_email_asked(work: Work, *, to: str) -> None:
    """To the address that an account has now."""
    _put(
        work,
        to,
        "Your email address is about to change",
        f"Hello,\n\nsomebody who knows your password asked to change the address of your account at "
        f"{settings.site_name}. It changes when the link that we sent to the new address is opened.\n\n"
        "If it was not you, choose a new password now. That also stops the change:\n\n"
        f"{settings.url}{routes.forgot()}",
    )


def tell_email_changed(work: Work, *, to: str) -> None:
    """To the address that the account had until now."""
    _put(
        work,
        to,
        "Your email address was changed",
        f"Hello,\n\nyour account at {settings.site_name} has another address now, and this one no longer signs in. "
        "If it was not you, tell the person who runs the site at once.",
    )


def tell_password_changed(work: Work, *, to: str) -> None:
    _put(
        work,
        to,
        "Your password was changed",
        f"Hello,\n\nthe password of your account at {settings.site_name} was changed, and you were signed out on your "
        "other devices. If it was not you, choose a new one now:\n\n"
        f"{settings.url}{routes.forgot()}",
    )


def tell_suspended(work: Work, *, to: str) -> None:
    """To somebody who asks for a password while the account is closed."""
    _put(
        work,
        to,
        "Your account is closed for now",
        f"Hello,\n\nsomebody asked for a new password for your account at {settings.site_name}. The account is closed at "
        "the moment, so there is none to choose. The person who runs the site can open it again.",
    )


def _put(work: Work, to: str, subject: str, text: str, secret_of: UUID | None = None) -> None:
    mail.put(
        work, to=to, subject=subject, text=f"{text}\n\n{settings.site_name}\n{settings.url}\n", secret_of=secret_of
    )
