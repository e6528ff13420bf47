"""Kills and floods: on real processes, each with a school of its own."""

import os
from pathlib import Path

import pytest

from lms_app import build


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/long" in item.path.as_posix():
            item.add_marker(pytest.mark.long)
            item.add_marker(pytest.mark.no_database)


@pytest.fixture(scope="session")
def front_end() -> None:
    """The built front end: the server does not start without one."""
    build.main()


@pytest.fixture
def school(tmp_path: Path) -> Path:
    """A folder with the school of the benchmarks: students, each with an open attempt, and their sessions."""
    from bench import server

    folder = tmp_path / "school"
    students = os.environ.get("LMS_TEST_STUDENTS", "60")
    server.run_python("bench.seed", str(folder), students, env=server.environment(folder))
    return folder
