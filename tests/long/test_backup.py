"""A backup that is taken while a class saves its answers comes back whole, on an empty host, on both databases."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import text

from bench import server
from lms_app import build
from lms_app.core import db
from tests import throwaway


@contextmanager
def _database(kind: str, folder: Path) -> Iterator[str]:
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'lectern.db'}"
        return
    with throwaway.postgres() as url:
        yield url


def _cli(folder: Path, url: str, *command: str) -> subprocess.CompletedProcess[str]:
    env = server.environment(folder, LMS_DATABASE_URL=url)
    return subprocess.run(
        [sys.executable, "-m", "lms_app.cli", *command], cwd=build.ROOT, env=env, capture_output=True, text=True
    )


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_backup_under_load_comes_back_whole(kind: str, tmp_path: Path) -> None:
    school, host = tmp_path / "school", tmp_path / "host"
    archive = tmp_path / "backup.tar.gz"
    with _database(kind, school) as url:
        env = server.environment(school, LMS_DATABASE_URL=url)
        server.run_python("bench.seed", str(school), "60", env=env)
        with (tmp_path / "said").open("wb") as out:
            saver = subprocess.Popen(
                [sys.executable, "-m", "tests.long.saver", str(school)], cwd=build.ROOT, env=env, stdout=out
            )
            try:
                before = _wait_for(tmp_path / "said", 200)
                taken = _cli(school, url, "backup", str(archive))
                during = len(_said(tmp_path / "said")) - len(before)
            finally:
                saver.send_signal(signal.SIGKILL)
                saver.wait()
    assert taken.returncode == 0, taken.stderr
    assert during > 50, "too few were saved meanwhile for the load to mean anything"

    host.mkdir()
    for other in ("sqlite", kind) if kind != "sqlite" else ("sqlite",):
        home = host / other
        home.mkdir()
        with _database(other, home) as url:
            back = _cli(home, url, "restore", str(archive))
            whole = _cli(home, url, "check")
            answers = _answers(url)

        assert back.returncode == 0, back.stderr
        assert whole.returncode == 0, whole.stdout
        assert before - answers == set()


def _said(path: Path) -> set[UUID]:
    return {UUID(line) for line in path.read_text().rpartition("\n")[0].splitlines()}


def _wait_for(path: Path, count: int) -> set[UUID]:
    until = time.monotonic() + 60
    while len(found := _said(path)) < count:
        assert time.monotonic() < until, "nothing is saved"
        time.sleep(0.1)
    return found


def _answers(url: str) -> set[UUID]:
    made = db.open_database(url)
    try:
        with made.read.connect() as connection, connection.begin():
            return {UUID(str(row[0])) for row in connection.execute(text("SELECT save_id FROM answer"))}
    finally:
        made.dispose()
