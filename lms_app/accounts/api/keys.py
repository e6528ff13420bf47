"""One's own API keys, by REST."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from lms_app.accounts import service
from lms_app.accounts.views import KeyView
from lms_app.core.work import ask, perform
from lms_app.web.api import Caller, Router
from lms_app.web.fields import NO_NUL, Body
from lms_app.web.guard import signed_in

router = Router(prefix="/api/v1/me/keys", tags=["me"])


class KeyIn(Body):
    """What the key is for, for how many days, and whether it may write."""

    name: Annotated[str, Field(min_length=1, max_length=80, pattern=NO_NUL)]
    days: Literal[7, 30, 90, 365] = 90
    may_write: bool = False


@router.get("")
@signed_in
async def api_keys(caller: Caller) -> list[KeyView]:
    """One's own API keys, without their secrets."""
    return await ask(caller, service.api_keys)


@router.post("", status_code=201)
@signed_in
async def make_api_key(caller: Caller, body: KeyIn) -> KeyView:
    """Make an API key: a bearer for programs that lasts for days. Its secret is in this answer and never again."""
    return await perform(caller, service.make_api_key, **body.model_dump())


@router.delete("/{key_id}", status_code=204)
@signed_in
async def revoke_api_key(caller: Caller, key_id: UUID) -> None:
    """End a key, at once."""
    await perform(caller, service.revoke_api_key, key_id=key_id)
