"""People for tests. A Person is an actor and a time: `student.at(NOON).does(service.submit, attempt_id=…)`."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Concatenate, ParamSpec, TypeVar
from uuid import UUID, uuid4

from lms_app.core.identity import Audience, User, begin_session
from lms_app.core.work import SYSTEM, Actor, SiteRole, Work, reading, unit_of_work

P = ParamSpec("P")
R = TypeVar("R")
NOON = datetime(2027, 3, 1, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Person:
    actor: Actor
    email: str
    now: datetime = NOON

    @property
    def id(self) -> UUID:
        assert self.actor.user_id is not None
        return self.actor.user_id

    def at(self, moment: datetime) -> Person:
        return replace(self, now=moment)

    def does(self, act: Callable[Concatenate[Work, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run a service function in a unit of work of its own, commit, and return its view."""
        with unit_of_work(self.actor, self.now) as work:
            return act(work, *args, **kwargs)

    def sees(self, act: Callable[Concatenate[Work, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run a reading service function: an attempt to write raises."""
        with reading(self.actor, self.now) as work:
            return act(work, *args, **kwargs)

    def signs_in(self, audience: Audience = Audience.WEB, at: datetime | None = None) -> str:
        """A token of a new session: what the cookie or the bearer header holds. Real time unless `at` says otherwise."""
        with unit_of_work(SYSTEM, at) as work:
            user = work.db.get(User, self.id)
            assert user is not None
            return begin_session(work, user, audience).token


def person(name: str = "Ada Lovelace", role: SiteRole = SiteRole.STUDENT, **columns: Any) -> Person:
    """Somebody with a verified account and no password; columns of `User` by name."""
    handle = re.sub(r"[^a-z0-9]+", ".", name.lower()).strip(".") or "somebody"
    given = {"email": f"{handle}.{uuid4().int % 10**8}@example.org", "created_at": NOON, "verified_at": NOON, **columns}
    with unit_of_work(SYSTEM, NOON) as work:
        user = User(name=name, role=role, **given)
        work.db.add(user)
        work.db.flush()
        actor = Actor(user.id, None, SiteRole(user.role), user.name, "", user.zone, user.locale)
        return Person(actor, user.email)
