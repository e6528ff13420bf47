"""What administrators can do, by REST. Everybody else gets 401 or 403 on every route here."""

from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, Field

from lms_app.admin import service
from lms_app.admin.views import Courses, Letter, Mail, MailRow, Overview, People, PersonRow
from lms_app.core.work import SiteRole, ask, perform
from lms_app.web.api import Caller
from lms_app.web.guard import admin_only

router = APIRouter(prefix="/api/v1/admin", tags=["admin"])


class Invitation(BaseModel):
    name: str = Field(min_length=1, max_length=120)
    email: str = Field(min_length=3, max_length=254)
    role: SiteRole = SiteRole.STUDENT


class NewRole(BaseModel):
    role: SiteRole


@router.get("/overview")
@admin_only
async def overview(caller: Caller) -> Overview:
    """How the school is doing, in figures."""
    return await ask(caller, service.overview)


@router.get("/people")
@admin_only
async def people(
    caller: Caller, search: str = "", role: str = "", status: str = "", limit: int = 50, offset: int = 0
) -> People:
    """The people that match, by name."""
    return await ask(caller, service.people, search=search, role=role, status=status, limit=limit, offset=offset)


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
    caller: Caller, search: str = "", status: str = "", sort: str = "title", limit: int = 50, offset: int = 0
) -> Courses:
    """Every course of the school, drafts and archived ones too."""
    return await ask(caller, service.all_courses, search=search, status=status, sort=sort, limit=limit, offset=offset)


@router.get("/mail")
@admin_only
async def mail_list(caller: Caller, status: str = "", limit: int = 50, offset: int = 0) -> Mail:
    """The outgoing mail, newest first."""
    return await ask(caller, service.mail_list, status=status, limit=limit, offset=offset)


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
