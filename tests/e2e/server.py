"""The real server for browser stories: the production build on a free port, with a school of its own."""

import email
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import policy
from pathlib import Path

import httpx
import pytest
from filelock import FileLock

from lms_app import build
from lms_app.core import db
from tests.throwaway import free_port

START_SECONDS = 180


@dataclass(frozen=True)
class Site:
    """A running school. `url` has no trailing slash; `folder` is its data."""

    url: str
    folder: Path
    process: subprocess.Popen[bytes]

    @contextmanager
    def services(self) -> Iterator[None]:
        """Work on the database of the running server, through the services, from here."""
        made = db.open_database(f"sqlite:///{self.folder / 'lectern.db'}")
        db.use(made)
        try:
            yield
        finally:
            db.use(None)
            made.dispose()

    def letters(self, to: str) -> list[str]:
        """The text of every mail to an address, oldest first."""
        found = sorted((self.folder / "mail").glob("*.eml"), key=lambda path: path.stat().st_mtime)
        messages = [email.message_from_bytes(path.read_bytes(), policy=policy.default) for path in found]
        return [message.get_content() for message in messages if to in str(message["To"])]

    def letter(self, to: str, *, within: float = 15) -> str:
        """The newest mail to an address; waits for it."""
        until = time.monotonic() + within
        while time.monotonic() < until:
            if found := self.letters(to):
                return found[-1]
            time.sleep(0.2)
        raise AssertionError(f"no mail came to {to}")

    def log(self) -> str:
        return (self.folder / "server.log").read_text()


def school(places: pytest.TempPathFactory) -> Path:
    """A folder of its own with the demo school, which the first process that asks has filled for all of them."""
    build.main()
    together = places.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        together = together.parent
    filled = together / "school"
    with FileLock(together / "school.lock"):
        if not filled.exists():
            with running(together / "filling"):
                pass
            (together / "filling").rename(filled)
    return shutil.copytree(filled, places.mktemp("site"), dirs_exist_ok=True)


@contextmanager
def running(folder: Path, *, built: bool = True, **env: str) -> Iterator[Site]:
    """Start a server in `folder` and stop it afterwards, by its process group."""
    folder.mkdir(parents=True, exist_ok=True)
    port = free_port()
    url = f"http://localhost:{port}"
    given = {
        **{name: value for name, value in os.environ.items() if not name.startswith("LMS_")},
        "LMS_PROFILE": "demo",
        "LMS_DATA_DIR": str(folder),
        "LMS_MAIL_TRANSPORT": "file",
        # The same key, so that a story may begin signed in.
        "LMS_SECRET_KEY": os.environ["LMS_SECRET_KEY"],
        **env,
    }
    command = [sys.executable, "-m", "lms_app.serve", "--port", str(port), *(["--built"] if built else [])]
    with (folder / "server.log").open("ab") as log:
        process = subprocess.Popen(command, cwd=build.ROOT, env=given, stdout=log, stderr=log, start_new_session=True)
    site = Site(url, folder, process)
    try:
        _wait(site)
        yield site
    finally:
        stop(site)


def stop(site: Site, how: int = signal.SIGTERM) -> None:
    if site.process.poll() is None:
        os.killpg(site.process.pid, how)
        try:
            site.process.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(site.process.pid, signal.SIGKILL)
            site.process.wait(10)


def _wait(site: Site) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        if site.process.poll() is not None:
            break
        try:
            if httpx.get(f"{site.url}/readyz").status_code == 200:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.1)
    raise RuntimeError(f"the server did not start:\n{site.log()[-3000:]}")
