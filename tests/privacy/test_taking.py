"""A copy of everything about oneself: all of it, nothing of anybody else, for its owner alone, for some days."""

import json
import sqlite3
import zipfile
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import JSON, Boolean, Date, Integer, Uuid
from sqlmodel import SQLModel

from lms_app import jobs
from lms_app.core import db, limits
from lms_app.core.db import Moment
from lms_app.core.errors import Conflict, NotFound, TooMany
from lms_app.core.settings import settings
from lms_app.core.work import SYSTEM, reading
from lms_app.notifications import service as notifications
from lms_app.privacy import service
from lms_app.privacy.rules.declaring import Held, Part
from lms_app.privacy.rules.tables import SECRETS, TABLES
from lms_app.privacy.service.collecting import NOT_YET, SOMEBODY, collect
from tests.makers import NOON, Person, person
from tests.privacy import canaries
from tests.security.school import School

pytestmark = [pytest.mark.anyio, pytest.mark.own_file]
DAY = timedelta(days=1)


def _opened(one: Person, take_out_id: str) -> zipfile.ZipFile:
    path, _name = one.sees(service.take_out_file, take_out_id=UUID(take_out_id))
    return zipfile.ZipFile(path)


async def test_it_holds_ones_words_files_and_certificates(there: School) -> None:
    student = there.people["student"]
    asked = student.does(service.ask_take_out)
    await canaries.drain()

    with _opened(student, asked.id) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        told = json.loads(archive.read("data.json"))
        page = archive.read("index.html").decode()
        kept = [archive.read(name) for name in names if name.startswith("files/")]
    assert canaries.WORDS["file"].encode() in kept
    assert any(name.startswith("certificates/") and name.endswith(".pdf") for name in names)
    said = json.dumps(told, ensure_ascii=False)
    for name in (
        "address",
        "register",
        "device",
        "ip",
        "post",
        "edited post",
        "reply",
        "thread",
        "work",
        "essay",
        "note",
    ):
        assert canaries.WORDS[name] in said, name
        assert canaries.WORDS[name].split()[0] in page, name
    assert told["name"] == canaries.NAME
    told = [one.title for group in student.sees(notifications.inbox).groups for one in group.notifications]
    assert "The copy of your data is ready" in told


async def test_nothing_of_anybody_else_is_in_it(there: School) -> None:
    student, staff = there.people["student"], there.people["instructor"]
    asked = student.does(service.ask_take_out)
    await canaries.drain()

    with _opened(student, asked.id) as archive:
        whole = b"".join(archive.read(name) for name in archive.namelist() if not name.startswith("certificates/"))

    for who, other in there.people.items():
        if who != "student":
            assert str(other.id).encode() not in whole, who
            assert other.email.encode() not in whole, who
    assert b"It throws green back." not in whole  # somebody else's answer
    assert b"How deep?" not in whole
    assert b"Look at this." not in whole  # who reported it must not fear anything
    for name in SECRETS - {"salt"}:
        assert f'"{name}"'.encode() not in whole, name
    assert staff.sees(service.take_outs) == []


async def test_marks_that_nobody_may_see_yet_are_not_told(there: School) -> None:
    """The work called Sketch is marked and its grades are not published."""
    student = there.people["student"]

    with reading(SYSTEM) as work:
        found = {one.line.table: one for one in collect(work, user_id=student.id) if one.line.part is Part.OWN}

    shown = {row["submission_id"]: row["comment"] for row in found["mark_version"].rows}
    assert shown[there.ids["draft_id"]] == NOT_YET
    assert shown[there.ids["submission_id"]] != NOT_YET
    assert canaries.WORDS["comment"] not in json.dumps([one.rows for one in found.values()])
    # An attempt that is under way shows no points of what a machine may have marked.
    marks = {row["points"] for row in found["attempt_question"].rows if row["attempt_id"] == there.ids["attempt_id"]}
    assert marks == {NOT_YET}


async def test_an_instructor_takes_their_words_and_no_students(there: School) -> None:
    staff, student = there.people["instructor"], there.people["student"]

    with reading(SYSTEM) as work:
        said = json.dumps([one.rows for one in collect(work, user_id=staff.id)], ensure_ascii=False)

    assert "Green things eat light." in said
    assert [name for name, words in canaries.WORDS.items() if words in said and name != "comment"] == []
    assert canaries.WORDS["comment"] not in said  # about somebody else
    assert str(student.id) not in said


# ---- Every line of the map


def _filled(line: Held, whom: Person) -> None:
    """A row of every table on the way from the line to the person, past all constraints: what is looked at is the map."""
    connection = sqlite3.connect(db.database().path)
    connection.execute("PRAGMA foreign_keys=OFF")
    connection.execute("PRAGMA ignore_check_constraints=ON")
    # "a>parent.b>c": the line's table by its column a, the parent by its key b and its column c, which is the person's.
    steps = line.by.split(">")
    names = [line.table, *(step.split(".")[0] for step in steps[1:-1])]
    keys = ["", *(step.split(".")[1] for step in steps[1:-1])]
    ways = [steps[0], *(["" for _ in steps[2:-1]] + [steps[-1]] if len(steps) > 1 else [])]
    assert len(names) == len(keys) == len(ways) <= 2, "a longer way wants more rows here"
    link = uuid4().hex
    for at, (name, key, way) in enumerate(zip(names, keys, ways, strict=True)):
        column, _, same = way.partition("=")
        row: dict[str, Any] = {key: link} if key else {}
        if same and "." in column:
            row[column.split(".")[0]] = json.dumps({"to": whom.email})
        elif same:
            row[column] = whom.email
        elif at < len(names) - 1:
            row[column] = link
        else:
            of = SQLModel.metadata.tables[name].c[column]
            row[column] = whom.id.hex if isinstance(of.type, Uuid) else str(whom.id)
        if at == 0 and line.only:
            row[line.only[0]] = line.only[1][0]
        _insert(connection, name, row)
    connection.commit()
    connection.close()


def _insert(connection: sqlite3.Connection, name: str, given: dict[str, Any]) -> None:
    row: dict[str, Any] = {}
    for column in SQLModel.metadata.tables[name].columns:
        if column.name in given:
            row[column.name] = given[column.name]
        elif isinstance(column.type, Uuid):
            row[column.name] = uuid4().hex
        elif isinstance(column.type, JSON):
            row[column.name] = "{}"
        elif isinstance(column.type, Date):
            row[column.name] = "2027-03-01"
        elif isinstance(column.type, (Integer, Boolean, Moment)) or column.type.python_type is not str:
            row[column.name] = uuid4().int % 2**40 if column.primary_key else 1_000_000
        else:
            row[column.name] = uuid4().hex[:8]
    names = ", ".join(f'"{one}"' for one in row)
    marks = ", ".join("?" * len(row))
    connection.execute(f'INSERT OR REPLACE INTO "{name}" ({names}) VALUES ({marks})', list(row.values()))


@pytest.mark.parametrize("line", TABLES, ids=lambda one: f"{one.table}.{one.by}")
def test_a_row_of_every_line_of_the_map_is_in_it(line: Held) -> None:
    if not db.database().is_sqlite:
        pytest.skip("rows past all constraints are made in SQLite")
    somebody = person("Somebody")
    if line.table != "user":
        _filled(line, somebody)

    with reading(SYSTEM) as work:
        found = collect(work, user_id=somebody.id)

    rows = [row for one in found if one.line.table == line.table for row in one.rows]
    assert bool(rows) is (line.part is not Part.NOT), line
    assert SOMEBODY not in json.dumps(rows) or line.table not in ("user", "notification")


# ---- Asking


def test_one_copy_is_made_at_a_time_and_three_a_day(student: Person) -> None:
    first = student.does(service.ask_take_out)
    assert student.does(service.ask_take_out).id == first.id

    ids = [first.id]
    for _n in range(2):
        _done(student, ids[-1])
        ids.append(student.does(service.ask_take_out).id)
    _done(student, ids[-1])
    assert len(set(ids)) == 3
    with pytest.raises(TooMany):
        student.does(service.ask_take_out)
    limits.forget()


def _done(student: Person, take_out_id: str) -> None:
    settings.take_out_dir.mkdir(parents=True, exist_ok=True)
    (settings.take_out_dir / f"{take_out_id}.zip").write_bytes(b"PK")
    assert student.does(service.note_ready, take_out_id=UUID(take_out_id))


def test_it_is_its_owners_alone_and_for_some_days(home: Any, student: Person, stranger: Person, admin: Person) -> None:
    asked = student.does(service.ask_take_out)
    take_out_id = UUID(asked.id)
    with pytest.raises(Conflict, match="being made"):
        student.sees(service.take_out_file, take_out_id=take_out_id)
    _done(student, asked.id)

    assert student.sees(service.take_out_file, take_out_id=take_out_id)[0].exists()
    for other in (stranger, admin):
        for act in (service.take_out_file, service.read_take_out):
            with pytest.raises(NotFound):
                other.sees(act, take_out_id=take_out_id)
    late = student.at(NOON + (settings.take_out_days + 1) * DAY)
    with pytest.raises(NotFound):
        late.sees(service.take_out_file, take_out_id=take_out_id)
    assert late.sees(service.take_outs) == []


async def test_a_copy_that_nobody_waits_for_any_more_is_not_made(home: Any, student: Person) -> None:
    await jobs.STEPS[service.TAKE_OUT_ASKED]({"take_out_id": str(uuid4())})

    assert not settings.take_out_dir.exists()
