"""Database and files in one archive, made while the server runs: `python -m lms_app.cli backup FILE`.

Files are named by their content and never change, so taking the database first and the files after it is consistent:
every row finds its bytes. To restore: stop the server, unpack the archive into an empty `LMS_DATA_DIR`, start.
"""

import hashlib
import io
import json
import sqlite3
import tarfile
import tempfile
from pathlib import Path

from lms_app.core import db
from lms_app.core.errors import Invalid
from lms_app.core.settings import settings


def write(target: Path) -> str:
    """Write the archive with a manifest of SHA-256 sums, and return a sentence. Raises Invalid on PostgreSQL."""
    database = db.database()
    if not database.is_sqlite:
        raise Invalid({"database": f"Use pg_dump for the database, and copy {settings.files_dir} beside it."})
    sums: dict[str, str] = {}
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "lectern.db"
        source, into = sqlite3.connect(database.path), sqlite3.connect(copy)
        with into:
            source.backup(into)
        source.close()
        into.close()
        aside = target.with_name(target.name + ".part")
        with tarfile.open(aside, "w:gz") as archive:
            _add(archive, copy, "lectern.db", sums)
            for path in sorted(settings.files_dir.glob("??/*")):
                _add(archive, path, f"files/{path.parent.name}/{path.name}", sums)
            manifest = json.dumps(sums, indent=1).encode()
            entry = tarfile.TarInfo("manifest.json")
            entry.size = len(manifest)
            archive.addfile(entry, io.BytesIO(manifest))
        aside.replace(target)
    return f"{target}: the database and {len(sums) - 1} files."


def _add(archive: tarfile.TarFile, path: Path, name: str, sums: dict[str, str]) -> None:
    with path.open("rb") as file:
        sums[name] = hashlib.file_digest(file, "sha256").hexdigest()
    archive.add(path, name)
