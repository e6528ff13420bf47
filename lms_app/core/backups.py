"""Backups as the people who run the place see them: which there are, what was asked for, what became of it.

The files are what counts: each is named by its moment, in the folder that the settings name. A row says what a file
cannot: who asked for it, how far it is, and what came of checking it. Writing and reading archives is `lms_app/backup`.
"""

import re
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from sqlmodel import Field

from lms_app.core.db import Moment, Row, new_id

NAMED = re.compile(r"lectern-(\d{8}-\d{6})\.tar\.gz")


class BackupRun(Row, table=True):
    """One thing to do about a backup: to make it, or to look whether it is whole. `name` is of the file; until it is made,
    the one that it will have."""

    __tablename__ = "backup_run"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    what: str = Field(max_length=8)  # make or check
    # hand or schedule
    by: str = Field(max_length=8)
    asked_by: UUID | None = Field(default=None, foreign_key="user.id", index=True)
    asked_at: datetime = Field(sa_type=Moment)
    name: str = Field(max_length=40, index=True)
    percent: int = 0
    # One process at a time works on it, and gives a sign while it does.
    lease_until: datetime | None = Field(default=None, sa_type=Moment)
    done_at: datetime | None = Field(default=None, sa_type=Moment, index=True)
    # Empty where all is well.
    problem: str = Field(default="", max_length=500)


def name_of(moment: datetime) -> str:
    return f"lectern-{moment:%Y%m%d-%H%M%S}.tar.gz"


def moment_of(name: str) -> datetime | None:
    """When a backup was begun, by its name; None for a file that is none."""
    found = NAMED.fullmatch(name)
    try:
        return datetime.strptime(found.group(1), "%Y%m%d-%H%M%S").replace(tzinfo=UTC) if found else None
    except ValueError:
        return None


def made(folder: Path) -> list[Path]:
    """The backups in a folder that are named by their moment, newest first."""
    if not folder.is_dir():
        return []
    return sorted((path for path in folder.iterdir() if moment_of(path.name)), reverse=True)
