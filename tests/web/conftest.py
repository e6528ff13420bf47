"""The whole app, without a socket and without a browser."""

import asyncio
import contextlib
import shutil
import socket
import subprocess
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import redis.asyncio
from reflex.istate.manager.redis import StateManagerRedis

from lms_app.web import guard
from lms_app.web.edge import edge
from tests.web.bus import Bus


@pytest.fixture(scope="session")
def root() -> Any:
    """The composition root."""
    from lms_app import lms_app

    return lms_app


@pytest.fixture
async def bus(root: Any) -> AsyncIterator[Bus]:
    with root.app.set_contexts():
        made = Bus(root.app)
        async with made.processor:
            yield made
        await made.states.close()


@pytest.fixture
def redis_url(tmp_path: Path) -> Iterator[str]:
    server = shutil.which("redis-server")
    if server is None:
        pytest.skip("no redis-server on the PATH")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [server, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(tmp_path)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    yield f"redis://127.0.0.1:{port}/0"
    process.terminate()
    process.wait(10)


@pytest.fixture
async def redis_bus(root: Any, redis_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Bus]:
    """A server whose tabs are kept in Redis."""
    monkeypatch.setattr(guard, "settings", guard.settings.model_copy(update={"redis_url": redis_url}))
    server = redis.asyncio.Redis.from_url(redis_url)
    for _ in range(100):  # it may still be starting
        with contextlib.suppress(redis.ConnectionError):
            await server.ping()
            break
        await asyncio.sleep(0.05)
    with root.app.set_contexts():
        made = Bus(root.app, StateManagerRedis(redis=server))
        async with made.processor:
            yield made
        await made.states.close()


@pytest.fixture
async def http(root: Any, tmp_path: Any) -> AsyncIterator[httpx.AsyncClient]:
    """Requests through the edge to every route that is not a page."""
    app = edge(tmp_path)(root.api)
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app, raise_app_exceptions=False), base_url="http://lectern.test"
    ) as client:
        yield client
