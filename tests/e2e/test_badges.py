"""A badge is made, opened, awarded and taken along in the browser; and checked by somebody without an account."""

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from lms_app.web import routes
from tests.e2e.conftest import settled
from tests.e2e.test_marking import is_for_everybody
from tests.e2e.test_pages import SLUG


def test_a_badge_is_made_awarded_shown_and_checked(visit: Callable[..., Page], tmp_path: Path) -> None:
    page = visit("instructor", str(routes.course_badges(SLUG)))
    is_for_everybody(page)
    page.get_by_role("link", name="New badge").click()
    page.wait_for_url(re.compile("/badges/new"))
    settled(page)
    page.get_by_role("button", name="Save badge").click()
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    picture = page.get_by_role("img", name="Preview of the badge")
    before = picture.get_attribute("src")
    page.get_by_label("Name").fill("Water keeper")
    page.get_by_label("Shape").select_option("shield")
    page.get_by_label("Short text").fill("Water")
    expect(picture).not_to_have_attribute("src", before or "")
    page.get_by_label("Earned by").select_option("streak")
    page.get_by_label("Days in a row").fill("5")
    page.get_by_label("Earned by").select_option("manual")
    is_for_everybody(page)
    page.get_by_role("button", name="Save badge").click()
    page.wait_for_url(re.compile(r"/badges/[0-9a-f-]{36}"))
    expect(page.get_by_role("heading", name="Water keeper")).to_be_visible()
    settled(page)
    page.get_by_role("button", name="Open badge").click()
    page.get_by_role("alertdialog").get_by_role("button", name="Open badge").click()
    whom = page.get_by_label("To whom")
    whom.select_option(whom.get_by_role("option", name="Amina Yusuf").get_attribute("value"))
    page.get_by_label("Why").fill("Kept the pond clean.")
    page.get_by_role("button", name="Award badge").click()
    expect(page.get_by_role("row", name=re.compile("Amina Yusuf"))).to_contain_text("Kept the pond clean.")
    is_for_everybody(page)

    mine = visit("student", routes.badges())
    line = mine.get_by_role("listitem").filter(has_text="Water keeper")
    line.get_by_role("button", name="Make public").click()
    expect(line.get_by_role("link", name="Page of Water keeper")).to_be_visible()
    is_for_everybody(mine)
    line.get_by_role("button", name="Download").click()
    with mine.expect_download() as taken:
        mine.get_by_role("menuitem", name="Picture with the badge in it (PNG)").click()
    baked = tmp_path / "badge.png"
    taken.value.save_as(baked)
    shown = line.get_by_role("link", name="Page of Water keeper").get_attribute("href") or ""

    guest = visit("nobody", routes.badge_check())
    guest.get_by_label("File").set_input_files(baked)
    guest.get_by_role("button", name="Check badge").click()
    expect(guest.get_by_text("Valid. It is signed by this school.")).to_be_visible()
    guest.goto(re.sub(r"^https?://[^/]+", "", shown))
    expect(guest.get_by_role("heading", name="Water keeper")).to_be_visible()
    expect(guest.get_by_text("Valid badge")).to_be_visible()

    page.get_by_role("button", name="Take back Amina Yusuf").click()
    page.get_by_role("dialog").get_by_label("Reason").fill("It was another Amina")
    page.get_by_role("dialog").get_by_role("button", name="Take back").click()
    expect(page.get_by_role("row", name=re.compile("Amina Yusuf"))).to_contain_text("It was another Amina")
    guest.reload()
    expect(guest.get_by_text("It was another Amina")).to_be_visible()
    guest.goto(routes.badge_check())
    guest.get_by_label("File").set_input_files(baked)
    guest.get_by_role("button", name="Check badge").click()
    expect(guest.get_by_text("It was revoked on")).to_be_visible()
