"""Passwords here cost little, as they would with smaller settings; what must cost says so itself."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import pytest
from passlib.hash import argon2
from sqlalchemy import event

from lms_app.core import db, hashing
from tests.web.conftest import bus, root  # noqa: F401  the pipeline of events, as fixtures

CHEAP = argon2.using(type="ID", memory_cost=64, time_cost=1, parallelism=1)


@pytest.fixture
def real_hashes() -> None:
    """Asked for by tests about what a password costs."""


@pytest.fixture(autouse=True)
def cheap_hashes(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if "real_hashes" not in request.fixturenames:
        monkeypatch.setattr(hashing, "_argon2", CHEAP)
        monkeypatch.setattr(hashing, "_NOBODY", CHEAP.hash("nobody knows this one"))


@pytest.fixture
def count_statements(database: db.Database) -> Callable[[], AbstractContextManager[list[str]]]:
    """`with count_statements() as said:` — the SQL that was sent, without its values."""

    @contextmanager
    def listening() -> Iterator[list[str]]:
        said: list[str] = []

        def note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            said.append(statement)

        engines = (database.read, database.write)
        for engine in engines:
            event.listen(engine, "before_cursor_execute", note)
        yield said
        for engine in engines:
            event.remove(engine, "before_cursor_execute", note)

    return listening
