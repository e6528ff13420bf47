"""Servers to measure, each a process group of its own on a free port, and what they cost: CPU and memory of the tree."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parent.parent
HERE = Path(__file__).resolve().parent
SECRET = "a-secret-for-benchmarks-that-is-long-enough"
START_SECONDS = 90
# A clean environment: nothing of a real installation may be measured, or touched.
_ENV = {name: value for name, value in os.environ.items() if not name.startswith(("LMS_", "REFLEX_", "__REFLEX_"))}
_ENV |= {"REFLEX_TELEMETRY_ENABLED": "false", "PYTHONPATH": os.pathsep.join((str(ROOT), str(HERE / "unserved")))}


class Missing(Exception):
    """Something that a row needs is not there; the words say what."""


@dataclass
class Server:
    """A running server. `folder` holds its data and its log."""

    process: subprocess.Popen[bytes]
    port: int
    folder: Path

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    def tree(self) -> list[psutil.Process]:
        with contextlib.suppress(psutil.NoSuchProcess):
            root = psutil.Process(self.process.pid)
            return [root, *root.children(recursive=True)]
        return []

    def cpu(self) -> float:
        """Seconds of CPU so far, user and system."""
        return cpu_of(self.tree())

    def memory(self) -> int:
        """Bytes that belong to it alone."""
        total = 0
        for process in self.tree():
            with contextlib.suppress(psutil.Error):
                total += process.memory_full_info().uss
        return total

    def log(self) -> str:
        return (self.folder / "server.log").read_text(errors="replace")

    def stop(self, how: int = signal.SIGTERM) -> None:
        """Stop it and all its processes: politely at first, unless `how` is SIGKILL."""
        if self.process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, how)
            try:
                self.process.wait(25)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait(10)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)  # a worker that outlived its master


def cpu_of(processes: list[psutil.Process]) -> float:
    total = 0.0
    for process in processes:
        with contextlib.suppress(psutil.Error):
            times = process.cpu_times()
            total += times.user + times.system
    return total


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def cores() -> list[int]:
    return sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []


_ALL = cores()


def pin_client() -> None:
    """This process on the second core: servers are on the first."""
    if len(_ALL) > 1:
        os.sched_setaffinity(0, {_ALL[1]})


def unpin_client() -> None:
    if _ALL:
        os.sched_setaffinity(0, set(_ALL))


def _pinned(to: str) -> None:
    if not _ALL:
        return
    os.sched_setaffinity(0, {_ALL[0]} if to == "first" and len(_ALL) > 1 else set(_ALL))


@contextmanager
def scratch() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="lectern-bench-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def environment(folder: Path, **more: str) -> dict[str, str]:
    """What our server is told: a school of its own in `folder`, and the no-op."""
    return {
        **_ENV,
        "LMS_PROFILE": "development",
        "LMS_DATA_DIR": str(folder),
        "LMS_SECRET_KEY": SECRET,
        "LMS_MAIL_TRANSPORT": "file",
        "LMS_API_TOKEN_TTL_MINUTES": "60",
        "LMS_TRUSTED_PROXY_HOPS": "1",
        "LMS_BENCH": "1",
        **more,
    }


def run_python(module: str, *arguments: str, env: Mapping[str, str]) -> None:
    """Run a module to its end. Raises RuntimeError with what it said."""
    done = subprocess.run([sys.executable, "-m", module, *arguments], cwd=ROOT, env=env, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{module} failed:\n{(done.stdout + done.stderr)[-3000:]}")


def start(
    command: list[str], folder: Path, env: Mapping[str, str], *, port: int, cwd: Path, ready: str, pin: str = "first"
) -> Server:
    """Start a server and wait for `ready` to answer. Raises RuntimeError with the end of its log."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "server.log").open("ab") as log:
        process = subprocess.Popen(
            command, cwd=cwd, env=env, stdout=log, stderr=log, start_new_session=True, preexec_fn=lambda: _pinned(pin)
        )
    server = Server(process, port, folder)
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and process.poll() is None:
        if _answers(f"http://127.0.0.1:{port}{ready}"):
            return server
        time.sleep(0.05)
    server.stop(signal.SIGKILL)
    raise RuntimeError(f"the server did not start:\n{server.log()[-3000:]}")


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as response:
            return response.status < 500
    except urllib.error.HTTPError as error:
        return error.code < 500
    except OSError:
        return False


@contextmanager
def lectern(folder: Path, *, pin: str = "first", built: bool = True, **env: str) -> Iterator[Server]:
    """Our own server, as `make run` starts it, on the data in `folder`."""
    server = start_lectern(folder, pin=pin, built=built, **env)
    try:
        yield server
    finally:
        server.stop()


def start_lectern(folder: Path, *, pin: str = "first", built: bool = True, port: int = 0, **env: str) -> Server:
    port = port or free_port()
    command = [sys.executable, "-m", "lms_app.serve", "--port", str(port), *(["--built"] if built else [])]
    return start(command, folder, environment(folder, **env), port=port, cwd=ROOT, ready="/readyz", pin=pin)


@contextmanager
def bare_reflex(folder: Path, *, pin: str = "first", **env: str) -> Iterator[Server]:
    """The floor of events: a Reflex app without guard, database or pages to speak of."""
    app = folder / "bare"
    shutil.copytree(HERE / "bare_app", app, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
    given = {**_ENV, "PYTHONPATH": str(app), "__REFLEX_SKIP_COMPILE": "1", "REFLEX_ENV_MODE": "prod", **env}
    yield from _granian("bare_app.bare_app:app", app, given, pin, factory=True, ready="/ping")


@contextmanager
def bare_api(folder: Path, seed: Path, *, pin: str = "first") -> Iterator[Server]:
    """The floor of REST: FastAPI that runs the same statements on the same database."""
    given = {**_ENV, "BENCH_SEED": str(seed), "BENCH_SECRET": SECRET}
    yield from _granian("bench.bare_api:app", folder / "bare-api", given, pin, factory=False, ready="/healthz")


def _granian(
    target: str, folder: Path, env: Mapping[str, str], pin: str, *, factory: bool, ready: str
) -> Iterator[Server]:
    port = free_port()
    granian = str(Path(sys.executable).parent / "granian")
    options = ["--interface=asgi", *(["--factory"] if factory else []), "--host=127.0.0.1", f"--port={port}"]
    command = [granian, *options, "--workers=1", "--log-level=warning", target]
    cwd = folder if factory else ROOT
    server = start(command, folder, env, port=port, cwd=cwd, ready=ready, pin=pin)
    try:
        yield server
    finally:
        server.stop()


@contextmanager
def redis_server(folder: Path) -> Iterator[tuple[str, psutil.Process]]:
    """The URL of a Redis of its own. Raises Missing where it is not installed."""
    program = shutil.which("redis-server")
    if program is None:
        raise Missing("redis-server is not installed")
    folder.mkdir(parents=True, exist_ok=True)
    port = free_port()
    process = subprocess.Popen(
        [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"],
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        for _ in range(100):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            time.sleep(0.05)
        yield f"redis://127.0.0.1:{port}/0", psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait(10)


@contextmanager
def postgres_server() -> Iterator[tuple[str, list[psutil.Process]]]:
    """A throw-away PostgreSQL, and its processes at this moment. Raises Missing where it is not installed."""
    from tests import throwaway

    if not shutil.which("initdb") and not list(Path("/usr/lib/postgresql").glob("*/bin/initdb")):
        raise Missing("PostgreSQL is not installed")
    before = set(psutil.pids())
    with throwaway.postgres(durable=True) as url:
        masters = [process for process in psutil.process_iter(["name"]) if process.pid not in before]
        yield url, [process for process in masters if "postgres" in (process.info["name"] or "")]


def postgres_cpu(masters: list[psutil.Process]) -> float:
    """CPU of all processes of a PostgreSQL so far. Connections that ended are not in it."""
    tree: dict[int, psutil.Process] = {}
    for master in masters:
        with contextlib.suppress(psutil.Error):
            for process in [master, *master.children(recursive=True)]:
                tree[process.pid] = process
    return cpu_of(list(tree.values()))
