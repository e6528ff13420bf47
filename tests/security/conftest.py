"""The whole app by HTTP and by events, as in tests/web, and a school that can begin again."""

import shutil
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest

from lms_app import schema
from lms_app.core import db, identity, limits
from tests.accounts.conftest import CHEAP
from tests.security.school import School, school
from tests.web.conftest import bus, http, root  # noqa: F401  fixtures


@pytest.fixture
def cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(identity, "_argon2", CHEAP)
    monkeypatch.setattr(identity, "_NOBODY", CHEAP.hash("nobody knows this one"))


@pytest.fixture
def begin(tmp_path: Path, cheap_hashes: None) -> Iterator[Callable[[], School]]:
    """`begin()` begins with the same school, whatever was done to it. For tests marked `no_database`."""
    kept, numbers = tmp_path / "kept.db", count()
    made = db.open_database(f"sqlite:///{kept}")
    schema.metadata().create_all(made.write)
    db.use(made)
    there = school()
    db.use(None)
    made.dispose()

    def again() -> School:
        db.use(None)
        for path in tmp_path.glob("used*"):
            path.unlink()
        used = tmp_path / f"used{next(numbers)}.db"  # another name: readers keep a file open by its path
        shutil.copyfile(kept, used)
        db.use(db.open_database(f"sqlite:///{used}"))
        identity.forget()
        limits.forget()
        return there

    yield again
    db.use(None)
    identity.forget()
    limits.forget()
