"""Production refuses to start while anything is dangerous (T17), with one sentence for each thing."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from lms_app.build import ROOT

pytestmark = pytest.mark.no_database

GOOD = {
    "LMS_PROFILE": "production",
    "LMS_SECRET_KEY": "x7Jd2mPq9sVb4nRt6wYz8aLc1eHg3kUf",
    "LMS_BASE_URL": "https://school.example",
    "LMS_SMTP_HOST": "mail.school.example",
}


def _starts(folder: Path, **env: str) -> tuple[int, str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("LMS_")}
    done = subprocess.run(
        [sys.executable, "-c", "import lms_app.core.settings"],
        cwd=folder,
        env={**clean, "PYTHONPATH": str(ROOT), **env},
        capture_output=True,
        text=True,
    )
    return done.returncode, done.stderr


def test_production_starts_when_all_is_well(tmp_path: Path) -> None:
    assert _starts(tmp_path, **GOOD) == (0, "")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"LMS_SECRET_KEY": ""}, "LMS_SECRET_KEY is not set"),
        ({"LMS_SECRET_KEY": "change-me"}, "LMS_SECRET_KEY is not set"),
        ({"LMS_SECRET_KEY": "x" * 31}, "shorter than 32 bytes"),
        ({"LMS_BASE_URL": "http://school.example"}, "must start with https://"),
        ({"LMS_ALLOWED_ORIGINS": "*"}, "must not contain *"),
        ({"LMS_DEMO_ACCOUNTS": "true"}, "everybody knows the demo password"),
        ({"LMS_SMTP_HOST": ""}, "LMS_SMTP_HOST is not set"),
        ({"LMS_MAIL_TRANSPORT": "file"}, "keeps mail on disk"),
        ({"LMS_BENCH": "1"}, "LMS_BENCH must be off"),
        ({"REFLEX_ENV_MODE": "dev"}, "REFLEX_ENV_MODE"),
    ],
)
def test_production_refuses_with_a_sentence(tmp_path: Path, change: dict[str, str], sentence: str) -> None:
    code, said = _starts(tmp_path, **{**GOOD, **change})

    assert code != 0
    assert sentence in said
    assert "Traceback" not in said
