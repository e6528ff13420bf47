"""Whose a row is: every column of every table that points at a person.

Merging two accounts and the data map of the privacy room are both declared over these columns, and a test of each fails
when a new table is on neither.
"""

from functools import cache
from typing import Any

from sqlalchemy import Column
from sqlmodel import SQLModel

NAMELESS = (("submission", "owner_id"), ("marking_allocation", "owner_id"))
"""Whose work it is: a person's id or a group's, so it is no foreign key (docs of `Submission`)."""


def pointing_at_users() -> tuple[Column[Any], ...]:
    """Every column of every table that points at a user: foreign keys, and `NAMELESS`, which name no table."""
    return _pointing(len(SQLModel.metadata.tables))


@cache
def _pointing(_tables: int) -> tuple[Column[Any], ...]:
    """Found once for as many tables as there are: they are declared while the rooms are loaded."""
    tables = SQLModel.metadata.tables
    found = [
        column
        for table in SQLModel.metadata.sorted_tables
        for column in table.columns
        for key in column.foreign_keys
        if key.target_fullname == "user.id"
    ]
    return (*found, *(tables[table].c[name] for table, name in NAMELESS if table in tables))


def name_of(column: Column[Any]) -> str:
    """`table.column`."""
    return f"{column.table.name}.{column.name}"
