"""Notifications by REST, and two documents that are not pages of the app: ending mail by its link, and the preview."""

from pathlib import Path
from typing import Annotated
from uuid import UUID

from fastapi import Query
from fastapi.responses import Response
from pydantic import Field

from lms_app.core.errors import LmsError
from lms_app.core.work import ask, perform
from lms_app.notifications import service
from lms_app.notifications.events import EVENTS
from lms_app.notifications.views import Inbox, LetterView, Unsubscribed, Wishes
from lms_app.web import documents, routes
from lms_app.web.api import Caller, Paging, PublicCaller, Router
from lms_app.web.fields import Body
from lms_app.web.guard import admin_only, public, signed_in
from lms_app.web.words import t

router = Router(prefix="/api/v1/notifications", tags=["notifications"])
admins = Router(prefix="/api/v1/admin/notifications", tags=["admin"])
pages = Router(include_in_schema=False)
ROUTERS = (router, admins, pages)


class ChoiceIn(Body):
    """By which ways to hear of it; what is left out stays as it is."""

    inbox: bool | None = None
    mail: bool | None = None


class PlanIn(Body):
    """`pace` is now, daily or weekly. Quiet hours are times of day, like 22:00; two empty ones mean none."""

    pace: Annotated[str, Field(max_length=8)]
    quiet_from: Annotated[str, Field(max_length=5)] = ""
    quiet_until: Annotated[str, Field(max_length=5)] = ""


@router.get("")
@signed_in
async def inbox(caller: Caller, paging: Paging, unread: Annotated[bool, Query()] = False) -> Inbox:
    """What the caller was told, newest first and grouped by course."""
    return await ask(caller, service.inbox, unread=unread, limit=paging.limit, offset=paging.offset)


@router.post("/read", status_code=204)
@signed_in
async def read_all(caller: Caller) -> None:
    await perform(caller, service.read_all)


@router.get("/settings")
@signed_in
async def wishes(caller: Caller) -> Wishes:
    """What the caller hears of, by which ways and when."""
    return await ask(caller, service.wishes)


@router.put("/settings")
@signed_in
async def plan(body: PlanIn, caller: Caller) -> Wishes:
    """When mail comes: at once, daily or weekly, and not in quiet hours."""
    return await perform(caller, service.plan, pace=body.pace, quiet_from=body.quiet_from, quiet_until=body.quiet_until)


@router.put("/settings/{event}")
@signed_in
async def choose(event: str, body: ChoiceIn, caller: Caller) -> Wishes:
    return await perform(caller, service.choose, event=event, inbox=body.inbox, mail=body.mail)


@router.post("/{notification_id}/read", status_code=204)
@signed_in
async def read_one(notification_id: UUID, caller: Caller) -> None:
    """Mark one as read. Again changes nothing."""
    await perform(caller, service.read_one, notification_id=notification_id)


@admins.get("/{event}/preview")
@admin_only
async def preview(event: str, caller: Caller) -> LetterView:
    """A mail about an event as its reader gets it, with what was told last."""
    return await ask(caller, service.preview, event=event)


# ---- For browsers

_templates = documents.templates(
    Path(__file__).parent / "templates",
    settings_url=routes.notification_settings(),
    mail_url=routes.OUTBOX,
)


@pages.get(routes.notification_preview("{event}"))
@admin_only
async def preview_page(event: str, caller: Caller) -> Response:
    letter = await ask(caller, service.preview, event=event)
    page = documents.document(_templates, "preview.html", letter=letter, label=EVENTS[event].label)
    # What is in the frame is a mail, which brings its styles with it and runs nothing.
    policy = page.headers["Content-Security-Policy"]
    page.headers["Content-Security-Policy"] = policy.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'")
    return page


@pages.api_route(routes.unsubscribe("{token}"), methods=["GET", "HEAD"])
@public
async def unsubscribe_page(token: str, visitor: PublicCaller) -> Response:
    """Only asks: programs follow the links of a mail by themselves."""
    try:
        found = await ask(visitor, service.read_unsubscribe, token=token)
    except LmsError as error:
        return _said(t("This link does not work"), error.message, error.status)
    return _said(t("Stop this mail?"), _about(found), asks=True)


@pages.post(routes.unsubscribe("{token}"))
@public
async def unsubscribe(token: str, visitor: PublicCaller) -> Response:
    """The one click (RFC 8058): of a mail program, without a sign-in, or of the page above."""
    try:
        found = await perform(visitor, service.unsubscribe, token=token)
    except LmsError as error:
        return _said(t("This link does not work"), error.message, error.status)
    return _said(t("You get no more of this mail"), _about(found))


def _about(found: Unsubscribed) -> str:
    return t("Mail about: {what}. Your inbox still has it.", what=", ".join(found.labels))


def _said(heading: str, text: str, status: int = 200, asks: bool = False) -> Response:
    return documents.document(_templates, "unsubscribe.html", status, heading=heading, text=text, ask=asks)
