"""What administrators can do, by REST. Everybody else gets 401 or 403 on every route here."""

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import Response
from pydantic import Field

from lms_app.admin import service
from lms_app.admin.views import USUAL, Courses, Letter, Mail, MailRow, Overview, People, PersonRow, Span
from lms_app.core.work import Actor, SiteRole, ask, perform
from lms_app.web import routes
from lms_app.web.api import Caller, Paging
from lms_app.web.fields import NO_NUL, Body, Words
from lms_app.web.guard import admin_only

router = APIRouter(prefix="/api/v1/admin", tags=["admin"])
pages = APIRouter(include_in_schema=False)
ROUTERS = (router, pages)


_CSV: dict[int | str, dict[str, Any]] = {200: {"content": {"text/csv": {}}, "description": "One number a line"}}


class Invitation(Body):
    name: Annotated[str, Field(min_length=1, max_length=120, pattern=NO_NUL)]
    email: Annotated[str, Field(min_length=3, max_length=254, pattern=NO_NUL)]
    role: SiteRole = SiteRole.STUDENT


class NewRole(Body):
    role: SiteRole


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
    named = {
        "Content-Disposition": f'attachment; filename="overview-{period}.csv"',
        "Cache-Control": "private, no-store",
    }
    return Response(text, headers=named, media_type="text/csv")


@router.get("/people")
@admin_only
async def people(
    caller: Caller,
    paging: Paging,
    search: Words = "",
    role: Literal["", "student", "instructor", "admin"] = "",
    status: Literal["", "active", "unverified", "suspended"] = "",
) -> People:
    """The people that match, by name."""
    return await ask(
        caller, service.people, search=search, role=role, status=status, limit=paging.limit, offset=paging.offset
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
async def mail_list(caller: Caller, paging: Paging, status: Literal["", "waiting", "sent", "failed"] = "") -> Mail:
    """The outgoing mail, newest first."""
    return await ask(caller, service.mail_list, status=status, limit=paging.limit, offset=paging.offset)


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
