"""The course tree by REST: a zip out, and a zip in."""

from collections.abc import Iterator
from typing import Annotated, Any

from fastapi import Query, Request
from fastapi.responses import StreamingResponse
from pydantic import Field

from lms_app.assignments.service import zipped
from lms_app.core import apart, files, limits
from lms_app.core.work import Actor, ask, ask_apart, noting, perform, utc_now
from lms_app.exchange import service
from lms_app.exchange.service import TreeDraft
from lms_app.exchange.views import TreeReport
from lms_app.policy import Can
from lms_app.web import routes
from lms_app.web.api import Caller, Router, chunks_of
from lms_app.web.fields import Body
from lms_app.web.guard import member, signed_in
from lms_app.web.headers import attachment

trees = Router(prefix="/api/v1", tags=["courses"])
pages = Router(include_in_schema=False)
ROUTERS = (trees, pages)
_ZIP: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/zip": {}}, "description": "Markdown and YAML in folders"}
}
_IN = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}
AsNew = Annotated[
    str,
    Query(
        max_length=80,
        pattern=r"^([a-z0-9]+(-[a-z0-9]+)*)?$",
        description="Make another course of it, with ids of its own, at this address",
    ),
]
Keys = Annotated[list[str] | None, Query(max_length=500, description="Conflicts to be decided so, by key")]


@trees.get("/courses/{slug}/tree.zip", response_class=StreamingResponse, responses=_ZIP)
@member(Can.AUTHOR)
async def export_tree(slug: str, caller: Caller) -> StreamingResponse:
    """The whole course as a tree of Markdown and YAML, with the keys of its questions."""
    return await _zip(caller, slug)


@pages.get(routes.COURSE_TREE)
@member(Can.AUTHOR)
async def download_tree(slug: str, caller: Caller) -> StreamingResponse:
    """What the settings of a course download."""
    return await _zip(caller, slug)


@trees.post("/course-trees/preview", openapi_extra=_IN)
@signed_in
async def preview_tree(
    request: Request,
    caller: Caller,
    ours: Keys = None,
    theirs: Keys = None,
    as_new: AsNew = "",
    texts: Annotated[bool, Query(description="Both texts of every change, not of conflicts alone")] = False,
) -> TreeReport:
    """What an import of a zip would add, change and remove, what is wrong in it by line, and both texts of each conflict."""
    draft = await _read(request, caller, as_new=as_new, stage=False)
    return await ask_apart(caller, service.preview_tree, draft, choices=_choices(ours, theirs), texts=texts)


@trees.post("/course-trees", openapi_extra=_IN)
@signed_in
async def import_tree(
    request: Request,
    caller: Caller,
    ours: Keys = None,
    theirs: Keys = None,
    as_new: AsNew = "",
    seen: Annotated[str, Query(max_length=64, description="Of the preview that the choices were made by")] = "",
) -> TreeReport:
    """Bring a course to what a zip says, or make it: all of it or nothing. What both sides changed waits for a choice (409)."""
    draft = await _read(request, caller, as_new=as_new, stage=True)
    return await perform(caller, service.import_tree, draft, choices=_choices(ours, theirs), seen=seen)


class CopyIn(Body):
    title: Annotated[str, Field(min_length=1, max_length=160)]


@trees.post("/courses/{slug}/copy", status_code=201)
@member(Can.MANAGE)
async def copy(slug: str, body: CopyIn, caller: Caller) -> TreeReport:
    """The same course once more, as a draft of one's own: all that is in its tree, and nobody's work."""
    tree, address = await ask_apart(caller, service.copy_source, slug=slug, title=body.title)
    draft = await apart.run(service.read_copy, tree, slug=address, title=body.title)
    return await perform(caller, service.import_tree, draft)


async def _read(request: Request, caller: Actor, *, as_new: str, stage: bool) -> TreeDraft:
    """The door comes before the bytes, and reading before the writer's turn."""
    limits.check("upload", str(caller.user_id), utc_now())
    await ask(caller, service.tree_desk)
    staged = await files.stage_stream(chunks_of(request))
    return await apart.run(service.read_zip, files.path_of(staged.sha256), stage=stage, as_new=as_new)


async def _zip(caller: Actor, slug: str) -> StreamingResponse:
    packed = await ask_apart(caller, service.pack_tree, slug=slug)
    await perform(noting(caller), service.note_export, slug=slug, what="course", format="tree")
    pieces: Iterator[bytes] = zipped(packed.parts)  # a plain iterator is read in threads
    headers = {"Content-Disposition": attachment(f"{packed.name}.zip"), "Cache-Control": "private, no-store"}
    return StreamingResponse(pieces, media_type="application/zip", headers=headers)


def _choices(ours: list[str] | None, theirs: list[str] | None) -> dict[str, str]:
    return dict.fromkeys(ours or (), "ours") | dict.fromkeys(theirs or (), "theirs")
