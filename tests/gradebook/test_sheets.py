"""The gradebook as a sheet: out as text that no spreadsheet runs, in again with a preview, all or nothing."""

import csv
import io
import zipfile
from dataclasses import replace
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from openpyxl import Workbook, load_workbook

from lms_app.core.errors import Conflict, Invalid
from lms_app.courses import service as courses
from lms_app.gradebook import service
from lms_app.gradebook.service import Scheme
from tests import makers as people
from tests.gradebook.makers import class_of
from tests.quizzes import makers
from tests.quizzes.makers import RIGHT

D = Decimal


def _class(instructor: Any, student: Any) -> str:
    """A quiz, a talk with marks and statuses, three students; one of them calls herself a formula."""
    quiz = makers.quiz(instructor, student)
    talk = instructor.does(service.add_column, slug=quiz.course.slug, title="=Talk", points_max=D(20)).columns[-1]
    for name, text in (("=1+1", "7.5"), ("Bea", "excused"), ("Cyn", "8 exempt")):
        one = people.person(name)
        one.does(courses.enrol, slug=quiz.course.slug)
        instructor.does(service.type_mark, item_id=UUID(talk.id), user_id=one.id, text=text)
    makers.taken(student, quiz, *RIGHT[:2])
    instructor.does(service.type_mark, item_id=UUID(talk.id), user_id=student.id, text="10")
    return quiz.course.slug


pytestmark = pytest.mark.stage(make=_class)


@pytest.fixture
def slug(target: str) -> str:
    return target


def lines(instructor: Any, slug: str) -> list[list[str]]:
    text = instructor.sees(service.csv_sheet, slug=slug)
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))


def written(rows: list[list[str]], delimiter: str = ",") -> bytes:
    made = io.StringIO()
    csv.writer(made, delimiter=delimiter).writerows(rows)
    return made.getvalue().encode()


def column(rows: list[list[str]], title: str) -> int:
    return next(at for at, cell in enumerate(rows[0]) if title in cell)


def line_of(rows: list[list[str]], name: str) -> list[str]:
    return next(row for row in rows[1:] if name in row[0])


def test_what_goes_out(instructor: Any, slug: str) -> None:
    instructor.does(service.save_scheme, slug=slug, scheme=Scheme(letters=[(D(50), "Pass"), (D(0), "Fail")]))

    rows = lines(instructor, slug)

    assert [cell.split(" #")[0] for cell in rows[0]] == [
        "Student",
        "Email",
        "ID",
        "Energy flow (out of 10)",
        "'=Talk (out of 20)",
        "So far (%)",
        "If the rest is 0 (%)",
        "Letter",
    ]
    assert [[row[0], *row[3:]] for row in rows[1:]] == [
        ["'=1+1", "", "7.5", "37.50", "25.00", "Fail"],
        ["Bea", "", "excused", "", "0.00", ""],
        ["Cyn", "", "8 exempt", "", "0.00", ""],
        ["Student", "4", "10", "46.67", "46.67", "Fail"],
    ]


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_what_goes_out_comes_in_with_no_change(instructor: Any, slug: str, ending: str) -> None:
    act: Any = service.csv_sheet if ending == "csv" else service.xlsx_sheet
    sheet = instructor.sees(act, slug=slug)
    content = sheet.encode() if isinstance(sheet, str) else sheet

    found = instructor.sees(service.check_sheet, slug=slug, content=content)

    assert (found.changes, found.wrong, found.unchanged) == ([], [], 8)


def test_an_excel_file_has_numbers_and_no_formula(instructor: Any, slug: str) -> None:
    book = load_workbook(io.BytesIO(instructor.sees(service.xlsx_sheet, slug=slug)))
    sheet = book.active
    assert sheet is not None

    assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value is not None} == {"s", "n"}
    assert [cell.value for cell in sheet[2]][:1] == ["'=1+1"]
    assert [cell.value for cell in sheet[2]][4] == 7.5


def test_other_marks_come_in_after_a_look_at_them(instructor: Any, student: Any, slug: str) -> None:
    rows = lines(instructor, slug)
    talk, quiz = column(rows, "Talk"), column(rows, "Energy")
    line_of(rows, "Bea")[talk] = "12"
    line_of(rows, "Cyn")[talk] = ""
    line_of(rows, "Student")[quiz] = "9"
    line_of(rows, "Student")[0] = "Renamed"

    found = instructor.sees(service.check_sheet, slug=slug, content=written(rows, ";"))
    before = instructor.sees(service.table, slug=slug)
    count = instructor.does(service.import_sheet, slug=slug, changes=found.changes)

    assert [(one.name, one.title, one.before, one.after) for one in found.changes] == [
        ("Bea", "=Talk", "excused", "12"),
        ("Cyn", "=Talk", "8 exempt", ""),
        ("Student", "Energy flow", "4", "9"),
    ]
    assert [one.cells[1].points for one in before.rows][1] is None
    after = {one.name: one for one in instructor.sees(service.table, slug=slug).rows}
    assert count == 3
    assert (after["Bea"].cells[1].points, after["Bea"].cells[1].state) == (D(12), "")
    assert after["Cyn"].cells[1].points is None
    assert (after["Student"].cells[0].points, after["Student"].cells[0].override) == (D(9), True)
    again = instructor.sees(service.check_sheet, slug=slug, content=written(rows, ";"))
    assert (again.changes, again.unchanged) == ([], 8)


def test_who_has_no_id_is_found_by_email(instructor: Any, student: Any, slug: str) -> None:
    content = f"Email\tEnergy flow\n{student.email.upper()}\t10\nnobody@example.org\t1\n".encode("utf-16")

    found = instructor.sees(service.check_sheet, slug=slug, content=content)

    assert [(one.name, one.after) for one in found.changes] == [("Student", "10")]
    assert found.wrong == ["Line 3: no student of the course."]


def test_what_is_wrong_is_said_by_line(instructor: Any, student: Any, slug: str) -> None:
    rows = lines(instructor, slug)
    talk = column(rows, "Talk")
    line_of(rows, "Bea")[talk] = "21"
    line_of(rows, "Cyn")[talk] = "many"
    rows.append(list(line_of(rows, "Student")))

    found = instructor.sees(service.check_sheet, slug=slug, content=written(rows))

    assert found.wrong == [
        "Line 3, =Talk: Enter points from 0 to 20.",
        "Line 4, =Talk: Enter points as a number, like 7.5, or a word: excused, missing or exempt.",
        "Line 6: this student stands here twice.",
    ]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"Name,Colour\nAda,red", "No column of the sheet"),
        (b"Energy flow\n5", "needs a column ID or Email"),
        (b"PK\x03\x04 broken", "cannot read this file"),
    ],
)
def test_a_sheet_that_is_none(instructor: Any, slug: str, content: bytes, words: str) -> None:
    with pytest.raises(Invalid, match=words):
        instructor.sees(service.check_sheet, slug=slug, content=content)


def test_an_archive_that_unpacks_without_end_is_not_unpacked(instructor: Any, slug: str) -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (70 * 1024 * 1024))

    with pytest.raises(Invalid, match="larger than"):
        instructor.sees(service.check_sheet, slug=slug, content=made.getvalue())


def test_a_sheet_as_wide_as_a_spreadsheet_is_refused(instructor: Any, slug: str) -> None:
    book = Workbook(write_only=True)
    book.create_sheet().append(["x"] * 600)
    made = io.BytesIO()
    book.save(made)

    with pytest.raises(Invalid, match="larger than"):
        instructor.sees(service.check_sheet, slug=slug, content=made.getvalue())


def test_nothing_comes_in_where_something_changed_meanwhile(instructor: Any, student: Any, slug: str) -> None:
    rows = lines(instructor, slug)
    talk = column(rows, "Talk")
    line_of(rows, "Bea")[talk], line_of(rows, "Student")[talk] = "12", "13"
    found = instructor.sees(service.check_sheet, slug=slug, content=written(rows))
    item = UUID(found.changes[1].item_id)
    instructor.does(service.type_mark, item_id=item, user_id=student.id, text="14")

    with pytest.raises(Conflict, match="Nothing was imported"):
        instructor.does(service.import_sheet, slug=slug, changes=found.changes)

    points = [one.cells[1].points for one in instructor.sees(service.table, slug=slug).rows]
    assert points == [D("7.5"), None, D(8), D(14)]


def test_a_locked_mark_is_said_before_it_comes_in(instructor: Any, student: Any, slug: str) -> None:
    rows = lines(instructor, slug)
    item = UUID(instructor.sees(service.setup, slug=slug).columns[1].id)
    instructor.does(
        service.write_mark, item_id=item, user_id=student.id, points=D(10), locked=True, reason="Appeal is over"
    )
    line_of(rows, "Student")[column(rows, "Talk")] = "11"

    found = instructor.sees(service.check_sheet, slug=slug, content=written(rows))

    assert found.wrong == ["Line 5, =Talk: this mark is locked."]


def test_a_change_of_another_course_is_not_made(instructor: Any, student: Any, slug: str) -> None:
    other = makers.quiz(instructor, student)
    foreign = instructor.sees(service.setup, slug=other.course.slug).columns[0].id
    rows = lines(instructor, slug)
    line_of(rows, "Student")[column(rows, "Talk")] = "11"
    (change,) = instructor.sees(service.check_sheet, slug=slug, content=written(rows)).changes

    with pytest.raises(Conflict):
        instructor.does(service.import_sheet, slug=slug, changes=[replace(change, item_id=foreign)])


def test_a_sheet_costs_the_same_statements_for_many(instructor: Any) -> None:
    from tests.courses.test_queries import cost

    few, many = class_of(instructor, 3, 2), class_of(instructor, 60, 8)

    def costs(made: Any) -> list[int]:
        slug = made.course.slug
        content = instructor.sees(service.csv_sheet, slug=slug).encode()
        return [
            cost(instructor, service.csv_sheet, slug=slug),
            cost(instructor, service.check_sheet, slug=slug, content=content),
        ]

    assert costs(few) == costs(many) == [8, 7]
