"""Bringing a backup back: into an empty place, all of it or nothing, and compared with what was written."""

import hashlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from sqlalchemy import Connection, MetaData, inspect

from lms_app import migrate
from lms_app.backup.reading import CHUNK, FILES, TABLES, Damaged, Found, members, read
from lms_app.backup.tables import Summing, count_on, fill, lines
from lms_app.core import db
from lms_app.core.errors import Conflict
from lms_app.core.settings import settings


class NotEmpty(Conflict):
    """Something is there already. Nothing was touched."""


def restore(path: Path) -> Found:
    """The database and the files of a backup, in the places that the settings name, brought to this version's tables.

    Raises Damaged before anything is touched, NotEmpty where somebody has an account already.
    """
    found = read(path)
    database = db.database()
    if _has_people(database):
        raise NotEmpty("There are accounts in this database already: restore into an empty one.")
    _into(found, database, settings.files_dir)
    migrate.migrate()
    return found


def rehearse(path: Path) -> Found:
    """Restore into a folder that is thrown away, with all comparisons: whether one could. Raises Damaged."""
    found = read(path)
    with tempfile.TemporaryDirectory() as folder:
        database = db.open_database(f"sqlite:///{Path(folder) / 'lectern.db'}")
        try:
            _into(found, database, Path(folder) / "files")
        finally:
            database.dispose()
    return found


def _has_people(database: db.Database) -> bool:
    with database.read.connect() as connection, connection.begin():
        if not inspect(connection).has_table("user"):
            return False
        return connection.exec_driver_sql('SELECT 1 FROM "user" LIMIT 1').first() is not None


def _into(found: Found, database: db.Database, files: Path) -> None:
    with migrate.opened(database) as connection:
        migrate.upgrade(connection, found.revision)
        metadata = MetaData()
        metadata.reflect(connection)
        tables = [table.name for table in metadata.sorted_tables if table.name in found.columns]
        for name in reversed(tables):  # a migration may have left rows
            connection.exec_driver_sql(f"DELETE FROM {connection.dialect.identifier_preparer.quote(name)}")
        with tempfile.TemporaryDirectory() as folder:
            _unpack(found, Path(folder), files)
            for name in tables:
                with (Path(folder) / f"{name}.jsonl").open("rb") as file:
                    fill(connection, name, found.columns[name], _lines(file))
        count_on(connection, metadata)
        _compare(connection, found)


def _unpack(found: Found, folder: Path, files: Path) -> None:
    """Tables into a folder for the moment, files to where they stay, each under its hash."""
    for name, content in members(found.path):
        kind, _, rest = name.partition("/")
        if kind == TABLES:
            with (folder / Path(rest).name).open("wb") as out:
                _copy(content, out)
        elif kind == FILES:
            target = files / Path(rest).parent.name / Path(rest).name
            if target.exists():
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            aside = target.with_name(target.name + ".part")
            with aside.open("wb") as out:
                digest = _copy(content, out)
                out.flush()
                os.fsync(out.fileno())
            if digest != target.name:
                aside.unlink()
                raise Damaged(f"{found.path}: {name} is not what its name says.")
            aside.replace(target)


def _copy(content: IO[bytes], out: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while chunk := content.read(CHUNK):
        digest.update(chunk)
        out.write(chunk)
    return digest.hexdigest()


def _lines(file: IO[bytes]) -> Iterator[bytes]:
    for line in file:
        yield line.rstrip(b"\n")


def _compare(connection: Connection, found: Found) -> None:
    for name, columns in found.columns.items():
        summing = Summing()
        for line in lines(connection, name, columns):
            summing.add(line)
        if (there := summing.result()) != found.sums[name]:
            raise Damaged(
                f"{name} came back with {there.rows} rows that differ from what was written. Nothing was kept."
            )
