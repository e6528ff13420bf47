"""One's own data is fetched, an account ends and is kept after all, administrators erase, texts are answered once."""

import re
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from lms_app.accounts import service as accounts
from lms_app.admin import service as admin
from lms_app.core import identity
from lms_app.core.identity import User
from lms_app.core.work import SYSTEM, SiteRole, unit_of_work
from lms_app.privacy import service
from lms_app.web import routes
from tests import makers as people
from tests.e2e.conftest import settled, sign_in, violations
from tests.e2e.server import Site
from tests.makers import Person

PASSWORD = "four plain words here"
WITHIN_MS = 5_000


@pytest.fixture
def named(site: Site) -> Callable[..., Person]:
    """`named("Nell")`: somebody with an account and a password."""

    def make(name: str, role: SiteRole = SiteRole.STUDENT) -> Person:
        with site.services():
            made = people.person(name, role, password_hash=identity.hash_password(PASSWORD))
            return made.at(datetime.now(UTC))

    return make


@pytest.fixture
def desk(site: Site, opened: Callable[..., BrowserContext]) -> Callable[..., Page]:
    """`desk(who, path)`: a page as somebody sees it; a visitor's without a person."""

    def make(who: Person | None, path: str, *, width: int = 1440, dark: bool = False) -> Page:
        context = opened(width=width, color_scheme="dark" if dark else "light", accept_downloads=True)
        if who is not None:
            with site.services():
                token = who.signs_in(at=datetime.now(UTC))
            sign_in(context, site, token)
        page = context.new_page()
        page.goto(path)
        settled(page)
        return page

    return make


def _narrow(page: Page) -> None:
    """Nothing is wider than a phone of 320 px."""
    page.set_viewport_size({"width": 320, "height": 700})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_everything_about_oneself_is_fetched(
    named: Callable[..., Person], desk: Callable[..., Page], tmp_path: Path
) -> None:
    nell = named("Nell Copy")
    page = desk(nell, routes.profile())
    page.get_by_role("link", name="Download or erase my data").click()
    expect(page.get_by_role("heading", name="Your data", level=1)).to_be_visible()
    assert violations(page) == []

    page.get_by_role("button", name="Download my data").click()
    link = page.get_by_role("link", name="Download", exact=True)
    expect(link).to_be_visible(timeout=30_000)
    with page.expect_download() as waiting:
        link.click()
    waiting.value.save_as(tmp_path / "mine.zip")

    with zipfile.ZipFile(tmp_path / "mine.zip") as archive:
        assert archive.testzip() is None
        assert {"index.html", "data.json"} <= set(archive.namelist())
        assert nell.email in archive.read("data.json").decode()
    assert violations(page) == []
    _narrow(page)
    other = desk(named("Somebody Else"), routes.my_data())
    answer = other.request.get(str(waiting.value.url))
    assert answer.status == 404


def test_an_account_ends_and_is_kept_after_all(named: Callable[..., Person], desk: Callable[..., Page]) -> None:
    page = desk(named("Omar Leaving"), routes.my_data(), width=390, dark=True)

    page.get_by_label("Current password").fill("not this one at all")
    page.get_by_role("button", name="Erase my account").click()
    expect(page.get_by_role("alert")).to_contain_text("not your current password")
    assert violations(page) == []
    page.get_by_label("Current password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_text("Your account will be erased")).to_be_visible()
    assert violations(page) == []
    _narrow(page)
    page.get_by_role("button", name="Keep my account").press("Enter")

    expect(page.get_by_role("button", name="Erase my account")).to_be_visible()


def test_administrators_see_the_rules_and_the_map_and_erase(
    site: Site, named: Callable[..., Person], desk: Callable[..., Page]
) -> None:
    boss, gone = named("Boss Eraser", SiteRole.ADMIN), named("Gone Tomorrow")
    theirs = desk(gone, routes.my_data())
    page = desk(boss, routes.admin_privacy())
    expect(page.get_by_role("row", name="Sessions that have ended")).to_be_visible()
    assert violations(page) == []
    page.get_by_role("button", name="Remove what is over").click()
    page.get_by_role("alertdialog").get_by_role("button", name="Remove", exact=True).click()
    expect(page.get_by_text("Removed: ")).to_be_visible()

    page.get_by_label("Address of the account").fill(gone.email)
    page.get_by_label("Why").select_option("left")
    page.get_by_label("Your own password").fill(PASSWORD)
    page.get_by_role("button", name="Erase this account").click()
    expect(page.get_by_text(re.compile(r"The account is Former member \d+ now"))).to_be_visible()
    theirs.wait_for_url(re.compile(routes.SIGN_IN), timeout=WITHIN_MS)
    _narrow(page)

    for path, heading in ((routes.DATA_MAP, "Data map"), (routes.POLICIES, "Terms and notice")):
        page = desk(boss, path, dark=True)
        expect(page.get_by_role("heading", name=heading, level=1)).to_be_visible()
        assert violations(page) == []
        _narrow(page)


def test_a_text_is_answered_once_at_the_next_sign_in(
    site: Site, named: Callable[..., Person], desk: Callable[..., Page], opened: Callable[..., BrowserContext]
) -> None:
    boss, nell = named("Boss Texts", SiteRole.ADMIN), named("Nell Reading")
    mark = uuid4().hex[:8]
    page = desk(boss, routes.POLICIES)
    page.get_by_label("Text", exact=True).fill(f"## What we keep\n\nLittle, {mark}.")
    page.get_by_role("button", name="Publish", exact=True).click()
    expect(page.get_by_role("row", name="Privacy notice")).to_be_visible()

    try:
        tab = opened(width=390).new_page()
        for first in (True, False):
            tab.goto(routes.sign_in())
            settled(tab)
            tab.get_by_label("Email").fill(nell.email)
            tab.get_by_label("Password", exact=True).fill(PASSWORD)
            tab.get_by_role("button", name="Sign in", exact=True).click()
            if first:
                tab.wait_for_url(re.compile(routes.AGREE))
                expect(tab.get_by_text(mark)).to_be_visible()
                assert violations(tab) == []
                _narrow(tab)
                tab.get_by_role("button", name="I agree").click()
            tab.wait_for_url(f"{site.url}/")
            settled(tab)
            tab.context.clear_cookies()
        page = desk(nell, routes.my_data())
        expect(page.get_by_text("agreed")).to_be_visible()
    finally:
        # The other stories sign in without being asked.
        with site.services(), unit_of_work(SYSTEM) as work:
            from sqlalchemy import delete

            from lms_app.privacy.models import Consent, Policy

            work.db.connection().execute(delete(Consent))
            work.db.connection().execute(delete(Policy))


@pytest.mark.parametrize(("width", "dark"), [(1440, False), (390, True)])
def test_the_page_about_cookies_is_for_everybody(desk: Callable[..., Page], width: int, dark: bool) -> None:
    page = desk(None, routes.PRIVACY, width=width, dark=dark)

    expect(page.get_by_role("heading", name="Privacy", level=1)).to_be_visible()
    expect(page.get_by_text("One cookie, lectern,")).to_be_visible()
    assert page.context.cookies() == []
    assert violations(page) == []
    _narrow(page)


# ---- Revocation reaches open pages within five seconds


def _suspended(site: Site, boss: Person, who: Person) -> None:
    boss.does(admin.suspend, user_id=who.id)


def _another_role(site: Site, boss: Person, who: Person) -> None:
    boss.does(admin.change_role, user_id=who.id, role="instructor")


def _another_password(site: Site, boss: Person, who: Person) -> None:
    with unit_of_work(SYSTEM) as work:
        identity.revoke_sessions(work, who.id)
        user = work.db.get(User, who.id)
        user.password_hash = identity.hash_password("some other words here")
        work.db.add(user)


def _signed_out(site: Site, boss: Person, who: Person) -> None:
    who.does(accounts.sign_out_everywhere)


def _erased(site: Site, boss: Person, who: Person) -> None:
    with unit_of_work(SYSTEM) as work:
        service.erase(work, user_id=who.id, reason=service.Reason.LAW)


@pytest.mark.parametrize("act", [_suspended, _another_role, _another_password, _signed_out, _erased])
def test_an_open_page_is_left_within_five_seconds(
    site: Site, named: Callable[..., Person], desk: Callable[..., Page], act: Callable[[Site, Person, Person], None]
) -> None:
    boss, who = named("Boss Revoking", SiteRole.ADMIN), named("Open Tab")
    page = desk(who, routes.my_courses())

    # By another process, as the command line or a second server would.
    with site.services():
        act(site, boss.at(datetime.now(UTC)), who.at(datetime.now(UTC)))

    page.wait_for_url(re.compile(routes.SIGN_IN), timeout=WITHIN_MS)
