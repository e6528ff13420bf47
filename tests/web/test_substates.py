"""A tab holds the states of the pages it has been to; a browser is told all of them all the same."""

import uuid
from typing import Any

import pytest
import reflex as rx

from lms_app.courses.state.catalogue import CatalogueState
from lms_app.web.state import LmsState
from lms_app.web.substates import AsNeeded, classes_below
from tests.web.bus import Bus

pytestmark = pytest.mark.anyio
HYDRATE = "reflex___state____state.hydrate_and_load"


def _made(state: Any) -> set[str]:
    return set(dict.keys(state.substates))


async def test_a_tab_makes_no_state_until_its_page_is_asked_for(bus: Bus) -> None:
    tab = await bus.send(HYDRATE)
    base = await bus.state(tab, LmsState)
    assert isinstance(base.substates, AsNeeded)
    assert CatalogueState.get_name() not in _made(base)

    await bus.state(tab, CatalogueState)

    assert CatalogueState.get_name() in _made(base)
    assert len(_made(base)) < len(classes_below(LmsState)) / 4


async def test_a_browser_that_comes_back_is_told_every_state(bus: Bus) -> None:
    await bus.send(HYDRATE)
    told = bus.deltas[0]

    whole = rx.State(_reflex_internal_init=True).dict()  # pyright: ignore[reportCallIssue]
    assert set(told) == set(whole)
    assert len(told) > len(classes_below(LmsState)) > 30
    name = CatalogueState.get_full_name()
    assert told[name] == CatalogueState(_reflex_internal_init=True).dict()[name]  # pyright: ignore[reportCallIssue]


async def test_what_a_page_has_loaded_is_told_again(bus: Bus) -> None:
    tab = str(uuid.uuid4())
    state = await bus.state(tab, CatalogueState)
    state.came = "loaded /courses"

    await bus.send(HYDRATE, tab=tab)

    assert bus.deltas[0][CatalogueState.get_full_name()]["came_rx_state_"] == "loaded /courses"


async def test_two_tabs_share_no_values(bus: Bus) -> None:
    first = await bus.state(await bus.send(HYDRATE), CatalogueState)
    second = await bus.state(await bus.send(HYDRATE), CatalogueState)
    first.came = "loaded /courses"

    assert second.came == ""
    assert first.parent_state is not second.parent_state


async def test_a_name_that_no_state_has_is_not_there(bus: Bus) -> None:
    base = await bus.state(await bus.send(HYDRATE), LmsState)

    assert "nobody_state" not in base.substates
    with pytest.raises(KeyError):
        base.substates["nobody_state"]
