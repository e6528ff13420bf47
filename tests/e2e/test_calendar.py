"""A student and their dates: month by month by keyboard, in another calendar, on paper, and days in a row."""

import io
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import httpx
import icalendar
import pypdf
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from lms_app.core.work import SiteRole
from lms_app.courses import service as courses
from tests import makers as people
from tests.e2e.conftest import settled, sign_in, violations
from tests.e2e.server import Site

DAY = timedelta(days=1)


@pytest.fixture
def reader(opened: Callable[..., BrowserContext], site: Site) -> Callable[..., Page]:
    """Somebody in two courses with five dates: two this month, one in the next two, and one in a month that is past."""
    now = datetime.now(UTC)
    first = now.replace(day=1, hour=12, minute=0, second=0, microsecond=0)
    with site.services():
        teacher = people.person("Cal Teacher", SiteRole.INSTRUCTOR).at(now)
        ada = people.person("Ada Dates", zone="Europe/Berlin").at(now)
        for title, dates in (
            ("Ponds", (first + 4 * DAY, first + 33 * DAY)),
            ("Meadows", (first + 9 * DAY, first + 64 * DAY)),
        ):
            made = teacher.does(courses.create_course, title=title)
            module = teacher.does(courses.add_module, course_id=made.id, title="Part 1")
            for number, at in enumerate(dates, start=1):
                teacher.does(
                    courses.add_lesson, module_id=module.id, title=f"{title} {number}", body="Words.", due_at=at
                )
            teacher.does(courses.publish, course_id=made.id)
            ada.does(courses.enrol, slug=made.slug)
        token = ada.signs_in(at=now)

    def make(path: str, *, width: int = 1440, dark: bool = False) -> Page:
        context = opened(width=width, color_scheme="dark" if dark else "light", accept_downloads=True)
        sign_in(context, site, token)
        page = context.new_page()
        page.goto(path)
        settled(page)
        return page

    return make


def titles(page: Page) -> list[str]:
    return page.locator(".k-cal-day:not(.k-cal-day--other) .k-cal-title").all_inner_texts()


def test_months_are_turned_by_keyboard_and_another_calendar_shows_the_same(
    reader: Callable[..., Page], site: Site
) -> None:
    page = reader("/calendar")
    month = page.locator("#month")
    here = month.inner_text()
    assert titles(page) == ["Ponds 1", "Meadows 1"]
    expect(page.get_by_text("(Europe/Berlin)")).to_be_visible()
    assert violations(page) == []

    seen = set(titles(page))
    for _ in range(2):
        before = month.inner_text()
        page.keyboard.press("j")
        expect(month).not_to_have_text(before)
        settled(page)
        seen |= set(titles(page))
    page.keyboard.press("k")
    expect(page).to_have_url(re.compile("month="))
    page.keyboard.press("t")
    expect(month).to_have_text(here)
    assert seen == {"Ponds 1", "Ponds 2", "Meadows 1", "Meadows 2"}

    page.get_by_label("Course", exact=True).select_option(label="Meadows")
    expect(page.locator(".k-cal-title", has_text="Ponds 1")).to_have_count(0)
    assert titles(page) == ["Meadows 1"]
    page.get_by_role("link", name="Agenda").click()
    expect(page.get_by_role("link", name="Agenda")).to_have_attribute("aria-current", "page")
    page.get_by_role("link", name="Meadows 1").click()
    page.wait_for_url("**/lessons/**")

    page.goto("/calendar")
    settled(page)
    page.get_by_role("button", name="Make an address").click()
    page.get_by_role("button", name="Copy address").wait_for()
    url = page.locator("#main .k-code").inner_text()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy address").click()
    assert page.evaluate("navigator.clipboard.readText()") == url
    fed = httpx.get(site.url + url[url.index("/calendar/") :])
    events = icalendar.Calendar.from_ical(fed.content).walk("VEVENT")
    assert {str(one["summary"]).removeprefix("Due: ") for one in events} == seen
    assert violations(page) == []

    page.get_by_role("button", name="Make a new one").click()
    dialog = page.get_by_role("alertdialog")
    dialog.wait_for()
    assert violations(page) == []
    dialog.get_by_role("button", name="Make a new one").click()
    expect(page.locator("#main .k-code")).not_to_have_text(url)
    assert httpx.get(site.url + url[url.index("/calendar/") :]).status_code == 404
    page.get_by_role("button", name="End it").click()
    page.get_by_role("button", name="End address").click()
    page.get_by_role("button", name="Make an address").wait_for()


def test_a_phone_shows_the_agenda(reader: Callable[..., Page]) -> None:
    for width, dark in ((390, True), (320, False)):
        page = reader("/calendar", width=width, dark=dark)
        expect(page.get_by_role("heading", level=3).first).to_be_visible()
        assert titles(page) == ["Ponds 1", "Meadows 1"]
        expect(page.get_by_role("link", name="Agenda")).to_have_count(0)
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        assert violations(page) == []
        tabs = page.get_by_label("Main, mobile")
        expect(tabs.get_by_role("link", name="Calendar")).to_have_attribute("aria-current", "page")


def test_a_transcript_downloads_and_days_in_a_row_are_shown_on_request(reader: Callable[..., Page]) -> None:
    page = reader("/progress")
    assert sorted(page.locator("#main h3").all_inner_texts()) == ["Meadows", "Ponds"]
    with page.expect_download() as coming:
        page.get_by_role("link", name="Download PDF").click()
    paper = pypdf.PdfReader(io.BytesIO(coming.value.path().read_bytes()))
    text = paper.pages[0].extract_text()
    assert coming.value.suggested_filename == "Transcript Ada Dates.pdf"
    assert "Ada Dates" in text
    assert "Ponds" in text
    assert "Meadows" in text

    switch = page.get_by_label("Show on how many days in a row I have learned")
    expect(switch).not_to_be_checked()
    expect(page.locator(".k-days")).to_have_count(0)
    switch.check()
    expect(page.get_by_text("No days in a row at the moment.")).to_be_visible()
    assert violations(page) == []
    page.reload()
    settled(page)
    expect(switch).to_be_checked()
    switch.uncheck()
    expect(page.locator(".k-days")).to_have_count(0)

    page.emulate_media(media="print", color_scheme="dark")
    expect(page.get_by_role("button", name="Print")).to_be_hidden()
    expect(page.get_by_role("navigation", name="Main", exact=True)).to_be_hidden()
    expect(page.get_by_role("heading", name="Progress")).to_be_visible()


def test_what_is_unread_shows_on_a_phone(visit: Callable[..., Page]) -> None:
    page = visit("student", "/courses", width=390)

    tabs = page.get_by_label("Main, mobile")
    expect(tabs.get_by_role("link", name="Inbox")).to_contain_text(re.compile(r"[1-9]\d* new"))
    assert violations(page) == []
