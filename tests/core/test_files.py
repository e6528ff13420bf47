"""Files: what they are, who may have them, and that nothing about them is believed."""

import errno
import os
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms_app.core import files
from lms_app.core.errors import Invalid, NoRoom, NotFound
from lms_app.core.settings import settings
from lms_app.core.work import SYSTEM, Work, reading, unit_of_work
from tests.makers import NOON

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 32


@pytest.fixture
def doors(student: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A scope whose files are the student's alone."""

    def door(work: Work, scope_id: UUID) -> None:
        if work.actor.user_id != student.id:
            raise NotFound()

    monkeypatch.setitem(files.READERS, "note", door)
    monkeypatch.setitem(files.WRITERS, "note", door)


@pytest.mark.parametrize(
    ("content", "name", "expected"),
    [
        (PNG, "a.png", "image/png"),
        (b"\xff\xd8\xff\xe0", "a.jpg", "image/jpeg"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "a.webp", "image/webp"),
        (b"%PDF-1.7\n", "a.pdf", "application/pdf"),
        (b"PK\x03\x04", "a.docx", files._ZIPPED[".docx"]),
        (b"PK\x03\x04", "a.zip", "application/zip"),
        (b"\x00\x00\x00\x18ftypmp42", "a.mp4", "video/mp4"),
        (b"<svg onload=alert(1)>", "a.png", "image/svg+xml"),
        (b"<?xml version='1.0'?>\n<!-- x --><svg xmlns=''>", "a.svg", "image/svg+xml"),
        (b"<html><script>alert(1)</script>", "a.png", "text/plain; charset=utf-8"),
        ("Größe".encode(), "a.txt", "text/plain; charset=utf-8"),
        (b"MZ\x90\x00\x03", "a.png", "application/octet-stream"),
    ],
)
def test_the_content_says_what_a_file_is(content: bytes, name: str, expected: str) -> None:
    assert files.media_type_of(content, name) == expected


def test_only_what_a_browser_may_show_is_shown(student: Any, doors: None) -> None:
    shown: dict[str, bool] = {}
    for name, content in {"a.png": PNG, "a.svg": b"<svg/>", "a.html": b"<p>Hi</p>", "a.pdf": b"%PDF-1.7"}.items():
        view = student.does(files.store_bytes, content=content, name=name, scope="note", scope_id=uuid4())
        shown[name] = student.sees(files.open_file, file_id=UUID(view.id)).inline

    assert shown == {"a.png": True, "a.svg": False, "a.html": False, "a.pdf": True}


def test_a_stranger_finds_no_file_and_adds_none(student: Any, stranger: Any, doors: None) -> None:
    view = student.does(files.store_bytes, content=PNG, name="a.png", scope="note", scope_id=uuid4())

    with pytest.raises(NotFound):
        stranger.sees(files.open_file, file_id=UUID(view.id))
    with pytest.raises(NotFound):
        stranger.does(files.remove, file_id=UUID(view.id))
    with pytest.raises(NotFound):
        stranger.does(files.attach, files.stage_bytes(PNG), name="b.png", scope="note", scope_id=uuid4())
    with pytest.raises(NotFound):
        stranger.does(files.attach, files.stage_bytes(PNG), name="b.png", scope="no such scope", scope_id=uuid4())


def test_the_same_bytes_are_on_disk_once_and_go_when_nobody_uses_them(student: Any, doors: None) -> None:
    scope_id = uuid4()
    views = [
        student.at(NOON + n * timedelta(minutes=1)).does(
            files.store_bytes, content=PNG + b"same", name=f"{n}.png", scope="note", scope_id=scope_id
        )
        for n in range(2)
    ]
    path = student.sees(files.open_file, file_id=UUID(views[0].id)).path
    assert student.sees(files.of, "note", scope_id) == views

    student.does(files.remove, file_id=UUID(views[0].id))
    os.utime(path, (0, 0))
    with unit_of_work(SYSTEM) as work:
        files.sweep(work)
    assert path.exists()

    student.does(files.remove, file_id=UUID(views[1].id))
    with unit_of_work(SYSTEM) as work:
        files.sweep(work)
    assert not path.exists()


@pytest.mark.anyio
async def test_an_upload_that_is_too_large_ends_early_and_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "settings", settings.model_copy(update={"upload_limit_mib": 1}))
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while True:
            sent += 65_536
            yield b"x" * 65_536

    with pytest.raises(Invalid, match="at most 1 MB"):
        await files.stage_stream(endless())

    assert sent <= 1024 * 1024 + 65_536
    assert not list((settings.files_dir / "incoming").iterdir())


def test_an_empty_file_is_refused() -> None:
    with pytest.raises(Invalid, match="empty"):
        files.stage_bytes(b"")


@given(st.text(max_size=300))
def test_any_name_becomes_one_that_is_safe_in_headers_and_on_disks(name: str) -> None:
    clean = files.clean_name(name)

    assert 0 < len(clean) <= files.NAME_MAX
    assert not set(clean) & set("/\\\r\n\0")
    assert clean not in (".", "..")
    assert "‮" not in clean


def test_reading_needs_a_door(student: Any) -> None:
    view = student.does(files.store_bytes, content=PNG, name="a.png", scope="nobody's", scope_id=uuid4())

    with reading(SYSTEM) as work, pytest.raises(NotFound):
        files.open_file(work, file_id=UUID(view.id))


def _full(*_: Any) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.anyio
async def test_a_full_disk_is_said_leaves_nothing_behind_and_is_over_when_it_is_over(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        yield b"the bytes of a full disk"

    with monkeypatch.context() as patched:
        patched.setattr(files.os, "fsync", _full)
        with pytest.raises(NoRoom, match="no room left"):
            await files.stage_stream(chunks())
        with pytest.raises(NoRoom):
            files.stage_bytes(b"the same of another kind")
    assert not list((settings.files_dir / "incoming").iterdir())

    staged = await files.stage_stream(chunks())
    assert files.content_of(staged.sha256) == b"the bytes of a full disk"
