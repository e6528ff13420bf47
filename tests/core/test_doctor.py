"""The doctor says of each setting what it is, where from and what is wrong, and never a secret."""

from pathlib import Path
from typing import Any

import pytest

from lms_app.core import doctor
from lms_app.core.settings import Settings

pytestmark = pytest.mark.no_database


def _given(monkeypatch: pytest.MonkeyPatch, env_file: Path | None = None, /, **env: Any) -> dict[str, Any]:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"LMS_{name.upper()}", raising=False)
    for name, value in env.items():
        monkeypatch.setenv(f"LMS_{name.upper()}", value)
    read: Any = Settings
    found = doctor.examine(given=read(_env_file=env_file))
    return {row.name.removeprefix("LMS_").lower(): row for row in found.settings} | {"problems": found.problems}


def test_each_setting_says_where_it_comes_from(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("LMS_SITE_NAME=Filed\nLMS_PORT=4000\n")

    rows = _given(monkeypatch, file, port="5000")

    assert (rows["site_name"].value, rows["site_name"].source) == ("Filed", ".env")
    assert (rows["port"].value, rows["port"].source) == ("5000", "environment")
    assert (rows["host"].value, rows["host"].source) == ("127.0.0.1", "default")
    assert set(rows) == {*Settings.model_fields, "problems"}


def test_secrets_are_set_or_not_and_addresses_lose_their_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = _given(
        monkeypatch,
        secret_key="hunter2-" * 5,
        smtp_password="hunter2",
        database_url="postgresql://lms:hunter2@db.example:5432/lms?password=hunter2",
        redis_url="redis://:hunter2@[::1]:6379/0",
    )

    assert "hunter2" not in repr(rows)
    assert [rows[name].value for name in ("secret_key", "smtp_password", "metrics_token")] == ["set", "set", "not set"]
    assert rows["database_url"].value == "postgresql://lms:…@db.example:5432/lms?…"
    assert rows["redis_url"].value == "redis://:…@[::1]:6379/0"


def test_the_secret_that_everybody_knows_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    assert _given(monkeypatch, secret_key="change-me")["secret_key"].value == "not set"


def test_an_address_that_nobody_can_read_is_only_set(monkeypatch: pytest.MonkeyPatch) -> None:
    assert _given(monkeypatch, redis_url="redis://:hunter2@[::1/0")["redis_url"].value == "set"


@pytest.mark.parametrize(
    ("name", "env", "words"),
    [
        ("secret_key", {"secret_key": "short"}, "shorter than 32 bytes"),
        ("base_url", {"base_url": "http://school.example"}, "must start with https://"),
        ("mail_transport", {"mail_transport": "file"}, "keeps mail on disk"),
        ("backup_every_hours", {}, "No backup is made by itself"),
        ("backup_folder", {"backup_every_hours": "24"}, "beside the data"),
        ("password_min_characters", {"password_min_characters": "8"}, "shorter than 15"),
        ("smtp_security", {"mail_transport": "smtp", "smtp_host": "a.example", "smtp_security": "none"}, "can read"),
        ("workers", {"workers": "2"}, "LMS_REDIS_URL"),
        ("workers", {"workers": "2", "redis_url": "redis://localhost"}, "PostgreSQL"),
        ("host", {"host": "0.0.0.0"}, "without https"),
    ],
)
def test_a_danger_stands_at_its_setting(
    monkeypatch: pytest.MonkeyPatch, name: str, env: dict[str, Any], words: str
) -> None:
    assert words in _given(monkeypatch, **env)[name].danger


def test_what_is_well_has_no_danger(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    rows = _given(
        monkeypatch,
        profile="production",
        secret_key="x7Jd2mPq9sVb4nRt6wYz8aLc1eHg3kUf",
        base_url="https://school.example",
        smtp_host="mail.school.example",
        backup_every_hours="24",
        backup_folder=str(tmp_path),
        host="0.0.0.0",
    )

    assert [name for name, row in rows.items() if name != "problems" and row.danger] == []
