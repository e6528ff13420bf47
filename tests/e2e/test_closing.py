"""An administrator closes the site for a while; everybody else is told calmly, and comes back."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from lms_app.web import routes
from tests.e2e.conftest import settled, still, violations


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_site_is_closed_and_open_again(visit: Callable[..., Page], dark: bool) -> None:
    desk = visit("admin", routes.admin(), dark=dark)
    phone = visit("student", "/courses", width=320, dark=dark)
    desk.get_by_label("What everybody else reads").fill("New disks. Back at noon.")
    try:
        desk.get_by_role("button", name="Close the site").click()
        expect(desk.get_by_text("The site is closed. Everybody else reads:")).to_be_visible()
        still(desk)
        assert violations(desk) == []

        # What they click within the page leads there, and so does any address.
        phone.get_by_role("link", name="Home").first.click()
        phone.wait_for_url(f"**{routes.MAINTENANCE}**")
        phone.goto(routes.MAINTENANCE)
        settled(phone)
        expect(phone.get_by_text("New disks. Back at noon.")).to_be_visible()
        assert phone.evaluate("document.documentElement.scrollWidth") <= 320
        assert violations(phone) == []
        desk.goto(routes.people())
        settled(desk)
    finally:
        desk.goto(routes.admin())
        settled(desk)
        desk.get_by_role("button", name="Open the site").click()
    expect(desk.get_by_role("button", name="Close the site")).to_be_visible()

    phone.get_by_role("link", name="Try again").click()
    phone.wait_for_url(lambda url: routes.MAINTENANCE not in url)
    settled(phone)
