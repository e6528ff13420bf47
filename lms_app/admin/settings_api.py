"""The first run and the settings of the site, over HTTP: pages and forms of browsers, and REST."""

from pathlib import Path
from typing import Annotated

from fastapi import Path as PathPart
from fastapi import Query, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel, Field

from lms_app.accounts import flash
from lms_app.accounts.api.browser import back, enter_as, fields_and_picture_of, fields_of, onward
from lms_app.accounts.api.rest import Tokens, tokens_of
from lms_app.admin import service
from lms_app.admin.views import Backups, SettingsView, Shades
from lms_app.core import words
from lms_app.core.errors import Conflict, LmsError, NotFound, NotSignedIn
from lms_app.core.identity import Audience
from lms_app.core.pictures import BYTES_MAX
from lms_app.core.settings import settings
from lms_app.core.work import ask, perform
from lms_app.web import documents, routes
from lms_app.web.api import Caller, Router, Visitor, body_of
from lms_app.web.fields import NO_NUL, Body
from lms_app.web.guard import admin_only, public
from lms_app.web.words import t

first = Router(prefix="/api/v1/setup", tags=["setup"])
router = Router(prefix="/api/v1/admin/settings", tags=["admin"])
copies = Router(prefix="/api/v1/admin/backups", tags=["admin"])
pages = Router(include_in_schema=False)
ROUTERS = (first, router, copies, pages)
_templates = documents.templates(Path(__file__).parent / "templates")
_FORM = ("code", "name", "email")


class FirstAdmin(Body):
    """The code stands in the console of a server that nobody runs yet."""

    code: Annotated[str, Field(max_length=200, pattern=NO_NUL)]
    name: Annotated[str, Field(min_length=1, max_length=120, pattern=NO_NUL)]
    email: Annotated[str, Field(min_length=3, max_length=254, pattern=NO_NUL)]
    password: Annotated[
        str, Field(min_length=1, max_length=1024, pattern=NO_NUL, json_schema_extra={"format": "password"})
    ]


Text = Annotated[str | None, Field(max_length=200, pattern=NO_NUL)]


class SettingsChange(Body):
    """What shall change; `version` is that of the settings as they were read. What the environment sets stays."""

    version: Annotated[int, Field(ge=0)]
    name: Text = None
    welcome: Text = None
    accent: Annotated[Text, Field(description="#rrggbb, readable on light pages (4.5:1); empty: the usual green")] = (
        None
    )
    zone: Text = None
    locale: Text = None
    languages: Annotated[list[Annotated[str, Field(max_length=16)]] | None, Field(max_length=50)] = None
    self_registration: bool | None = None
    backup_every_hours: Annotated[int | None, Field(ge=0, le=24 * 31, description="0 makes none by itself")] = None
    backup_keep_days: Annotated[int | None, Field(ge=0, le=3650, description="0 keeps all")] = None


class MailAnswer(BaseModel):
    """What the mail server said, or why it could not be reached."""

    answer: str


# ---- The first run


@pages.get(routes.SETUP)
@public
async def setup(request: Request, visitor: Visitor) -> Response:
    """The page behind the code; who comes later is led to sign in."""
    if not await ask(visitor, service.is_unclaimed):
        return RedirectResponse(routes.SIGN_IN, 303, {"Cache-Control": "no-store"})
    answer = flash.opened(request.headers.get("cookie", ""), "setup")
    return documents.document(
        _templates,
        "setup.html",
        wrong=answer.errors,
        typed={name: answer.typed.get(name, "") for name in _FORM},
        minimum=settings.password_min_characters,
    )


@pages.post(routes.SETUP)
@public
async def do_setup(request: Request, caller: Caller) -> Response:
    given = await fields_of(request)
    typed = {name: given[name] for name in _FORM}
    try:
        session = await service.set_up(
            caller,
            **typed,
            password=given["password"],
            audience=Audience.WEB,
            agent=request.headers.get("user-agent", ""),
        )
    except NotFound as error:
        return back(routes.SIGN_IN, "sign-in", error, {})
    except LmsError as error:
        return back(routes.SETUP, "setup", error, typed)
    return enter_as(onward(f"{routes.SITE_SETTINGS}?first=1"), session)


@first.post("", status_code=201)
@public
async def become_admin(request: Request, caller: Caller, body: FirstAdmin) -> Tokens:
    """Make the first administrator with the code from the console, and sign in. Once: then there is no such thing."""
    agent = request.headers.get("user-agent", "")
    return tokens_of(await service.set_up(caller, **body.model_dump(), audience=Audience.API, agent=agent))


# ---- Settings


@router.get("")
@admin_only
async def site_settings(caller: Caller) -> SettingsView:
    """What is decided about the site, and which of it the environment sets (`fixed`)."""
    return await ask(caller, service.site_settings)


@router.patch("")
@admin_only
async def change_settings(caller: Caller, body: SettingsChange) -> SettingsView:
    """Change what is given. 409 where somebody else's change came between."""
    return await perform(caller, service.change_settings, **body.model_dump())


@router.get("/accent")
@admin_only
async def look_at_accent(caller: Caller, colour: Annotated[str, Query(max_length=20)]) -> Shades:
    """How well a colour can be read, and the nearest shade that can."""
    return await ask(caller, service.look_at_accent, accent=colour)


@router.put("/logo")
@admin_only
async def set_logo(request: Request, caller: Caller) -> SettingsView:
    """Send a picture as the body: PNG, JPEG, WebP or GIF, at most 5 MB. It is made small, without what a camera wrote."""
    return await service.set_logo(caller, content=await body_of(request, BYTES_MAX))


@router.delete("/logo")
@admin_only
async def remove_logo(caller: Caller) -> SettingsView:
    """Show the usual mark again."""
    return await perform(caller, service.remove_logo)


@router.post("/mail-test")
@admin_only
async def try_mail(caller: Caller) -> MailAnswer:
    """Send a mail to oneself at once."""
    return MailAnswer(answer=await service.try_mail(caller))


# ---- Backups


@copies.get("")
@admin_only
async def all_backups(caller: Caller) -> Backups:
    """The backups that there are, what is under way, and what comes next. An archive itself is on the server alone."""
    return await ask(caller, service.all_backups)


@copies.post("", status_code=202)
@admin_only
async def start_backup(caller: Caller) -> Backups:
    """Have one made now. 409 while one is made or checked."""
    return await perform(caller, service.start_backup)


@copies.post("/{name}/check", status_code=202)
@admin_only
async def check_backup(caller: Caller, name: Annotated[str, PathPart(max_length=40)]) -> Backups:
    """Have every byte of one looked at. 409 while one is made or checked."""
    return await perform(caller, service.check_backup, name=name)


# ---- The form of the page


@pages.post(f"{routes.SITE_SETTINGS}/save")
@admin_only
async def save(request: Request, caller: Caller) -> Response:
    """The form of the page, with a picture perhaps. One that will not do keeps nothing of the rest from being saved."""
    typed: dict[str, str] = {}
    here = routes.SITE_SETTINGS
    try:
        given, picture = await fields_and_picture_of(request, "logo")
        here += "?first=1" if given["first"] else ""
        typed = {name: value for name, value in given.items() if name not in ("version", "first")}
        changes = {name: typed[name] for name in ("name", "welcome", "accent", "zone", "locale") if name in typed}
        hours, days = (_number(typed.get(name)) for name in ("backup_every_hours", "backup_keep_days"))
        await perform(
            caller,
            service.change_settings,
            version=_number(given["version"]) or 0,
            **changes,
            languages=[code for code in words.LANGUAGES if f"language.{code}" in given],
            self_registration="self_registration" in given,
            backup_every_hours=hours,
            backup_keep_days=days,
        )
        if picture:
            await service.set_logo(caller, content=picture)
    except NotSignedIn:
        raise
    except Conflict as error:
        return back(here, "site", error, {})  # what is there now, and not what was typed over it
    except LmsError as error:
        return back(here, "site", error, typed)
    return onward(here, "site", t("Settings saved."))


def _number(text: str | None) -> int | None:
    """A whole number of a form; what is none, -1, which no setting takes."""
    if text is None:
        return None
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else -1
