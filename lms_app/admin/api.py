"""What administrators can do, by REST. Everybody else gets 401 or 403 on every route here."""

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field

from lms_app.admin import service
from lms_app.admin.views import USUAL, Bounce, Courses, Letter, Mail, MailRow, Overview, People, PersonRow, Span
from lms_app.core.bounces import REPORT_MAX_BYTES
from lms_app.core.doctor import Doctor
from lms_app.core.maintenance import MESSAGE_MAX
from lms_app.core.work import Actor, SiteRole, ask, noting, perform
from lms_app.web import routes
from lms_app.web.api import Caller, Paging, Router, body_of
from lms_app.web.fields import NO_NUL, Body, Words
from lms_app.web.guard import admin_only
from lms_app.web.sheets import sheet

router = Router(prefix="/api/v1/admin", tags=["admin"])
pages = Router(include_in_schema=False)
ROUTERS = (router, pages)


_CSV: dict[int | str, dict[str, Any]] = {200: {"content": {"text/csv": {}}, "description": "One number a line"}}


class Invitation(Body):
    name: Annotated[str, Field(min_length=1, max_length=120, pattern=NO_NUL)]
    email: Annotated[str, Field(min_length=3, max_length=254, pattern=NO_NUL)]
    role: SiteRole = SiteRole.STUDENT


class NewRole(Body):
    role: SiteRole


class Bounced(BaseModel):
    """The addresses that get no more mail from now on."""

    addresses: list[str]


@router.get("/overview")
@admin_only
async def overview(caller: Caller, period: Span = USUAL) -> Overview:
    """How the school is doing, in figures: the last 7 days, 30 days or 12 weeks beside the time before."""
    return await ask(caller, service.overview, period=period)


@router.get("/overview.csv", response_class=Response, responses=_CSV)
@admin_only
async def overview_csv(caller: Caller, period: Span = USUAL) -> Response:
    """The same as a table, with the completion of every published course."""
    return await _sheet(caller, period)


@pages.get(routes.OVERVIEW_SHEET)
@admin_only
async def download_overview(caller: Caller, period: Span = USUAL) -> Response:
    """What the page's Export button downloads."""
    return await _sheet(caller, period)


async def _sheet(actor: Actor, period: str) -> Response:
    text = await ask(actor, service.overview_sheet, period=period)
    await perform(noting(actor), service.note_export, kind="overview", period=period)
    return sheet(text, f"overview-{period}.csv")


class Maintenance(Body):
    """What is told to everybody else; empty for the usual words."""

    message: Annotated[str, Field(max_length=MESSAGE_MAX, pattern=NO_NUL)] = ""


class SiteStatus(BaseModel):
    """`message` is what is told while the site is closed, "" while it is open."""

    closed: bool
    message: str


@router.get("/maintenance")
@admin_only
async def site_status(caller: Caller) -> SiteStatus:
    """Whether the site is closed for maintenance."""
    said = await ask(caller, service.site_closed)
    return SiteStatus(closed=bool(said), message=said)


@router.put("/maintenance")
@admin_only
async def close_site(caller: Caller, body: Maintenance) -> SiteStatus:
    """Close the site to all but administrators. Open attempts are still saved."""
    return SiteStatus(closed=True, message=await perform(caller, service.close_site, message=body.message))


@router.delete("/maintenance", status_code=204)
@admin_only
async def open_site(caller: Caller) -> None:
    """Open the site again."""
    await perform(caller, service.open_site)


@router.get("/doctor")
@admin_only
async def doctor(caller: Caller) -> Doctor:
    """Every setting with its source and its danger. Secrets are only `set` or `not set`."""
    return await ask(caller, service.doctor)


@router.get("/people")
@admin_only
async def people(
    caller: Caller,
    paging: Paging,
    search: Words = "",
    role: Literal["", "student", "instructor", "admin"] = "",
    status: Literal["", "active", "unverified", "suspended"] = "",
    seen: Literal["", "week", "month", "quiet", "never"] = "",
    cohort: Annotated[str, Query(max_length=36, pattern=NO_NUL)] = "",
    sort: Literal["name", "newest", "seen"] = "name",
) -> People:
    """The people that match, by name, by when they joined, or by when they were last seen."""
    return await ask(
        caller,
        service.people,
        search=search,
        role=role,
        status=status,
        seen=seen,
        cohort=cohort,
        sort=sort,
        limit=paging.limit,
        offset=paging.offset,
    )


@router.post("/people", status_code=201)
@admin_only
async def invite(caller: Caller, body: Invitation) -> PersonRow:
    """Make an account; its owner gets a mail with a link to choose a password."""
    return await perform(caller, service.invite, name=body.name, email=body.email, role=body.role)


@router.put("/people/{user_id}/role")
@admin_only
async def change_role(caller: Caller, user_id: UUID, body: NewRole) -> PersonRow:
    """Change what somebody is on the site. They have to sign in again."""
    return await perform(caller, service.change_role, user_id=user_id, role=body.role)


@router.post("/people/{user_id}/suspend")
@admin_only
async def suspend(caller: Caller, user_id: UUID) -> PersonRow:
    """Sign somebody out everywhere and keep them out."""
    return await perform(caller, service.suspend, user_id=user_id)


@router.post("/people/{user_id}/restore")
@admin_only
async def restore(caller: Caller, user_id: UUID) -> PersonRow:
    """Let somebody sign in again."""
    return await perform(caller, service.restore, user_id=user_id)


@router.get("/courses")
@admin_only
async def all_courses(
    caller: Caller,
    paging: Paging,
    search: Words = "",
    status: Literal["", "draft", "published", "archived"] = "",
    sort: Literal["title", "learners", "newest"] = "title",
) -> Courses:
    """Every course of the school, drafts and archived ones too."""
    return await ask(
        caller, service.all_courses, search=search, status=status, sort=sort, limit=paging.limit, offset=paging.offset
    )


@router.get("/mail")
@admin_only
async def mail_list(
    caller: Caller, paging: Paging, status: Literal["", "waiting", "sent", "failed", "bouncing"] = ""
) -> Mail:
    """The outgoing mail, newest first."""
    return await ask(caller, service.mail_list, status=status, limit=paging.limit, offset=paging.offset)


@router.get("/mail/bounces")
@admin_only
async def bounces(caller: Caller, paging: Paging) -> list[Bounce]:
    """The addresses that refuse mail, newest first. They get none until their owners open a link that they ask for."""
    return await ask(caller, service.bouncing, limit=paging.limit, offset=paging.offset)


@router.post(
    "/mail/bounces",
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
        }
    },
)
@admin_only
async def take_bounce(request: Request, caller: Caller) -> Bounced:
    """Send the mail that came back, as it is: a delivery status notification (RFC 3464) about a message of this site."""
    content = await body_of(request, REPORT_MAX_BYTES)
    return Bounced(addresses=await perform(caller, service.take_bounce, content=content))


@router.delete("/mail/bounces/{address}", status_code=204)
@admin_only
async def mail_again(address: str, caller: Caller) -> None:
    """Have mail sent to an address again."""
    await perform(caller, service.mail_again, address=address)


@router.get("/mail/{message_id}")
@admin_only
async def letter(caller: Caller, message_id: UUID) -> Letter:
    """The text of one message, where mail is kept on disk instead of being sent."""
    return await ask(caller, service.letter, message_id=message_id)


@router.post("/mail/{message_id}/again")
@admin_only
async def send_again(caller: Caller, message_id: UUID) -> MailRow:
    """Put a message that failed back to work."""
    return await perform(caller, service.send_again, message_id=message_id)
