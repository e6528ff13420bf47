"""The whole app by HTTP and by events, as in tests/web, and a school that can begin again."""

import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest

from lms_app import schema
from lms_app.core import db, hashing, identity, limits
from lms_app.core.work import utc_now
from tests.accounts.conftest import CHEAP
from tests.engines import Engines
from tests.security.school import School, school
from tests.web.conftest import bus, http, root  # noqa: F401  fixtures

YOUNG = timedelta(minutes=1)


@pytest.fixture
def cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hashing, "_argon2", CHEAP)
    monkeypatch.setattr(hashing, "_NOBODY", CHEAP.hash("nobody knows this one"))


class Kept:
    """The school on disk, with sessions that began a moment ago."""

    def __init__(self, path: Path, sqlite: Engines) -> None:
        self._path, self._sqlite = path, sqlite
        made = self._open()
        schema.metadata().create_all(made.write)
        self._there = school().today()
        self._signed_in = utc_now()
        self._close(made)

    def copy(self, to: Path) -> School:
        """The school as it was, in a file that is not there yet."""
        if utc_now() - self._signed_in > YOUNG:
            made = self._open()
            self._there, self._signed_in = self._there.today(), utc_now()
            self._close(made)
        shutil.copyfile(self._path, to)
        return self._there

    def _open(self) -> db.Database:
        made = self._sqlite.open(self._path)
        db.use(made)
        return made

    def _close(self, made: db.Database) -> None:
        db.use(None)
        made.dispose()


@pytest.fixture(scope="session")
def kept(tmp_path_factory: pytest.TempPathFactory, sqlite: Engines) -> Kept:
    return Kept(tmp_path_factory.mktemp("school") / "kept.db", sqlite)


@pytest.fixture
def begin(kept: Kept, sqlite: Engines, tmp_path: Path, cheap_hashes: None) -> Iterator[Callable[[], School]]:
    """`begin()` begins with the same school, whatever was done to it. For tests marked `no_database`."""
    numbers = count()

    def again() -> School:
        db.use(None)
        used = tmp_path / f"used{next(numbers)}.db"  # another name: readers keep a file open by its path
        there = kept.copy(used)
        db.use(sqlite.open(used))
        identity.forget()
        limits.forget()
        return there

    yield again
    db.use(None)
    for used in tmp_path.glob("used*"):
        used.unlink(missing_ok=True)  # the last connection that closes takes its -wal and -shm with it
    identity.forget()
    limits.forget()
