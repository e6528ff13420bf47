"""T28: archives that mean harm are refused by their list, at once, and nothing of them is written anywhere."""

import gzip
import io
import stat
import tarfile
import time
import warnings
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from lms_app.core.archives import Archive, open_archive
from lms_app.core.errors import Invalid
from lms_app.core.settings import settings

pytestmark = pytest.mark.no_database
LINES = b"all work and no play\n" * 40


def zipped(*entries: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as whole, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # two of one name are what is tried
        for name, content in entries:
            whole.writestr(name, content)
    return made.getvalue()


def tarred(*entries: tuple[str, bytes], kind: bytes = tarfile.REGTYPE, mode: str = "w:gz") -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode=mode) as whole:  # pyright: ignore[reportCallIssue, reportArgumentType]
        for name, content in entries:
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, "/etc/passwd"
            info.size = len(content) if kind == tarfile.REGTYPE else 0
            whole.addfile(info, io.BytesIO(content))
    return made.getvalue()


def linked() -> bytes:
    info = zipfile.ZipInfo("link.md")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as whole:
        whole.writestr(info, "/etc/passwd")
    return made.getvalue()


def locked() -> bytes:
    content = bytearray(zipped(("a.xml", LINES)))
    content[content.index(b"PK\x01\x02") + 8] |= 1
    return bytes(content)


def crowded() -> bytes:
    """A million names, as cheap as they come."""
    entry = b"PK\x01\x02" + b"\x14\x00" * 2 + b"\x00" * 20 + b"\x01\x00" + b"\x00" * 16 + b"a"
    many = 1_000_000
    end = b"PK\x05\x06\x00\x00\x00\x00\xff\xff\xff\xff" + (len(entry) * many).to_bytes(4, "little") + b"\x00" * 6
    return entry * many + end


HARM: dict[str, Callable[[], bytes]] = {
    "a name that leads out": lambda: zipped(("a/../../b.xml", LINES)),
    "a name that leads out in another way": lambda: zipped(("..\\b.xml", LINES)),
    "an absolute name": lambda: zipped(("/etc/cron.d/x", LINES)),
    "a name on a drive": lambda: zipped(("C:\\x", LINES)),
    "a link": linked,
    "two files of one name": lambda: zipped(("a.xml", LINES), ("./a.xml", LINES)),
    "a password": locked,
    "a bomb": lambda: zipped(("a.xml", b"\x00" * 60_000_000)),
    "a million names": crowded,
    "too many files": lambda: zipped(*((str(n), b"") for n in range(20_001)), method=zipfile.ZIP_STORED),
    "a list that breaks off": lambda: zipped(("a.xml", LINES))[:-30],
    "a tar that leads out": lambda: tarred(("../b.xml", LINES)),
    "a tar with a link": lambda: tarred(("b.xml", b""), kind=tarfile.SYMTYPE),
    "a tar with a hard link": lambda: tarred(("b.xml", b""), kind=tarfile.LNKTYPE),
    "a tar with a device": lambda: tarred(("b.xml", b""), kind=tarfile.CHRTYPE),
    "a tar with two files of one name": lambda: tarred(("b.xml", LINES), ("b.xml", LINES)),
    "a tar of too many": lambda: tarred(*((str(n), b"") for n in range(20_001))),
    "a tar that breaks off": lambda: tarred(("b.xml", LINES * 1000))[:-60],
    "a packed bomb": lambda: gzip.compress(b"\x00" * 512 + b"a" * 100, 1) + gzip.compress(b"\x00" * 1000),
    "a bomb in a tar": lambda: tarred(("b.xml", b"\x00" * 60_000_000)),
    "no archive": lambda: b"PK" + b"x" * 1000,
    "nothing": lambda: b"",
}


@pytest.fixture
def put(tmp_path: Path) -> Callable[[bytes], Path]:
    def write(content: bytes) -> Path:
        path = tmp_path / "given"
        path.write_bytes(content)
        return path

    return write


def incoming() -> list[Path]:
    return list((settings.files_dir / "incoming").glob("*"))


@pytest.mark.parametrize("name", HARM)
def test_harm_is_refused_at_once_and_leaves_nothing(name: str, put: Callable[[bytes], Path]) -> None:
    path = put(HARM[name]())
    begun = time.process_time()

    with pytest.raises(Invalid) as refused:
        open_archive(path)

    assert refused.value.fields["file"].startswith("This file cannot be opened. ")
    assert time.process_time() - begun < 1
    assert incoming() == []


@pytest.mark.parametrize("make", [zipped, tarred, lambda *entries: tarred(*entries, mode="w")])
def test_an_archive_reads_as_it_was_written(make: Callable[..., bytes], put: Callable[[bytes], Path]) -> None:
    long = "/".join(["a-long-name-of-a-folder"] * 8) + "/ä.xml"
    with open_archive(put(make(("a/b.xml", LINES), (long, b""), ("./c", LINES * 9000)))) as archive:
        archive.check()

        assert list(archive.sizes.items()) == [("a/b.xml", len(LINES)), (long, 0), ("c", len(LINES) * 9000)]
        assert archive.bytes_of("c", 10**7) == LINES * 9000
        with pytest.raises(Invalid, match="larger"):
            archive.bytes_of("c", 1_000_000)
    assert incoming() == []


def test_a_file_that_is_not_whole_is_told_before_anything_is_used(put: Callable[[bytes], Path]) -> None:
    content = bytearray(zipped(("a.xml", LINES), ("b.xml", LINES), method=zipfile.ZIP_STORED))
    content[60] ^= 0xFF

    with open_archive(put(bytes(content))) as archive, pytest.raises(Invalid, match="damaged"):
        archive.check()


def test_a_file_that_is_longer_than_it_says_ends(put: Callable[[bytes], Path]) -> None:
    def endless() -> Iterator[bytes]:
        while True:
            yield LINES

    archive = Archive("", {"a": 10}, {"a": endless})

    with pytest.raises(Invalid, match="longer"):
        archive.check()
