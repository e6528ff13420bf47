"""The forms of pages that set a cookie, take a password or send a picture: a native POST, answered by a redirect.

Whatever goes wrong is told on the page that the form is on. The edge has looked at the origin before.
"""

from urllib.parse import quote, urlsplit
from uuid import UUID

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from lms_app.accounts import service
from lms_app.accounts.api.browser import (
    back,
    enter_as,
    fields_and_picture_of,
    fields_of,
    leave,
    onward,
    show_as,
    speak_in,
)
from lms_app.accounts.rules.fields import safe_next
from lms_app.accounts.views import Look, SignedIn
from lms_app.core import words
from lms_app.core.errors import Invalid, LmsError, NotFound, NotSignedIn, TooMany
from lms_app.core.identity import Audience
from lms_app.core.work import Actor, ask, oneself, perform
from lms_app.web import routes
from lms_app.web.api import Caller, Router
from lms_app.web.guard import public, signed_in
from lms_app.web.words import t

router = Router(prefix="/auth", include_in_schema=False)


@router.post("/sign-in")
@public
async def sign_in(request: Request, caller: Caller) -> Response:
    given = await fields_of(request)
    email, wanted = given["email"], safe_next(given["next"])
    here = f"{routes.SIGN_IN}?next={quote(wanted, safe='/')}" if wanted else routes.SIGN_IN
    missing = {"email": t("Enter your email address.")} if not email.strip() else {}
    missing |= {"password": t("Enter your password.")} if not given["password"] else {}
    if missing:
        return back(here, "sign-in", Invalid(missing), {"email": email})
    try:
        session = await service.sign_in(
            caller, email=email, password=given["password"], audience=Audience.WEB, agent=_agent(request)
        )
    except service.NotVerified:
        return onward(routes.verify_email(), "verify", "unverified", {"email": email})
    except TooMany as error:
        said = TooMany(
            f"{error.message} {t('Or choose a new password by mail: that signs you in.')}", error.retry_after
        )
        return back(here, "sign-in", said, {"email": email})
    except LmsError as error:
        return back(here, "sign-in", error, {"email": email})
    return enter_as(onward(await _first(caller, session, wanted or routes.home())), session)


@router.post("/register")
@public
async def register(request: Request, caller: Caller) -> Response:
    given = await fields_of(request)
    typed = {"name": given["name"], "email": given["email"]}
    try:
        await service.register(caller, **typed, password=given["password"])
    except LmsError as error:
        return back(routes.register(), "register", error, typed)
    return onward(routes.verify_email(), "verify", "registered", {"email": given["email"].strip()})


@router.post("/resend")
@public
async def resend(request: Request, caller: Caller) -> Response:
    """The link that confirms an address, once more."""
    given = await fields_of(request)
    typed = {"email": given["email"].strip()}
    try:
        await perform(caller, service.ask_verify_link, email=given["email"])
    except LmsError as error:
        return back(routes.verify_email(), "verify", error, typed)
    return onward(routes.verify_email(), "verify", "again", typed)


@router.post("/verify")
@public
async def verify(request: Request, caller: Caller) -> Response:
    """The button on the page that a mailed link opens."""
    token = (await fields_of(request))["token"]
    try:
        done = await perform(caller, service.confirm, token=token)
    except LmsError as error:
        return back(routes.verify_email(_plain(token)), "verify", error, {})
    if done.purpose == "email" and caller.is_signed_in:
        return onward(routes.profile(), "profile", t("Your email address is now {email}.", email=done.email))
    return onward(routes.sign_in(), "sign-in", t("Your email address is confirmed. Sign in."), {"email": done.email})


@router.post("/forgot")
@public
async def forgot(request: Request, caller: Caller) -> Response:
    given = await fields_of(request)
    typed = {"email": given["email"].strip()}
    try:
        await perform(caller, service.ask_password_link, email=given["email"])
    except LmsError as error:
        return back(routes.forgot(), "forgot", error, typed)
    return onward(routes.forgot(), "forgot", "sent", typed)


@router.post("/reset")
@public
async def reset(request: Request, caller: Caller) -> Response:
    given = await fields_of(request)
    try:
        session = await service.reset_password(
            caller, token=given["token"], password=given["password"], sign_in=True, agent=_agent(request)
        )
    except LmsError as error:
        return back(routes.reset(_plain(given["token"])), "reset", error, {})
    assert session is not None
    return enter_as(onward(routes.home()), session)


@router.post("/sign-out")
@public
async def sign_out(caller: Caller) -> Response:
    """Public, for a session may be over before its owner leaves."""
    await perform(oneself(caller), service.sign_out)
    return leave(onward(routes.sign_in(), "sign-in", t("You are signed out.")))


@router.post("/sign-out-everywhere")
@signed_in
async def sign_out_everywhere(caller: Caller) -> Response:
    await perform(oneself(caller), service.sign_out_everywhere)
    return leave(onward(routes.sign_in(), "sign-in", t("You are signed out on every device.")))


@router.post("/password")
@signed_in
async def password(request: Request, caller: Caller) -> Response:
    given = await fields_of(request)
    try:
        await service.change_password(caller, current=given["current"], password=given["password"])
    except NotSignedIn:
        raise
    except LmsError as error:
        return back(routes.profile(), "profile", error, {}, {"": "password"})
    return onward(routes.profile(), "profile", t("Password changed. Your other devices are signed out."))


@router.post("/email")
@signed_in
async def email(request: Request, caller: Caller) -> Response:
    given = await fields_of(request)
    try:
        await service.ask_new_email(caller, current=given["current"], email=given["email"])
    except NotSignedIn:
        raise
    except LmsError as error:
        ids = {"current": "email-current", "": "email"}
        return back(routes.profile(), "profile", error, {"email": given["email"]}, ids)
    return onward(routes.profile(), "profile", t("We mailed a link to the new address. Open it to finish the change."))


@router.post("/profile")
@signed_in
async def profile(request: Request, caller: Caller) -> Response:
    """Fields and picture in one form. A picture that will not do keeps nothing of the rest from being saved."""
    typed: dict[str, str] = {}
    try:
        given, picture = await fields_and_picture_of(request)
        typed = {
            name: given[name] for name in ("name", "zone", "locale", "theme", "contrast", "motion") if name in given
        }
        me = await perform(caller, service.update_profile, **typed)
        if picture:
            await service.set_avatar(caller, content=picture)
        elif given["remove_avatar"]:
            await perform(caller, service.remove_avatar)
    except NotSignedIn:
        raise
    except LmsError as error:
        return back(routes.profile(), "profile", error, typed)
    with words.speaking(typed.get("locale", caller.locale)):
        answer = onward(routes.profile(), "profile", t("Profile saved."))
    show_as(answer, Look(me.theme, me.contrast, me.motion))
    return speak_in(answer, words.language_of(typed["locale"])) if "locale" in typed else answer


@router.post("/language/{language}")
@public
async def language(language: str, request: Request, caller: Caller) -> Response:
    """Another language, from any page: the same page again. Who is signed in keeps it with their account."""
    chosen = words.language_of(language)
    if not chosen:
        raise NotFound()
    if caller.is_signed_in and not caller.read_only:
        await perform(caller, service.update_profile, locale=chosen)
    left = urlsplit(request.headers.get("referer", ""))
    here = safe_next(left.path + (f"?{left.query}" if left.query else ""))
    answer = RedirectResponse(here or routes.home(), 303, {"Cache-Control": "no-store"})
    return speak_in(answer, chosen)


async def _first(caller: Actor, session: SignedIn, onto: str) -> str:
    """Where to go from here: on, or to a page that wants to be seen first."""
    for is_asked, page in service.ASKED_FIRST:
        if await ask(caller, is_asked, user_id=UUID(session.user_id)):
            return page(onto)
    return onto


def _agent(request: Request) -> str:
    return request.headers.get("user-agent", "")


def _plain(token: str) -> str:
    """A token as an address can hold it; ours have no other characters."""
    return "".join(c for c in token[:100] if c.isascii() and (c.isalnum() or c in "-_"))
