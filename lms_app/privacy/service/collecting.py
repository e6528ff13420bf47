"""Everything about one person, table by table, as the data map says it may be taken along: no secrets, nobody else."""

import json
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Table, Uuid, and_
from sqlalchemy import select as columns

from lms_app.core.db import Moment
from lms_app.core.identity import User
from lms_app.core.owned import pointing_at_users
from lms_app.core.work import Work
from lms_app.privacy.rules.declaring import Held, Part
from lms_app.privacy.rules.tables import SECRETS, TABLES
from lms_app.privacy.service.finding import Whose, table_of, whose
from lms_app.privacy.service.veiling import CONDITIONS

SOMEBODY = "somebody else"
NOT_YET = "(not shown yet)"


@dataclass(frozen=True, slots=True)
class Taken:
    """The rows of one line of the data map, as JSON may hold them."""

    line: Held
    names: tuple[str, ...]
    rows: list[dict[str, Any]]


def collect(work: Work, *, user_id: UUID) -> list[Taken]:
    """Every line of the map that may be taken along, in the order of the map; one without rows too.

    A row that several lines find stands under the first. The caller has passed a door.
    """
    person = work.db.get(User, user_id)
    assert person is not None
    whom = Whose(person.id, person.email)
    seen: set[tuple[str, tuple[Any, ...]]] = set()
    return [_taken(work, one, whom, seen) for one in TABLES if one.part is not Part.NOT]


def titles(work: Work, found: list[Taken]) -> dict[str, str]:
    """What the ids of courses, items and columns in these rows are called."""
    wanted = {
        str(row[name]) for one in found for row in one.rows for name in one.names if name in _TITLED and row.get(name)
    }
    ids = [UUID(one) for one in wanted if _is_id(one)]
    named: dict[str, str] = {}
    for name in ("course", "outline_item", "grade_item"):
        table = table_of(name)
        for at in range(0, len(ids), 500):
            some = columns(table.c.id, table.c.title).where(table.c.id.in_(ids[at : at + 500]))
            named |= {str(row.id): row.title for row in work.db.connection().execute(some)}
    return named


_TITLED = ("course_id", "item_id", "quiz_id", "assignment_id", "last_item_id")


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def _taken(work: Work, one: Held, whom: Whose, seen: set[tuple[str, tuple[Any, ...]]]) -> Taken:
    table = table_of(one.table)
    key = list(table.primary_key.columns)
    shown = _shown(table, one)
    people = {column.name for column in pointing_at_users() if column.table.name == table.name}
    veiled = _veiled(work, table, one, whom)
    rows: list[dict[str, Any]] = []
    order = [column for column in table.columns if isinstance(column.type, Moment)][:1] or key
    for row in work.db.connection().execute(columns(*key, *shown).where(whose(one, whom)).order_by(*order)):
        this = tuple(row[: len(key)])
        if (one.table, this) in seen:
            continue
        seen.add((one.table, this))
        said: dict[str, Any] = {}
        for column, value in zip(shown, row[len(key) :], strict=True):
            name = column.name
            if name in people and value is not None and value != whom.id:
                value = SOMEBODY
            if name in one.veils and this not in veiled[one.veils[name]]:
                value = NOT_YET
            said[name] = _plain(value)
        rows.append(said)
    return Taken(one, tuple(column.name for column in shown), rows)


def _shown(table: Table, one: Held) -> list[Column[Any]]:
    if one.shows:
        return [table.c[name] for name in one.shows]
    kept = [column for column in table.columns if column.name not in SECRETS]
    if one.part is Part.DID:  # words and numbers of it are about somebody else
        return [column for column in kept if isinstance(column.type, (Moment, Uuid))]
    return kept


def _veiled(work: Work, table: Table, one: Held, whom: Whose) -> dict[str, set[tuple[Any, ...]]]:
    """By condition, the keys of the rows for which it holds."""
    key = list(table.primary_key.columns)
    return {
        name: {
            tuple(row)
            for row in work.db.connection().execute(
                columns(*key).where(and_(whose(one, whom), CONDITIONS[name](work, table)))
            )
        }
        for name in set(one.veils.values())
    }


def _plain(value: Any) -> Any:
    if isinstance(value, date):  # or a moment, which is one, too
        return value.isoformat()
    if isinstance(value, (UUID, Decimal)):
        return str(value)
    return value


def as_text(value: Any) -> str:
    """A value as a reader sees it."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, (dict, list)) else str(value)
