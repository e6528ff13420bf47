"""Tabs that watch a place look again when it changes: each once for a burst, and those that are gone are forgotten."""

import asyncio
from threading import Thread
from typing import Any

import pytest

from lms_app.core import changes
from lms_app.web import live
from lms_app.web.live import Hub

pytestmark = [pytest.mark.anyio, pytest.mark.no_database]


class Tabs:
    """What the browser's tabs were told. `gone` have closed."""

    def __init__(self) -> None:
        self.told: list[tuple[str, str]] = []
        self.gone: set[str] = set()

    async def send(self, tab: str, event: Any) -> bool:
        if tab == "broken":
            raise RuntimeError
        if tab not in self.gone:
            self.told.append((tab, event))
        return tab not in self.gone


@pytest.fixture
async def running() -> Any:
    hub, tabs = Hub(), Tabs()
    task = asyncio.create_task(hub.run(tabs.send))
    await asyncio.sleep(0)
    yield hub, tabs
    task.cancel()


async def _soon() -> None:
    await asyncio.sleep(live.GATHER_SECONDS * 2)


async def test_who_watches_is_told_once_for_a_burst(running: Any) -> None:
    hub, tabs = running
    hub.watch("one", "look", "thread:1", "course:1")
    hub.watch("two", "look", "course:1")
    hub.watch("three", "look", "thread:2")

    for _ in range(20):
        Thread(target=hub.changed, args=("thread:1",)).start()
        hub.changed("course:1")
    hub.changed("nowhere")
    await _soon()

    assert sorted(tabs.told) == [("one", "look"), ("two", "look")]
    hub.changed("thread:2")
    await _soon()
    assert len(tabs.told) == 3


async def test_a_tab_watches_where_it_is_now(running: Any) -> None:
    hub, tabs = running
    hub.watch("one", "look", "thread:1")
    hub.watch("one", "look", "thread:2")
    hub.watch("two", "look", "thread:1")
    hub.forget("two")

    hub.changed("thread:1")
    await _soon()

    assert tabs.told == []
    assert set(hub._tabs) == {"thread:2"}


async def test_a_tab_that_is_gone_is_forgotten_and_one_that_breaks_harms_nobody(running: Any) -> None:
    hub, tabs = running
    tabs.gone.add("one")
    for tab in ("one", "broken", "two"):
        hub.watch(tab, "look", "thread:1")

    hub.changed("thread:1")
    await _soon()

    assert tabs.told == [("two", "look")]
    assert hub._tabs["thread:1"] == {"broken", "two"}


async def test_the_number_of_tabs_is_bounded(running: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    hub, _tabs = running
    monkeypatch.setattr(live, "TABS_MAX", 3)

    for number in range(9):
        hub.watch(str(number), "look", f"thread:{number}")

    assert sorted(hub._tabs) == ["thread:6", "thread:7", "thread:8"]


async def test_without_a_running_hub_nothing_happens() -> None:
    hub = Hub()
    hub.watch("one", "look", "thread:1")

    hub.changed("thread:1")

    assert not hub._changed


# ---- Several processes


async def test_a_change_in_another_process_is_heard_through_redis(
    running: Any, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub, tabs = running
    monkeypatch.setattr(live, "hub", hub)
    monkeypatch.setattr(live, "_others", None)
    monkeypatch.setattr(live, "settings", live.settings.model_copy(update={"redis_url": redis_url}))
    monkeypatch.setattr(live, "EVERY_SECONDS", 0.1)
    monkeypatch.setattr(changes, "_listeners", [])
    hub.watch("one", "look", "thread:1")
    hearing = asyncio.create_task(live._hear_others())

    for _ in range(50):  # the server may still be starting
        await asyncio.to_thread(live._tell_others, "thread:1")
        await asyncio.sleep(0.1)
        if tabs.told:
            break

    assert tabs.told[:1] == [("one", "look")]
    hearing.cancel()
