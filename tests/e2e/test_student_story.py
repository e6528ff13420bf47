"""From registering to the certificate: the whole way of a student, by mouse, by keyboard alone, and on a phone."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from io import BytesIO

import httpx
import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect
from pypdf import PdfReader

from lms_app.core.work import SiteRole
from lms_app.courses import service as courses
from lms_app.quizzes import service as quizzes
from tests import makers as people
from tests.courses import makers as course_makers
from tests.e2e.conftest import settled
from tests.e2e.server import Site
from tests.quizzes import makers as quiz_makers

PASSWORD = "pondweed and water fleas"


@dataclass(frozen=True)
class Hands:
    """How somebody works a page. By keyboard nothing is clicked: Tab, arrows, Space and Enter do it all."""

    name: str
    width: int = 1440
    keyboard: bool = False

    def press(self, target: Locator) -> None:
        expect(target).to_be_visible()
        if not self.keyboard:
            target.click()
            return
        self.reach(target)
        target.page.keyboard.press("Enter")

    def tick(self, target: Locator) -> None:
        if not self.keyboard:
            target.check(force=True)
            return
        self.reach(target)
        target.page.keyboard.press("Space")
        expect(target).to_be_checked()

    def type(self, target: Locator, words: str) -> None:
        if not self.keyboard:
            target.fill(words)
            return
        self.reach(target)
        target.page.keyboard.type(words)

    def reach(self, target: Locator) -> None:
        """Tab until the target has the focus; inside a group of radio buttons by its arrows."""
        page = target.page
        for _ in range(150):
            if target.evaluate("e => e === document.activeElement"):
                return
            inside = target.evaluate(
                "e => e.type === 'radio' && document.activeElement.type === 'radio' && e.name === document.activeElement.name"
            )
            page.keyboard.press("ArrowDown" if inside else "Tab")
        raise AssertionError(f"the keyboard cannot reach {target}")


MOUSE = Hands("mouse")
KEYBOARD = Hands("keyboard", keyboard=True)
PHONE = Hands("phone", width=390)


@dataclass(frozen=True)
class Course:
    slug: str
    title: str


@pytest.fixture
def course(site: Site, request: pytest.FixtureRequest) -> Course:
    """A course of two lessons and a timed quiz, with a certificate for 60 %."""
    title = f"Ponds by {request.node.callspec.params['hands'].name}"
    with site.services():
        instructor = people.person("Ines Teacher", SiteRole.INSTRUCTOR).at(datetime.now(UTC))
        made = instructor.does(courses.create_course, title=title, pass_fraction=Decimal("0.6"))
        module = instructor.does(courses.add_module, course_id=made.id, title="The pond")
        for name in ("Light in the water", "Who eats whom"):
            course_makers.lesson(instructor, module.id, name, body=f"## {name}\n\nGreen things eat light: $E = mc^2$.")
        instructor.does(
            quizzes.create_quiz,
            module_id=module.id,
            title="Pond quiz",
            questions=quiz_makers.drafts(),
            limit_minutes=20,
            shuffle_options=False,
        )
        instructor.does(courses.publish, course_id=made.id)
    return Course(made.slug, title)


@pytest.mark.parametrize("hands", [MOUSE, KEYBOARD, PHONE], ids=lambda hands: hands.name)
def test_from_registering_to_a_certificate_that_anybody_can_check(
    site: Site, opened: Callable[..., BrowserContext], course: Course, hands: Hands
) -> None:
    address = f"noor.{hands.name}@example.org"
    mine = opened(width=hands.width, accept_downloads=True)
    page = mine.new_page()

    _register(site, page, hands, address)
    _sign_in(page, hands, address)
    _find_and_join(page, hands, course)
    _read_both_lessons(page, hands)
    _take_the_quiz(page, mine, opened, hands)
    _see_feedback(page, hands)
    code = _download_the_certificate(page, hands, course)
    page.goto("/notifications")
    settled(page)
    expect(page.get_by_role("main").get_by_text(course.title).first).to_be_visible()
    _anybody_checks_it(opened(width=hands.width), site, code, course)


def _register(site: Site, page: Page, hands: Hands, address: str) -> None:
    page.goto("/register")
    settled(page)
    hands.type(page.get_by_label("Name", exact=True), "Noor Haddad")
    hands.type(page.get_by_label("Email", exact=True), address)
    hands.type(page.get_by_label("Password", exact=True), PASSWORD)
    hands.press(page.get_by_role("button", name="Create account"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Check your email")
    link = re.search(r"https?://\S+", site.letter(address))
    assert link is not None
    page.goto(link.group(0))
    settled(page)
    hands.press(page.get_by_role("button", name="Confirm"))


def _sign_in(page: Page, hands: Hands, address: str) -> None:
    page.wait_for_url(re.compile("/sign-in"))
    settled(page)
    email = page.get_by_label("Email", exact=True)
    if not email.input_value():
        hands.type(email, address)
    hands.type(page.get_by_label("Password", exact=True), PASSWORD)
    hands.press(page.get_by_role("button", name="Sign in", exact=True))
    page.wait_for_url(re.compile(r"/$"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("Noor")


def _find_and_join(page: Page, hands: Hands, course: Course) -> None:
    page.goto("/catalogue")
    settled(page)
    search = page.get_by_role("searchbox", name="Search courses")
    hands.type(search, course.title)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("search="))
    hands.press(page.get_by_role("link", name=course.title))
    expect(page.get_by_role("heading", level=1)).to_have_text(course.title)
    hands.press(page.get_by_role("button", name="Join course").locator("visible=true").first)
    expect(page.get_by_text(f"You joined {course.title}")).to_be_visible()


def _read_both_lessons(page: Page, hands: Hands) -> None:
    hands.press(page.get_by_role("link", name=re.compile("Light in the water")).locator("visible=true").first)
    expect(page.get_by_role("heading", level=1)).to_have_text("Light in the water")
    expect(page.locator("math").first).to_be_attached()
    hands.press(page.get_by_role("button", name="Mark complete and continue"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Who eats whom")
    hands.press(page.get_by_role("button", name="Mark complete and continue"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Pond quiz")


def _take_the_quiz(page: Page, mine: BrowserContext, opened: Callable[..., BrowserContext], hands: Hands) -> None:
    hands.press(page.get_by_role("button", name="Start quiz"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Question 1 of 5")
    expect(page.get_by_role("timer")).to_be_visible()
    hands.tick(page.get_by_role("radio", name="Photosynthesis"))
    _is_saved(page)

    page.reload()
    settled(page)
    expect(page.get_by_role("radio", name="Photosynthesis")).to_be_checked()
    _next(page, hands, 2)
    hands.tick(page.get_by_role("checkbox", name="Water fleas"))
    hands.tick(page.get_by_role("checkbox", name="Tadpoles"))
    _is_saved(page)

    other = opened(width=hands.width, storage_state=mine.storage_state())
    page = other.new_page()
    page.goto(mine.pages[0].url)
    settled(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Question 2 of 5")
    expect(page.get_by_role("checkbox", name="Tadpoles")).to_be_checked()
    _next(page, hands, 3)
    hands.tick(page.get_by_role("radio", name="True"))
    _is_saved(page)
    _next(page, hands, 4)
    hands.type(page.get_by_role("textbox", name="Your answer"), "quadrats")
    _is_saved(page)
    _next(page, hands, 5)
    hands.type(page.get_by_role("textbox", name="Your answer"), "9,81")
    _is_saved(page)
    hands.press(page.get_by_role("link", name="Review and submit").locator("visible=true").first)
    expect(page.get_by_role("heading", level=1)).to_have_text("Check your answers")
    hands.press(page.get_by_role("button", name="Submit quiz").locator("visible=true").first)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Pond quiz")
    page.wait_for_url(re.compile("/results"))
    mine.pages[0].goto(page.url)
    other.close()


def _next(page: Page, hands: Hands, number: int) -> None:
    hands.press(page.get_by_role("button", name="Next question").locator("visible=true").first)
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Question {number} of 5")


def _is_saved(page: Page) -> None:
    """ "Saved hh:mm" shows only after the commit; on a phone a cloud with a tick does."""
    wide = page.viewport_size is not None and page.viewport_size["width"] >= 640
    if wide:
        expect(page.get_by_text(re.compile(r"Saved \d\d:\d\d")).locator("visible=true").first).to_be_visible()
    else:
        expect(page.locator(".k-foot svg.lucide-cloud-check")).to_be_visible()


def _see_feedback(page: Page, hands: Hands) -> None:
    settled(page)
    expect(page.get_by_text("100%").first).to_be_visible()
    expect(page.get_by_text("Producers turn light into sugar.")).to_be_visible()


def _download_the_certificate(page: Page, hands: Hands, course: Course) -> str:
    page.wait_for_timeout(2_000)  # the job loop looks every second
    page.goto("/certificates")
    settled(page)
    with page.expect_download() as download:
        hands.press(page.get_by_role("link", name=f"Download PDF of {course.title}"))
    text = PdfReader(BytesIO(download.value.path().read_bytes())).pages[0].extract_text()
    assert "Noor Haddad" in text
    assert course.title in text
    link = page.get_by_role("link", name=f"Check page of {course.title}").get_attribute("href")
    assert link is not None
    return link


def _anybody_checks_it(stranger: BrowserContext, site: Site, link: str, course: Course) -> None:
    page = stranger.new_page()
    page.goto(link)
    expect(page.get_by_text("Noor Haddad").first).to_be_visible()
    expect(page.get_by_text(course.title).first).to_be_visible()
    assert httpx.get(f"{site.url}/verify/AAAA-AAAA-AAAA-AAAA-AAAA-AAAA-AAAA").status_code == 404
