"""A teacher brings in what other programs export, one story for each format, through the page."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, FileChooser, Page, TimeoutError, expect

from lms_app.core.work import SiteRole
from lms_app.exchange import service
from lms_app.quizzes import service as quizzes
from lms_app.web import routes
from tests import makers as people
from tests.courses import makers
from tests.e2e.conftest import settled, sign_in, still, violations
from tests.e2e.server import Site
from tests.exchange.test_packages import BACKUP, BANKED, CARTRIDGE, OLX, QUIZ, tarred, zipped
from tests.makers import Person

GIFT = b"$CATEGORY: $course$/top/Ponds\n\n::Warm:: Is it warm? {T}\n\nWhich one eats grass? {=sheep ~wolves}\n"
XML = b"""<?xml version="1.0"?><quiz><question type="truefalse"><name><text>Warm</text></name>
<questiontext format="html"><text>Is it warm?</text></questiontext><answer fraction="100"><text>true</text></answer>
<answer fraction="0"><text>false</text></answer></question></quiz>"""
CSV = b"kind,question,answer\ntrue_false,Is it warm?,true\n"
CANVAS = CARTRIDGE | {
    "course_settings/course_settings.xml": b"<course><title>Ponds of Canvas</title></course>",
    "course_settings/module_meta.xml": b'<modules><module><items><item identifier="1"><workflow_state>active'
    b"</workflow_state></item></items></module></modules>",
}
# The file, what it is called on the page, and what comes of it.
COURSES: dict[str, tuple[str, bytes, str, str]] = {
    "a cartridge": ("ponds.imscc", zipped(CARTRIDGE), "Common Cartridge", "Lessons: 2"),
    "Canvas": ("canvas.imscc", zipped(CANVAS), "Canvas export", "Quizzes: 1"),
    "Moodle": ("backup.mbz", tarred(BACKUP | BANKED), "Moodle backup", "Questions: 3"),
    "edX": ("course.tar.gz", tarred(OLX), "Open edX course (OLX)", "Questions: 2"),
}
QUESTIONS: dict[str, tuple[str, bytes, str, int]] = {
    "GIFT": ("bank.gift", GIFT, "GIFT", 2),
    "Moodle XML": ("bank.xml", XML, "Moodle XML", 1),
    "CSV": ("bank.csv", CSV, "CSV", 1),
    "QTI": ("quiz.xml", QUIZ.encode(), "QTI", 1),
    "a QTI package": ("quiz.zip", zipped({"quiz/quiz.xml": QUIZ.encode()}), "QTI package", 1),
    "a cartridge, its questions": ("ponds.imscc", zipped(CARTRIDGE), "Common Cartridge", 1),
}


@pytest.fixture
def teacher(site: Site) -> Person:
    with site.services():
        return people.person("Ines Import", SiteRole.INSTRUCTOR).at(datetime.now(UTC))


@pytest.fixture
def desk(site: Site, teacher: Person, opened: Callable[..., BrowserContext]) -> Callable[..., Page]:
    def make(path: str, **look: int) -> Page:
        with site.services():
            token = teacher.signs_in(at=datetime.now(UTC))
        context = opened(accept_downloads=True, **look)
        sign_in(context, site, token)
        page = context.new_page()
        page.goto(path)
        settled(page)
        return page

    return make


def chosen_by_keyboard(page: Page) -> FileChooser:
    """The dialog for files that Enter opens. Chromium may swallow the first key on a page it has just drawn: then once more."""
    for patience in (2_000, 4_000, 10_000):
        page.get_by_label("File").focus()
        try:
            with page.expect_file_chooser(timeout=patience) as chooser:
                page.keyboard.press("Enter")
            return chooser.value
        except TimeoutError:
            continue
    raise AssertionError("Enter opens no dialog for files.")


def put(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("name", COURSES)
def test_a_package_of_another_program_becomes_a_course(name: str, desk: Callable[..., Page], tmp_path: Path) -> None:
    called, content, format, counted = COURSES[name]
    page = desk(routes.teaching())
    page.get_by_role("link", name="Import", exact=True).click()
    expect(page.get_by_role("heading", name="Import a course", level=1)).to_be_visible()

    page.get_by_label("File").set_input_files(put(tmp_path, called, content))
    expect(page.get_by_role("heading", name=called, level=1)).to_be_visible(timeout=20_000)
    expect(page.get_by_text(format, exact=True)).to_be_visible(timeout=20_000)
    expect(page.get_by_text(counted, exact=True)).to_be_visible()
    expect(page.get_by_role("row", name=re.compile("Left out")).first).to_be_visible()
    assert violations(page) == []

    page.get_by_label("Title").fill(f"Ponds by {name}")
    page.get_by_role("button", name="Import course").click()
    expect(page.get_by_text("The course is there, as a draft", exact=False)).to_be_visible(timeout=20_000)
    assert violations(page) == []
    page.get_by_role("link", name="Open it").click()
    expect(page.get_by_role("heading", name=f"Ponds by {name}", level=1)).to_be_visible()


@pytest.mark.parametrize("name", QUESTIONS)
def test_questions_of_another_program_come_into_a_bank(
    name: str, desk: Callable[..., Page], teacher: Person, site: Site, tmp_path: Path
) -> None:
    called, content, format, many = QUESTIONS[name]
    with site.services():
        course = makers.course(teacher)
    page = desk(str(routes.question_import(course.slug)))

    page.get_by_label("File").set_input_files(put(tmp_path, called, content))
    expect(page.get_by_role("heading", name=called, level=1)).to_be_visible(timeout=20_000)
    expect(page.get_by_text(format, exact=True)).to_be_visible(timeout=20_000)
    assert violations(page) == []
    if page.get_by_label("Leave out what cannot be asked here").is_visible():
        page.get_by_label("Leave out what cannot be asked here").check()
    page.get_by_label("Quiz").fill("Warm or not")
    page.get_by_role("button", name=re.compile("^Import [12] question")).click()
    expect(page.get_by_text(re.compile("question.? came into the bank"))).to_be_visible(timeout=20_000)

    with site.services():
        assert len(teacher.does(quizzes.bank_questions, slug=course.slug)) == many


def test_the_same_file_again_changes_nothing_and_leaving_the_page_loses_nothing(
    desk: Callable[..., Page], tmp_path: Path
) -> None:
    file = put(tmp_path, "ponds.imscc", zipped(CARTRIDGE))
    page = desk(routes.course_import())
    page.get_by_label("File").set_input_files(file)
    page.wait_for_url(re.compile("/teaching/import/"))
    page.goto(routes.course_import())  # at once, and back by the list
    settled(page)
    page.get_by_role("link", name="ponds.imscc").click()
    page.get_by_role("button", name="Import course").click(timeout=20_000)
    expect(page.get_by_text("The course is there", exact=False)).to_be_visible(timeout=20_000)

    page.goto(routes.course_import())
    page.get_by_label("File").set_input_files(file)
    expect(page.get_by_text("You have made a course of this very file", exact=False)).to_be_visible(timeout=20_000)
    assert page.get_by_role("button", name="Import course").count() == 0
    assert violations(page) == []


def test_by_keyboard_on_a_phone_a_file_is_looked_at_and_discarded(desk: Callable[..., Page], tmp_path: Path) -> None:
    page = desk(routes.course_import(), width=320, height=800)
    assert violations(page) == []
    chooser = chosen_by_keyboard(page)
    chooser.set_files(put(tmp_path, "backup.mbz", tarred(BACKUP | BANKED)))
    expect(page.get_by_role("heading", name="Losses and repairs")).to_be_visible(timeout=20_000)

    for dark in (False, True):
        page.emulate_media(color_scheme="dark" if dark else "light")
        still(page)
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.get_by_role("button", name="Discard this file").press("Enter")
    page.locator("dialog[open]").get_by_role("button", name="Discard").press("Enter")
    expect(page.get_by_role("heading", name="Import a course", level=1)).to_be_visible()
    expect(page.get_by_text("File discarded")).to_be_visible()
    assert page.get_by_role("link", name="backup.mbz").count() == 0


def test_a_file_that_means_harm_is_refused_with_a_reason(desk: Callable[..., Page], tmp_path: Path) -> None:
    page = desk(routes.course_import(), width=390)
    page.get_by_label("File").set_input_files(put(tmp_path, "evil.zip", zipped({"../../etc/passwd": b"x"})))

    expect(page.get_by_text("leads out of the archive", exact=False)).to_be_visible(timeout=20_000)
    expect(page.get_by_text("Nothing of this file was imported.")).to_be_visible()
    assert violations(page) == []


def test_the_bank_goes_out_as_qti_and_comes_back(
    desk: Callable[..., Page], teacher: Person, site: Site, tmp_path: Path
) -> None:
    with site.services():
        course = makers.course(teacher)
        teacher.does(service.import_questions, GIFT, slug=course.slug)
    page = desk(str(routes.question_bank(course.slug)))
    page.get_by_role("button", name="Export").click()
    with page.expect_download() as whole:
        page.get_by_role("menuitem", name="QTI 2.1").click()
    file = tmp_path / "bank.zip"
    whole.value.save_as(file)

    page.get_by_role("link", name="Import", exact=True).click()
    page.get_by_label("File").set_input_files(file)

    expect(page.get_by_text("Every question of this file is in the bank already", exact=False)).to_be_visible(
        timeout=20_000
    )
