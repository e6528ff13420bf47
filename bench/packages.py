"""Large files on their way in: how long they take, how much memory, and what everybody else feels of it."""

import asyncio
import http.client
import io
import json
import random
import time
import zipfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from bench import load, people, seed, server
from bench.crowds import watched_p95
from bench.data import Data
from bench.load import Load
from bench.people import Sitting
from bench.report import Report
from bench.seed import Seed
from bench.server import Server
from bench.wire import Wire

MEGABYTE = 1 << 20
FILES = 50
LOOK_SECONDS = 0.1


@dataclass
class Seen:
    """What an import took: seconds to be looked at and to be brought in, bytes on top, and the percentages told."""

    looked: float = 0.0
    brought: float = 0.0
    memory: int = 0
    told: list[int] = field(default_factory=list[int])
    made: dict[str, Any] = field(default_factory=dict[str, Any])


def cartridge(megabytes: int, number: int = 7) -> bytes:
    """A Common Cartridge of this size: pages, each with a film that does not pack any smaller."""
    noise = random.Random(number)
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as whole:
        items, resources = "", ""
        for number in range(FILES):
            items += f'<item identifier="i{number}" identifierref="p{number}"><title>Page {number}</title></item>'
            resources += f'<resource identifier="p{number}" type="webcontent" href="p{number}.html">'
            resources += f'<file href="p{number}.html"/></resource>'
            words = (
                f'<html><body><p>See <a href="film-{number}.mp4">the film</a>.</p>{"<p>Words.</p>" * 200}</body></html>'
            )
            whole.writestr(f"p{number}.html", words)
            whole.writestr(
                zipfile.ZipInfo(f"film-{number}.mp4"),
                b"\0\0\0\x18ftypmp42" + noise.randbytes(megabytes * MEGABYTE // FILES),
            )
        whole.writestr(
            "imsmanifest.xml",
            '<manifest xmlns="http://www.imsglobal.org/xsd/imsccv1p1/imscp_v1p1"><metadata><schema>IMS Common Cartridge'
            "</schema><schemaversion>1.1.0</schemaversion></metadata><organizations><organization><item identifier='r'>"
            f"<item identifier='m'><title>Films</title>{items}</item></item></organization></organizations>"
            f"<resources>{resources}</resources></manifest>",
        )
    return made.getvalue()


def questions(count: int) -> bytes:
    return "\n\n".join(f"::Question {n}:: Which is it, {n}? {{=right ~wrong ~neither}}" for n in range(count)).encode()


async def imported(site: Server, school: Seed, content: bytes, *, course: str = "", weighed: bool = True) -> Seen:
    """A package or questions, brought in by an instructor."""
    path = f"/api/v1/imports?course={course}"
    return await brought_in(site, school.instructor_bearer, path, "commit", content, weighed=weighed)


async def brought_in(
    site: Server, bearer: str, path: str, agree: str, content: bytes, *, weighed: bool = False
) -> Seen:
    """Send a file by REST, look until it is read, have it brought in, and look until it is done.

    Weighing a process holds it up for some milliseconds: where times are looked at, nobody does.
    """
    seen, idle = Seen(), site.memory()
    wire = await Wire.open(site.port)
    staff = {"Authorization": f"Bearer {bearer}"}
    over = asyncio.Event()

    async def weigh() -> None:
        while weighed and not over.is_set():
            seen.memory = max(seen.memory, await asyncio.to_thread(site.memory) - idle)
            await asyncio.sleep(LOOK_SECONDS)

    weighing = asyncio.create_task(weigh())
    try:
        begun = time.perf_counter()
        status, said = await asyncio.to_thread(_sent, site.port, path, staff, content)
        if status != 202:
            raise ValueError(f"sending answered {status}: {said[:200]!r}")
        where = f"{path.partition('?')[0]}/{json.loads(said)['id']}"
        found = await _moved(wire, where, staff, seen)
        seen.looked = time.perf_counter() - begun
        if found["state"] != "checked":
            raise ValueError(f"it was not looked at: {found['problem']}")
        begun = time.perf_counter()
        posted = {**staff, "Content-Type": "application/json"}
        status, said = await wire.ask(f"{where}/{agree}", method="POST", headers=posted, body=b"{}")
        if status != 202:
            raise ValueError(f"committing answered {status}: {said[:200]!r}")
        seen.made = await _moved(wire, where, staff, seen)
        seen.brought = time.perf_counter() - begun
        if seen.made["state"] != "done":
            raise ValueError(f"it was not brought in: {seen.made['problem']}")
    finally:
        over.set()
        await weighing
        wire.close()
    return seen


def _sent(port: int, path: str, headers: dict[str, str], content: bytes) -> tuple[int, bytes]:
    """From a thread: whoever measures here must not wait for what they send."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    try:
        kind = {"Content-Type": "application/octet-stream", "Host": f"localhost:{port}"}
        connection.request("POST", path, io.BytesIO(content), {**headers, **kind, "Content-Length": str(len(content))})
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


async def _moved(wire: Wire, where: str, headers: dict[str, str], seen: Seen) -> dict[str, Any]:
    while (found := json.loads(await wire.get(where, headers)))["busy"]:
        seen.told.append(found["percent"])
        await asyncio.sleep(LOOK_SECONDS)
    return found


async def measure(report: Report, data: Data, *, megabytes: int, count: int) -> None:
    """On both cores, with tabs beside."""
    server.unpin_client()
    with server.lectern(data.sqlite(), pin="all") as ours:
        school = seed.read(ours.folder)
        watchers = await people.at_attempts(ours.port, school, 30, first=20)
        savers = await people.at_attempts(ours.port, school, 20)
        await imported(ours, school, questions(20), course=school.slug)  # the process apart is there from now on
        for what, content, another, where, most in (
            (f"a cartridge of {megabytes} MB", cartridge(megabytes), cartridge(megabytes, 8), "", None),
            (
                f"a file of {count:,} questions",
                questions(count),
                questions(count).replace(b"Which", b"What"),
                school.slug,
                10,
            ),
        ):
            seen = await imported(ours, school, content, course=where)
            report.figure(f"{what}: memory on top", seen.memory / 1e6, "MB", 300)
            quiet = await watched_p95(watchers, 3)
            seen, noops = await _beside(
                watchers,
                lambda content=another, where=where: imported(ours, school, content, course=where, weighed=False),
            )
            note = f"{seen.looked:.1f} s looked at, {seen.brought:.1f} s brought in, {len(set(seen.told))} percentages told"
            report.figure(f"{what} comes in", seen.looked + seen.brought, "s", most, note)
            report.ratio(f"another tab's no-op while {what} comes in", [noops.ms(95)], [quiet], "ms p95", 3)
        again = questions(count).replace(b"Which", b"How")
        task = asyncio.create_task(imported(ours, school, again, course=school.slug, weighed=False))
        saved = Load()
        while not task.done():
            part = await load.paced(savers, Sitting.changes_an_answer, 0.5, 1)
            saved.took += part.took
            saved.wrong += part.wrong
        await task
        report.figure(f"answers saved while {what} comes in: p95", saved.check().ms(95), "ms", 1000)


async def _beside(watchers: list[Sitting], act: Callable[[], Awaitable[Seen]]) -> tuple[Seen, Load]:
    """`act`, and the no-ops of other tabs meanwhile."""
    task, seen = asyncio.ensure_future(act()), Load()
    while not task.done():
        part = await load.paced(watchers, Sitting.does_nothing, len(watchers) / 100, 0.5)
        seen.took += part.took
        seen.wrong += part.wrong
    return await task, seen.check()
