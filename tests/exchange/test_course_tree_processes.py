"""The course tree by the command line as people run it: processes of their own, on a folder that is a git repository."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from lms_app.build import ROOT
from tests.test_running import run

pytestmark = pytest.mark.no_database

COURSE = "11111111-2222-4333-8444-555555555555"
MODULE = "21111111-2222-4333-8444-555555555555"
LESSON = "31111111-2222-4333-8444-555555555555"
PAGE = "modules/01-still-water/01-ducks.md"


def git(folder: Path, *words: str) -> str:
    if shutil.which("git") is None:
        pytest.skip("git is not installed")
    clean = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull, "HOME": str(folder)}
    who = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org"]
    done = subprocess.run(
        ["git", *who, *words], cwd=folder, env={**os.environ, **clean}, capture_output=True, text=True, check=True
    )
    return done.stdout


_SHELL = """
import contextlib, io, json, sys
from lms_app import cli
for line in sys.stdin:
    sys.argv = ["lms_app.cli", *json.loads(line)]
    said, code = io.StringIO(), 0
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        try:
            cli.main()
        except SystemExit as ended:
            code = ended.code if isinstance(ended.code, int) else 1
            said.write("" if isinstance(ended.code, int) else str(ended.code))
    print(json.dumps([code, said.getvalue()]), flush=True)
"""


class Shell:
    """A process that runs one command of `course` after the other: starting takes longer than most of them."""

    def __init__(self, data: Path) -> None:
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("LMS_", "REFLEX"))}
        self._process = subprocess.Popen(
            [sys.executable, "-c", _SHELL],
            cwd=ROOT,
            env={**clean, "LMS_DATA_DIR": str(data)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __call__(self, *words: str) -> tuple[int, str]:
        """The exit code, and what was said."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(["course", *words]) + "\n")
        self._process.stdin.flush()
        code, said = json.loads(self._process.stdout.readline())
        return code, said

    def ends(self) -> None:
        self._process.communicate()


@pytest.fixture
def data(tmp_path: Path) -> Path:
    assert run(tmp_path / "data", "lms_app.cli", "migrate")[0] == 0
    added = ("lms_app.cli", "user", "add", "ada@example.org", "--name", "Ada", "--role", "admin")
    assert run(tmp_path / "data", *added, typed="seven kettles on the moon\nseven kettles on the moon\n")[0] == 0
    return tmp_path / "data"


@pytest.fixture
def course(data: Path) -> Iterator[Shell]:
    made = Shell(data)
    yield made
    made.ends()


def write(folder: Path, name: str, text: str) -> None:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text)


def edit(folder: Path, old: str, new: str) -> None:
    text = (folder / PAGE).read_text()
    assert old in text
    write(folder, PAGE, text.replace(old, new))


@pytest.mark.long
def test_a_course_lives_in_git(tmp_path: Path, data: Path, course: Shell) -> None:
    here, there = tmp_path / "by-hand", tmp_path / "repository"

    # Written by hand, it becomes a course.
    write(here, "course.yaml", f"format: 1\nid: {COURSE}\ntitle: Ponds\nslug: ponds\n")
    write(here, "modules/01-still-water/module.yaml", f"id: {MODULE}\ntitle: Still water\n")
    write(here, PAGE, f"---\nid: {LESSON}\ntitle: Ducks\n---\n\nDucks swim.\n")
    code, said = course("import", str(here))
    assert (code, "Ponds (ponds), a new course" in said) == (0, True)

    # It goes out into a repository, and nothing of git's is touched.
    there.mkdir()
    git(there, "init", "-q")
    write(there, "course.yaml", "")
    write(there, "README.md", "How we work.")
    assert course("export", "ponds", str(there))[0] == 0
    git(there, "add", "-A")
    git(there, "commit", "-qm", "The course")
    assert (there / "README.md").read_text() == "How we work."
    assert course("export", "ponds", str(there))[0] == 0
    assert git(there, "status", "--porcelain") == ""

    # Checked out with other ends of lines, a mark at the beginning and other file modes it says the same.
    for path in (there / PAGE, there / "course.yaml"):
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
        path.chmod(0o755)
    assert course("diff", "ponds", str(there)) == (0, "")
    git(there, "checkout", "-qf", ".")

    # Both sides change it: nothing happens until it is decided, in a file or by a word.
    edit(there, "Ducks swim.", "Ducks swim and fly.")
    code, said = course("diff", "ponds", str(there))
    assert (code, "+Ducks swim and fly.\n" in said) == (1, True)
    edit(here, "Ducks swim.", "Ducks dive.")
    assert course("import", str(here))[0] == 0
    code, said = run(data, "lms_app.cli", "course", "import", str(there))
    assert (code, f"conflict  lesson      Ducks  [{LESSON}]" in said) == (3, True)
    write(tmp_path, "choices.yaml", f"{LESSON}: mine\n")
    code, said = course("import", str(there), "--resolve", str(tmp_path / "choices.yaml"))
    assert (code, said.strip()) == (1, f"{tmp_path}/choices.yaml:1: A choice is `ours` or `theirs`.")
    write(tmp_path, "choices.yaml", f"{LESSON}: theirs\n")
    assert course("import", str(there), "--resolve", str(tmp_path / "choices.yaml"))[0] == 0
    assert course("diff", "ponds", str(there)) == (0, "")

    # What is wrong is told by file and line, and a zip is a folder, too.
    edit(there, "title: Ducks", "titel: Ducks")
    code, said = course("import", str(there), "--resolve", "theirs")
    assert (code, f"{PAGE}:3: There is no key “titel” here." in said) == (1, True)
    edit(there, "titel: Ducks", "title: Ducks")
    packed = shutil.make_archive(str(tmp_path / "packed"), "zip", there)
    code, said = course("import", packed, "--as-new", "ponds-2")
    assert (code, "Ponds (ponds-2), a new course" in said) == (0, True)
