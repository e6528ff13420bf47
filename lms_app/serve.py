"""Start the server: `python -m lms_app.serve [--port 3000]`.

It builds the front end if anything changed, migrates, fills an empty demo database, says where to go, and becomes the
server. Everything that can be wrong is one sentence.
"""

import argparse
import os
import shutil
import socket
import sys
from pathlib import Path

from lms_app import build, migrate
from lms_app.core import site
from lms_app.core.settings import Refused, settings
from lms_app.core.work import SYSTEM, unit_of_work
from lms_app.web import routes


def main() -> None:
    options = _options()
    port = options.port
    if settings.workers > 1 and not settings.redis_url:
        raise Refused(
            "LMS_WORKERS is above 1: several processes share what tabs know through Redis. Set LMS_REDIS_URL."
        )
    _check_port(settings.host, port)
    if not options.built:
        build.main()
    try:
        migrate.migrate()
    except migrate.WrongVersion as error:
        raise Refused(str(error)) from None
    _welcome(port)
    _become_server(port)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m lms_app.serve", description="Start Lectern.")
    parser.add_argument("--port", type=int, default=settings.port, help="where to listen (LMS_PORT, 3000)")
    parser.add_argument("--built", action="store_true", help="the front end is built already: do not look")
    return parser.parse_args()


def _check_port(host: str, port: int) -> None:
    """The server would share a port that is in use, and answer every second request: look first."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            raise Refused(
                f"Port {port} is in use. Stop what runs there, or choose another: LMS_PORT={port + 1}."
            ) from None


def _welcome(port: int) -> None:
    address = settings.base_url or f"http://localhost:{port}"
    print(f"\n  {site.known().name} is at {address}\n", flush=True)
    if not settings.fills_demo:
        _tell_setup(address)
        return
    from lms_app import demo  # late: a school without demo need not read it

    signs = demo.build()
    for role, email in (("Student", signs.student), ("Instructor", signs.instructor), ("Admin", signs.admin)):
        print(f"    {role:<11} {email}")
    print(f"    {'Password':<11} {signs.password}\n", flush=True)


def _tell_setup(address: str) -> None:
    """While nobody runs the place: the way in for whoever reads this console."""
    from lms_app.admin import service as admin  # late: it reads many rooms

    with unit_of_work(SYSTEM) as work:
        code = admin.new_code(work)
    if code is not None:
        print("  Nobody runs this place yet. Make yourself its administrator, within 24 hours:\n")
        print(f"    {'Page':<11} {address}{routes.SETUP}")
        print(f"    {'Code':<11} {code}\n", flush=True)


def _become_server(port: int) -> None:
    # Internal names of Reflex: the front end is compiled already and served by the same process.
    env = {
        **os.environ,
        "__REFLEX_SKIP_COMPILE": "1",
        "__REFLEX_MOUNT_FRONTEND_COMPILED_APP": "1",
        "REFLEX_ENV_MODE": "prod",
        "LMS_PORT": str(port),
        # Each thread would keep free memory of its own.
        "MALLOC_ARENA_MAX": os.environ.get("MALLOC_ARENA_MAX", "2"),
    }
    if settings.workers > 1:  # where they add up what they count: see web/metrics.py
        folder = settings.data_dir.absolute() / "metrics"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        env["PROMETHEUS_MULTIPROC_DIR"] = str(folder)
    granian = Path(sys.executable).parent / "granian"
    if not granian.exists():
        raise Refused("The server program granian is missing. Install the packages again: make install.")
    os.chdir(build.ROOT)
    os.execve(
        granian,
        [
            str(granian),
            "--interface=asgi",
            "--factory",
            f"--host={settings.host}",
            f"--port={port}",
            f"--workers={settings.workers}",
            "--log-level=warning",
            "lms_app.served:app",
        ],
        env,
    )


if __name__ == "__main__":
    main()
