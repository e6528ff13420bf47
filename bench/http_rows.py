"""REST beside bare FastAPI: CPU of the whole server for each request, twenty connections, in turns."""

import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import ExitStack

from bench import load, seed, server
from bench.data import Data
from bench.report import Report
from bench.server import Server
from bench.wire import Wire

CLIENTS = 20
_NAMES = {"outline": "course outline by REST", "mine": "my courses by REST", "lesson": "a lesson by REST"}

Ask = Callable[[Wire], Awaitable[object]]


async def measure(report: Report, data: Data, *, rounds: int, seconds: float) -> None:
    server.pin_client()
    with server.scratch() as folder, ExitStack() as stack:
        ours = stack.enter_context(server.lectern(data.sqlite()))
        bare = stack.enter_context(server.bare_api(folder, ours.folder))
        school = seed.read(ours.folder)
        to_us = [await Wire.open(ours.port) for _ in range(CLIENTS)]
        to_bare = [await Wire.open(bare.port) for _ in range(CLIENTS)]

        took: dict[str, list[float]] = {}

        async def run(name: str, on: Server, wires: Sequence[Wire], ask: Ask) -> None:
            before = on.cpu()
            done = (await load.closed_loop([[wire] for wire in wires], ask, seconds)).check()
            took.setdefault(name, []).append((on.cpu() - before) / done.count * 1e6)

        teacher = {"Authorization": f"Bearer {school.instructor_bearer}"}
        windows: list[float] = []
        for _ in range(2 + rounds):
            begun = time.perf_counter()
            await to_us[0].get(school.books["large book"], teacher)
            windows.append((time.perf_counter() - begun) * 1000)
        cookie = {"Cookie": f"lectern={school.takers[0].cookie}"}
        bare_token = {"Cookie": f"token={school.reads['mine'].bearers[0]}"}
        for turn in range(-1, rounds):  # the first is a rehearsal
            if turn == 0:
                took.clear()
            await run("healthz", ours, to_us, lambda wire: wire.get("/healthz", cookie))
            await run("bare healthz", bare, to_bare, lambda wire: wire.get("/healthz"))
            await run("book", ours, to_us[:4], lambda wire: wire.get(school.books["book"], teacher))
            await run("json book", bare, to_bare[:4], lambda wire: wire.get("/json/book", bare_token))
            for name, read in school.reads.items():
                if name == "book":
                    continue
                bearers = _bearers(read.bearers, to_us)
                token = {"Cookie": f"token={read.bearers[0]}"}
                path = read.path
                await run(name, ours, to_us, lambda wire, path=path, own=bearers: wire.get(path, own(wire)))
                await run(f"sql {name}", bare, to_bare, lambda w, n=name, t=token: w.get(f"/sql/{n}", t))
                await run(f"raw {name}", bare, to_bare, lambda w, n=name, t=token: w.get(f"/raw/{n}", t))
    for name, words in _NAMES.items():
        raw = load.median([a / b for a, b in zip(took[name], took[f"raw {name}"], strict=True)])
        count = len(school.reads[name].statements)
        note = f"{count} statements; beside sqlite3 itself on the event loop {raw:.1f} x"
        report.ratio(words, took[name], took[f"sql {name}"], "µs CPU", 2.5, note)
    report.ratio("gradebook by REST, 100 of 200 students x 20", took["book"], took["json book"], "µs CPU", 6)
    report.figure("gradebook by REST, the first window of 1,000 x 60", load.median(windows), "ms", 300)
    report.ratio("mounted API with guard and headers", took["healthz"], took["bare healthz"], "µs CPU", 1.8)


def _bearers(tokens: Sequence[str], wires: Sequence[Wire]) -> Callable[[Wire], dict[str, str]]:
    """Each connection takes the sessions in turn: one session may ask 1,200 times a minute."""
    turns = {id(wire): number for number, wire in enumerate(wires)}

    def own(wire: Wire) -> dict[str, str]:
        turns[id(wire)] += len(wires)
        return {"Authorization": f"Bearer {tokens[turns[id(wire)] % len(tokens)]}"}

    return own
