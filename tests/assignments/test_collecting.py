"""What came in: counts, filters, extensions, groups, names that are hidden, and a class of thousands."""

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import event, insert

from lms_app.assignments import rules, service
from lms_app.assignments.models import Submission, SubmissionMember
from lms_app.core import db
from lms_app.core.db import new_id
from lms_app.core.identity import User
from lms_app.core.work import SYSTEM, unit_of_work
from lms_app.courses import service as courses
from lms_app.courses.models import CourseMember
from lms_app.rubrics.views import CriterionMark
from tests.assignments import makers
from tests.assignments.makers import DAY, HOUR
from tests.makers import NOON, person

DUE = NOON + 2 * DAY


def _names(view: Any) -> list[str]:
    return [row.student for row in view.rows]


@pytest.fixture
def made(instructor: Any) -> makers.Made:
    """Ada is in time, Bo is late, Cy has an extension, Di has nothing."""
    ada, bo, cy, di = (person(name) for name in ("Ada One", "Bo Two", "Cy Three", "Di Four"))
    made = makers.assignment(instructor, ada, bo, cy, di, item={"due_at": DUE})
    makers.submitted(ada, made)
    makers.submitted(bo.at(DUE + 25 * HOUR), made)
    instructor.does(courses.put_override, item_id=made.id, user_id=cy.id, due_at=DUE + 9 * DAY)
    return made


@pytest.mark.parametrize(
    ("show", "names"),
    [
        ("", ["Ada One", "Bo Two", "Cy Three", "Di Four"]),
        ("submitted", ["Ada One", "Bo Two"]),
        ("to_mark", ["Ada One", "Bo Two"]),
        ("late", ["Bo Two"]),
        ("missing", ["Di Four"]),
    ],
)
def test_a_list_shows_what_was_asked_for(instructor: Any, made: makers.Made, show: str, names: list[str]) -> None:
    view = instructor.at(DUE + 3 * DAY).sees(service.submissions, item_id=made.id, show=show)

    assert _names(view) == names
    assert (view.everybody, view.submitted, view.late, view.missing, view.to_mark) == (4, 2, 1, 1, 2)
    assert view.total == len(names)


def test_lines_say_how_late_and_what_was_given(instructor: Any, made: makers.Made) -> None:
    lines = {row.student: row for row in instructor.at(DUE + 3 * DAY).sees(service.submissions, item_id=made.id).rows}

    assert (lines["Bo Two"].late, lines["Bo Two"].marking) == ("25 hours", "waiting")
    assert (lines["Cy Three"].state, lines["Di Four"].state) == ("", "missing")


def test_an_extension_makes_late_work_in_time(instructor: Any, made: makers.Made) -> None:
    bo = next(row for row in instructor.sees(service.submissions, item_id=made.id).rows if row.student == "Bo Two")

    instructor.does(courses.put_override, item_id=made.id, user_id=UUID(bo.owner_id), due_at=DUE + 2 * DAY)

    assert instructor.sees(service.submissions, item_id=made.id, show="late").rows == []


def test_so_does_a_due_date_that_moves(instructor: Any, made: makers.Made) -> None:
    instructor.does(courses.update_item, item_id=made.id, due_at=DUE + 5 * DAY)

    assert instructor.sees(service.submissions, item_id=made.id, show="late").rows == []


def test_a_mark_that_lateness_had_cost_something_is_given_anew(instructor: Any, student: Any) -> None:
    made = makers.assignment(
        instructor,
        student,
        item={"due_at": NOON - DAY},
        points=Decimal(10),
        late="interval",
        late_share=Decimal("0.1"),
    )
    instructor.does(service.publish_grades, item_id=made.id)
    submission = UUID(makers.submitted(student, made).id)
    marks = {"points": CriterionMark(points=Decimal(9))}
    given = instructor.does(service.mark, submission_id=submission, marks=marks, comment="Well seen.")
    assert (given.kept, student.sees(service.read_assignment, item_id=made.id).grade) == ("8", "8 / 10")

    instructor.does(courses.put_override, item_id=made.id, user_id=student.id, due_at=NOON + DAY)

    marked, before = instructor.sees(service.read_marks_of, submission_id=submission)
    assert (marked.kept, marked.arithmetic, marked.comment) == ("9", "", "Well seen.")
    assert (before.version, before.kept) == (1, "8")
    assert student.sees(service.read_assignment, item_id=made.id).grade == "9 / 10"


def test_a_search_finds_by_name_and_never_where_names_are_hidden(instructor: Any, student: Any) -> None:
    made = makers.assignment(instructor, student, blind=True)
    makers.submitted(student, made)
    open_one = makers.assignment(instructor, student)

    assert _names(instructor.sees(service.submissions, item_id=made.id)) == [rules.alias_of(made.id, student.id)]
    assert instructor.sees(service.submissions, item_id=made.id, search=student.actor.name).rows == []
    assert len(instructor.sees(service.submissions, item_id=open_one.id, search="stud").rows) == 1


def test_groups_stand_in_the_list_of_group_work_also_when_they_are_gone(instructor: Any, student: Any) -> None:
    made = makers.assignment(instructor, student, group_work=True)
    slug = made.course.slug
    lab, idle = (UUID(instructor.does(courses.add_group, slug=slug, name=name).id) for name in ("Lab A", "Lab B"))
    instructor.does(courses.put_in_group, slug=slug, group_id=lab, user_id=student.id)
    makers.submitted(student, made)

    assert _names(instructor.sees(service.submissions, item_id=made.id)) == ["Lab A", "Lab B"]
    for group in (lab, idle):
        instructor.does(courses.delete_group, slug=slug, group_id=group)
    assert _names(instructor.sees(service.submissions, item_id=made.id)) == ["Lab A"]


def _crowd(made: makers.Made, count: int) -> None:
    """Students who have submitted, as rows: thousands of them."""
    with unit_of_work(SYSTEM, NOON) as work:
        ids = [(new_id(), new_id()) for _ in range(count)]
        rows: list[tuple[Any, list[dict[str, Any]]]] = [
            (
                User,
                [
                    {
                        "id": user,
                        "email": f"{user}@example.org",
                        "name": f"Student {number:05}",
                        "role": "student",
                        "zone": "UTC",
                        "locale": "en",
                        "theme": "system",
                        "created_at": NOON,
                    }
                    for number, (user, _) in enumerate(ids)
                ],
            ),
            (
                CourseMember,
                [
                    {
                        "id": new_id(),
                        "course_id": made.course.id,
                        "user_id": user,
                        "role": "student",
                        "state": "active",
                        "joined_at": NOON,
                        "extra_percent": 0,
                    }
                    for user, _ in ids
                ],
            ),
            (
                Submission,
                [
                    {
                        "id": submission,
                        "assignment_id": made.id,
                        "course_id": made.course.id,
                        "owner_id": user,
                        "group_name": "",
                        "user_id": user,
                        "number": 1,
                        "attempt": 1,
                        "seq": 1,
                        "body": "Green.",
                        "body_html": "<p>Green.</p>",
                        "link": "",
                        "statement": "",
                        "saved_at": NOON,
                        "submitted_at": NOON + timedelta(seconds=number),
                    }
                    for number, (user, submission) in enumerate(ids)
                ],
            ),
            (SubmissionMember, [{"submission_id": submission, "user_id": user} for user, submission in ids]),
        ]
        for table, values in rows:
            work.db.connection().execute(insert(table), values)


def _queries(act: Any) -> int:
    counted = 0

    def note(*_: Any) -> None:
        nonlocal counted
        counted += 1

    engine = db.database().read
    event.listen(engine, "before_cursor_execute", note)
    try:
        act()
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return counted


def test_five_thousand_submissions_come_in_windows_and_cost_as_much_as_three(instructor: Any) -> None:
    small, large = makers.assignment(instructor), makers.assignment(instructor)
    _crowd(small, 3)
    _crowd(large, 5_000)

    def look(made: makers.Made) -> Any:
        return instructor.sees(service.submissions, item_id=made.id, limit=500, offset=4_000 if made is large else 0)

    assert _queries(lambda: look(small)) == _queries(lambda: look(large))
    view = look(large)
    assert (view.everybody, view.to_mark, len(view.rows)) == (5_000, 5_000, 100)
    assert view.rows[0].student == "Student 04000"
