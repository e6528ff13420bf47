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
    """One's own account. `new_email` waits for its link to be opened."""

    id: str
    name: str
    email: str
    new_email: str
    role: str
    zone: str
    locale: str
    theme: str
    avatar_url: str
    initials: str
    created_at: datetime | None


NO_PROFILE = ProfileView("", "", "", "", "", "UTC", "en", "system", "", "", None)


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
