"""Files that people gave us: bytes on disk under their SHA-256, a row for each place where they are used.

A file's type is decided by its content, never by its name. Who may read one is asked of the room that owns its scope
(`READERS`, filled in `lms_app.py`), at every request: an address alone opens nothing.
"""

import asyncio
import errno
import hashlib
import os
import re
import secrets
import unicodedata
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from sqlmodel import Field, col, func, select

from lms_app.core.db import Moment, Row, new_id
from lms_app.core.errors import Invalid, NoRoom, NotFound
from lms_app.core.settings import settings
from lms_app.core.words import say
from lms_app.core.work import Work

NAME_MAX = 160
HEAD_BYTES = 4096
PIECE = 1 << 20
NO_FILE = "We could not find that file."
QUOTA_BYTES = 2 * 1024**3  # of one person

Door = Callable[[Work, UUID], None]
READERS: dict[str, Door] = {}
"""Scope → who may read: raises NotFound for everybody else."""
WRITERS: dict[str, Door] = {}
"""Scope → who may add or remove files."""
CHECKS: dict[str, "Check"] = {}
"""Scope → what a file must be to be taken there, besides the door: raises Invalid. Scopes without one take any."""
LIMITS_MIB: dict[str, int] = {}
"""Scope → how large a file may be there, where that is not `upload_limit_mib`."""


class StoredFile(Row, table=True):
    """One use of some bytes. The same bytes used twice are one file on disk and two rows."""

    __tablename__ = "stored_file"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    sha256: str = Field(max_length=64, index=True)
    name: str = Field(max_length=NAME_MAX)
    media_type: str = Field(max_length=100)
    size_bytes: int
    scope: str = Field(max_length=40)
    scope_id: UUID = Field(index=True)
    owner_id: UUID | None = Field(default=None, foreign_key="user.id", index=True)
    created_at: datetime = Field(sa_type=Moment)


@dataclass(frozen=True, slots=True)
class FileView:
    id: str
    name: str
    media_type: str
    size_bytes: int
    url: str


@dataclass(frozen=True, slots=True)
class Staged:
    """Bytes that arrived, on disk under their hash; no row knows them yet."""

    sha256: str
    size_bytes: int
    head: bytes


@dataclass(frozen=True, slots=True)
class Opened:
    """What a response needs. `inline` says that a browser may show it: everything else is a download."""

    path: Path
    name: str
    media_type: str
    inline: bool


Check = Callable[[Work, UUID, Staged, str], None]


# ---- What a file is

_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"%PDF-", "application/pdf"),
    (b"OggS", "audio/ogg"),
    (b"ID3", "audio/mpeg"),
    (b"\xff\xfb", "audio/mpeg"),
    (b"\x1aE\xdf\xa3", "video/webm"),
    (b"PK\x03\x04", "application/zip"),
    (b"PK\x05\x06", "application/zip"),
    (b"\x1f\x8b", "application/gzip"),
)
# A zip by content; which of them it is does no harm to believe, since all of them are downloads.
_ZIPPED = {
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".odt": "application/vnd.oasis.opendocument.text",
    ".odp": "application/vnd.oasis.opendocument.presentation",
    ".ods": "application/vnd.oasis.opendocument.spreadsheet",
}
INLINE = frozenset(
    {"image/png", "image/jpeg", "image/gif", "image/webp", "application/pdf", "video/mp4", "video/webm"}
    | {"audio/mpeg", "audio/ogg", "audio/wav"}
)
IMAGES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
SVG = "image/svg+xml"
CAPTIONS = "text/vtt; charset=utf-8"
_SVG = re.compile(
    rb"^\s*(<\?xml[^>]*\?>\s*)?(<!--.*?-->\s*)*(<!DOCTYPE[^>]*>\s*)?(<!--.*?-->\s*)*<svg[\s>]", re.S | re.I
)


def media_type_of(head: bytes, name: str = "") -> str:
    """The type of a file by its first bytes; `name` only tells office documents apart. Unknown bytes are a download."""
    for magic, media_type in _MAGIC:
        if head.startswith(magic):
            return _ZIPPED.get(Path(name).suffix.lower(), media_type) if media_type == "application/zip" else media_type
    if head[:4] == b"RIFF":
        return {b"WEBP": "image/webp", b"WAVE": "audio/wav"}.get(head[8:12], "application/octet-stream")
    if head[4:8] == b"ftyp":
        return "video/mp4"
    if _SVG.match(head.removeprefix(b"\xef\xbb\xbf")):
        return SVG
    if _is_text(head):
        return CAPTIONS if head.removeprefix(b"\xef\xbb\xbf").startswith(b"WEBVTT") else "text/plain; charset=utf-8"
    return "application/octet-stream"


def _is_text(head: bytes) -> bool:
    if b"\x00" in head:
        return False
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.reason == "unexpected end of data" and error.start > len(head) - 4
    return True


# ---- Coming in


def stage_bytes(content: bytes) -> Staged:
    """Put bytes on disk: written aside, fsynced, renamed to their hash. Raises Invalid above the limit or when empty."""
    _check_size(len(content))
    if not content:
        raise Invalid({"file": "This file is empty."})
    digest = hashlib.sha256(content).hexdigest()
    path = _path(digest)
    if not path.exists():
        with _written() as (file, aside):
            file.write(content)
            _make_safe(file)
            _rename(aside, path)
    return Staged(digest, len(content), content[:HEAD_BYTES])


async def stage_stream(chunks: AsyncIterator[bytes], limit_mib: int | None = None) -> Staged:
    """Like `stage_bytes` for an upload, counting while it comes: never more than the limit is on disk.

    The event loop only collects: hashing and the disk are for a thread, a megabyte at a time.
    """
    with _written() as (file, aside):
        taking = _Taking(file, limit_mib)
        waiting = bytearray()
        async for chunk in chunks:
            waiting += chunk
            _check_size(taking.size + len(waiting), limit_mib)
            if len(waiting) >= PIECE:
                await asyncio.to_thread(taking.take, bytes(waiting))
                waiting.clear()
        return await asyncio.to_thread(taking.end, aside, bytes(waiting))


def stage_chunks(chunks: Iterable[bytes], limit_mib: int | None = None) -> Staged:
    """Like `stage_bytes` for what comes in pieces: never all of it is in memory."""
    with _written() as (file, aside):
        taking = _Taking(file, limit_mib)
        for chunk in chunks:
            taking.take(chunk)
        return taking.end(aside)


class _Taking:
    """Counts and hashes what is written."""

    def __init__(self, file: BinaryIO, limit_mib: int | None) -> None:
        self.file, self.limit_mib = file, limit_mib
        self.digest, self.size, self.head = hashlib.sha256(), 0, b""

    def take(self, chunk: bytes) -> None:
        self.size += len(chunk)
        _check_size(self.size, self.limit_mib)
        self.digest.update(chunk)
        self.head += chunk[: max(0, HEAD_BYTES - len(self.head))]
        self.file.write(chunk)

    def end(self, aside: Path, last: bytes = b"") -> Staged:
        if last:
            self.take(last)
        if not self.size:
            raise Invalid({"file": "This file is empty."})
        _make_safe(self.file)
        _rename(aside, _path(self.digest.hexdigest()))
        return Staged(self.digest.hexdigest(), self.size, self.head)


def keep(work: Work, staged: Staged, *, name: str, scope: str, scope_id: UUID) -> FileView:
    """The row of a file that was staged. Whoever calls has passed the door of the scope. Raises Invalid over quota."""
    if work.actor.user_id is not None:
        mine = select(func.coalesce(func.sum(col(StoredFile.size_bytes)), 0))
        used = work.db.exec(mine.where(col(StoredFile.owner_id) == work.actor.user_id)).one()
        if int(used) + staged.size_bytes > QUOTA_BYTES:
            raise Invalid({"file": "Your files take all the room you have. Remove some first."})
    row = StoredFile(
        sha256=staged.sha256,
        name=clean_name(name),
        media_type=media_type_of(staged.head, name),
        size_bytes=staged.size_bytes,
        scope=scope,
        scope_id=scope_id,
        owner_id=work.actor.user_id,
        created_at=work.now,
    )
    work.db.add(row)
    work.db.flush()
    return view_of(row)


def store_bytes(work: Work, *, content: bytes, name: str, scope: str, scope_id: UUID) -> FileView:
    """Stage and keep in one step."""
    return keep(work, stage_bytes(content), name=name, scope=scope, scope_id=scope_id)


def attach(work: Work, staged: Staged, *, name: str, scope: str, scope_id: UUID) -> FileView:
    """`keep` behind the door of the scope. Raises NotFound for a scope that takes no files, or to a stranger."""
    enter_to_write(work, scope=scope, scope_id=scope_id)
    if check := CHECKS.get(scope):
        check(work, scope_id, staged, name)
    return keep(work, staged, name=name, scope=scope, scope_id=scope_id)


def enter_to_write(work: Work, *, scope: str, scope_id: UUID) -> None:
    """The door of a scope for whoever adds or removes files. Raises NotFound where there is none."""
    door = WRITERS.get(scope)
    if door is None:
        raise NotFound(NO_FILE)
    door(work, scope_id)


def remove(work: Work, *, file_id: UUID) -> None:
    """Take a file away; its bytes go when nothing uses them any more (`sweep`)."""
    row = work.db.get(StoredFile, file_id)
    if row is None:
        raise NotFound(NO_FILE)
    _pass(WRITERS.get(row.scope), work, row.scope_id)
    work.db.delete(row)
    work.db.flush()


def copy_all(work: Work, scope: str, copies: Mapping[UUID, UUID]) -> dict[UUID, dict[str, str]]:
    """Give other things of the same scope the same files: by each thing that has some, new addresses by old ones.

    `copies` are the new things by those that they are copies of. The caller passed all doors.
    """
    rows = work.db.exec(
        select(StoredFile).where(col(StoredFile.scope) == scope, col(StoredFile.scope_id).in_(list(copies)))
    )
    addresses: dict[UUID, dict[str, str]] = {}
    for row in rows.all():
        copy = StoredFile.model_validate(row.model_dump(exclude={"id"}))
        copy.scope_id, copy.created_at = copies[row.scope_id], work.now
        work.db.add(copy)
        addresses.setdefault(copy.scope_id, {})[view_of(row).url] = view_of(copy).url
    work.db.flush()
    return addresses


def moved(text: str, addresses: Mapping[str, str]) -> str:
    """A text with the new addresses of its files."""
    for old, new in addresses.items():
        text = text.replace(old, new)
    return text


# ---- Going out


def of(work: Work, scope: str, scope_id: UUID) -> list[FileView]:
    """The files of one thing, oldest first. The caller has passed its door."""
    rows = select(StoredFile).where(col(StoredFile.scope) == scope, col(StoredFile.scope_id) == scope_id)
    return [view_of(row) for row in work.db.exec(rows.order_by(col(StoredFile.created_at), col(StoredFile.id)))]


def open_file(work: Work, *, file_id: UUID) -> Opened:
    """A file for whoever may read it. Raises NotFound for everybody else, and for what is not there."""
    row = work.db.get(StoredFile, file_id)
    if row is None:
        raise NotFound(NO_FILE)
    _pass(READERS.get(row.scope), work, row.scope_id)
    path = _path(row.sha256)
    if not path.exists():
        raise NotFound(NO_FILE)
    # A picture in SVG may stand in a page, where its scripts are dead; opened by itself it is a download.
    return Opened(path, row.name, row.media_type, inline=row.media_type in INLINE)


def _pass(door: Door | None, work: Work, scope_id: UUID) -> None:
    """Go through the door of a file's scope. What it says of its own things would tell that there is such a file."""
    if door is None:
        raise NotFound(NO_FILE)
    try:
        door(work, scope_id)
    except NotFound:
        raise NotFound(NO_FILE) from None


def path_of(sha256: str) -> Path:
    """Where the bytes under a hash are, or would be. Whoever asks has passed the door of a row that names it."""
    return _path(sha256)


def content_of(sha256: str) -> bytes:
    """The bytes under a hash. Raises NotFound when they are gone."""
    try:
        return _path(sha256).read_bytes()
    except FileNotFoundError:
        raise NotFound(NO_FILE) from None


def view_of(row: StoredFile) -> FileView:
    return FileView(str(row.id), row.name, row.media_type, row.size_bytes, f"/files/{row.id}")


def clean_name(name: str) -> str:
    """A name that is safe in a header, on any disk and in a list: no folders, controls or direction marks."""
    last = re.split(r"[/\\]", name)[-1]
    kept = "".join(c for c in unicodedata.normalize("NFC", last) if unicodedata.category(c) not in ("Cc", "Cf", "Cs"))
    kept = kept.strip(" .") or "file"
    if len(kept) <= NAME_MAX:
        return kept
    stem, dot, ending = kept.rpartition(".")
    return f"{stem[: NAME_MAX - 12]}{dot}{ending[:10]}" if dot else kept[:NAME_MAX]


def sweep(work: Work, older_than_seconds: int = 86_400) -> int:
    """Delete bytes that no row uses and that are a day old. Returns how many files went."""
    used = set(work.db.exec(select(StoredFile.sha256)).all())
    gone = 0
    for path in settings.files_dir.glob("*/*"):
        if path.name not in used and work.now.timestamp() - path.stat().st_mtime > older_than_seconds:
            path.unlink(missing_ok=True)
            gone += 1
    return gone


def _check_size(size: int, limit_mib: int | None = None) -> None:
    limit_mib = limit_mib or settings.upload_limit_mib
    if size > limit_mib * 1024 * 1024:
        raise Invalid({"file": say("A file may have at most {limit_mib} MB.", limit_mib=limit_mib)})


def _path(digest: str) -> Path:
    return settings.files_dir / digest[:2] / digest


@contextmanager
def _written() -> Iterator[tuple[BinaryIO, Path]]:
    """A file aside to write into, which is gone at the end unless it was renamed. Raises NoRoom on a full disk."""
    folder = settings.files_dir / "incoming"
    aside = folder / secrets.token_hex(16)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with aside.open("xb") as file:
            yield file, aside
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise NoRoom() from error
        raise
    finally:
        aside.unlink(missing_ok=True)


def _make_safe(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())


def _rename(aside: Path, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    aside.replace(path)
