"""Archives that strangers made: zip, tar and tar.gz, looked at whole before anything of them is used.

Opening one reads only its list. A name that leads out, a link, two files of one name, too many of them, or more inside
than its size can honestly hold: the archive is refused as a whole. Nothing is ever written under a name from inside.
"""

import os
import stat
import struct
import tempfile
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from lms_app.core.errors import Invalid
from lms_app.core.settings import settings

FILES_MAX = 20_000
INSIDE_BYTES_MAX = 4 * 1024**3
RATIO_MAX = 150  # what text packs to; a bomb has a thousand
RATIO_FREE_BYTES = 30_000_000  # so much may come of any archive
NAME_MAX = 1_000
DEPTH_MAX = 40
CHUNK = 1 << 20
_LIST_BYTES_MAX = 6_000_000  # of the list at the end of a zip
_BLOCK = 512
_LONG_NAME_MAX = 64_000
_SKIPPED = ("__MACOSX/", ".DS_Store")

Chunks = Callable[[], Iterator[bytes]]


@dataclass(slots=True)
class Archive:
    """Its regular files with their sizes in bytes, by paths with `/`. Close it, or use it in a `with`."""

    name: str
    sizes: dict[str, int] = field(default_factory=dict[str, int])
    _open: dict[str, Chunks] = field(default_factory=dict[str, Chunks])
    _close: Callable[[], None] = lambda: None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._close()

    def chunks_of(self, path: str) -> Iterator[bytes]:
        """The content of a file, a megabyte at a time. Raises Invalid where it is not whole."""
        left = self.sizes[path]
        try:
            for chunk in self._open[path]():
                left -= len(chunk)
                if left < 0:
                    raise _refused(f"{_shown(path)} is longer than the archive says.")
                yield chunk
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError):
            raise _refused(f"{_shown(path)} is damaged.") from None
        if left:
            raise _refused(f"{_shown(path)} is shorter than the archive says.")

    def bytes_of(self, path: str, limit: int) -> bytes:
        """The content of a file in one piece. Raises Invalid for one that is not there, larger than `limit`, or damaged."""
        if path not in self.sizes:
            raise _refused(f"{_shown(path)} is not in the archive.")
        if self.sizes[path] > limit:
            raise _refused(f"{_shown(path)} is larger than {limit // 1_000_000} MB.")
        return b"".join(self.chunks_of(path))

    def check(self, heard: Callable[[int], None] = lambda _bytes: None) -> None:
        """Read everything once. Raises Invalid for the first file that is not whole: before any of them is used.

        `heard` is told of each piece how long it was.
        """
        for path in self.sizes:
            for chunk in self.chunks_of(path):
                heard(len(chunk))

    def below(self, folder: str) -> "Archive":
        """What is in one of its folders, as an archive; all of it for no folder. It closes with this one."""
        if not folder:
            return self
        inside = {path: path.removeprefix(f"{folder}/") for path in self.sizes if path.startswith(f"{folder}/")}
        return Archive(
            self.name,
            {name: self.sizes[path] for path, name in inside.items()},
            {name: self._open[path] for path, name in inside.items()},
        )


def is_archive(head: bytes) -> bool:
    """Whether a file that begins so is one of those that `open_archive` opens."""
    return head[:4] in (b"PK\x03\x04", b"PK\x05\x06") or head[:2] == b"\x1f\x8b" or head[257:262] == b"ustar"


def open_archive(path: Path, name: str = "") -> Archive:
    """Raises Invalid, with a sentence, for what is no archive and for one that means harm. A folder is one, unpacked."""
    if path.is_dir():
        return _list_folder(path, name)
    file = path.open("rb")
    try:
        head = file.read(_BLOCK)
        size = file.seek(0, os.SEEK_END)
        archive = Archive(name or path.name)
        if head[:2] == b"PK":
            _list_zip(archive, file, size)
        elif head[:2] == b"\x1f\x8b":
            _list_tar(archive, file, size, packed=True)
        elif head[257:262] == b"ustar":
            _list_tar(archive, file, size, packed=False)
        else:
            raise _refused("This is no archive: neither zip nor tar.")
    except BaseException:
        file.close()
        raise
    return archive


def _list_folder(folder: Path, name: str) -> Archive:
    """A folder of this machine: links in it are not followed."""
    archive, root = Archive(name or folder.name), folder.resolve()
    for below, folders, names in os.walk(root):
        folders[:] = sorted(one for one in folders if one not in (".git", "__MACOSX"))
        for one in sorted(names):
            file = Path(below) / one
            status = file.lstat()
            if stat.S_ISREG(status.st_mode):
                _add(archive, file.relative_to(root).as_posix(), status.st_size, _in_folder(file))
    return archive


def _in_folder(file: Path) -> Chunks:
    def chunks() -> Iterator[bytes]:
        with os.fdopen(os.open(file, os.O_RDONLY | os.O_NOFOLLOW), "rb") as inside:
            while chunk := inside.read(CHUNK):
                yield chunk

    return chunks


# ---- Names


def clean_path(path: str) -> str:
    """A path of an archive with `/`, without `./`. Raises Invalid for one that leads out of its folder."""
    path = unicodedata.normalize("NFC", path).replace("\\", "/")
    if not path or "\x00" in path or len(path) > NAME_MAX:
        raise _refused("It has a file whose name is none.")
    if path.startswith("/") or path[1:2] == ":":
        raise _refused(f"{_shown(path)} is an absolute path.")
    parts = [part for part in path.split("/") if part not in ("", ".")]
    if ".." in parts:
        raise _refused(f"{_shown(path)} leads out of the archive.")
    if len(parts) > DEPTH_MAX:
        raise _refused(f"Its folders are nested more than {DEPTH_MAX} deep.")
    return "/".join(parts)


def _add(archive: Archive, written: str, size: int, open: Chunks) -> None:
    path = clean_path(written)
    if path.startswith(_SKIPPED) or path.endswith(_SKIPPED):
        return
    if path in archive.sizes:
        raise _refused(f"{_shown(path)} is in it twice.")
    archive.sizes[path] = size
    archive._open[path] = open  # pyright: ignore[reportPrivateUsage]  the functions here fill it
    if len(archive.sizes) > FILES_MAX:
        raise _refused(f"It has more than {FILES_MAX:,} files.")


def _shown(path: str) -> str:
    kept = "".join(sign if sign.isprintable() else "�" for sign in path)
    return f"“{kept[:120]}”"


def _refused(reason: str) -> Invalid:
    return Invalid({"file": f"This file cannot be opened. {reason}"})


def _allowed(packed_bytes: int) -> int:
    """How much may be inside of so many bytes."""
    return min(INSIDE_BYTES_MAX, max(RATIO_FREE_BYTES, RATIO_MAX * packed_bytes))


# ---- Zip


def _list_zip(archive: Archive, file: IO[bytes], size: int) -> None:
    _check_end(file, size)
    try:
        whole = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, struct.error):
        raise _refused("It is no whole zip file.") from None
    archive._close = whole.close  # pyright: ignore[reportPrivateUsage]
    left = _allowed(size)
    for info in whole.infolist():
        if info.is_dir() or info.filename.endswith("\\"):
            clean_path(info.filename)
            continue
        if stat.S_IFMT(info.external_attr >> 16) not in (0, stat.S_IFREG):
            raise _refused(f"{_shown(info.filename)} is a link, not a file.")
        if info.flag_bits & 0x1:
            raise _refused("It is locked with a password.")
        left -= info.file_size
        if left < 0:
            raise _refused("There is far more inside than its size allows.")
        _add(archive, info.filename, info.file_size, _in_zip(whole, info))
    file_close = file.close
    archive._close = lambda: (whole.close(), file_close())[0]  # pyright: ignore[reportPrivateUsage]


def _check_end(file: IO[bytes], size: int) -> None:
    """How long the list is, before it is read: a million names would cost seconds."""
    tail = min(size, 65_557)
    file.seek(size - tail)
    end = file.read(tail)
    at = end.rfind(b"PK\x05\x06")
    if at < 0 or len(end) - at < 22:
        raise _refused("It is no whole zip file.")
    count, list_bytes = struct.unpack("<HL", end[at + 10 : at + 16])
    wide = end.rfind(b"PK\x06\x06", 0, at)
    if wide >= 0 and len(end) - wide >= 56:
        count, list_bytes = struct.unpack("<QQ", end[wide + 32 : wide + 48])
    if list_bytes > _LIST_BYTES_MAX or (count > FILES_MAX and count != 0xFFFF):
        raise _refused(f"It has more than {FILES_MAX:,} files.")
    file.seek(0)


def _in_zip(whole: zipfile.ZipFile, info: zipfile.ZipInfo) -> Chunks:
    def chunks() -> Iterator[bytes]:
        with whole.open(info) as inside:
            while chunk := inside.read(CHUNK):
                yield chunk

    return chunks


# ---- Tar


class _Unpacked:
    """Reads a tar, packed or not, once from the start; a packed one is copied aside, so that its files can be found again."""

    def __init__(self, file: IO[bytes], size: int, *, packed: bool) -> None:
        self.file, self.packed, self.left = file, packed, _allowed(size)
        file.seek(0)
        self.at, self.kept = 0, file
        self.bytes = b""
        self.zlib = zlib.decompressobj(wbits=31) if packed else None
        if packed:
            folder = settings.files_dir / "incoming"
            folder.mkdir(parents=True, exist_ok=True)
            self.kept = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115  open as long as the archive

    def read(self, many: int) -> bytes:
        while len(self.bytes) < many and (more := self._more()):
            self.bytes += more
        taken, self.bytes = self.bytes[:many], self.bytes[many:]
        self.at += len(taken)
        return taken

    def skip(self, many: int) -> None:
        while many and (passed := self.read(min(many, CHUNK))):
            many -= len(passed)
        if many:
            raise _refused("It is not whole.")

    def _more(self) -> bytes:
        if self.zlib is None:
            return self.file.read(CHUNK)
        made = b""
        while not made:
            packed = self.zlib.unconsumed_tail or self.file.read(1 << 16)
            if not packed or self.zlib.eof:
                return b""
            try:
                made = self.zlib.decompress(packed, CHUNK)
            except zlib.error:
                raise _refused("It is damaged.") from None
        self.left -= len(made)
        if self.left < 0:
            raise _refused("There is far more inside than its size allows.")
        self.kept.write(made)
        return made


def _list_tar(archive: Archive, file: IO[bytes], size: int, *, packed: bool) -> None:
    source = _Unpacked(file, size, packed=packed)
    try:
        _read_tar(archive, source)
    except BaseException:
        source.kept.close()
        raise
    kept = source.kept
    archive._close = lambda: (kept.close(), file.close())[0]  # pyright: ignore[reportPrivateUsage]


def _read_tar(archive: Archive, source: _Unpacked) -> None:
    """Headers of POSIX.1-2001 and GNU, each with a checksum; only files and folders."""
    long_name, long_size, heads = "", -1, 0
    while len(head := source.read(_BLOCK)) == _BLOCK and head.strip(b"\x00"):
        heads += 1
        if heads > 3 * FILES_MAX:
            raise _refused(f"It has more than {FILES_MAX:,} files.")
        if _number(head[148:156]) != sum(head[:148]) + 256 + sum(head[156:]):
            raise _refused("It is no whole tar file.")
        size, kind = _number(head[124:136]), head[156:157]
        if size < 0:
            raise _refused("It is no whole tar file.")
        if kind in b"LKxg" and kind:
            if size > _LONG_NAME_MAX:
                raise _refused("It has a file whose name is too long.")
            said = source.read(size)
            source.skip(-size % _BLOCK)
            if kind == b"L":
                long_name = said.rstrip(b"\x00").decode("utf-8", "replace")
            elif kind == b"x":
                fields = _fields(said)
                long_name = fields.get("path", long_name)
                long_size = int(fields["size"]) if fields.get("size", "").isdecimal() else -1
            continue
        prefix = head[345:500].rstrip(b"\x00") if head[257:263] == b"ustar\x00" else b""
        short = head[:100].split(b"\x00")[0]
        name = long_name or (prefix + b"/" + short if prefix else short).decode("utf-8", "replace")
        size, long_name, long_size = (long_size if long_size >= 0 else size), "", -1
        if kind in (b"0", b"\x00", b"7") and not name.endswith("/"):
            _add(archive, name, size, _in_tar(source.kept, source.at, size))
            source.skip(size + -size % _BLOCK)
        elif kind in (b"5", b"0", b"\x00"):
            if name.strip("./"):
                clean_path(name)
            source.skip(size + -size % _BLOCK)
        else:
            raise _refused(f"{_shown(name)} is a link or a device, not a file.")
    if not archive.sizes:
        raise _refused("There is no file in it.")


def _number(written: bytes) -> int:
    """Octal, or binary in GNU's way."""
    if written[0] & 0x80:
        return int.from_bytes(written[1:], "big") if written[0] == 0x80 else -1
    try:
        return int(written.split(b"\x00")[0].strip() or b"0", 8)
    except ValueError:
        return -1


def _fields(said: bytes) -> dict[str, str]:
    """`27 path=a long name\\n` of a pax header."""
    found: dict[str, str] = {}
    for line in said.split(b"\n"):
        entry = line.partition(b" ")[2]
        name, sign, value = entry.partition(b"=")
        if sign:
            found[name.decode("utf-8", "replace")] = value.decode("utf-8", "replace")
    return found


def _in_tar(kept: IO[bytes], start: int, size: int) -> Chunks:
    def chunks() -> Iterator[bytes]:
        at, left = start, size
        while left:
            kept.seek(at)
            chunk = kept.read(min(left, CHUNK))
            if not chunk:
                return
            at, left = at + len(chunk), left - len(chunk)
            yield chunk

    return chunks
