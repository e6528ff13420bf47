"""Files of assignments pass their doors, as the whole product puts them up."""

import pytest

from lms_app.assignments import service
from lms_app.core import files
from lms_app.courses import service as courses


@pytest.fixture(autouse=True)
def _doors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(files.READERS, service.BRIEF, service.brief_files_door)
    monkeypatch.setitem(files.WRITERS, service.BRIEF, service.brief_authors_door)
    monkeypatch.setitem(files.READERS, service.SUBMISSION, service.submission_files_door)
    monkeypatch.setitem(files.WRITERS, service.SUBMISSION, service.submission_writers_door)
    monkeypatch.setitem(files.CHECKS, service.SUBMISSION, service.check_file)
    monkeypatch.setitem(files.READERS, service.FEEDBACK_ZIP, service.feedback_zip_door)
    monkeypatch.setitem(files.WRITERS, service.FEEDBACK_ZIP, service.feedback_zip_door)
    monkeypatch.setitem(files.CHECKS, service.FEEDBACK_ZIP, service.check_feedback_zip)
    monkeypatch.setitem(courses.ITEM_KINDS, service.ASSIGNMENT, service.ASSIGNMENT_ITEM)
