"""Anything is found by its words, from every page, by who may see it."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from lms_app.web import routes
from tests.e2e.conftest import settled, still, violations


def test_a_student_finds_a_course_by_keyboard_alone(visit: Callable[..., Page]) -> None:
    page = visit("student", routes.home())
    page.keyboard.press("/")
    dialog = page.locator("dialog#find[open]")
    field = dialog.get_by_role("combobox")
    expect(field).to_be_focused()
    page.keyboard.type("ecolog")
    expect(dialog.get_by_role("option").first).to_contain_text("Ecolog", ignore_case=True)
    expect(dialog.get_by_role("status")).to_contain_text("result")
    still(page)
    assert violations(page) == []

    first = dialog.get_by_role("option").first
    expect(first).to_have_attribute("aria-selected", "true")
    if dialog.get_by_role("option").count() > 1:
        page.keyboard.press("ArrowDown")
        expect(dialog.get_by_role("option").nth(1)).to_have_attribute("aria-selected", "true")
        page.keyboard.press("ArrowUp")
    address = first.get_attribute("href")
    page.keyboard.press("Enter")

    page.wait_for_url(f"**{address}")
    settled(page)
    page.keyboard.press("Control+k")
    expect(page.locator("dialog#find[open]").get_by_role("option").first).to_have_attribute("href", str(address))


def test_nothing_is_found_of_what_is_not_ones_own_to_see(visit: Callable[..., Page]) -> None:
    page = visit("student", routes.home())
    page.keyboard.press("Control+k")
    page.keyboard.type("priya raman")
    dialog = page.locator("dialog#find[open]")

    expect(dialog.get_by_text("Nothing was found.").first).to_be_visible()
    expect(dialog.get_by_role("option")).to_have_count(0)
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)


def test_an_administrator_finds_people(visit: Callable[..., Page]) -> None:
    page = visit("admin", routes.admin())
    page.keyboard.press("Control+k")
    page.keyboard.type("amina yus")

    expect(page.locator("dialog#find[open]").get_by_role("option").first).to_contain_text("Amina Yusuf")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_it_fits_a_narrow_screen_and_says_when_one_is_offline(visit: Callable[..., Page], dark: bool) -> None:
    page = visit("student", routes.home(), width=320, dark=dark)
    page.get_by_role("button", name="Search").first.click()
    dialog = page.locator("dialog#find[open]")
    page.keyboard.type("ecolog")
    expect(dialog.get_by_role("option").first).to_be_visible()
    still(page)
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 320

    page.context.set_offline(True)
    page.keyboard.type("y")
    expect(dialog.get_by_text("You are offline.").first).to_be_visible()
