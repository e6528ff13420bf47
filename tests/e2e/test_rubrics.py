"""A rubric is written in the browser, row by row, and stands in the list of its course."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from lms_app.web import routes
from tests.e2e.conftest import settled
from tests.e2e.test_marking import is_for_everybody
from tests.e2e.test_pages import SLUG

SAVED = re.compile(r"Saved \d\d:\d\d")


def test_a_rubric_is_written_and_found_again(visit: Callable[..., Page]) -> None:
    page = visit("instructor", str(routes.rubrics(SLUG)))

    page.get_by_role("button", name="New rubric").click()
    page.get_by_role("menuitem", name="Rubric", exact=True).click()
    page.wait_for_url(re.compile("/rubrics/new"))
    settled(page)
    page.get_by_role("button", name="Save rubric").click()
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    page.get_by_label("Title").fill("Field work")
    page.get_by_label("What you look at").fill("Observation")
    expect(page.get_by_label("Word", exact=True)).to_have_count(4)
    expect(page.get_by_label("Word", exact=True).nth(3)).to_have_value("Strong")
    page.get_by_label("Word", exact=True).nth(3).fill("Splendid")
    expect(page.get_by_text(SAVED)).to_be_visible()
    page.get_by_role("button", name="Add criterion").click()
    second = page.get_by_label("What you look at").nth(1)
    expect(second).to_be_visible()
    second.fill("Method")
    # A new criterion takes over the levels of the one before it.
    expect(page.get_by_label("Word", exact=True).nth(7)).to_have_value("Splendid")
    page.get_by_role("button", name="Move criterion 2 up").click()
    expect(page.get_by_label("What you look at").first).to_have_value("Method")
    is_for_everybody(page)
    page.get_by_role("button", name="Save rubric").click()
    expect(page.get_by_text(SAVED)).to_be_visible()

    page.get_by_role("link", name="Rubrics", exact=True).first.click()
    settled(page)
    row = page.get_by_role("row", name=re.compile("Field work"))
    expect(row).to_contain_text("10")
    row.get_by_role("button", name="More actions").click()
    page.get_by_role("menuitem", name="Remove").click()
    page.get_by_role("button", name="Bring it back").click()
    expect(row).to_be_visible()
    page.get_by_label("New comment").fill("Which quadrat was it?")
    page.get_by_role("button", name="Save comment").click()
    expect(page.get_by_text("used 0 times")).to_be_visible()
    page.reload()  # without the notice, which is on its way in or out
    settled(page)
    is_for_everybody(page)
