"""T57: idle tabs, slow sockets and a flood of events leave the site usable, and small."""

import asyncio
import contextlib
import socket
from pathlib import Path

import pytest

from bench import load, people, seed, server
from bench.people import Sitting
from bench.tab import Tab

IDLE_TABS = 400
SLOW_SOCKETS = 150
FLOOD = 5_000
P95_AT_MOST = 1.0
RSS_AT_MOST = 1_000_000_000


@pytest.mark.usefixtures("front_end")
def test_a_flood_of_one_tab_slows_nobody_else(school: Path):
    with server.lectern(school, pin="all") as site:
        seen = asyncio.run(_flooded(site))

    assert seen.neighbour.wrong == []
    assert load.percentile(seen.neighbour.took, 95) < P95_AT_MOST
    assert seen.answered < FLOOD / 4, "the allowance of a tab did not hold the flood back"
    assert seen.memory < RSS_AT_MOST


class _Seen:
    neighbour: load.Load
    answered: int
    memory: int


async def _flooded(site: server.Server) -> _Seen:
    school = seed.read(site.folder)
    seen = _Seen()
    slow = [_slow_socket(site.port) for _ in range(SLOW_SOCKETS)]
    idle = await load.in_batches([lambda: Tab.open(site.port, "/sign-in") for _ in range(IDLE_TABS)])
    (flooder,) = await people.at_attempts(site.port, school, 1)
    neighbours = await people.at_attempts(site.port, school, 10, first=1)
    heard = flooder.tab.heard

    for _ in range(FLOOD):
        flooder.tab.send(people.NOOP, {"n": load.unique()})
    seen.neighbour = await load.paced(neighbours, Sitting.does_nothing, 0.2, 8)

    seen.answered = flooder.tab.heard - heard
    seen.memory = sum(process.memory_info().rss for process in site.tree())
    await people.leave([flooder, *neighbours])
    for tab in idle:
        await tab.close()
    for connection in slow:
        with contextlib.suppress(OSError):
            connection.close()
    return seen


def _slow_socket(port: int) -> socket.socket:
    """A connection that begins a request and never ends it."""
    connection = socket.create_connection(("127.0.0.1", port), timeout=5)
    connection.sendall(b"POST /auth/sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Le")
    return connection
