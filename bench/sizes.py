"""How much there is of it: memory, what a page sends, what a browser fetches, and how long a start takes."""

import asyncio
import re
import shutil
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench import load, seed, server
from bench.data import Data
from bench.report import Report
from bench.seed import Seed
from bench.tab import Tab, delta_of
from lms_app import build

KIB = 1024
WEIGHT = 250  # kB of a page on first visit
RECONNECTS = 10
PING_SECONDS = 25  # for so long engine.io keeps what is left of a connection


async def memory(report: Report, data: Data, *, tabs: int) -> None:
    """An idle process, a connected tab, and the same after reconnects."""
    server.pin_client()
    with server.lectern(data.sqlite()) as ours:
        school = seed.read(ours.folder)
        await asyncio.sleep(2)
        report.figure("memory of an idle process", ours.memory() / 1e6, "MB", 200)
        rehearsal = await _at_home(ours.port, school, [str(uuid.uuid4()) for _ in range(20)])
        before = ours.memory()
        tokens = [str(uuid.uuid4()) for _ in range(tabs)]
        open_tabs = await _at_home(ours.port, school, tokens)
        await asyncio.sleep(1)
        after = ours.memory()
        report.figure("memory of a connected tab", (after - before) / tabs / KIB, "KiB", 256)
        for tab in [*rehearsal, *open_tabs]:
            await tab.close()
    await _memory_over_reconnects(report, data, min(tabs, 150))
    await _memory_in_redis(report, data, tabs)


async def _memory_over_reconnects(report: Report, data: Data, tabs: int) -> None:
    """What grows from one number of reconnects to twice as many: dead connections wait for the collector of garbage, so
    the first ones always show."""
    with server.lectern(data.sqlite()) as ours:
        school = seed.read(ours.folder)
        await asyncio.sleep(2)
        idle = ours.memory()
        tokens = [str(uuid.uuid4()) for _ in range(tabs)]
        open_tabs = await _at_home(ours.port, school, tokens)
        found: list[int] = []
        for _ in range(2):
            for _ in range(RECONNECTS):
                for tab in open_tabs:
                    await tab.close()
                open_tabs = await _at_home(ours.port, school, tokens)
            await asyncio.sleep(PING_SECONDS + 2)
            found.append(ours.memory())
        for tab in open_tabs:
            await tab.close()
    once, twice = found
    note = f"{(once - idle) / 1e6:.0f} MB, then {(twice - idle) / 1e6:.0f} MB above idle, of {tabs} tabs"
    what = f"memory from {RECONNECTS} reconnects of each tab to {2 * RECONNECTS}"
    report.figure(what, (twice - once) / (once - idle) * 100, "% more of it", 15, note)


async def _memory_in_redis(report: Report, data: Data, tabs: int) -> None:
    what = "memory of a connected tab in Redis"
    with server.scratch() as folder, ExitStack() as stack:
        try:
            url, process = stack.enter_context(server.redis_server(folder / "redis"))
        except server.Missing as why:
            report.missing(what, "≤ 30 KiB", str(why))
            return
        ours = stack.enter_context(server.lectern(data.sqlite(), LMS_REDIS_URL=url))
        school = seed.read(ours.folder)
        await _at_home(ours.port, school, [str(uuid.uuid4()) for _ in range(20)])
        await asyncio.sleep(6)  # what is leased to the process is written in the end
        before = _used(url)
        await _at_home(ours.port, school, [str(uuid.uuid4()) for _ in range(tabs)])
        await asyncio.sleep(6)
        report.figure(what, (_used(url) - before) / tabs / KIB, "KiB", 30)
        assert process.is_running()


def _used(url: str) -> int:
    import redis

    with redis.Redis.from_url(url) as client:
        return int(client.info("memory")["used_memory"])  # pyright: ignore[reportIndexIssue]


async def _at_home(port: int, school: Seed, tokens: list[str]) -> list[Tab]:
    people = school.takers
    return await load.in_batches(
        [
            lambda token=token, cookie=people[number % len(people)].cookie: Tab.open(
                port, "/", cookie=cookie, token=token
            )
            for number, token in enumerate(tokens)
        ]
    )


# ---- What a page sends through the socket


def pages_of(school: Seed) -> dict[str, dict[str, str]]:
    """Every page, by who sees it."""
    course = f"/courses/{school.slug}"
    taker = school.takers[1]
    return {
        "student": {
            "home": "/",
            "catalogue": "/catalogue",
            "courses": "/courses",
            "course": course,
            "lesson": f"{course}/lessons/{school.lesson}",
            "quiz": f"{course}/quizzes/{school.quiz}",
            "attempt": f"/attempts/{taker.attempt}",
            "review": f"/attempts/{taker.attempt}/review",
            "results": f"/attempts/{taker.attempt}/results",
            "certificates": "/certificates",
            "profile": "/profile",
        },
        "instructor": {
            "teaching": "/teaching",
            "taught course": f"/teaching/{school.slug}",
            "quiz results": f"/teaching/{school.slug}/quizzes/{school.quiz}",
        },
        "admin": {
            "admin": "/admin",
            "people": "/admin/people",
            "all courses": "/admin/courses",
            "mail": "/admin/mail",
        },
    }


async def page_state(report: Report, data: Data) -> None:
    """Bytes of the first state, and of the largest message after it, of every page."""
    with server.lectern(data.sqlite(), LMS_BENCH="0") as ours:
        school = seed.read(ours.folder)
        cookies = {
            "student": school.takers[1].cookie,
            "instructor": school.instructor,
            "admin": school.admin,
        }
        hashes = _hashes_of(build.client_dir())
        hydrate, again, largest, where = 0, 0, 0, ""
        tables: list[tuple[int, str]] = []
        for role, pages in pages_of(school).items():
            for name, path in pages.items():
                whole = await Tab.open(ours.port, path, cookie=cookies[role], keep=True)
                tab = await Tab.open(ours.port, path, cookie=cookies[role], keep=True, hashes=hashes)
                await asyncio.sleep(0.3)
                assert tab.keep is not None
                assert whole.keep is not None
                again = max(again, len(whole.keep[0]))
                await whole.close()
                sizes = [(len(said), len(delta_of(said))) for said in tab.keep]
                await tab.close()
                first, rest = sizes[0][0], [size for size, _states in sizes[1:]]
                hydrate = max(hydrate, first)
                heaviest = max(rest, default=0)
                if name in ("people", "taught course", "quiz results", "all courses", "mail", "catalogue"):
                    tables.append((heaviest, name))
                elif heaviest > largest:
                    largest, where = heaviest, name
    report.figure("the first state of a page, whole app", hydrate / 1000, "kB", 15)
    report.figure("the whole state, told again after a restart", again / 1000, "kB", 15)
    report.figure("the largest message of a page after it", largest / 1000, "kB", 8, where)
    heaviest, name = max(tables)
    report.figure("the largest window of a table or list", heaviest / 1000, "kB", 40, name)


def _hashes_of(client: Path) -> list[str]:
    """What a browser sends of the state that came with its page (Reflex 0.10.1, `initialStateHashes`)."""
    for path in sorted(client.glob("assets/context-*.js")):
        if found := re.search(r"[0-9a-f]{16}(?:\.[0-9a-f]{16}){20,}", path.read_text()):
            return found.group().split(".")
    raise LookupError("the built pages hold no hashes of their state")


# ---- What a browser fetches


def browser() -> str:
    """Chromium's program. Raises Missing where it is not, or where the front end is not built."""
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        raise server.Missing("there is no Chromium")
    if not (server.ROOT / ".web/build/client/index.html").exists():
        raise server.Missing("the front end is not built")
    return program


async def page_weight(report: Report, data: Data) -> None:
    """Everything on a first visit, compressed as it came, in Chromium."""
    try:
        program = browser()
    except server.Missing as why:
        report.missing("weight of a page on first visit", f"≤ {WEIGHT} kB", str(why))
        return
    server.unpin_client()
    # Without the no-op: the front end does not know it, and a browser would load the page again.
    with server.lectern(data.sqlite(), pin="all", LMS_BENCH="0") as ours:
        school = seed.read(ours.folder)
        cookies = {"student": school.takers[1].cookie, "instructor": school.instructor, "admin": school.admin}
        pages = pages_of(school)
        pages["visitor"] = {"sign-in": "/sign-in", "register": "/register", "catalogue, signed out": "/catalogue"}
        weights: dict[str, dict[str, int]] = {"student": {}, "staff": {}}
        socket: dict[str, int] = {}
        async with _chromium(program) as chromium:
            for role, theirs in pages.items():
                for name, path in theirs.items():
                    async with _watched(chromium, ours.url, cookies.get(role, "")) as (page, fetched):
                        await page.goto(ours.url + path, wait_until="networkidle")
                        await page.wait_for_timeout(700)
                    weights["student" if role in ("student", "visitor") else "staff"][name] = fetched.total
                    socket[name] = fetched.said
    for who, found in weights.items():
        heaviest = max(found, key=lambda name: found[name])
        every = ", ".join(f"{name} {weight / 1000:.0f}" for name, weight in sorted(found.items(), key=lambda p: -p[1]))
        note = f"{socket[heaviest] / 1000:.0f} kB of it through the socket; {every}"
        report.figure(f"the heaviest {who} page, first visit", found[heaviest] / 1000, "kB", WEIGHT, note)


async def route_changes(report: Report, data: Data) -> None:
    """What a student's clicks fetch on the way from home to a course, to a lesson, and to the next one, in Chromium."""
    what, bound = "the largest change of the page by a click", 20
    try:
        program = browser()
    except server.Missing as why:
        report.missing(what, f"≤ {bound} kB", str(why))
        return
    server.unpin_client()
    with server.lectern(data.sqlite(), pin="all", LMS_BENCH="0") as ours:
        school = seed.read(ours.folder)
        course = f"/courses/{school.slug}"
        stops = {
            "courses": "/courses",
            "course": course,
            "lesson": f"{course}/lessons/{school.lessons[0]}",
            "next lesson": f"{course}/lessons/{school.lessons[1]}",
        }
        changes: dict[str, int] = {}
        async with (
            _chromium(program) as chromium,
            _watched(chromium, ours.url, school.takers[1].cookie) as (page, fetched),
        ):
            await page.goto(ours.url, wait_until="networkidle")
            await page.wait_for_timeout(700)
            for name, path in stops.items():
                before = fetched.total
                await page.locator(f'a[href="{path}"]:visible').first.click()
                await page.wait_for_url("**" + path)
                await page.wait_for_load_state("networkidle")
                await page.wait_for_timeout(700)
                changes[name] = fetched.total - before
    largest = max(changes.values())
    every = ", ".join(f"to {name} {size / 1000:.1f}" for name, size in changes.items())
    report.figure(what, largest / 1000, "kB", bound, every)


@dataclass
class _Fetched:
    """What a page has got so far, in bytes as they came: files, and what the socket said."""

    files: float = 0
    said: int = 0

    @property
    def total(self) -> int:
        return int(self.files) + self.said


@asynccontextmanager
async def _chromium(program: str) -> AsyncIterator[Any]:
    from playwright.async_api import async_playwright

    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        yield chromium
        await chromium.close()


@asynccontextmanager
async def _watched(chromium: Any, url: str, cookie: str) -> AsyncIterator[tuple[Any, _Fetched]]:
    """A page of a browser that has never been here, and a count of what it fetches."""
    context = await chromium.new_context()
    if cookie:
        await context.add_cookies([{"name": "lectern", "value": cookie, "url": url, "httpOnly": True}])
    page = await context.new_page()
    watch = await context.new_cdp_session(page)
    await watch.send("Network.enable")
    fetched = _Fetched()

    def finished(event: Any) -> None:
        fetched.files += event["encodedDataLength"]

    def said(event: Any) -> None:
        fetched.said += len(event["response"]["payloadData"])

    watch.on("Network.loadingFinished", finished)
    watch.on("Network.webSocketFrameReceived", said)
    yield page, fetched
    await context.close()


# ---- How long a start takes


async def start(report: Report) -> None:
    """From the command to the first answer, on a school that is there, when nothing has changed."""
    what, bound = "serving again, nothing changed", 5.0
    from lms_app import build

    if not build.is_built():
        report.missing(what, f"≤ {bound:g} s", "the front end is not built")
        return
    server.unpin_client()
    took: list[float] = []
    with server.scratch() as folder:
        for turn in range(4):  # the first fills the demo school
            begun = time.perf_counter()
            ours = await asyncio.to_thread(
                server.start_lectern, folder, pin="all", built=False, LMS_PROFILE="demo", LMS_BENCH="0"
            )
            if turn:
                took.append(time.perf_counter() - begun)
            await asyncio.to_thread(ours.stop)
    report.figure(what, load.median(took), "s", bound)
