"""A teacher fills the bank, lets a quiz draw from it, and takes it as a student; then a student does."""

import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from lms_app.core.work import SiteRole
from lms_app.quizzes import service
from lms_app.web import routes
from tests import makers as people
from tests.e2e.conftest import settled, sign_in
from tests.e2e.server import Site
from tests.quizzes import makers


@pytest.fixture
def desk(site: Site, opened: Callable[..., BrowserContext]) -> tuple[Page, makers.Made]:
    now = datetime.now(UTC)
    with site.services():
        teacher = people.person("Ines Bankier", SiteRole.INSTRUCTOR).at(now)
        quiz = makers.quiz(teacher)
        for slot in quiz.slots:
            teacher.does(service.remove_slot, slot_id=slot)
        token = teacher.signs_in(at=now)
    context = opened()
    sign_in(context, site, token)
    return context.new_page(), quiz


def test_questions_are_found_tagged_tried_and_drawn(desk: tuple[Page, makers.Made]) -> None:
    page, quiz = desk
    page.goto(str(routes.question_bank(quiz.course.slug)))
    settled(page)
    page.get_by_label("Search questions").fill("WHICH")
    page.keyboard.press("Enter")
    expect(page.get_by_text("1–2 of 2")).to_be_visible()
    expect(page.get_by_role("heading", name="With the chosen questions")).to_be_hidden()
    page.get_by_label("Choose all questions of this page").check()
    page.get_by_label("Tags").fill("Ponds")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.locator("tbody .k-chip", has_text="ponds")).to_have_count(2)

    page.get_by_role("button", name=re.compile("^Try it Which are consumers")).click()
    dialog = page.locator("dialog[open]")
    dialog.get_by_text("Water fleas").click()
    dialog.get_by_text("Tadpoles").click()
    dialog.get_by_role("button", name="Check answer").click()
    expect(dialog.get_by_text("2 of 2 points")).to_be_visible()
    expect(dialog.get_by_text("In no quiz yet.")).to_be_visible()
    page.keyboard.press("Escape")

    page.goto(str(routes.quiz_edit(quiz.course.slug, str(quiz.id))))
    settled(page)
    page.get_by_role("button", name="Add", exact=True).click()
    page.get_by_role("menuitem", name="Section", exact=True).click()
    page.get_by_label("Heading").fill("In the pond")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".k-ed-row", has_text="In the pond")).to_be_visible()
    page.get_by_role("button", name="Add", exact=True).click()
    page.get_by_role("menuitem", name="Random questions").click()
    page.get_by_label("Questions to draw").fill("3")
    page.get_by_label("Tags").fill("ponds")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Draws 3 of 2 questions that fit")).to_be_visible()
    expect(page.get_by_text("Too few fit")).to_be_visible()
    page.get_by_label("Questions to draw").fill("2")
    expect(page.get_by_text("Draws 2 of 2 questions that fit")).to_be_visible()
    expect(page.get_by_text("Too few fit")).to_have_count(0)

    page.get_by_role("button", name="Take as a student").click()
    page.wait_for_url(re.compile("/attempts/"))
    expect(page.get_by_text("In the pond")).to_be_visible()
    expect(page.get_by_role("heading", name="Question 1 of 2")).to_be_visible()
    page.goto(page.url + "/review")
    settled(page)
    page.get_by_role("button", name="Submit quiz").first.click()
    page.locator("dialog[open]").get_by_role("button", name="Submit quiz").click()
    expect(page.get_by_text(re.compile("^Trial ·"))).to_be_visible()
    page.goto(str(routes.quiz(quiz.course.slug, str(quiz.id))))
    page.get_by_role("button", name=re.compile("^Throw away Trial 1")).click()
    expect(page.get_by_text("Your trials")).to_have_count(0)


def test_a_question_is_written_in_the_bank_and_filed_in_a_category(desk: tuple[Page, makers.Made]) -> None:
    page, quiz = desk
    page.goto(str(routes.question_bank(quiz.course.slug)))
    settled(page)
    page.get_by_role("button", name="New question").click()
    page.get_by_role("menuitem", name="True or false", exact=True).click()
    expect(page.get_by_role("heading", name="New question: True or false")).to_be_visible()
    page.get_by_role("button", name="Save question").click()
    expect(page.locator("#error-summary")).to_be_focused()
    page.get_by_label("Question", exact=True).fill("Is the *Earth* warm?")
    page.get_by_role("button", name="Save question").click()
    expect(page.get_by_role("heading", name="Question: True or false", exact=True)).to_be_visible()
    expect(page.get_by_text("In no quiz yet.")).to_be_visible()

    page.get_by_role("link", name="Question bank").click()
    page.get_by_role("link", name="Edit Is the Earth warm?").click()
    page.get_by_label("Question", exact=True).fill("Is the *Sun* warm?")
    expect(page.get_by_text(re.compile(r"Saved \d\d:\d\d")).first).to_be_visible()
    page.get_by_role("link", name="Question bank").click()
    page.get_by_role("button", name="Categories").click()
    dialog = page.locator("dialog[open]")
    for name in ("Energy", "Stars"):
        dialog.get_by_label("New category").fill(name)
        dialog.get_by_role("button", name="Add category").click()
        expect(dialog.get_by_role("button", name=f"Change {name}")).to_be_visible()
    dialog.get_by_role("button", name="Change Stars").click()
    dialog.get_by_label("Name", exact=True).fill("Suns")
    dialog.get_by_label("Below").select_option("Energy")
    dialog.get_by_role("button", name="Save category").click()
    expect(dialog.get_by_role("button", name="Change Energy / Suns")).to_be_visible()
    page.keyboard.press("Escape")

    # On a phone what is done to the chosen ones stays in sight, above the tabs.
    page.set_viewport_size({"width": 390, "height": 844})
    page.get_by_label("Is the Sun warm?").check()
    bar = page.get_by_role("heading", name="With the chosen questions")
    expect(bar).to_be_in_viewport()
    page.locator("form .k-bulk").get_by_label("Category").select_option("Energy / Suns")
    page.get_by_role("button", name="Move", exact=True).click()
    expect(page.get_by_text("True or false · Energy / Suns")).to_be_visible()
    page.get_by_role("button", name="Categories").click()
    dialog.get_by_role("button", name="Change Energy / Suns").click()
    dialog.get_by_role("button", name="Delete category").click()
    expect(page.get_by_text("True or false · Energy", exact=True)).to_be_attached()
