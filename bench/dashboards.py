"""The dashboards of a large school: a million events in a year, and how long each section takes the server.

The school is written by SQL alone, past the services: as rows it is the same.
"""

import argparse
import asyncio
import sqlite3
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bench import server
from bench.report import Report

USERS, COURSES, ITEMS = 5_000, 300, 20
MEMBERS, PROGRESS, ATTEMPTS, ANSWERS, MARKS, AUDIT = 30_000, 300_000, 100_000, 450_000, 150_000, 150_000
DAYS = 365
BOUND_MS = 500
ROUNDS = 5
_SALTS = (7919, 104_729, 1_299_709)  # primes: what is spread by them meets again late


async def measure(report: Report, *, rounds: int) -> None:
    with server.scratch() as folder:
        env = server.environment(folder)
        await asyncio.to_thread(server.run_python, "bench.dashboards", str(folder), str(rounds), env=env)
        for line in (folder / "dashboards.txt").read_text().splitlines():
            what, value = line.split("\t")
            if what.startswith("count"):
                report.figure(f"dashboards: {what}", float(value), "s", None, "in the background, once")
            else:
                report.figure(
                    f"dashboards over 1 M events: {what}",
                    float(value),
                    "ms",
                    BOUND_MS,
                    "the slowest range, server time",
                )


def make(path: Path, now: datetime) -> int:
    """Fill a database that has its tables, and return how many events there are."""
    con = sqlite3.connect(path)
    con.executescript("PRAGMA foreign_keys=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-200000;")
    end = int(now.timestamp() * 1e6)
    year = DAYS * 86_400 * 1_000_000

    def at(salt: int, within: str = str(year)) -> str:
        """A moment of the year, most of them by day."""
        return f"({end} - (n * {_SALTS[salt]} * 997) % {within})"

    fill(con, "user", USERS, id=hexed("1", "n"), name="'Learner ' || n", email="'l' || n || '@bench.example'",
         created_at=at(0), haystack="'learner ' || n")  # fmt: skip
    fill(con, "course", COURSES, id=hexed("2", "n"), slug="'course-' || n", title="'Course ' || n",
         status="'published'", owner_id=hexed("1", "1"), created_at=str(end - year))  # fmt: skip
    fill(con, "module", COURSES, id=hexed("3", "n"), course_id=hexed("2", "n"), title="'Part'")
    fill(con, "outline_item", COURSES * ITEMS, id=hexed("4", "n"), course_id=hexed("2", f"1 + n % {COURSES}"),
         module_id=hexed("3", f"1 + n % {COURSES}"), kind="'lesson'", title="'Item ' || n")  # fmt: skip
    fill(con, "course_member", MEMBERS, id=hexed("5", "n"), course_id=hexed("2", f"1 + n % {COURSES}"),
         user_id=hexed("1", f"1 + (n / {COURSES} * 53 + n) % {USERS}"), joined_at=at(1), last_seen_at=at(2),
         completed_at=f"CASE WHEN n % 3 = 0 THEN {at(0)} END")  # fmt: skip
    fill(con, "item_progress", PROGRESS, id=hexed("6", "n"), item_id=hexed("4", f"1 + n % {COURSES * ITEMS}"),
         user_id=hexed("1", f"1 + (n / {COURSES * ITEMS} * 101 + n) % {USERS}"), first_seen_at=at(1),
         completed_at=f"CASE WHEN n % 2 = 0 THEN {at(1)} + 600000000 END")  # fmt: skip
    fill(con, "attempt", ATTEMPTS, id=hexed("7", "n"), quiz_id=hexed("4", f"1 + n % {COURSES * ITEMS}"),
         course_id=hexed("2", f"1 + n % {COURSES}"), user_id=hexed("1", f"1 + n % {USERS}"), number="n",
         state="'submitted'", started_at=at(2), finished_at=f"{at(2)} + 1500000000", points_max="10000")  # fmt: skip
    fill(con, "answer", ANSWERS, save_id=hexed("8", "n"), attempt_id=hexed("7", f"1 + n % {ATTEMPTS}"),
         question_id=hexed("9", "n % 10"), seq=f"n / {ATTEMPTS} + 1", value="'{}'",
         received_at=f"{end} - ((1 + n % {ATTEMPTS}) * {_SALTS[2]} * 997) % {year} + n / {ATTEMPTS} * 60000000")  # fmt: skip
    fill(con, "grade_item", COURSES * 5, id=hexed("a", "n"), course_id=hexed("2", f"1 + n % {COURSES}"),
         source_kind="'quiz'", source_id=hexed("b", "n"), title="'Quiz'", points_max="10000",
         created_at=str(end - year))  # fmt: skip
    fill(con, "grade_entry", MARKS, seq="n", item_id=hexed("a", f"1 + n % {COURSES * 5}"),
         user_id=hexed("1", f"1 + (n / {COURSES * 5} * 31 + n) % {USERS}"), points=f"(n * {_SALTS[0]}) % 10001",
         points_max="10000", at=at(0))  # fmt: skip
    fill(con, "audit_entry", AUDIT, seq="n", at=at(1), action="'grade.changed'", subject_kind="'course'",
         subject_id=hexed("2", f"1 + n % {COURSES}"), previous_hash="''", hash="''")  # fmt: skip
    fill(con, "stored_file", 20_000, id=hexed("c", "n"), sha256="printf('%064x', n / 2)", name="'a.pdf'",
         media_type="'application/pdf'", size_bytes="1000 + n", scope="'lesson'",
         scope_id=hexed("4", f"1 + n % {COURSES * ITEMS}"), created_at=at(0))  # fmt: skip
    fill(con, "outbox_message", 50_000, id=hexed("d", "n"), topic="'email'", payload="'{}'", created_at=at(0),
         due_at=at(0), done_at=f"CASE WHEN n % 100 THEN {at(0)} END",
         failed_at=f"CASE WHEN n % 100 = 0 THEN {at(0)} END")  # fmt: skip
    fill(con, "traffic", 9 * 24 * 150 + DAYS * 150, hour=f"{end // 3_600_000_000} - CASE WHEN n < {9 * 24 * 150}"
         f" THEN n / 150 ELSE 216 + (n - {9 * 24 * 150}) / 150 * 24 END", route="'GET /r/' || n % 150", many="100",
         errors="n % 50 = 0", micros="5000000 + n", within_100ms="80", within_250ms="90", within_500ms="98",
         within_1s="100", within_2500ms="100")  # fmt: skip
    con.commit()
    con.execute("ANALYZE")
    con.commit()
    con.close()
    return PROGRESS + ATTEMPTS + ANSWERS + AUDIT


def hexed(kind: str, number: str) -> str:
    """SQL for an id as SQLite keeps it."""
    return f"printf('{kind}%031x', {number})"


def fill(con: sqlite3.Connection, table: str, count: int, **given: str) -> None:
    """Rows numbered `n` from 1, by expressions of SQL; other columns have the defaults of their table."""
    from sqlmodel import SQLModel

    from lms_app import schema as schema  # makes the tables known

    values: dict[str, str] = {}
    for column in SQLModel.metadata.tables[table].columns:
        if column.name in given:
            values[column.name] = given[column.name]
        elif not column.nullable:
            values[column.name] = _default(column)
    names = ", ".join(f'"{name}"' for name in values)
    con.execute(
        f"WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < {count}) "
        f'INSERT OR IGNORE INTO "{table}" ({names}) SELECT {", ".join(values.values())} FROM c'
    )


def _default(column: Any) -> str:
    known = column.default.arg if column.default is not None and column.default.is_scalar else None
    if isinstance(known, bool | int):
        return str(int(known))
    if known is None:
        kind = str(column.type).upper()
        return "0" if "INT" in kind or "BOOL" in kind else "''"
    return "'" + str(known) + "'"


def sections() -> Mapping[str, list[dict[str, Any]]]:
    """What is asked for: every section over every range, beside the time before."""
    periods = [{"period": name} for name in ("7d", "30d", "90d", "12m")]
    periods.append({"since": (datetime.now(UTC) - timedelta(days=200)).date().isoformat()})
    names = ("people", "learning", "quizzes", "retention", "running")
    return {name: [{"section": name, "compare": True, **one} for one in periods] for name in names}


def run(folder: Path, rounds: int) -> None:
    from lms_app import migrate
    from lms_app.admin import service
    from lms_app.core import db
    from lms_app.core.work import Actor, SiteRole, reading, utc_now

    migrate.migrate()
    path = db.database().path
    begun = time.perf_counter()
    events = make(Path(str(path)), utc_now())
    print(f"{events:,} events in {time.perf_counter() - begun:.0f} s", flush=True)
    begun = time.perf_counter()
    asyncio.run(service.count_up(whole=True))
    lines = [f"counting a year\t{time.perf_counter() - begun:.1f}"]
    begun = time.perf_counter()
    asyncio.run(service.count_up())
    lines.append(f"counting again, as every five minutes\t{time.perf_counter() - begun:.2f}")
    actor = Actor(db.new_id(), None, SiteRole.ADMIN, "Admin")

    def took(act: Any, **given: Any) -> float:
        times = list[float]()
        for _ in range(rounds):
            with reading(actor) as work:
                begun = time.process_time()
                act(work, **given)
                times.append((time.process_time() - begun) * 1000)
        return sorted(times)[len(times) // 2]

    for name, asked in sections().items():
        found = max((took(service.analytics, **given), str(given)) for given in asked)
        print(found, flush=True)
        lines.append(f"{name}\t{found[0]:.1f}")
    lines.append(f"now\t{took(service.now_panel):.1f}")
    (folder / "dashboards.txt").write_text("\n".join(lines) + "\n")
    print("\n".join(lines))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("rounds", type=int, nargs="?", default=ROUNDS)
    options = parser.parse_args()
    run(options.folder, options.rounds)
