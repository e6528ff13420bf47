"""Routes found by their address at once. FastAPI tries one pattern after another, and those of an included router
twice: with a hundred routes that costs more than most answers, and every page and socket passes it, too.
"""

from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute, Match

from lms_app.web.api import Router


def include(api: FastAPI, *routers: Router) -> None:
    """Add the routes of all rooms to `api`, each as one of its own, and a directory in front of them."""
    for router in routers:
        api.router.routes.extend(router.routes)
    api.router.routes.insert(0, _Directory(api))


class _Directory(BaseRoute):
    """The first of all routes: it passes a request on to the one that it is for.

    What it does not find is left to the others, who know how to refuse.
    """

    def __init__(self, api: FastAPI) -> None:
        self._all = api.router.routes
        self._found: dict[tuple[Any, ...], list[APIRoute]] = {}
        self._firsts: set[str] = set()
        for route in self._all:
            path: str = getattr(route, "path", "")
            self._firsts.add(_first(path))
            key = _key("", path)
            if isinstance(route, APIRoute) and not any("{" in part for part in key[2:]) and ":path}" not in path:
                for method in route.methods or ():
                    self._found.setdefault((method, *key[1:]), []).append(route)

    def matches(self, scope: Any) -> tuple[Match, Any]:
        path: str = scope["path"]
        if _first(path) not in self._firsts:
            # A page, a file of one, or the socket: Reflex's own app is mounted after all routes.
            return self._by(self._all[-1], scope)
        for route in self._found.get(_key(scope.get("method", ""), path), ()):
            match, child = self._by(route, scope)
            if match == Match.FULL:
                return match, child
        return Match.NONE, {}

    async def handle(self, scope: Any, receive: Any, send: Any) -> None:
        await scope["route"].handle(scope, receive, send)

    def _by(self, route: BaseRoute, scope: Any) -> tuple[Match, Any]:
        if route is self:
            return Match.NONE, {}
        match, child = route.matches(scope)
        return match, {**child, "route": route}


def _first(path: str) -> str:
    return path[1:].partition("/")[0]


def _key(method: str, path: str) -> tuple[Any, ...]:
    """What the routes of one address share: how many parts, the first one, and the room after `/api/v1`."""
    parts = path.split("/")
    return method, len(parts), parts[1] if len(parts) > 1 else "", parts[3] if len(parts) > 3 else ""
