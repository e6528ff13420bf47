"""The command line in a process of its own that has neither network nor database."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass

from lms_app.build import ROOT
from lms_app.core.settings import settings

_WITHOUT = """
import contextlib, io, json, socket, sqlite3, sys
def no_network(*given, **named): raise OSError("no network here")
def no_database(*given, **named): raise OSError("no database here")
for name in ("connect", "connect_ex", "sendto"):
    setattr(socket.socket, name, no_network)
socket.create_connection = socket.getaddrinfo = no_network
sqlite3.connect = sqlite3.dbapi2.connect = no_database
"""
_EACH = """
from lms_app import cli
for words in json.loads(sys.argv[1]):
    sys.argv = ["lms_app.cli", *words]
    said, code = io.StringIO(), 0
    with contextlib.redirect_stdout(said):
        try:
            cli.main()
        except SystemExit as ended:
            code = ended.code if isinstance(ended.code, int) else 1
            said.write("" if isinstance(ended.code, int) else str(ended.code))
    print(json.dumps([code, said.getvalue()]))
"""


@dataclass(frozen=True)
class Ended:
    code: int
    said: str


def run(program: str, *given: str) -> str:
    """What a program prints; one that ends with an error fails the test."""
    done = subprocess.run(
        [sys.executable, "-c", _WITHOUT + program, *given],
        cwd=ROOT,
        env={**os.environ, "LMS_KEYS_DIR": str(settings.keys_folder)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def cli(*commands: list[str]) -> list[Ended]:
    """Each command's exit code and what it said."""
    return [Ended(*json.loads(line)) for line in run(_EACH, json.dumps(commands)).splitlines()]


def verify(*things: list[str]) -> list[int]:
    """The exit codes of `verify` for each."""
    return [ended.code for ended in cli(*(["verify", *thing] for thing in things))]
