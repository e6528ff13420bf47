"""The school of canaries."""

from pathlib import Path

import pytest

from tests.privacy import canaries
from tests.security.school import School


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where everything of this test lies."""
    canaries.move_to(tmp_path, monkeypatch)
    return tmp_path


@pytest.fixture
def there(home: Path, monkeypatch: pytest.MonkeyPatch) -> School:
    return canaries.school(monkeypatch)
