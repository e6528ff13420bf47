"""What one event costs: CPU of the whole server for each, twenty people at once, in turns with the bare app."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import ExitStack

from bench import load, people, seed, server
from bench.data import Data
from bench.load import Load
from bench.people import Sitting
from bench.report import Report
from bench.server import Server

CLIENTS = 20
TABS = 120  # six for each client: a session may send 30 events a second


class _Meter:
    """CPU in microseconds for each event of a load."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self.took: dict[str, list[float]] = {}
        self.p95: dict[str, list[float]] = {}
        self.beside: dict[str, list[float]] = {}

    async def run(
        self,
        name: str,
        on: Server,
        sittings: list[Sitting],
        act: Callable[[Sitting], Awaitable[object]],
        also: Callable[[], float] | None = None,
    ) -> Load:
        before, other = on.cpu(), also() if also else 0.0
        done = (await load.closed_loop(load.grouped(sittings, CLIENTS), act, self._seconds)).check()
        self.took.setdefault(name, []).append((on.cpu() - before) / done.count * 1e6)
        self.p95.setdefault(name, []).append(done.ms(95))
        if also:
            self.beside.setdefault(name, []).append((also() - other) / done.count * 1e6)
        return done


async def measure(report: Report, data: Data, *, rounds: int, seconds: float) -> None:
    """The no-op through the guard, a saved answer, and the other events of an attempt."""
    server.pin_client()
    with server.scratch() as folder, ExitStack() as stack:
        bare = stack.enter_context(server.bare_reflex(folder))
        ours = stack.enter_context(server.lectern(data.sqlite()))
        school = seed.read(ours.folder)
        nobody = await people.at_nothing(bare.port, school, TABS)
        somebody = await people.at_attempts(ours.port, school, TABS)
        meter = _Meter(seconds)
        for turn in range(-1, rounds):  # the first is a rehearsal
            meter = _Meter(seconds) if turn == 0 else meter
            await meter.run("bare", bare, nobody, Sitting.does_nothing)
            await meter.run("no-op", ours, somebody, Sitting.does_nothing)
            await meter.run("save", ours, somebody, Sitting.changes_an_answer)
            await meter.run("turn", ours, somebody, Sitting.turns_a_page)
            await meter.run("flag", ours, somebody, Sitting.flags)
            await asyncio.sleep(1)  # the sessions' allowance fills again
    floors = meter.took["bare"]
    report.ratio("guarded no-op", meter.took["no-op"], floors, "µs CPU", 1.3)
    p95 = load.median(meter.p95["save"])
    report.ratio("save an answer, 20 at once, SQLite", meter.took["save"], floors, "µs CPU", 2.2, f"p95 {p95:.0f} ms")
    report.ratio("turn to another question", meter.took["turn"], floors, "µs CPU", 3.5)
    report.ratio("flag a question", meter.took["flag"], floors, "µs CPU", 3.5)


async def measure_on_postgres(report: Report, data: Data, *, rounds: int, seconds: float) -> None:
    server.pin_client()
    what, bound = "save an answer, 20 at once, PostgreSQL", 2.5
    with server.scratch() as folder, ExitStack() as stack:
        try:
            url, masters = stack.enter_context(server.postgres_server())
        except server.Missing as why:
            report.missing(what, f"≤ {bound} x", str(why))
            return
        home = data.postgres(url, TABS, folder / "postgres")
        school = seed.read(home)
        bare = stack.enter_context(server.bare_reflex(folder))
        ours = stack.enter_context(server.lectern(home, LMS_DATABASE_URL=url))
        nobody = await people.at_nothing(bare.port, school, TABS)
        somebody = await people.at_attempts(ours.port, school, TABS)
        meter = _Meter(seconds)
        for turn in range(-1, rounds):
            meter = _Meter(seconds) if turn == 0 else meter
            await meter.run("bare", bare, nobody, Sitting.does_nothing)
            await meter.run("save", ours, somebody, Sitting.changes_an_answer, lambda: server.postgres_cpu(masters))
            await asyncio.sleep(1)
        own = load.median(meter.beside["save"])
        note = f"PostgreSQL itself {own:.0f} µs, p95 {load.median(meter.p95['save']):.0f} ms"
        report.ratio(what, meter.took["save"], meter.took["bare"], "µs CPU", bound, note)
