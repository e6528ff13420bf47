"""A teacher brings a class in from a file; somebody without an account comes in by the mail and reads what is announced."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, WebSocketRoute, expect
from sqlmodel import col, select

from lms_app.core import identity
from lms_app.core.work import SYSTEM, SiteRole, reading
from lms_app.courses import service
from lms_app.courses.models import Invitation
from lms_app.web import routes
from tests import makers as people
from tests.courses import makers
from tests.e2e.conftest import settled, sign_in, still, violations
from tests.e2e.server import Site
from tests.makers import Person


@pytest.fixture
def school(site: Site) -> tuple[Person, Person, makers.Made]:
    """A teacher, somebody who has an account, and a course that nobody is in."""
    now = datetime.now(UTC)
    with site.services():
        teacher = people.person("Ines Teacher", SiteRole.INSTRUCTOR).at(now)
        return teacher, people.person("Omar Student").at(now), makers.course(teacher, ["Sunlight"], title="Ponds")


@pytest.fixture
def desk(site: Site, opened: Callable[..., BrowserContext]) -> Callable[..., Page]:
    """`desk(who, path)`: a page as somebody sees it; nobody in particular without a person."""

    def make(who: Person | None, path: str, **look: int) -> Page:
        context = opened(**look)
        if who is not None:
            with site.services():
                token = who.signs_in(at=datetime.now(UTC))
            sign_in(context, site, token)
        page = context.new_page()
        page.goto(path)
        settled(page)
        return page

    return make


def token_for(site: Site, address: str) -> str:
    """What the link in the mail ends with."""
    with site.services(), reading(SYSTEM) as work:
        found = work.db.exec(select(Invitation.id).where(col(Invitation.email) == address)).one()
        return identity.secret_of(found)


def test_a_class_comes_in_from_a_file_and_by_mail(
    site: Site, school: tuple[Person, Person, makers.Made], desk: Callable[..., Page], tmp_path: Path
) -> None:
    teacher, omar, course = school
    guest = f"nell.{course.id.hex[:8]}@example.org"
    sheet = tmp_path / "class.csv"
    sheet.write_bytes(
        f"Email;Name;Group\r\n{omar.email};Omar;Lab Ä\r\n{guest};Nell;Lab Ä\r\nwrong;\r\n".encode("cp1252")
    )

    # The file's text can be corrected before anybody is enrolled.
    page = desk(teacher, str(routes.course_people(course.slug)))
    page.get_by_role("link", name="Enrol people").first.click()
    expect(page.get_by_role("heading", name="Enrol people", level=1)).to_be_visible()
    page.get_by_label("CSV file").set_input_files(sheet)
    box = page.get_by_label("People", exact=True)
    expect(box).to_have_value(f"Email;Name;Group\n{omar.email};Omar;Lab Ä\n{guest};Nell;Lab Ä\nwrong;\n")
    page.get_by_role("button", name="Check list").click()
    expect(page.get_by_text("1 line needs correcting.")).to_be_visible()
    box.fill(box.input_value().replace("wrong;\n", ""))
    page.get_by_role("button", name="Check list").click()
    expect(page.get_by_role("row", name="Omar")).to_contain_text("Enrolled")
    expect(page.get_by_role("row", name="Nell")).to_contain_text("Invited by mail")
    page.get_by_role("button", name="Enrol 2 people").click()
    expect(page.get_by_text("1 enrolled, 1 invited")).to_be_visible()
    expect(page.get_by_role("row", name="Omar Student")).to_contain_text("Lab Ä")

    # By keyboard: Omar becomes an assistant.
    expect(page.get_by_role("heading", name="Ponds", level=1)).to_be_focused()
    page.get_by_role("button", name="Manage Omar Student").press("Enter")
    page.get_by_role("button", name="Make assistant").press("Enter")
    expect(page.get_by_role("region", name="Staff")).to_contain_text("Omar Student")

    page.get_by_role("link", name="Course", exact=True).click()
    page.get_by_role("region", name="Announcements").get_by_role("link", name="New").click()
    page.locator("summary", has_text="Announce something").click()
    page.get_by_label("Title").fill("The pond is open")
    page.get_by_role("button", name="Send announcement").click()
    expect(page.locator("#announce-body-err")).to_contain_text("Enter a text of up to 10,000 characters.")
    page.get_by_label("Text").fill("Bring **shoes**.")
    page.get_by_role("button", name="Send announcement").click()
    expect(page.locator("details.k-ask[open]")).to_have_count(0)
    still(page)
    assert violations(page) == []
    page.get_by_role("button", name="Correct The pond is open").click()
    page.locator("#correct-body").fill("Bring **boots**.")
    assert violations(page) == []
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text(", corrected")).to_be_visible()

    # Whoever has the mail has the mailbox: a name and a password are all that is asked for.
    nell = desk(None, str(routes.join(token_for(site, guest))), width=390)
    expect(nell.get_by_label("Email", exact=True)).to_have_value(guest)
    expect(nell.get_by_label("Name", exact=True)).to_have_value("Nell")
    assert violations(nell) == []
    nell.get_by_label("Password", exact=True).fill("short")
    nell.get_by_role("button", name="Create account and join").click()
    settled(nell)
    expect(nell.locator("#error-summary")).to_be_visible()
    still(nell)
    assert violations(nell) == []
    nell.get_by_label("Password", exact=True).fill("seven kettles on the moon")
    nell.get_by_role("button", name="Create account and join").click()
    expect(nell.get_by_role("heading", name="Ponds", level=1)).to_be_visible()
    expect(nell.get_by_text("Bring boots.")).to_be_visible()


def test_a_full_course_says_ones_place_and_a_seat_that_gets_free_is_taken(
    site: Site, school: tuple[Person, Person, makers.Made], desk: Callable[..., Page]
) -> None:
    teacher, omar, course = school
    now = datetime.now(UTC)
    with site.services():
        ada = people.person("Ada Inside").at(now)
        makers.enrolled(ada, course)
        teacher.does(service.update_course, course_id=course.id, capacity=1)

    page = desk(omar, str(routes.course(course.slug)))
    page.get_by_role("button", name="Join the wait-list").first.click()
    expect(page.get_by_text("You are number 1 on the wait-list.").filter(visible=True)).to_be_visible()
    still(page)
    assert violations(page) == []
    with site.services():
        ada.at(datetime.now(UTC)).does(service.leave, slug=course.slug)
    page.reload()
    settled(page)

    expect(page.get_by_role("link", name="Start the course").first).to_be_visible()


class _Line:
    """What the server answers a page, which may be held for a while."""

    def __init__(self) -> None:
        self.is_held = False
        self._waiting: list[Callable[[], None]] = []

    def lead(self, socket: WebSocketRoute) -> None:
        socket.connect_to_server().on_message(lambda said: self._pass(lambda: socket.send(said)))

    def release(self) -> None:
        self.is_held = False
        while self._waiting:
            self._waiting.pop(0)()

    def _pass(self, send: Callable[[], None]) -> None:
        self._waiting.append(send)
        if not self.is_held:
            self.release()


def test_on_a_slow_line_a_dialog_is_never_about_the_person_before(
    site: Site, school: tuple[Person, Person, makers.Made], desk: Callable[..., Page]
) -> None:
    teacher, omar, course = school
    with site.services():
        ada = people.person("Ada Inside").at(datetime.now(UTC))
        for one in (omar, ada):
            makers.enrolled(one, course)
    page = desk(teacher, str(routes.course_people(course.slug)))
    line = _Line()
    page.route_web_socket("**/*", line.lead)
    page.reload()
    settled(page)
    page.get_by_role("button", name="Manage Omar Student").click()
    expect(page.get_by_role("dialog", name="Omar Student")).to_be_visible()
    page.keyboard.press("Escape")

    line.is_held = True
    page.get_by_role("button", name="Manage Ada Inside").press("Enter")
    expect(page.get_by_role("dialog", name="Loading")).to_have_attribute("aria-busy", "true")
    expect(page.get_by_role("button", name="Remove from the course")).to_have_count(0)
    assert violations(page) == []
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Manage Ada Inside")).to_be_focused()
    page.get_by_role("button", name="Manage Ada Inside").press("Enter")
    line.release()

    dialog = page.get_by_role("dialog", name="Ada Inside")
    expect(dialog).to_contain_text("Role")
    expect(dialog.locator(":focus")).to_have_count(1)
    dialog.get_by_role("button", name="Make assistant").press("Enter")
    expect(page.get_by_role("region", name="Staff")).to_contain_text("Ada Inside")
    expect(page.get_by_role("row", name="Omar Student")).to_be_visible()
