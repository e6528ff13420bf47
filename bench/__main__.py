"""`python -m bench [--quick] [--only WORD …]`: measure, print the table, write bench/results.json."""

import argparse
import asyncio
import logging
import resource
import sys
import time
from collections.abc import Awaitable, Callable

from bench import crowds, dashboards, events, finding, http_rows, lighthouse, packages, register, server, sizes
from bench.data import Data
from bench.report import Report

RESULTS = server.HERE / "results.json"
STUDENTS = 1000


async def main() -> int:
    options = _options()
    quick = options.quick
    _open_many_sockets()
    report = Report()
    rounds, seconds = (2, 0.7) if quick else (5, 0.8)
    with server.scratch() as home:
        data = Data(home, 150 if quick else STUDENTS)
        begun = time.monotonic()
        print("Making a school to measure.", flush=True)
        await asyncio.to_thread(data.prepare)
        print(f"  {time.monotonic() - begun:.0f} s", flush=True)
        parts: dict[str, Callable[[], Awaitable[None]]] = {
            "events": lambda: events.measure(report, data, rounds=rounds, seconds=seconds),
            "rest": lambda: http_rows.measure(report, data, rounds=rounds, seconds=seconds),
            "takers": lambda: crowds.takers(report, data, count=100 if quick else 1000, seconds=6 if quick else 12),
            "neighbours": lambda: crowds.neighbours(
                report, data, rounds=1 if quick else 3, seconds=2 if quick else 2.7
            ),
            "dashboards": lambda: dashboards.measure(report, rounds=rounds),
            "import": lambda: crowds.import_many(report, data, count=500 if quick else 5000),
            "packages": lambda: packages.measure(
                report, data, megabytes=20 if quick else 100, count=500 if quick else 5000
            ),
            "people": lambda: register.measure(
                report, data, count=1000 if quick else 10_000, crowded=10_000 if quick else 100_000
            ),
            "search": lambda: finding.measure(report, data, count=10_000 if quick else 100_000),
            "print": lambda: crowds.print_class(report, data),
            "storm": lambda: crowds.storm(report, data, count=20 if quick else 100),
            "memory": lambda: sizes.memory(report, data, tabs=100 if quick else 400),
            "state": lambda: sizes.page_state(report, data),
            "weight": lambda: sizes.page_weight(report, data),
            "routes": lambda: sizes.route_changes(report, data),
            "lighthouse": lambda: lighthouse.measure(report, data, runs=1 if quick else 3),
            "start": lambda: sizes.start(report),
            "postgres": lambda: events.measure_on_postgres(report, data, rounds=rounds, seconds=seconds),
            "redis": lambda: crowds.takers_on_postgres(
                report, data, count=60 if quick else 500, seconds=6 if quick else 12
            ),
        }
        for name, part in parts.items():
            if options.only and name not in options.only:
                continue
            begun = time.monotonic()
            print(f"{name}:", flush=True)
            try:
                await part()
            except Exception as error:
                if options.only:
                    raise
                logging.exception("%s could not be measured", name)
                report.missing(name, "", f"failed: {str(error)[:300]}")
            print(f"  ({time.monotonic() - begun:.0f} s)", flush=True)
    server.unpin_client()
    print()
    print(report.table())
    if not options.only and not quick:
        report.write(RESULTS)
    print(f"\n{len(report.short)} fall short. {time.time() - report.begun:.0f} s.")
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a rehearsal: few people, short rounds, nothing written")
    parser.add_argument("--only", nargs="*", default=[], help="some parts only, such as: events rest takers")
    return parser.parse_args()


def _open_many_sockets() -> None:
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 65_536), hard))


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
