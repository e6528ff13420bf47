"""A fresh database for each test, and people to tell stories with.

The tables are made once and one file is filled anew for each test, so that commits are real. `LMS_TEST_DATABASE_URL` names a
PostgreSQL database instead, as its superuser; every worker then has a schema of its own in it.
"""

import gc
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# What is being loaded stays: see `pytest_collection_finish`.
gc.disable()
# Before anything reads the settings.
_HOME = Path(tempfile.mkdtemp(prefix="lectern-test-"))
os.environ.update(
    LMS_PROFILE="development",
    LMS_DATA_DIR=str(_HOME / "data"),
    LMS_SECRET_KEY="a-secret-for-tests-that-is-long-enough-for-anything",
    LMS_BASE_URL="http://lectern.test",
    LMS_PORT="3000",
    LMS_REDIS_URL="",
    LMS_MAIL_TRANSPORT="file",
    REFLEX_TELEMETRY_ENABLED="false",
)
for name in ("LMS_DATABASE_URL", "LMS_BENCH", "LMS_SITE_NAME"):
    os.environ.pop(name, None)

import hypothesis
import pytest

from lms_app import schema
from lms_app.core import db, identity, limits, site
from lms_app.core.work import SiteRole
from tests import engines, postgres
from tests.makers import Person, person

Make = Callable[[Person, Person], Any]
# No test asks for the time that something took: machines are busy.
hypothesis.settings.register_profile("here", deadline=None)
hypothesis.settings.load_profile("here")


def pytest_collection_finish() -> None:
    """What was loaded stays: looking through it for garbage, again and again, takes a sixth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
    gc.enable()


def pytest_sessionfinish() -> None:
    shutil.rmtree(_HOME, ignore_errors=True)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def _template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with all tables and no rows."""
    path = tmp_path_factory.mktemp("template") / "lectern.db"
    made = db.open_database(f"sqlite:///{path}")
    schema.metadata().create_all(made.write)
    with made.write.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.exec_driver_sql("BEGIN")
    made.dispose()
    return path


@pytest.fixture(scope="session")
def sqlite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[engines.Engines]:
    made = engines.Engines(tmp_path_factory.mktemp("engines"))
    yield made
    made.close()


@pytest.fixture(scope="session")
def _postgres() -> Iterator[db.Database]:
    with postgres.own_schema() as url:
        made = db.open_database(url)
        yield made
        made.dispose()


@dataclass(frozen=True)
class Stage:
    """What stands before a test begins: everybody who is there, and what `make` made with an instructor and a student."""

    file: Path
    people: dict[str, Person]
    target: Any = None


_ROLES = {
    "student": SiteRole.STUDENT,
    "instructor": SiteRole.INSTRUCTOR,
    "admin": SiteRole.ADMIN,
    "stranger": SiteRole.STUDENT,
}
Key = tuple[Make | None, tuple[str, ...]]
_stages: dict[Key, Stage] = {}


@pytest.fixture(autouse=True)
def database(request: pytest.FixtureRequest) -> Iterator[db.Database | None]:
    """The database of this test, with the people whom it asks for. Tests marked `no_database` make their own, or need none.

    Tests marked `stage(make=…)` begin with what `make(instructor, student)` made: once, and it is copied for each. Those
    marked `own_file` have a file in their `tmp_path`, the others take turns with one.
    """
    if request.node.get_closest_marker("no_database"):
        yield None
        return
    marker = request.node.get_closest_marker("stage")
    own_file = request.node.get_closest_marker("own_file")
    key: Key = (marker.kwargs["make"], tuple(_ROLES)) if marker else (None, _asked_for(request))
    if os.environ.get("LMS_TEST_DATABASE_URL"):
        server: db.Database = request.getfixturevalue("_postgres")
        made = engines.copy(server, server.url)
        postgres.empty(made)
        db.use(made)
        # The rows of the test before are gone, and with them what it began with: it is made again.
        request.node.stage = _set_up(key, Path())
    else:
        stage = _staged(request, key)
        sqlite: engines.Engines = request.getfixturevalue("sqlite")
        if own_file:
            made = sqlite.open(Path(shutil.copyfile(stage.file, request.getfixturevalue("tmp_path") / "lectern.db")))
        else:
            made = sqlite.filled(stage.file)
        db.use(made)
        request.node.stage = stage
    yield made
    db.use(None)
    if own_file:
        made.dispose()
    identity.forget()
    limits.forget()
    site.forget()


def _asked_for(request: pytest.FixtureRequest) -> tuple[str, ...]:
    return tuple(name for name in _ROLES if name in request.fixturenames)


def _staged(request: pytest.FixtureRequest, key: Key) -> Stage:
    if key not in _stages:
        file = request.getfixturevalue("tmp_path_factory").mktemp("stage") / "lectern.db"
        shutil.copyfile(request.getfixturevalue("_template"), file)
        made = request.getfixturevalue("sqlite").open(file)
        db.use(made)
        _stages[key] = _set_up(key, file)
        db.use(None)
        made.dispose()  # the last connection brings the log into the file
        identity.forget()
        limits.forget()
    return _stages[key]


def _set_up(key: Key, file: Path) -> Stage:
    make, names = key
    people = {name: person(name.capitalize(), _ROLES[name]) for name in names}
    return Stage(file, people, make(people["instructor"], people["student"]) if make else None)


def _one_of(request: pytest.FixtureRequest) -> Person:
    """Who is called as the fixture is."""
    return request.node.stage.people[str(request.fixturename)]


@pytest.fixture
def target(request: pytest.FixtureRequest, database: db.Database) -> Any:
    """What the stage was made for."""
    return request.node.stage.target


@pytest.fixture
def student(request: pytest.FixtureRequest, database: db.Database) -> Person:
    return _one_of(request)


@pytest.fixture
def instructor(request: pytest.FixtureRequest, database: db.Database) -> Person:
    return _one_of(request)


@pytest.fixture
def admin(request: pytest.FixtureRequest, database: db.Database) -> Person:
    return _one_of(request)


@pytest.fixture
def stranger(request: pytest.FixtureRequest, database: db.Database) -> Person:
    """Somebody with an account and no business in anything that the test makes."""
    return _one_of(request)
