"""`kill -9` at any moment under load loses no acknowledged answer."""

import asyncio
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


def _save_and_kill(folder: Path, seconds: float) -> set[UUID]:
    """What a saver said is safe, that was killed `seconds` after its first word."""
    command = [sys.executable, "-m", "tests.long.saver", str(folder)]
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
    return {UUID(line) for line in whole.decode().splitlines()}


def _kept(folder: Path) -> set[UUID]:
    with closing(sqlite3.connect(folder / "lectern.db")) as connection:
        return {UUID(row[0]) for row in connection.execute("SELECT save_id FROM answer")}
