"""Assignments in the gradebook: what waits, is late or missing, and what a mark is made of."""

from datetime import timedelta
from decimal import Decimal as D
from typing import Any
from uuid import UUID

import pytest

from lms_app.assignments import service as assignments
from lms_app.assignments.models import Late
from lms_app.core.work import SYSTEM, unit_of_work
from lms_app.courses import service as courses
from lms_app.gradebook import service
from lms_app.gradebook.views import Part, TableRow, Tallies
from lms_app.web import routes
from tests.assignments import marking_makers as makers
from tests.assignments.marking_makers import levels, marked, submitted
from tests.courses.test_queries import cost
from tests.makers import NOON, person

HOUR = timedelta(hours=1)
DUE = NOON + HOUR


@pytest.fixture(autouse=True)
def _known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(courses.ITEM_KINDS, assignments.ASSIGNMENT, assignments.ASSIGNMENT_ITEM)


def _rows(who: Any, desk: makers.Desk, **asked: Any) -> list[TableRow]:
    return who.sees(service.table, slug=desk.course.slug, **asked).rows


def _states(who: Any, desk: makers.Desk) -> list[str]:
    return [one.cells[0].state for one in _rows(who, desk)]


def _tallies(who: Any, desk: makers.Desk) -> Tallies:
    return who.sees(service.tallies, slug=desk.course.slug)


def _part(explained: Any) -> Part:
    return explained.so_far.parts[0]


def test_work_is_to_grade_late_or_missing_until_somebody_marks_it(instructor: Any, student: Any) -> None:
    ada, bea = person("Ada"), person("Bea")
    desk = makers.desk(instructor, ada, bea, student, item={"due_at": DUE})
    assert _states(instructor, desk) == ["not_due", "not_due", "not_due"]
    in_time = submitted(ada, desk)
    late = submitted(bea.at(DUE + HOUR), desk)
    after = instructor.at(DUE + 2 * HOUR)

    assert _states(after, desk) == ["to_grade", "to_grade", "missing"]
    assert _tallies(after, desk) == Tallies(to_grade=2, missing=1, late=0)
    assert [one.name for one in _rows(after, desk, only="to_grade")] == ["Ada", "Bea"]
    marked(after, in_time)
    marked(after, late)

    assert _states(after, desk) == ["", "late", "missing"]
    assert _tallies(after, desk) == Tallies(to_grade=0, missing=1, late=1)
    assert [one.name for one in _rows(after, desk, only="late")] == ["Bea"]


def test_work_without_a_due_date_is_missing_once_nothing_is_taken(instructor: Any, student: Any) -> None:
    desk = makers.desk(instructor, student, closes_at=DUE)

    assert _states(instructor, desk) == ["not_due"]
    assert _states(instructor.at(DUE + HOUR), desk) == ["missing"]
    assert _tallies(instructor.at(DUE + HOUR), desk).missing == 1


def test_what_is_withdrawn_is_not_handed_in_and_a_new_version_waits_again(instructor: Any, student: Any) -> None:
    desk = makers.desk(instructor, student, item={"due_at": DUE}, reopen="manual")
    first = submitted(student, desk)
    student.does(assignments.withdraw, submission_id=first)
    assert _states(instructor, desk) == ["not_due"]

    newest = submitted(student, desk)
    marked(instructor, newest)
    assert _states(instructor, desk) == [""]
    instructor.does(assignments.reopen, submission_id=newest)
    submitted(student.at(NOON + HOUR / 2), desk)

    row = _rows(instructor, desk)[0]
    assert (row.cells[0].points, row.cells[0].state) == (D(18), "to_grade")


def test_a_mark_typed_in_the_gradebook_waits_for_nobody(instructor: Any, student: Any) -> None:
    desk = makers.desk(instructor, student)
    submitted(student, desk)
    column = UUID(instructor.sees(service.table, slug=desk.course.slug).columns[0].id)

    typed = instructor.does(service.type_mark, item_id=column, user_id=student.id, text="15")

    assert [(one.points, one.state) for one in typed.cells] == [(D(15), "")]
    assert _tallies(instructor, desk).to_grade == 0
    emptied = instructor.does(service.type_mark, item_id=column, user_id=student.id, text="")
    assert emptied.cells[0].state == "to_grade"
    assert _tallies(instructor, desk).to_grade == 1


def test_a_total_opens_down_to_the_criteria_and_what_being_late_took(instructor: Any, student: Any) -> None:
    late = {"late": Late.INTERVAL, "late_share": D("0.1")}
    desk = makers.desk(instructor, student, item={"due_at": DUE}, **late)
    work = submitted(student.at(DUE + 25 * HOUR), desk)
    marker = instructor.at(DUE + 26 * HOUR)
    marked(marker, work, marks=levels("O5", "M4"))

    part = _part(marker.sees(service.explain, slug=desk.course.slug, user_id=student.id))

    # 5 and 4 of 5 each are 10 and 8 of 10; two days began, a tenth of 20 each: 14 of 20 are left.
    assert [(one.title, one.words) for one in part.parts[:2]] == [
        ("Observation", "10 of 10 points"),
        ("Method", "8 of 10 points"),
    ]
    assert (part.parts[2].title, part.parts[2].words) == (
        "Late",
        "18 of 20, 25 hours late: 2 days × 10 % of 20 = 4 off",
    )
    assert [one.adds for one in part.parts] == [D("50.00"), D("40.00"), D("-20.00")]
    assert part.adds == D("70.00")
    assert part.url == routes.assignment_grading(desk.course.slug, desk.id, work)
    column = UUID(part.id)
    assert marker.sees(service.read_mark, item_id=column, user_id=student.id).url == part.url


def test_a_student_opens_their_own_total_once_grades_are_published(instructor: Any, student: Any) -> None:
    desk = makers.desk(instructor, student)
    marked(instructor, submitted(student, desk))
    assert student.sees(service.my_grades, slug=desk.course.slug).so_far.parts[0].parts == []

    instructor.does(assignments.publish_grades, item_id=desk.id)

    part = _part(student.sees(service.my_grades, slug=desk.course.slug))
    assert [one.words for one in part.parts] == ["10 of 10 points", "8 of 10 points"]
    assert part.url == routes.assignment_feedback(desk.course.slug, desk.id)


def test_a_mark_that_a_person_set_is_not_explained_by_the_rubric(instructor: Any, student: Any) -> None:
    desk = makers.desk(instructor, student)
    marked(instructor, submitted(student, desk))
    column = UUID(instructor.sees(service.table, slug=desk.course.slug).columns[0].id)
    instructor.does(service.type_mark, item_id=column, user_id=student.id, text="20")

    part = _part(instructor.sees(service.explain, slug=desk.course.slug, user_id=student.id))

    assert part.parts == []
    assert part.words.endswith("Set by hand.")


def test_a_mark_for_missing_work_says_so(instructor: Any, student: Any) -> None:
    desk = makers.desk(instructor, student, item={"due_at": DUE}, missing_share=D("0.25"))
    with unit_of_work(SYSTEM, DUE + HOUR) as work:
        assert assignments.mark_missing(work) == 1

    part = _part(instructor.sees(service.explain, slug=desk.course.slug, user_id=student.id))

    assert (part.percent, part.parts) == (D("25.00"), [])
    assert part.words.endswith("Nothing was submitted until it was due: 25 % of 20.")


def test_members_of_a_group_share_its_criteria_and_one_apart_has_their_own(instructor: Any, student: Any) -> None:
    ada = person("Ada")
    desk = makers.desk(instructor, ada, student, group_work=True, own_grades=True)
    group = instructor.does(courses.add_group, slug=desk.course.slug, name="Pond")
    for one in (ada, student):
        instructor.does(courses.put_in_group, slug=desk.course.slug, group_id=UUID(group.id), user_id=one.id)
    work = submitted(ada, desk)
    assert _states(instructor, desk) == ["to_grade", "to_grade"]
    marked(instructor, work, own={student.id: D(12)})

    shared, apart = (
        _part(instructor.sees(service.explain, slug=desk.course.slug, user_id=one.id)) for one in (ada, student)
    )

    assert [one.title for one in shared.parts] == ["Observation", "Method"]
    assert shared.words.endswith("Handed in by Pond.")
    assert (apart.parts, apart.percent) == ([], D("60.00"))


def test_whoever_marks_without_names_is_not_led_from_a_name_to_its_work(instructor: Any, student: Any) -> None:
    desk = makers.desk(instructor, student, blind=True)
    marked(instructor, submitted(student, desk))

    hidden = _part(instructor.sees(service.explain, slug=desk.course.slug, user_id=student.id))
    instructor.does(assignments.publish_grades, item_id=desk.id)
    named = _part(instructor.sees(service.explain, slug=desk.course.slug, user_id=student.id))

    assert (hidden.url, hidden.parts) == ("", [])
    assert named.url
    assert len(named.parts) == 2


def test_many_assignments_and_students_cost_no_more_statements(instructor: Any, student: Any) -> None:
    desk = makers.desk(instructor, student)
    marked(instructor, submitted(student, desk))

    def costs() -> list[int]:
        slug = desk.course.slug
        return [
            cost(instructor, service.table, slug=slug),
            cost(instructor, service.tallies, slug=slug),
            cost(instructor, service.explain, slug=slug, user_id=student.id),
        ]

    few = costs()
    for number in range(3):
        more = instructor.does(
            assignments.create_assignment,
            module_id=desk.course.modules[0],
            title=f"More {number}",
            points=D(10),
            statement="",
        )
        draft = student.does(assignments.begin_draft, item_id=more.item_id)
        student.does(assignments.submit, submission_id=UUID(draft.id), body="Pond")
        marked(instructor, UUID(draft.id), marks=makers.points("5"))
    for name in ("Ada", "Bea", "Cyn"):
        other = person(name)
        other.does(courses.enrol, slug=desk.course.slug)
        submitted(other, desk)
    assert costs() == few
