"""Lists that others wrote: each ends in an import, or in a reason for every line."""

from typing import Any
from uuid import UUID

import pytest

from lms_app.admin import service
from tests.admin import rosters
from tests.corpora import corpora
from tests.courses import makers

# What the lists of Moodle's own tests call courses; with these here, their people come in.
COURSES = ("math102", "management1")
COME_IN = {
    "example.csv": 3,
    "upload_users.csv": 2,
    "upload_users_cohorts.csv": 4,
    "upload_users_email_matching.csv": 2,
    "upload_users_emailstop.csv": 2,
    "upload_users_enrol_date_period.csv": 2,
    "upload_users_profile.csv": 2,
    "upload_users_themes.csv": 4,
    "uploadcohorts1.csv": 6,
    "uploadcohorts3.csv": 5,
    "grade_import.csv": 1,
}


def _tables() -> list[str]:
    try:
        root = corpora("userscsv")
    except pytest.skip.Exception:
        return []
    return sorted(str(path.relative_to(root)) for path in root.rglob("*.csv"))


def test_there_are_lists_of_others() -> None:
    corpora("userscsv")

    assert len(_tables()) > 40


@pytest.mark.parametrize("name", _tables())
def test_every_list_ends_in_an_import_or_in_reasons(admin: Any, instructor: Any, name: str) -> None:
    path = corpora("userscsv", name)
    for title in COURSES:
        makers.course(instructor, title=title)

    view = rosters.sent(admin, (path.name, path.read_bytes()))

    lines = admin.sees(service.import_lines, import_id=UUID(view.id), limit=100).lines
    assert lines
    assert view.total == len(lines) or view.total > 100
    for line in lines:
        if line.fate in ("wrong", "skip"):
            assert line.note.endswith((".", "!"))
            assert len(line.note) > 20
        assert "verysecret" not in f"{line.about}{line.note}"
    if view.tally["wrong"] == 0 and view.tally["make"] + view.tally["change"]:
        assert rosters.done(admin, view.id).state == "done"
        again = rosters.sent(admin, (path.name, path.read_bytes()))
        assert (again.tally["make"], again.tally["change"], again.tally["wrong"]) == (0, 0, 0)
    if (wanted := COME_IN.get(path.name)) is not None:
        assert (view.tally["make"], view.tally["wrong"]) == (wanted, 0)
