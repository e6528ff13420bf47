"""The pages of the gradebook without a browser."""

from decimal import Decimal
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import pytest

from lms_app.core.errors import Conflict
from lms_app.courses import service as courses
from lms_app.gradebook import service
from lms_app.gradebook.state.book import GradebookState
from lms_app.gradebook.state.grades import GradesState
from lms_app.gradebook.views_pages import line
from tests import makers as people
from tests.courses.tabs import Tab, leads_to
from tests.quizzes import makers
from tests.quizzes.makers import RIGHT


@pytest.fixture
def quiz(instructor: Any, student: Any) -> makers.Made:
    made = makers.quiz(instructor, student)
    instructor.does(service.add_column, slug=made.course.slug, title="Talk", points_max=Decimal(20))
    return made


def _book(person: Any, quiz: makers.Made, **asked: str) -> Tab:
    address = f"/teaching/x/gradebook?{urlencode(asked)}"
    tab = Tab(person, GradebookState, address=address, slug=quiz.course.slug)
    tab.sends("open")
    return tab


def _setup(person: Any, quiz: makers.Made) -> Tab:
    tab = Tab(person, GradebookState, address="/teaching/x/gradebook/setup", slug=quiz.course.slug)
    tab.sends("open_setup")
    return tab


def _grades(person: Any, quiz: makers.Made) -> Tab:
    tab = Tab(person, GradesState, address="/courses/x/grades", slug=quiz.course.slug)
    tab.sends("open")
    return tab


def test_the_table_is_for_whoever_marks(instructor: Any, student: Any, quiz: makers.Made) -> None:
    makers.taken(student, quiz, *RIGHT[:2])

    tab = _book(instructor, quiz)

    (book,) = tab.book
    assert [one.title for one in book.columns] == ["Energy flow", "Talk"]
    assert [(one.name, one.cells, one.total) for one in book.rows] == [("Student", ["|4|", "||"], "40%")]
    assert (tab.pages["shown"], tab.tallies) == ("1–1 of 1", {"to_grade": 0, "missing": 0, "late": 0})
    assert _book(student, quiz).missing


def test_a_mark_is_written_in_its_cell_and_undone(instructor: Any, student: Any, quiz: makers.Made) -> None:
    tab = _book(instructor, quiz)
    talk, who = tab.book[0].columns[1].id, str(student.id)

    tab.sends("write", who, talk, "15")
    written = (tab.book[0].rows[0].cells[1], tab.book[0].rows[0].total, tab.said["text"], tab.said["undo"])
    tab.sends("undo")

    assert written == ("|15|", "75%", "Saved for Student in Talk.", "yes")
    assert (tab.book[0].rows[0].cells[1], tab.book[0].rows[0].total) == ("||", "–")


def test_what_is_refused_says_why_at_its_cell(instructor: Any, student: Any, quiz: makers.Made) -> None:
    tab = _book(instructor, quiz)
    talk, who = tab.book[0].columns[1].id, str(student.id)

    tab.sends("write", who, talk, "99")

    assert {name: tab.said[name] for name in ("user", "column", "typed", "problem")} == {
        "user": who,
        "column": talk,
        "typed": "99",
        "problem": "Enter points from 0 to 20.",
    }
    assert tab.book[0].rows[0].cells[1] == "||"


def test_the_second_of_two_tabs_is_told(instructor: Any, student: Any, quiz: makers.Made) -> None:
    first, second = _book(instructor, quiz), _book(instructor, quiz)
    talk, who = first.book[0].columns[1].id, str(student.id)
    first.sends("write", who, talk, "15")

    second.sends("write", who, talk, "5")
    told, shown = second.said["problem"], second.book[0].rows[0].cells[1]
    second.sends("write", who, talk, "5")

    assert told == "Instructor changed this mark meanwhile: 15 points. Yours was not saved."
    assert shown == "|15|"
    assert second.book[0].rows[0].cells[1] == "|5|"


def test_a_mark_has_a_form_with_its_history(instructor: Any, student: Any, quiz: makers.Made) -> None:
    tab = _book(instructor, quiz)
    talk, who = tab.book[0].columns[1].id, str(student.id)
    tab.sends("inspect", who, talk)

    tab.sends("save_cell", {"points": "8", "status": "exempt", "locked": "on", "reason": ""})
    refused = tab.said["wrong"]
    tab.sends("save_cell", {"points": "8", "status": "exempt", "locked": "on", "reason": "Was ill"})
    (saved,) = tab.cell
    with pytest.raises(Conflict, match="Unlock it first"):
        tab.sends("undo_cell")

    assert refused == "Say why: whoever finds it locked will ask."
    assert [(one.what, one.reason) for one in saved.history] == [("8 of 20, exempt, locked", "Was ill")]
    tab.sends("save_cell", {"points": "8", "status": "exempt", "reason": ""})
    assert tab.book[0].rows[0].cells[1] == "exempt|8|"
    tab.sends("save_cell", {"points": "many", "status": ""})
    assert tab.said["wrong"] == "Enter points as a number, like 7.5."


def test_a_total_opens_and_is_set(instructor: Any, student: Any, quiz: makers.Made) -> None:
    tab = _book(instructor, quiz)
    tab.sends("show_total", str(student.id))

    tab.sends("save_total", {"percent": "90%", "reason": ""})
    refused = tab.said["wrong"]
    tab.sends("save_total", {"percent": "90%", "reason": "Abroad", "locked": "on"})

    assert refused == "Say why: the student sees it beside the total."
    assert (tab.book[0].rows[0].total, tab.book[0].rows[0].beside) == ("90%", "locked")
    assert [one.what for one in tab.total[0].history] == ["Set to 90%, locked"]


def test_filters_and_order_go_into_the_address(instructor: Any, student: Any, quiz: makers.Made) -> None:
    ada = people.person("Ada")
    ada.does(courses.enrol, slug=quiz.course.slug)
    tab = _book(instructor, quiz, search="ad")
    talk = tab.book[0].columns[1].id

    assert [one.name for one in tab.book[0].rows] == ["Ada"]
    assert leads_to(tab.sends("choose", "only", "missing")).endswith("?search=ad&only=missing")
    assert leads_to(tab.sends("find", "")).endswith("/gradebook")
    assert leads_to(tab.sends("sort_by", talk)).endswith(f"?search=ad&sort={talk}&order=down")
    down = _book(instructor, quiz, sort=talk, order="down")
    assert (down.book[0].columns[1].sorted, down.book[0].name_sorted) == ("descending", "")
    assert leads_to(down.sends("sort_by", talk)).endswith(f"?sort={talk}")
    assert leads_to(_book(instructor, quiz, only="late").sends("choose", "only", "late")).endswith("/gradebook")


def test_a_column_is_shown_in_figures_and_filled(instructor: Any, student: Any, quiz: makers.Made) -> None:
    tab = _book(instructor, quiz)
    tab.sends("show_column", tab.book[0].columns[1].id)

    tab.sends("fill", {"text": "many"})
    refused = tab.said["wrong"]
    tab.sends("fill", {"text": "10"})

    assert refused.startswith("Enter points as a number")
    assert (tab.said["text"], tab.column[0].marked, tab.column[0].mean) == ("1 mark given.", "1 of 1", "50%")


def test_how_totals_are_made_is_set_up(instructor: Any, student: Any, quiz: makers.Made) -> None:
    tab = _setup(instructor, quiz)
    tab.sends("save_scheme", {"course_method": "weighted", "course_drop_lowest": "x", "scale": "own", "letters": "A"})
    refused = dict(tab.wrong)

    tab.sends(
        "save_scheme", {"course_method": "weighted", "missing": "0", "scale": "own", "letters": "50 Pass\n0 Fail"}
    )
    tab.sends("edit", "category", "")
    tab.sends("save_line", {"name": "", "method": "points", "weight": "-1"})
    nameless = dict(tab.wrong)
    tab.sends("save_line", {"name": "Talks", "method": "points", "weight": "40", "drop_lowest": "1"})
    (talks,) = [one for one in tab.setup[0].lines if one.kind == "category"]
    column = next(one for one in tab.setup[0].lines if one.kind == "column")
    tab.sends("edit", "column", column.id)
    shown = dict(tab.editing)
    tab.sends("save_line", {**shown, "parent": talks.id, "weight": "2", "pass_points": "10"})

    assert refused == {
        "course_drop_lowest": "Enter a whole number, or leave it out.",
        "letters": "Write “A” as a percentage and a letter: 93 A.",
    }
    assert set(nameless) == {"name", "weight"}
    assert [(one.title, one.depth, one.weight, one.notes) for one in tab.setup[0].lines] == [
        ("Energy flow", 0, "1", []),
        ("Talks", 0, "40", ["drops 1"]),
        ("Talk", 1, "2", ["passed from 10"]),
    ]
    assert tab.setup[0].texts["letters"] == "50 Pass\n0 Fail"


def test_a_column_made_by_hand_comes_goes_and_comes_back(instructor: Any, quiz: makers.Made) -> None:
    tab = _setup(instructor, quiz)
    tab.sends("edit", "column", "")
    tab.sends("save_line", {"title": "Paper", "points_max": ""})
    refused = dict(tab.wrong)

    tab.sends("save_line", {"title": "Paper", "points_max": "30"})
    paper = next(one for one in tab.setup[0].lines if one.title == "Paper")
    tab.sends("step", paper.id, -1)
    moved = [one.title for one in tab.setup[0].lines]
    tab.sends("edit", "column", paper.id)
    tab.sends("remove_line")
    gone = [one.title for one in tab.setup[0].lines]
    tab.sends("restore_line")

    assert set(refused) == {"points_max"}
    assert "Paper" in moved
    assert "Paper" not in gone
    assert "Paper" in [one.title for one in tab.setup[0].lines]


def test_an_assistant_finds_no_setup(instructor: Any, student: Any, quiz: makers.Made) -> None:
    assert _setup(student, quiz).missing
    assert not _setup(instructor, quiz).missing


def test_a_sheet_is_looked_at_and_then_imported(instructor: Any, student: Any, quiz: makers.Made) -> None:
    tab = Tab(instructor, GradebookState, address="/teaching/x/gradebook/import", slug=quiz.course.slug)
    tab.sends("open_import")
    sheet = f"ID,Talk\n{student.id},12\n"

    tab.sends("send_sheet", {"sheet": "nothing"})
    refused = tab.said["wrong"]
    tab.sends("send_sheet", {"sheet": sheet})
    (preview,) = tab.preview
    went = leads_to(tab.sends("send_sheet", {"sheet": sheet}))

    assert refused.startswith("No column of the sheet")
    assert [(one.title, one.before, one.after) for one in preview.changes] == [("Talk", "", "12")]
    assert went.endswith("/gradebook")
    assert instructor.sees(service.table, slug=quiz.course.slug).rows[0].cells[1].points == Decimal(12)


def test_a_student_sees_their_totals_and_tries_marks_out(instructor: Any, student: Any, quiz: makers.Made) -> None:
    makers.taken(student, quiz, *RIGHT[:2])
    talk = str(instructor.sees(service.setup, slug=quiz.course.slug).columns[1].id)
    tab = _grades(student, quiz)
    (before,) = tab.grades

    tab.sends("try_out", {talk: "99"})
    refused = dict(tab.errors)
    tab.sends("try_out", {talk: "20"})
    (tried,) = tab.grades
    tab.sends("reset_trial")

    assert (before.so_far, before.in_the_end) == ("40%", "13.33%")
    assert refused == {talk: "Enter points from 0 to 20."}
    assert (tried.so_far, tried.in_the_end) == ("80%", "80%")
    assert [(one.title, one.tried) for one in tried.trees[0].parts] == [("Energy flow", ""), ("Talk", "20")]
    assert tab.grades == [before]


def test_a_line_says_what_is_set_and_locked(instructor: Any, student: Any, quiz: makers.Made) -> None:
    item = UUID(instructor.sees(service.setup, slug=quiz.course.slug).columns[0].id)
    instructor.does(
        service.write_mark, item_id=item, user_id=student.id, points=Decimal(3), locked=True, reason="Settled"
    )

    (row,) = instructor.sees(service.table, slug=quiz.course.slug).rows

    assert line(row).cells == ["|3|locked", "||"]
