"""The whole app, without a socket and without a browser."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

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
async def http(root: Any, tmp_path: Any) -> AsyncIterator[httpx.AsyncClient]:
    """Requests through the edge to every route that is not a page."""
    app = edge(tmp_path)(root.api)
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app, raise_app_exceptions=False), base_url="http://lectern.test"
    ) as client:
        yield client
