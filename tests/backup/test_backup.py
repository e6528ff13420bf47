"""A backup brings everything back, into either kind of database, and one changed byte is noticed before it begins."""

import gzip
import hashlib
import io
import json
import os
import shutil
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import inspect, text

from lms_app import backup, migrate, schema
from lms_app.backup import reading, tables, writing
from lms_app.core import audit, db, files, outbox, site
from lms_app.core.settings import Settings
from lms_app.core.site import Site
from lms_app.core.work import SYSTEM, SiteRole, unit_of_work
from lms_app.courses import service as courses
from tests import postgres
from tests.makers import NOON, person

pytestmark = pytest.mark.no_database
KINDS = ["sqlite", *(["postgresql"] if os.environ.get("LMS_TEST_DATABASE_URL") else [])]
NASTY = "Ж\u2028 “quoted”\\n\t\n{}; -- 😀"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Files of this test alone."""
    monkeypatch.setattr(Settings, "files_dir", property(lambda _self: tmp_path / "files"))
    return tmp_path


@contextmanager
def empty_database(kind: str, folder: Path) -> Iterator[db.Database]:
    """A database without tables, in use."""
    if kind == "sqlite":
        with _in_use(f"sqlite:///{folder / 'lectern.db'}") as made:
            yield made
        return
    with postgres.own_schema(tables=False) as url, _in_use(url) as made:
        yield made


@contextmanager
def _in_use(url: str) -> Iterator[db.Database]:
    made = db.open_database(url)
    db.use(made)
    try:
        yield made
    finally:
        db.use(None)
        made.dispose()


def fill() -> None:
    """A few rows of many kinds: ids, moments, points, switches, JSON with and without nothing, odd letters."""
    migrate.migrate()
    teacher = person(f"Grace {NASTY}", SiteRole.INSTRUCTOR)
    course = teacher.does(courses.create_course, title=f"Ponds {NASTY}")
    teacher.does(courses.add_module, course_id=course.id, title="Light")
    teacher.does(files.store_bytes, content=b"kept bytes", name="a.txt", scope="note", scope_id=teacher.id)
    with unit_of_work(SYSTEM, NOON) as work:
        audit.record(work, "test.made", "thing", teacher.id, None, {"b": 1.5, "a": [None, NASTY], "big": 10**20})
        outbox.put(work, "email", {"nothing": None})


def contents(database: db.Database) -> dict[str, list[bytes]]:
    with database.read.connect() as connection, connection.begin():
        return {
            table.name: sorted(tables.lines(connection, table.name, tables.columns_of(table)))
            for table in schema.metadata().sorted_tables
            if not table.info.get("derived")
        }


@pytest.fixture
def archive(home: Path, _written: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup, in the folder of the school that it was made of."""
    if not _written:
        with empty_database("sqlite", home):
            fill()
            backup.write(home / "backup.tar.gz")
        _written["once"] = tmp_path_factory.mktemp("written")
        shutil.copytree(home, _written["once"], dirs_exist_ok=True)
    shutil.copytree(_written["once"], home, dirs_exist_ok=True)
    return home / "backup.tar.gz"


@pytest.fixture(scope="module")
def _written() -> dict[str, Path]:
    return {}


@pytest.mark.parametrize("into", KINDS)
@pytest.mark.parametrize("kind", KINDS)
def test_everything_comes_back(kind: str, into: str, home: Path) -> None:
    with empty_database(kind, home) as database:
        fill()
        before = contents(database)
        written = backup.write(home / "backup.tar.gz")
    (home / "files").rename(home / "files-before")
    (home / "other").mkdir()

    with empty_database(into, home / "other") as database:
        found = backup.restore(home / "backup.tar.gz")
        after = contents(database)
        whole = backup.check()

    assert after == before
    assert sum(map(len, after.values())) == written.rows > 7
    assert found.files == written.files == 1
    assert written.missing == 0
    (file,) = (home / "files").glob("??/*")
    assert file.read_bytes() == b"kept bytes"
    assert whole.problems == []


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_counted_up_goes_on_after_a_restore(kind: str, home: Path, archive: Path) -> None:
    (home / "other").mkdir()
    with empty_database(kind, home / "other"):
        backup.restore(archive)
        with unit_of_work(SYSTEM, NOON) as work:
            audit.record(work, "test.made", "thing", "again")

        assert backup.check().problems == []


def test_one_changed_byte_is_refused_and_nothing_is_touched(home: Path, archive: Path) -> None:
    whole = archive.read_bytes()
    (home / "other").mkdir()
    step = max(1, len(whole) // 60)
    places = [*range(12), *range(12, len(whole), step), *range(len(whole) - 9, len(whole))]
    for at in places:
        archive.write_bytes(whole[:at] + bytes([whole[at] ^ 0x10]) + whole[at + 1 :])
        with pytest.raises(backup.Damaged):
            backup.read(archive)
    archive.write_bytes(whole[:40] + bytes([whole[40] ^ 1]) + whole[41:])

    with empty_database("sqlite", home / "other") as database:
        with pytest.raises(backup.Damaged):
            backup.restore(archive)
        with database.read.connect() as connection:
            assert inspect(connection).get_table_names() == []


@pytest.mark.parametrize("cut", [0, 5, 100, -1])
def test_half_a_backup_is_refused(archive: Path, cut: int) -> None:
    archive.write_bytes(archive.read_bytes()[:cut])

    with pytest.raises(backup.Damaged):
        backup.read(archive)


def test_more_than_was_written_is_refused(archive: Path) -> None:
    archive.write_bytes(archive.read_bytes() + b"more")

    with pytest.raises(backup.Damaged):
        backup.read(archive)


@pytest.mark.parametrize("name", ["../outside", "/etc/outside", "files/../../outside"])
def test_a_name_that_leads_outside_is_refused(home: Path, name: str) -> None:
    _made(home / "odd.tar.gz", {name: b"x"})

    with pytest.raises(backup.Damaged, match="nothing that a backup holds"):
        backup.read(home / "odd.tar.gz")


def test_bytes_under_a_wrong_name_are_refused(home: Path, archive: Path) -> None:
    """Its own list agrees with it, and still the name of a file must be its hash."""
    with tarfile.open(archive) as given:
        kept = {one.name: given.extractfile(one).read() for one in given}  # pyright: ignore[reportOptionalMemberAccess]
    kept.pop("manifest.json")
    wrong = "files/aa/" + "a" * 64
    kept[wrong] = b"not these"
    _made(home / "odd.tar.gz", kept)
    (home / "files").rename(home / "files-before")

    with empty_database("sqlite", home / "files-before"), pytest.raises(backup.Damaged, match="not what its name says"):
        backup.restore(home / "odd.tar.gz")
    assert not list((home / "files").glob("??/*.part"))


def test_a_school_is_never_put_on_top_of_another(home: Path, archive: Path) -> None:
    (home / "other").mkdir()
    with empty_database("sqlite", home / "other") as database:
        fill()
        before = contents(database)

        with pytest.raises(backup.NotEmpty):
            backup.restore(archive)

        assert contents(database) == before


def test_a_rehearsal_touches_nothing(home: Path, archive: Path) -> None:
    (home / "files").rename(home / "files-before")
    before = sorted(home.rglob("*"))

    found = backup.rehearse(archive)

    assert found.files == 1
    assert sorted(home.rglob("*")) == before


def test_a_backup_of_a_newer_version_is_refused(home: Path, archive: Path) -> None:
    with tarfile.open(archive) as given:
        kept = {one.name: given.extractfile(one).read() for one in given}  # pyright: ignore[reportOptionalMemberAccess]
    kept.pop("manifest.json")
    head = json.loads(kept["lectern.json"])
    kept["lectern.json"] = json.dumps({**head, "revision": "from the future"}).encode()
    _made(home / "newer.tar.gz", kept)
    (home / "other").mkdir()

    with empty_database("sqlite", home / "other"), pytest.raises(migrate.WrongVersion):
        backup.restore(home / "newer.tar.gz")


def test_old_backups_go_and_nothing_else(home: Path) -> None:
    folder = home / "backups"
    folder.mkdir()
    (folder / "lectern-20200101-000000.tar.gz").write_bytes(b"old")
    (folder / "lectern-of-ours.tar.gz").write_bytes(b"named by somebody")
    with empty_database("sqlite", home):
        fill()
        left = backup.keep_some(folder, days=35, now=NOON)

    assert [path.name for path in left] == [f"lectern-{NOON:%Y%m%d-%H%M%S}.tar.gz"]
    assert sorted(path.name for path in folder.iterdir()) == sorted([left[0].name, "lectern-of-ours.tar.gz"])


def test_a_backup_is_due_as_often_as_the_settings_say(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert backup.is_due(NOON) is False
    monkeypatch.setattr(writing, "settings", Settings(backup_folder=home / "backups"))
    monkeypatch.setattr(site, "DEFAULTS", Site(backup_every_hours=24))
    site.forget()
    assert backup.is_due(NOON) is True
    with empty_database("sqlite", home):
        fill()
        backup.keep_some(home / "backups", days=0, now=NOON)

    assert backup.is_due(NOON + timedelta(hours=24)) is False
    assert backup.is_due(NOON + timedelta(hours=24, seconds=1)) is True


def test_check_names_what_is_wrong(home: Path) -> None:
    with empty_database("sqlite", home) as database:
        fill()
        (file,) = (home / "files").glob("??/*")
        file.write_bytes(b"other bytes")
        with database.write.connect() as connection, connection.begin():
            connection.execute(text("UPDATE audit_entry SET action = 'test.unmade' WHERE action = 'test.made'"))
            (seq,) = connection.execute(text("SELECT seq FROM audit_entry WHERE action = 'test.unmade'")).one()

        changed = backup.check()
        file.unlink()
        missing = backup.check()

    assert "1 files are not what was stored: a.txt" in changed.problems
    (edited,) = [line for line in changed.problems if "audit log" in line]
    assert f"Entry {seq} (" in edited
    assert "test.unmade) is not what its hash says" in edited
    assert "1 files are missing: a.txt" in missing.problems


def _made(path: Path, kept: dict[str, bytes]) -> None:
    """An archive with a list that agrees with what it holds."""
    sums = {name: hashlib.sha256(content).hexdigest() for name, content in kept.items()}
    whole: dict[str, Any] = {**kept, "manifest.json": json.dumps(sums).encode()}
    with (
        path.open("wb") as out,
        gzip.GzipFile("", "wb", fileobj=out, mtime=0) as file,
        tarfile.open(fileobj=file, mode="w|") as tar,
    ):
        for name, content in whole.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content))
    path.write_bytes(path.read_bytes() + reading.seal(hashlib.sha256(path.read_bytes()).digest()))
