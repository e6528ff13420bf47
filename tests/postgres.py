"""Tests on PostgreSQL: a schema for each worker in the database of `LMS_TEST_DATABASE_URL`, emptied between tests."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from sqlalchemy import make_url, text

from lms_app.core import db


@contextmanager
def own_schema() -> Iterator[str]:
    """The URL of a schema with all tables, which goes when the worker is done."""
    given = make_url(os.environ["LMS_TEST_DATABASE_URL"])
    schema = f"test_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_{os.getpid()}"
    address = given.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {schema}".encode())
        url = given.update_query_dict({"options": f"-csearch_path={schema}"}).render_as_string(hide_password=False)
        made = db.open_database(url)
        db.metadata().create_all(made.write)
        made.dispose()
        yield url
        connection.execute(f"DROP SCHEMA {schema} CASCADE".encode())


def empty(database: db.Database) -> None:
    tables = ", ".join(f'"{table.name}"' for table in db.metadata().sorted_tables)
    with database.write.connect() as connection, connection.begin():
        connection.execute(text(f"TRUNCATE {tables} RESTART IDENTITY CASCADE"))
