"""Certificates by REST, and the documents that are not pages of the app: PDFs, the public page that checks one, and the
page that its holder shares.

What browsers get (`pages`) is HTML, drawn here by Jinja2, so that a missing certificate is a true 404 and a shared link
shows a preview. Designs are in `design_api.py`.
"""

import asyncio
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Query
from fastapi.responses import FileResponse, RedirectResponse, Response
from pydantic import BaseModel, Field

from lms_app.core import apart
from lms_app.core.errors import LmsError, NotFound, NotSignedIn, TooMany
from lms_app.core.work import Actor, ask, perform
from lms_app.credentials import press, rules, service
from lms_app.credentials.views import Awards, BatchView, CertificateView, Sheet, TermsView, VerifyView
from lms_app.policy import Can
from lms_app.web import documents, routes
from lms_app.web.api import Caller, Paging, PublicCaller, Router, Visitor
from lms_app.web.fields import NO_NUL, Body, When
from lms_app.web.guard import member, public, sign_in_url, signed_in
from lms_app.web.headers import attachment
from lms_app.web.words import t

router = Router(prefix="/api/v1/certificates", tags=["certificates"])
of_courses = Router(prefix="/api/v1/courses", tags=["certificates"])
checks = Router(prefix="/api/v1/verify", tags=["certificates"])
pages = Router(include_in_schema=False)
ROUTERS = (router, of_courses, checks, pages)

_PRIVATE = {"Cache-Control": "private, no-store", "X-Content-Type-Options": "nosniff"}
_PDF: dict[int | str, dict[str, Any]] = {200: {"content": {"application/pdf": {}}, "description": "The certificate"}}
_ZIP: dict[int | str, dict[str, Any]] = {200: {"content": {"application/zip": {}}, "description": "The certificates"}}
Reason = Annotated[str, Field(max_length=service.REASON_MAX)]


class AwardIn(Body):
    course_id: UUID
    user_id: UUID


class RevokeIn(Body):
    """Whoever checks the certificate reads the reason."""

    reason: Reason


class ReissueIn(Body):
    """The reason stands on the old certificate, for whoever checks it."""

    reason: Reason = ""


class TermsIn(Body):
    """Only what is sent changes; null takes a date, a time or the choice of a design away.

    `pass_fraction` is 0 to 1; `valid_months` counts from the award, `valid_until` is a moment of the last day.
    """

    offered: bool = True
    pass_fraction: Annotated[Decimal, Field(ge=0, le=1, allow_inf_nan=False)] = Decimal(0)
    automatic: bool = True
    not_before: When | None = None
    valid_months: Annotated[int, Field(ge=1, le=600)] | None = None
    valid_until: When | None = None
    design_id: UUID | None = None


class AwardManyIn(Body):
    """Without ids, everybody who is due. A rehearsal changes nothing: see also the list of learners."""

    user_ids: Annotated[list[UUID], Field(max_length=5_000)] = []
    rehearsal: bool = False


class AwardMany(BaseModel):
    """How many get a certificate; they do within moments unless it was a rehearsal."""

    due: int
    rehearsal: bool


# ---- For programs


@router.get("")
@signed_in
async def list_mine(caller: Caller, paging: Paging) -> list[CertificateView]:
    """One's own certificates, newest first."""
    return await ask(caller, service.mine, limit=paging.limit, offset=paging.offset)


@router.post("", status_code=201)
@member(Can.MANAGE)
async def award(body: AwardIn, caller: Caller) -> CertificateView:
    """Award a certificate by hand, also again after a revocation. It asks for no less than the course does."""
    return await perform(caller, service.award, course_id=body.course_id, user_id=body.user_id)


@router.get("/batches/{batch_id}")
@member(Can.GRADE)
async def read_batch(batch_id: UUID, caller: Caller) -> BatchView:
    """How far a printout is. Once it is finished, its zip stands under `/zip` for a day."""
    return await ask(caller, service.batch, batch_id=batch_id)


@router.get("/batches/{batch_id}/zip", response_class=FileResponse, responses=_ZIP)
@member(Can.GRADE)
async def download_batch(batch_id: UUID, caller: Caller) -> Response:
    return await _zip(caller, batch_id)


@router.get("/{certificate_id}")
@signed_in
async def read(certificate_id: UUID, caller: Caller) -> CertificateView:
    return await ask(caller, service.read, certificate_id=certificate_id)


@router.get("/{certificate_id}/pdf", response_class=Response, responses=_PDF)
@signed_in
async def download(certificate_id: UUID, caller: Caller) -> Response:
    return await _printed(caller, certificate_id)


@router.post("/{certificate_id}/revoke")
@member(Can.MANAGE)
async def revoke(certificate_id: UUID, body: RevokeIn, caller: Caller) -> CertificateView:
    """Take a certificate back. Again keeps the first date and reason."""
    return await perform(caller, service.revoke, certificate_id=certificate_id, reason=body.reason)


@router.post("/{certificate_id}/reissue", status_code=201)
@member(Can.MANAGE)
async def reissue(certificate_id: UUID, body: ReissueIn, caller: Caller) -> CertificateView:
    """A new certificate in the place of one, with the name, title and design of today; an expired one is renewed."""
    return await perform(caller, service.reissue, certificate_id=certificate_id, reason=body.reason)


@router.put("/{certificate_id}/share")
@signed_in
async def share(certificate_id: UUID, caller: Caller) -> CertificateView:
    """Open a page with the certificate's picture to everybody: its holder alone may."""
    return await perform(caller, service.share, certificate_id=certificate_id, on=True)


@router.delete("/{certificate_id}/share")
@signed_in
async def stop_sharing(certificate_id: UUID, caller: Caller) -> CertificateView:
    return await perform(caller, service.share, certificate_id=certificate_id, on=False)


@of_courses.get("/{slug}/certificates")
@member(Can.GRADE)
async def list_of_course(slug: str, caller: Caller, paging: Paging) -> list[CertificateView]:
    """The certificates of a course, newest first."""
    return await ask(caller, service.of_course, slug=slug, limit=paging.limit, offset=paging.offset)


@of_courses.get("/{slug}/certificates/learners")
@member(Can.GRADE)
async def list_awards(
    slug: str,
    caller: Caller,
    paging: Paging,
    show: Annotated[Literal["", "holds", "due", "lacks", "ended"], Query(description="Which learners")] = "",
    search: Annotated[str, Query(max_length=200, pattern=NO_NUL, description="A part of a name")] = "",
) -> Awards:
    """Who has the certificate, who gets it, and who lacks what."""
    page = {"limit": paging.limit, "offset": paging.offset}
    return await ask(caller, service.awards, slug=slug, show=show, search=search, **page)


@of_courses.post("/{slug}/certificates/award", status_code=202)
@member(Can.MANAGE)
async def award_many(slug: str, body: AwardManyIn, caller: Caller) -> AwardMany:
    """Award everybody who is due, or those who are named; with `rehearsal`, only say how many that would be."""
    if body.rehearsal:
        found = await ask(caller, service.award_many, slug=slug, user_ids=body.user_ids, rehearsal=True)
    else:
        found = await perform(caller, service.award_many, slug=slug, user_ids=body.user_ids)
    return AwardMany(due=found, rehearsal=body.rehearsal)


@of_courses.post("/{slug}/certificates/print", status_code=202)
@member(Can.GRADE)
async def print_all(slug: str, caller: Caller) -> BatchView:
    """Print all certificates of a course into one zip; it takes a while."""
    return await perform(caller, service.print_all, slug=slug)


@of_courses.get("/{slug}/certificates/terms")
@member(Can.GRADE)
async def read_terms(slug: str, caller: Caller) -> TermsView:
    """What the course asks for its certificate, and how it looks."""
    return await ask(caller, service.terms, slug=slug)


@of_courses.put("/{slug}/certificates/terms")
@member(Can.MANAGE)
async def set_terms(slug: str, body: TermsIn, caller: Caller) -> TermsView:
    return await perform(caller, service.set_terms, slug=slug, **body.sent())


@checks.get("/{code}")
@public
async def check(code: str, caller: PublicCaller) -> VerifyView:
    """What a certificate says today. Case, spaces and dashes of its code do not matter."""
    return await ask(caller, service.verify, code=code)


# ---- For browsers


@pages.get(routes.CERTIFICATES + "/{certificate_id}.pdf")
@public  # whoever is not signed in is sent there by hand: a browser shows a bare 401 as a broken page
async def download_page(certificate_id: str, visitor: Visitor) -> Response:
    try:
        return await _printed(visitor, _uuid(certificate_id))
    except NotSignedIn:
        return RedirectResponse(sign_in_url(routes.certificates()), 303)
    except LmsError as error:
        return _page("message.html", error.status, heading=t("No PDF of this certificate"), text=error.message)


@pages.get("/certificates/batches/{batch_id}.zip")
@member(Can.GRADE)
async def download_zip(batch_id: str, caller: Caller) -> Response:
    return await _zip(caller, _uuid(batch_id))


@pages.api_route("/share/{code}.png", methods=["GET", "HEAD"])
@public
async def shared_picture(code: str, visitor: Visitor) -> Response:
    """For pages elsewhere that show where a link leads to."""
    sheet = await ask(visitor, service.shared_sheet, code=code)
    return Response(await _shared(sheet), 200, {"Cache-Control": "public, max-age=300", **_NO_INDEX}, "image/png")


@pages.api_route("/share/{code}", methods=["GET", "HEAD"])
@public
async def shared_page(code: str, visitor: Visitor) -> Response:
    try:
        found = await ask(visitor, service.shared, code=code)
    except NotFound:
        # Not shared, or not valid any more: whoever has the link sees what is true of it.
        return RedirectResponse(routes.verify(code), 303)
    except TooMany as error:
        return _wait(error)
    return _page("shared.html", found=found)


@pages.api_route("/verify", methods=["GET", "HEAD"])
@public
async def verify_form(code: Annotated[str, Query(max_length=500)] = "") -> Response:
    """The form. What it sends comes back here and goes on to the certificate's own address."""
    if known := rules.canonical(code):
        return RedirectResponse(routes.verify(rules.grouped(known)), 303)
    return _unknown(code) if code.strip() else _page("verify_form.html")


@pages.api_route("/verify/{code}", methods=["GET", "HEAD"])
@public
async def verify_page(code: str, visitor: Visitor) -> Response:
    try:
        found = await ask(visitor, service.verify, code=code)
    except NotFound:
        return _unknown(code)
    except TooMany as error:
        return _wait(error)
    return _page("verify.html", found=found)


def _wait(error: TooMany) -> Response:
    page = _page("message.html", error.status, heading=t("Please wait a little"), text=error.message)
    page.headers["Retry-After"] = str(error.retry_after)
    return page


def _unknown(code: str) -> Response:
    return _page("verify_form.html", 404, typed=code[:100])


async def _printed(actor: Actor, certificate_id: UUID) -> Response:
    sheet = await ask(actor, service.sheet, certificate_id=certificate_id)
    content = await apart.run(press.render, sheet)
    name = t("Certificate {course}", course=sheet.course)
    return Response(content, 200, {**_PRIVATE, "Content-Disposition": attachment(f"{name}.pdf")}, "application/pdf")


async def _zip(actor: Actor, batch_id: UUID) -> Response:
    path, name = await ask(actor, service.batch_file, batch_id=batch_id)
    return FileResponse(
        path, media_type="application/zip", headers={**_PRIVATE, "Content-Disposition": attachment(name)}
    )


# The last pictures that were shared: a link that many look at is drawn once.
_pictures: dict[Sheet, bytes] = {}
_drawing = asyncio.Semaphore(1)
PICTURES_MAX = 64
_NO_INDEX = {"X-Robots-Tag": "noindex", "X-Content-Type-Options": "nosniff"}


async def _shared(sheet: Sheet) -> bytes:
    if sheet not in _pictures:
        async with _drawing:
            if sheet not in _pictures:
                drawn = await apart.run(press.picture, sheet, press.SHARED_WIDTH)
                if len(_pictures) >= PICTURES_MAX:
                    del _pictures[next(iter(_pictures))]
                _pictures[sheet] = drawn
    return _pictures[sheet]


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFound(service.NO_CERTIFICATE) from None


_templates = documents.templates(Path(__file__).parent / "templates", form=routes.verify())


def _page(template: str, status: int = 200, **values: Any) -> Response:
    return documents.document(_templates, template, status, **{"typed": "", **values})
