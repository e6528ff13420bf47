"""A course goes out as a zip, is changed elsewhere and here, and comes back: by keyboard alone, but for choosing the file."""

import shutil
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from lms_app.core.work import SiteRole
from lms_app.courses import service as courses
from lms_app.web import routes
from tests import makers as people
from tests.courses import makers
from tests.e2e.conftest import settled, sign_in, violations
from tests.e2e.server import Site
from tests.e2e.test_student_story import KEYBOARD

LESSON = "modules/01-part-1/01-scales-of-life.md"
OTHER = "modules/01-part-1/02-counting.md"


@pytest.fixture
def desk(site: Site, opened: Callable[..., BrowserContext]) -> tuple[Page, makers.Made, Any]:
    now = datetime.now(UTC)
    with site.services():
        teacher = people.person("Tess Tree", SiteRole.INSTRUCTOR).at(now)
        course = makers.course(teacher, title="Ponds as a tree")
        token = teacher.signs_in(at=now)
    context = opened(accept_downloads=True)
    sign_in(context, site, token)
    return context.new_page(), course, teacher


def edited(exported: Path, folder: Path, changes: dict[str, tuple[str, str]]) -> Path:
    """The zip once more, with words of some files changed."""
    tree = folder / "tree"
    shutil.rmtree(tree, ignore_errors=True)
    with zipfile.ZipFile(exported) as archive:
        archive.extractall(tree)
    for name, (old, new) in changes.items():
        text = (tree / name).read_text()
        assert old in text
        (tree / name).write_text(text.replace(old, new))
    return Path(shutil.make_archive(str(folder / "changed"), "zip", tree))


def looks_well(page: Page) -> None:
    assert violations(page) == []
    page.set_viewport_size({"width": 320, "height": 800})
    page.wait_for_timeout(100)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert violations(page) == []
    page.emulate_media(color_scheme="dark")
    assert violations(page) == []
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 1440, "height": 900})


def test_a_course_goes_out_and_comes_back_changed(
    site: Site, desk: tuple[Page, makers.Made, Any], tmp_path: Path
) -> None:
    page, course, teacher = desk
    page.goto(str(routes.course_settings(course.slug)))
    settled(page)
    KEYBOARD.press(page.get_by_role("link", name="Export and import"))
    with page.expect_download() as whole:
        KEYBOARD.press(page.get_by_role("link", name="Export as a tree (zip)"))
    exported = tmp_path / "course.zip"
    whole.value.save_as(exported)
    changed = edited(exported, tmp_path, {LESSON: ("Green", "Greener"), OTHER: ("Green", "Blue")})
    with site.services():
        teacher.does(courses.update_lesson, item_id=course.items[0], body="All things eat light.")

    page.get_by_label("Zip file").set_input_files(changed)
    expect(page.get_by_text("Some things were changed on both sides", exact=False)).to_be_visible()
    expect(page.get_by_role("group", name="In the course: Scales of life")).to_contain_text("All things eat light.")
    expect(page.get_by_role("group", name="In the zip: Scales of life")).to_contain_text("Greener things eat light.")
    KEYBOARD.press(page.locator("summary", has_text="Counting"))
    expect(page.get_by_role("group", name="Changes of Counting").locator("ins")).to_have_text("Blue")
    looks_well(page)

    KEYBOARD.press(page.get_by_role("button", name="Bring in these changes"))
    expect(page.get_by_text("One choice is missing", exact=False)).to_be_visible()
    KEYBOARD.tick(page.get_by_role("radio", name="Take what the zip says"))
    KEYBOARD.press(page.get_by_role("button", name="Bring in these changes"))
    expect(page.get_by_text("2 things were changed.")).to_be_visible()
    with site.services():
        assert teacher.does(courses.lesson_source, item_id=course.items[0]).body.startswith("Greener ")
        assert teacher.does(courses.lesson_source, item_id=course.items[1]).body.startswith("Blue ")

    page.get_by_label("Zip file").set_input_files(changed)
    expect(page.get_by_text("Nothing changes: the course says what the tree says.")).to_be_visible()
    looks_well(page)


def test_a_bad_file_is_shown_with_its_line(desk: tuple[Page, makers.Made, Any], tmp_path: Path) -> None:
    page, course, _teacher = desk
    page.goto(str(routes.course_files(course.slug)))
    settled(page)
    with page.expect_download() as whole:
        page.get_by_role("link", name="Export as a tree (zip)").click()
    exported = tmp_path / "course.zip"
    whole.value.save_as(exported)

    page.get_by_label("Zip file").set_input_files(
        edited(exported, tmp_path, {LESSON: ("minutes: 10", "minutes: many")})
    )

    expect(page.get_by_text(f"{LESSON}:4: “minutes”", exact=False)).to_be_visible()
    expect(page.get_by_role("button", name="Bring in these changes")).to_be_hidden()
    looks_well(page)


def test_a_zip_becomes_a_course_of_its_own(desk: tuple[Page, makers.Made, Any], tmp_path: Path) -> None:
    page, course, _teacher = desk
    page.goto(str(routes.course_files(course.slug)))
    settled(page)
    with page.expect_download() as whole:
        page.get_by_role("link", name="Export as a tree (zip)").click()
    exported = tmp_path / "course.zip"
    whole.value.save_as(exported)

    page.goto(routes.teaching())
    settled(page)
    KEYBOARD.press(page.get_by_role("link", name="Import", exact=True))
    KEYBOARD.press(page.get_by_role("link", name="a page of its own"))
    page.get_by_label("Zip file").set_input_files(exported)
    KEYBOARD.press(page.get_by_role("button", name="Bring it in as a course of its own instead"))
    expect(page.get_by_role("heading", name="A new course: Ponds as a tree")).to_be_visible()
    looks_well(page)
    KEYBOARD.press(page.get_by_role("button", name="Make the course"))
    expect(page.get_by_text("The course is made.")).to_be_visible()
    KEYBOARD.press(page.get_by_role("link", name="Open the course"))
    expect(page.get_by_role("heading", name="Ponds as a tree")).to_be_visible()
    expect(page.get_by_text("Scales of life")).to_be_visible()


def test_a_course_is_copied_from_its_settings(desk: tuple[Page, makers.Made, Any]) -> None:
    page, course, _teacher = desk
    page.goto(str(routes.course_settings(course.slug)))
    settled(page)
    KEYBOARD.press(page.get_by_role("link", name="Copy this course"))
    settled(page)
    page.get_by_label("Title of the copy").fill("Ponds, next year")
    KEYBOARD.press(page.get_by_role("button", name="Make the copy"))
    expect(page.get_by_text("The copy is made. Only its staff see it.")).to_be_visible()
    expect(page.get_by_role("heading", name="Ponds, next year")).to_be_visible()
    expect(page.get_by_text("Scales of life")).to_be_visible()
