"""People by REST: several at once, merged, out as CSV; cohorts and service accounts."""

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Query
from fastapi.responses import Response
from pydantic import BaseModel, Field

from lms_app.accounts.api.browser import onward
from lms_app.accounts.views import KeyView
from lms_app.admin import service
from lms_app.admin.views import CohortRow, ManyChanged, ProgramRow
from lms_app.core.work import Actor, SiteRole, ask, ask_apart, noting, perform
from lms_app.web import routes
from lms_app.web.api import Caller, Router
from lms_app.web.fields import NO_NUL, Body, Words
from lms_app.web.guard import admin_only, signed_in
from lms_app.web.sheets import sheet

router = Router(prefix="/api/v1/admin", tags=["admin"])
pages = Router(include_in_schema=False)
ROUTERS = (router, pages)

_CSV: dict[int | str, dict[str, Any]] = {200: {"content": {"text/csv": {}}, "description": "One person a line"}}
Role = Literal["", "student", "instructor", "admin"]
Status = Literal["", "active", "unverified", "suspended"]
Seen = Literal["", "week", "month", "quiet", "never"]
_Name = Annotated[str, Field(min_length=1, max_length=120, pattern=NO_NUL)]
_Cohort = Annotated[str, Field(min_length=1, max_length=80, pattern=NO_NUL)]
_Text = Annotated[str, Field(max_length=500, pattern=NO_NUL)]
_Slug = Annotated[str, Field(min_length=1, max_length=80, pattern=NO_NUL)]


class Many(Body):
    """What to do with whom. `role` goes with the action role, `cohort_id` with join and leave."""

    action: Literal["suspend", "restore", "role", "join", "leave", "sign_out"]
    user_ids: Annotated[list[UUID], Field(min_length=1, max_length=500)]
    role: SiteRole | None = None
    cohort_id: UUID | None = None


class Merging(Body):
    """Which account goes, with everything that it has."""

    gone_id: UUID


class MergedOut(BaseModel):
    user_id: UUID
    name: str
    email: str
    moved: dict[str, int] = Field(description="How many rows moved, by table and column")


class CohortIn(Body):
    name: _Cohort
    description: _Text = ""


class Members(Body):
    """Email addresses, however they are separated."""

    emails: Annotated[str, Field(min_length=3, max_length=100_000, pattern=NO_NUL)]


class CohortEnrolment(Body):
    """`synchronised`: who joins the cohort later, joins the course, too. Who leaves the cohort stays in it."""

    slug: _Slug
    synchronised: bool = False


class Counted(BaseModel):
    count: int


class ProgramIn(Body):
    name: _Name
    role: SiteRole = SiteRole.STUDENT


class KeyIn(Body):
    """What the key is for, for how many days, and whether it may write."""

    name: _Cohort
    days: Literal[7, 30, 90, 365] = 90
    may_write: bool = False


# ---- People


@router.get("/people.csv", response_class=Response, responses=_CSV)
@admin_only
async def people_csv(
    caller: Caller,
    search: Words = "",
    role: Role = "",
    status: Status = "",
    seen: Seen = "",
    cohort: Annotated[str, Query(max_length=36, pattern=NO_NUL)] = "",
) -> Response:
    """The people that match, as a list that can be imported again."""
    return await _sheet(caller, search=search, role=role, status=status, seen=seen, cohort=cohort)


@pages.get(routes.PEOPLE_SHEET)
@admin_only
async def download_people(
    caller: Caller,
    search: Words = "",
    role: Role = "",
    status: Status = "",
    seen: Seen = "",
    cohort: Annotated[str, Query(max_length=36, pattern=NO_NUL)] = "",
) -> Response:
    """What the page's Export button downloads."""
    return await _sheet(caller, search=search, role=role, status=status, seen=seen, cohort=cohort)


async def _sheet(actor: Actor, **filters: str) -> Response:
    text = await ask_apart(actor, service.people_sheet, **filters)
    await perform(noting(actor), service.note_export, kind="people", **filters)
    return sheet(text, "people.csv")


@router.post("/people/bulk")
@admin_only
async def change_many(caller: Caller, body: Many) -> ManyChanged:
    """Suspend, restore, give a role, put into a cohort or take out, sign out everywhere: up to 500 people at a time."""
    return await perform(
        caller,
        service.change_many,
        action=body.action,
        user_ids=body.user_ids,
        role=str(body.role or ""),
        cohort_id=body.cohort_id,
    )


@router.post("/people/{user_id}/reset", status_code=202)
@admin_only
async def send_reset(caller: Caller, user_id: UUID) -> None:
    """Mail somebody a link to choose a password."""
    await perform(caller, service.send_reset, user_id=user_id)


@router.post("/people/{user_id}/merge")
@admin_only
async def merge(caller: Caller, user_id: UUID, body: Merging) -> MergedOut:
    """Give this account everything that another one has, and remove that one. There is no way back."""
    done = await perform(caller, service.merge, keep_id=user_id, gone_id=body.gone_id)
    return MergedOut.model_validate(done, from_attributes=True)


@pages.post(routes.ACTING_END)
@signed_in
async def end_acting(caller: Caller) -> Response:
    """The button of the bar: be oneself again."""
    await service.end_acting(caller)
    return onward(routes.people())


# ---- Cohorts


@router.get("/cohorts")
@admin_only
async def cohorts(caller: Caller) -> list[CohortRow]:
    """All cohorts by name."""
    return await ask(caller, service.cohorts)


@router.post("/cohorts", status_code=201)
@admin_only
async def add_cohort(caller: Caller, body: CohortIn) -> CohortRow:
    """Make a cohort."""
    return await perform(caller, service.add_cohort, name=body.name, description=body.description)


@router.put("/cohorts/{cohort_id}", status_code=204)
@admin_only
async def change_cohort(caller: Caller, cohort_id: UUID, body: CohortIn) -> None:
    """Give a cohort another name or description."""
    await perform(caller, service.change_cohort, cohort_id=cohort_id, name=body.name, description=body.description)


@router.delete("/cohorts/{cohort_id}", status_code=204)
@admin_only
async def delete_cohort(caller: Caller, cohort_id: UUID) -> None:
    """Take a cohort away. Its people stay, in their courses, too."""
    await perform(caller, service.delete_cohort, cohort_id=cohort_id)


@router.post("/cohorts/{cohort_id}/members")
@admin_only
async def add_to_cohort(caller: Caller, cohort_id: UUID, body: Members) -> Counted:
    """Put people into a cohort by their addresses; how many that is new for."""
    return Counted(count=await perform(caller, service.add_to_cohort, cohort_id=cohort_id, emails=body.emails))


@router.post("/cohorts/{cohort_id}/courses")
@admin_only
async def enrol_cohort(caller: Caller, cohort_id: UUID, body: CohortEnrolment) -> Counted:
    """Enrol everybody of a cohort in a course, once or for good; how many came in."""
    came = await perform(
        caller, service.enrol_cohort, cohort_id=cohort_id, slug=body.slug, synchronised=body.synchronised
    )
    return Counted(count=came)


@router.delete("/cohorts/{cohort_id}/courses/{slug}", status_code=204)
@admin_only
async def unlink_cohort(caller: Caller, cohort_id: UUID, slug: str) -> None:
    """Have who joins the cohort from now on not join the course."""
    await perform(caller, service.unlink_cohort, cohort_id=cohort_id, slug=slug)


# ---- Service accounts


@router.get("/services")
@admin_only
async def programs(caller: Caller) -> list[ProgramRow]:
    """All service accounts by name."""
    return await ask(caller, service.programs)


@router.post("/services", status_code=201)
@admin_only
async def add_program(caller: Caller, body: ProgramIn) -> ProgramRow:
    """Make a service account. It may do what its role may, with API keys alone."""
    return await perform(caller, service.add_program, name=body.name, role=body.role)


@router.post("/services/{service_id}/stop", status_code=204)
@admin_only
async def stop_program(caller: Caller, service_id: UUID) -> None:
    """Keep a service account out, with all of its keys."""
    await perform(caller, service.stop_program, user_id=service_id)


@router.post("/services/{service_id}/start", status_code=204)
@admin_only
async def start_program(caller: Caller, service_id: UUID) -> None:
    """Let a service account work again."""
    await perform(caller, service.start_program, user_id=service_id)


@router.get("/services/{service_id}/keys")
@admin_only
async def program_keys(caller: Caller, service_id: UUID) -> list[KeyView]:
    """The keys of a service account, without their secrets."""
    return await ask(caller, service.program_keys, user_id=service_id)


@router.post("/services/{service_id}/keys", status_code=201)
@admin_only
async def add_program_key(caller: Caller, service_id: UUID, body: KeyIn) -> KeyView:
    """Make a key. Its secret is in this answer and never again."""
    return await perform(
        caller,
        service.add_program_key,
        user_id=service_id,
        name=body.name,
        days=body.days,
        may_write=body.may_write,
    )


@router.delete("/services/{service_id}/keys/{key_id}", status_code=204)
@admin_only
async def end_program_key(caller: Caller, service_id: UUID, key_id: UUID) -> None:
    """End a key, at once."""
    await perform(caller, service.end_program_key, user_id=service_id, key_id=key_id)
