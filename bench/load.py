"""Load on a server, and what came of it."""

import asyncio
import itertools
import random
import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from bench.tab import Lost

T = TypeVar("T")
_numbers = itertools.count(1_000_000_007)
Act = Callable[[T], Awaitable[object]]


def unique() -> int:
    """A number that no other message of this run contains."""
    return next(_numbers)


@dataclass
class Load:
    """What was measured: `seconds` of each answered request, and what went wrong."""

    took: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    wall: float = 0.0

    @property
    def count(self) -> int:
        return len(self.took)

    @property
    def rate(self) -> float:
        return self.count / self.wall if self.wall else 0.0

    def ms(self, percent: float) -> float:
        """A percentile in milliseconds; NaN without answers."""
        return percentile(self.took, percent) * 1000

    def check(self) -> "Load":
        """Raise when anything went wrong: a figure of refused requests is none."""
        if self.wrong or not self.took:
            raise RuntimeError(f"{len(self.wrong)} of {self.count + len(self.wrong)} went wrong: {self.wrong[:3]}")
        return self


def percentile(values: Sequence[float], percent: float) -> float:
    if not values:
        return float("nan")
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]


def median(values: Sequence[float]) -> float:
    return statistics.median(values) if values else float("nan")


async def closed_loop(groups: Sequence[Sequence[T]], act: Act[T], seconds: float) -> Load:
    """One client for each group: it uses its things in turn and waits for every answer.

    A client has several tabs because a session may send 30 events a second, and a measurement sends more.
    """
    load = Load()
    until = time.perf_counter() + seconds

    async def client(things: Sequence[T]) -> None:
        for thing in itertools.cycle(things):
            begun = time.perf_counter()
            if begun >= until:
                return
            await _note(load, act, thing, begun)

    begun = time.perf_counter()
    await asyncio.gather(*(client(group) for group in groups))
    load.wall = time.perf_counter() - begun
    return load


async def paced(things: Sequence[T], act: Act[T], every: float, seconds: float) -> Load:
    """Each thing acts about every `every` seconds (half to one and a half), like people who think."""
    load = Load()
    begun = time.perf_counter()
    until = begun + seconds
    chance = random.Random(7)

    async def person(thing: T, first: float, draws: random.Random) -> None:
        at = begun + first
        while at < until:
            await asyncio.sleep(max(0.0, at - time.perf_counter()))
            await _note(load, act, thing, time.perf_counter())
            at += every * draws.uniform(0.5, 1.5)

    await asyncio.gather(*(person(t, chance.uniform(0, every), random.Random(n)) for n, t in enumerate(things)))
    load.wall = time.perf_counter() - begun
    return load


async def _note(load: Load, act: Act[T], thing: T, begun: float) -> None:
    try:
        await act(thing)
    except (Lost, TimeoutError, ValueError, OSError) as error:
        load.wrong.append(f"{type(error).__name__}: {error}")
        await asyncio.sleep(0.05)
    else:
        load.took.append(time.perf_counter() - begun)


def grouped(things: Sequence[T], clients: int) -> list[Sequence[T]]:
    """Deal things out to clients."""
    return [things[number::clients] for number in range(min(clients, len(things)))]


async def in_batches(makers: Sequence[Callable[[], Awaitable[T]]], at_once: int = 20) -> list[T]:
    """Make many things, some at a time."""
    made: list[T] = []
    for at in range(0, len(makers), at_once):
        made += await asyncio.gather(*(make() for make in makers[at : at + at_once]))
    return made
