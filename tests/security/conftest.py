"""The whole app by HTTP and by events, as in tests/web, and a school that can begin again."""

import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

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

    def __init__(self, folder: Path, template: Path, sqlite: Engines) -> None:
        self._folder, self._sqlite = folder, sqlite
        self._path = Path(shutil.copyfile(template, folder / "kept0.db"))
        made = self._open()
        self._there = school().today()
        self._signed_in = utc_now()
        self._close(made)

    def begun(self) -> tuple[db.Database, School]:
        """The school as it was."""
        if utc_now() - self._signed_in > YOUNG:
            # Another name: nobody writes to a file that others are filled from.
            self._path = Path(shutil.copyfile(self._path, self._folder / f"kept{self._signed_in.timestamp():.0f}.db"))
            made = self._open()
            self._there, self._signed_in = self._there.today(), utc_now()
            self._close(made)
        return self._sqlite.filled(self._path), self._there

    def _open(self) -> db.Database:
        made = self._sqlite.open(self._path)
        db.use(made)
        return made

    def _close(self, made: db.Database) -> None:
        db.use(None)
        made.dispose()


@pytest.fixture(scope="session")
def kept(tmp_path_factory: pytest.TempPathFactory, _template: Path, sqlite: Engines) -> Kept:
    return Kept(tmp_path_factory.mktemp("school"), _template, sqlite)


@pytest.fixture
def begin(kept: Kept, cheap_hashes: None) -> Iterator[Callable[[], School]]:
    """`begin()` begins with the same school, whatever was done to it. For tests marked `no_database`."""

    def again() -> School:
        db.use(None)
        made, there = kept.begun()
        db.use(made)
        identity.forget()
        limits.forget()
        return there

    yield again
    db.use(None)
    identity.forget()
    limits.forget()
