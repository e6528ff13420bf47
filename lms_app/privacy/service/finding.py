"""Rows of a person, by the lines of the data map."""

from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Table, Uuid, and_, func
from sqlalchemy import select as columns
from sqlmodel import SQLModel

from lms_app.privacy.rules.declaring import Held


class Whose(NamedTuple):
    """Somebody, as rows may name them."""

    id: UUID
    email: str


def table_of(name: str) -> Table:
    return SQLModel.metadata.tables[name]


def whose(one: Held, person: Whose) -> ColumnElement[bool]:
    """That a row of the line's table is this person's."""
    table = table_of(one.table)
    found = _way(table, one.by, person)
    if one.only is None:
        return found
    column, values = one.only
    return and_(found, table.c[column].in_(values))


def _address(table: Table, name: str) -> ColumnElement[str]:
    column, inside, key = name.partition(".")
    return func.lower(table.c[column][key].as_string() if inside else table.c[column])


def _way(table: Table, by: str, person: Whose) -> ColumnElement[bool]:
    step, onward, rest = by.partition(">")
    if not onward:
        name, same, _ = step.partition("=")
        if same:
            return _address(table, name) == person.email.lower()
        column = table.c[name]
        return column == (person.id if isinstance(column.type, Uuid) else str(person.id))
    parent_name, _, key = rest.partition(">")[0].partition(".")
    parent = table_of(parent_name)
    inner: Any = columns(parent.c[key]).where(_way(parent, rest.partition(">")[2], person))
    return table.c[step].in_(inner)
