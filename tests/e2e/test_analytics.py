"""An administrator looks at how the place goes."""

import asyncio
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from lms_app.admin import service
from lms_app.web import routes
from tests.admin import makers
from tests.e2e.conftest import settled, still, violations
from tests.e2e.server import Site

SECTIONS = ("people", "learning", "quizzes", "retention", "running")


@pytest.fixture(scope="module")
def counted(site: Site) -> None:
    """The jobs have counted what the demo school did."""
    with site.services(), ThreadPoolExecutor(1) as elsewhere:  # Playwright has a loop of its own here
        elsewhere.submit(asyncio.run, service.count_up(whole=True)).result()


def test_an_administrator_looks_compares_and_drills_down(counted: None, visit: Callable[..., Page]) -> None:
    page = visit("admin", routes.SITE_ANALYTICS)
    expect(page.get_by_role("heading", name="Analytics", level=1)).to_be_visible()
    expect(page.get_by_role("heading", name="Now")).to_be_visible()
    active = page.locator(".k-stat").filter(has_text="Active learners")
    expect(active).to_contain_text("than in the 30 days before")

    page.get_by_role("button", name="90 days").click()
    page.wait_for_url("**period=90d**")
    page.get_by_role("button", name="Compare").click()
    page.wait_for_url("**compare=true**")
    expect(page.get_by_role("button", name="Compare")).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_text("The time before").first).to_be_visible()
    expect(active).to_contain_text("than in the 90 days before")

    page.get_by_role("navigation", name="Sections").get_by_role("link", name="Learning").click()
    page.wait_for_url("**section=learning**")
    table = page.get_by_role("region", name="Courses side by side")
    expect(table.get_by_role("columnheader", name="Learners")).to_have_attribute("aria-sort", "descending")
    table.get_by_role("button", name="Course", exact=True).click()
    page.wait_for_url("**sort=title**")
    expect(table.get_by_role("columnheader", name="Course")).to_have_attribute("aria-sort", "ascending")
    with page.expect_download() as sheet:
        page.get_by_role("link", name="CSV of Courses side by side").click()
    assert "Principles of Ecology" in sheet.value.path().read_text()
    # Other stories copy the course: its name is not its alone.
    table.locator("a[href='/teaching/principles-of-ecology/analytics']").click()
    page.wait_for_url("**/teaching/principles-of-ecology/analytics**")
    settled(page)
    expect(page.get_by_role("heading", name="Analytics", level=1)).to_be_visible()


def test_days_of_ones_own(counted: None, visit: Callable[..., Page]) -> None:
    today = datetime.now(UTC).date()
    page = visit("admin", routes.SITE_ANALYTICS)
    page.get_by_text("Choose days").click()
    page.get_by_label("From").fill((today - timedelta(days=2)).isoformat())
    page.get_by_label("To").fill(today.isoformat())
    page.get_by_role("button", name="Show", exact=True).click()
    page.wait_for_url(re.compile("since="))
    settled(page)

    expect(page.locator(".k-stat").first).to_contain_text("than in the 3 days before")
    expect(page.get_by_role("button", name="30 days")).to_have_attribute("aria-pressed", "false")


def test_what_goes_on_now_is_kept_fresh(site: Site, visit: Callable[..., Page]) -> None:
    page = visit("admin", routes.SITE_ANALYTICS)
    waiting = page.locator("[aria-labelledby=now] dl > div").filter(has_text="could not be sent")
    expect(waiting).to_have_count(0)

    with site.services():
        makers.letter("Given up", state="failed")

    expect(waiting).to_have_count(1, timeout=15_000)  # without a click


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("section", SECTIONS)
def test_every_section_is_for_everybody(counted: None, visit: Callable[..., Page], section: str, dark: bool) -> None:
    page = visit("admin", f"{routes.SITE_ANALYTICS}?section={section}&period=12m&compare=true", dark=dark)
    still(page)
    assert violations(page) == []
    page.set_viewport_size({"width": 320, "height": 800})
    still(page)

    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert violations(page) == []


def test_nobody_else_looks(visit: Callable[..., Page]) -> None:
    page = visit("instructor", routes.SITE_ANALYTICS)

    expect(page.get_by_role("heading", name="Now")).to_have_count(0)
    assert not page.url.endswith(routes.SITE_ANALYTICS)
