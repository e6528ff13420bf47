"""What the outside may see of accounts: frozen values, no rows."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class AccountView:
    id: str
    email: str
    name: str
    role: str


@dataclass(frozen=True, slots=True)
class DemoSignIn:
    """A line of the note on the demo's sign-in page."""

    role: str
    email: str
    password: str


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session that just began. `token` goes into the cookie, or is the bearer; `refresh_token` is for programs."""

    user_id: str
    token: str = field(repr=False)
    expires_at: datetime
    refresh_token: str = field(default="", repr=False)
    look: "Look | None" = None


@dataclass(frozen=True, slots=True)
class Look:
    """What somebody wishes to see, on every device: `theme` is system, light or dark, the others system or always."""

    theme: str
    contrast: str
    motion: str


@dataclass(frozen=True, slots=True)
class Kept:
    """What a password is compared with, and whose words it must not be made of. Never leaves the server.

    For an address that nobody has, all of it is empty, and comparing takes as long.
    """

    user_id: UUID | None = None
    hash: str | None = field(default=None, repr=False)
    name: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class LinkView:
    """What a mailed link would do, before its button is pressed. `purpose` is verify, email, reset or invite."""

    purpose: str
    name: str
    email: str


@dataclass(frozen=True, slots=True)
class ProfileView:
    """One's own account. `new_email` waits for its link to be opened; `bounced` says why mail to `email` comes back."""

    id: str
    name: str
    email: str
    new_email: str
    role: str
    zone: str
    locale: str
    theme: str
    contrast: str
    motion: str
    avatar_url: str
    initials: str
    created_at: datetime | None
    bounced: str = ""


NO_PROFILE = ProfileView("", "", "", "", "", "UTC", "en", "system", "system", "system", "", "", None)


@dataclass(frozen=True, slots=True)
class SessionView:
    """A device or a program that is signed in as the reader. `current` is the one that asks.

    `began` and `seen` are in words, in the reader's zone.
    """

    id: str
    device: str
    audience: str
    current: bool
    ip: str
    began: str
    seen: str
    created_at: datetime
    seen_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class KeyView:
    """An API key, as its owner sees it. `secret` is there once, when it is made; `over` says that it opens nothing."""

    id: str
    name: str
    begins: str
    may_write: bool
    made: str
    ends: str
    seen: str
    over: bool
    secret: str = ""
