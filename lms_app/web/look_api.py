"""The look of the place, for anybody: its style sheet and its logo."""

import hashlib
from typing import Annotated

from fastapi import Query, Request
from fastapi.responses import FileResponse, Response

from lms_app.core import files, site
from lms_app.core.errors import NotFound
from lms_app.web import look
from lms_app.web.api import Router
from lms_app.web.guard import public

router = Router(include_in_schema=False)
ROUTERS = (router,)


@router.get(look.STYLE)
@public
async def style(request: Request, plain: Annotated[str, Query(max_length=8)] = "") -> Response:
    """It is asked for again by each document, and hardly ever answered with more than "as it was"."""
    wishes = request.cookies.get(look.COOKIE, "").split(".")
    text = look.style(site.known(), contrast="contrast" in wishes, still="still" in wishes, plain=bool(plain))
    tag = f'"{hashlib.sha256(text.encode()).hexdigest()[:20]}"'
    headers = {"ETag": tag, "Cache-Control": "private, no-cache", "Vary": "Cookie"}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    return Response(text, headers=headers, media_type="text/css; charset=utf-8")


@router.get(look.LOGO)
@public
async def logo() -> Response:
    """The logo; its address in the style sheet changes when it does."""
    there = site.known().logo
    path = files.path_of(there.sha256) if there else None
    if path is None or not path.exists():
        raise NotFound("This place has no logo.")
    return FileResponse(path, media_type="image/webp", headers={"Cache-Control": "public, max-age=31536000, immutable"})
