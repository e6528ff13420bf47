"""What reaches a tab without its asking: that something it shows has changed, and that its session was ended.

The hub sends no content. A tab that watches a place is asked to look again, and comes back through the guard and the
doors of the services like with any click: whoever may not see it any more gets nothing. Several processes tell each
other through Redis (`LMS_REDIS_URL`).
"""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import redis
import redis.asyncio
import reflex as rx
from reflex.state import StateUpdate
from reflex_base.event import Event

from lms_app.core import changes, identity
from lms_app.core.settings import settings
from lms_app.core.work import SYSTEM, ask, utc_now
from lms_app.web import guard, routes

log = logging.getLogger(__name__)
EVERY_SECONDS = 2.0
OVERLAP = timedelta(seconds=10)  # commits may be seen later than they are dated


# ---- What has changed

# A burst is one look: as long as this a change waits for others.
GATHER_SECONDS = 0.15
TABS_MAX = 20_000
CHANNEL = "lectern:changes"

Send = Callable[[str, Any], Awaitable[bool]]


class Hub:
    """Which tab watches which places, and by which event it looks again. All of it belongs to one event loop."""

    def __init__(self) -> None:
        self._watching: dict[str, tuple[tuple[str, ...], Any]] = {}
        self._tabs: dict[str, set[str]] = {}
        self._changed: set[str] = set()
        self._any = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    def watch(self, tab: str, event: Any, *places: str) -> None:
        """From now on `tab` gets `event` when one of these places changes, and no longer what it watched before."""
        self.forget(tab)
        if len(self._watching) >= TABS_MAX:
            self.forget(next(iter(self._watching)))
        self._watching[tab] = (places, event)
        for place in places:
            self._tabs.setdefault(place, set()).add(tab)

    def forget(self, tab: str) -> None:
        places, _event = self._watching.pop(tab, ((), None))
        for place in places:
            tabs = self._tabs[place]
            tabs.discard(tab)
            if not tabs:
                del self._tabs[place]

    def changed(self, place: str) -> None:
        """Something is new at a place. From any thread; before the hub runs, and after it, nobody is told."""
        loop = self._loop
        if loop is not None and not loop.is_closed():
            with contextlib.suppress(RuntimeError):  # it has just been closed
                loop.call_soon_threadsafe(self._note, place)

    def _note(self, place: str) -> None:
        if place in self._tabs:
            self._changed.add(place)
            self._any.set()

    async def run(self, send: Send) -> None:
        """Runs as long as the server does. `send` says whether the tab was still there."""
        self._loop = asyncio.get_running_loop()
        try:
            while True:
                await self._any.wait()
                await asyncio.sleep(GATHER_SECONDS)
                self._any.clear()
                places, self._changed = self._changed, set()
                for tab in {tab for place in places for tab in self._tabs.get(place, ())}:
                    await self._tell(tab, send)
        finally:
            self._loop = None

    async def _tell(self, tab: str, send: Send) -> None:
        _places, event = self._watching.get(tab, ((), None))
        try:
            if event is not None and not await send(tab, event):
                self.forget(tab)
        except Exception:
            log.exception("a tab could not be told that something is new")


hub = Hub()


def watch(state: rx.State, event: Any, *places: str) -> None:
    """Have the tab of a state look again, by `event`, when one of the places changes. Its page is known by then."""
    hub.watch(state.router.session.client_token, event, *places)


def unwatch(state: rx.State) -> None:
    hub.forget(state.router.session.client_token)


async def watch_changes(app: rx.App) -> None:
    """Runs as long as the server does."""
    space: Any = app.event_namespace

    async def send(tab: str, event: Any) -> bool:
        if tab not in space.token_to_sid:
            return False
        await space.emit_update(StateUpdate(events=Event.from_event_type(event)), tab)
        return True

    changes.listen(hub.changed)
    tasks = [hub.run(send)]
    if settings.redis_url:
        changes.listen(_tell_others)
        tasks.append(_hear_others())
    await asyncio.gather(*tasks)


_others: Any = None


def _tell_others(place: str) -> None:
    global _others
    try:
        _others = _others or redis.Redis.from_url(settings.redis_url, socket_timeout=1)
        _others.publish(CHANNEL, place)
    except redis.RedisError:
        log.warning("Redis does not answer: tabs of other processes are not told")


async def _hear_others() -> None:
    """What this process has told comes back, too: a tab looks once for both, or once more."""
    while True:
        try:
            async with redis.asyncio.Redis.from_url(settings.redis_url) as server, server.pubsub() as heard:
                await heard.subscribe(CHANNEL)
                async for message in heard.listen():
                    if message["type"] == "message":
                        hub.changed(message["data"].decode())
        except (redis.RedisError, OSError):
            log.warning("Redis does not answer: trying again")
            await asyncio.sleep(EVERY_SECONDS)


# ---- What changes all the time

PULSE = "pulse"
PULSE_SECONDS = 5.0


async def pulse() -> None:
    """Runs as long as the server does: whoever watches `PULSE` looks again every few seconds."""
    while True:
        await asyncio.sleep(PULSE_SECONDS)
        hub.changed(PULSE)


# ---- Sessions that were ended: their tabs are sent to sign in, within two seconds, wherever that was


async def watch_revocations(app: rx.App) -> None:
    """Runs as long as the server does."""
    since, told = utc_now(), set[Any]()
    while True:
        await asyncio.sleep(EVERY_SECONDS)
        try:
            looked_at = utc_now()
            ended = await ask(SYSTEM, identity.revoked_since, since - OVERLAP)
            for session_id in ended - told:
                await _send_away(app, session_id)
            told, since = ended, looked_at
        except asyncio.CancelledError:
            raise
        except Exception:
            log.exception("looking for ended sessions failed; trying again")


async def _send_away(app: rx.App, session_id: Any) -> None:
    identity.forget()
    space: Any = app.event_namespace
    for token in guard.tabs_of(session_id):
        if token in space.token_to_sid:
            update = StateUpdate(events=Event.from_event_type(rx.redirect(routes.sign_in())))
            await space.emit_update(update, token)
