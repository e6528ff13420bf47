"""A course that goes out as a tree and comes back is the same, to the byte."""

import shutil
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from lms_app.core.work import SiteRole
from lms_app.exchange import service
from tests.exchange import grown
from tests.makers import person

QUICK = [Phase.explicit, Phase.generate]
QUIET = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large]


def written(tree: Any, folder: Path) -> Path:
    """As the command line writes it."""
    service.write_tree(tree, folder)
    return folder


def there_and_back(data: Any) -> None:
    who = person("Author", SiteRole.INSTRUCTOR)
    grown.empty_school()
    slug = grown.course(data, who)
    folder = Path(tempfile.mkdtemp())
    try:
        first = who.sees(service.export_tree, slug=slug)
        written(first, folder)
        draft = service.read_tree(folder)
        assert draft.problems == []
        over = who.does(service.import_tree, draft)
        assert (over.changes, over.is_new) == ([], False)
        assert who.sees(service.export_tree, slug=slug) == first

        grown.empty_school()
        report = who.does(service.import_tree, draft)
        assert report.is_new
        assert who.sees(service.export_tree, slug=slug) == first
    finally:
        shutil.rmtree(folder)


@settings(max_examples=3, deadline=None, phases=QUICK, suppress_health_check=QUIET)
@given(st.data())
def test_a_course_comes_back_to_the_byte(data: Any) -> None:
    there_and_back(data)


@pytest.mark.long
@settings(max_examples=300, deadline=None, suppress_health_check=QUIET)
@given(st.data())
def test_many_courses_come_back_to_the_byte(data: Any) -> None:
    there_and_back(data)
