"""The people of a large place: a list of them that comes in, and finding one among many."""

import sqlite3
import time
from pathlib import Path
from uuid import UUID

from bench import load, seed, server
from bench.data import Data
from bench.packages import brought_in
from bench.report import Report
from bench.wire import Wire

LOOKS = 20
# Somebody rare, many, nobody, and what a page begins with.
FILTERS = {
    "one of them": "search=given+77123",
    "a word of all": "search=family",
    "nobody": "search=nobody+at+all",
    "instructors": "role=instructor",
    "the last page": "offset=99000",
    "a word, of one role": "search=given&role=student",
}


def roster(count: int) -> bytes:
    """A list of our own: a new person a line, in one of twenty cohorts and in a course."""
    lines = ["email,name,external id,cohorts,courses"]
    lines += [f"p{n}@list.example,Given{n} Family{n % 700},S{n},Year {n % 20},course-01" for n in range(count)]
    return "\n".join(lines).encode()


def crowd(folder: Path, count: int) -> None:
    """So many people more, past the services: it is finding them that is measured."""
    with sqlite3.connect(folder / "lectern.db") as connection:
        names = [row[1] for row in connection.execute("PRAGMA table_info(user)")]
        kept = connection.execute("SELECT * FROM user WHERE role = 'student' LIMIT 1").fetchone()
        given = dict(zip(names, kept, strict=True))
        rows = (
            {
                **given,
                "id": UUID(int=number + 1).hex,
                "email": f"c{number}@crowd.example",
                "name": f"Given {number} Family",
                "role": "instructor" if number % 50 == 0 else "student",
                "external_id": None,
                "haystack": f"given {number} family\nc{number}@crowd.example",
            }
            for number in range(count)
        )
        into = ", ".join(f'"{name}"' for name in names)
        values = ", ".join(f":{name}" for name in names)
        connection.executemany(f"INSERT INTO user ({into}) VALUES ({values})", rows)


async def measure(report: Report, data: Data, *, count: int, crowded: int) -> None:
    server.unpin_client()
    with server.lectern(data.sqlite(), pin="all") as ours:
        school = seed.read(ours.folder)
        path = "/api/v1/admin/imports?name=people.csv"
        await brought_in(ours, school.admin_bearer, path, "confirm", roster(20).replace(b"@list", b"@first"))
        seen = await brought_in(ours, school.admin_bearer, path, "confirm", roster(count))
        report.figure(f"a list of {count:,} people is looked at", seen.looked, "s", 5)
        report.figure(f"a list of {count:,} people comes in", seen.looked + seen.brought, "s", 10)
    folder = data.sqlite()
    crowd(folder, crowded)
    with server.lectern(folder, pin="all") as ours:
        wire = await Wire.open(ours.port)
        staff = {"Authorization": f"Bearer {seed.read(folder).admin_bearer}"}
        slowest, worst = 0.0, ""
        for name, filters in FILTERS.items():
            took: list[float] = []
            for _ in range(LOOKS):
                begun = time.perf_counter()
                await wire.get(f"/api/v1/admin/people?{filters}", staff)
                took.append((time.perf_counter() - begun) * 1000)
            if (middle := load.median(took)) > slowest:
                slowest, worst = middle, name
        wire.close()
        report.figure(f"people of {crowded:,}: the slowest of {len(FILTERS)} filters", slowest, "ms", 150, worst)
