"""The school of canaries."""

from pathlib import Path

import pytest

from lms_app.core import db
from tests.privacy import canaries
from tests.security.school import School


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where everything of this test lies, its database among it."""
    assert not db.database().is_sqlite or db.database().path.parent == tmp_path, "mark it own_file"
    canaries.move_to(tmp_path, monkeypatch)
    return tmp_path


@pytest.fixture
def there(home: Path, monkeypatch: pytest.MonkeyPatch) -> School:
    return canaries.school(monkeypatch)
