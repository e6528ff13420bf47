"""The student's way in other languages, from registering to the certificate, and changing the language on the way."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from lms_app.core import words
from lms_app.core.work import SiteRole
from lms_app.courses import service as courses
from lms_app.quizzes import service as quizzes
from tests import makers as people
from tests.courses import makers as course_makers
from tests.e2e.conftest import settled, sign_in, violations
from tests.e2e.server import Site
from tests.quizzes import makers as quiz_makers

PASSWORD = "pondweed and water fleas"
# What a badge asks for is kept as it was written.
KEPT = {"Submit a first quiz or assignment."}
BROWSERS = {"de": "de-AT", "ar": "ar-EG"}
# Every text that is seen, and what is said of things to those who do not see them.
SEEN = """() => {
    const seen = new Set(), keep = (text) => text?.trim() && seen.add(text.trim());
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) if (!walk.currentNode.parentElement?.closest("script,style")) keep(walk.currentNode.data);
    for (const e of document.querySelectorAll("[aria-label],[placeholder],[title],[alt]"))
        for (const name of ["aria-label", "placeholder", "title", "alt"]) keep(e.getAttribute(name));
    return [...seen];
}"""


class Reader:
    """Somebody at a page, by the texts of their language."""

    def __init__(self, page: Page, language: str) -> None:
        self.page, self.language = page, language
        known = words.catalogue(language)
        plain = {text for text, forms in known.items() if text not in forms and not re.search(r"[{}]", text)}
        filled = [
            text
            for text in known
            if re.search(r"\{\w+\}", text) and re.search("[A-Za-z]{3}", re.sub(r"\{\w+\}", "", text))
        ]
        self._english = plain - KEPT
        self._patterns = [
            re.compile(
                "".join(
                    ".{1,60}?" if part.startswith("{") else re.escape(part) for part in re.split(r"(\{\w+\})", text)
                )
            )
            for text in filled
            if text not in known[text]
        ]

    def says(self, text: str, **values: Any) -> str:
        with words.speaking(self.language):
            return words.say(text, **values)

    def press(self, role: Any, text: str, **values: Any) -> None:
        self.page.get_by_role(role, name=self.says(text, **values), exact=True).locator("visible=true").first.click()

    def fill(self, label: str, value: str) -> None:
        self.page.get_by_label(self.says(label), exact=True).fill(value)

    def sees(self, path: str = "") -> None:
        """A page: in this language alone, its way, nothing amiss for those who do not see it."""
        if path:
            self.page.goto(path)
        settled(self.page)
        expect(self.page.locator("html")).to_have_attribute("lang", self.language)
        expect(self.page.locator("html")).to_have_attribute("dir", "rtl" if self.language == "ar" else "ltr")
        assert self.english() == [], self.page.url
        assert violations(self.page) == [], self.page.url

    def english(self) -> list[str]:
        """What is on the page in English though the catalogue has it. What people wrote is none of its texts."""
        found: list[str] = []
        for text in self.page.evaluate(SEEN):
            if text in self._english or any(pattern.fullmatch(text) for pattern in self._patterns):
                found.append(text)
        return found


@pytest.fixture(scope="module")
def course(site: Site) -> str:
    """A course with a lesson and a quiz, with a certificate for 60 %; its slug."""
    with site.services():
        instructor = people.person("Ines Teacher", SiteRole.INSTRUCTOR).at(datetime.now(UTC))
        made = instructor.does(courses.create_course, title="Tümpel بركة", pass_fraction=Decimal("0.6"))
        module = instructor.does(courses.add_module, course_id=made.id, title="Wasser ماء")
        course_makers.lesson(instructor, module.id, "Licht ضوء", body="Grünes isst Licht. $E = mc^2$")
        instructor.does(
            quizzes.create_quiz,
            module_id=module.id,
            title="Fragen أسئلة",
            questions=quiz_makers.drafts(),
            limit_minutes=20,
            shuffle_options=False,
        )
        instructor.does(courses.publish, course_id=made.id)
    return made.slug


@pytest.mark.parametrize("language", ["de", "ar"])
def test_from_registering_to_a_certificate(
    site: Site, opened: Callable[..., BrowserContext], course: str, language: str
) -> None:
    """The browser prefers the language: nobody has to choose it."""
    context = opened(locale=BROWSERS[language])
    reader = Reader(context.new_page(), language)
    page, address = reader.page, f"noor.{language}@example.org"

    reader.sees("/")
    reader.sees("/catalogue")
    reader.sees("/sign-in")
    reader.sees("/register")
    reader.fill("Name", "Noor")
    reader.fill("Email", address)
    reader.fill("Password", "short")
    reader.press("button", "Create account")
    expect(page.get_by_text(reader.says("There is a problem")).first).to_be_visible()
    reader.sees()
    reader.fill("Password", PASSWORD)
    reader.press("button", "Create account")
    expect(page.get_by_role("heading", level=1)).to_have_text(reader.says("Check your email"))
    reader.sees()

    letter = site.letter(address)
    assert reader.says("If you did not create an account, leave this mail alone: nothing happens.") in letter
    link = re.search(r"https?://\S+", letter)
    assert link is not None
    reader.sees(link.group(0))
    reader.press("button", "Confirm address")
    page.wait_for_url(re.compile("/sign-in"))
    reader.sees()
    reader.fill("Password", PASSWORD)
    reader.press("button", "Sign in")
    page.wait_for_url(re.compile(r"/$"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("Noor")
    reader.sees()

    reader.sees(f"/courses/{course}")
    reader.press("button", "Join course")
    page.get_by_role("link", name=re.compile("Licht")).locator("visible=true").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Licht ضوء")
    reader.sees()
    reader.press("button", "Mark complete and continue")
    expect(page.get_by_role("heading", level=1)).to_have_text("Fragen أسئلة")
    reader.sees()
    _take_the_quiz(reader)
    page.wait_for_url(re.compile("/results"), timeout=40_000)
    reader.sees()
    page.wait_for_timeout(2_000)  # the job loop looks every second
    for path in ("", "grades", "questions", "announcements"):
        reader.sees(f"/courses/{course}/{path}")
    for path in ("/", "/courses", "/calendar", "/progress", "/certificates", "/badges", "/notifications"):
        reader.sees(path)
    for path in ("/notifications/settings", "/profile", "/profile/data", "/nowhere"):
        reader.sees(path)
    page.goto("/certificates")
    settled(page)
    shown = reader.says("Check page of {course}", course="Tümpel بركة")
    check = page.get_by_role("link", name=shown, exact=True)
    page.goto(check.get_attribute("href") or "")
    expect(page.locator("html")).to_have_attribute("lang", language)
    assert reader.english() == []


def _take_the_quiz(reader: Reader) -> None:
    page = reader.page
    reader.press("button", "Start quiz")
    page.get_by_role("radio", name="Photosynthesis").check(force=True)
    _is_saved(page)
    reader.sees()
    _next(reader, 2)
    page.get_by_role("checkbox", name="Water fleas").check(force=True)
    _is_saved(page)
    page.get_by_role("checkbox", name="Tadpoles").check(force=True)
    _is_saved(page)
    _next(reader, 3)
    page.get_by_role("radio", name=reader.says("True")).check(force=True)
    _is_saved(page)
    _next(reader, 4)
    page.get_by_role("textbox", name=reader.says("Your answer")).fill("quadrats")
    _is_saved(page)
    _next(reader, 5)
    page.get_by_role("textbox", name=reader.says("Your answer")).fill("9,81")
    _is_saved(page)
    reader.press("link", "Review and submit")
    expect(page.get_by_role("heading", level=1)).to_have_text(reader.says("Check your answers"))
    reader.sees()
    reader.press("button", "Submit quiz")


def _next(reader: Reader, number: int) -> None:
    reader.press("button", "Next question")
    # The field of the question before has the same name.
    expect(reader.page.get_by_role("heading", level=1)).to_have_text(
        reader.says("Question {n} of {all}", n=number, all=5)
    )


def _is_saved(page: Page) -> None:
    expect(page.locator("svg.lucide-cloud-check").locator("visible=true").first).to_be_visible()


def test_the_language_changes_where_one_is_and_what_is_typed_stays(
    site: Site, opened: Callable[..., BrowserContext]
) -> None:
    page = opened().new_page()
    page.goto("/register")
    settled(page)
    page.get_by_label("Name", exact=True).fill("Noor Haddad")
    page.get_by_label("Password", exact=True).fill(PASSWORD)

    page.get_by_role("button", name="العربية").click()

    arabic = Reader(page, "ar")
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    arabic.sees()
    expect(page.get_by_label(arabic.says("Name"), exact=True)).to_have_value("Noor Haddad")
    expect(page.get_by_label(arabic.says("Password"), exact=True)).to_have_value("")
    page.get_by_role("button", name="Deutsch").click()
    expect(page.get_by_label("Name", exact=True)).to_have_value("Noor Haddad")
    Reader(page, "de").sees()


def test_a_language_that_is_chosen_signed_in_is_kept_with_the_account(
    visit: Callable[..., Page], opened: Callable[..., BrowserContext], site: Site, tokens: dict[str, str]
) -> None:
    page = visit("student", "/courses")
    page.get_by_role("button", name="Account menu").locator("visible=true").first.click()
    page.get_by_role("menuitem", name="Deutsch").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Meine Kurse")

    elsewhere = opened()
    sign_in(elsewhere, site, tokens["student"])
    other = elsewhere.new_page()
    other.goto("/courses")
    settled(other)

    expect(other.get_by_role("heading", level=1)).to_have_text("Meine Kurse")
    page.get_by_role("button", name="Kontomenü").locator("visible=true").first.click()
    page.get_by_role("menuitem", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("My courses")


@pytest.mark.parametrize("language", ["de", "ar"])
def test_long_words_fit_a_small_screen(visit: Callable[..., Page], site: Site, language: str) -> None:
    page = visit("student", "/catalogue", width=320)
    page.context.add_cookies([{"name": "lectern-locale", "value": language, "url": site.url}])
    for path in (
        "/", "/courses", "/calendar", "/progress", "/certificates", "/badges", "/notifications",
        "/notifications/settings", "/profile", "/profile/data", "/courses/principles-of-ecology",
        "/courses/principles-of-ecology/grades", "/courses/principles-of-ecology/questions",
    ):  # fmt: skip
        page.goto(path)
        settled(page)

        assert page.evaluate("document.documentElement.scrollWidth") <= 320, path


def test_nobody_loads_another_language(opened: Callable[..., BrowserContext]) -> None:
    page = opened(locale="de").new_page()
    loaded: list[str] = []
    page.on("request", lambda request: loaded.append(request.url.rpartition("/")[2]))
    page.goto("/catalogue")
    settled(page)

    scripts = [name for name in loaded if name.endswith(".js")]
    assert scripts
    assert all(re.search(r"\.de-[0-9a-f]{8}\.js$", name) for name in scripts), scripts
