"""An archive, and whether it is whole: every byte of it is looked at before anything else is touched.

A backup is a gzipped tar: `lectern.json` (of what, when, which tables), `tables/NAME.jsonl`, `files/ab/abcd…`, and at
its end `manifest.json` with the SHA-256 of each of the others. A second, tiny gzip after it seals all of it: it holds
the SHA-256 of every byte before, for the few that gzip's own sum does not cover. `tar xzf` reads such a file.
"""

import gzip
import hashlib
import json
import struct
import tarfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Any

from lms_app.backup.tables import Column, Sum
from lms_app.core import apart
from lms_app.core.apart import Tell
from lms_app.core.errors import LmsError

FORMAT = 1
HEAD, MANIFEST = "lectern.json", "manifest.json"
TABLES, FILES = "tables", "files"
_GZIP = bytes((0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0xFF))  # no name and no time
CHUNK = 1 << 20


class Damaged(LmsError):
    """The archive is not what was written. Nothing was touched."""

    code = "damaged"
    status = 422


@dataclass(frozen=True, slots=True)
class Found:
    """What an archive says of itself."""

    path: Path
    made_at: str
    revision: str
    columns: dict[str, list[Column]]
    sums: dict[str, Sum]
    files: int


def read(path: Path, tell: Tell = apart.nobody_listens) -> Found:
    """Look at every byte, and tell how far it is. Raises Damaged with what is wrong."""
    if not path.is_file():
        raise Damaged(f"There is no file {path}.")
    _check_seal(path, tell)
    seen: dict[str, str] = {}
    head: dict[str, Any] = {}
    told: dict[str, str] | None = None
    try:
        for name, member in members(path):
            if told is not None or name in seen:
                raise Damaged(f"{path}: {name} stands where nothing may stand.")
            if name == MANIFEST:
                told = json.loads(member.read())
                continue
            digest = hashlib.sha256()
            whole = bytearray()
            while chunk := member.read(CHUNK):
                digest.update(chunk)
                if name == HEAD:
                    whole += chunk
            seen[name] = digest.hexdigest()
            if name == HEAD:
                head = json.loads(whole)
    except (OSError, EOFError, zlib.error, tarfile.TarError, ValueError, gzip.BadGzipFile) as error:
        raise Damaged(f"{path} is damaged: {error}.") from None
    if told is None or not head:
        raise Damaged(f"{path} ends too early: it has no list of what it holds.")
    if told != seen:
        odd = sorted({name for name in {*told, *seen} if told.get(name) != seen.get(name)})
        raise Damaged(f"{path}: {odd[0]} is not what was written" + (f", and {len(odd) - 1} more." if odd[1:] else "."))
    if head.get("format") != FORMAT:
        raise Damaged(f"{path} was written by a newer version of Lectern. Install that version.")
    return Found(
        path=path,
        made_at=head["made_at"],
        revision=head["revision"],
        columns={name: [Column(*one) for one in columns] for name, columns in head["tables"].items()},
        sums={name: Sum(*one) for name, one in head["sums"].items()},
        files=sum(name.startswith(f"{FILES}/") for name in seen),
    )


def members(path: Path) -> Iterator[tuple[str, IO[bytes]]]:
    """Names and contents, in their order, without unpacking anything. Raises Damaged for what we never write."""
    with (
        path.open("rb") as file,
        gzip.GzipFile(fileobj=file) as whole,
        tarfile.open(fileobj=whole, mode="r|") as archive,
    ):
        for member in archive:
            parts = PurePosixPath(member.name).parts
            content = archive.extractfile(member) if member.isreg() else None
            if content is None or ".." in parts or member.name.startswith("/"):
                raise Damaged(f"{path}: {member.name} is nothing that a backup holds.")
            yield member.name, content


def seal(digest: bytes) -> bytes:
    """A gzip of 64 digits, not compressed, so that it has one spelling. Source: RFC 1951 3.2.4 and RFC 1952."""
    said = digest.hex().encode()
    size = struct.pack("<HH", len(said), len(said) ^ 0xFFFF)
    return _GZIP + b"\x01" + size + said + struct.pack("<II", zlib.crc32(said), len(said))


def _check_seal(path: Path, tell: Tell) -> None:
    whole = left = path.stat().st_size - len(seal(b"\0" * 32))
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while left > 0 and (chunk := file.read(min(left, CHUNK))):
            digest.update(chunk)
            left -= len(chunk)
            tell(whole - left, 2 * whole)  # the second half is looking inside
        if left or file.read() != seal(digest.digest()):
            raise Damaged(f"{path} is no backup of Lectern, or it was changed since.")
