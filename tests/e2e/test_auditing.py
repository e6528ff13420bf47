"""An administrator asks who did that."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect

from lms_app.courses import service as courses
from lms_app.web import routes
from tests import makers as people
from tests.courses import makers
from tests.e2e.conftest import settled, still, violations
from tests.e2e.server import Site


@pytest.fixture
def changed(site: Site) -> str:
    """Somebody changed a setting of a course, and its title says where."""
    with site.services():
        teacher = people.person("Orla Instructor", people.SiteRole.INSTRUCTOR).at(datetime.now(UTC))
        course = makers.course(teacher, ["Sunlight"], title="Tidal pools")
        teacher.does(courses.update_course, course_id=course.id, summary="Between the tides")
        return "Tidal pools"


def test_an_administrator_finds_who_changed_a_setting(changed: str, visit: Callable[..., Page]) -> None:
    page = visit("admin", routes.AUDIT)
    expect(page.get_by_role("heading", name="Audit log", level=1)).to_be_visible()
    page.get_by_label("What").select_option("settings")
    page.get_by_label("About").fill(changed)
    page.get_by_label("About").press("Enter")
    page.wait_for_url("**/admin/audit?**subject=Tidal**")
    settled(page)

    row = page.get_by_role("row").filter(has_text="Course changed")
    expect(row).to_contain_text("Orla Instructor")
    row.locator("summary").focus()
    page.keyboard.press("Enter")

    expect(row).to_contain_text("Between the tides")
    still(page)
    assert violations(page) == []
    with page.expect_download() as sheet:
        page.get_by_role("link", name="Export").click()
    assert "Orla Instructor" in sheet.value.path().read_text()


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_log_fits_a_narrow_screen(changed: str, visit: Callable[..., Page], dark: bool) -> None:
    page = visit("admin", routes.AUDIT, width=320, dark=dark)
    page.locator("summary").first.click()
    still(page)

    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert violations(page) == []


def test_nobody_else_reads_it(visit: Callable[..., Page]) -> None:
    page = visit("instructor", routes.AUDIT)

    expect(page.get_by_role("heading", name="Audit log")).to_have_count(0)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert not page.url.endswith(routes.AUDIT)
