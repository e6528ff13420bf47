"""Badges by REST: their staff's, one's own, and what anybody may check. `documents` are the pages and files of browsers."""

from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Query, Request
from fastapi.responses import Response
from pydantic import Field

from lms_app.badges import credential, reader, service
from lms_app.badges.picture import Design
from lms_app.badges.views import AwardView, BadgesView, BadgeView, PublicAward, PublicShelf, Said, ShelfView
from lms_app.core import apart, carriers
from lms_app.core.work import Actor, ask, perform
from lms_app.policy import Can
from lms_app.web.api import Caller, Paging, PublicCaller, Router, body_of
from lms_app.web.fields import Body
from lms_app.web.guard import admin_only, member, public, signed_in
from lms_app.web.headers import attachment

of_courses = Router(prefix="/api/v1/courses", tags=["badges"])
of_site = Router(prefix="/api/v1/admin", tags=["badges"])
router = Router(prefix="/api/v1/badges", tags=["badges"])
own = Router(prefix="/api/v1/me", tags=["badges"])
checks = Router(prefix="/api/v1/badge-checks", tags=["badges"])
ROUTERS = (of_courses, of_site, router, own, checks)

_FILE: dict[int | str, dict[str, Any]] = {
    200: {"content": {kind: {} for kind in credential.TYPES.values()}, "description": "The badge"}
}
_NEW = Design()
Words = Annotated[str, Field(max_length=4_000)]


class RuleIn(Body):
    """By what it is earned. `kind` in a course: manual, course, quiz (with `item`, `least` percent), streak (`days`) or
    first; of the site: manual, courses (`count`), path (`courses`), streak or first."""

    kind: Annotated[str, Field(max_length=16)]
    item: UUID | None = None
    least: Annotated[Decimal, Field(ge=0, le=100, allow_inf_nan=False)] | None = None
    days: Annotated[int, Field(ge=0, le=100_000)] | None = None
    count: Annotated[int, Field(ge=0, le=100_000)] | None = None
    courses: Annotated[list[UUID], Field(max_length=100)] | None = None


class DesignIn(Body):
    """How it looks: a shape (circle, shield, hexagon, square, rosette), two colours (#RRGGBB), an icon, a short text."""

    shape: Annotated[str, Field(max_length=16)] = _NEW.shape
    colour: Annotated[str, Field(max_length=7)] = _NEW.colour
    rim: Annotated[str, Field(max_length=7)] = _NEW.rim
    icon: Annotated[str, Field(max_length=16)] = _NEW.icon
    text: Annotated[str, Field(max_length=100)] = ""


class BadgeIn(Body):
    name: Annotated[str, Field(max_length=200)]
    description: Words = ""
    criteria: Words = ""
    rule: RuleIn = RuleIn(kind="manual")
    design: DesignIn = DesignIn()
    valid_days: Annotated[int, Field(ge=0, le=100_000)] | None = None

    def draft(self) -> service.Draft:
        rule = self.rule.model_dump(exclude_none=True)
        return service.Draft(
            self.name, rule, self.description, self.criteria, self.design.model_dump(), self.valid_days
        )


class StatusIn(Body):
    status: Literal["active", "closed"]


class AwardIn(Body):
    user_id: UUID
    note: Words = ""


class RevokeIn(Body):
    """Whoever checks the badge reads the reason."""

    reason: Annotated[str, Field(max_length=1_000)]


class PublicIn(Body):
    public: bool


class Awarded(Body):
    id: UUID


# ---- For their staff


@of_courses.get("/{slug}/badges")
@member(Can.GRADE)
async def list_of_course(slug: str, caller: Caller, paging: Paging) -> BadgesView:
    """The badges of a course, newest first."""
    return await ask(caller, service.of_course, slug=slug, limit=paging.limit, offset=paging.offset)


@of_courses.post("/{slug}/badges", status_code=201)
@member(Can.MANAGE)
async def create_in_course(slug: str, body: BadgeIn, caller: Caller) -> BadgeView:
    """Make a badge. Nobody earns it until it is active."""
    return await perform(caller, service.create, slug=slug, draft=body.draft())


@of_site.get("/badges")
@admin_only
async def list_of_site(caller: Caller, paging: Paging) -> BadgesView:
    """The badges of the whole site, newest first."""
    return await ask(caller, service.of_site, limit=paging.limit, offset=paging.offset)


@of_site.post("/badges", status_code=201)
@admin_only
async def create_on_site(body: BadgeIn, caller: Caller) -> BadgeView:
    return await perform(caller, service.create, draft=body.draft())


@router.get("/{badge_id}")
@member(Can.GRADE)
async def read(badge_id: UUID, caller: Caller, paging: Paging) -> BadgeView:
    """One badge, with those who have it, newest first."""
    return await ask(caller, service.read, badge_id=badge_id, limit=paging.limit, offset=paging.offset)


@router.put("/{badge_id}")
@member(Can.MANAGE)
async def save(badge_id: UUID, body: BadgeIn, caller: Caller) -> BadgeView:
    """Change a badge. What was awarded keeps what it said."""
    return await perform(caller, service.save, badge_id=badge_id, draft=body.draft())


@router.post("/{badge_id}/status")
@member(Can.MANAGE)
async def set_status(badge_id: UUID, body: StatusIn, caller: Caller) -> BadgeView:
    """Open a badge, also for those who have earned it already, or close it."""
    return await perform(caller, service.set_status, badge_id=badge_id, status=body.status)


@router.post("/{badge_id}/awards", status_code=201)
@member(Can.GRADE)
async def award(badge_id: UUID, body: AwardIn, caller: Caller) -> Awarded:
    """Award it by hand; 409 where they have it."""
    return Awarded(id=await perform(caller, service.award, badge_id=badge_id, user_id=body.user_id, note=body.note))


@router.post("/awards/{award_id}/revoke", status_code=204)
@member(Can.MANAGE)
async def revoke(award_id: UUID, body: RevokeIn, caller: Caller) -> None:
    """Take a badge back. Again keeps the first date and reason."""
    await perform(caller, service.revoke, award_id=award_id, reason=body.reason)


# ---- One's own


@own.get("/badges")
@signed_in
async def list_mine(caller: Caller, paging: Paging) -> ShelfView:
    """One's own badges, newest first, and whether they have a public page."""
    return await ask(caller, service.mine, limit=paging.limit, offset=paging.offset)


@own.get("/badges/{award_id}")
@signed_in
async def read_mine(award_id: UUID, caller: Caller) -> AwardView:
    return await ask(caller, service.read_mine, award_id=award_id)


@own.put("/badges/{award_id}/public")
@signed_in
async def set_public(award_id: UUID, body: PublicIn, caller: Caller) -> AwardView:
    """Show a badge of one's own to everybody who has its address, or to nobody."""
    return await perform(caller, service.set_public, award_id=award_id, public=body.public)


@own.get("/badges/{award_id}/file", response_class=Response, responses=_FILE)
@signed_in
async def take(
    award_id: UUID,
    caller: Caller,
    kind: Annotated[Literal["jwt", "png", "svg"], Query()] = "jwt",
    identity: Annotated[Literal["hash", "mail"], Query(description="How the holder is named in it")] = "hash",
) -> Response:
    """One's own badge as an Open Badges 3.0 credential: a JWT, or baked into its picture."""
    return await download(caller, award_id, kind, identity)


@own.put("/badge-shelf")
@signed_in
async def set_shelf(body: PublicIn, caller: Caller) -> ShelfView:
    """Have a public page of the badges that one has made public, or none. It has another address each time."""
    return await perform(caller, service.set_shelf, public=body.public)


# ---- For anybody


@checks.get("/awards/{code}")
@public
async def show(code: str, caller: PublicCaller) -> PublicAward:
    """A badge whose holder made it public, as it stands today."""
    return await ask(caller, service.page, code=code)


@checks.get("/shelves/{code}")
@public
async def show_shelf(code: str, caller: PublicCaller) -> PublicShelf:
    """Somebody's public page of badges."""
    return await ask(caller, service.shelf, code=code)


@checks.post("", openapi_extra={"requestBody": {"content": {"application/octet-stream": {}}, "required": True}})
@public
async def check(request: Request, caller: PublicCaller) -> Said:
    """What a badge is worth: send a JWT, JSON, PNG or SVG as the body. Badges of this school are checked with its keys
    and its list of what was revoked; of others, what they hold in themselves. Nothing is kept."""
    return await read_badge(caller, await body_of(request, carriers.FILE_MAX))


# ---- For these and the pages


async def download(actor: Actor, award_id: UUID, kind: str, identity: str) -> Response:
    taken = await ask(actor, service.take, award_id=award_id, kind=kind, identity=identity)
    content = await apart.run(credential.baked, taken.kind, taken.token, taken.design, taken.name)
    headers = {
        "Content-Disposition": attachment(f"{taken.name}.{kind}"),
        "Cache-Control": "private, no-store",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    return Response(content, 200, headers, credential.TYPES[kind])


async def read_badge(actor: Actor, content: bytes) -> Said:
    """Read a file that anybody sent: taken apart in a process of its own, then compared with what we know."""
    await ask(actor, service.may_check)
    found = await apart.run(reader.read, content)
    return await ask(actor, service.checked, found=found)
