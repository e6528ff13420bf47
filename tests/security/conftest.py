"""The whole app by HTTP and by events, as in tests/web, and a school that can begin again."""

import shutil
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest

from lms_app import schema
from lms_app.core import db, identity, limits
from tests.accounts.conftest import CHEAP
from tests.engines import Engines
from tests.security.school import School, school
from tests.web.conftest import bus, http, root  # noqa: F401  fixtures


@pytest.fixture
def cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(identity, "_argon2", CHEAP)
    monkeypatch.setattr(identity, "_NOBODY", CHEAP.hash("nobody knows this one"))


@pytest.fixture(scope="session")
def kept(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, School]:
    """The school on disk."""
    path = tmp_path_factory.mktemp("school") / "kept.db"
    made = db.open_database(f"sqlite:///{path}")
    schema.metadata().create_all(made.write)
    db.use(made)
    there = school()
    db.use(None)
    made.dispose()
    return path, there


@pytest.fixture
def begin(
    kept: tuple[Path, School], sqlite: Engines, tmp_path: Path, cheap_hashes: None
) -> Iterator[Callable[[], School]]:
    """`begin()` begins with the same school, whatever was done to it. For tests marked `no_database`."""
    path, there = kept
    numbers = count()

    def again() -> School:
        db.use(None)
        used = tmp_path / f"used{next(numbers)}.db"  # another name: readers keep a file open by its path
        shutil.copyfile(path, used)
        db.use(sqlite.open(used))
        identity.forget()
        limits.forget()
        return there.today()

    yield again
    db.use(None)
    for used in tmp_path.glob("used*"):
        used.unlink()
    identity.forget()
    limits.forget()
