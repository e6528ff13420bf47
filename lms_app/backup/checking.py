"""Whether what is there is whole: the database in itself, every file that a row names, and the chain of the audit log."""

import hashlib
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select
from sqlmodel import col

from lms_app import migrate
from lms_app.core import chain, db, files
from lms_app.core.files import StoredFile
from lms_app.core.settings import settings
from lms_app.core.work import SYSTEM, Work, reading

SHOWN = 5


@dataclass(slots=True)
class Report:
    """`problems` want mending; `facts` say what was looked at. A sentence each."""

    problems: list[str] = field(default_factory=list[str])
    facts: list[str] = field(default_factory=list[str])


def check() -> Report:
    """Look at everything. It reads every byte, and changes none."""
    report = Report()
    if not migrate.is_current():
        report.problems.append("The database has not the tables of this version: run `python -m lms_app.cli migrate`.")
        return report
    with reading(SYSTEM) as work:
        _database(work, report)
        _files(work, report)
        _audit(work, report)
    return report


def _database(work: Work, report: Report) -> None:
    if not db.database().is_sqlite:
        report.facts.append("PostgreSQL looks after its own tables.")
        return
    run = work.db.connection().exec_driver_sql
    said = [str(row[0]) for row in run("PRAGMA integrity_check").all()]
    report.problems += [] if said == ["ok"] else [f"The database file is damaged: {one}" for one in said[:SHOWN]]
    lost = run("PRAGMA foreign_key_check").all()
    if lost:
        report.problems.append(f"{len(lost):,} rows lead nowhere, the first in {lost[0][0]}.")
    if said == ["ok"] and not lost:
        report.facts.append("The database is whole.")


def _files(work: Work, report: Report) -> None:
    names: Any = func.min(col(StoredFile.name))
    rows = work.db.connection().execute(select(col(StoredFile.sha256), names).group_by(col(StoredFile.sha256)))
    named: dict[str, str] = {row[0]: row[1] for row in rows}
    missing, changed = [], []
    for sha256, name in named.items():
        path = files.path_of(sha256)
        if not path.exists():
            missing.append(name)
            continue
        with path.open("rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() != sha256:
                changed.append(name)
    for what, names in (("missing", missing), ("not what was stored", changed)):
        if names:
            report.problems.append(f"{len(names):,} files are {what}: {', '.join(sorted(names)[:SHOWN])}")
    unused = sum(path.name not in named for path in settings.files_dir.glob("??/*"))
    report.facts.append(f"{len(named):,} files looked at, and {unused:,} that nothing uses any more.")


def _audit(work: Work, report: Report) -> None:
    found = chain.walk(work)
    if not found.breaks:
        report.facts.append(f"The audit log is whole: {found.entries:,} entries.")
    report.problems += [f"The audit log was changed from outside. {one.sentence}" for one in found.breaks[:SHOWN]]
