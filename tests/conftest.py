"""A fresh database for each test, and people to tell stories with.

The tables are made once and their file copied for each test, so that commits are real. `LMS_TEST_DATABASE_URL` names a
PostgreSQL server's database instead; every worker then has a schema of its own in it.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

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

import pytest

from lms_app import schema
from lms_app.core import db, identity, limits
from lms_app.core.work import SiteRole
from tests import engines, postgres
from tests.makers import Person, person


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


@pytest.fixture(autouse=True)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[db.Database | None]:
    """The database of this test. Tests marked `no_database` make their own, or need none."""
    if request.node.get_closest_marker("no_database"):
        yield None
        return
    if os.environ.get("LMS_TEST_DATABASE_URL"):
        server: db.Database = request.getfixturevalue("_postgres")
        made = engines.copy(server, server.url)
        postgres.empty(made)
    else:
        shutil.copyfile(request.getfixturevalue("_template"), tmp_path / "lectern.db")
        made = request.getfixturevalue("sqlite").open(tmp_path / "lectern.db")
    db.use(made)
    yield made
    db.use(None)
    made.dispose()
    identity.forget()
    limits.forget()


@pytest.fixture
def student(database: db.Database) -> Person:
    return person("Student")


@pytest.fixture
def instructor(database: db.Database) -> Person:
    return person("Instructor", SiteRole.INSTRUCTOR)


@pytest.fixture
def admin(database: db.Database) -> Person:
    return person("Admin", SiteRole.ADMIN)


@pytest.fixture
def stranger(database: db.Database) -> Person:
    """Somebody with an account and no business in anything that the test makes."""
    return person("Stranger")
