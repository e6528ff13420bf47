"""One's own home, calendar and transcript by REST; the transcript to download, and the address at which other programs
read the calendar."""

import hashlib
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

from fastapi import Header, Query
from fastapi.responses import RedirectResponse, Response

from lms_app.core import apart
from lms_app.core.errors import NotSignedIn
from lms_app.core.work import Actor, ask, perform, utc_now
from lms_app.home import ical, press, service
from lms_app.home.views import HomeView
from lms_app.home.views_calendar import CalendarView, FeedView
from lms_app.home.views_progress import StreakView, Transcript
from lms_app.web import routes
from lms_app.web.api import Caller, Paging, PublicCaller, Router, Visitor
from lms_app.web.fields import Body, When
from lms_app.web.guard import admin_only, public, sign_in_url, signed_in
from lms_app.web.headers import attachment
from lms_app.web.words import t

router = Router(prefix="/api/v1/me", tags=["me"])
admins = Router(prefix="/api/v1/admin/people", tags=["admin"])
pages = Router(include_in_schema=False)

_FEED = {
    "Cache-Control": "private, no-cache",
    "Content-Disposition": 'inline; filename="calendar.ics"',
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, nofollow",
}
_PRIVATE = {"Cache-Control": "private, no-store", "X-Content-Type-Options": "nosniff"}
_PDF: dict[int | str, dict[str, Any]] = {200: {"content": {"application/pdf": {}}, "description": "The transcript"}}
_USUAL = timedelta(days=60)
PRINTED_MAX = 500


class StreakIn(Body):
    shown: bool


@router.get("/home")
@signed_in
async def home(caller: Caller) -> HomeView:
    """What to do next, what is due, how it went: what the home page shows, in the caller's zone and language."""
    return await ask(caller, service.student_home)


@router.get("/calendar")
@signed_in
async def calendar(
    caller: Caller,
    begins: Annotated[When | None, Query(alias="from", description="Default: now")] = None,
    until: Annotated[When | None, Query(description="Default: 60 days later; at most 800")] = None,
    course: Annotated[
        str, Query(max_length=80, pattern=r"^[^\x00]*$", description="The short name of one course")
    ] = "",
) -> CalendarView:
    """Everything due, opening or closing for the caller, with their extensions: what the calendar page shows."""
    begins_at: datetime = begins or utc_now()
    ends_at = until or begins_at + _USUAL
    return await ask(caller, service.calendar, begins_at=begins_at, ends_at=ends_at, course=course)


@router.get("/calendar/feed")
@signed_in
async def feed(caller: Caller) -> FeedView:
    """The secret address at which other programs read the caller's calendar; empty before it is made."""
    return await ask(caller, service.feed_of)


@router.post("/calendar/feed", status_code=201)
@signed_in
async def make_feed(caller: Caller) -> FeedView:
    """Make that address, or another one: then the old one ends."""
    return await perform(caller, service.make_feed)


@router.delete("/calendar/feed", status_code=204)
@signed_in
async def drop_feed(caller: Caller) -> None:
    """End the address."""
    await perform(caller, service.drop_feed)


@router.get("/transcript")
@signed_in
async def transcript(caller: Caller, paging: Paging) -> Transcript:
    """The caller's courses with dates, progress and marks, at most 20 at a time, and certificates."""
    return await ask(caller, service.transcript, limit=paging.limit, offset=paging.offset)


@router.get("/transcript.pdf", response_class=Response, responses=_PDF)
@signed_in
async def transcript_pdf(caller: Caller) -> Response:
    """The same on paper, all of it."""
    return await _printed(caller)


@router.get("/streak")
@signed_in
async def streak(caller: Caller) -> StreakView:
    """On how many days in a row the caller has learned; nothing until they ask to see it."""
    return await ask(caller, service.my_streak)


@router.put("/streak")
@signed_in
async def show_streak(body: StreakIn, caller: Caller) -> StreakView:
    return await perform(caller, service.show_streak, shown=body.shown)


@admins.get("/{user_id}/transcript")
@admin_only
async def transcript_of(user_id: UUID, caller: Caller, paging: Paging) -> Transcript:
    """Somebody's transcript as they see it themselves. It is noted who looked."""
    return await perform(caller, service.transcript_of, user_id=user_id, limit=paging.limit, offset=paging.offset)


# ---- For browsers


@pages.get(routes.TRANSCRIPT_PDF)
@public  # whoever is not signed in is sent there by hand: a browser shows a bare 401 as a broken page
async def download_transcript(visitor: Visitor) -> Response:
    try:
        return await _printed(visitor)
    except NotSignedIn:
        return RedirectResponse(sign_in_url(routes.progress()), 303)


async def _printed(actor: Actor) -> Response:
    found = await ask(actor, service.transcript)
    while len(found.courses) < min(found.total, PRINTED_MAX):
        more = await ask(actor, service.transcript, offset=len(found.courses))
        if not more.courses:
            break  # somebody left one meanwhile
        found = replace(found, courses=[*found.courses, *more.courses])
    content = await apart.run(press.render, found, utc_now())
    name = t("Transcript {name}", name=found.name)
    return Response(content, 200, {**_PRIVATE, "Content-Disposition": attachment(f"{name}.pdf")}, "application/pdf")


# ---- For calendar programs


@pages.api_route(routes.CALENDAR + "/{secret}.ics", methods=["GET", "HEAD"])
@public
async def read_feed(
    secret: str, visitor: PublicCaller, if_none_match: Annotated[str, Header(max_length=200)] = ""
) -> Response:
    """A calendar for whoever has its address. What has not changed since is not sent again."""
    found = await ask(visitor, service.read_feed, secret=secret)
    if found.news:
        await perform(visitor, service.note_feed, secret=secret, seen=found.seen)
    content = ical.write(found)
    headers: dict[str, Any] = {**_FEED, "ETag": f'"{hashlib.sha256(content).hexdigest()[:32]}"'}
    if headers["ETag"] in if_none_match:
        return Response(status_code=304, headers=headers)
    return Response(content, 200, headers, "text/calendar; charset=utf-8")


ROUTERS = (router, admins, pages)
