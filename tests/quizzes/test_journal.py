"""The browser's journal of answers, run by bun, which builds the front end anyway."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent


def test_the_journal_keeps_sends_and_forgets_answers() -> None:
    bun = shutil.which("bun", path=str(Path(sys.executable).parent)) or shutil.which("bun")
    if bun is None:
        pytest.skip("bun is not installed")

    done = subprocess.run([bun, "test", str(HERE / "journal.test.js")], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
