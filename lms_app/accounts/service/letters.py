"""The mails of this room: short, plain, the link alone on its line.

None of them repeats what a stranger may have typed: whoever registers somebody else's address must not be able to write
to them through us.
"""

from uuid import UUID

from lms_app.accounts.models import Purpose
from lms_app.core import mail, site, when
from lms_app.core.settings import settings
from lms_app.core.words import later, say
from lms_app.core.work import Work
from lms_app.web import routes

INVITE_DAYS = 7

_ONCE = later("It works once, for {time}.")
_LINKS: dict[Purpose, tuple[str, str, str]] = {
    # Subject, what to do, and what if it was not you.
    Purpose.VERIFY: (
        later("Confirm your email address"),
        later("Hello,\n\nwelcome to {site}. Open this link and confirm that the address is yours:"),
        later("If you did not create an account, leave this mail alone: nothing happens."),
    ),
    Purpose.RESET: (
        later("Choose a new password"),
        later(
            "Hello,\n\nsomebody asked for a new password for your account at {site}. Open this link to choose one and sign in:"
        ),
        later("If it was not you, leave this mail alone: your password stays as it is."),
    ),
    Purpose.INVITE: (
        later("Your account at {site}"),
        later("Hello,\n\nan account at {site} was made for you. Open this link to choose a password and sign in:"),
        later("If you did not expect this, leave this mail alone."),
    ),
    Purpose.EMAIL: (
        later("Confirm your new email address"),
        later("Hello,\n\nthis address is to become that of an account at {site}. Open this link and confirm it:"),
        later("If you did not ask for it, leave this mail alone: nothing changes."),
    ),
}


def send_link(work: Work, purpose: Purpose, *, to: str, token_id: UUID) -> None:
    """The mail with the link of a token. Its secret is put in on delivery: the database has only its hash."""
    lasts = {
        Purpose.RESET: when.plural(settings.reset_ttl_minutes, "minute"),
        Purpose.INVITE: when.plural(INVITE_DAYS, "day"),
    }.get(purpose, when.plural(settings.verify_ttl_hours, "hour"))
    subject, ask, otherwise = (say(text, site=site.known().name) for text in _LINKS[purpose])
    path = (routes.verify_email if purpose in (Purpose.VERIFY, Purpose.EMAIL) else routes.reset)(mail.SECRET)
    text = f"{ask}\n\n{settings.url}{path}\n\n{say(_ONCE, time=lasts)} {otherwise}"
    _put(work, to, subject, text, secret_of=token_id, asked=True)


def tell_has_account(work: Work, *, to: str) -> None:
    """To the owner of an address that somebody registered again."""
    text = say(
        "Hello,\n\nsomebody, most likely you, tried to create an account at {site} with this address. There is one "
        "already. Sign in here:\n\n{sign_in}\n\nIf you do not remember the password, choose a new one:\n\n{forgot}\n\n"
        "If it was not you, leave this mail alone: nothing has changed.",
        site=settings.site_name,
        sign_in=f"{settings.url}{routes.sign_in()}",
        forgot=_forgot(),
    )
    _put(work, to, say("You have an account already"), text)


def tell_address_wanted(work: Work, *, to: str) -> None:
    """To the owner of an address that somebody wants for another account."""
    text = say(
        "Hello,\n\nsomebody tried to move another account at {site} to this address. It belongs to your account, so nothing "
        "has changed. If that was you, sign in with this address instead.",
        site=site.known().name,
    )
    _put(work, to, say("Your address was entered for another account"), text)


def tell_email_asked(work: Work, *, to: str) -> None:
    """To the address that an account has now."""
    text = say(
        "Hello,\n\nsomebody who knows your password asked to change the address of your account at {site}. It changes when "
        "the link that we sent to the new address is opened.\n\nIf it was not you, choose a new password now. That also "
        "stops the change:\n\n{forgot}",
        site=site.known().name,
        forgot=_forgot(),
    )
    _put(work, to, say("Your email address is about to change"), text)


def tell_email_changed(work: Work, *, to: str) -> None:
    """To the address that the account had until now."""
    text = say(
        "Hello,\n\nyour account at {site} has another address now, and this one no longer signs in. If it was not you, tell "
        "the person who runs the site at once.",
        site=site.known().name,
    )
    _put(work, to, say("Your email address was changed"), text)


def tell_password_changed(work: Work, *, to: str) -> None:
    text = say(
        "Hello,\n\nthe password of your account at {site} was changed, and you were signed out on your other devices. If it "
        "was not you, choose a new one now:\n\n{forgot}",
        site=site.known().name,
        forgot=_forgot(),
    )
    _put(work, to, say("Your password was changed"), text)


def tell_suspended(work: Work, *, to: str) -> None:
    """To somebody who asks for a password while the account is closed."""
    text = say(
        "Hello,\n\nsomebody asked for a new password for your account at {site}. The account is closed at the moment, so "
        "there is none to choose. The person who runs the site can open it again.",
        site=site.known().name,
    )
    _put(work, to, say("Your account is closed for now"), text)


def _forgot() -> str:
    return f"{settings.url}{routes.forgot()}"


def _put(work: Work, to: str, subject: str, text: str, secret_of: UUID | None = None, asked: bool = False) -> None:
    text = f"{text}\n\n{site.known().name}\n{settings.url}\n"
    mail.put(work, to=to, subject=subject, text=text, secret_of=secret_of, asked=asked)
