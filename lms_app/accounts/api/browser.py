"""What native forms need: their fields read with a limit, and an answer that is always another page."""

from collections.abc import AsyncGenerator, Mapping
from datetime import datetime
from urllib.parse import parse_qsl

from fastapi import Request
from fastapi.responses import RedirectResponse, Response
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from lms_app.accounts import flash
from lms_app.accounts.flash import Flash
from lms_app.accounts.views import Look, SignedIn
from lms_app.core import pictures
from lms_app.core.errors import Invalid, LmsError, TooMany
from lms_app.core.identity import Wish
from lms_app.core.settings import settings
from lms_app.core.work import utc_now
from lms_app.web import look as look_of_site
from lms_app.web.api import body_of
from lms_app.web.guard import COOKIE, LANGUAGE_COOKIE

FORM_BYTES_MAX = 64 * 1024
FIELDS_MAX = 20
THEME_COOKIE = "lectern-theme"
THEME_SECONDS, LOOK_SECONDS = 300, 365 * 86_400
LANGUAGE_SECONDS = 365 * 86_400
UNREADABLE = "The form did not arrive as it should. Send it again."


async def fields_of(request: Request) -> Mapping[str, str]:
    """The fields of a form. What we did not ask for may be there and is not looked at; of two alike the first counts."""
    body = await body_of(request, FORM_BYTES_MAX)
    try:
        pairs = parse_qsl(body.decode("latin-1"), keep_blank_values=True, max_num_fields=FIELDS_MAX, errors="replace")
    except ValueError:
        raise Invalid({"": UNREADABLE}) from None
    return _Fields(reversed(pairs))


async def fields_and_picture_of(request: Request, name: str = "avatar") -> tuple[Mapping[str, str], bytes]:
    """The same for a form with a picture; empty bytes where none was chosen. Raises Invalid for a larger one."""
    body = await _within(request, pictures.BYTES_MAX + FORM_BYTES_MAX, name)

    async def once() -> AsyncGenerator[bytes, None]:
        yield body

    parser = MultiPartParser(request.headers, once(), max_files=1, max_fields=FIELDS_MAX, max_part_size=FORM_BYTES_MAX)
    try:
        form = await parser.parse()
    except (MultiPartException, KeyError, ValueError):
        raise Invalid({"": UNREADABLE}) from None
    picture = form.get(name)
    content = await picture.read() if isinstance(picture, UploadFile) else b""
    texts = [(field, value) for field, value in form.multi_items() if isinstance(value, str)]
    await form.close()
    return _Fields(reversed(texts)), content


async def _within(request: Request, limit_bytes: int, name: str) -> bytes:
    """A body; too large a one is read to its end all the same, or the browser would show an error of its own."""
    whole, too_large = bytearray(), False
    async for chunk in request.stream():
        too_large = too_large or len(whole) + len(chunk) > limit_bytes
        whole = bytearray() if too_large else whole + chunk
    if too_large:
        raise Invalid({name: pictures.TOO_LARGE})
    return bytes(whole)


class _Fields(dict[str, str]):
    """A field that was not sent is empty."""

    def __missing__(self, name: str) -> str:
        return ""


def onward(to: str, form: str = "", said: str = "", typed: dict[str, str] | None = None) -> RedirectResponse:
    """To the next page, perhaps with something to say there."""
    answer = RedirectResponse(to, 303, {"Cache-Control": "no-store"})
    if form:
        _set(answer, flash.COOKIE, flash.sealed(Flash(form=form, said=said, typed=typed or {})), flash.SECONDS)
    else:
        _drop(answer, flash.COOKIE)
    return answer


def back(to: str, form: str, error: LmsError, typed: dict[str, str], ids: dict[str, str] | None = None) -> Response:
    """To the page of the form, with what is wrong and what was typed. `ids` renames fields to the ids on that page."""
    wrong = error.fields if isinstance(error, Invalid) else {"": error.message}
    named = {(ids or {}).get(field, field): words for field, words in wrong.items()}
    answer = RedirectResponse(to, 303, {"Cache-Control": "no-store"})
    if isinstance(error, TooMany):
        answer.headers["Retry-After"] = str(error.retry_after)
    _set(answer, flash.COOKIE, flash.sealed(Flash(form=form, errors=named, typed=typed)), flash.SECONDS)
    return answer


def enter_as(answer: Response, session: SignedIn) -> Response:
    """Give the browser its session, and the look that its owner chose on another device."""
    if session.look is not None:
        show_as(answer, session.look)
    _set(answer, COOKIE, session.token, _seconds_until(session.expires_at))
    return answer


def show_as(answer: Response, look: Look) -> None:
    """Have documents drawn in the theme, and with more contrast and less motion, from their first paint on."""
    # `account_theme.js` reads this one once: a theme that is changed on this device afterwards stays changed.
    answer.set_cookie(
        THEME_COOKIE, look.theme, max_age=THEME_SECONDS, path="/", samesite="lax", secure=settings.is_https
    )
    wishes = [name for name, wish in (("contrast", look.contrast), ("still", look.motion)) if wish == Wish.ALWAYS]
    if wishes:
        _set(answer, look_of_site.COOKIE, ".".join(wishes), LOOK_SECONDS)
    else:
        _drop(answer, look_of_site.COOKIE)


def leave(answer: Response) -> Response:
    """Take the session away, and the language: who comes next may want another."""
    _drop(answer, COOKIE)
    _drop(answer, LANGUAGE_COOKIE)
    return answer


def speak_in(answer: Response, language: str) -> Response:
    """Have the browser ask for a language from now on; "" for what it prefers itself."""
    if language:
        _set(answer, LANGUAGE_COOKIE, language, LANGUAGE_SECONDS)
    else:
        _drop(answer, LANGUAGE_COOKIE)
    return answer


def _seconds_until(moment: datetime) -> int:
    return max(0, int((moment - utc_now()).total_seconds()))


def _set(answer: Response, name: str, value: str, seconds: int) -> None:
    answer.set_cookie(name, value, max_age=seconds, path="/", httponly=True, samesite="lax", secure=settings.is_https)


def _drop(answer: Response, name: str) -> None:
    answer.delete_cookie(name, path="/", httponly=True, samesite="lax", secure=settings.is_https)
