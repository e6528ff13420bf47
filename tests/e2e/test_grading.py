"""A class is marked by keyboard alone, two markers meet, and a student reads what was said."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from typing import Any
from uuid import UUID

import pytest
from PIL import Image
from playwright.sync_api import BrowserContext, Page, expect

from lms_app.assignments import service
from lms_app.core.work import SiteRole
from lms_app.rubrics import service as rubrics
from lms_app.web import routes
from tests import makers as people
from tests.assignments import marking_makers as makers
from tests.core.test_paper import pdf
from tests.e2e.conftest import settled, sign_in
from tests.e2e.server import Site
from tests.e2e.test_marking import is_for_everybody


def _picture() -> bytes:
    kept = BytesIO()
    Image.new("RGB", (640, 360), "seagreen").save(kept, "PNG")
    return kept.getvalue()


class Desk:
    """An assignment with a rubric, three students who have handed in, and two who mark."""

    def __init__(self, site: Site, opened: Callable[..., BrowserContext]) -> None:
        self._site, self._opened = site, opened
        now = datetime.now(UTC)
        with site.services():
            teacher = people.person("Ines Teacher", SiteRole.INSTRUCTOR).at(now)
            students = [people.person(name).at(now) for name in ("Ada One", "Bo Two", "Cy Three")]
            self.desk = makers.desk(teacher, *students, takes_files=True)
            tomas = makers.assistant(teacher, people.person("Tomas Helps").at(now), self.desk)
            teacher.does(rubrics.keep_comment, slug=self.desk.course.slug, text="Careful observation.")
            draft = UUID(students[0].does(service.begin_draft, item_id=self.desk.id).id)
            for one in students[1:]:
                makers.submitted(one, self.desk)
            whoever = {"teacher": teacher, "tomas": tomas, "ada": students[0]}
            self._tokens = {name: one.signs_in(at=now) for name, one in whoever.items()}
        for name, content in (("pond.png", _picture()), ("notes.pdf", pdf(2))):
            query = f"scope={service.SUBMISSION}&scope_id={draft}&name={name}"
            answer = self._context("ada").request.post(f"/files?{query}", data=content)
            assert answer.ok, answer.text()
        with site.services():
            students[0].does(service.submit, submission_id=draft, body=makers.BODY)

    def _context(self, who: str, **options: Any) -> BrowserContext:
        context = self._opened(**options)
        sign_in(context, self._site, self._tokens[who])
        return context

    def opens(self, who: str, path: str = "", dark: bool = False, width: int = 1440) -> Page:
        page = self._context(who, color_scheme="dark" if dark else "light", width=width).new_page()
        page.goto(path or str(routes.assignment_grading(self.desk.course.slug, str(self.desk.id))))
        settled(page)
        return page


@pytest.fixture
def desk(site: Site, opened: Callable[..., BrowserContext]) -> Desk:
    return Desk(site, opened)


def _press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def test_a_class_is_marked_by_keyboard_alone_and_its_student_reads_it(desk: Desk) -> None:
    page = desk.opens("teacher")
    expect(page.get_by_role("heading", name="Ada One")).to_be_visible()
    expect(page.get_by_text("0 of 3 graded")).to_be_visible()

    # The first criterion, from its first level to the last; the second one by its arrows, too.
    _press(page, "1", "Space", "ArrowRight", "ArrowRight", "ArrowRight")
    _press(page, "2", "Space", "ArrowRight", "ArrowRight")
    expect(page.get_by_label("Points so far")).to_have_text("9 / 10")
    _press(page, "c")
    page.keyboard.type("Look again at the method.")
    expect(page.get_by_text(re.compile(r"Saved \d\d:\d\d"))).to_be_visible()
    page.reload()
    settled(page)
    expect(page.get_by_label("Comment to the student")).to_have_value("Look again at the method.")
    expect(page.get_by_label("Points so far")).to_have_text("9 / 10")
    # A note on a passage, without a mouse: the passages one after the other.
    _press(page, "n")
    dialog = page.locator("#note")
    expect(dialog.get_by_label("Note", exact=True)).to_be_focused()
    page.keyboard.type("Where?")
    dialog.get_by_role("button", name="Passage after").press("Enter")
    expect(dialog.locator("[data-quote]")).to_have_text("I counted 42 water fleas.")
    dialog.get_by_role("button", name="Save note").press("Enter")
    expect(page.get_by_text("Where?")).to_be_visible()
    _press(page, "Control+Enter")
    expect(page.get_by_role("heading", name="Bo Two")).to_be_visible()
    expect(page.get_by_text("1 of 3 graded")).to_be_visible()
    _press(page, "j")
    expect(page.get_by_role("heading", name="Cy Three")).to_be_visible()
    _press(page, "k")
    expect(page.get_by_role("heading", name="Bo Two")).to_be_visible()
    _press(page, "Control+Enter")
    expect(page.get_by_text("Choose a level for “Observation”.")).to_be_visible()
    _press(page, "?")
    expect(page.get_by_role("dialog").get_by_text("Save and next")).to_be_visible()
    _press(page, "Escape")

    page.get_by_role("button", name="More actions").first.press("Enter")
    page.get_by_role("menuitem", name="Publish grades").press("Enter")
    page.get_by_role("alertdialog").get_by_role("button", name="Publish grades").press("Enter")
    expect(page.get_by_text("Grades published")).to_be_visible()
    student = desk.opens("ada", str(routes.assignment_feedback(desk.desk.course.slug, str(desk.desk.id))))
    expect(student.get_by_text("18 / 20")).to_be_visible()
    expect(student.get_by_text("Look again at the method.")).to_be_visible()
    expect(student.get_by_text("Where?")).to_be_visible()
    expect(student.get_by_text("5 / 5")).to_be_visible()
    is_for_everybody(student)


def test_two_markers_are_shown_both_marks(desk: Desk) -> None:
    page, other = desk.opens("teacher"), desk.opens("tomas")
    for at, keys in ((page, ("1", "Space", "2", "Space")), (other, ("1", "Space", "ArrowRight", "2", "Space"))):
        _press(at, *keys)
    page.get_by_label("Comment to the student").fill("Mine")
    other.get_by_label("Comment to the student").fill("Theirs")
    other.get_by_role("button", name="Save and next").click()
    expect(other.get_by_role("heading", name="Bo Two")).to_be_visible()

    page.get_by_role("button", name="Save and next").click()
    expect(page.get_by_text(re.compile("Tomas Helps marked this on .*: 6 of 20"))).to_be_visible()
    expect(page.get_by_text("Theirs")).to_be_visible()
    expect(page.get_by_label("Comment to the student")).to_have_value("Mine")
    page.get_by_role("button", name="Save and next").click()
    expect(page.get_by_role("heading", name="Bo Two")).to_be_visible()
    page.get_by_role("button", name="Previous student").click()
    expect(page.get_by_text("Marks so far")).to_be_visible()
    expect(page.get_by_role("listitem").filter(has_text="Tomas Helps")).to_be_visible()


def test_comments_files_and_pins(desk: Desk, tmp_path: Any) -> None:
    page = desk.opens("teacher")

    page.get_by_role("button", name="Insert saved comment").click()
    page.get_by_role("menuitem", name="Careful observation.").click()
    expect(page.get_by_label("Comment to the student")).to_have_value("Careful observation.")
    page.locator("[data-feedback-files] input").set_input_files(
        [{"name": "voice.ogg", "mimeType": "audio/ogg", "buffer": b"OggS spoken"}]
    )
    expect(page.get_by_role("link", name="voice.ogg")).to_be_visible()
    page.get_by_role("button", name="Pin a note to pond.png").click()
    page.locator("#note").get_by_label("Note", exact=True).fill("This larva?")
    page.locator("#note").get_by_role("button", name="Save note").click()
    expect(page.get_by_text("This larva?")).to_be_visible()
    expect(page.locator(".k-sheet .k-pin")).to_have_text("1")
    # A PDF is open in place, page by page; a click pins a note where it was.
    second = page.get_by_role("img", name="Page 2 of 2 of notes.pdf")
    second.scroll_into_view_if_needed()
    page.wait_for_function("() => document.querySelectorAll('.k-sheets img')[1].naturalWidth === 1240")
    second.click(position={"x": 60, "y": 40})
    page.locator("#note").get_by_label("Note", exact=True).fill("Which pond?")
    page.locator("#note").get_by_role("button", name="Save note").click()
    expect(page.locator(".k-sheets .k-pin")).to_have_text("2")
    is_for_everybody(page)
    page.get_by_role("button", name="Ada One").click()
    expect(page.locator("#submissions").get_by_text("3 submissions")).to_be_visible()
    page.locator("#submissions").get_by_role("button", name="Cy Three").click()
    expect(page.get_by_role("heading", name="Cy Three")).to_be_visible()


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_grading_is_for_everybody(desk: Desk, dark: bool) -> None:
    page = desk.opens("teacher", dark=dark)
    is_for_everybody(page)
    _press(page, "n")
    expect(page.locator("#note")).to_be_visible()
    is_for_everybody(page)
