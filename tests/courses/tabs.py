"""A page's state without a browser: its handlers run over the real services, as they do behind the guard."""

import asyncio
import inspect
import json
from typing import Any

import reflex as rx
from reflex.constants import RouteArgType

from lms_app.web import guard
from lms_app.web.state import LmsState

# What the addresses of pages hold; pages get it once they are added to the app, which these tests do without.
rx.State.setup_dynamic_args(dict.fromkeys(("slug", "item", "token"), RouteArgType.SINGLE))


class Tab:
    """One person's tab on one page: `tab.sends("find", "ada")` runs a handler, `tab.total` reads a var."""

    def __init__(self, person: Any, page: type[LmsState], *, address: str = "/", **args: str) -> None:
        self._person = person
        root: Any = rx.State(_reflex_internal_init=True)  # pyright: ignore[reportCallIssue]  as the framework makes one
        root._update_router_vars({"pathname": address, "asPath": address, "query": args}, {})
        self._page = page
        self.state: Any = root.get_substate(page.get_full_name().split("."))

    def sends(self, name: str, *values: Any) -> Any:
        """Run a handler and return the event that it ends in, if any. Its mark must let the person pass."""
        handler = self._page.event_handlers[name].fn
        mark = guard.mark_of(handler)
        assert mark is not None
        assert mark.allows(self._person.actor)
        return asyncio.run(self._run(handler, values))

    def says(self, name: str, *values: Any) -> list[set[str]]:
        """Run a handler that yields, and return the vars of each message that the tab gets."""
        return asyncio.run(self._listen(self._page.event_handlers[name].fn, values))

    async def _listen(self, handler: Any, values: tuple[Any, ...]) -> list[set[str]]:
        guard.act_as(self._person.actor)
        said: list[set[str]] = []
        self.state._clean()
        async for _ in handler(self.state, *values):
            said.append(set(self.state.dirty_vars))
            self.state._clean()
        return [*said, set(self.state.dirty_vars)]

    async def _run(self, handler: Any, values: tuple[Any, ...]) -> Any:
        guard.act_as(self._person.actor)
        found = handler(self.state, *values)
        if inspect.isasyncgen(found):
            return [event async for event in found]
        return await found

    def __getattr__(self, name: str) -> Any:
        return getattr(self.state, name)


def leads_to(event: Any) -> str:
    """The address that a redirect goes to."""
    (path,) = [str(value) for name, value in event.args if str(name) == "path"]
    return json.loads(path)
