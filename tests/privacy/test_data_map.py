"""The data map is whole: nothing that points at people is missing from it, and the page says what it says."""

from pathlib import Path

import pytest
from sqlalchemy import JSON, Text, Uuid
from sqlmodel import AutoString, SQLModel

from lms_app import schema
from lms_app.admin.service.merging import RULES
from lms_app.core.owned import name_of, pointing_at_users
from lms_app.privacy.rules import page
from lms_app.privacy.rules.declaring import Fate, Part
from lms_app.privacy.rules.tables import SCRUBBED, TABLES, UNSEEN

pytestmark = pytest.mark.no_database
DOCUMENT = Path(__file__).parents[2] / "docs" / "data-map.md"


def test_every_column_that_points_at_a_person_is_on_the_map() -> None:
    """A new table that points at people says here why it does, and what becomes of its rows."""
    pointing = {name_of(column) for column in pointing_at_users()}

    assert pointing - {one.column for one in TABLES} == set()
    # The same columns as merging two accounts is declared over.
    assert pointing == set(RULES)


def test_every_table_under_something_of_a_persons_is_on_the_map() -> None:
    """A table that points at one person's own row (an attempt, a post, a submission) holds something of theirs, too."""
    own = {
        one.table
        for one in TABLES
        if one.part is Part.OWN and ">" not in one.by and one.fate is not Fate.DELETE
        if len(SQLModel.metadata.tables[one.table].primary_key.columns) == 1 and one.table != "user"
    } - {
        "course_member",
        "stored_file",
        "search_document",
        "outbox_message",
        "audit_entry",
        "invitation",
        "badge_award",
    }
    below = {
        table.name
        for table in schema.metadata().sorted_tables
        for key in table.foreign_keys
        if key.target_fullname.partition(".")[0] in own
    }

    assert below - {one.table for one in TABLES} == set()


def test_what_the_map_names_is_there() -> None:
    tables = schema.metadata().tables
    for one in TABLES:
        columns = tables[one.table].columns
        step = one.by.partition(">")[0].partition("=")[0].partition(".")[0]
        named = {step, *one.clears, *one.veils, *one.shows, *([one.only[0]] if one.only else [])}
        assert named <= set(columns.keys()), one
        assert one.fate is Fate.CLEAR or not one.clears, one
        assert one.fate is not Fate.KEEP or one.why, f"{one.table}: what is kept says why"
        assert one.part is not Part.NOT or one.why, f"{one.table}: what is not taken along says why"
    for table, column in SCRUBBED:
        assert isinstance(tables[table].columns[column].type, (JSON, AutoString, Text)), (table, column)
    assert set(tables) >= UNSEEN


def test_every_table_is_somebodys_or_nobodys() -> None:
    """A table on neither list has no person in it: a new one with an address, a name or words about people says so."""
    odd = {
        f"{table.name}.{column.name}"
        for table in schema.metadata().sorted_tables
        if table.name not in {one.table for one in TABLES} | UNSEEN | {name for name, _ in SCRUBBED}
        for column in table.columns
        if column.name
        in ("email", "address", "ip", "agent", "holder_name", "user_id", "owner_id", "by_id", "author_id")
        or (isinstance(column.type, Uuid) and column.name.endswith("user_id"))
    }

    assert odd == set()


def test_the_page_is_up_to_date() -> None:
    assert DOCUMENT.read_text() == page.document(), "run `python -m lms_app.cli data-map > docs/data-map.md`"
