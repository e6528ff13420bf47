"""Backups by the browser: asked for, made by the job loop, checked, and written down."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, select

from lms_app import backup
from lms_app.admin import service
from lms_app.core import apart, site
from lms_app.core.audit import AuditEntry
from lms_app.core.errors import Conflict, NotFound
from lms_app.core.settings import Settings
from lms_app.core.work import SYSTEM, reading, unit_of_work, utc_now


@pytest.fixture
def folder(database: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where backups go; what would be done in a process of its own, which would not know, is done here."""
    monkeypatch.setattr(Settings, "files_dir", property(lambda _self: tmp_path / "files"))
    monkeypatch.setattr(Settings, "backup_dir", property(lambda _self: tmp_path / "backups"))

    async def here(told: Any, function: Any, *args: Any) -> Any:
        percents: list[int] = []
        result = function(lambda done, total: percents.append(100 * done // max(total, 1)), *args)
        assert percents == sorted(percents)
        for percent in percents[-2:]:
            assert await told(percent)
        return result

    monkeypatch.setattr(apart, "run_telling", here)
    return tmp_path / "backups"


def _work() -> None:
    async def all_of_it() -> None:
        while await backup.work_on_backups():
            pass

    asyncio.run(all_of_it())


def test_one_is_made_and_found_whole(folder: Path, admin: Any) -> None:
    admin = admin.at(utc_now())
    asked = admin.does(service.start_backup)
    assert (asked.under_way, asked.rows) == ("make", [])
    with pytest.raises(Conflict):
        admin.does(service.start_backup)

    _work()
    made = admin.sees(service.all_backups)
    (row,) = made.rows
    admin.does(service.check_backup, name=row.name)
    _work()

    assert (made.under_way, made.total, row.by, row.checked) == ("", 1, "hand", "")
    assert (folder / row.name).stat().st_mode & 0o077 == 0
    (checked,) = admin.sees(service.all_backups).rows
    assert checked.checked
    assert checked.problem == ""
    assert backup.read(folder / row.name).files == 0


def test_a_damaged_one_is_told(folder: Path, admin: Any) -> None:
    admin = admin.at(utc_now())
    admin.does(service.start_backup)
    _work()
    (path,) = folder.iterdir()
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)

    admin.does(service.check_backup, name=path.name)
    _work()

    assert "changed since" in admin.sees(service.all_backups).rows[0].problem


def test_what_could_not_be_made_is_told(folder: Path, admin: Any) -> None:
    folder.write_text("a file where the folder should be")
    admin = admin.at(utc_now())
    admin.does(service.start_backup)
    _work()

    seen = admin.sees(service.all_backups)
    assert (seen.under_way, seen.rows) == ("", [])
    assert seen.problem


def test_only_what_is_there_is_checked(folder: Path, admin: Any) -> None:
    for name in ("../lectern.db", "lectern-20200101-000000.tar.gz"):
        with pytest.raises(NotFound):
            admin.does(service.check_backup, name=name)


def test_schedule_and_retention_are_settings(folder: Path, admin: Any) -> None:
    now = utc_now()
    assert backup.is_due(now) is False
    admin.does(service.change_settings, version=0, backup_every_hours=24, backup_keep_days=7)
    assert backup.is_due(now) is True
    folder.mkdir()
    (folder / "lectern-20200101-000000.tar.gz").write_bytes(b"old")

    with unit_of_work(SYSTEM) as work:
        service.note_scheduled(work, name=backup.keep_some(folder, site.known().backup_keep_days, now=now)[0].name)
    seen = admin.at(now).sees(service.all_backups)

    assert backup.is_due(now) is False
    assert [row.by for row in seen.rows] == ["schedule"]
    assert (seen.every_hours, seen.keep_days) == (24, 7)
    assert seen.next_at


def test_all_of_it_is_written_down(folder: Path, admin: Any) -> None:
    admin = admin.at(utc_now())
    admin.does(service.start_backup)
    _work()
    admin.does(service.check_backup, name=next(folder.iterdir()).name)
    _work()

    with reading(SYSTEM) as work:
        said = work.db.exec(
            select(AuditEntry).where(col(AuditEntry.subject_kind) == "backup").order_by(col(AuditEntry.seq))
        ).all()
    assert [(entry.action, entry.actor_id) for entry in said] == [
        ("backup.asked", admin.id),
        ("backup.made", None),
        ("backup.check_asked", admin.id),
        ("backup.checked", None),
    ]


def test_one_that_nobody_waits_for_any_more_is_given_up(folder: Path, admin: Any) -> None:
    admin.does(service.start_backup)
    with unit_of_work(SYSTEM, admin.now.replace(year=2030)) as work:
        assert service.take_backup(work) is None
    assert admin.sees(service.all_backups).under_way == ""
