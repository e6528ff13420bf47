"""Schools to measure, made once each run."""

import shutil
from pathlib import Path

from bench import seed, server
from bench.seed import Seed


class Data:
    """A school on SQLite, copied for each server, and the same on other databases."""

    def __init__(self, home: Path, students: int) -> None:
        self._home = home
        self._students = students
        self._copies = 0

    def prepare(self) -> Seed:
        env = server.environment(self._home / "template")
        server.run_python("bench.seed", str(self._home / "template"), str(self._students), env=env)
        return seed.read(self._home / "template")

    def sqlite(self) -> Path:
        """A folder with a school of its own."""
        self._copies += 1
        folder = self._home / f"school-{self._copies}"
        shutil.copytree(self._home / "template", folder)
        return folder

    def postgres(self, url: str, students: int, folder: Path) -> Path:
        env = server.environment(folder, LMS_DATABASE_URL=url)
        server.run_python("bench.seed", str(folder), str(students), env=env)
        return folder
