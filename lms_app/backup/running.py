"""What was asked for about backups is done: taken up by the job loop, in a process of its own, for it computes for long."""

import logging
import time
from pathlib import Path

from lms_app.admin import service as admin
from lms_app.admin.service import TakenRun
from lms_app.backup.reading import read
from lms_app.backup.writing import keep_some
from lms_app.core import apart, backups, db, site
from lms_app.core.apart import Tell, Told
from lms_app.core.errors import LmsError
from lms_app.core.settings import settings
from lms_app.core.work import SYSTEM, ask, perform

log = logging.getLogger(__name__)
AGAIN_SECONDS = 20.0  # a lease is made longer after so long, also where nothing moves


async def work_on_backups() -> bool:
    """Make or check the backup that waits. False when none does."""
    if not await ask(SYSTEM, admin.is_backup_waiting):
        return False
    taken = await perform(SYSTEM, admin.take_backup)
    if taken is None:
        return True
    problem = ""
    try:
        if taken.what == "make":
            keep = site.known().backup_keep_days
            await apart.run_telling(_told(taken), make_named, db.database().url, taken.name, keep)
        else:
            await apart.run_telling(_told(taken), check_named, settings.backup_dir / taken.name)
    except LmsError as error:
        problem = error.message
    except OSError as error:
        problem = f"{error.strerror or error}."
    except Exception:
        log.exception("a backup stops")
        problem = admin.BROKEN
    await perform(SYSTEM, admin.end_backup, run_id=taken.id, problem=problem)
    return True


def make_named(tell: Tell, database_url: str, name: str, keep_days: int) -> None:
    """The backup of that name, and what is older than it should be goes."""
    at = backups.moment_of(name)
    database = db.use_address(database_url)
    try:
        keep_some(settings.backup_dir, keep_days, now=at, tell=tell)
    finally:
        database.read.dispose()


def check_named(tell: Tell, path: Path) -> None:
    """Look at every byte of an archive. Raises Damaged with what is wrong."""
    read(path, tell)


def _told(taken: TakenRun) -> Told:
    """Writes down how far it is, where that is news."""
    known, at = -1, 0.0

    async def told(percent: int) -> bool:
        nonlocal known, at
        if percent == known and time.monotonic() - at < AGAIN_SECONDS:
            return True
        known, at = percent, time.monotonic()
        return await perform(SYSTEM, admin.note_backup, run_id=taken.id, percent=percent)

    return told
