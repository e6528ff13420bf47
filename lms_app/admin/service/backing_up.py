"""Backups: which there are, making one now, and looking whether one is whole.

An archive holds everything about everybody, so none is downloaded here: the page says where it lies. `lms_app/backup`
writes and reads archives, taken up from here by the job loop, one at a time.
"""

import shutil
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import or_, update
from sqlmodel import col, select

from lms_app.admin.service.door import enter
from lms_app.admin.views import BackupRow, Backups
from lms_app.core import audit, changes, site, when
from lms_app.core.backups import BackupRun, made, moment_of, name_of
from lms_app.core.errors import Conflict, NotFound
from lms_app.core.settings import settings
from lms_app.core.work import Work

SHOWN_MAX = 100
LEASE = timedelta(seconds=60)
GIVEN_UP_AFTER = timedelta(days=1)
PLACE = "backups"
"""What a tab watches that shows them (`core/changes.py`)."""
NO_BACKUP = "We could not find that backup."
BUSY = "A backup is being made or checked already. Look again when it is done."
BROKEN = "Something went wrong on our side. The log of the server says what."


@dataclass(frozen=True, slots=True)
class TakenRun:
    """Something to do that this process does now."""

    id: UUID
    what: str
    name: str


def all_backups(work: Work) -> Backups:
    """The backups that there are, newest first, the hundred newest; what is under way, and what comes next. One query."""
    enter(work)
    folder = settings.backup_dir
    files = made(folder)
    shown = files[:SHOWN_MAX]
    runs = _runs(work, [path.name for path in shown])
    making = next((run for run in runs if run.done_at is None), None)
    failed = next((run for run in runs if run.what == "make" and run.problem and run.done_at), None)
    newest = moment_of(files[0].name) if files else None
    now = site.known()
    return Backups(
        rows=[_row(work, path, runs) for path in shown],
        total=len(files),
        folder=str(folder.absolute()),
        free=_free(folder),
        every_hours=now.backup_every_hours,
        keep_days=now.backup_keep_days,
        next_at=_next(work, newest, now.backup_every_hours),
        under_way=making.what if making else "",
        name=making.name if making else "",
        percent=making.percent if making else 0,
        problem=failed.problem if failed and failed.name not in {path.name for path in files[:1]} else "",
    )


def start_backup(work: Work) -> Backups:
    """Have a backup made now. Raises Conflict while one is made or checked."""
    enter(work)
    _ask(work, "make", name_of(work.now))
    audit.record(work, "backup.asked", "backup", name_of(work.now))
    return all_backups(work)


def check_backup(work: Work, *, name: str) -> Backups:
    """Have every byte of a backup looked at. Raises NotFound, Conflict while another one is made or checked."""
    enter(work)
    if name not in {path.name for path in made(settings.backup_dir)}:
        raise NotFound(NO_BACKUP)
    _ask(work, "check", name)
    audit.record(work, "backup.check_asked", "backup", name)
    return all_backups(work)


# ---- The job loop


def is_backup_waiting(work: Work) -> bool:
    """Whether there is anything to do: a cheap look, so that an idle loop never takes the writer."""
    enter(work)
    return work.db.connection().execute(select(BackupRun.id).where(*_waiting(work)).limit(1)).first() is not None


def take_backup(work: Work) -> TakenRun | None:
    """Lease what waits. None where it has waited for a day: then nobody waits for it."""
    enter(work)
    run = work.db.exec(select(BackupRun).where(*_waiting(work)).limit(1).with_for_update(skip_locked=True)).first()
    if run is None:
        return None
    if run.asked_at < work.now - GIVEN_UP_AFTER:
        end_backup(work, run_id=run.id, problem=BROKEN)
        return None
    run.lease_until = work.now + LEASE
    work.db.add(run)
    work.db.flush()
    return TakenRun(run.id, run.what, run.name)


def note_backup(work: Work, *, run_id: UUID, percent: int) -> bool:
    """How far it is; always to go on."""
    enter(work)
    moved = update(BackupRun).where(col(BackupRun.id) == run_id)
    work.db.connection().execute(moved.values(percent=percent, lease_until=work.now + LEASE))
    changes.changed(work, PLACE)
    return True


def end_backup(work: Work, *, run_id: UUID, problem: str = "") -> None:
    """It is done, or could not be."""
    enter(work)
    run = work.db.get(BackupRun, run_id)
    if run is None or run.done_at is not None:
        return
    run.done_at, run.problem, run.percent, run.lease_until = work.now, problem[:500], 100, None
    work.db.add(run)
    did = "backup.made" if run.what == "make" else "backup.checked"
    audit.record(work, did, "backup", run.name, None, {"well": not problem})
    changes.changed(work, PLACE)


def note_scheduled(work: Work, *, name: str) -> None:
    """That the schedule has made a backup."""
    enter(work)
    work.db.add(BackupRun(what="make", by="schedule", asked_at=work.now, name=name, percent=100, done_at=work.now))
    audit.record(work, "backup.made", "backup", name, None, {"well": True})
    changes.changed(work, PLACE)


# ---- Parts


def _ask(work: Work, what: str, name: str) -> None:
    if work.db.exec(select(BackupRun.id).where(col(BackupRun.done_at).is_(None)).limit(1)).first() is not None:
        raise Conflict(BUSY)
    work.db.add(BackupRun(what=what, by="hand", asked_by=work.actor.user_id, asked_at=work.now, name=name))
    work.db.flush()
    changes.changed(work, PLACE)


def _waiting(work: Work) -> tuple[Any, ...]:
    free = or_(col(BackupRun.lease_until).is_(None), col(BackupRun.lease_until) < work.now)
    return (col(BackupRun.done_at).is_(None), free)


def _runs(work: Work, names: list[str]) -> list[BackupRun]:
    """What is known of these files, what is under way, and the last that could not be made; newest first."""
    wanted = or_(col(BackupRun.name).in_(names), col(BackupRun.done_at).is_(None), col(BackupRun.problem) != "")
    order = col(BackupRun.asked_at).desc()
    return list(work.db.exec(select(BackupRun).where(wanted).order_by(order).limit(4 * SHOWN_MAX)).all())


def _row(work: Work, path: Path, runs: list[BackupRun]) -> BackupRow:
    its = [run for run in runs if run.name == path.name]
    by = next((run.by for run in its if run.what == "make"), "")
    checked = next((run for run in its if run.what == "check" and run.done_at), None)
    at = moment_of(path.name)
    assert at is not None
    zone, locale = work.actor.zone, work.actor.locale
    try:
        size = path.stat().st_size
    except FileNotFoundError:  # retention was faster
        size = 0
    return BackupRow(
        name=path.name,
        made=when.moment(at, zone, locale, now=work.now),
        size=size_words(size, locale),
        by=by,
        checked=when.moment(checked.done_at, zone, locale, now=work.now) if checked and checked.done_at else "",
        problem=checked.problem if checked else "",
    )


def _next(work: Work, newest: Any, every_hours: int) -> str:
    if not every_hours:
        return ""
    due = max(newest + timedelta(hours=every_hours), work.now) if newest else work.now
    return when.moment(due, work.actor.zone, work.actor.locale, now=work.now)


def _free(folder: Path) -> str:
    """How much room there is where backups go; the folder itself may not be there yet."""
    there = next((one for one in (folder.absolute(), *folder.absolute().parents) if one.exists()), Path("/"))
    return size_words(shutil.disk_usage(there).free)


def size_words(size_bytes: int, locale: str = "en") -> str:
    """ "12 kB", "3.4 MB", "1.2 GB": decimal units, as disks are sold."""
    for unit, in_bytes in (("GB", 10**9), ("MB", 10**6)):
        if size_bytes >= in_bytes:
            return f"{when.number((Decimal(size_bytes) / in_bytes).quantize(Decimal(1) / 10), locale)} {unit}"
    return f"{when.number(-(-size_bytes // 1000), locale)} kB"
