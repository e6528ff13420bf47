"""A student asks under a lesson, the instructor answers while both look; what is reported is hidden; nothing typed is lost."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from lms_app.core.work import SiteRole
from lms_app.courses import service as courses
from lms_app.discussions import service
from lms_app.web import routes
from tests import makers as people
from tests.courses import makers
from tests.e2e.conftest import settled, sign_in, still, violations
from tests.e2e.server import Site
from tests.makers import Person

Desk = Callable[..., Page]


@dataclass(frozen=True)
class School:
    teacher: Person
    student: Person
    course: makers.Made

    @property
    def lesson(self) -> str:
        return str(routes.lesson(self.course.slug, self.course.items[0]))

    @property
    def questions(self) -> str:
        return str(routes.course_questions(self.course.slug))


@pytest.fixture
def school(site: Site) -> School:
    now = datetime.now(UTC)
    with site.services():
        teacher = people.person("Ines Teacher", SiteRole.INSTRUCTOR).at(now)
        student = people.person("Omar Student").at(now)
        course = makers.course(teacher, ["Sunlight", "Shade"], title="Ponds")
        makers.enrolled(student, course)
    return School(teacher, student, course)


@pytest.fixture
def desk(site: Site, opened: Callable[..., BrowserContext]) -> Desk:
    """`desk(who, path)`: a browser of their own."""

    def make(who: Person, path: str, **look: Any) -> Page:
        context = opened(**look)
        with site.services():
            token = who.signs_in(at=datetime.now(UTC))
        sign_in(context, site, token)
        page = context.new_page()
        page.goto(path)
        settled(page)
        return page

    return make


def asked(site: Site, school: School, who: Person | None = None, title: str = "Why green?") -> Any:
    with site.services():
        return (
            (who or school.student)
            .at(datetime.now(UTC))
            .does(
                service.ask,
                slug=school.course.slug,
                title=title,
                body="I see **no** reason.",
                item_id=school.course.items[0],
            )
        )


def asks(page: Page, title: str, body: str) -> None:
    page.locator("summary", has_text="Ask a question").click()
    page.get_by_label("Your question, in a line").fill(title)
    page.get_by_label("What have you tried").fill(body)


def test_a_question_is_asked_answered_and_accepted_while_both_look(school: School, desk: Desk) -> None:
    omar, ines = desk(school.student, school.lesson), desk(school.teacher, school.questions)
    expect(ines.get_by_role("heading", name="No questions yet")).to_be_visible()
    expect(omar.get_by_text("Nobody has asked anything here yet.")).to_be_visible()
    asks(omar, "Why is grass green?", "")
    omar.get_by_role("button", name="Ask question").click()
    expect(omar.locator("#ask-body-err")).to_contain_text("Enter a text")
    omar.get_by_label("What have you tried").fill("I looked at it with a **lens**.")
    omar.get_by_role("button", name="Ask question").click()
    expect(omar.get_by_role("heading", name="Questions (1)")).to_be_visible()
    expect(omar.locator("details.k-ask[open]")).to_have_count(0)
    still(omar)
    assert violations(omar) == []

    # It comes to the instructor by itself.
    expect(ines.get_by_role("link", name="Why is grass green?")).to_be_visible()
    expect(ines.get_by_role("link", name="Unanswered 1")).to_be_visible()
    ines.get_by_role("link", name="Why is grass green?").click()
    expect(ines.get_by_role("heading", name="Why is grass green?", level=1)).to_be_visible()
    expect(ines.locator(".k-post strong", has_text="lens")).to_be_visible()
    omar.get_by_role("link", name="Why is grass green?").click()
    expect(omar.get_by_role("heading", name="Why is grass green?", level=1)).to_be_visible()
    expect(omar.get_by_role("button", name="Following", pressed=True)).to_be_visible()

    ines.get_by_label("Your answer").fill("It throws green light back.")
    ines.get_by_label("Your answer").press("Control+Enter")
    expect(ines.get_by_label("Your answer")).to_have_value("")
    answer = omar.locator(".k-post", has_text="It throws green light back.")
    expect(answer).to_be_visible()
    expect(answer).to_contain_text("Instructor")
    expect(omar.get_by_role("status").filter(has_text="New from Ines Teacher")).to_be_attached()
    answer.get_by_role("button", name="Accept answer").click()
    expect(answer).to_contain_text("Accepted answer")
    expect(ines.get_by_text("Accepted answer")).to_be_visible()

    # By keyboard: a reply, and another text for the question.
    ines.get_by_role("button", name="Reply to Omar Student").press("Enter")
    expect(ines.get_by_label("Your reply")).to_be_focused()
    ines.keyboard.type("Which lens?")
    ines.keyboard.press("Control+Enter")
    expect(omar.locator(".k-post--reply", has_text="Which lens?")).to_be_visible()
    omar.get_by_role("button", name="More about what Omar Student wrote").press("Enter")
    omar.get_by_role("menuitem", name="Edit").press("Enter")
    expect(omar.get_by_label("Text")).to_be_focused()
    omar.get_by_label("Text").fill("I looked at it with a *strong* lens.")
    omar.get_by_role("button", name="Save", exact=True).press("Enter")
    expect(ines.get_by_text("edited just now")).to_be_visible()
    for page in (omar, ines):
        still(page)
        assert violations(page) == []


def test_what_is_reported_is_looked_at_and_hidden(site: Site, school: School, desk: Desk) -> None:
    said = asked(site, school)
    with site.services():
        seller = people.person("Sel Ler").at(datetime.now(UTC))
        makers.enrolled(seller, school.course)
        seller.does(service.answer, thread_id=UUID(said.thread_id), body="Buy my lamp.")
    omar = desk(school.student, said.url, width=390)
    ad = omar.locator(".k-post", has_text="Buy my lamp.")

    ad.get_by_role("button", name="More about what Sel Ler wrote").click()
    omar.get_by_role("menuitem", name="Report").click()
    omar.get_by_role("button", name="Report it").click()
    expect(omar.locator("#report-post-reason-err")).to_contain_text("Say why")
    omar.get_by_label("What is wrong with it?").fill("An advertisement")
    omar.get_by_role("button", name="Report it").click()
    expect(omar.locator("dialog[open]")).to_have_count(0)

    ines = desk(school.teacher, str(routes.teaching()))
    ines.goto(f"{school.questions}?show=reported")
    settled(ines)
    expect(ines.get_by_text("Omar Student: An advertisement")).to_be_visible()
    assert violations(ines) == []
    ines.get_by_role("button", name="Hide Why green?").click()
    ines.get_by_label("Reason").fill("Please write about the question.")
    ines.get_by_role("button", name="Hide it").click()
    expect(ines.get_by_role("heading", name="Nothing to look at")).to_be_visible()

    expect(omar.get_by_text("Hidden by the staff.")).to_be_visible()
    expect(omar.get_by_text("Buy my lamp.")).to_have_count(0)
    still(omar)
    assert violations(omar) == []
    assert omar.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_what_is_typed_outlives_a_reload_and_a_lost_connection(site: Site, school: School, desk: Desk) -> None:
    said = asked(site, school)
    omar = desk(school.student, school.lesson)
    asks(omar, "What of moss?", "It is green in the shade, too.")
    omar.reload()
    settled(omar)
    expect(omar.get_by_label("Your question, in a line")).to_have_value("What of moss?")
    expect(omar.get_by_label("What have you tried")).to_be_visible()

    omar.context.set_offline(True)
    omar.get_by_label("What have you tried").fill("It is green in the dark, too.")
    omar.wait_for_timeout(300)
    omar.context.set_offline(False)
    omar.reload()
    settled(omar)
    expect(omar.get_by_label("What have you tried")).to_have_value("It is green in the dark, too.")
    omar.get_by_role("button", name="Ask question").click()
    expect(omar.get_by_role("heading", name="Questions (2)")).to_be_visible()
    omar.reload()
    settled(omar)
    expect(omar.get_by_role("heading", name="Questions (2)")).to_be_visible()
    expect(omar.locator("details.k-ask[open]")).to_have_count(0)

    # The same for an answer, which comes after the connection does.
    omar.goto(said.url)
    settled(omar)
    omar.get_by_label("Your answer").fill("I know it now.")
    omar.reload()
    settled(omar)
    expect(omar.get_by_label("Your answer")).to_have_value("I know it now.")


def test_who_is_removed_loses_it_while_they_look(site: Site, school: School, desk: Desk) -> None:
    said = asked(site, school)
    omar = desk(school.student, said.url)
    expect(omar.locator(".k-post")).to_have_count(1)

    with site.services():
        teacher = school.teacher.at(datetime.now(UTC))
        teacher.does(courses.remove_member, course_id=school.course.id, user_id=school.student.id)
    ines = desk(school.teacher, said.url)
    ines.get_by_label("Your answer").fill("A secret.")
    ines.get_by_role("button", name="Post answer").click()

    expect(omar.get_by_role("heading", name="We could not find that question")).to_be_visible()
    expect(omar.get_by_text("A secret.")).to_have_count(0)
