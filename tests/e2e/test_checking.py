"""Practice that answers back, in the browser: checked, hinted, tried again, by keyboard too."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from lms_app.core.work import SiteRole
from lms_app.quizzes import service
from tests import makers as people
from tests.e2e.conftest import settled, sign_in
from tests.e2e.server import Site
from tests.e2e.test_marking import is_for_everybody
from tests.quizzes import makers

DRAFTS = [
    service.draft(
        kind="single_choice",
        stem="Which process *fixes* the energy?",
        points=Decimal(2),
        spec={
            "options": [
                {"id": "a", "text": "Respiration", "feedback": "That spends energy."},
                {"id": "b", "text": "Photosynthesis", "fraction": "1", "feedback": "Light becomes sugar."},
            ]
        },
        feedback="Producers turn light into sugar: $6CO_2 + 6H_2O$.",
        hints=["It needs **light**."],
    ),
    service.draft(
        kind="short_answer", stem="What is counted in?", points=Decimal(2), spec={"answers": [{"text": "quadrat*"}]}
    ),
]


@pytest.fixture
def practice(site: Site, opened: Callable[..., BrowserContext]) -> Callable[..., Page]:
    """The student's page of an attempt that checks answers."""
    now = datetime.now(UTC)
    with site.services():
        teacher = people.person("Ines Teacher", SiteRole.INSTRUCTOR).at(now)
        student = people.person("Omar Student").at(now)
        quiz = makers.quiz(teacher, student, behaviour="interactive", shuffle_options=False)
        for slot_id in quiz.slots:
            teacher.does(service.remove_slot, slot_id=slot_id)
        teacher.does(service.add_questions, quiz_id=quiz.id, questions=DRAFTS)
        attempt = makers.begun(student, quiz)
        token = student.signs_in(at=now)

    def make(dark: bool = False) -> Page:
        context = opened(color_scheme="dark" if dark else "light")
        sign_in(context, site, token)
        page = context.new_page()
        page.goto(f"/attempts/{attempt.id}")
        settled(page)
        return page

    return make


def test_a_wrong_try_brings_a_hint_and_the_next_one_costs(practice: Callable[..., Page]) -> None:
    page = practice()
    expect(page.get_by_text("You have 2 tries. Each one after the first costs 25% of the points.")).to_be_visible()
    assert "It needs" not in page.content()

    # Nothing waits for the save: the check does.
    page.get_by_role("radio", name="Respiration").check()
    page.get_by_role("button", name="Check answer").press("Enter")
    told = page.get_by_role("status").filter(has_text="Not correct.")
    expect(told).to_contain_text("1 try left. The next is worth up to 75% of the points.")
    expect(told).to_contain_text("That spends energy.")
    expect(told).to_contain_text("It needs light.")
    assert "Light becomes sugar" not in page.content()

    page.reload()
    settled(page)
    expect(page.get_by_text("It needs light.")).to_be_visible()
    page.keyboard.press("b")
    page.get_by_role("button", name="Check answer").click()
    told = page.get_by_role("status").filter(has_text="Correct. 1.5 of 2 points at try 2.")
    expect(told).to_contain_text("Light becomes sugar.")
    expect(told).to_contain_text("Producers turn light into sugar")
    expect(page.get_by_role("radio", name="Photosynthesis")).to_be_checked()
    expect(page.get_by_role("radio", name="Photosynthesis")).to_be_disabled()
    expect(page.get_by_role("button", name="Check answer")).to_have_count(0)

    page.get_by_role("button", name="Next question").locator("visible=true").click()
    expect(page.get_by_text("You have one try.")).to_be_visible()
    page.get_by_role("button", name="Check answer").click()
    expect(page.get_by_text("Answer the question first, then check it.")).to_be_visible()
    page.get_by_label("Your answer", exact=True).fill("quadrats")
    page.get_by_role("button", name="Check answer").click()
    expect(page.get_by_text("2 of 2 points.")).to_be_visible()
    page.get_by_role("link", name="Review and submit").locator("visible=true").first.click()
    page.get_by_role("button", name="Submit quiz").locator("visible=true").first.click()
    page.wait_for_url(re.compile("/results"))
    settled(page)
    expect(page.get_by_text("3.5 of 4 points.")).to_be_visible()
    expect(page.get_by_text("2 tries, −25%")).to_be_visible()


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_what_a_check_tells_is_for_everybody(practice: Callable[..., Page], dark: bool) -> None:
    page = practice(dark)
    is_for_everybody(page)
    page.get_by_role("radio", name="Respiration").check()
    page.get_by_role("button", name="Check answer").click()
    expect(page.get_by_text("It needs light.")).to_be_visible()
    is_for_everybody(page)
    page.get_by_role("radio", name="Photosynthesis").check()
    page.get_by_role("button", name="Check answer").click()
    expect(page.get_by_text("Light becomes sugar.")).to_be_visible()
    is_for_everybody(page)
