"""What the tests of this room share: the mail that waits, a browser, and people with passwords."""

import asyncio
import re
from collections.abc import Coroutine
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

import httpx
from fastapi import FastAPI
from sqlmodel import col, select

from lms_app.accounts import flash, service
from lms_app.accounts.api import ROUTERS
from lms_app.accounts.flash import Flash
from lms_app.core import audit, identity, mail, outbox
from lms_app.core.identity import Audience, LoginSession, User
from lms_app.core.outbox import OutboxMessage
from lms_app.core.work import SYSTEM, Actor, reading, unit_of_work, utc_now
from lms_app.web.guard import COOKIE
from tests import makers
from tests.courses import rest
from tests.makers import Person

PASSWORD = "fenceposts and marmalade"
OTHER = "seven kettles on the moon"
VISITOR = Actor(None, ip="203.0.113.7")
R = TypeVar("R")


def run(what: Coroutine[Any, Any, R]) -> R:
    return asyncio.run(what)


def person(name: str = "Ada Lovelace", password: str = PASSWORD, **columns: Any) -> Person:
    """Somebody who can sign in with `password`."""
    return makers.person(name, password_hash=identity.hash_password(password), **columns)


def user(person: Person) -> User:
    with reading(SYSTEM) as work:
        found = work.db.get(User, person.id)
        assert found is not None
        return found


def live_sessions(person: Person) -> int:
    with reading(SYSTEM) as work:
        mine = select(LoginSession).where(
            col(LoginSession.user_id) == person.id, col(LoginSession.revoked_at).is_(None)
        )
        return len(work.db.exec(mine).all())


def actions() -> list[str]:
    """What the audit log says, oldest first."""
    with reading(SYSTEM) as work:
        return list(work.db.exec(select(audit.AuditEntry.action).order_by(col(audit.AuditEntry.seq))).all())


def lives(token: str, audience: Audience = Audience.WEB) -> bool:
    return run(identity.live_actor(token, audience)) is not None


# ---- Mail


@dataclass(frozen=True)
class Letter:
    to: str
    subject: str
    text: str

    @property
    def link(self) -> str:
        """The address that stands alone on a line; the first of them."""
        return next(line for line in self.text.splitlines() if line.startswith("http"))

    @property
    def token(self) -> str:
        found = re.search(r"token=([\w-]+)", self.text)
        assert found, self.text
        return found.group(1)


def letters(to: str = "") -> list[Letter]:
    """All mail so far, oldest first; only that to one address, if given."""
    with reading(SYSTEM) as work:
        found = work.db.exec(
            select(OutboxMessage.payload)
            .where(col(OutboxMessage.topic) == mail.TOPIC)
            .order_by(col(OutboxMessage.created_at))
        ).all()
    kept = [Letter(row["to"], row["subject"], row["text"]) for row in found]
    return [letter for letter in kept if to in ("", letter.to)]


def post(at: datetime | None = None) -> None:
    """What the job loop does about links that were asked for."""
    with unit_of_work(SYSTEM, at or utc_now()) as work:
        for message in outbox.claim(work, limit=1000):
            if message.topic == service.LINK_ASKED:
                service.send_link(work, message.payload)
                outbox.done(work, message.id)


def reset_token(person: Person, at: datetime | None = None) -> str:
    """The token of the newest link to choose a password, asked for just now."""
    with unit_of_work(VISITOR, at) as work:
        service.ask_password_link(work, email=person.email)
    post(at)
    return letters(person.email)[-1].token


# ---- HTTP


def app() -> FastAPI:
    return rest.app(*ROUTERS)


@dataclass
class Browser:
    """Somebody's browser: it keeps cookies, and follows no redirect, so that a test can look at it."""

    api: FastAPI = field(default_factory=app)
    cookies: httpx.Cookies = field(default_factory=httpx.Cookies)
    headers: dict[str, str] = field(default_factory=lambda: {"accept": "text/html"})

    def post(self, path: str, data: dict[str, str] | None = None, **given: Any) -> httpx.Response:
        return self.request("POST", path, data=data or {}, **given)

    def request(self, verb: str, path: str, **given: Any) -> httpx.Response:
        return run(self._request(verb, path, given))

    async def _request(self, verb: str, path: str, given: dict[str, Any]) -> httpx.Response:
        transport = httpx.ASGITransport(self.api, raise_app_exceptions=False)
        async with httpx.AsyncClient(
            transport=transport, base_url="http://lectern.test", headers=self.headers, cookies=self.cookies
        ) as client:
            answer = await client.request(verb, path, **given)
            self.cookies = client.cookies
            return answer

    def sign_in(self, who: Person, password: str = PASSWORD, **more: str) -> httpx.Response:
        return self.post("/auth/sign-in", {"email": who.email, "password": password, **more})

    @property
    def session(self) -> str:
        return self.cookies.get(COOKIE) or ""

    def flash(self, form: str) -> Flash:
        return flash.opened(f"{flash.COOKIE}={self.cookies.get(flash.COOKIE)}", form)


@dataclass
class Program(Browser):
    """A program: JSON, and a bearer instead of cookies."""

    headers: dict[str, str] = field(default_factory=dict[str, str])

    def send(self, verb: str, path: str, json: Any = None, token: str = "", **given: Any) -> httpx.Response:
        headers = {"authorization": f"Bearer {token}"} if token else {}
        body = {} if json is None else {"json": json}
        return self.request(verb, f"/api/v1{path}", headers=headers, **body, **given)
