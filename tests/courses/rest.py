"""HTTP in tests: the real app with a room's routes, and a real token for each person, a program's or a browser's."""

import asyncio
from dataclasses import dataclass
from typing import Any

import httpx
from fastapi import FastAPI

from lms_app.core.identity import Audience
from lms_app.web import directory
from lms_app.web.api import Router, make_api


@dataclass(frozen=True)
class Program:
    """A program or a browser that speaks for somebody; for nobody when it sends no token."""

    api: FastAPI
    headers: dict[str, str]

    def request(self, verb: str, path: str, **given: Any) -> httpx.Response:
        return asyncio.run(self._request(verb, path, given))

    def get(self, path: str, **given: Any) -> httpx.Response:
        return self.request("GET", path, **given)

    def post(self, path: str, **given: Any) -> httpx.Response:
        return self.request("POST", path, **given)

    def put(self, path: str, **given: Any) -> httpx.Response:
        return self.request("PUT", path, **given)

    def patch(self, path: str, **given: Any) -> httpx.Response:
        return self.request("PATCH", path, **given)

    def delete(self, path: str) -> httpx.Response:
        return self.request("DELETE", path)

    async def _request(self, verb: str, path: str, given: dict[str, Any]) -> httpx.Response:
        # An error that is our fault must come out as the answer that a program would get.
        transport = httpx.ASGITransport(self.api, raise_app_exceptions=False)
        async with httpx.AsyncClient(
            transport=transport, base_url="http://lectern.test", headers=self.headers
        ) as client:
            return await client.request(verb, path, **given)


_apps: dict[tuple[int, ...], FastAPI] = {}


def app(*routers: Router) -> FastAPI:
    """Put together once for each process: it keeps nothing from one request to the next, and routers live as long."""
    its = tuple(id(router) for router in routers)
    if its not in _apps:
        _apps[its] = make_api()
        directory.include(_apps[its], *routers)
    return _apps[its]


def program(person: Any, api: FastAPI) -> Program:
    return Program(api, {"Authorization": f"Bearer {person.signs_in(Audience.API)}"} if person else {})


def browser(person: Any, api: FastAPI) -> Program:
    """What is outside `/api/` is asked by browsers, with a cookie."""
    return Program(api, {"Cookie": f"lectern={person.signs_in(Audience.WEB)}"} if person else {})
