"""Certificates by REST, and the documents that are not pages of the app: the PDF, and the public page that checks one.

What browsers get (`pages`) is HTML, drawn here by Jinja2, so that a missing certificate is a true 404 and a shared link
shows a preview.
"""

from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi.responses import RedirectResponse, Response
from pydantic import Field

from lms_app.core import apart
from lms_app.core.errors import LmsError, NotFound, NotSignedIn, TooMany
from lms_app.core.work import Actor, ask, perform
from lms_app.credentials import pdf, rules, service
from lms_app.credentials.views import CertificateView, VerifyView
from lms_app.policy import Can
from lms_app.web import documents, routes
from lms_app.web.api import Caller, Paging, PublicCaller, Visitor
from lms_app.web.fields import Body
from lms_app.web.guard import member, public, sign_in_url, signed_in
from lms_app.web.headers import attachment
from lms_app.web.words import t

router = APIRouter(prefix="/api/v1/certificates", tags=["certificates"])
of_courses = APIRouter(prefix="/api/v1/courses", tags=["certificates"])
checks = APIRouter(prefix="/api/v1/verify", tags=["certificates"])
pages = APIRouter(include_in_schema=False)
ROUTERS = (router, of_courses, checks, pages)

# One at a time: drawing is work for a whole core, and pages need the other one.

_PRIVATE = {"Cache-Control": "private, no-store", "X-Content-Type-Options": "nosniff"}
_PDF: dict[int | str, dict[str, Any]] = {200: {"content": {"application/pdf": {}}, "description": "The certificate"}}


class AwardIn(Body):
    course_id: UUID
    user_id: UUID


class RevokeIn(Body):
    """Whoever checks the certificate reads the reason."""

    reason: Annotated[str, Field(max_length=service.REASON_MAX)]


# ---- For programs


@router.get("")
@signed_in
async def list_mine(caller: Caller, paging: Paging) -> list[CertificateView]:
    """One's own certificates, newest first."""
    return await ask(caller, service.mine, limit=paging.limit, offset=paging.offset)


@router.post("", status_code=201)
@member(Can.MANAGE)
async def award(body: AwardIn, caller: Caller) -> CertificateView:
    """Award a certificate again after a revocation. It asks for no less than the course does."""
    return await perform(caller, service.award, course_id=body.course_id, user_id=body.user_id)


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


@of_courses.get("/{slug}/certificates")
@member(Can.GRADE)
async def list_of_course(slug: str, caller: Caller, paging: Paging) -> list[CertificateView]:
    """The certificates of a course, newest first."""
    return await ask(caller, service.of_course, slug=slug, limit=paging.limit, offset=paging.offset)


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
        page = _page("message.html", error.status, heading=t("Please wait a little"), text=error.message)
        page.headers["Retry-After"] = str(error.retry_after)
        return page
    return _page("verify.html", found=found)


def _unknown(code: str) -> Response:
    return _page("verify_form.html", 404, typed=code[:100])


async def _printed(actor: Actor, certificate_id: UUID) -> Response:
    sheet = await ask(actor, service.sheet, certificate_id=certificate_id)
    content = await apart.run(pdf.render, sheet)
    name = t("Certificate {course}", course=sheet.course)
    return Response(content, 200, {**_PRIVATE, "Content-Disposition": attachment(f"{name}.pdf")}, "application/pdf")


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFound(service.NO_CERTIFICATE) from None


_templates = documents.templates(Path(__file__).parent / "templates", form=routes.verify())


def _page(template: str, status: int = 200, **values: Any) -> Response:
    return documents.document(_templates, template, status, **{"typed": "", **values})
