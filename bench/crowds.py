"""Many people at once: a class that takes a quiz, neighbours of somebody's heavy request, and a morning's sign-ins."""

import asyncio
import contextlib
import json
import sqlite3
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path
from uuid import UUID

from bench import load, people, seed, server
from bench.data import Data
from bench.load import Load
from bench.people import Sitting
from bench.report import Report
from bench.seed import Seed
from bench.server import Server
from bench.wire import Wire

EVERY_SECONDS = 5.0  # a taker changes an answer about this often


# ---- A class that takes a quiz


async def takers(report: Report, data: Data, *, count: int, seconds: float) -> None:
    """On SQLite, both cores, this client included."""
    server.unpin_client()
    with server.scratch() as folder, ExitStack() as stack:
        bare = stack.enter_context(server.bare_reflex(folder, pin="all"))
        ours = stack.enter_context(server.lectern(data.sqlite(), pin="all"))
        school = seed.read(ours.folder)
        nobody = await people.at_nothing(bare.port, school, count)
        somebody = await people.at_attempts(ours.port, school, count)
        fsync = _fsync(ours.folder)
        floor, own, cores = await _in_turns(bare, ours, nobody, somebody, seconds)
        lost = await asyncio.to_thread(_lost_on_sqlite, ours.folder / "lectern.db", somebody)
    what = f"{len(somebody):,} takers, a save every 5 s, SQLite"
    _tell(report, what, floor, own, fsync, cores, lost, at_most_ms=50, at_most=4)


async def takers_on_postgres(report: Report, data: Data, *, count: int, seconds: float) -> None:
    server.unpin_client()
    what = f"{count} takers, PostgreSQL and Redis"
    with server.scratch() as folder, ExitStack() as stack:
        try:
            url, _masters = stack.enter_context(server.postgres_server())
            redis_url, _redis = stack.enter_context(server.redis_server(folder / "redis"))
        except server.Missing as why:
            report.missing(what, "p95 ≤ 100 ms, ≤ 5 x", str(why))
            return
        home = data.postgres(url, count, folder / "postgres")
        school = seed.read(home)
        bare = stack.enter_context(server.bare_reflex(folder, pin="all", BENCH_REDIS_URL=f"{redis_url[:-1]}1"))
        ours = stack.enter_context(server.lectern(home, pin="all", LMS_DATABASE_URL=url, LMS_REDIS_URL=redis_url))
        nobody = await people.at_nothing(bare.port, school, count)
        somebody = await people.at_attempts(ours.port, school, count)
        fsync = await asyncio.to_thread(_fsync_on_postgres, url)
        floor, own, cores = await _in_turns(bare, ours, nobody, somebody, seconds)
        lost = await asyncio.to_thread(_lost_on_postgres, url, somebody)
    _tell(report, what, floor, own, fsync, cores, lost, at_most_ms=100, at_most=5)


async def _in_turns(
    bare: Server, ours: Server, nobody: Sequence[Sitting], somebody: Sequence[Sitting], seconds: float
) -> tuple[list[Load], list[Load], list[float]]:
    floor: list[Load] = []
    own: list[Load] = []
    cores: list[float] = []
    await asyncio.sleep(2)  # a thousand arrivals settle
    for _ in range(3):
        floor.append((await load.paced(nobody, Sitting.changes_an_answer, EVERY_SECONDS, seconds)).check())
        before = ours.cpu()
        own.append(await load.paced(somebody, Sitting.changes_an_answer, EVERY_SECONDS, seconds))
        cores.append((ours.cpu() - before) / own[-1].wall)
    return floor, own, cores


def _tell(
    report: Report,
    what: str,
    floor: Sequence[Load],
    own: Sequence[Load],
    fsync: float,
    cores: Sequence[float],
    lost: int,
    *,
    at_most_ms: float,
    at_most: float,
) -> None:
    ours, floors = [one.ms(95) for one in own], [one.ms(95) + fsync for one in floor]
    note = (
        f"{load.median([one.rate for one in own]):.0f} saves/s, p50 {load.median([one.ms(50) for one in own]):.1f} ms"
    )
    report.figure(f"{what}: p95", load.median(ours), "ms", at_most_ms, note)
    beside = f"floor is its load without database plus one commit of {fsync:.1f} ms"
    report.ratio(f"{what}: p95 beside its floor", ours, floors, "ms", at_most, beside)
    report.figure(f"{what}: server", load.median(cores), "cores", 0.5 if at_most_ms == 50 else None)
    refused = sum(len(one.wrong) for one in own)
    report.figure(f"{what}: acknowledged answers lost", lost, "", 0, f"{refused} not acknowledged" if refused else "")


def _fsync(folder: Path) -> float:
    """Milliseconds of one synchronous commit of one row, the median of many."""
    connection = sqlite3.connect(folder / "fsync.db", isolation_level=None)
    for said in ("PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL", "CREATE TABLE t (n INTEGER)"):
        connection.execute(said)
    took: list[float] = []
    for number in range(100):
        begun = time.perf_counter()
        connection.execute("INSERT INTO t VALUES (?)", (number,))
        took.append(time.perf_counter() - begun)
        time.sleep(0.005)
    connection.close()
    return load.median(took) * 1000


def _fsync_on_postgres(url: str) -> float:
    import psycopg

    took: list[float] = []
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE TABLE fsync_of_bench (n INTEGER)")
        for number in range(100):
            begun = time.perf_counter()
            connection.execute("INSERT INTO fsync_of_bench VALUES (%s)", (number,))
            took.append(time.perf_counter() - begun)
            time.sleep(0.005)
        connection.execute("DROP TABLE fsync_of_bench")
    return load.median(took) * 1000


def _lost_on_sqlite(path: Path, sittings: Sequence[Sitting]) -> int:
    with contextlib.closing(sqlite3.connect(path)) as connection:
        kept = {UUID(row[0]) for row in connection.execute("SELECT save_id FROM answer")}
    return sum(save_id not in kept for sitting in sittings for save_id in sitting.saved)


def _lost_on_postgres(url: str, sittings: Sequence[Sitting]) -> int:
    import psycopg

    with psycopg.connect(url) as connection:
        kept = {row[0] for row in connection.execute("SELECT save_id FROM answer")}
    return sum(save_id not in kept for sitting in sittings for save_id in sitting.saved)


# ---- Neighbours of heavy work


async def neighbours(report: Report, data: Data, *, rounds: int, seconds: float) -> None:
    """Another tab's no-op while one handler prints, hashes, imports, or reads much."""
    server.unpin_client()
    with server.lectern(data.sqlite(), pin="all") as ours:
        school = seed.read(ours.folder)
        watchers = await people.at_attempts(ours.port, school, 30, first=20)
        savers = await people.at_attempts(ours.port, school, 20)
        wire = await Wire.open(ours.port)
        for name, act in _heavy(school, wire).items():
            what = f"another tab's no-op while one {name}"
            try:
                await act()
            except (ValueError, LookupError) as why:
                report.missing(what, "p95 ≤ 3 x", f"not there: {why}"[:200])
                continue
            quiet: list[float] = []
            busy: list[float] = []
            done: list[float] = []
            for _ in range(rounds):
                quiet.append(_p95(await _watched(watchers, seconds)))
                async with _again_and_again(act) as took:
                    busy.append(_p95(await _watched(watchers, seconds)))
                done += took
            note = f"one takes {load.median(done) * 1000:.0f} ms" if done else ""
            report.ratio(what, busy, quiet, "ms p95", 3, note)
            if name.startswith("imports"):
                async with _again_and_again(act):
                    saved = await load.paced(savers, Sitting.changes_an_answer, 0.5, seconds)
                report.figure(f"answers saved while one {name}: p95", saved.check().ms(95), "ms", 1000)


def _heavy(school: Seed, wire: Wire) -> dict[str, Callable[[], Awaitable[object]]]:
    staff = {"Authorization": f"Bearer {school.instructor_bearer}"}
    numbers = iter(range(1_000_000))

    async def prints() -> None:
        number = next(numbers) % len(school.certificates)
        own = {"Cookie": f"lectern={school.takers[number].cookie}"}
        await wire.get(f"/certificates/{school.certificates[number]}.pdf", own)

    async def hashes() -> None:
        # An address that nobody has costs the same hash, and locks nobody out.
        form = {"email": f"{next(numbers)}@nobody.example", "password": "not the right password"}
        ip = {"X-Forwarded-For": f"10.1.{next(numbers) % 250}.{next(numbers) % 250}"}
        status, body = await wire.post_form("/auth/sign-in", form, ip)
        if status != 303:
            raise ValueError(f"signing in answered {status}: {body[:100]!r}")

    async def reads() -> None:
        await wire.get(f"/api/v1/quizzes/{school.quiz}/results?limit=100", staff)

    async def imports() -> None:
        await import_gift(wire, school, f"Imported {next(numbers)}", 2000)

    return {
        "reads the results of a class": reads,
        "prints a certificate": prints,
        "has a password hashed": hashes,
        "imports 2,000 questions": imports,
    }


@asynccontextmanager
async def _again_and_again(act: Callable[[], Awaitable[object]]) -> AsyncIterator[list[float]]:
    """`act` without a pause, until the end of the block. Yields what each took."""
    took: list[float] = []
    over = False

    async def go_on() -> None:
        while not over:
            begun = time.perf_counter()
            await act()
            took.append(time.perf_counter() - begun)

    task = asyncio.create_task(go_on())
    await asyncio.sleep(0.2)
    try:
        yield took
    finally:
        over = True
        await task


async def _watched(watchers: Sequence[Sitting], seconds: float) -> list[Load]:
    """No-ops of some tabs, about a hundred a second, as the canary that everybody feels."""
    return [await load.paced(watchers, Sitting.does_nothing, len(watchers) / 100, seconds)]


async def watched_p95(watchers: Sequence[Sitting], seconds: float) -> float:
    """What the no-ops of some tabs take, in ms: nine of ten and a half take less."""
    return _p95(await _watched(watchers, seconds))


def _p95(loads: Sequence[Load]) -> float:
    return Load([took for one in loads for took in one.check().took]).ms(95)


async def import_many(report: Report, data: Data, *, count: int) -> None:
    """Questions of a whole department, once."""
    server.unpin_client()
    with server.lectern(data.sqlite(), pin="all") as ours:
        school = seed.read(ours.folder)
        wire = await Wire.open(ours.port)
        begun = time.perf_counter()
        await import_gift(wire, school, "A department", count)
        report.figure(f"import {count:,} questions", time.perf_counter() - begun, "s", 10)


async def import_gift(wire: Wire, school: Seed, title: str, count: int) -> None:
    """Make a quiz of `count` questions in GIFT, by REST. Raises ValueError when it is refused."""
    gift = "\n\n".join(f"::Question {n}:: Which is it, {n}? {{=right ~wrong ~neither}}" for n in range(count))
    headers = {"Authorization": f"Bearer {school.instructor_bearer}", "Content-Type": "application/json"}
    body = json.dumps({"title": title, "text": gift, "module_id": school.module}).encode()
    path = f"/api/v1/courses/{school.slug}/quizzes/import-gift"
    status, said = await wire.ask(path, method="POST", headers=headers, body=body)
    if status != 201:
        raise ValueError(f"importing answered {status}: {said[:100]!r}")


async def print_class(report: Report, data: Data) -> None:
    """The certificates of a whole class as one zip, on both cores, while others work."""
    server.unpin_client()
    with server.lectern(data.sqlite(), pin="all") as ours:
        school = seed.read(ours.folder)
        watchers = await people.at_attempts(ours.port, school, 30, first=20)
        quiet = _p95(await _watched(watchers, 3))
        wire = await Wire.open(ours.port)
        staff = {"Authorization": f"Bearer {school.instructor_bearer}", "Content-Type": "application/json"}
        begun = time.perf_counter()
        path = "/api/v1/courses/a-short-course/certificates/print"
        status, said = await wire.ask(path, method="POST", headers=staff, body=b"{}")
        if status != 202:
            raise ValueError(f"printing answered {status}: {said[:100]!r}")
        batch, seen = json.loads(said), list[Load]()
        while not batch["finished"]:
            seen += await _watched(watchers, 0.5)
            batch = json.loads(await wire.get(f"/api/v1/certificates/batches/{batch['id']}", staff))
        took = time.perf_counter() - begun
        wire.close()
    what = f"{batch['total']:,} certificates printed into one zip"
    report.figure(what, took, "s", 60, f"{took / batch['total'] * 1000:.0f} ms each, two processes")
    # Like the rounds of other rows: the middle one of three, so that a machine that stood still is not told as ours.
    third = len(seen) // 3
    thirds = (seen[:third], seen[third : 2 * third], seen[2 * third :])
    report.ratio(f"another tab's no-op meanwhile ({what})", [_p95(one) for one in thirds], [quiet] * 3, "ms p95", 3)


# ---- A morning


async def storm(report: Report, data: Data, *, count: int) -> None:
    """`count` people sign in at the same moment, each from an address of their own."""
    server.unpin_client()
    with server.lectern(data.sqlite(), pin="all") as ours:
        school = seed.read(ours.folder)
        watchers = await people.at_attempts(ours.port, school, 30, first=count)
        quiet = _p95(await _watched(watchers, 3))
        before = ours.memory()
        wires = [await Wire.open(ours.port) for _ in range(count)]
        answers: list[str] = []
        took: list[float] = []

        async def sign_in(number: int) -> None:
            ip = {"X-Forwarded-For": f"10.0.{number // 250}.{number % 250 + 1}"}
            form = {"email": school.takers[number].email, "password": school.password}
            begun = time.perf_counter()
            status, _body = await wires[number].post_form("/auth/sign-in", form, ip)
            answers.append("signed in" if wires[number].sets_cookie("lectern") else str(status))
            took.append(time.perf_counter() - begun)

        crowd = asyncio.gather(*(sign_in(number) for number in range(count)))
        peak, seen = 0, Load()
        while not crowd.done():
            part = (await _watched(watchers, 0.5))[0]
            seen.took += part.took
            seen.wrong += part.wrong
            peak = max(peak, await asyncio.to_thread(ours.memory))
        await crowd
        for wire in wires:
            wire.close()
    signed_in = answers.count("signed in")
    what = f"{count} sign in at once"
    if not signed_in:
        report.missing(what, "p95 ≤ 200 ms", f"not there: answers were {sorted(set(answers))}")
        return
    note = f"{signed_in} signed in, the last after {max(took):.1f} s; quiet {quiet:.1f} ms"
    report.figure(f"{what}: another tab's no-op, p95", seen.check().ms(95), "ms", 200, note)
    report.figure(f"{what}: memory on top", (peak - before) / 1e6, "MB", 300)
