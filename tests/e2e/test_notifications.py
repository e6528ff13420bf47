"""Somebody is told of things, reads them, chooses how to hear of the next, and ends mail from a mail."""

from collections.abc import Callable
from datetime import UTC, datetime

from playwright.sync_api import BrowserContext, expect

from lms_app.core.work import SYSTEM, unit_of_work
from lms_app.notifications import service
from lms_app.notifications.service.unsubscribing import url_of
from lms_app.quizzes.service.marking import MARKED as MARKED_EVENT
from tests import makers as people
from tests.e2e.conftest import settled, sign_in
from tests.e2e.server import Site

MARKED = MARKED_EVENT.name


def test_a_student_reads_what_came_and_chooses_how_to_hear_of_the_next(
    opened: Callable[..., BrowserContext], site: Site
) -> None:
    now = datetime.now(UTC)
    with site.services():
        ada = people.person("Ada Told").at(now)
        token = ada.signs_in(at=now)
        with unit_of_work(SYSTEM, now) as work:
            for title in ("Energy flow", "Ponds"):
                data = {"course": "Principles of Ecology", "title": title, "url": "/courses"}
                service.tell(work, [ada.id], MARKED, data, key=title)
        link = url_of(ada.id, [MARKED])
    context = opened()
    sign_in(context, site, token)
    page = context.new_page()

    page.goto("/notifications")
    settled(page)
    bell = page.get_by_label("Main", exact=True).get_by_role("link", name="Notifications")
    expect(bell).to_contain_text("2")
    page.get_by_role("heading", name="Principles of Ecology").wait_for()
    page.get_by_role("link", name="Marked: Ponds").click()
    page.wait_for_url("**/courses")
    settled(page)
    expect(bell).to_contain_text("1")
    page.go_back()
    settled(page)
    page.get_by_role("button", name="Mark as read Marked: Energy flow").click()
    expect(page.get_by_role("button", name="Mark all as read")).to_have_count(0)

    page.get_by_role("link", name="Settings").click()
    page.get_by_label("Marks in quizzes in the inbox").uncheck()
    page.get_by_text("Saved").wait_for()
    page.get_by_label("Pace").select_option("daily")
    page.get_by_label("Quiet from").fill("22:00")
    page.get_by_role("button", name="Save times").click()
    expect(page.locator("#error-summary")).to_contain_text("Enter both times, or neither.")
    page.get_by_label("Quiet until").fill("07:00")
    page.get_by_role("button", name="Save times").click()
    expect(page.locator("#error-summary")).to_have_count(0)
    page.reload()
    settled(page)
    expect(page.get_by_label("Pace")).to_have_value("daily")
    expect(page.get_by_label("Quiet until")).to_have_value("07:00")
    expect(page.get_by_label("Marks in quizzes in the inbox")).not_to_be_checked()

    mailed = opened().new_page()
    mailed.goto(link[link.index("/unsubscribe") :])
    mailed.get_by_role("button", name="Stop this mail").click()
    mailed.get_by_role("heading", name="You get no more of this mail").wait_for()
    page.reload()
    settled(page)
    expect(page.get_by_label("Marks in quizzes by mail")).not_to_be_checked()
