"""Going through a class: in order, what waits, who marks what, and as cheaply for thousands as for three."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import event, insert

from lms_app.assignments import service
from lms_app.assignments.models import Submission, SubmissionMember
from lms_app.core import db
from lms_app.core.db import new_id
from lms_app.core.errors import Invalid, NotFound
from lms_app.core.identity import User
from lms_app.core.work import SYSTEM, unit_of_work
from tests.assignments import marking_makers as makers
from tests.assignments.marking_makers import marked, sees, submitted
from tests.makers import NOON, person

WAITING, MARKED = service.Shown("waiting"), service.Shown("marked")


@pytest.fixture
def people() -> list[Any]:
    return [person(name) for name in ("bo", "Ada", "Cy")]


def _names(who: Any, desk: makers.Desk, **wanted: Any) -> list[str]:
    return [one.student for one in who.sees(service.list_submissions, item_id=desk.id, **wanted).lines]


def test_submissions_come_by_name_and_each_leads_to_the_next(instructor: Any, people: list[Any]) -> None:
    desk = makers.desk(instructor, *people)
    bo, ada, cy = (submitted(one, desk) for one in people)

    assert _names(instructor, desk) == ["Ada", "bo", "Cy"]
    view = sees(instructor, desk, bo)
    assert (view.place, view.total, view.previous, view.next) == (2, 3, str(ada), str(cy))
    assert (sees(instructor, desk, ada).previous, sees(instructor, desk, cy).next) == ("", "")
    assert _names(instructor, desk, search="AD") == ["Ada"]
    assert _names(instructor, desk, limit=1, offset=1) == ["bo"]


def test_what_waits_comes_next_and_from_the_beginning_again(instructor: Any, people: list[Any]) -> None:
    desk = makers.desk(instructor, *people)
    bo, ada, cy = (submitted(one, desk) for one in people)
    marked(instructor, cy)

    def following(after: UUID) -> UUID | None:
        return instructor.sees(service.next_waiting, item_id=desk.id, submission_id=after)

    assert [following(one) for one in (ada, bo, cy)] == [bo, ada, ada]
    assert sees(instructor, desk).submission.id == str(ada)
    assert (_names(instructor, desk, shown=WAITING), _names(instructor, desk, shown=MARKED)) == (["Ada", "bo"], ["Cy"])
    assert (sees(instructor, desk, cy, show="waiting").place, sees(instructor, desk, cy, show="waiting").shown) == (
        0,
        2,
    )
    for one in (ada, bo):
        marked(instructor, one)
    assert following(cy) is None
    assert (sees(instructor, desk).marked, sees(instructor, desk).total) == (3, 3)


def test_a_class_is_divided_among_its_markers(instructor: Any, people: list[Any]) -> None:
    desk = makers.desk(instructor, *people)
    works = [submitted(one, desk) for one in people]
    tomas = makers.assistant(instructor, person("Tomas"), desk)

    instructor.does(service.allocate, submission_id=works[0], marker_id=tomas.id)
    assert instructor.does(service.divide, item_id=desk.id, marker_ids=[instructor.id, tomas.id]) == 2
    mine, theirs = (_names(one, desk, shown=service.Shown("", True)) for one in (instructor, tomas))
    assert (len(mine), len(theirs), sorted([*mine, *theirs])) == (1, 2, ["Ada", "Cy", "bo"])
    assert "bo" in theirs
    lines = instructor.sees(service.list_submissions, item_id=desk.id).lines
    assert {one.student: one.marker for one in lines}["bo"] == "Tomas"
    with pytest.raises(Invalid, match="Only the staff"):
        instructor.does(service.divide, item_id=desk.id, marker_ids=[people[0].id])
    instructor.does(service.allocate, submission_id=works[0], marker_id=None)
    instructor.does(service.take_back, item_id=desk.id)
    assert _names(tomas, desk, shown=service.Shown("", True)) == []


def test_a_note_stands_on_a_passage_or_on_a_page(instructor: Any, student: Any) -> None:
    from lms_app.core import files

    desk = makers.desk(instructor, student, takes_files=True)
    draft = student.does(service.begin_draft, item_id=desk.id)
    file = student.does(
        files.store_bytes, content=b"%PDF-1.4 x", name="a.pdf", scope=service.SUBMISSION, scope_id=UUID(draft.id)
    )
    student.does(service.submit, submission_id=UUID(draft.id), body=makers.BODY)
    work = UUID(draft.id)

    with pytest.raises(Invalid):
        instructor.does(service.add_note, submission_id=work, body="")
    with pytest.raises(NotFound):
        instructor.does(service.add_note, submission_id=work, body="Here", file_id=work, page=1)
    pin = instructor.does(
        service.add_note, submission_id=work, body="Here", file_id=UUID(file.id), page=1, across=250, down=500
    )
    passage = instructor.does(service.add_note, submission_id=work, body="There", start=1, end=4, quote="ond")
    instructor.does(service.change_note, note_id=UUID(passage.id), body="Here, too")

    notes = sees(instructor, desk, work).notes
    assert [(one.number, one.body, one.page, one.across) for one in notes] == [
        (1, "Here, too", 0, 0),
        (2, "Here", 1, 250),
    ]
    instructor.does(service.remove_note, note_id=UUID(pin.id))
    assert len(sees(instructor, desk, work).notes) == 1


# ---- A class of any size


@contextmanager
def _counted() -> Iterator[list[str]]:
    statements: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith(("BEGIN", "SAVEPOINT", "RELEASE", "ROLLBACK", "PRAGMA", "SET ")):
            statements.append(statement)

    engine = db.database().read
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", note)


def crowd(desk: makers.Desk, number: int) -> None:
    """Submissions without the way through the services: of that there are other tests."""
    users = [
        {"id": new_id(), "name": f"Student {at:05}", "email": f"s{at}.{new_id().hex[:8]}@example.org", "created_at": NOON, "verified_at": NOON}
        for at in range(number)
    ]  # fmt: skip
    rows = [
        {"id": new_id(), "assignment_id": desk.id, "course_id": desk.course.id, "owner_id": one["id"], "group_name": "",
         "user_id": one["id"], "number": 1, "attempt": 1, "seq": 1, "body": "Text", "body_html": "<p>Text</p>", "link": "",
         "saved_at": NOON, "submitted_at": NOON, "statement": ""}
        for one in users
    ]  # fmt: skip
    members = [{"submission_id": row["id"], "user_id": row["owner_id"]} for row in rows]
    with unit_of_work(SYSTEM, NOON) as work:
        template = User(name="x", email="x").model_dump()
        work.db.connection().execute(insert(User), [{**template, **one} for one in users])
        work.db.connection().execute(insert(Submission), rows)
        work.db.connection().execute(insert(SubmissionMember), members)


def test_a_class_of_thousands_costs_no_more_statements_than_one_of_three(instructor: Any) -> None:
    costs: list[tuple[int, int, int]] = []
    for number in (3, 3000):
        desk = makers.desk(instructor)
        crowd(desk, number)
        first = UUID(sees(instructor, desk).submission.id)
        with _counted() as opened:
            sees(instructor, desk, first)
        with _counted() as listed:
            instructor.sees(service.list_submissions, item_id=desk.id)
        with _counted() as followed:
            instructor.sees(service.next_waiting, item_id=desk.id, submission_id=first)
        costs.append((len(opened), len(listed), len(followed)))

    assert costs[0] == costs[1]
    assert costs[0][0] <= 28
