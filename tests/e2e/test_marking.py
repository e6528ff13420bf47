"""An essay from its student to whoever marks it and back, in the browser, and by keyboard alone where one marks."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from lms_app.core.work import SiteRole
from lms_app.quizzes import service
from lms_app.web import routes
from tests import makers as people
from tests.e2e.conftest import settled, sign_in, still, violations
from tests.e2e.server import Site
from tests.quizzes import makers

SAVED = re.compile(r"Saved \d\d:\d\d")
PDF = b"%PDF-1.4 a drawing of a pond"
STEM = "What happens to the energy that a water flea eats?"
DRAFTS = [
    service.draft(
        kind="description",
        stem="The next question is about a pond in **early summer**: pondweed, water fleas, tadpoles and a heron.",
        spec={},
    ),
    service.draft(
        kind="essay",
        stem=STEM,
        points=Decimal(5),
        spec={"words_min": 5, "words_max": 80, "notes": "Growth, respiration (heat), waste. Two of three make 4."},
    ),
]


class Desk:
    """A quiz with a text and an essay, its teacher and three students; the last two have submitted."""

    def __init__(self, site: Site, opened: Callable[..., BrowserContext]) -> None:
        self._site, self._opened = site, opened
        self.services = site.services
        now = datetime.now(UTC)
        with site.services():
            self.teacher = teacher = people.person("Ines Teacher", SiteRole.INSTRUCTOR).at(now)
            self.student, *others = (people.person(name).at(now) for name in ("Omar Student", "Ada One", "Bo Two"))
            self.quiz = makers.quiz(teacher, self.student, *others)
            for slot_id in self.quiz.slots:
                teacher.does(service.remove_slot, slot_id=slot_id)
            teacher.does(service.add_questions, quiz_id=self.quiz.id, questions=DRAFTS)
            self._writes(others[0].at(now - timedelta(minutes=2)), "It grows a little.\n\nMost leaves as heat.")
            self._writes(others[1].at(now - timedelta(minutes=1)), "It is eaten.")
            self._tokens = {"teacher": teacher.signs_in(at=now), "student": self.student.signs_in(at=now)}

    def _writes(self, student: Any, text: str) -> None:
        attempt = makers.begun(student, self.quiz)
        makers.answers(student, attempt, 2, {"text": text})
        student.does(service.submit, attempt_id=UUID(attempt.id))

    def asks_for_a_drawing(self, takes: str) -> None:
        """A third question, of which files, or "both", are the answer."""
        spec = {"takes": takes, "files_max": 2, "file_types": ["pdf"]}
        with self.services():
            self.teacher.does(service.add_question, quiz_id=self.quiz.id, kind="essay", stem="Draw a pond.", spec=spec)

    def opens(self, who: str, path: str = "", dark: bool = False) -> Page:
        context = self._opened(color_scheme="dark" if dark else "light")
        sign_in(context, self._site, self._tokens[who])
        page = context.new_page()
        page.goto(path or str(routes.quiz_marking(self.quiz.course.slug, str(self.quiz.id))))
        settled(page)
        return page

    def attempt(self) -> str:
        with self._site.services():
            return makers.begun(self.student.at(datetime.now(UTC)), self.quiz).id


@pytest.fixture
def desk(site: Site, opened: Callable[..., BrowserContext]) -> Desk:
    return Desk(site, opened)


def is_for_everybody(page: Page) -> None:
    still(page)
    assert violations(page) == []
    page.set_viewport_size({"width": 320, "height": 800})
    page.wait_for_timeout(100)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert violations(page) == []
    page.set_viewport_size({"width": 1280, "height": 800})


def test_an_essay_is_written_marked_by_keyboard_and_comes_back(desk: Desk) -> None:
    attempt = desk.attempt()
    student = desk.opens("student", f"/attempts/{attempt}")

    # The text has no number, and nothing to answer.
    expect(student.get_by_role("heading", name="Text to read")).to_be_visible()
    expect(student.get_by_text("0 of 1 answered")).to_be_visible()
    expect(student.get_by_role("button", name="Clear answer")).to_have_count(0)
    student.get_by_role("button", name="Next question").locator("visible=true").click()
    expect(student.get_by_role("heading", name="Question 1 of 1")).to_be_visible()
    expect(student.get_by_text("Write 5 to 80 words.")).to_be_visible()
    student.get_by_role("textbox", name="Your answer").fill("Some is growth, most is heat")
    expect(student.get_by_text("6 words")).to_be_visible()
    expect(student.get_by_text(SAVED).first).to_be_visible()
    student.reload()
    settled(student)
    expect(student.get_by_role("textbox", name="Your answer")).to_have_value("Some is growth, most is heat")
    student.get_by_role("link", name="Review and submit").locator("visible=true").first.click()
    expect(student.get_by_role("listitem").filter(has_text=STEM)).to_contain_text("Answered")
    student.get_by_role("button", name="Submit quiz").locator("visible=true").first.click()
    student.wait_for_url(re.compile("/results"))
    settled(student)
    expect(student.get_by_text("1 answer waits to be marked.")).to_be_visible()

    page = desk.opens("teacher")
    expect(page.get_by_role("heading", name="Ada One")).to_be_visible()
    expect(page.get_by_label("Points of 5")).to_be_focused()
    for points, following in (("4", "Bo Two"), ("1,5", "Omar Student")):
        page.keyboard.type(points)
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name=following)).to_be_visible()
        expect(page.get_by_label("Points of 5")).to_be_focused()
    page.keyboard.type("4.5")
    page.keyboard.press("Tab")
    page.keyboard.type("Say what the *rest* is.")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("Saved: 4.5 / 5. All are marked.")).to_be_visible()

    student.reload()
    settled(student)
    expect(student.get_by_text("4.5 of 5 points.")).to_be_visible()
    expect(student.get_by_text("Say what the rest is.")).to_be_visible()


def test_what_is_typed_stays_when_somebody_else_was_faster(desk: Desk) -> None:
    page, other = desk.opens("teacher"), desk.opens("teacher")
    other.get_by_label("Points of 5").fill("2")
    other.get_by_role("button", name="Save and next").click()
    expect(other.get_by_role("heading", name="Bo Two")).to_be_visible()

    page.get_by_label("Points of 5").fill("6")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Enter points from 0 to 5")).to_be_visible()
    page.get_by_label("Points of 5").fill("3")
    page.get_by_label("Comment").fill("Nearly.")
    page.get_by_role("button", name="Save and next").click()

    expect(page.get_by_text("Ines Teacher marked this answer meanwhile: 2 points.")).to_be_visible()
    expect(page.get_by_label("Points of 5")).to_have_value("3")
    page.get_by_role("button", name="Save and next").click()
    expect(page.get_by_role("heading", name="Bo Two")).to_be_visible()
    page.get_by_role("button", name="Previous answer").click()
    expect(page.get_by_text("3, before 2")).to_be_visible()


def test_names_can_be_hidden(desk: Desk) -> None:
    page = desk.opens("teacher")

    page.get_by_role("button", name="Hide names").click()

    expect(page.get_by_role("heading", name="Answer 1")).to_be_visible()
    expect(page.get_by_text("Ada One")).to_have_count(0)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_pages_of_essays_are_for_everybody(desk: Desk, dark: bool) -> None:
    is_for_everybody(desk.opens("teacher", dark=dark))
    student = desk.opens("student", f"/attempts/{desk.attempt()}", dark=dark)
    is_for_everybody(student)
    student.get_by_role("button", name="Next question").locator("visible=true").click()
    expect(student.get_by_role("textbox", name="Your answer")).to_be_visible()
    is_for_everybody(student)


def test_an_essay_takes_a_drawing(desk: Desk) -> None:
    """Sent, taken out, sent once more and found again; fetched by whoever marks, and by its student later."""
    desk.asks_for_a_drawing("files")
    attempt = desk.attempt()
    student = desk.opens("student", f"/attempts/{attempt}?question=3")
    expect(student.get_by_text("Up to 2 files, each of at most")).to_be_visible()
    expect(student.get_by_role("textbox", name="Your answer")).to_have_count(0)
    chosen = student.get_by_label("Add files")
    chosen.set_input_files({"name": "pond.txt", "mimeType": "text/plain", "buffer": b"no drawing"})
    expect(student.get_by_role("alert").filter(has_text="pond.txt: Files of this type")).to_be_visible()
    chosen.set_input_files({"name": "pond.pdf", "mimeType": "application/pdf", "buffer": PDF})
    box = student.get_by_role("checkbox", name="pond.pdf")
    expect(box).to_be_checked()
    expect(student.get_by_text("pond.pdf was sent.")).to_be_visible()
    box.press("Space")
    expect(student.get_by_text("0 of 2 answered")).to_be_visible()
    chosen.set_input_files({"name": "weeds.pdf", "mimeType": "application/pdf", "buffer": PDF + b" with weeds"})
    expect(student.get_by_text("1 of 2 answered")).to_be_visible()
    expect(student.get_by_text(SAVED).first).to_be_visible()
    is_for_everybody(student)
    student.reload()
    settled(student)
    expect(student.get_by_role("checkbox", name="weeds.pdf")).to_be_checked()
    expect(student.get_by_role("checkbox", name="pond.pdf")).to_have_count(0)

    student.get_by_role("link", name="Review and submit").locator("visible=true").first.click()
    expect(student.get_by_role("listitem").filter(has_text="Draw a pond.")).to_contain_text("Answered")
    student.get_by_role("button", name="Submit quiz").locator("visible=true").first.click()
    student.get_by_role("button", name="Submit anyway").or_(student.get_by_role("button", name="Submit quiz")).locator(
        "visible=true"
    ).last.click()
    student.wait_for_url(re.compile("/results"))
    settled(student)
    link = student.get_by_role("link", name="weeds.pdf")
    expect(link).to_be_visible()

    page = desk.opens("teacher")
    page.get_by_label("Question", exact=True).select_option(label="Draw a pond. (1 of 1 to be marked)")
    expect(page.get_by_role("heading", name="Omar Student")).to_be_visible()
    address = page.get_by_role("link", name="weeds.pdf").get_attribute("href")
    assert address is not None
    assert page.request.get(address).body() == PDF + b" with weeds"
    is_for_everybody(page)


def test_a_file_joins_its_answer_when_another_question_is_shown_by_then(desk: Desk) -> None:
    desk.asks_for_a_drawing("both")
    student = desk.opens("student", f"/attempts/{desk.attempt()}?question=3")
    student.get_by_role("textbox", name="Your answer").fill("See my drawing.")
    held: list[Any] = []
    student.route("**/files?*", lambda route: held.append(route))
    student.get_by_label("Add files").set_input_files(
        {"name": "pond.pdf", "mimeType": "application/pdf", "buffer": PDF}
    )
    student.get_by_role("button", name="Previous").locator("visible=true").first.click()
    expect(student.get_by_role("heading", name="Question 1 of 2")).to_be_visible()
    held[0].continue_()
    student.wait_for_timeout(1_500)
    student.get_by_role("button", name="Next question").locator("visible=true").first.click()
    expect(student.get_by_role("checkbox", name="pond.pdf")).to_be_checked()
    expect(student.get_by_role("textbox", name="Your answer")).to_have_value("See my drawing.")
    expect(student.get_by_text(SAVED).first).to_be_visible()
    student.reload()
    settled(student)
    expect(student.get_by_role("checkbox", name="pond.pdf")).to_be_checked()


def test_a_file_joins_its_answer_when_its_student_has_left_the_page(desk: Desk) -> None:
    desk.asks_for_a_drawing("both")
    attempt = desk.attempt()
    student = desk.opens("student", f"/attempts/{attempt}?question=3")
    student.get_by_role("textbox", name="Your answer").fill("See my drawing.")
    expect(student.get_by_text(SAVED).first).to_be_visible()
    held: list[Any] = []
    student.route("**/files?*", lambda route: held.append(route))
    student.get_by_label("Add files").set_input_files(
        {"name": "pond.pdf", "mimeType": "application/pdf", "buffer": PDF}
    )
    student.get_by_role("link", name="Leave quiz").click()
    expect(student).not_to_have_url(re.compile("/attempts/"))
    settled(student)
    held[0].continue_()
    student.wait_for_timeout(1_500)

    other = desk.opens("student", f"/attempts/{attempt}?question=3")  # the server has it, without this device's help

    expect(other.get_by_role("checkbox", name="pond.pdf")).to_be_checked()
    expect(other.get_by_role("textbox", name="Your answer")).to_have_value("See my drawing.")


def test_an_author_asks_for_files(desk: Desk) -> None:
    page = desk.opens("teacher", str(routes.quiz_edit(desk.quiz.course.slug, str(desk.quiz.id))))
    page.get_by_role("button", name=re.compile("What happens to the energy")).first.click()
    expect(page.get_by_label("At most this many files")).to_be_hidden()
    page.get_by_label("Students answer with").select_option("both")
    page.get_by_label("At most this many files").fill("11")
    page.get_by_label("Pictures").check()
    page.get_by_role("button", name="Save question").click()
    expect(page.get_by_role("link", name="Enter 10 or less.")).to_be_visible()
    page.get_by_label("At most this many files").fill("4")
    page.get_by_role("button", name="Save question").click()
    expect(page.get_by_text(SAVED).first).to_be_visible()
    page.reload()
    settled(page)
    page.get_by_role("button", name=re.compile("What happens to the energy")).first.click()
    expect(page.get_by_label("At most this many files")).to_have_value("4")
    expect(page.get_by_label("Pictures")).to_be_checked()
