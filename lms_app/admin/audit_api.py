"""The audit log by REST, for administrators."""

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import Depends, Query
from fastapi.responses import Response

from lms_app.admin import service
from lms_app.admin.audit_views import AuditFilter, AuditLog
from lms_app.core.work import Actor, ask, ask_apart, noting, perform
from lms_app.web import routes
from lms_app.web.api import PAGE_MAX, Caller, Router
from lms_app.web.fields import NO_NUL
from lms_app.web.guard import admin_only
from lms_app.web.listing import TEXT_MAX
from lms_app.web.sheets import sheet

router = Router(prefix="/api/v1/admin", tags=["admin"])
pages = Router(include_in_schema=False)
ROUTERS = (router, pages)

_CSV: dict[int | str, dict[str, Any]] = {200: {"content": {"text/csv": {}}, "description": "One entry a line"}}


def _text(said: str) -> Any:
    return Query(max_length=TEXT_MAX, pattern=NO_NUL, description=said)


Who = Annotated[str, _text("Whose: an id, or words of a name or an address")]
What = Annotated[
    str, _text("grades, roles, enrolments, settings, sign-ins or exports; an action; or its beginning, such as grade.")
]
Subject = Annotated[str, _text("About whom or what: an id, or words of a name, an address or a course's title")]
Since = Annotated[str, _text("From this day on, such as 2027-03-01, in your zone")]
Until = Annotated[str, _text("Up to the end of this day")]
Asked = Annotated[str, _text("The id of a request, as in the header X-Request-Id")]


def _wanted(
    who: Who = "", what: What = "", subject: Subject = "", since: Since = "", until: Until = "", request: Asked = ""
) -> AuditFilter:
    return AuditFilter(who, what, subject, since, until, request)


Wanted = Annotated[AuditFilter, Depends(_wanted)]


@router.get("/audit")
@admin_only
async def audit_log(
    caller: Caller,
    wanted: Wanted,
    before: Annotated[
        int, Query(ge=0, le=2**62, description="Entries with a smaller number: `before` of a window")
    ] = 0,
    limit: Annotated[int, Query(ge=1, le=PAGE_MAX)] = 50,
) -> AuditLog:
    """Who did what, newest first."""
    return await ask(caller, service.audit_log, wanted, before=before, limit=limit)


@router.get("/audit.csv", response_class=Response, responses=_CSV)
@admin_only
async def audit_csv(caller: Caller, wanted: Wanted) -> Response:
    """The same as a table, at most the newest 100,000 entries, with their hashes."""
    return await _sheet(caller, wanted)


@pages.get(f"{routes.AUDIT}.csv")
@admin_only
async def download_audit(caller: Caller, wanted: Wanted) -> Response:
    """What the page's Export button downloads."""
    return await _sheet(caller, wanted)


async def _sheet(actor: Actor, wanted: AuditFilter) -> Response:
    text = await ask_apart(actor, service.audit_sheet, wanted)
    await perform(noting(actor), service.note_export, kind="audit", **asdict(wanted))
    return sheet(text, "audit.csv")
