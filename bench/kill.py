"""`python -m bench.kill N`: kill the whole server N times under load, and look for every answer that it acknowledged.

An answer that the server said is saved must be in the database after any kill -9, at any moment. The machine stays up,
so this tries the program and SQLite's journal, not the disk's.
"""

import argparse
import asyncio
import contextlib
import random
import signal
import sqlite3
import sys
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from bench import people, seed, server
from bench.people import Sitting
from bench.tab import Lost

SAVERS = 20
PAUSE_SECONDS = 0.05  # a session may send 30 events a second
EARLIEST, LATEST = 0.2, 1.5  # seconds of saving before a kill


@dataclass(frozen=True)
class Outcome:
    """What came of it: `lost` must be 0."""

    kills: int
    acknowledged: int
    lost: int
    slowest_start: float


async def kill_often(folder: Path, times: int, *, savers: int = SAVERS, say: bool = False) -> Outcome:
    """Kill the server on `folder` again and again while people save. Raises RuntimeError when it does not come back."""
    school = seed.read(folder)
    chance = random.Random()
    acknowledged: set[UUID] = set()
    lost: set[UUID] = set()
    slowest = 0.0
    port = server.free_port()
    for number in range(1, times + 1):
        begun = time.monotonic()
        ours = await asyncio.to_thread(server.start_lectern, folder, pin="all", port=port)
        slowest = max(slowest, time.monotonic() - begun)
        try:
            lost |= acknowledged - _kept(folder)
            sittings = await people.at_attempts(port, school, savers)
            saving = [asyncio.create_task(_goes_on_saving(sitting)) for sitting in sittings]
            await asyncio.sleep(chance.uniform(EARLIEST, LATEST))
        finally:
            await asyncio.to_thread(ours.stop, signal.SIGKILL)
        await asyncio.gather(*saving)
        acknowledged |= {save_id for sitting in sittings for save_id in sitting.saved}
        if say:
            print(f"  kill {number}: {len(acknowledged):,} acknowledged, {len(lost)} lost", flush=True)
    ours = await asyncio.to_thread(server.start_lectern, folder, pin="all", port=port)
    await asyncio.to_thread(ours.stop)
    lost |= acknowledged - _kept(folder)
    return Outcome(times, len(acknowledged), len(lost), slowest)


async def _goes_on_saving(sitting: Sitting) -> None:
    """Save until the connection ends."""
    with contextlib.suppress(Lost, TimeoutError, OSError):
        while True:
            await sitting.changes_an_answer()
            await asyncio.sleep(PAUSE_SECONDS)


def _kept(folder: Path) -> set[UUID]:
    with closing(sqlite3.connect(folder / "lectern.db")) as connection:
        return {UUID(row[0]) for row in connection.execute("SELECT save_id FROM answer")}


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.kill", description=__doc__)
    parser.add_argument("times", type=int, nargs="?", default=200)
    times = parser.parse_args(arguments).times
    with server.scratch() as home:
        folder = home / "school"
        server.run_python("bench.seed", str(folder), str(SAVERS * 2), env=server.environment(folder))
        outcome = asyncio.run(kill_often(folder, times, say=True))
    print(
        f"\n{outcome.kills} kills, {outcome.acknowledged:,} acknowledged answers, {outcome.lost} lost; "
        f"the slowest start took {outcome.slowest_start:.1f} s."
    )
    return 1 if outcome.lost else 0


if __name__ == "__main__":
    sys.exit(main())
