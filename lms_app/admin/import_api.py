"""Lists of people by REST, as jobs that one asks about; and the form of the page that sends them."""

from collections.abc import AsyncGenerator
from typing import Annotated
from uuid import UUID

from fastapi import Query, Request
from fastapi.responses import Response
from pydantic import Field
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from lms_app.accounts.api.browser import UNREADABLE, back, onward
from lms_app.admin import service
from lms_app.admin.import_views import ImportLines, ImportRow, ImportView
from lms_app.admin.rules import files as rules
from lms_app.core.errors import Invalid, LmsError, NotSignedIn
from lms_app.core.work import ask, perform
from lms_app.web import routes
from lms_app.web.api import Caller, Paging, Router, body_of
from lms_app.web.fields import NO_NUL, Body
from lms_app.web.guard import admin_only

router = Router(prefix="/api/v1/admin/imports", tags=["admin"])
pages = Router(include_in_schema=False)
ROUTERS = (router, pages)

FORM_FIELDS_MAX = 5
_BINARY = {"schema": {"type": "string", "format": "binary"}}
_Name = Annotated[str, Field(max_length=40, pattern=NO_NUL)]


class HowToRead(Body):
    """How a file is to be read; what is left out stays. `fields` has a name for each column, empty for one that is not
    used."""

    kind: _Name = ""
    encoding: _Name = ""
    delimiter: Annotated[str, Field(max_length=1, pattern=NO_NUL)] = ""
    fields: Annotated[list[_Name], Field(max_length=200)] = []


class Confirmation(Body):
    """Whether new people get a mail with a link to choose a password."""

    invites: bool = True


@router.get("")
@admin_only
async def imports(caller: Caller) -> list[ImportRow]:
    """The last imports, newest first."""
    return await ask(caller, service.imports)


@router.post(
    "",
    status_code=202,
    openapi_extra={"requestBody": {"required": True, "content": {"application/octet-stream": _BINARY}}},
)
@admin_only
async def send_import(
    request: Request,
    caller: Caller,
    name: Annotated[str, Query(min_length=1, max_length=160, pattern=NO_NUL, description="The file's name")],
    invites: bool = True,
) -> ImportView:
    """Send a list as the raw body: CSV, or a ZIP of several. It is checked; nothing changes until it is confirmed."""
    content = await body_of(request, rules.BYTES_MAX)
    return await service.send_import(caller, files=[(name, content)], invites=invites)


@router.get("/{import_id}")
@admin_only
async def read_import(caller: Caller, import_id: UUID) -> ImportView:
    """How far an import is. Ask again while it is `busy`."""
    return await ask(caller, service.read_import, import_id=import_id)


@router.get("/{import_id}/lines")
@admin_only
async def import_lines(
    caller: Caller, import_id: UUID, paging: Paging, fate: Annotated[str, Query(max_length=8, pattern=NO_NUL)] = ""
) -> ImportLines:
    """What becomes of its lines, the wrong ones first."""
    return await ask(
        caller, service.import_lines, import_id=import_id, fate=fate, limit=paging.limit, offset=paging.offset
    )


@router.patch("/{import_id}/files/{number}")
@admin_only
async def read_as(caller: Caller, import_id: UUID, number: int, body: HowToRead) -> ImportView:
    """Say how a file of it is to be read; `number` counts from 0. It is checked again."""
    return await perform(caller, service.read_as, import_id=import_id, file=number, **body.model_dump())


@router.post("/{import_id}/confirm", status_code=202)
@admin_only
async def confirm_import(caller: Caller, import_id: UUID, body: Confirmation) -> ImportView:
    """Have it done as it was shown: all of it, or nothing."""
    return await perform(caller, service.confirm_import, import_id=import_id, invites=body.invites)


@router.delete("/{import_id}", status_code=204)
@admin_only
async def discard_import(caller: Caller, import_id: UUID) -> None:
    """Throw it away, or its lines once it is done."""
    await perform(caller, service.discard_import, import_id=import_id)


@pages.post(routes.PEOPLE_LISTS)
@admin_only
async def send_form(request: Request, caller: Caller) -> Response:
    """The page's form: one or more files, and on to the page of the import."""
    try:
        files = await _files_of(request)
        view = await service.send_import(caller, files=files)
    except NotSignedIn:
        raise
    except LmsError as error:
        return back(routes.people_import(), "people-import", error, {})
    return onward(routes.people_import(view.id))


async def _files_of(request: Request) -> list[tuple[str, bytes]]:
    """The files of the form. Raises Invalid when they are too large together, or not a form."""
    body = bytearray()
    too_large = False
    async for chunk in request.stream():  # to its end all the same, or the browser would show an error of its own
        too_large = too_large or len(body) + len(chunk) > rules.BYTES_MAX + 64 * 1024
        body = bytearray() if too_large else body + chunk
    if too_large:
        raise Invalid({"file": rules.TOO_LARGE})

    async def once() -> AsyncGenerator[bytes, None]:
        yield bytes(body)

    try:
        form = await MultiPartParser(
            request.headers, once(), max_files=rules.FILES_MAX, max_fields=FORM_FIELDS_MAX
        ).parse()
    except (MultiPartException, KeyError, ValueError):
        raise Invalid({"file": UNREADABLE}) from None
    found: list[tuple[str, bytes]] = []
    for name, value in form.multi_items():
        if name == "file" and isinstance(value, UploadFile) and value.filename:
            found.append((value.filename, await value.read()))
    await form.close()
    return found
