"""An administrator looks after people: finds them, keeps some out, makes one of two, sees what they see, brings a list in."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from lms_app.accounts import service as accounts
from lms_app.admin import service
from lms_app.courses import service as courses
from lms_app.web import routes
from tests import makers as people
from tests.courses import makers
from tests.e2e.conftest import settled, still, violations
from tests.e2e.server import Site

LIST = """email,name,courses
quill.arden@list.example,Quill Arden,{slug}
rowan.arden@list.example,Rowan Arden,{slug}
no address at all,Sasha Arden,{slug}
"""


@pytest.fixture
def wanted(site: Site) -> list[str]:
    """Three people with a name that nobody else has."""
    with site.services():
        for name in ("Ottoline Vane", "Piers Vane", "Quentin Vane"):
            if not _found(name):
                people.person(name, created_at=datetime.now(UTC))
    return ["Ottoline Vane", "Piers Vane", "Quentin Vane"]


def _found(name: str) -> int:
    administrator = people.person("Counting Admin", people.SiteRole.ADMIN)
    return administrator.sees(service.people, search=name).total


def _row(page: Page, name: str) -> Locator:
    return page.get_by_role("row").filter(has_text=name)


def test_many_are_found_kept_out_and_let_in_again(wanted: list[str], visit: Callable[..., Page]) -> None:
    page = visit("admin", routes.people())
    page.get_by_role("searchbox", name="Search people").fill("vane")
    page.get_by_role("searchbox", name="Search people").press("Enter")
    expect(page.get_by_role("row").filter(has_text="Vane")).to_have_count(3)

    page.get_by_label("Choose all people of this page").focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Suspend", exact=True).press("Enter")
    for name in wanted:
        expect(_row(page, name)).to_contain_text("Suspended")
    still(page)
    assert violations(page) == []
    page.get_by_role("button", name="Undo").press("Enter")
    for name in wanted:
        expect(_row(page, name)).to_contain_text("Active")
    page.get_by_label("Status").select_option("suspended")

    expect(page.get_by_text("Nobody matches")).to_be_visible()
    page.get_by_role("link", name="Clear filters").click()
    expect(page.get_by_text("Nobody matches")).to_have_count(0)


def test_two_accounts_of_one_person_become_one(site: Site, visit: Callable[..., Page]) -> None:
    with site.services():
        now = datetime.now(UTC)
        teacher = people.person("Ursula Teacher", people.SiteRole.INSTRUCTOR).at(now)
        course = makers.course(teacher, ["Sunlight"], title="Rock pools")
        old, kept = (people.person("Thea Marlow", created_at=now).at(now) for _ in range(2))
        old.does(courses.enrol, slug=course.slug)
    page = visit("admin", f"{routes.people()}?search={kept.email}")
    page.get_by_role("button", name="Manage Thea Marlow").click()
    page.get_by_role("button", name="Merge another account").click()
    dialog = page.locator("dialog[open]")
    dialog.get_by_label("Search people").fill(old.email)
    dialog.get_by_role("button", name="Search", exact=True).click()
    expect(dialog.get_by_text(old.email, exact=True)).to_be_visible()
    still(page)
    assert violations(page) == []
    dialog.get_by_role("button", name=f"Merge Thea Marlow, {old.email}").click()

    expect(_row(page, kept.email).get_by_role("cell").nth(2)).to_have_text("1")  # the course came with it
    with site.services():
        assert [one.slug for one in kept.sees(courses.my_courses)] == [course.slug]


def test_the_site_is_seen_as_somebody_sees_it_and_nothing_is_changed(site: Site, visit: Callable[..., Page]) -> None:
    with site.services():
        now = datetime.now(UTC)
        teacher = people.person("Viola Teacher", people.SiteRole.INSTRUCTOR).at(now)
        course = makers.course(teacher, ["Moonlight"], title="Night ponds")
        student = people.person("Wilf Seen", created_at=now).at(now)
        student.does(courses.enrol, slug=course.slug)
    page = visit("admin", f"{routes.people()}?search={student.email}")
    page.get_by_role("button", name="Manage Wilf Seen").click()
    page.get_by_role("button", name="Act as Wilf Seen").click()

    bar = page.locator(".k-acting")
    expect(bar).to_contain_text("Wilf Seen")
    page.goto(str(routes.course(course.slug)))
    settled(page)
    expect(page.locator(".k-acting")).to_be_visible()
    page.goto(routes.profile())
    settled(page)
    page.get_by_label("Name", exact=True).fill("Somebody else")
    page.get_by_role("button", name="Save").first.click()
    expect(page.get_by_text("Somebody else").or_(page.get_by_role("alert")).first).to_be_visible()
    still(page)
    assert violations(page) == []
    page.locator(".k-acting").get_by_role("button").click()
    expect(page.locator(".k-acting")).to_have_count(0)

    with site.services():
        assert student.sees(accounts.profile).name == "Wilf Seen"


def test_a_list_is_looked_at_line_by_line_and_comes_in_whole(
    site: Site, visit: Callable[..., Page], tmp_path: Path
) -> None:
    with site.services():
        teacher = people.person("Xenia Teacher", people.SiteRole.INSTRUCTOR).at(datetime.now(UTC))
        course = makers.course(teacher, ["Starlight"], title="Desert ponds")
    text = LIST.format(slug=course.slug)
    page = visit("admin", routes.people(), width=390)
    page.get_by_role("link", name="Import", exact=True).click()
    expect(page.get_by_role("heading", name="Import people", level=1)).to_be_visible()

    def send(words: str) -> None:
        file = tmp_path / "arden.csv"
        file.write_text(words)
        page.get_by_label("Files").set_input_files(file)
        page.get_by_role("button", name="Check list").click()
        expect(page.get_by_role("heading", name="arden.csv", level=1)).to_be_visible(timeout=20_000)

    send(text)
    expect(page.get_by_text("Nothing is imported until every line is right.")).to_be_visible(timeout=20_000)
    expect(page.get_by_role("row").filter(has_text="no address at all")).to_contain_text("Wrong")
    still(page)
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390

    page.get_by_role("link", name="Import people").click()
    settled(page)
    send(text.replace("no address at all", "sasha.arden@list.example"))
    page.get_by_role("button", name="Import 3 lines").click()
    expect(page.get_by_text("Everything on this list is done.")).to_be_visible(timeout=30_000)
    site.letter("sasha.arden@list.example")
    page.goto(f"{routes.people()}?search=arden")
    settled(page)
    expect(page.get_by_role("row").filter(has_text="Arden")).to_have_count(3)
