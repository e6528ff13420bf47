"""Tests on PostgreSQL: a schema for each worker in the database of `LMS_TEST_DATABASE_URL`, emptied between tests."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import psycopg
from sqlalchemy import make_url, text

from lms_app.core import db


@contextmanager
def own_schema(*, tables: bool = True) -> Iterator[str]:
    """The URL of a schema with all tables, or none, which goes when the worker is done."""
    given = make_url(os.environ["LMS_TEST_DATABASE_URL"])
    schema = f"test_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_{os.getpid()}_{uuid4().hex[:8]}"
    address = given.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {schema}".encode())
        url = given.update_query_dict({"options": f"-csearch_path={schema}"}).render_as_string(hide_password=False)
        if tables:
            made = db.open_database(url)
            db.metadata().create_all(made.write)
            made.dispose()
        yield url
        connection.execute(f"DROP SCHEMA {schema} CASCADE".encode())


def empty(database: db.Database) -> None:
    """No rows, and sequences at their beginning. Only what was written to is emptied: most tables of a test are empty."""
    names = [table.name for table in db.metadata().sorted_tables]
    written = " UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM \"{name}\")" for name in names)
    with database.write.connect() as connection, connection.begin():
        connection.execute(text("SET LOCAL session_replication_role = replica"))  # rows go in any order, unheard
        for name in connection.execute(text(written)).scalars().all():
            connection.execute(text(f'DELETE FROM "{name}"'))
        begun = "SELECT sequencename FROM pg_sequences WHERE schemaname = current_schema() AND last_value IS NOT NULL"
        for name in connection.execute(text(begun)).scalars().all():
            connection.execute(text(f'ALTER SEQUENCE "{name}" RESTART'))
