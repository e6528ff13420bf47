"""Lighthouse, mobile, on the pages of a student who is signed in: of the least of them the median of three runs.

It is a package of npm, installed by the project's own bun into a folder that git does not know, and run by it.
"""

import asyncio
import json
import os
import shutil
import subprocess
import sysconfig
from pathlib import Path

from bench import load, seed, server, sizes
from bench.data import Data
from bench.report import Report

PACKAGE = "lighthouse@13.5.0"
FOLDER = server.HERE / ".lighthouse"
STATIC, DYNAMIC = 95, 90
# Pages that the build draws ahead; the address of the others has something variable in it.
PAGES = {
    STATIC: ("sign-in", "home", "catalogue"),
    DYNAMIC: ("course", "lesson", "attempt", "results"),
}
CHROMIUM = "--headless=new --no-sandbox --disable-gpu --disable-background-networking"


async def measure(report: Report, data: Data, *, runs: int) -> None:
    what = {
        STATIC: "Lighthouse, mobile, static pages: the least",
        DYNAMIC: "Lighthouse, mobile, dynamic pages: the least",
    }
    try:
        bun, browser = _bun(), sizes.browser()
        await asyncio.to_thread(_install, bun)
    except server.Missing as why:
        for bound, row in what.items():
            report.missing(row, f"≥ {bound}", str(why))
        return
    server.unpin_client()
    with server.lectern(data.sqlite(), pin="all", LMS_BENCH="0") as ours:
        school = seed.read(ours.folder)
        paths = {"sign-in": "/sign-in", **sizes.pages_of(school)["student"]}
        for bound, names in PAGES.items():
            scores: dict[str, float] = {}

            async def score(name: str) -> float:
                cookie = "" if name == "sign-in" else school.takers[1].cookie
                return await asyncio.to_thread(_score, bun, browser, ours.url + paths[name], cookie)

            for name in names:
                scores[name] = await score(name)
            least = min(scores, key=lambda name: scores[name])
            scores[least] = load.median([scores[least], *[await score(least) for _ in range(1, runs)]])
            every = ", ".join(f"{name} {score:.0f}" for name, score in sorted(scores.items(), key=lambda pair: pair[1]))
            report.at_least(what[bound], min(scores.values()), "of 100", bound, every)


def _bun() -> str:
    found = shutil.which("bun", path=os.pathsep.join([sysconfig.get_path("scripts"), os.environ.get("PATH", "")]))
    if found is None:
        raise server.Missing("there is no bun to run it")
    return found


def _install(bun: str) -> None:
    """Install it, once. Raises Missing where that cannot be."""
    FOLDER.mkdir(exist_ok=True)
    held = FOLDER / "package.json"
    if held.exists() and PACKAGE.partition("@")[2] in held.read_text() and _program().exists():
        return
    held.write_text("{}")  # bun would look for one in the folders above
    done = subprocess.run([bun, "add", "--exact", PACKAGE], cwd=FOLDER, capture_output=True, text=True)
    if done.returncode:
        raise server.Missing(f"{PACKAGE} could not be installed: {done.stderr.strip()[-200:]}")


def _program() -> Path:
    return FOLDER / "node_modules" / "lighthouse" / "cli" / "index.js"


def _score(bun: str, browser: str, url: str, cookie: str) -> float:
    """One run: the score for performance, of 100. Raises RuntimeError with what it said.

    A run whose trace Lighthouse itself could not record ("please run Lighthouse again") is run again.
    """
    headers = {"Cookie": f"lectern={cookie}"} if cookie else {}
    command = [
        *(bun, str(_program()), url, "--quiet", "--only-categories=performance", "--output=json"),
        *(f"--chrome-flags={CHROMIUM}", f"--extra-headers={json.dumps(headers)}"),
    ]
    for last in (False, False, True):
        done = subprocess.run(
            command, env={**os.environ, "CHROME_PATH": browser}, capture_output=True, text=True, timeout=180
        )
        if not done.returncode:
            break
        if last:
            raise RuntimeError(f"Lighthouse failed on {url}: {(done.stdout + done.stderr)[-300:]}")
    said = json.loads(done.stdout)
    if said["finalDisplayedUrl"] != url:
        raise RuntimeError(f"{url} led to {said['finalDisplayedUrl']}")
    return said["categories"]["performance"]["score"] * 100
