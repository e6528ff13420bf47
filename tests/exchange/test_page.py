"""The page where questions are brought in, without a browser."""

from typing import Any

import pytest

from lms_app.exchange.state.questions import QuestionImportState
from lms_app.quizzes import service as quizzes
from lms_app.web import routes
from tests.courses import makers
from tests.courses.tabs import Tab, leads_to

GIFT = "Is it warm? {T}\n\nWhich? {=sheep ~wolves}\n"
PARTLY = f"{GIFT}\nHow much? {{#*}}\n"


@pytest.fixture
def course(instructor: Any) -> makers.Made:
    return makers.course(instructor)


@pytest.fixture
def tab(instructor: Any, course: makers.Made) -> Tab:
    made = Tab(instructor, QuestionImportState, slug=course.slug)
    made.sends("open")
    return made


def many(instructor: Any, course: makers.Made) -> int:
    return len(instructor.does(quizzes.bank_questions, slug=course.slug))


def test_what_is_pasted_is_previewed_and_then_imported(tab: Tab, instructor: Any, course: makers.Made) -> None:
    tab.sends("preview", GIFT)
    assert [(one.format, one.added, one.known) for one in tab.found] == [("GIFT", 2, 0)]
    assert many(instructor, course) == 0

    ends = tab.sends("send", {"text": GIFT, "title": ""})

    assert leads_to(ends) == routes.question_bank(course.slug)
    assert (many(instructor, course), tab.notice) == (2, "2 questions imported.")


def test_a_text_that_changed_is_previewed_once_more(tab: Tab, instructor: Any, course: makers.Made) -> None:
    tab.sends("preview", GIFT)
    tab.sends("send", {"text": f"{GIFT}\nAnd? {{F}}"})

    assert tab.found[0].added == 3
    assert many(instructor, course) == 0


def test_what_cannot_be_asked_is_left_out_only_when_asked_to(tab: Tab, instructor: Any, course: makers.Made) -> None:
    tab.sends("preview", PARTLY)
    tab.sends("send", {"text": PARTLY})
    assert (tab.found[0].skippable, tab.found[0].findings[0].line, many(instructor, course)) == (True, 5, 0)

    tab.sends("send", {"text": PARTLY, "skip": "on", "title": "Ponds"})
    assert many(instructor, course) == 2


def test_what_is_no_file_of_questions_is_said_at_the_field(tab: Tab) -> None:
    tab.sends("preview", "See you on Friday.")
    assert tab.problem == "This is no file of questions that we know: Moodle XML, QTI, CSV, GIFT."

    tab.sends("preview", " ")
    assert (tab.problem, tab.found) == ("", [])


def test_a_long_report_is_shown_in_part(tab: Tab) -> None:
    tab.sends("preview", "\n\n".join(["// [id:7]\nIs it? {T}"] * 250))

    assert (len(tab.found[0].findings), tab.unshown) == (200, 50)


def test_a_student_finds_no_such_page(student: Any, course: makers.Made) -> None:
    tab = Tab(student, QuestionImportState, slug=course.slug)
    tab.sends("open")

    assert tab.missing
