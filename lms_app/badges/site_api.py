"""Badges where browsers and other sites look for them: public pages, the page that checks one, files and JSON documents.

Pages are HTML, drawn here by Jinja2, so that a badge which nobody may see is a true 404 and a shared link has a preview.
"""

from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any, Literal
from uuid import UUID

from fastapi import Request
from fastapi.responses import JSONResponse, RedirectResponse, Response
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from lms_app.badges import picture, service
from lms_app.badges.api import download, read_badge
from lms_app.badges.picture import Design
from lms_app.core import apart, carriers
from lms_app.core.errors import Invalid, LmsError, NotFound, NotSignedIn, TooMany
from lms_app.core.work import ask
from lms_app.web import documents, routes
from lms_app.web.api import Router, Visitor, body_of
from lms_app.web.guard import public, sign_in_url
from lms_app.web.issuer_api import FOR_ANYBODY
from lms_app.web.words import t

files = Router(include_in_schema=False)
docs = Router(tags=["badges"])
ROUTERS = (files, docs)

Picture = Literal["png", "svg"]
_DRAWN: dict[int | str, dict[str, Any]] = {
    200: {"content": {"image/png": {}, "image/svg+xml": {}}, "description": "The picture"}
}
UNREADABLE = "The form could not be read. Load the page again and choose the file once more."
FIELDS_BYTES = 256 * 1024


# ---- Pages


@files.get(routes.BADGE_FILE)
@public  # whoever is not signed in is sent there by hand: a browser shows a bare 401 as a broken page
async def take(award_id: str, kind: str, visitor: Visitor, identity: str = "hash") -> Response:
    """One's own badge as a file."""
    try:
        return await download(visitor, _uuid(award_id), kind, identity)
    except NotSignedIn:
        return RedirectResponse(sign_in_url(routes.badges()), 303)
    except LmsError as error:
        return _page("badge_message.html", error.status, heading=t("No such file"), text=error.message)


@files.api_route(routes.BADGE_PAGE, methods=["GET", "HEAD"])
@public
async def award_page(code: str, visitor: Visitor) -> Response:
    """Somebody's badge; indexed only where its holder made it public, as all others are their holder's alone."""
    try:
        found = await ask(visitor, service.page, code=code)
    except LmsError as error:
        return _refused(error)
    return _indexed(_page("badge.html", found=found, indexed=found.public), found.public)


@files.api_route(routes.BADGE_SHELF, methods=["GET", "HEAD"])
@public
async def shelf_page(code: str, visitor: Visitor) -> Response:
    """Somebody's public badges."""
    try:
        found = await ask(visitor, service.shelf, code=code)
    except LmsError as error:
        return _refused(error)
    return _indexed(_page("shelf.html", found=found, indexed=True), True)


@files.get(routes.BADGE_PICTURE)
@public
async def award_picture(code: str, kind: Picture, visitor: Visitor) -> Response:
    """The picture of somebody's badge, without the badge in it."""
    return await _drawn(kind, await ask(visitor, service.drawn, code=code), "private, no-store")


@files.api_route(routes.BADGE_CHECK, methods=["GET", "HEAD"])
@public
async def check_form() -> Response:
    return _page("check.html", found=None, typed="", wrong="")


@files.post(routes.BADGE_CHECK)
@public
async def check(request: Request, visitor: Visitor) -> Response:
    """What a badge is worth that was chosen as a file or pasted. Nothing is kept."""
    typed = ""
    try:
        content, typed = await _sent(request)
        if not content and not typed.strip():
            raise Invalid({"file": "Choose a file, or paste a badge."})
        found = await read_badge(visitor, content or typed.encode())
    except Invalid as error:
        return _page("check.html", 422, found=None, typed=typed[:4000], wrong=error.message)
    except LmsError as error:
        return _refused(error)
    return _page("check.html", found=found, typed="" if content else typed, wrong="")


async def _sent(request: Request) -> tuple[bytes, str]:
    body = await body_of(request, carriers.FILE_MAX + FIELDS_BYTES)

    async def once() -> AsyncGenerator[bytes, None]:
        yield body

    parser = MultiPartParser(request.headers, once(), max_files=1, max_fields=4, max_part_size=FIELDS_BYTES)
    try:
        form = await parser.parse()
    except (MultiPartException, KeyError, ValueError):
        raise Invalid({"file": UNREADABLE}) from None
    file, text = form.get("file"), form.get("text")
    content = await file.read() if isinstance(file, UploadFile) else b""
    await form.close()
    return content, text if isinstance(text, str) else ""


# ---- For other programs


@docs.get(routes.ACHIEVEMENT)
@public
async def achievement(badge_id: UUID, visitor: Visitor) -> Response:
    """What a badge stands for, as an Open Badges 3.0 `Achievement`, once somebody has it."""
    return JSONResponse(await ask(visitor, service.achievement, badge_id=badge_id), headers=FOR_ANYBODY)


@docs.get(routes.ACHIEVEMENT_PICTURE, response_class=Response, responses=_DRAWN)
@public
async def achievement_picture(badge_id: UUID, kind: Picture, visitor: Visitor) -> Response:
    design = await ask(visitor, service.achievement_drawn, badge_id=badge_id)
    return await _drawn(kind, design, FOR_ANYBODY["Cache-Control"])


@docs.get(routes.ISSUER_PROFILE)
@public
async def issuer(visitor: Visitor) -> Response:
    """The school as an Open Badges 3.0 `Profile`."""
    return JSONResponse(await ask(visitor, service.issuer), headers=FOR_ANYBODY)


async def _drawn(kind: Picture, design: Design, cached: str) -> Response:
    headers = {**FOR_ANYBODY, "Cache-Control": cached, "Content-Security-Policy": "default-src 'none'; sandbox"}
    if kind == "svg":
        return Response(picture.svg(design), headers=headers, media_type="image/svg+xml")
    return Response(await apart.run(picture.png, design), headers=headers, media_type="image/png")


# ---- Parts


def _refused(error: LmsError) -> Response:
    heading = t("Please wait a little") if isinstance(error, TooMany) else t("No such badge")
    page = _page("badge_message.html", error.status, heading=heading, text=error.message)
    if isinstance(error, TooMany):
        page.headers["Retry-After"] = str(error.retry_after)
    return page


def _indexed(page: Response, public: bool) -> Response:
    """Let search engines have what its holder made public."""
    if public:
        del page.headers["X-Robots-Tag"]
    return page


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFound(t("We could not find that badge among yours.")) from None


_templates = documents.templates(
    Path(__file__).parent / "templates", check=routes.badge_check(), badge_page=routes.badge_page
)


def _page(template: str, status: int = 200, **values: Any) -> Response:
    return documents.document(_templates, template, status, **{"indexed": False, **values})
