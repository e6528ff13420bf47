"""Files over HTTP: browsers at `/files` with the cookie, programs at `/api/v1/files` with the bearer, one service."""

from pathlib import Path
from typing import Annotated
from urllib.parse import quote
from uuid import UUID

from fastapi import Query, Request
from fastapi.responses import FileResponse, Response

from lms_app.core import files, limits, paper
from lms_app.core.errors import NotFound
from lms_app.core.files import FileView, Opened
from lms_app.core.work import Actor, ask, perform, utc_now
from lms_app.web.api import Caller, Router, chunks_of
from lms_app.web.guard import signed_in

pages = Router(include_in_schema=False)
programs = Router(prefix="/api/v1/files", tags=["files"])
ROUTERS = (pages, programs)

# Whatever a file holds, it may run nothing and load nothing.
_SANDBOX = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; media-src 'self'; sandbox"


@pages.get("/files/{file_id}")
@pages.head("/files/{file_id}")
@signed_in
async def show(file_id: UUID, caller: Caller) -> Response:
    return _response(await ask(caller, files.open_file, file_id=file_id))


@pages.get("/files/{file_id}/pages")
@signed_in
async def show_sizes(file_id: UUID, caller: Caller) -> list[list[int]]:
    """Width and height of each page of a PDF."""
    return await paper.sizes(await _paper(file_id, caller))


@pages.get("/files/{file_id}/pages/{number}")
@signed_in
async def show_page(file_id: UUID, number: int, caller: Caller) -> Response:
    """One page of a PDF as a picture."""
    drawn = await paper.picture(await _paper(file_id, caller), number)
    headers = {"Content-Security-Policy": _SANDBOX, "Cache-Control": "private, max-age=600"}
    return FileResponse(drawn, media_type="image/webp", headers=headers)


@pages.post("/files", status_code=201)
@signed_in
async def send(
    request: Request,
    caller: Caller,
    scope: Annotated[str, Query(max_length=40)],
    scope_id: UUID,
    name: Annotated[str, Query(min_length=1, max_length=200)],
) -> FileView:
    """From a page: the raw body, with the cookie; `edge` has seen that the page is ours."""
    return await _take(request, caller, scope, scope_id, name)


@programs.get(
    "/{file_id}",
    response_class=FileResponse,
    responses={200: {"content": {"*/*": {}}, "description": "The bytes, of the type that the file has"}},
)
@signed_in
async def read(file_id: UUID, caller: Caller) -> Response:
    """The bytes of a file that you may read."""
    return _response(await ask(caller, files.open_file, file_id=file_id))


@programs.post(
    "",
    status_code=201,
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
        }
    },
)
@signed_in
async def add(
    request: Request,
    caller: Caller,
    scope: Annotated[str, Query(max_length=40, description="What kind of thing it belongs to, such as lesson")],
    scope_id: Annotated[UUID, Query(description="The id of that thing")],
    name: Annotated[str, Query(min_length=1, max_length=200)],
) -> FileView:
    """Attach the raw body as a file. Its type is decided by its content."""
    return await _take(request, caller, scope, scope_id, name)


@programs.delete("/{file_id}", status_code=204)
@signed_in
async def remove(file_id: UUID, caller: Caller) -> None:
    """Take a file away."""
    await perform(caller, files.remove, file_id=file_id)


async def _paper(file_id: UUID, caller: Actor) -> Path:
    """A PDF that they may read. Drawing it costs more than sending it, so it counts."""
    found = await ask(caller, files.open_file, file_id=file_id)
    if found.media_type != "application/pdf":
        raise NotFound(files.NO_FILE)
    limits.check("page", str(caller.user_id), utc_now())
    return found.path


async def _take(request: Request, caller: Actor, scope: str, scope_id: UUID, name: str) -> FileView:
    limits.check("upload", str(caller.user_id), utc_now())
    # Who may not write here must not fill the disk either: the door comes first, the bytes after it.
    await ask(caller, files.enter_to_write, scope=scope, scope_id=scope_id)
    staged = await files.stage_stream(chunks_of(request), files.LIMITS_MIB.get(scope))
    return await perform(caller, files.attach, staged, name=name, scope=scope, scope_id=scope_id)


def _response(found: Opened) -> Response:
    disposition = "inline" if found.inline else "attachment"
    return FileResponse(
        found.path,
        media_type=found.media_type,
        headers={
            "Content-Disposition": f"{disposition}; filename*=UTF-8''{quote(found.name, safe='')}",
            "Content-Security-Policy": _SANDBOX,
            "Cache-Control": "private, max-age=600",
        },
    )
