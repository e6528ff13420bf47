"""Signing in, and one's own account, by REST. The access token is the bearer of everything else, for minutes."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Request
from pydantic import BaseModel, ConfigDict, Field

from lms_app.accounts import service
from lms_app.accounts.views import ProfileView, SignedIn
from lms_app.core import pictures
from lms_app.core.errors import NotSignedIn
from lms_app.core.identity import Audience, Theme, Wish
from lms_app.core.work import SiteRole, ask, perform, utc_now
from lms_app.web.api import Caller, Router, body_of
from lms_app.web.guard import public, signed_in

auth = Router(prefix="/api/v1/auth", tags=["auth"])
me = Router(prefix="/api/v1/me", tags=["me"])
ROUTERS = (auth, me)

Address = Annotated[str, Field(min_length=1, max_length=254, examples=["ada@example.org"])]
Name = Annotated[str, Field(min_length=1, max_length=120, examples=["Ada Lovelace"])]
# Characters; the service counts bytes as well.
Password = Annotated[str, Field(min_length=1, max_length=1024, json_schema_extra={"format": "password"})]
Token = Annotated[str, Field(min_length=1, max_length=200)]

SENT = "If all is well with that address, a mail with a link is on its way to it."
NOT_FRESH = "This refresh token is not good any more. Sign in again."


class _In(BaseModel):
    """Nothing comes in that was not asked for."""

    model_config = ConfigDict(extra="forbid")


class Registration(_In):
    name: Name
    email: Address
    password: Password


class Credentials(_In):
    email: Address
    password: Password


class Refresh(_In):
    refresh_token: Token


class EmailIn(_In):
    email: Address


class LinkIn(_In):
    token: Token


class Reset(_In):
    token: Token
    password: Password


class NewPassword(_In):
    current: Password
    password: Password


class NewEmail(_In):
    current: Password
    email: Address


class ProfileChanges(_In):
    """What is left out stays."""

    name: Name | None = None
    zone: Annotated[str, Field(max_length=64, examples=["Europe/Berlin"])] | None = None
    locale: Annotated[str, Field(max_length=16, examples=["en-GB"])] | None = None
    theme: Theme | None = None
    contrast: Annotated[Wish | None, Field(description="More of it: where the device asks for it, or always")] = None
    motion: Annotated[Wish | None, Field(description="Less of it: where the device asks for it, or always")] = None


class Accepted(BaseModel):
    detail: str


class Tokens(BaseModel):
    access_token: str
    refresh_token: str
    token_type: str = "Bearer"
    expires_in: int = Field(description="Seconds until the access token ends")


class Confirmed(BaseModel):
    email: str


class Me(BaseModel):
    id: UUID
    name: str
    email: str
    new_email: str = Field(description="Waits for its link to be opened; empty without one")
    role: SiteRole
    zone: str
    locale: str
    theme: Theme
    contrast: Wish
    motion: Wish
    avatar_url: str
    created_at: datetime
    bounced: str = Field(description="Why mail to the address comes back; empty while it arrives")


class SessionOut(BaseModel):
    id: UUID
    device: str
    audience: Audience
    current: bool
    ip: str
    created_at: datetime
    seen_at: datetime
    expires_at: datetime


# ---- Signing in


@auth.post("/register", status_code=202)
@public
async def register(caller: Caller, body: Registration) -> Accepted:
    """Create an account. It can sign in once the mailed link has been opened. The answer is the same for an address
    that has an account: its owner gets a mail instead."""
    await service.register(caller, name=body.name, email=body.email, password=body.password)
    return Accepted(detail=SENT)


@auth.post("/login")
@public
async def login(request: Request, caller: Caller, body: Credentials) -> Tokens:
    """Get an access token for some minutes, and a refresh token for the next one."""
    agent = request.headers.get("user-agent", "")
    session = await service.sign_in(
        caller, email=body.email, password=body.password, audience=Audience.API, agent=agent
    )
    return tokens_of(session)


@auth.post("/refresh")
@public
async def refresh(caller: Caller, body: Refresh) -> Tokens:
    """The next pair of tokens. Each refresh token works once: an old one that comes again ends the session."""
    session = await perform(caller, service.refresh, refresh_token=body.refresh_token)
    if session is None:
        raise NotSignedIn(NOT_FRESH)
    return tokens_of(session)


@auth.post("/logout", status_code=204)
@signed_in
async def logout(caller: Caller) -> None:
    """End the session of this token."""
    await perform(caller, service.sign_out)


@auth.post("/logout-everywhere", status_code=204)
@signed_in
async def logout_everywhere(caller: Caller) -> None:
    """End all of one's sessions, those of browsers too."""
    await perform(caller, service.sign_out_everywhere)


@auth.post("/password", status_code=204)
@signed_in
async def change_password(caller: Caller, body: NewPassword) -> None:
    """Change one's password. Other sessions end, and a mail tells."""
    await service.change_password(caller, current=body.current, password=body.password)


@auth.post("/email", status_code=202)
@signed_in
async def change_email(caller: Caller, body: NewEmail) -> Accepted:
    """Ask for another address. It changes once the link mailed to it has been opened."""
    await service.ask_new_email(caller, current=body.current, email=body.email)
    return Accepted(detail=SENT)


@auth.post("/proof", status_code=202)
@signed_in
async def prove_address(caller: Caller) -> Accepted:
    """Have a link mailed to one's own address that refused mail before. Opening it has mail sent there again."""
    await perform(caller, service.ask_proof_link)
    return Accepted(detail=SENT)


@auth.post("/forgot", status_code=202)
@public
async def forgot(caller: Caller, body: EmailIn) -> Accepted:
    """Have a link to choose a new password mailed. The answer is the same for an address without an account."""
    await perform(caller, service.ask_password_link, email=body.email)
    return Accepted(detail=SENT)


@auth.post("/reset", status_code=204)
@public
async def reset(caller: Caller, body: Reset) -> None:
    """Choose a password by the token of a mailed link. All sessions end."""
    await service.reset_password(caller, token=body.token, password=body.password)


@auth.post("/verify")
@public
async def verify(caller: Caller, body: LinkIn) -> Confirmed:
    """Confirm an address by the token of a mailed link."""
    return Confirmed(email=(await perform(caller, service.confirm, token=body.token)).email)


@auth.post("/resend", status_code=202)
@public
async def resend(caller: Caller, body: EmailIn) -> Accepted:
    """Have the link that confirms an address mailed again."""
    await perform(caller, service.ask_verify_link, email=body.email)
    return Accepted(detail=SENT)


# ---- One's own account


@me.get("")
@signed_in
async def read(caller: Caller) -> Me:
    """One's own profile."""
    return _me(await ask(caller, service.profile))


@me.patch("")
@signed_in
async def change(caller: Caller, body: ProfileChanges) -> Me:
    """Change parts of one's profile."""
    return _me(await perform(caller, service.update_profile, **body.model_dump(exclude_none=True)))


@me.put(
    "/avatar",
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
        }
    },
)
@signed_in
async def set_avatar(request: Request, caller: Caller) -> Me:
    """Send a picture as the raw body: PNG, JPEG, WebP or GIF, at most 5 MB. A small square WebP of it is kept."""
    content = await body_of(request, pictures.BYTES_MAX)
    return _me(await service.set_avatar(caller, content=content))


@me.delete("/avatar")
@signed_in
async def remove_avatar(caller: Caller) -> Me:
    """Show initials again."""
    return _me(await perform(caller, service.remove_avatar))


@me.get("/sessions")
@signed_in
async def sessions(caller: Caller) -> list[SessionOut]:
    """Where one is signed in, the session of this token first."""
    found = await ask(caller, service.sessions)
    return [SessionOut.model_validate(row, from_attributes=True) for row in found]


@me.delete("/sessions/{session_id}", status_code=204)
@signed_in
async def end_session(caller: Caller, session_id: UUID) -> None:
    """End one of one's sessions."""
    await perform(caller, service.end_session, session_id=session_id)


def tokens_of(session: SignedIn) -> Tokens:
    left = (session.expires_at - utc_now()).total_seconds()
    return Tokens(access_token=session.token, refresh_token=session.refresh_token, expires_in=max(0, round(left)))


def _me(view: ProfileView) -> Me:
    return Me.model_validate(view, from_attributes=True)
