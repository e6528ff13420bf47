"""`kill -9` at any moment under load loses no acknowledged answer, and no acknowledged file."""

import asyncio
import hashlib
import random
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from uuid import UUID

import pytest

from bench import kill, server
from lms_app import build

SERVICE_KILLS = 20
SERVER_KILLS = 3
UPLOAD_KILLS = 5


def test_killing_a_service_process_loses_no_acknowledged_answer(school: Path):
    chance = random.Random()
    acknowledged: set[UUID] = set()

    for _ in range(SERVICE_KILLS):
        acknowledged |= _save_and_kill(school, chance.uniform(0.05, 1.0))

    assert len(acknowledged) > SERVICE_KILLS * 10, "too few were saved for the kills to mean anything"
    assert acknowledged - _kept(school) == set()


@pytest.mark.usefixtures("front_end")
def test_killing_the_whole_server_loses_no_acknowledged_answer(school: Path):
    outcome = asyncio.run(kill.kill_often(school, SERVER_KILLS))

    assert outcome.acknowledged > SERVER_KILLS * 20, "too few were saved for the kills to mean anything"
    assert outcome.lost == 0


def test_killing_a_process_that_takes_files_loses_none_that_it_acknowledged(school: Path):
    chance = random.Random()
    acknowledged: set[str] = set()

    for _ in range(UPLOAD_KILLS):
        acknowledged |= _work_and_kill("tests.long.uploader", school, chance.uniform(0.05, 0.8))

    assert len(acknowledged) > UPLOAD_KILLS * 5, "too few were sent for the kills to mean anything"
    with closing(sqlite3.connect(school / "lectern.db")) as connection:
        kept = {f"{row[0]} {row[1]}" for row in connection.execute("SELECT id, sha256 FROM stored_file")}
    assert acknowledged - kept == set()
    for _id, digest in (line.split() for line in acknowledged):
        content = (school / "files" / digest[:2] / digest).read_bytes()
        assert hashlib.sha256(content).hexdigest() == digest


def _save_and_kill(folder: Path, seconds: float) -> set[UUID]:
    return {UUID(line) for line in _work_and_kill("tests.long.saver", folder, seconds)}


def _work_and_kill(module: str, folder: Path, seconds: float) -> set[str]:
    """What a process said is safe, that was killed `seconds` after its first word."""
    command = [sys.executable, "-m", module, str(folder)]
    process = subprocess.Popen(
        command, cwd=build.ROOT, env=server.environment(folder), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stderr is not None
    first = process.stdout.readline()
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
    rest, said = process.communicate()
    assert process.returncode == -signal.SIGKILL, said.decode()[-2000:]
    # The last line may be cut off: then nobody was told.
    whole = (first + rest).rpartition(b"\n")[0]
    return set(whole.decode().splitlines())


def _kept(folder: Path) -> set[UUID]:
    with closing(sqlite3.connect(folder / "lectern.db")) as connection:
        return {UUID(row[0]) for row in connection.execute("SELECT save_id FROM answer")}
