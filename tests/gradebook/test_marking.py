"""Stories of an instructor in the gradebook: marks in cells, statuses, locks, undo, and two people at one cell."""

from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import col, select

from lms_app.core.errors import Conflict, Invalid, NotFound
from lms_app.core.work import SYSTEM, SiteRole, reading
from lms_app.courses import service as courses
from lms_app.gradebook import service
from lms_app.gradebook.rules import cells
from lms_app.gradebook.views import Cell, TableRow, Tallies
from lms_app.grades.models import GradeEntry
from lms_app.policy import Role
from tests import makers as people
from tests.makers import NOON
from tests.quizzes import makers
from tests.quizzes.makers import RIGHT

D = Decimal


@dataclass(frozen=True)
class Class:
    """A course with a quiz of 10 points and a column of 20 made by hand."""

    quiz: makers.Made
    slug: str
    quiz_item: UUID
    column: UUID


@pytest.fixture(autouse=True)
def _quizzes_are_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(courses.ITEM_KINDS, "quiz", makers.service.QUIZ_ITEM)


@pytest.fixture
def taught(instructor: Any, student: Any) -> Class:
    quiz = makers.quiz(instructor, student, attempts_allowed=3)
    columns = instructor.does(service.add_column, slug=quiz.course.slug, title="Field notes", points_max=D(20)).columns
    return Class(quiz, quiz.course.slug, UUID(columns[0].id), UUID(columns[1].id))


def row(instructor: Any, taught: Class) -> TableRow:
    return instructor.sees(service.table, slug=taught.slug).rows[0]


def test_a_table_has_every_student_and_column(instructor: Any, student: Any, taught: Class) -> None:
    makers.taken(student, taught.quiz, *RIGHT[:2])
    ada = people.person("Ada")
    ada.does(courses.enrol, slug=taught.slug)

    table = instructor.sees(service.table, slug=taught.slug)

    assert (table.course, table.students, table.total, table.manages) == ("Principles of Ecology", 2, 2, True)
    assert [(one.title, one.points_max, one.by_hand) for one in table.columns] == [
        ("Energy flow", D(10), False),
        ("Field notes", D(20), True),
    ]
    assert [one.name for one in table.rows] == ["Ada", "Student"]
    marked = table.rows[1]
    assert [(cell.points, cell.state) for cell in marked.cells] == [(D(4), ""), (None, "")]
    assert (marked.so_far, marked.in_the_end) == (D("0.4"), D(4) / D(30))
    assert table.rows[0].so_far is None


def test_a_mark_typed_into_a_cell_changes_the_total(instructor: Any, student: Any, taught: Class) -> None:
    after = instructor.does(service.type_mark, item_id=taught.column, user_id=student.id, text="15", seen=0)

    assert [cell.points for cell in after.cells] == [None, D(15)]
    assert (after.so_far, after.cells[1].override) == (D("0.75"), False)
    mine = student.sees(service.my_grades, slug=taught.slug)
    assert [(part.title, part.percent) for part in mine.so_far.parts] == [
        ("Energy flow", None),
        ("Field notes", D("75.00")),
    ]


@pytest.mark.parametrize(
    ("text", "points", "state"),
    [("12,5", D("12.5"), ""), ("ex", None, "excused"), ("missing", None, "missing"), ("8 exempt", D(8), "exempt")],
)
def test_what_one_may_type(instructor: Any, student: Any, taught: Class, text: str, points: Any, state: str) -> None:
    after = instructor.does(service.type_mark, item_id=taught.column, user_id=student.id, text=text)

    assert (after.cells[1].points, after.cells[1].state) == (points, state)
    assert cells.read(cells.written(points, state), D(20)) == (points, state)


@pytest.mark.parametrize("text", ["21", "-1", "many", "1.2345", "8 perhaps"])
def test_what_makes_no_sense_keeps_the_old_mark(instructor: Any, student: Any, taught: Class, text: str) -> None:
    instructor.does(service.type_mark, item_id=taught.column, user_id=student.id, text="7")

    with pytest.raises(Invalid) as refused:
        instructor.does(service.type_mark, item_id=taught.column, user_id=student.id, text=text)

    assert set(refused.value.fields) == {"points"}
    assert row(instructor, taught).cells[1].points == D(7)


def test_two_people_at_one_cell_are_told(instructor: Any, student: Any, taught: Class) -> None:
    bob = people.person("Bob", SiteRole.INSTRUCTOR)
    instructor.does(courses.add_member, course_id=taught.quiz.course.id, user_id=bob.id, role=Role.INSTRUCTOR)
    seen = row(instructor, taught).cells[1].seq
    bob.does(service.type_mark, item_id=taught.column, user_id=student.id, text="9", seen=seen)

    with pytest.raises(Conflict) as told:
        instructor.does(service.type_mark, item_id=taught.column, user_id=student.id, text="5", seen=seen)

    assert str(told.value) == "Bob changed this mark meanwhile: 9 points. Yours was not saved."
    assert row(instructor, taught).cells[1].points == D(9)
    fresh = row(instructor, taught).cells[1].seq
    instructor.does(service.type_mark, item_id=taught.column, user_id=student.id, text="5", seen=fresh)
    assert row(instructor, taught).cells[1].points == D(5)


def test_what_changes_nothing_leaves_no_trace(instructor: Any, student: Any, taught: Class) -> None:
    for _ in range(3):
        instructor.does(service.type_mark, item_id=taught.column, user_id=student.id, text="9")

    detail = instructor.sees(service.read_mark, item_id=taught.column, user_id=student.id)
    assert [one.what for one in detail.history] == ["9 of 20"]


def test_an_override_stands_above_later_attempts_until_it_is_lifted(
    instructor: Any, student: Any, taught: Class
) -> None:
    makers.taken(student, taught.quiz, *RIGHT[:1])
    set_ = instructor.does(
        service.write_mark, item_id=taught.quiz_item, user_id=student.id, points=D(6), reason="A talk about it"
    ).cells[0]
    makers.taken(student.at(NOON + timedelta(hours=1)), taught.quiz, *RIGHT)

    stands = row(instructor, taught).cells[0]
    detail = instructor.sees(service.read_mark, item_id=taught.quiz_item, user_id=student.id)
    lifted = instructor.does(service.type_mark, item_id=taught.quiz_item, user_id=student.id, text="").cells[0]

    assert (set_.points, set_.override) == (D(6), True)
    assert (stands.points, stands.override) == (D(6), True)
    assert [(one.what, one.reason, one.by) for one in detail.history] == [
        ("6 of 10, set by hand", "A talk about it", "Instructor"),
        ("10 of 10", "Attempt 2", ""),
        ("6 of 10, set by hand", "A talk about it", "Instructor"),
        ("2 of 10", "Attempt 1", ""),
    ]
    assert detail.own == D(10)
    assert (lifted.points, lifted.override) == (D(10), False)


def test_a_locked_mark_stays_whatever_comes(instructor: Any, student: Any, taught: Class) -> None:
    makers.taken(student, taught.quiz, *RIGHT[:1])
    where: dict[str, Any] = {"item_id": taught.quiz_item, "user_id": student.id}
    with pytest.raises(Invalid, match="Say why"):
        instructor.does(service.write_mark, **where, points=D(2), locked=True)
    instructor.does(service.write_mark, **where, points=D(2), locked=True, reason="Appeal is over")

    makers.taken(student.at(NOON + timedelta(hours=1)), taught.quiz, *RIGHT)
    for act in (
        lambda: instructor.does(service.type_mark, **where, text="9"),
        lambda: instructor.does(service.write_mark, **where, points=D(9), locked=False),
    ):
        with pytest.raises(Conflict, match="locked"):
            act()

    assert row(instructor, taught).cells[0] == replace(row(instructor, taught).cells[0], points=D(2), locked=True)
    open_ = instructor.does(service.write_mark, **where, points=D(2), locked=False).cells[0]
    assert (open_.points, open_.override, open_.locked) == (D(2), True, False)
    assert instructor.does(service.type_mark, **where, text="").cells[0].points == D(10)


def test_every_change_is_undone_one_by_one(instructor: Any, student: Any, taught: Class) -> None:
    where: dict[str, Any] = {"item_id": taught.column, "user_id": student.id}
    first = instructor.does(service.type_mark, **where, text="9").cells[1]
    second = instructor.does(service.type_mark, **where, text="excused").cells[1]

    with pytest.raises(Conflict):
        instructor.does(service.undo_mark, **where, seq=first.seq)
    undone = instructor.does(service.undo_mark, **where, seq=second.seq).cells[1]

    assert (second.points, second.state) == (None, "excused")
    assert (undone.points, undone.state) == (D(9), "")
    detail = instructor.sees(service.read_mark, **where)
    assert [(one.what, one.reason) for one in detail.history] == [
        ("9 of 20", "Undone"),
        ("No mark, excused", ""),
        ("9 of 20", ""),
    ]


def test_a_first_mark_undone_is_no_mark(instructor: Any, student: Any, taught: Class) -> None:
    where: dict[str, Any] = {"item_id": taught.column, "user_id": student.id}
    given = instructor.does(service.type_mark, **where, text="9").cells[1]

    assert instructor.does(service.undo_mark, **where, seq=given.seq).cells[1].points is None


def test_excused_work_counts_nowhere_also_when_it_comes_later(instructor: Any, student: Any, taught: Class) -> None:
    instructor.does(service.type_mark, item_id=taught.quiz_item, user_id=student.id, text="excused")
    instructor.does(service.type_mark, item_id=taught.column, user_id=student.id, text="10")
    makers.taken(student, taught.quiz, *RIGHT[:1])

    after = row(instructor, taught)

    assert [(cell.points, cell.state) for cell in after.cells] == [(D(2), "excused"), (D(10), "")]
    assert (after.so_far, after.in_the_end) == (D("0.5"), D("0.5"))


def test_missing_late_and_waiting_work_is_found(instructor: Any, student: Any, taught: Class) -> None:
    due, later = NOON + timedelta(days=1), NOON + timedelta(days=2)
    instructor.does(courses.update_item, item_id=taught.quiz.id, due_at=due)
    ada = people.person("Ada")
    ada.does(courses.enrol, slug=taught.slug)
    makers.taken(student.at(later), taught.quiz, *RIGHT)
    late, missing = instructor.at(later), {"only": "missing"}

    before = row(instructor, taught)
    after = late.sees(service.table, slug=taught.slug)

    assert before.cells[0].state == "not_due"
    assert [(one.name, one.cells[0].state) for one in after.rows] == [("Ada", "missing"), ("Student", "late")]
    assert late.sees(service.tallies, slug=taught.slug) == Tallies(to_grade=0, missing=1, late=1)
    assert [one.name for one in late.sees(service.table, slug=taught.slug, **missing).rows] == ["Ada"]
    # An extension moves what is due for one of them.
    instructor.does(courses.put_override, item_id=taught.quiz.id, user_id=ada.id, closes_at=later + timedelta(days=9))
    instructor.does(courses.put_override, item_id=taught.quiz.id, user_id=student.id, closes_at=later)
    assert [one.cells[0].state for one in late.sees(service.table, slug=taught.slug).rows] == ["not_due", ""]
    assert late.sees(service.tallies, slug=taught.slug) == Tallies(to_grade=0, missing=0, late=0)


def test_what_a_group_was_granted_counts_as_well(instructor: Any, student: Any, taught: Class) -> None:
    later = instructor.at(NOON + timedelta(days=2))
    instructor.does(courses.update_item, item_id=taught.quiz.id, due_at=NOON + timedelta(days=1))
    group = instructor.does(courses.add_group, slug=taught.slug, name="Lab")
    instructor.does(courses.put_in_group, slug=taught.slug, group_id=UUID(group.id), user_id=student.id)
    assert later.sees(service.tallies, slug=taught.slug).missing == 1

    due_at = NOON + timedelta(days=5)
    instructor.does(courses.put_override, item_id=taught.quiz.id, group_id=UUID(group.id), closes_at=due_at)

    assert later.sees(service.tallies, slug=taught.slug).missing == 0
    assert later.sees(service.table, slug=taught.slug).rows[0].cells[0].state == "not_due"


def test_an_essay_that_waits_is_to_grade(instructor: Any, student: Any, taught: Class) -> None:
    quizzes = makers.service
    instructor.does(quizzes.add_question, quiz_id=taught.quiz.id, kind="essay", stem="Where does it go?", spec={})
    attempt = makers.begun(student, taught.quiz)
    makers.answers(student, attempt, 6, {"text": "Into the air."})
    student.does(quizzes.submit, attempt_id=UUID(attempt.id))

    shown = instructor.sees(service.table, slug=taught.slug, only="to_grade")

    assert [one.cells[0].state for one in shown.rows] == ["to_grade"]
    assert instructor.sees(service.tallies, slug=taught.slug).to_grade == 1


def test_everybody_without_a_mark_gets_one(instructor: Any, student: Any, taught: Class) -> None:
    ada, bea = people.person("Ada"), people.person("Bea")
    for one in (ada, bea):
        one.does(courses.enrol, slug=taught.slug)
    instructor.does(service.type_mark, item_id=taught.column, user_id=ada.id, text="3")
    instructor.does(service.type_mark, item_id=taught.column, user_id=bea.id, text="excused")

    given = instructor.does(service.fill_column, item_id=taught.column, text="12")

    assert given == 1
    table = instructor.sees(service.table, slug=taught.slug)
    assert [one.cells[1].points for one in table.rows] == [D(3), None, D(12)]
    with pytest.raises(Invalid):
        instructor.does(service.fill_column, item_id=taught.column, text=" ")


def test_a_total_set_by_hand_stands_for_the_certificate_too(instructor: Any, student: Any, taught: Class) -> None:
    where: dict[str, Any] = {"slug": taught.slug, "user_id": student.id}
    instructor.does(service.type_mark, item_id=taught.column, user_id=student.id, text="10")
    with pytest.raises(Invalid) as refused:
        instructor.does(service.put_total, **where, share=D(11))
    set_ = instructor.does(service.put_total, **where, share=D("0.9"), reason="Half a year abroad", seen=0)

    assert set(refused.value.fields) == {"share", "reason"}
    assert (set_.so_far, set_.in_the_end, set_.by_hand) == (D("0.9"), D("0.9"), True)
    total = student.sees(service.course_total, course_id=taught.quiz.course.id, user_id=student.id)
    assert (total.fraction, total.fraction_so_far) == (D("0.9"), D("0.9"))
    mine = student.sees(service.my_grades, slug=taught.slug)
    assert (mine.set_by_hand, mine.reason, mine.history) == (D("0.9"), "Half a year abroad", [])
    assert mine.so_far.percent == D("50.00")  # what the marks come to is still told
    with pytest.raises(Conflict, match="meanwhile"):
        instructor.does(service.put_total, **where, share=None, seen=0)
    lifted = instructor.does(service.put_total, **where, share=None, seen=set_.total_seq)
    assert (lifted.so_far, lifted.by_hand) == (D("0.5"), False)
    told = instructor.sees(service.explain, **where).history
    assert [one.what for one in told] == ["Made of the marks again", "Set to 90%"]


def test_a_locked_total_is_unlocked_first(instructor: Any, student: Any, taught: Class) -> None:
    where: dict[str, Any] = {"slug": taught.slug, "user_id": student.id}
    instructor.does(service.put_total, **where, share=D("0.9"), locked=True, reason="Board")

    for share in (None, D("0.8")):
        with pytest.raises(Conflict, match="locked"):
            instructor.does(service.put_total, **where, share=share, reason="Again")

    instructor.does(service.put_total, **where, share=D("0.9"), locked=False, reason="Board met")
    assert instructor.does(service.put_total, **where, share=None).by_hand is False


def test_only_learners_have_marks(instructor: Any, taught: Class, stranger: Any) -> None:
    for user_id in (instructor.id, stranger.id):
        with pytest.raises(NotFound):
            instructor.does(service.type_mark, item_id=taught.column, user_id=user_id, text="1")
        with pytest.raises(NotFound):
            instructor.does(service.put_total, slug=taught.slug, user_id=user_id, share=D(1), reason="x")


def test_rows_are_found_sorted_and_grouped(instructor: Any, student: Any, taught: Class) -> None:
    names = ["Ada", "Bea", "Cyn"]
    others = [people.person(name) for name in names]
    for one, text in zip(others, ("5", "20", ""), strict=True):
        one.does(courses.enrol, slug=taught.slug)
        instructor.does(service.type_mark, item_id=taught.column, user_id=one.id, text=text)
    group = instructor.does(courses.add_group, slug=taught.slug, name="Lab")
    instructor.does(courses.put_in_group, slug=taught.slug, group_id=UUID(group.id), user_id=others[1].id)

    def shown(**asked: Any) -> list[str]:
        return [one.name for one in instructor.sees(service.table, slug=taught.slug, **asked).rows]

    assert shown() == ["Ada", "Bea", "Cyn", "Student"]
    assert shown(descending=True) == ["Student", "Cyn", "Bea", "Ada"]
    assert shown(sort=str(taught.column)) == ["Ada", "Bea", "Cyn", "Student"]
    assert shown(sort="total", descending=True) == ["Bea", "Ada", "Cyn", "Student"]
    assert shown(search="be") == ["Bea"]
    assert shown(group=group.id) == ["Bea"]
    assert shown(limit=2, offset=1) == ["Bea", "Cyn"]
    with pytest.raises(Invalid):
        shown(group="nonsense")


def test_a_column_in_figures(instructor: Any, student: Any, taught: Class) -> None:
    for name, text in (("Ada", "20"), ("Bea", "10"), ("Cyn", "5 exempt"), ("Dot", "")):
        one = people.person(name)
        one.does(courses.enrol, slug=taught.slug)
        instructor.does(service.type_mark, item_id=taught.column, user_id=one.id, text=text)
    values = service.ColumnValues(pass_points=D(12))
    instructor.does(service.save_column, item_id=taught.column, values=values)

    found = instructor.sees(service.column, item_id=taught.column)

    assert (found.students, found.marked, found.passed, found.pass_points) == (5, 2, 1, D(12))
    assert (found.mean, found.median, found.least, found.most) == (D("0.75"), D("0.75"), D("0.5"), D(1))
    assert [one.count for one in found.bins] == [0, 0, 0, 0, 0, 1, 0, 0, 0, 1]
    assert instructor.sees(service.column, item_id=taught.quiz_item).mean is None


def test_marks_are_appended_and_audited(instructor: Any, student: Any, taught: Class) -> None:
    instructor.does(service.type_mark, item_id=taught.column, user_id=student.id, text="9")
    instructor.does(service.type_mark, item_id=taught.column, user_id=student.id, text="")

    with reading(SYSTEM) as work:
        entries = work.db.exec(
            select(GradeEntry).where(col(GradeEntry.item_id) == taught.column).order_by(col(GradeEntry.seq))
        ).all()
    assert [(one.points, one.by_id) for one in entries] == [(D(9), instructor.id), (None, instructor.id)]
    assert row(instructor, taught).cells[1] == Cell(None, "", False, False, entries[1].seq or 0)
