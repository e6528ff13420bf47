"""What erasing an account does outside the database, after the commit: files, kept mail, the journal, the list of ids.

It may be done again: whatever fails is tried again by the outbox until all of it is done.
"""

import asyncio
import contextlib
import json
import sqlite3
import time
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from lms_app.core import db, files
from lms_app.core.files import StoredFile
from lms_app.core.settings import settings
from lms_app.core.work import SYSTEM, Work, ask, perform
from lms_app.privacy.models import ErasedAccount
from lms_app.search import service as search

LIST = "erased.jsonl"
CUT_SECONDS = 5.0


async def sweep_erased(payload: dict[str, Any]) -> None:
    """The topic `account_erased`: remove what belonged to an account that was erased."""
    used = await ask(SYSTEM, still_used, hashes=list(payload["files"]))
    await asyncio.to_thread(_remove, payload, used)
    at = await ask(SYSTEM, erased_at, user_id=UUID(payload["user_id"]))
    await asyncio.to_thread(note, settings.backup_dir / LIST, payload["user_id"], at)
    while await ask(SYSTEM, search.is_stale):  # what of theirs is found yet
        await perform(SYSTEM, search.refresh)
    await perform(SYSTEM, search.write_anew)
    await asyncio.to_thread(cut_journal)


def still_used(work: Work, *, hashes: list[str]) -> set[str]:
    """Which bytes a row names yet: the same file may be somebody else's, too."""
    return set(work.db.exec(select(StoredFile.sha256).where(col(StoredFile.sha256).in_(hashes))).all())


def erased_at(work: Work, *, user_id: UUID) -> str:
    """When an account was erased, as ISO text."""
    found = work.db.exec(select(ErasedAccount.at).where(col(ErasedAccount.user_id) == user_id)).first()
    return found.isoformat() if found else ""


def _remove(payload: dict[str, Any], used: set[str]) -> None:
    folder = settings.files_dir
    gone: list[Path] = [settings.mail_dir / f"{one}.eml" for one in payload["mails"]]
    gone += [folder / "batches" / f"{one}.zip" for one in payload["batches"]]
    gone += [settings.take_out_dir / f"{one}.zip" for one in payload["take_outs"]]
    for digest in set(payload["files"]) - used:
        gone += [files.path_of(digest), *(folder / "pages").glob(f"{digest}-*")]
    for path in gone:
        path.unlink(missing_ok=True)


def note(path: Path, user_id: str, at: str) -> None:
    """Put an id on the list of erased accounts that lies beside the backups, once."""
    if user_id in {str(one) for one in noted(path)}:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        path.chmod(0o600)
        file.write(json.dumps({"user_id": user_id, "at": at}) + "\n")


def noted(path: Path) -> list[UUID]:
    """The ids on such a list; none where there is no list. A line that cannot be read is passed over."""
    found: list[UUID] = []
    for line in path.read_text().splitlines() if path.is_file() else ():
        with contextlib.suppress(ValueError, KeyError, TypeError):
            found.append(UUID(json.loads(line)["user_id"]))
    return found


def cut_journal() -> None:
    """Cut SQLite's journal to nothing: older states of pages stand in it until then. Raises OSError while it is in use."""
    if not db.database().is_sqlite:
        return
    connection = sqlite3.connect(db.database().path, isolation_level=None, timeout=CUT_SECONDS)
    until = time.monotonic() + CUT_SECONDS
    try:
        db.set_pragmas(connection)
        # SQLite waits for readers, and not for a process that closes its connection and cuts the journal by itself.
        while connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:
            if time.monotonic() > until:
                raise OSError("the journal is in use; trying again")
            time.sleep(0.05)
    finally:
        connection.close()
