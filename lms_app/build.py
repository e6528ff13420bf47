"""The front end, built once: `python -m lms_app.build`.

A stamp over everything that goes into it tells whether it is still good, so that a second start builds nothing. Reflex
bakes an address with a port into one script; here it becomes the address of the page itself, so that one build serves
any port and any host.
"""

import gzip
import hashlib
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from filelock import FileLock

from lms_app.web import spoken
from lms_app.web.words import MARKS

ROOT = Path(__file__).resolve().parent.parent
WEB = Path(".web")
CLIENT = WEB / "build" / "client"
_SOURCES = (
    "rxconfig.py",
    "requirements.txt",
    "lms_app/**/*.py",
    "lms_app/locale/**/*.po",
    "lms_app/web/kit/*.js",
    "assets/**/*",
    "reflex.lock/*",
)
_ADDRESS = re.compile(r"""(["'`])(ws|http)://(?:localhost|127\.0\.0\.1|0\.0\.0\.0):\d+""")

_ORIGIN = {"ws": 'location.origin.replace("http","ws")+', "http": "location.origin+"}


class BuildFailed(Exception):
    """`str(error)` is a sentence, with the end of what the build said."""


def client_dir() -> Path:
    return ROOT / os.environ.get("REFLEX_WEB_WORKDIR", str(WEB)) / "build" / "client"


def is_built() -> bool:
    """Whether the front end on disk is of exactly these sources."""
    stamp = _stamp_file()
    return stamp.exists() and stamp.read_text() == _stamp() and (ROOT / CLIENT / "index.html").exists()


def build() -> None:
    """Build the front end. Raises BuildFailed."""
    _stamp_file().unlink(missing_ok=True)
    command = [sys.executable, "-m", "reflex", "export", "--frontend-only", "--no-zip"]
    env = {**os.environ, "REFLEX_TELEMETRY_ENABLED": "false", "CI": "true", MARKS: "1"}
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True)
    if done.returncode != 0 or not (ROOT / CLIENT / "index.html").exists():
        said = "\n".join((done.stdout + done.stderr).strip().splitlines()[-25:])
        raise BuildFailed(f"The front end could not be built. The build said:\n{said}")
    free_of_port(ROOT / CLIENT)
    spoken.write_all(ROOT / CLIENT)
    _stamp_file().write_text(_stamp())


def free_of_port(client: Path) -> None:
    """Let the scripts talk to whatever host and port served them. Raises BuildFailed when the place is not found."""
    patched = 0
    for script in client.rglob("*.js"):
        text = script.read_text()
        if not _ADDRESS.search(text):
            continue
        script.write_text(_ADDRESS.sub(lambda found: _ORIGIN[found.group(2)] + found.group(1), text))
        for packed in (script.with_name(script.name + ".gz"), script.with_name(script.name + ".br")):
            packed.unlink(missing_ok=True)
        script.with_name(script.name + ".gz").write_bytes(gzip.compress(script.read_bytes(), mtime=0))
        patched += 1
    if not patched:
        raise BuildFailed("The address of the server was not found in the built scripts: has Reflex changed?")


def _stamp_file() -> Path:
    return ROOT / WEB / "lectern-stamp"


def _stamp() -> str:
    digest = hashlib.sha256(sys.version.encode())
    for path in _sources():
        digest.update(str(path.relative_to(ROOT)).encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _sources() -> Iterator[Path]:
    for pattern in _SOURCES:
        yield from sorted(path for path in ROOT.glob(pattern) if path.is_file() and "__pycache__" not in path.parts)


def main() -> None:
    if is_built():
        return
    _stamp_file().parent.mkdir(exist_ok=True)
    # Whoever comes while another process builds waits, and finds it done.
    with FileLock(_stamp_file().with_suffix(".lock")):
        if is_built():
            return
        print("Building the front end. This takes about half a minute, once.", flush=True)
        try:
            build()
        except BuildFailed as error:
            raise SystemExit(str(error)) from None


if __name__ == "__main__":
    main()
