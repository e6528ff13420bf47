"""T28, T30: trees, zips, YAML and tables that mean harm are refused, or read as what they are, at once and without a trace."""

import io
import stat
import struct
import time
import tracemalloc
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from lms_app.core.errors import Invalid
from lms_app.core.settings import settings
from lms_app.exchange import service

pytestmark = pytest.mark.no_database

SECONDS, BYTES = 1.0, 60_000_000
COURSE = "format: 1\nid: 11111111-2222-4333-8444-555555555555\ntitle: Ponds\nslug: ponds\n"
FRONT = "---\nid: 31111111-2222-4333-8444-555555555555\ntitle: Ducks\n"
MODULE = "id: 21111111-2222-4333-8444-555555555555\ntitle: Still water\n"
PAGE = "modules/01-a/01-b.md"


@contextmanager
def cheaply(memory: bool = True) -> Iterator[None]:
    """In less than a second, with little memory, and with nothing left on the disk."""
    tracemalloc.start() if memory else None
    begun = time.process_time()
    try:
        yield
    finally:
        took = time.process_time() - begun
        peak = tracemalloc.get_traced_memory()[1] if memory else 0
        tracemalloc.stop()
        aside = settings.files_dir / "incoming"
        left = [path for path in aside.rglob("*") if path.is_file()] if aside.is_dir() else []
    assert left == []
    assert memory or took < SECONDS  # tracing makes it slower
    assert peak < BYTES


def tree(folder: Path, **files: str | bytes) -> Path:
    given = {"course.yaml": COURSE, "modules/01-a/module.yaml": MODULE, **files}
    for name, content in given.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def problems(folder: Path) -> list[str]:
    return [str(one) for one in service.read_tree(folder, stage=False).problems]


# ---- YAML


LAUGHS = "a: &a [x, x]\n" + "".join(
    f"{c}: &{c} [{','.join([f'*{b}'] * 9)}]\n" for b, c in zip("abcdefgh", "bcdefghi", strict=True)
)
YAMLS = {
    "laughs": LAUGHS,
    "alias": f"{COURSE}summary: &s x\ncategory: *s\n",
    "merge": f"{COURSE}<<: {{title: x}}\n",
    "object": f"{COURSE}summary: !!python/object/apply:os.system ['id']\n",
    "binary": f"{COURSE}summary: !!binary aGk=\n",
    "own-tag": f"{COURSE}summary: !secret x\n",
    "second": f"{COURSE}---\n{COURSE}",
    "brackets": f"{COURSE}groups: {'[' * 100_000}",
    "braces": f"{COURSE}groups: {'{a: ' * 50_000}",
    "dashes": f"{COURSE}groups: {'- ' * 100_000}x",
    "questions": "? " * 100_000,
    "keys": COURSE + "".join(f"k{n}: 1\n" for n in range(90_000)),
    "items": f"{COURSE}groups:\n" + "- {}\n" * 29_000,
    "colons": ":" * 500_000,
    "quote": f'{COURSE}summary: "{"x" * 1_000_000}',
    "nothing": "",
    "list": "- a\n",
    "nul": f"{COURSE}summary: a\0b\n",
    "control": f"{COURSE}summary: a\x07b\n",
    "half": f'{COURSE}summary: "\\ud800"\n',
    "huge-number": f"{COURSE}hours: 1e999999999\n",
    "many-digits": f"{COURSE}capacity: {'9' * 100_000}\n",
    "latin": COURSE.replace("Ponds", "Étangs").encode("latin-1"),
    "utf-16": COURSE.encode("utf-16"),
    "picture": b"\x89PNG\r\n\x1a\n" + bytes(1000),
    "large": COURSE + "#" * 2_100_000,
}


@pytest.mark.parametrize("name", YAMLS)
@pytest.mark.parametrize("memory", [True, False], ids=["memory", "time"])
def test_yaml_that_means_harm_is_told_by_line(tmp_path: Path, name: str, memory: bool) -> None:
    folder = tree(tmp_path, **{"course.yaml": YAMLS[name]})

    with cheaply(memory):
        said = problems(folder)

    assert said
    assert all(one.startswith("course.yaml:") for one in said), said


@pytest.mark.parametrize(
    "body",
    ["---\n" * 100_000, FRONT + "x" * 1_000_000, FRONT + "-" * 500_000, "---" + " \t" * 200_000, "\n" * 500_000],
    ids=["rules", "no-end", "dashes", "blanks", "lines"],
)
def test_a_page_without_its_settings_is_told_at_once(tmp_path: Path, body: str) -> None:
    folder = tree(tmp_path, **{PAGE: body})

    with cheaply(memory=False):
        said = problems(folder)

    assert all(one.startswith(f"{PAGE}:") for one in said)
    assert said


@pytest.mark.parametrize("end", ["\r\n", "\r", "\n"], ids=["crlf", "cr", "lf"])
@pytest.mark.parametrize("mark", ["", "\ufeff"], ids=["plain", "bom"])
def test_any_ends_of_lines_and_a_mark_read_alike(tmp_path: Path, end: str, mark: str) -> None:
    page = mark + f"{FRONT}---\n\nDucks swim.\n\nThey dive.\n".replace("\n", end)
    folder = tree(tmp_path, **{PAGE: page, "course.yaml": mark + COURSE.replace("\n", end)})

    draft = service.read_tree(folder, stage=False)

    assert draft.problems == []
    assert draft.whole.pieces["31111111-2222-4333-8444-555555555555"].body == "Ducks swim.\n\nThey dive."


# ---- Folders


def test_links_devices_and_places_outside_are_refused(tmp_path: Path) -> None:
    folder = tree(tmp_path / "tree", **{PAGE: f"{FRONT}files:\n- path: ../../secret\n---\n"})
    (tmp_path / "secret").write_text("secret")
    (folder / "files").symlink_to(tmp_path)
    (folder / "bank").mkdir()
    (folder / "bank/question.md").symlink_to("/dev/zero")

    with cheaply():
        said = problems(folder)

    assert "bank/question.md:1: This is a symbolic link, not followed." in said
    assert "files:1: This is a symbolic link, not followed." in said
    assert any(one.startswith(f"{PAGE}:5: “path”") for one in said)


def test_an_export_never_writes_through_a_link(tmp_path: Path) -> None:
    aim = tmp_path / "aim"
    aim.mkdir()
    (tmp_path / "tree").symlink_to(aim)
    folder = tree(tmp_path / "other")
    (aim / "victim").write_text("mine")
    (folder / "files").symlink_to(aim)
    (folder / "modules/01-a/01-b.md").symlink_to(aim / "victim")
    files = service.TreeFiles("ponds", {"course.yaml": COURSE, PAGE: "theirs", ".lectern/base.json": "{}"}, {})

    with pytest.raises(Invalid):
        service.write_tree(files, tmp_path / "tree")
    service.write_tree(files, folder)

    assert (aim / "victim").read_text() == "mine"
    assert [path.name for path in aim.iterdir()] == ["victim"]
    assert (folder / PAGE).read_text() == "theirs"


# ---- Zips


def zipped(*entries: tuple[str | zipfile.ZipInfo, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as archive:
        for name, content in entries:
            archive.writestr(name, content)
    return made.getvalue()


def link() -> zipfile.ZipInfo:
    info = zipfile.ZipInfo("files/link")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return info


def lying() -> bytes:
    """A zip that says of a file that it is small, and it is not."""
    content = bytearray(zipped(("course.yaml", bytes(60_000_000))))
    at = content.rindex(b"PK\x01\x02")
    content[at + 24 : at + 28] = struct.pack("<I", 10)
    return bytes(content)


def locked() -> bytes:
    content = bytearray(zipped(("course.yaml", COURSE.encode())))
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.rindex(mark) + place] |= 1
    return bytes(content)


GOOD = ("course.yaml", COURSE.encode())
ZIPS: dict[str, Callable[[], bytes]] = {
    "nothing": lambda: b"",
    "no-zip": lambda: b"hello" * 1000,
    "empty": lambda: zipped(),
    "bomb": lambda: zipped(("course.yaml", bytes(100_000_000))),
    "in-pieces": lambda: zipped(*((f"files/{n}", bytes(1_000_000)) for n in range(100)), GOOD),
    "zip-in-zip": lambda: zipped(("course.zip", zipped(GOOD))),
    "lying": lying,
    "locked": locked,
    "cut": lambda: zipped(GOOD, ("a", b"x" * 9_000))[:-200],
    "parent": lambda: zipped(GOOD, ("../evil", b"x")),
    "root": lambda: zipped(GOOD, ("/etc/evil", b"x")),
    "drive": lambda: zipped(GOOD, ("C:\\evil", b"x")),
    "backslash": lambda: zipped(GOOD, ("modules\\..\\..\\evil", b"x")),
    "nul": lambda: zipped(GOOD).replace(b"course.yaml", b"cour\0e.yaml"),
    "link": lambda: zipped(GOOD, (link(), b"/etc/passwd")),
    "twice": lambda: zipped(GOOD, GOOD),
    "file-and-folder": lambda: zipped(GOOD, ("modules", b"x"), ("modules/a/module.yaml", b"x")),
    "deep": lambda: zipped(GOOD, ("a/" * 200 + "b", b"x")),
    "long-name": lambda: zipped(GOOD, ("a" * 5_000, b"x")),
    "many": lambda: zipped(GOOD, *((f"files/{n}", b"") for n in range(20_001)), method=zipfile.ZIP_STORED),
}


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("name", ZIPS)
def test_a_zip_that_means_harm_is_refused_at_once(tmp_path: Path, name: str) -> None:
    packed = tmp_path / "tree.zip"
    packed.write_bytes(ZIPS[name]())

    with cheaply(memory=False), pytest.raises(Invalid):
        service.read_zip(packed)

    assert [path.name for path in tmp_path.iterdir()] == ["tree.zip"]


# ---- Tables


TABLES = {
    "columns": "kind,question," + ",".join(f"c{n}" for n in range(100_000)) + "\nessay,x\n",
    "quote": 'kind,question\nessay,"' + "x" * 2_000_000,
    "quotes": "kind,question\nessay," + '"' * 1_000_000,
    "rows": "kind,question\n" + "nothing,x\n" * 100_000,
    "rows-of-one": "kind,question,options.999.text\nsingle_choice,x,y\n",
    "formula": "kind,question\nessay,=HYPERLINK(1)\n",
    "number": "kind,question,points\nessay,x,1e999999\n",
    "digits": "kind,question,points\nessay,x," + "9" * 100_000 + "\n",
    "nul": "kind,question\nessay,a\0b\n",
    "latin": "kind,question\nessay,é\n".encode("latin-1"),
    "half": "kind,question\nessay,\ud800\n",
}


@pytest.mark.parametrize("name", TABLES)
def test_a_table_that_means_harm_gets_an_answer_at_once(name: str) -> None:
    with cheaply(memory=False):
        try:
            found = service.read_questions(TABLES[name]).report
        except Invalid:
            return

    assert found.blocked or [one.kind for one in found.counts] == ["essay"]


@pytest.mark.parametrize("end", ["\r\n", "\r", "\n"], ids=["crlf", "cr", "lf"])
def test_a_table_reads_with_any_ends_of_lines(end: str) -> None:
    text = "\ufeff" + f"kind,question{end}essay,Why?{end}description,Ponds.{end}"

    assert [one.kind for one in service.read_questions(text.encode()).report.questions] == ["essay", "description"]
