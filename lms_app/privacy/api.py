"""One's own data and its erasure, and what administrators do about both, over HTTP; and the texts for everybody."""

from pathlib import Path
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Query, Request
from fastapi.responses import FileResponse, Response
from pydantic import BaseModel, Field

from lms_app.accounts.api.browser import back, fields_of, onward
from lms_app.accounts.rules.fields import safe_next
from lms_app.core.errors import LmsError, NotSignedIn
from lms_app.core.settings import settings
from lms_app.core.work import Actor, ask, perform
from lms_app.privacy import service
from lms_app.privacy.views import (
    AnswerView,
    ErasedView,
    ErasureRow,
    ErasureView,
    MapRow,
    PolicyView,
    RuleView,
    TakeOutView,
)
from lms_app.web import documents, routes
from lms_app.web.api import Caller, PublicCaller, Router
from lms_app.web.fields import NO_NUL, Body
from lms_app.web.guard import COOKIE, admin_only, public, signed_in
from lms_app.web.words import t

me = Router(prefix="/api/v1/me", tags=["me"])
texts = Router(prefix="/api/v1/policies", tags=["privacy"])
admin = Router(prefix="/api/v1/admin", tags=["admin"])
pages = Router(include_in_schema=False)
ROUTERS = (me, texts, admin, pages)

_ZIP: dict[int | str, dict[str, Any]] = {200: {"content": {"application/zip": {}}, "description": "The copy"}}
_templates = documents.templates(Path(__file__).parent / "templates", cookie=COOKIE)

Password = Annotated[
    str, Field(min_length=1, max_length=1024, pattern=NO_NUL, json_schema_extra={"format": "password"})
]


class Proof(Body):
    """One's password: whoever asks for what cannot be undone shows it once more."""

    password: Password


class Erase(Body):
    """Why, as a choice: words would hold names again. With one's own password."""

    reason: Literal["asked", "left", "mistake", "law"]
    password: Password


class Answer(Body):
    """Which versions were shown, and whether one agrees."""

    policy_ids: Annotated[list[UUID], Field(min_length=1, max_length=10)]
    agreed: bool


class Text(Body):
    """The next version of a text, in Markdown."""

    kind: Literal["terms", "privacy"]
    body: Annotated[str, Field(min_length=1, max_length=100_000, pattern=NO_NUL)]


class Removed(BaseModel):
    """How many rows went."""

    rows: int


# ---- A copy of one's data


@me.get("/take-outs")
@signed_in
async def take_outs(caller: Caller) -> list[TakeOutView]:
    """The copies of one's data that are being made or can be fetched."""
    return await ask(caller, service.take_outs)


@me.post("/take-outs", status_code=202)
@signed_in
async def ask_take_out(caller: Caller) -> TakeOutView:
    """Have a copy of everything about oneself made. A notification says when it is ready."""
    return await perform(caller, service.ask_take_out)


@me.get("/take-outs/{take_out_id}")
@signed_in
async def read_take_out(take_out_id: UUID, caller: Caller) -> TakeOutView:
    """How far a copy is."""
    return await ask(caller, service.read_take_out, take_out_id=take_out_id)


@me.get("/take-outs/{take_out_id}/file", response_class=FileResponse, responses=_ZIP)
@signed_in
async def download_take_out(take_out_id: UUID, caller: Caller) -> Response:
    """The copy as a zip, for its owner alone."""
    return await _zip(caller, take_out_id)


@pages.get(routes.TAKE_OUT)
@signed_in
async def fetch_take_out(take_out_id: UUID, caller: Caller) -> Response:
    """The same for the link on the page."""
    return await _zip(caller, take_out_id)


async def _zip(caller: Actor, take_out_id: UUID) -> Response:
    path, name = await ask(caller, service.take_out_file, take_out_id=take_out_id)
    await perform(caller, service.note_fetched, take_out_id=take_out_id)
    headers = {"Cache-Control": "private, no-store", "X-Content-Type-Options": "nosniff"}
    return FileResponse(path, media_type="application/zip", filename=name, headers=headers)


# ---- Erasing


@me.get("/erasure")
@signed_in
async def erasure(caller: Caller) -> ErasureView:
    """Whether one's account is to be erased, and when."""
    return await ask(caller, service.erasure)


@me.post("/erasure")
@signed_in
async def ask_erasure(caller: Caller, body: Proof) -> ErasureView:
    """Have one's account erased. Until the day comes it can be taken back."""
    return await service.ask_erasure(caller, current=body.password)


@me.delete("/erasure")
@signed_in
async def take_back_erasure(caller: Caller) -> ErasureView:
    """Keep one's account after all."""
    return await perform(caller, service.take_back_erasure)


@admin.post("/people/{user_id}/erase")
@admin_only
async def erase_person(user_id: UUID, caller: Caller, body: Erase) -> ErasedView:
    """Erase an account at once. It cannot be undone: marks stay, under “Former member 12”."""
    done = await service.erase_now(caller, user_id=user_id, reason=body.reason, current=body.password)
    return ErasedView(*done)


@admin.get("/erasures")
@admin_only
async def erasures(caller: Caller) -> list[ErasureRow]:
    """The accounts that are to be erased, the next first."""
    return await ask(caller, service.erasures_waiting)


# ---- Forms that take a password


@pages.post("/auth/erasure")
@signed_in
async def ask_erasure_form(request: Request, caller: Caller) -> Response:
    given = await fields_of(request)
    try:
        await service.ask_erasure(caller, current=given["current"])
    except NotSignedIn:
        raise
    except LmsError as error:
        return back(routes.my_data(), "my-data", error, {}, {"": "current"})
    return onward(routes.my_data())


@pages.post("/auth/erase")
@admin_only
async def erase_form(request: Request, caller: Caller) -> Response:
    given = await fields_of(request)
    try:
        user_id = await ask(caller, service.person_named, email=given["email"])
        done = await service.erase_now(caller, user_id=user_id, reason=given["reason"], current=given["current"])
    except NotSignedIn:
        raise
    except LmsError as error:
        return back(routes.admin_privacy(), "erase", error, {"email": given["email"]}, {"": "email"})
    return onward(routes.admin_privacy(), "erase", t("Erased. The account is {name} now.", name=done.name))


# ---- The map, and how long things are kept


@admin.get("/data-map")
@admin_only
async def data_map(caller: Caller) -> list[MapRow]:
    """Where something about people is kept, why, for how long, and what erasing an account does to it."""
    return await ask(caller, service.data_map)


@admin.get("/retention")
@admin_only
async def retention(caller: Caller) -> list[RuleView]:
    """Every rule of how long things are kept, and how much it would remove now. Nothing is removed."""
    return await ask(caller, service.retention)


@admin.post("/retention/{name}")
@admin_only
async def retain(name: service.RuleName, caller: Caller) -> Removed:
    """Remove what one rule says, up to 500 rows; again until it says 0. By itself that happens every night."""
    return Removed(rows=await perform(caller, service.retain, name=name))


# ---- Terms and privacy notice


@texts.get("")
@public
async def current_policies(visitor: PublicCaller) -> list[PolicyView]:
    """The terms and the privacy notice as they are now."""
    return await ask(visitor, service.current)


@me.get("/consents")
@signed_in
async def consents(caller: Caller) -> list[AnswerView]:
    """What one answered to which version."""
    return await ask(caller, service.answers)


@me.post("/consents")
@signed_in
async def answer(caller: Caller, body: Answer) -> list[AnswerView]:
    """Answer versions of the texts. The last answer to a version counts."""
    return await perform(caller, service.answer, policy_ids=body.policy_ids, agreed=body.agreed)


@admin.get("/policies")
@admin_only
async def policies(caller: Caller) -> list[PolicyView]:
    """Every version of the texts, with how many agreed and declined."""
    return await ask(caller, service.policies)


@admin.post("/policies", status_code=201)
@admin_only
async def publish_policy(caller: Caller, body: Text) -> PolicyView:
    """Publish the next version of a text. People are asked once, when they next sign in."""
    return await perform(caller, service.publish_policy, kind=body.kind, body=body.body)


@pages.api_route(routes.PRIVACY, methods=["GET", "HEAD"])
@public
async def privacy_page(visitor: PublicCaller) -> Response:
    """The school's privacy notice, and which cookie there is."""
    found = await ask(visitor, service.current_of, kind="privacy")
    days = settings.session_ttl_days
    return documents.document(_templates, "privacy.html", policy=found, days=days, data_url=routes.my_data())


@pages.api_route(routes.TERMS, methods=["GET", "HEAD"])
@public
async def terms_page(visitor: PublicCaller) -> Response:
    """The school's terms."""
    found = await ask(visitor, service.current_of, kind="terms")
    return documents.document(_templates, "terms.html", 200 if found else 404, policy=found)


@pages.get(routes.AGREE)
@signed_in
async def agree_page(caller: Caller, next: Annotated[str, Query(max_length=500)] = "") -> Response:
    """What is new in the texts, once, after signing in."""
    found = await ask(caller, service.unanswered)
    onto = safe_next(next) or routes.home()
    if not found:
        return onward(onto)
    return documents.document(_templates, "agree.html", policies=found, onto=onto, data_url=routes.my_data())


@pages.post(routes.AGREE)
@signed_in
async def agree(request: Request, caller: Caller) -> Response:
    given = await fields_of(request)
    ids = [one for one in given["policies"].split() if _is_id(one)]
    await perform(caller, service.answer, policy_ids=[UUID(one) for one in ids], agreed=given["answer"] == "agree")
    return onward(safe_next(given["next"]) or routes.home())


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
