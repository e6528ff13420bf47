"""The door of the socket: every event passes `Guard.preprocess`, which denies by default.

A handler or a route carries one mark, right under `@rx.event` or the route's decorator: `public`, `signed_in`,
`admin_only` or `member(Can.X)`. A mark is the coarse gate; the service's own door decides about the thing itself.
Helpers of a state start with an underscore: everything else could be called by anybody.
"""

import asyncio
import logging
import time
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, NamedTuple, TypeVar
from urllib.parse import quote
from uuid import UUID

import reflex as rx
from reflex.state import StateUpdate
from reflex_base.event import Event
from reflex_base.event.context import EventContext
from reflex_base.registry import RegistrationContext

from lms_app.core import audit, identity, maintenance, trace, words
from lms_app.core.identity import Audience
from lms_app.core.settings import settings
from lms_app.core.work import ANONYMOUS, Actor, Work, oneself, perform
from lms_app.policy import Can
from lms_app.web import look, routes

log = logging.getLogger(__name__)
F = TypeVar("F", bound=Callable[..., Any])

COOKIE = "__Host-lectern" if settings.is_https else "lectern"
LANGUAGE_COOKIE = "lectern-locale"
FRAMEWORK = frozenset({"hydrate", "hydrate_and_load", "on_load_internal", "set_is_hydrated", "update_vars_internal"})
EVENTS_AT_ONCE = 200  # of one session or tab
EVENTS_A_SECOND = 30
BUCKETS_MAX = 20_000
KEPT_OPEN: set[str] = {"lms_app.web.state"}
"""Modules whose handlers work in maintenance for everybody; rooms above are added in `lms_app.py`."""
KEPT_PATHS = (
    "/auth/sign-in",
    "/auth/sign-out",
    "/api/v1/auth/login",
    "/api/v1/auth/logout",
    "/api/v1/auth/refresh",
    "/api/v1/attempts/",
    "/attempts/",
    "/files",
    "/healthz",
    "/readyz",
    "/metrics",
    routes.SIGN_IN,
    routes.MAINTENANCE,
    look.STYLE,
    look.LOGO,
)
"""Addresses that do: who may sign in, and what is saved of an open attempt. Each is a beginning."""


# ---- Marks


class Mark(NamedTuple):
    """Who may come as far as the service: `public`, `signed_in`, `admin` or `member`, which names what of."""

    who: str
    can: Can | None = None

    def allows(self, actor: Actor) -> bool:
        if self.who == "public":
            return True
        return actor.is_admin if self.who == "admin" else actor.is_signed_in


def public(fn: F) -> F:
    return _marked(fn, Mark("public"))


def signed_in(fn: F) -> F:
    return _marked(fn, Mark("signed_in"))


def admin_only(fn: F) -> F:
    return _marked(fn, Mark("admin"))


def member(can: Can) -> Callable[[F], F]:
    return lambda fn: _marked(fn, Mark("member", can))


def mark_of(fn: Any) -> Mark | None:
    return getattr(fn, "__mark__", None)


def _marked(fn: F, mark: Mark) -> F:
    fn.__mark__ = mark  # pyright: ignore[reportFunctionMemberAccess]  that is the point
    return fn


# ---- When it came, and who asks


class Stamped(dict[str, Any]):
    """A payload that knows when it came: an attribute, so that JSON cannot forge it and no handler gets it as a value."""

    __slots__ = ("received_at",)
    received_at: float


_arrived: ContextVar[float] = ContextVar("arrived")
_actor: ContextVar[Actor] = ContextVar("actor", default=ANONYMOUS)


def received_at() -> datetime:
    """When the event or request that is being handled reached the server, before any queue or lock."""
    return datetime.fromtimestamp(_arrived.get(time.time()), UTC)


def arrived(at: float) -> None:
    """For the edge: a request came at `at`, in seconds since 1970."""
    _arrived.set(at)


def current_actor() -> Actor:
    """Who sent the event that is being handled."""
    return _actor.get()


def act_as(actor: Actor) -> None:
    """From here on, in this task, events are handled as if `actor` had sent them."""
    _actor.set(actor)


def stamp_arrivals(app: rx.App) -> None:
    """Stamp events where they leave the socket: before the queue of the tab and the lock of its state."""
    space: Any = app.event_namespace
    inner = space.on_event

    async def on_event(sid: str, data: Any) -> None:
        if type(data) is dict:  # the rest is refused by Reflex
            at = time.time()
            data = plain(data)
            sent = data.get("payload")
            data["payload"] = payload = Stamped(sent if type(sent) is dict else {})
            payload.received_at = at
            await inner(sid, data)

    space.on_event = on_event


DEPTH_MAX = 16


def plain(value: Any, depth: int = DEPTH_MAX) -> Any:
    """What came by the socket, without what no database takes: NUL, and halves of characters, which JSON can spell."""
    if type(value) is str:
        if value.isascii():
            return value.replace("\0", "") if "\0" in value else value
        return value.replace("\0", "").encode("utf-8", "replace").decode()
    if type(value) is dict:
        return {plain(key): plain(inner, depth - 1) for key, inner in value.items()} if depth else {}
    if type(value) is list:
        return [plain(inner, depth - 1) for inner in value] if depth else []
    return value


def cookie_token(header: str) -> str:
    """Our cookie's value in a Cookie header, or ""."""
    return _cookie(header, COOKIE)


def language_of(cookies: str, accepts: str, actor: Actor) -> str:
    """The language of a page: what was chosen in this browser, else the person's own, else what the browser prefers.

    Takes the headers Cookie and Accept-Language.
    """
    if chosen := words.language_of(_cookie(cookies, LANGUAGE_COOKIE)):
        return chosen
    own = words.language_of(actor.locale) if actor.is_signed_in else words.accepted(accepts)
    return own or words.usual()


def in_language(actor: Actor, language: str) -> Actor:
    """From here on, in this task, speak a language to them, in dates and numbers, too."""
    words.speak(language)
    same = (words.language_of(actor.locale) or words.usual()) == language
    return actor if same else replace(actor, locale=language)


def _cookie(header: str, named: str) -> str:
    name = named + "="
    at = 0 if header.startswith(name) else header.find("; " + name) + 2
    if at == 1:
        return ""
    end = header.find(";", at)
    return header[at + len(name) : end if end >= 0 else None]


def forwarded_ip(peer: str, forwarded: str) -> str:
    """Whose request it is: the peer, or what the outermost of our own proxies says."""
    hops = settings.trusted_proxy_hops
    if not hops:
        return peer
    chain = [part.strip() for part in forwarded.split(",") if part.strip()]
    return chain[-hops] if len(chain) >= hops else peer


# ---- The guard


class Guard(rx.Middleware):
    """Default deny, for events of the socket, of page loads and of the background alike."""

    def __init__(self) -> None:
        self._marks: dict[str, Mark | None] = {}
        self._buckets: dict[str, tuple[float, float]] = {}
        self._denied: dict[tuple[str, str], float] = {}
        self._writing: set[asyncio.Task[None]] = set()

    async def preprocess(self, app: rx.App, state: Any, event: Event) -> StateUpdate | None:
        trace.begin()
        mark = self._mark(event.name)
        router = event.router_data or EventContext.get().router_data  # chained events have none of their own
        headers = router.get("headers", {})
        ip = forwarded_ip(headers.get("asgi-scope-client", ""), headers.get("x-forwarded-for", ""))
        cookies = headers.get("cookie", "")
        token = cookie_token(cookies)
        actor = (await identity.live_actor(token, Audience.WEB, ip) if token else None) or Actor(None, ip=ip)
        actor = in_language(actor, language_of(cookies, headers.get("accept-language", ""), actor))
        _actor.set(actor)
        _arrived.set(getattr(event.payload, "received_at", None) or time.time())
        if not self._within_rate(str(actor.session_id or router.get("token", ""))):
            log.warning("too many events: %s dropped", event.name)
            return StateUpdate()
        await self._bind(state, actor, str(router.get("token", "")))
        if mark is not None and mark.allows(actor):
            if maintenance.message() is None or oneself(actor).is_admin or self._is_kept(event.name):
                return None
            return _update(rx.redirect(routes.MAINTENANCE))
        return self._deny(event.name, actor, router)

    def _mark(self, name: str) -> Mark | None:
        """The mark of a handler; None for what has none. Bounded: only registered names get here."""
        if name not in self._marks:
            found = RegistrationContext.get().event_handlers.get(name)
            mark = None
            if found is not None:
                last = name.rpartition(".")[2]
                if found.states[0].__module__.startswith("reflex."):
                    mark = Mark("public") if last in FRAMEWORK else None
                elif last != "setvar":
                    mark = mark_of(found.handler.fn)
            self._marks[name] = mark
        return self._marks[name]

    def _is_kept(self, name: str) -> bool:
        """Whether a handler does its work for everybody in maintenance, too."""
        module = RegistrationContext.get().event_handlers[name].handler.fn.__module__
        return module.startswith("reflex.") or module in KEPT_OPEN

    async def _bind(self, state: Any, actor: Actor, client: str) -> None:
        """A tab belongs to one session: after signing in or out, or with a stolen token, it starts empty."""
        tab, greeter = _greeting
        kept = await state.get_state(tab)
        # Who looks as somebody else sees nothing that was theirs before, and the other way round.
        bound = f"{actor.session_id}:{actor.role}:{actor.user_id if actor.acted_by else ''}" if actor.session_id else ""
        if words.spoken() != words.SOURCE:  # what a tab has been told stands in a language
            bound += f":{words.spoken()}"
        if kept._bound != bound:
            await _all_of(client, state._get_root_state())
            state._get_root_state().reset()
            kept._bound = bound
        if actor.session_id:
            _watch(actor.session_id, client)
        greeter(kept, actor)

    def _within_rate(self, key: str) -> bool:
        now = time.monotonic()
        left, since = self._buckets.get(key, (float(EVENTS_AT_ONCE), now))
        left = min(EVENTS_AT_ONCE, left + (now - since) * EVENTS_A_SECOND)
        if len(self._buckets) >= BUCKETS_MAX and key not in self._buckets:
            self._buckets.clear()
        self._buckets[key] = (max(left - 1, -1.0), now)
        return left >= 1

    def _deny(self, name: str, actor: Actor, router: Any) -> StateUpdate:
        if not actor.is_signed_in:
            path = str(router.get("asPath") or router.get("pathname") or "")
            return _update(rx.redirect(sign_in_url(path)))
        self._note(name, actor)
        return _update(rx.redirect(routes.home()))

    def _note(self, name: str, actor: Actor) -> None:
        """One audit entry a minute for the same person and handler: a flood must not fill the log."""
        key, now = (name, str(actor.user_id)), time.monotonic()
        if now - self._denied.get(key, -60.0) < 60:
            return
        if len(self._denied) >= BUCKETS_MAX:
            self._denied.clear()
        self._denied[key] = now
        task = asyncio.get_running_loop().create_task(perform(oneself(actor), _record_denial, name))
        self._writing.add(task)
        task.add_done_callback(self._writing.discard)


def is_closed_to(actor: Actor, path: str) -> bool:
    """Whether the site is closed for maintenance to whoever asks for `path`."""
    return maintenance.message() is not None and not oneself(actor).is_admin and not path.startswith(KEPT_PATHS)


def sign_in_url(path: str) -> str:
    """Where to sign in, and come back to `path` after it."""
    inside = path.startswith("/") and not path.startswith(("//", "/\\"))
    wanted = path if inside and path not in (routes.SIGN_IN, routes.HOME) else ""
    return f"{routes.SIGN_IN}?next={quote(wanted, safe='/')}" if wanted else routes.SIGN_IN


def _record_denial(work: Work, name: str) -> None:
    audit.record(work, "access.denied", "handler", name.rpartition("lms_state.")[2][-64:])


def _update(spec: Any) -> StateUpdate:
    return StateUpdate(events=Event.from_event_type(spec))


async def _all_of(client: str, root: Any) -> None:
    """From Redis an event gets the states that it needs: have the others of the tab, too."""
    if not settings.redis_url:
        return
    from reflex.istate.manager.redis import StateManagerRedis
    from reflex.istate.manager.token import BaseStateToken

    manager = EventContext.get().state_manager
    if isinstance(manager, StateManagerRedis):
        await manager.get_state(BaseStateToken(ident=client, cls=type(root)), for_state_instance=root)


# What is kept of a tab, `_bound` among it, and what fills in what every page shows of the person: `web/state.py` says both.
_greeting: tuple[Any, Callable[[Any, Actor], None]] = (None, lambda kept, actor: None)


def greet_with(tab: type[rx.State], greeter: Callable[[Any, Actor], None]) -> None:
    global _greeting
    _greeting = tab, greeter


# Which tabs a session has open, so that a revocation can send them away (web/live.py).
_tabs: dict[UUID, set[str]] = {}
TABS_MAX = 50


def _watch(session_id: UUID, client: str) -> None:
    tabs = _tabs.get(session_id)
    if tabs is None:
        if len(_tabs) >= BUCKETS_MAX:
            del _tabs[next(iter(_tabs))]
        tabs = _tabs[session_id] = set()
    if client and len(tabs) < TABS_MAX:
        tabs.add(client)


def tabs_of(session_id: UUID) -> set[str]:
    """The tabs that a session was seen with, and forget them."""
    return _tabs.pop(session_id, set())
