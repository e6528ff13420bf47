"""Files that others wrote, for tests only: read where they are, never copied. `LMS_CORPORA` names their folder."""

import os
from pathlib import Path

import pytest

ROOT = Path(os.environ.get("LMS_CORPORA") or Path(__file__).resolve().parents[2] / "shared" / "corpora")


def corpora(*parts: str) -> Path:
    """A file or folder of the corpora; the test is skipped where it is not."""
    path = ROOT.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"{path} is not here: LMS_CORPORA names the folder of the corpora.")
    return path
