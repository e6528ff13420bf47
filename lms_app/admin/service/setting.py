"""The settings of the site that are decided in the browser: what it is called, how it looks, who may come in."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from email.utils import parseaddr
from typing import Any
from uuid import uuid4

import aiosmtplib
from sqlalchemy import delete
from sqlmodel import col

from lms_app.admin.service.door import enter
from lms_app.admin.views import MailSetting, SettingsView, Shades
from lms_app.core import audit, colours, files, limits, mail, site
from lms_app.core.errors import Forbidden, Invalid
from lms_app.core.files import StoredFile
from lms_app.core.identity import User
from lms_app.core.pictures import BadPicture, logo_of
from lms_app.core.settings import settings
from lms_app.core.site import Logo, Site
from lms_app.core.work import Actor, Work, ask, perform

LOGO = "logo"
_painter = ThreadPoolExecutor(1, thread_name_prefix="logos")


def site_settings(work: Work) -> SettingsView:
    """What is decided, what the environment decides, and how mail goes out. One query."""
    enter(work)
    return _view(site.look(work))


def change_settings(work: Work, *, version: int, **changes: Any) -> SettingsView:
    """Decide something: what is given and not None, as `site.Site` names it; what the environment sets stays as it is.

    `version` is that of the settings that were looked at. Raises Invalid naming each field, Conflict.
    """
    enter(work)
    if "logo" in changes:  # a picture is checked first: `set_logo`
        raise Invalid({"logo": "Send the picture by itself."})
    return _view(site.change(work, version=version, changes=changes))


async def set_logo(caller: Actor, *, content: bytes) -> SettingsView:
    """Make a picture the logo of the place. Raises NotSignedIn, Forbidden, Invalid, TooMany."""
    await ask(caller, _count_logo)
    try:
        made, width, height = await asyncio.get_running_loop().run_in_executor(_painter, logo_of, content)
    except BadPicture as error:
        raise Invalid({"logo": str(error)}) from None
    staged = await asyncio.to_thread(files.stage_bytes, made)
    return await perform(caller, _keep_logo, staged=staged, logo=Logo(staged.sha256, width, height))


def remove_logo(work: Work) -> SettingsView:
    """Show our mark again. Without a logo nothing happens."""
    enter(work)
    now = site.look(work)
    if now.logo is None:
        return _view(now)
    _drop_logos(work)
    # The one way to say "none": None in `changes` means that nothing is said.
    return _view(site.change(work, version=now.version, changes={"logo": False}))


def look_at_accent(work: Work, *, accent: str) -> Shades:
    """How well a colour can be read, and the nearest one that can. Raises Invalid for what is no colour."""
    enter(work)
    return shades(accent)


async def try_mail(caller: Actor) -> str:
    """Send a mail to oneself, at once and past the outbox; what the mail server answered. Raises Forbidden, TooMany.

    A server that refuses is an answer, too: its own words come back.
    """
    address = await perform(caller, _count_test)
    payload = {
        "to": address,
        "subject": f"Test from {site.known().name}",
        "text": f"This is a test that you asked for. Mail from {site.known().name} arrives.\n\n{settings.url}\n",
    }
    try:
        return await mail.deliver_now(uuid4(), payload)
    except (aiosmtplib.SMTPException, OSError) as error:
        return mail.said_by(error)


def shades(accent: str) -> Shades:
    """The view of a colour; an empty one means the colours that the theme has."""
    colour = colours.clean(accent) if accent else colours.USUAL
    if not colour:
        raise Invalid({"accent": colours.NOT_A_COLOUR})
    nearest = colours.nearest(colour)
    light, dark = colours.on_light(nearest), colours.on_dark(nearest)
    return Shades(
        accent=colour,
        ratio=f"{colours.least(colour, colours.LIGHT):.1f}",
        passes=colours.passes(colour),
        nearest=nearest,
        dark=dark.brand,
        dark_ratio=f"{colours.least(dark.brand, colours.DARK):.1f}",
        light_soft=light.brand_soft,
        light_text=light.brand_text,
        dark_on=dark.on_brand,
        dark_soft=dark.brand_soft,
        dark_text=dark.brand_text,
    )


def _count_logo(work: Work) -> None:
    enter(work)
    limits.hit(work, "upload", str(work.user_id))


def _count_test(work: Work) -> str:
    """The address of whoever asks, once the test is counted and written down."""
    enter(work)
    limits.hit(work, "mail_test", str(work.user_id))
    user = work.db.get(User, work.user_id)
    if user is None:
        raise Forbidden()
    audit.record(work, "site.mail_tested", "site", "mail")
    return user.email


def _keep_logo(work: Work, *, staged: files.Staged, logo: Logo) -> SettingsView:
    enter(work)
    _drop_logos(work)
    files.keep(work, staged, name="logo.webp", scope=LOGO, scope_id=work.user_id)
    return _view(site.change(work, version=site.look(work).version, changes={"logo": logo}))


def _drop_logos(work: Work) -> None:
    """The bytes go with `files.sweep`."""
    work.db.connection().execute(delete(StoredFile).where(col(StoredFile.scope) == LOGO))


def _view(now: Site) -> SettingsView:
    return SettingsView(
        version=now.version,
        name=now.name,
        welcome=now.welcome,
        accent=now.accent,
        logo=now.logo.sha256[:16] if now.logo else "",
        zone=now.zone,
        locale=now.locale,
        languages=list(now.languages),
        self_registration=now.self_registration,
        backup_every_hours=now.backup_every_hours,
        backup_keep_days=now.backup_keep_days,
        fixed=sorted(site.fixed()),
        mail=MailSetting(
            way=settings.mail,
            server=f"{settings.smtp_host}:{settings.smtp_port}" if settings.smtp_host else "",
            security=settings.smtp_security,
            sender=parseaddr(settings.mail_from)[1],
        ),
    )
