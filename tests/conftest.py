"""A fresh database for each test, and people to tell stories with.

The tables are made once and their file copied for each test, so that commits are real. `LMS_TEST_DATABASE_URL` names a
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
def sqlite(tmp_path_factory: pytest.TempPathFactory) -> engines.Engines:
    return engines.Engines(tmp_path_factory.mktemp("engines"))


@pytest.fixture(scope="session")
def _postgres() -> Iterator[db.Database]:
    with postgres.own_schema() as url:
        made = db.open_database(url)
        yield made
        made.dispose()


@dataclass(frozen=True)
class Stage:
    """What stands before a test begins: everybody there is, and what `make` made with an instructor and a student."""

    file: Path
    people: dict[str, Person]
    target: Any


_ROLES = {
    "student": SiteRole.STUDENT,
    "instructor": SiteRole.INSTRUCTOR,
    "admin": SiteRole.ADMIN,
    "stranger": SiteRole.STUDENT,
}
_stages: dict[Make, Stage] = {}


@pytest.fixture(autouse=True)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[db.Database | None]:
    """The database of this test. Tests marked `no_database` make their own, or need none.

    Tests marked `stage(make=…)` begin with what `make(instructor, student)` made: once, and its file is copied for each.
    """
    if request.node.get_closest_marker("no_database"):
        yield None
        return
    file, marker = tmp_path / "lectern.db", request.node.get_closest_marker("stage")
    if os.environ.get("LMS_TEST_DATABASE_URL"):
        server: db.Database = request.getfixturevalue("_postgres")
        made = engines.copy(server, server.url)
        postgres.empty(made)
    else:
        file_before = request.getfixturevalue("_template")
        if marker:
            file_before = _staged(request, marker.kwargs["make"]).file
        shutil.copyfile(file_before, file)
        made = request.getfixturevalue("sqlite").open(file)
    db.use(made)
    if marker:
        request.node.stage = _stages.get(marker.kwargs["make"]) or _set_up(marker.kwargs["make"], file)
    yield made
    db.use(None)
    made.dispose()
    identity.forget()
    limits.forget()
    site.forget()


def _staged(request: pytest.FixtureRequest, make: Make) -> Stage:
    if make not in _stages:
        file = request.getfixturevalue("tmp_path_factory").mktemp("stage") / "lectern.db"
        shutil.copyfile(request.getfixturevalue("_template"), file)
        made = request.getfixturevalue("sqlite").open(file)
        db.use(made)
        _stages[make] = _set_up(make, file)
        db.use(None)
        made.dispose()  # the last connection brings the log into the file
        identity.forget()
        limits.forget()
    return _stages[make]


def _set_up(make: Make, file: Path) -> Stage:
    people = {name: person(name.capitalize(), role) for name, role in _ROLES.items()}
    return Stage(file, people, make(people["instructor"], people["student"]))


def _one_of(request: pytest.FixtureRequest) -> Person:
    """Who is called as the fixture is."""
    stage: Stage | None = getattr(request.node, "stage", None)
    name = str(request.fixturename)
    return stage.people[name] if stage else person(name.capitalize(), _ROLES[name])


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
