"""The real event pipeline without a socket: queue, middleware, state lock, handlers, deltas."""

import uuid
from typing import Any

import reflex as rx
from reflex import BaseStateToken
from reflex.istate.manager.memory import StateManagerMemory
from reflex_base.event import Event
from reflex_base.event.context import EventContext
from reflex_base.event.processor import BaseStateEventProcessor
from reflex_base.utils.format import format_event_handler

from lms_app.web.guard import COOKIE, Stamped, plain

# No page: nothing is opened before the event.
NOWHERE = "/nowhere"


class Bus:
    """One server with tabs. `deltas` and `events` are what the browser would have got since the last `send`."""

    def __init__(self, app: rx.App, states: Any = None) -> None:
        self.deltas: list[dict[str, Any]] = []
        self.events: list[Any] = []
        self.errors: list[Exception] = []

        async def delta(_token: str, given: dict[str, Any]) -> None:
            self.deltas.append(given)

        async def event(_token: str, *given: Any) -> None:
            self.events.extend(given)

        def error(exception: Exception) -> None:
            self.errors.append(exception)

        self.processor = BaseStateEventProcessor(
            middleware=app, backend_exception_handler=error, graceful_shutdown_timeout=2
        )
        self.states: Any = states or StateManagerMemory()
        self.processor._root_context = EventContext(
            token="",
            state_manager=self.states,
            enqueue_impl=self.processor.enqueue_many,
            emit_delta_impl=delta,
            emit_event_impl=event,
        )

    async def send(
        self,
        handler: Any,
        payload: dict[str, Any] | None = None,
        *,
        token: str = "",
        tab: str = "",
        path: str = "/",
        params: dict[str, str] | None = None,
    ) -> str:
        """Send one event with a session's `token` from a `tab`, and wait for its end. Returns the tab."""
        self.deltas, self.events, self.errors = [], [], []
        tab = tab or str(uuid.uuid4())
        name = handler if isinstance(handler, str) else format_event_handler(handler)
        headers = {"cookie": f"{COOKIE}={token}" if token else "", "asgi-scope-client": "127.0.0.1"}
        router = {"pathname": path, "asPath": path, "query": plain(params or {}), "token": tab, "headers": headers}
        event = Event(name=name, payload=Stamped(plain(payload or {})), router_data=router)
        future = await self.processor.enqueue(tab, event)
        try:
            await future.wait_all()
        except Exception as error:  # of the handler: a browser would get what `on_error` makes of it
            self.errors.append(error)
        return tab

    async def state(self, tab: str, kind: Any) -> Any:
        async with self.states.modify_state(BaseStateToken(ident=tab, cls=kind)) as root:
            return await root.get_state(kind)

    def redirects(self) -> list[str]:
        return [str(event.payload.get("path")) for event in self.events if event.name == "_redirect"]
