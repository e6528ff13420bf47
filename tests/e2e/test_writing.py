"""A teacher writes a quiz in the browser, and a student answers it: every kind of question, by mouse and by keyboard."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from lms_app.core.work import SiteRole
from lms_app.quizzes import service
from lms_app.quizzes.kinds import KINDS
from lms_app.web import routes
from tests import makers as people
from tests.e2e.conftest import settled, sign_in, still, violations
from tests.e2e.server import Site
from tests.quizzes import makers

SAVED = re.compile(r"Saved \d\d:\d\d")
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63606060000000040001f61738550000000049454e44ae426082"
)


@pytest.fixture
def desk(site: Site, opened: Callable[..., BrowserContext]) -> Callable[[str], Page]:
    """`desk("editor")` is the teacher's page of an empty quiz, `desk("attempt")` the student's."""
    now = datetime.now(UTC)
    with site.services():
        teacher = people.person("Ines Teacher", SiteRole.INSTRUCTOR).at(now)
        student = people.person("Omar Student").at(now)
        quiz = makers.quiz(teacher, student)
        for slot_id in quiz.slots:
            teacher.does(service.remove_slot, slot_id=slot_id)
        tokens = {"editor": teacher.signs_in(at=now), "attempt": student.signs_in(at=now)}

    def make(which: str, **look: str) -> Page:
        context = opened(**look)
        sign_in(context, site, tokens[which])
        page = context.new_page()
        path = str(routes.quiz_edit(quiz.course.slug, str(quiz.id)))
        if which == "attempt":
            with site.services():
                path = f"/attempts/{makers.begun(student.at(datetime.now(UTC)), quiz).id}"
        page.goto(path)
        settled(page)
        return page

    return make


def _adds(page: Page, kind: str) -> None:
    page.get_by_role("button", name="Add", exact=True).click()
    page.get_by_role("menuitem", name=KINDS[kind].label, exact=True).click()
    expect(page.get_by_role("heading", name=f"New question: {KINDS[kind].label}")).to_be_visible()


def test_a_question_is_written_saved_by_itself_and_answered(desk: Callable[..., Page]) -> None:
    page = desk("editor")
    expect(page.get_by_text("No questions yet. Add the first one.")).to_be_visible()
    _adds(page, "ordering")
    page.get_by_label("Question", exact=True).fill("Who eats *whom*?")
    for row, text in enumerate(("Grass", "Vole", "Fox")):
        page.locator(f"[id='items.{row}.text']").fill(text)
    expect(page.get_by_text(SAVED).first).to_be_visible()
    expect(page.get_by_role("button", name="Who eats whom?")).to_be_visible()

    # One row more, moved to its place by the keyboard; what was typed stays, also what is typed before the row is there.
    page.get_by_role("button", name="Add item").evaluate(
        """(add) => {
          add.click();
          document.getElementById("items.1.text").focus();
          getSelection().modify("move", "forward", "lineboundary");
          document.execCommand("insertText", false, "s");
        }"""
    )
    page.locator("[id='items.3.text']").fill("Sun")
    expect(page.locator("[id='items.1.text']")).to_have_value("Voles")
    page.locator("[id='items.1.text']").fill("Vole")
    # In rows that are about to change places nothing is typed that would be gone with them.
    takes = page.get_by_role("button", name="Move item 4 up").evaluate(
        """(move) => {
          const typed = new InputEvent("beforeinput", { bubbles: true, cancelable: true, data: "s" });
          const field = document.getElementById("items.2.text"), before = field.dispatchEvent(typed);
          move.click();
          return [before, field.dispatchEvent(typed)];
        }"""
    )
    assert takes == [True, False]
    expect(page.locator("[id='items.2.text']")).to_have_value("Sun")
    for row in (3, 2):
        page.get_by_role("button", name=f"Move item {row} up").press("Enter")
        expect(page.locator(f"[id='items.{row - 2}.text']")).to_have_value("Sun")
    expect(page.get_by_text(SAVED).first).to_be_visible()
    page.reload()
    settled(page)
    expect(page.locator("[id='items.0.text']")).to_have_value("Sun")

    student = desk("attempt")
    for text in ("Fox", "Vole", "Grass", "Sun"):
        item = student.get_by_role("listitem").filter(has_text=text)
        for _ in range(3):
            item.get_by_role("button", name="Move up").press("Enter")
    expect(student.get_by_text(SAVED).first).to_be_visible()
    student.reload()
    settled(student)
    # What was not acknowledged yet comes back from the browser's own journal.
    expect(student.locator("[data-places] .k-ot")).to_have_text(["Sun", "Grass", "Vole", "Fox"])
    student.get_by_role("link", name="Review and submit").locator("visible=true").first.click()
    student.get_by_role("button", name="Submit quiz").locator("visible=true").first.click()
    student.wait_for_url(re.compile("/results"))
    settled(student)
    expect(student.get_by_text("100%").first).to_be_visible()


def test_a_mistake_is_said_beside_its_input_and_nothing_typed_is_lost(desk: Callable[..., Page]) -> None:
    page = desk("editor")
    _adds(page, "single_choice")
    page.get_by_label("Points", exact=True).fill("two")
    page.locator("[id='options.0.text']").fill("Photosynthesis")

    page.get_by_role("button", name="Save question").click()

    expect(page.locator("#error-summary")).to_be_focused()
    expect(page.locator("[id='q.points-err']")).to_contain_text("Enter points from 0 to 1,000, like 2.")
    expect(page.locator("[id='q.points']")).to_have_value("two")
    page.wait_for_timeout(1000)  # The menu leads to the first field for a second: not whoever is elsewhere by then.
    expect(page.locator("#error-summary")).to_be_focused()
    page.get_by_label("Points", exact=True).fill("2")
    page.get_by_label("Question", exact=True).fill("Which process fixes energy?")
    page.locator("[id='options.1.text']").fill("Respiration")
    for row in (3, 2):
        page.get_by_role("button", name=f"Remove option {row + 1}").click()
        expect(page.locator(f"[id='options.{row}.text']")).to_have_count(0)
    expect(page.get_by_text(SAVED).first).to_be_visible()


@pytest.mark.parametrize("kind", KINDS)
def test_the_form_of_every_kind_is_for_everybody(desk: Callable[..., Page], kind: str) -> None:
    page = desk("editor")
    _adds(page, kind)
    page.set_viewport_size({"width": 320, "height": 800})
    still(page)

    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_every_kind_is_answered_in_the_browser(desk: Callable[..., Page], site: Site) -> None:
    page = desk("editor")
    _adds(page, "cloze")
    page.get_by_label("Question", exact=True).fill("Fill in.")
    page.get_by_label("Text with its answers").fill("The [[pondweed]] is a [[*producer|consumer]].")
    page.get_by_role("button", name="Save question").click()
    expect(page.get_by_text(SAVED).first).to_be_visible()
    _adds(page, "matching")
    page.get_by_label("Question", exact=True).fill("Match.")
    for row, (item, match) in enumerate((("Flea", "eats"), ("Weed", "makes"), ("Worm", "clears"))):
        page.locator(f"[id='pairs.{row}.text']").fill(item)
        page.locator(f"[id='pairs.{row}.match']").fill(match)
    page.get_by_role("button", name="Save question").click()
    expect(page.get_by_text(SAVED).first).to_be_visible()
    _adds(page, "calculated")
    page.get_by_label("Question", exact=True).fill("What is ten times {a}?")
    page.get_by_label("Formula of the answer").fill("10*a")
    page.get_by_role("button", name="Save question").click()
    expect(page.get_by_text(SAVED).first).to_be_visible()

    student = desk("attempt")
    student.get_by_label("Gap 1").fill("Pondweed")
    student.get_by_label("Gap 2").select_option("producer")
    _turns(student, 2)
    for item, match in (("Flea", "eats"), ("Weed", "makes"), ("Worm", "clears")):
        student.get_by_label(item).select_option(label=match)
    _turns(student, 3)
    asked = student.get_by_text(re.compile(r"What is ten times \d+\?")).first.inner_text()
    student.get_by_role("textbox", name="Your answer").fill(f"{re.findall(r'[0-9]+', asked)[0]}0")
    expect(student.get_by_text(SAVED).first).to_be_visible()
    student.reload()
    settled(student)
    assert violations(student) == []
    student.get_by_role("link", name="Review and submit").locator("visible=true").first.click()
    student.get_by_role("button", name="Submit quiz").locator("visible=true").first.click()
    student.wait_for_url(re.compile("/results"))
    settled(student)
    expect(student.get_by_text("100%").first).to_be_visible()


def test_a_purpose_sets_the_quiz_and_each_setting_can_be_changed(desk: Callable[..., Page]) -> None:
    page = desk("editor")
    page.get_by_role("link", name="Settings").click()
    page.get_by_role("heading", name="Settings: Energy flow").wait_for()

    page.get_by_role("button", name="Exam").click()

    expect(page.get_by_label("Attempts", exact=False).first).to_have_value("1")
    expect(page.get_by_text(SAVED).first).to_be_visible()
    page.get_by_label("Minutes for an attempt").fill("many")
    page.get_by_role("button", name="Save settings").click()
    expect(page.locator("[id='limit_minutes-err']")).to_contain_text("Enter a whole number, or leave it out.")
    page.get_by_label("Minutes for an attempt").fill("45")
    page.get_by_label("Minutes for an attempt").blur()
    expect(page.get_by_text(SAVED).first).to_be_visible()
    page.reload()
    settled(page)
    expect(page.get_by_label("Minutes for an attempt")).to_have_value("45")


def _turns(page: Page, number: int) -> None:
    page.get_by_role("button", name="Next question").first.click()
    expect(page.get_by_role("heading", name=f"Question {number} of 3")).to_be_visible()


def test_a_question_gets_a_picture_that_its_student_sees(desk: Callable[..., Page], tmp_path: Path) -> None:
    picture = tmp_path / "pond.png"
    picture.write_bytes(PIXEL)
    page = desk("editor")
    _adds(page, "true_false")
    expect(page.get_by_text("Pictures can be added once the question is saved.")).to_be_visible()
    page.get_by_label("Question", exact=True).fill("Is this a pond?")
    page.get_by_role("button", name="Save question").click()
    expect(page.get_by_text(SAVED).first).to_be_visible()

    page.get_by_label("Question", exact=True).press("Control+End")
    page.get_by_role("button", name="Picture or file").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("File").set_input_files(picture)
    dialog.get_by_label("What the picture shows").fill("A pond")
    dialog.get_by_role("button", name="Add").click()

    expect(page.locator(".k-seen img")).to_have_attribute("alt", "A pond")
    expect(page.get_by_text(SAVED).first).to_be_visible()
    student = desk("attempt")
    expect(student.get_by_alt_text("A pond")).to_be_visible()
    student.wait_for_function("() => document.querySelector('main img').naturalWidth === 1")
