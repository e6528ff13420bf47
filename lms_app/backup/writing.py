"""Taking a backup while the school goes on: one moment of the database, then the files.

Files are named by their content and never change, so every row of that moment finds its bytes.
"""

import contextlib
import gzip
import hashlib
import io
import json
import os
import tarfile
import tempfile
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, Any

from sqlalchemy import Connection

from lms_app import migrate, schema
from lms_app.backup.reading import FILES, FORMAT, HEAD, MANIFEST, TABLES, seal
from lms_app.backup.tables import Sum, Summing, columns_of, lines
from lms_app.core import apart, db, site
from lms_app.core.apart import Tell
from lms_app.core.backups import made, name_of
from lms_app.core.settings import settings
from lms_app.core.work import utc_now

TABLE_WEIGHT = 1 << 20
"""Of a table among the bytes of files, for how far it is."""


@dataclass(frozen=True, slots=True)
class Written:
    """`missing` are files that rows name and that are not on disk."""

    path: Path
    rows: int
    files: int
    missing: int


def write(target: Path, tell: Tell = apart.nobody_listens) -> Written:
    """Write the archive, and tell how far it is; where it fails nothing stands under its name."""
    target.parent.mkdir(parents=True, exist_ok=True)
    aside = target.with_name(target.name + ".part")
    try:
        with aside.open("wb") as file:
            aside.chmod(0o600)  # it holds everything
            with gzip.GzipFile("", "wb", fileobj=file, mtime=0) as whole, tarfile.open(fileobj=whole, mode="w|") as tar:
                sums, missing, files = _fill(_Archive(tar), tell)
        with aside.open("r+b") as file:
            file.write(seal(hashlib.file_digest(file, "sha256").digest()))
            os.fsync(file.fileno())
        aside.replace(target)
    finally:
        aside.unlink(missing_ok=True)
    return Written(target, sum(one.rows for one in sums.values()), files, missing)


def keep_some(folder: Path, days: int, now: datetime | None = None, tell: Tell = apart.nobody_listens) -> list[Path]:
    """Write a backup named by its moment into a folder, and remove those that are older than `days`; 0 keeps all.

    Only files that are named so are removed. Returns what is there now, newest first.
    """
    moment = now or utc_now()
    write(folder / name_of(moment), tell)
    least = name_of(moment - timedelta(days=days))
    for path in made(folder)[1:] if days else ():
        if path.name < least:
            path.unlink()
    return made(folder)


def is_due(now: datetime) -> bool:
    """Whether the settings ask for one at this moment."""
    every_hours = site.known().backup_every_hours
    if not every_hours:
        return False
    there = made(settings.backup_dir)
    return not there or there[0].name < name_of(now - timedelta(hours=every_hours))


def make_due(database_url: str) -> str:
    """The backup that is due, in a process of its own (`core/apart`): it computes for long. Returns its name."""
    database = db.use_address(database_url)
    try:
        return keep_some(settings.backup_dir, site.known().backup_keep_days)[0].name
    finally:
        database.read.dispose()


class _Archive:
    def __init__(self, tar: tarfile.TarFile) -> None:
        self._tar = tar
        self.sums: dict[str, str] = {}

    def add(self, name: str, file: Any) -> None:
        """A file from its start to its end."""
        file.seek(0)
        self.sums[name] = hashlib.file_digest(file, "sha256").hexdigest()
        entry = tarfile.TarInfo(name)
        entry.size = file.seek(0, io.SEEK_END)
        entry.mode = 0o600
        file.seek(0)
        self._tar.addfile(entry, file)

    def add_json(self, name: str, value: Any) -> None:
        self.add(name, io.BytesIO(json.dumps(value, indent=1).encode()))


def _fill(archive: _Archive, tell: Tell) -> tuple[dict[str, Sum], int, int]:
    metadata = schema.metadata()
    tables = {table.name: columns_of(table) for table in metadata.sorted_tables if not table.info.get("derived")}
    sums: dict[str, Sum] = {}
    stored = sorted(settings.files_dir.glob("??/*"))
    done, total = 0, len(tables) * TABLE_WEIGHT + sum(_size(path) for path in stored)
    with tempfile.TemporaryDirectory() as folder, _one_moment() as connection:
        made_at = utc_now().isoformat()
        for name, columns in tables.items():
            with (Path(folder) / name).open("w+b") as file:
                sums[name] = _write(connection, name, columns, file)
                archive.add(f"{TABLES}/{name}.jsonl", file)
            (Path(folder) / name).unlink()
            done += TABLE_WEIGHT
            tell(done, total)
        revision = migrate.revision_of(connection)
        named = set(connection.exec_driver_sql("SELECT sha256 FROM stored_file").scalars())
    # Once more: what came since the moment of the rows does no harm, and what they name must not be missing.
    stored = sorted(settings.files_dir.glob("??/*"))
    total = max(total, done + sum(_size(path) for path in stored))
    for path in stored:
        with contextlib.suppress(FileNotFoundError), path.open("rb") as file:
            archive.add(f"{FILES}/{path.parent.name}/{path.name}", file)
            done += os.fstat(file.fileno()).st_size
        tell(min(done, total), total)
    archive.add_json(
        HEAD,
        {"format": FORMAT, "made_at": made_at, "revision": revision, "tables": tables, "sums": sums},
    )
    archive.add_json(MANIFEST, archive.sums)
    return sums, len(named - {path.name for path in stored}), len(stored)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:  # swept meanwhile
        return 0


def _write(connection: Connection, name: str, columns: Any, file: IO[bytes]) -> Sum:
    summing = Summing()
    for line in lines(connection, name, columns):
        summing.add(line)
        file.write(line + b"\n")
    return summing.result()


@contextlib.contextmanager
def _one_moment():
    """A connection that sees the database as it is now, whatever others write meanwhile."""
    database = db.database()
    with database.read.connect() as connection:
        if not database.is_sqlite:
            connection = connection.execution_options(isolation_level="REPEATABLE READ")
        with connection.begin():
            yield connection
