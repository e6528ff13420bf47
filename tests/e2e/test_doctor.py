"""An administrator sees how the place is set."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from lms_app.web import routes
from tests.e2e.conftest import still, violations


@pytest.mark.parametrize("width", [320, 1440])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_settings_are_shown_with_source_and_danger(visit: Callable[..., Page], width: int, dark: bool) -> None:
    page = visit("admin", routes.DOCTOR, width=width, dark=dark)

    expect(page.get_by_role("heading", name="Environment", level=1)).to_be_visible()
    row = page.get_by_role("row").filter(has_text="LMS_SECRET_KEY")
    expect(row).to_contain_text("set")
    expect(page.get_by_text("LMS_BASE_URL must start with https://").first).to_be_visible()
    still(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert violations(page) == []


def test_nobody_else_sees_them(visit: Callable[..., Page]) -> None:
    page = visit("instructor", routes.DOCTOR)

    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert not page.url.endswith(routes.DOCTOR)
