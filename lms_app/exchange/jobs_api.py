"""Imports and exports as jobs by REST: send a file, ask how far it is, look at what it would do, have it done."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Query, Request, Response
from fastapi.responses import FileResponse
from pydantic import Field

from lms_app.core import files, limits
from lms_app.core.work import ask, perform, utc_now
from lms_app.exchange import service
from lms_app.exchange.views import ExportView, ImportRow, ImportView
from lms_app.web.api import Caller, Paging, Router
from lms_app.web.fields import NO_NUL, Body
from lms_app.web.guard import signed_in
from lms_app.web.headers import attachment
from lms_app.web.sending import IN_BODY, SentFile

imports = Router(prefix="/api/v1/imports", tags=["courses"])
exports = Router(prefix="/api/v1/exports", tags=["courses"])
ROUTERS = (imports, exports)

_Slug = Annotated[str, Query(max_length=160, pattern=NO_NUL, description="The course that takes the questions of it")]
_WHERE: dict[int | str, dict[str, Any]] = {
    202: {"headers": {"Location": {"description": "Where to ask how far it is", "schema": {"type": "string"}}}}
}
_FILE: dict[int | str, dict[str, Any]] = {
    200: {"content": {"*/*": {}}, "description": "The bytes, of the type that the file has"}
}


class Decision(Body):
    """How an import is to be done. Without a `course` a package becomes a new one, of the title `title` if one is given."""

    title: Annotated[str, Field(max_length=160)] = ""
    course: Annotated[str, Field(max_length=160, description="The course whose bank takes the questions")] = ""
    quiz: Annotated[str, Field(max_length=160, description="Of a quiz that asks them all")] = ""
    skip_unsupported: bool = False


class ExportIn(Body):
    """What is to be written. Without a choice it is the whole bank; `tree` is the whole course, as Markdown and YAML."""

    course: Annotated[str, Field(min_length=1, max_length=160)]
    format: Annotated[str, Field(min_length=1, max_length=20, description="gift, moodle-xml, qti, csv or tree")]
    question_ids: Annotated[list[UUID], Field(max_length=500)] | None = None
    category_id: UUID | None = None


@imports.get("")
@signed_in
async def list_imports(caller: Caller) -> list[ImportRow]:
    """Your last imports, newest first."""
    return await ask(caller, service.imports)


@imports.post("", status_code=202, openapi_extra=IN_BODY, responses=_WHERE)
@signed_in
async def send_import(
    request: Request,
    response: Response,
    caller: Caller,
    course: _Slug = "",
    name: Annotated[str, Query(max_length=160, pattern=NO_NUL, description="The file's name, of a raw body")] = "",
) -> ImportView:
    """Send a file of any format that is read here: as the raw body, or as the part `file` of a form.

    What it is, its content tells. It is looked at; nothing changes until it is committed. With a `course` its questions
    go to that course's bank, without one it becomes a course of its own.
    """
    limits.check("upload", str(caller.user_id), utc_now())
    await ask(caller, service.import_place, slug=course)
    sent = SentFile(request)
    staged = await files.stage_stream(aiter(sent), files.LIMITS_MIB.get(service.IMPORT))
    view = await perform(caller, service.take_import, staged=staged, name=name or sent.name or "file", slug=course)
    response.headers["Location"] = f"/api/v1/imports/{view.id}"
    return view


@imports.get("/{import_id}")
@signed_in
async def read_import(caller: Caller, import_id: UUID, paging: Paging) -> ImportView:
    """How far it is, and what would become of the file. Ask again while it is `busy`; `limit` is of its findings."""
    return await ask(caller, service.read_import, import_id=import_id, limit=paging.limit, offset=paging.offset)


@imports.post("/{import_id}/commit", status_code=202)
@signed_in
async def commit_import(caller: Caller, import_id: UUID, body: Decision) -> ImportView:
    """Have it done as it was shown: all of it, or nothing."""
    return await perform(caller, service.commit_import, import_id=import_id, **body.model_dump())


@imports.delete("/{import_id}", status_code=204)
@signed_in
async def discard_import(caller: Caller, import_id: UUID) -> None:
    """Throw it away, or forget it once it is done."""
    await perform(caller, service.discard_import, import_id=import_id)


@exports.post("", status_code=202, responses=_WHERE)
@signed_in
async def begin_export(response: Response, caller: Caller, body: ExportIn) -> ExportView:
    """Have a file written. Ask how far it is at `Location`; its `url` is where to fetch it."""
    view = await perform(caller, service.begin_export, **body.model_dump())
    response.headers["Location"] = f"/api/v1/exports/{view.id}"
    return view


@exports.get("/{export_id}")
@signed_in
async def read_export(caller: Caller, export_id: UUID) -> ExportView:
    """How far it is. Ask again while it is `busy`."""
    return await ask(caller, service.read_export, export_id=export_id)


@exports.get("/{export_id}/file", response_class=FileResponse, responses=_FILE)
@signed_in
async def export_file(caller: Caller, export_id: UUID) -> FileResponse:
    """What was written, with the keys of its questions."""
    found = await ask(caller, service.export_file, export_id=export_id)
    headers = {"Content-Disposition": attachment(found.name), "Cache-Control": "private, no-store"}
    return FileResponse(found.path, media_type=found.media_type, headers=headers)


@exports.delete("/{export_id}", status_code=204)
@signed_in
async def discard_export(caller: Caller, export_id: UUID) -> None:
    """Forget it, and what was written."""
    await perform(caller, service.discard_export, export_id=export_id)
