"""Attempts when things go wrong: no connection, two tabs, the end of the time."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from lms_app.core.work import SiteRole
from tests import makers as people
from tests.e2e.conftest import settled, sign_in
from tests.e2e.server import Site
from tests.quizzes import makers


def _begun(site: Site, *, ago: timedelta = timedelta(0), **settings: Any) -> tuple[str, str]:
    """The address of an open attempt, and a token of its student."""
    now = datetime.now(UTC)
    with site.services():
        instructor = people.person("Ines Teacher", SiteRole.INSTRUCTOR).at(now - ago)
        student = people.person("Omar Student").at(now - ago)
        quiz = makers.quiz(instructor, student, **settings)
        attempt = makers.begun(student, quiz)
        return f"/attempts/{attempt.id}", student.signs_in(at=now)


def open_attempt(site: Site) -> str:
    return _begun(site)[0]


@pytest.fixture
def begun(site: Site, opened: Callable[..., BrowserContext]) -> Callable[..., Page]:
    def make(**settings: Any) -> Page:
        path, token = _begun(site, **settings)
        context = opened()
        sign_in(context, site, token)
        page = context.new_page()
        page.goto(path)
        settled(page)
        return page

    return make


def test_what_is_answered_without_a_connection_is_sent_when_it_is_back(begun: Callable[..., Page]) -> None:
    page = begun()
    page.context.set_offline(True)
    page.get_by_role("radio", name="Photosynthesis").check(force=True)
    expect(page.get_by_text(re.compile("Kept on this device|kept on this device")).first).to_be_visible(timeout=30_000)

    page.context.set_offline(False)

    expect(page.get_by_text(re.compile(r"Saved \d\d:\d\d")).first).to_be_visible(timeout=30_000)
    page.reload()
    settled(page)
    expect(page.get_by_role("radio", name="Photosynthesis")).to_be_checked()


def test_two_tabs_are_shown_both_answers(begun: Callable[..., Page]) -> None:
    first = begun()
    second = first.context.new_page()
    second.goto(first.url)
    settled(second)
    second.get_by_role("radio", name="Respiration").check(force=True)
    expect(second.get_by_text(re.compile(r"Saved \d\d:\d\d")).first).to_be_visible()

    first.get_by_role("radio", name="Photosynthesis").check(force=True)

    expect(first.get_by_text("in another tab, too")).to_be_visible()
    first.get_by_role("button", name="Use this tab's answer").click()
    first.reload()
    settled(first)
    expect(first.get_by_role("radio", name="Photosynthesis")).to_be_checked()


def test_the_end_of_the_time_submits_what_is_saved(begun: Callable[..., Page]) -> None:
    page = begun(ago=timedelta(seconds=45), limit_minutes=1)
    page.get_by_role("radio", name="Photosynthesis").check(force=True)
    expect(page.get_by_text(re.compile(r"Saved \d\d:\d\d")).first).to_be_visible()

    page.wait_for_url(re.compile("/results"), timeout=60_000)

    settled(page)
    expect(page.get_by_text("20%").first).to_be_visible()
