"""A design is made beside its preview, certificates are replaced, revoked and printed, and a holder shares one."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from sqlmodel import col, select

from lms_app.core.identity import Audience, User, begin_session
from lms_app.core.work import SYSTEM, reading, unit_of_work
from lms_app.courses.models import Course
from lms_app.credentials.models import Certificate
from lms_app.web import routes
from tests.e2e.conftest import settled, sign_in
from tests.e2e.server import Site
from tests.e2e.test_marking import is_for_everybody
from tests.e2e.test_pages import SLUG


@pytest.fixture
def holder(opened: Callable[..., BrowserContext], site: Site) -> Callable[[str], Page]:
    """`holder("/certificates")`: a page as somebody who has earned the course's certificate."""
    with site.services(), unit_of_work(SYSTEM) as work:
        course = work.db.exec(select(Course).where(Course.slug == SLUG)).one()
        row = work.db.exec(
            select(Certificate).where(Certificate.course_id == course.id, col(Certificate.revoked_at).is_(None))
        ).first()
        assert row is not None
        user = work.db.get(User, row.user_id)
        assert user is not None
        token = begin_session(work, user, Audience.WEB).token

    def make(path: str) -> Page:
        context = opened()
        sign_in(context, site, token)
        page = context.new_page()
        page.goto(path)
        settled(page)
        return page

    return make


def _drawn(page: Page) -> str:
    """The address of the preview, once its picture is there."""
    picture = page.get_by_alt_text("A certificate of this design, with a name to try it with")
    page.wait_for_function(
        "() => { const p = document.querySelector('#preview-heading, [alt^=\"A certificate of this\"]');"
        " const i = document.querySelector('img[alt^=\"A certificate of this\"]'); return i?.complete && i.naturalWidth > 0 }"
    )
    return picture.get_attribute("src") or ""


def test_a_design_is_adapted_beside_its_preview(visit: Callable[..., Page]) -> None:
    page = visit("instructor", str(routes.certificate_designs(SLUG)))
    page.get_by_role("button", name="Adapt Classic frame").click()
    page.wait_for_url(re.compile("/certificates/designs/[0-9a-f-]{36}$"))
    settled(page)
    first = _drawn(page)

    page.get_by_label("Heading").fill("Ponds and")
    page.get_by_label("Heading").press_sequentially(" rivers", delay=120)
    expect(page.get_by_text("Not saved yet")).to_be_visible()
    page.wait_for_function(
        "(old) => document.querySelector('img[alt^=\"A certificate\"]').getAttribute('src') !== old", arg=first
    )
    second = _drawn(page)
    expect(page.get_by_label("Heading")).to_have_value("Ponds and rivers")
    page.get_by_label("Try it with").select_option("arabic")
    page.wait_for_function(
        "(old) => document.querySelector('img[alt^=\"A certificate\"]').getAttribute('src') !== old", arg=second
    )
    assert "sample=arabic" in _drawn(page)
    page.get_by_role("button", name="Add signature").click()
    page.locator("[id='signatures.1.name']").fill("Dr Ada Lovelace")
    page.locator("input[name=accent]").fill("#fdfdfd")
    expect(page.get_by_text("too light to be read")).to_be_visible()
    page.locator("input[name=accent]").fill("#7a1f3d")
    expect(page.get_by_text("too light to be read")).to_have_count(0)
    page.get_by_role("button", name="Save design").click()
    expect(page.get_by_text(re.compile(r"Saved \d\d:\d\d"))).to_be_visible()
    is_for_everybody(page)

    page.reload()
    settled(page)
    expect(page.get_by_label("Heading")).to_have_value("Ponds and rivers")
    expect(page.get_by_label("Name", exact=True).last).to_have_value("Dr Ada Lovelace")
    page.get_by_role("link", name="Certificate designs").first.click()
    settled(page)
    expect(page.get_by_role("listitem").filter(has_text="Classic frame (copy)")).to_contain_text("In use")


def test_a_certificate_is_issued_anew_and_revoked_and_all_are_printed(visit: Callable[..., Page], site: Site) -> None:
    page = visit("instructor", str(routes.course_certificates(SLUG)) + "?show=holds")
    rows = page.get_by_role("row")
    name = page.get_by_role("rowheader").last.inner_text()

    page.get_by_role("button", name="Print all").click()
    with page.expect_download(timeout=60_000) as there:
        page.get_by_role("link", name="Download zip").click(timeout=60_000)
    assert there.value.suggested_filename == "Certificates Principles of Ecology.zip"
    page.get_by_role("button", name=f"More actions: {name}").click()
    page.get_by_role("menuitem", name="Issue anew").click()
    expect(page.get_by_text("A new certificate has come in its place")).to_be_visible()
    page.get_by_role("button", name=f"More actions: {name}").click()
    page.get_by_role("menuitem", name="Revoke…").click()
    page.get_by_label("Reason").fill("Awarded by mistake")
    page.get_by_role("button", name="Revoke", exact=True).click()
    expect(page.get_by_text("Certificate revoked")).to_be_visible()
    expect(rows.filter(has_text=name)).to_have_count(0)
    page.get_by_role("link", name="Ended").click()
    expect(rows.filter(has_text=name)).to_contain_text("Revoked")
    rows.filter(has_text=name).get_by_role("button", name="Award").click()
    page.get_by_role("link", name="Have it").click()
    expect(rows.filter(has_text=name)).to_contain_text("Valid")
    is_for_everybody(page)
    with site.services(), reading(SYSTEM) as work:
        course = work.db.exec(select(Course.id).where(Course.slug == SLUG)).one()
        theirs = select(Certificate).where(Certificate.holder_name == name, Certificate.course_id == course)
        kept: Any = work.db.exec(theirs).all()
    assert sorted((one.revoked_at is None, one.replaced_by_id is None) for one in kept) == [
        (False, False),
        (False, True),
        (True, True),
    ]


def test_a_holder_shares_a_certificate_and_stops(holder: Callable[[str], Page]) -> None:
    page = holder("/certificates")

    page.get_by_label("Share a page with its picture").first.check()
    link = page.get_by_role("link", name="Shared page").first
    expect(link).to_be_visible()
    is_for_everybody(page)
    address = link.get_attribute("href") or ""
    shared = page.context.new_page()
    shared.goto(re.sub(r"^https?://[^/]+", "", address))
    settled(shared)
    picture = shared.get_by_role("img", name=re.compile("The certificate"))
    assert picture.evaluate("(image) => image.complete && image.naturalWidth") == 1200
    is_for_everybody(shared)
    shared.get_by_role("link", name="Check that it is genuine").click()
    expect(shared.get_by_text("Valid certificate")).to_be_visible()
    page.get_by_label("Share a page with its picture").first.uncheck()
    expect(link).to_have_count(0)
    shared.goto(re.sub(r"^https?://[^/]+", "", address))
    expect(shared).to_have_url(re.compile("/verify/"))
