"""What `make test` and its sisters run: `python -m tests.run all|fast|long|postgres`. More arguments go to pytest."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests import throwaway

ROOT = Path(__file__).resolve().parent.parent
# Whoever is ready first takes from the other: the long walks all stand at the end.
FAST = ["-n", "2", "--dist", "worksteal", "-m", "not browser and not long"]
# Stories of a file share a school; three at a time, for each waits for much. Only what holds any is read.
PLACES = ["tests/e2e", "tests/security/test_sockets.py"]
BROWSER = [*PLACES, "-n", "3", "--dist", "loadfile", "-m", "browser and not long"]

# In memory, where there is such a place: a test waits for a disk at every transaction of its own.
MEMORY = Path("/dev/shm")
ROOM = 2 * 1024**3


def main() -> int:
    what, *more = sys.argv[1:] or ["all"]
    if what == "postgres":
        with throwaway.postgres() as url:
            return _pytest([*FAST, *more], LMS_TEST_DATABASE_URL=url, **_in_memory())
    if what == "long":
        return _pytest(["-m", "long", *more])
    failed = _pytest([*FAST, *more], **_in_memory())
    if what == "all":
        # Browser stories after the rest.
        failed = _pytest([*BROWSER, *more]) or failed
    return failed


def _in_memory() -> dict[str, str]:
    return {"TMPDIR": str(MEMORY)} if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM else {}


def _pytest(arguments: list[str], **env: str) -> int:
    command = [sys.executable, "-m", "pytest", *arguments]
    # What is compiled is kept: a dozen processes begin in a run, and each would compile everything anew.
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return subprocess.run(command, cwd=ROOT, env={**kept, **env}).returncode


if __name__ == "__main__":
    sys.exit(main())
