"""What `make test` and its sisters run: `python -m tests.run all|fast|long|postgres`. More arguments go to pytest."""

import os
import subprocess
import sys
from pathlib import Path

from tests import throwaway

ROOT = Path(__file__).resolve().parent.parent
# Whoever is ready first takes from the other: the long walks all stand at the end.
FAST = ["-n", "2", "--dist", "worksteal", "-m", "not browser and not long"]


def main() -> int:
    what, *more = sys.argv[1:] or ["all"]
    if what == "postgres":
        with throwaway.postgres() as url:
            return _pytest([*FAST, *more], LMS_TEST_DATABASE_URL=url)
    if what == "long":
        return _pytest(["-m", "long", *more])
    failed = _pytest([*FAST, *more])
    if what == "all":
        # Browser stories after the rest, one at a time: each brings a server and a browser with it.
        failed = _pytest(["-m", "browser and not long", *more]) or failed
    return failed


def _pytest(arguments: list[str], **env: str) -> int:
    command = [sys.executable, "-m", "pytest", *arguments]
    return subprocess.run(command, cwd=ROOT, env={**os.environ, **env}).returncode


if __name__ == "__main__":
    sys.exit(main())
