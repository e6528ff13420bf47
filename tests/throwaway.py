"""Throw-away servers for tests: PostgreSQL in a temporary folder, gone afterwards."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ACCOUNT = "nobody"  # PostgreSQL refuses to run as root


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def postgres(*, durable: bool = False) -> Iterator[str]:
    """The URL of an empty database on a server of its own. Raises SystemExit where PostgreSQL is not installed.

    No test pulls its plug, so it waits for no disk; what is measured is `durable`.
    """
    programs = _programs()
    folder = Path(tempfile.mkdtemp(prefix="lectern-postgres-"))
    port = free_port()
    run = _as_somebody_else(folder)
    try:
        data = folder / "data"
        run([programs / "initdb", "-D", data, "-U", "lectern", "--auth=trust", "-E", "UTF8", "--locale=C.UTF-8"])
        options = f"-p {port} -h 127.0.0.1 -k {folder} -c max_connections=200"
        if not durable:
            options += " -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
        run([programs / "pg_ctl", "-D", data, "-o", options, "-l", folder / "log", "-w", "start"])
        try:
            run([programs / "createdb", "-h", "127.0.0.1", "-p", str(port), "-U", "lectern", "lectern"])
            yield f"postgresql://lectern@127.0.0.1:{port}/lectern"
        finally:
            run([programs / "pg_ctl", "-D", data, "-m", "immediate", "stop"])
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _programs() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if found:
        return found[-1].parent
    if on_path := shutil.which("initdb"):
        return Path(on_path).parent
    if os.geteuid() == 0 and shutil.which("apt-get"):
        subprocess.run(["apt-get", "install", "-y", "-q", "--no-install-recommends", "postgresql"], check=True)
        return _programs()
    raise SystemExit("PostgreSQL is not installed: install its server package, such as `postgresql`.")


def _as_somebody_else(folder: Path):
    who = pwd.getpwnam(ACCOUNT) if os.geteuid() == 0 else None
    if who:
        os.chown(folder, who.pw_uid, who.pw_gid)

    def run(command: list[object]) -> None:
        given = {"user": who.pw_uid, "group": who.pw_gid, "extra_groups": []} if who else {}
        env = {"PATH": "/usr/bin:/bin", "HOME": str(folder), "LANG": "C.UTF-8"}
        done = subprocess.run(
            [str(part) for part in command], cwd=folder, env=env, capture_output=True, text=True, **given
        )
        if done.returncode != 0:
            raise SystemExit(f"{Path(str(command[0])).name} failed: {done.stderr.strip() or done.stdout.strip()}")

    return run
