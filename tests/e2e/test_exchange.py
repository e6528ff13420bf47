"""A teacher brings questions into the bank, and takes the chosen ones out again."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from lms_app.core.work import SiteRole
from lms_app.exchange import service
from lms_app.web import routes
from tests import makers as people
from tests.courses import makers
from tests.e2e.conftest import settled, sign_in
from tests.e2e.server import Site

GIFT = "$CATEGORY: $course$/top/Ponds\n\n::Warm:: Is it warm? {T}\n\nWhich one eats grass? {=sheep ~wolves}\n"
LISTED = "\nHow much? {#*}\n"


@pytest.fixture
def desk(site: Site, opened: Callable[..., BrowserContext]) -> tuple[Page, makers.Made]:
    now = datetime.now(UTC)
    with site.services():
        teacher = people.person("Ines Import", SiteRole.INSTRUCTOR).at(now)
        course = makers.course(teacher)
        token = teacher.signs_in(at=now)
    context = opened(accept_downloads=True)
    sign_in(context, site, token)
    return context.new_page(), course


def test_questions_come_in_by_paste_and_file_and_go_out(desk: tuple[Page, makers.Made], tmp_path: Path) -> None:
    page, course = desk
    page.goto(str(routes.question_bank(course.slug)))
    settled(page)
    page.get_by_role("link", name="Import", exact=True).click()
    page.get_by_label("Questions", exact=True).fill(GIFT + LISTED)
    expect(page.get_by_text("1 question cannot be asked here yet", exact=False)).to_be_visible()
    expect(page.get_by_role("row", name="Cannot be asked here")).to_contain_text("The answer * would give points")

    page.get_by_label("Questions", exact=True).fill(GIFT)
    expect(page.get_by_text("Nothing has happened yet", exact=False)).to_be_visible()
    page.get_by_role("button", name="Import 2 questions").click()
    expect(page.get_by_text("2 questions imported.")).to_be_visible()
    expect(page.get_by_text("1–2 of 2")).to_be_visible()
    expect(page.get_by_text("True or false · Ponds")).to_be_visible()

    page.get_by_role("button", name="Export").click()
    with page.expect_download() as whole:
        page.get_by_role("menuitem", name="Moodle XML").click()
    file = tmp_path / "bank.xml"
    whole.value.save_as(file)
    assert len(service.read_questions(file.read_bytes()).questions) == 2

    page.get_by_role("checkbox", name="Is it warm?").check()
    with page.expect_download() as chosen:
        page.locator("[data-leaves]", has_text="GIFT").click()
    assert "Is it warm?" in Path(chosen.value.path()).read_text()
    assert "grass" not in Path(chosen.value.path()).read_text()

    page.get_by_role("link", name="Import", exact=True).click()
    page.get_by_label("File").set_input_files(file)
    there = page.get_by_text("Every question of this file is in the bank already", exact=False)
    expect(there).to_be_visible(timeout=20_000)
