"""Designs of certificates by REST, and their previews as pictures."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Query
from fastapi.responses import Response
from pydantic import Field

from lms_app.core import apart, limits
from lms_app.core.work import Actor, ask, perform, utc_now
from lms_app.credentials import press, service
from lms_app.credentials.design import Design
from lms_app.credentials.views import DesignsView, DesignView
from lms_app.policy import Can
from lms_app.web.api import Caller, Router
from lms_app.web.fields import NO_NUL, Body
from lms_app.web.guard import member, signed_in

router = Router(prefix="/api/v1/certificate-designs", tags=["certificates"])
of_courses = Router(prefix="/api/v1/courses", tags=["certificates"])
pages = Router(include_in_schema=False)
ROUTERS = (router, of_courses, pages)

Name = Annotated[str, Field(max_length=200)]
Sample = Annotated[
    str,
    Query(max_length=200, pattern=NO_NUL, description=f"A name to try it with, or one of {', '.join(service.SAMPLES)}"),
]
_PNG: dict[int | str, dict[str, Any]] = {
    200: {"content": {"image/png": {}}, "description": "A picture of the very PDF"}
}
_PRIVATE = {"Cache-Control": "private, max-age=600", "X-Content-Type-Options": "nosniff"}


class DesignNew(Body):
    """Begins with a layout, or with a whole design."""

    name: Name
    layout: Annotated[str, Field(max_length=20)] = "growth"
    design: Design | None = None


class DesignIn(Body):
    """`version` is the one that its author saw: somebody else's newer one is not overwritten."""

    design: Design
    name: Name | None = None
    version: int | None = None


class AdaptIn(Body):
    design_id: UUID


@router.get("")
@signed_in
async def list_designs(caller: Caller) -> DesignsView:
    """The designs of the site, for whoever teaches."""
    return await ask(caller, service.designs)


@router.post("", status_code=201)
@signed_in
async def create(body: DesignNew, caller: Caller) -> DesignView:
    """A new design of the site, for administrators."""
    return await perform(caller, service.create_design, name=body.name, layout=body.layout, design=body.design)


@router.get("/{design_id}")
@signed_in
async def read(design_id: UUID, caller: Caller) -> DesignView:
    return await ask(caller, service.read_design, design_id=design_id)


@router.put("/{design_id}")
@signed_in
async def save(design_id: UUID, body: DesignIn, caller: Caller) -> DesignView:
    """A new version of a design. Certificates that were awarded keep theirs."""
    return await perform(
        caller, service.save_design, design_id=design_id, design=body.design, name=body.name, seen=body.version
    )


@router.delete("/{design_id}", status_code=204)
@signed_in
async def remove(design_id: UUID, caller: Caller) -> None:
    await perform(caller, service.remove_design, design_id=design_id)


@router.post("/{design_id}/default")
@signed_in
async def make_default(design_id: UUID, caller: Caller) -> DesignView:
    """Let all courses look so that chose nothing else, for administrators."""
    return await perform(caller, service.make_default, design_id=design_id)


@router.get("/{design_id}/preview", response_class=Response, responses=_PNG)
@signed_in
async def preview(design_id: UUID, caller: Caller, sample: Sample = "short") -> Response:
    """What a certificate of this design looks like, as it was saved last: the page of the PDF itself."""
    return await _preview(caller, design_id, sample, draft=False)


@of_courses.get("/{slug}/certificate-designs")
@member(Can.GRADE)
async def list_of_course(slug: str, caller: Caller) -> DesignsView:
    """What a course may choose from: the designs of the site and its own."""
    return await ask(caller, service.designs, slug=slug)


@of_courses.post("/{slug}/certificate-designs", status_code=201)
@member(Can.MANAGE)
async def create_of_course(slug: str, body: DesignNew, caller: Caller) -> DesignView:
    return await perform(
        caller, service.create_design, slug=slug, name=body.name, layout=body.layout, design=body.design
    )


@of_courses.post("/{slug}/certificate-designs/adapt", status_code=201)
@member(Can.MANAGE)
async def adapt(slug: str, body: AdaptIn, caller: Caller) -> DesignView:
    """A copy of a design for the course, to be changed there. Its certificates look so from now on."""
    return await perform(caller, service.adapt_design, slug=slug, design_id=body.design_id)


@pages.get("/certificates/designs/{design_id}/preview.png")
@signed_in
async def preview_page(design_id: UUID, caller: Caller, sample: Sample = "short", draft: bool = False) -> Response:
    return await _preview(caller, design_id, sample, draft=draft)


async def _preview(caller: Actor, design_id: UUID, sample: str, *, draft: bool) -> Response:
    limits.check("page", str(caller.user_id), utc_now())
    sheet = await ask(caller, service.preview_sheet, design_id=design_id, sample=sample, draft=draft)
    return Response(await apart.run(press.picture, sheet), 200, _PRIVATE, "image/png")
