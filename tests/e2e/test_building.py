"""A teacher builds a course in the browser: new things, order by mouse and keyboard, deleting with undo, two authors."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from lms_app.core.work import SiteRole
from lms_app.courses import service
from lms_app.policy import Role
from lms_app.web import routes
from tests import makers as people
from tests.courses import makers
from tests.e2e.conftest import settled, sign_in
from tests.e2e.server import Site

SAVED = re.compile(r"Saved \d\d:\d\d")


class Desk:
    """A teacher with a course of two modules, and a colleague who writes it, too."""

    def __init__(self, site: Site, opened: Callable[..., BrowserContext]) -> None:
        self.site, self._opened = site, opened
        now = datetime.now(UTC)
        with site.services():
            self.teacher = people.person("Ines Teacher", SiteRole.INSTRUCTOR).at(now)
            self.colleague = people.person("Karl Colleague", SiteRole.INSTRUCTOR).at(now)
            self.student = people.person("Omar Student").at(now)
            self.course = makers.course(self.teacher)
            self.teacher.does(
                service.add_member, course_id=self.course.id, user_id=self.colleague.id, role=Role.INSTRUCTOR
            )
            makers.enrolled(self.student, self.course)

    def opens(self, person: Any, path: str, **look: Any) -> Page:
        with self.site.services():
            token = person.signs_in(at=datetime.now(UTC))
        context = self._opened(**look)
        sign_in(context, self.site, token)
        page = context.new_page()
        page.goto(path)
        settled(page)
        return page

    def builder(self, **look: Any) -> Page:
        return self.opens(self.teacher, str(routes.course_build(self.course.slug)), **look)

    def outline(self) -> list[list[str]]:
        with self.site.services():
            built = self.teacher.sees(service.build, slug=self.course.slug)
        return [[item.title for item in module.items] for module in built.modules]


@pytest.fixture
def desk(site: Site, opened: Callable[..., BrowserContext]) -> Desk:
    return Desk(site, opened)


def _row(page: Page, title: str) -> Any:
    return page.locator(".k-brow").filter(has=page.get_by_role("button", name=title, exact=True))


def _titles(page: Page) -> list[str]:
    return page.locator(".k-brow .k-pick").all_inner_texts()


def test_a_course_is_arranged_by_keyboard(desk: Desk) -> None:
    page = desk.builder()
    assert _titles(page) == ["Scales of life", "Counting", "Sunlight", "Food webs"]

    page.get_by_role("button", name="Scales of life", exact=True).focus()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("button", name="Counting", exact=True)).to_be_focused()
    page.keyboard.press("Alt+ArrowDown")
    expect(page.get_by_role("listitem").filter(has_text="2. Part 2").locator(".k-pick").nth(1)).to_have_text("Counting")
    expect(page.locator(".k-brow .k-pick").nth(1)).to_have_text("Counting")
    expect(page.get_by_role("button", name="Counting", exact=True)).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Move Counting down")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".k-brow .k-pick").nth(1)).to_have_text("Sunlight")
    expect(page.get_by_role("button", name="Move Counting down")).to_be_focused()

    assert desk.outline() == [["Scales of life"], ["Sunlight", "Counting", "Food webs"]]


def test_a_row_is_dragged_into_another_module(desk: Desk) -> None:
    page = desk.builder()

    _row(page, "Scales of life").drag_to(_row(page, "Food webs"), target_position={"x": 300, "y": 8})

    expect(page.locator(".k-brow .k-pick").first).to_have_text("Counting")
    assert desk.outline() == [["Counting"], ["Sunlight", "Scales of life", "Food webs"]]


def test_an_item_is_renamed_moved_deleted_and_brought_back(desk: Desk) -> None:
    page = desk.builder()
    _row(page, "Counting").get_by_role("button", name="More actions").click()
    page.get_by_role("menuitem", name="Rename").click()
    expect(page.get_by_label("Title", exact=True)).to_be_focused()
    page.keyboard.type("Counting birds")
    expect(page.get_by_text(SAVED)).to_be_visible()
    expect(page.get_by_role("button", name="Counting birds", exact=True)).to_be_visible()

    _row(page, "Counting birds").get_by_role("button", name="More actions").click()
    page.get_by_role("menuitem", name="Move to module…").click()
    page.get_by_role("dialog").get_by_role("button", name="2. Part 2").click()
    expect(page.locator(".k-brow .k-pick").last).to_have_text("Counting birds")

    _row(page, "Counting birds").get_by_role("button", name="More actions").click()
    page.get_by_role("menuitem", name="Delete").click()
    question = page.get_by_role("alertdialog", name="Delete “Counting birds”?")
    expect(question.get_by_text("Nobody has begun it.")).to_be_visible()
    question.get_by_role("button", name="Delete").click()
    expect(page.get_by_text("“Counting birds” is deleted.")).to_be_visible()
    assert desk.outline() == [["Scales of life"], ["Sunlight", "Food webs"]]
    page.get_by_role("button", name="Undo").click()

    expect(page.get_by_role("button", name="Counting birds", exact=True)).to_be_visible()
    assert desk.outline() == [["Scales of life"], ["Sunlight", "Food webs", "Counting birds"]]


def test_a_new_lesson_is_written_and_published_with_the_changes(desk: Desk) -> None:
    page = desk.builder()
    line = page.get_by_label("Title of something new in Part 1")
    line.press("Enter")
    expect(page.get_by_text("Enter a title of up to 160 characters.")).to_be_visible()
    line.fill("Water")
    line.press("Enter")
    expect(page.get_by_role("heading", name="Water")).to_be_visible()
    settled(page)

    page.get_by_label("Text", exact=True).fill("Ponds are **small** lakes.")
    expect(page.locator(".k-preview strong")).to_have_text("small")
    expect(page.get_by_text(SAVED)).to_be_visible()
    page.get_by_role("navigation", name="Breadcrumb").get_by_role("link").click()
    settled(page)
    expect(_row(page, "Water").get_by_text("Draft")).to_be_visible()
    page.get_by_role("button", name="Publish changes").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("listitem")).to_have_text(["Water"])
    dialog.get_by_role("button", name="Publish").click()

    expect(page.get_by_text("Students see everything that is not hidden.")).to_be_visible()
    student = desk.opens(desk.student, str(routes.course(desk.course.slug)))
    student.get_by_role("link", name="Water").first.click()
    expect(student.locator("article strong, main strong").first).to_have_text("small")


def test_a_picture_is_added_to_a_lesson_with_its_words(desk: Desk, tmp_path: Any) -> None:
    picture = tmp_path / "pond.png"
    picture.write_bytes(
        bytes.fromhex(
            "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63606060000000040001f61738550000000049454e44ae426082"
        )
    )
    lesson = str(desk.course.items[0])
    page = desk.opens(desk.teacher, str(routes.lesson_edit(desk.course.slug, lesson)))
    page.get_by_label("Text", exact=True).press("Control+End")

    page.get_by_role("button", name="Picture or file").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("File").set_input_files(picture)
    dialog.get_by_role("button", name="Add").click()
    expect(dialog.get_by_text("Say what the picture shows")).to_be_visible()
    dialog.get_by_label("What the picture shows").fill("A [small] pond")
    dialog.get_by_role("button", name="Add").click()

    shown = page.locator(".k-preview img")
    expect(shown).to_have_attribute("alt", "A [small] pond")
    page.wait_for_function("() => document.querySelector('.k-preview img').naturalWidth === 1")


def test_a_course_is_seen_as_a_student_sees_it(desk: Desk) -> None:
    with desk.site.services():
        desk.teacher.does(
            service.update_item,
            item_id=desk.course.items[1],
            release={"rules": [{"kind": "done", "item": str(desk.course.items[0])}]},
        )
    page = desk.builder()

    page.get_by_role("link", name="See it as a student").click()
    settled(page)

    expect(page.get_by_text("You see this course as a student who has just joined.")).to_be_visible()
    expect(page.get_by_text("Opens once you have completed “Scales of life”").first).to_be_visible()
    page.get_by_role("link", name="Scales of life").first.click()
    expect(page.get_by_text("Green things eat light.")).to_be_visible()
    expect(page.get_by_role("button", name="Mark complete")).to_have_count(0)
    page.get_by_role("link", name="Back to course").click()
    page.get_by_role("link", name="Back to the builder").click()
    expect(page.get_by_role("heading", name="Outline")).to_be_visible()


def test_two_authors_of_one_lesson_are_shown_both_texts(desk: Desk) -> None:
    lesson = desk.course.items[0]
    path = str(routes.lesson_edit(desk.course.slug, str(lesson)))
    mine, theirs = desk.opens(desk.teacher, path), desk.opens(desk.colleague, path)
    theirs.get_by_label("Text", exact=True).fill("Green things eat sunlight.")
    expect(theirs.get_by_text(SAVED)).to_be_visible()

    mine.get_by_label("Text", exact=True).fill("Green plants eat light.")
    expect(mine.get_by_text("Karl Colleague changed this lesson while you did.").first).to_be_visible()
    expect(mine.locator(".k-diff ins").first).to_be_visible()
    expect(mine.get_by_label("Text", exact=True)).to_have_value("Green plants eat light.")
    mine.get_by_role("button", name="Go on with mine").click()
    expect(mine.get_by_text(SAVED)).to_be_visible()

    # Theirs is among the versions, compared word by word, and can be taken back.
    mine.get_by_role("button", name="More actions").click()
    mine.get_by_role("menuitem", name="Versions").click()
    dialog = mine.get_by_role("dialog")
    expect(dialog.get_by_text("Karl Colleague")).to_be_visible()
    dialog.get_by_role("button", name="Compare").first.click()
    expect(dialog.locator(".k-diff del").first).to_be_visible()
    dialog.get_by_role("button", name="Take this version").click()
    expect(mine.get_by_label("Text", exact=True)).to_have_value("Green things eat sunlight.")
    expect(mine.get_by_text(SAVED)).to_be_visible()
    expect(mine.get_by_text("Something went wrong")).to_have_count(0)


class Hands:
    """Counts what a person does: each click and each field that is typed into is one."""

    def __init__(self, page: Page) -> None:
        self.page, self.count = page, 0

    def clicks(self, role: Any, name: str, **more: Any) -> None:
        self.page.get_by_role(role, name=name, **more).first.click()
        self.count += 1

    def types(self, label: str, text: str, *, enter: bool = False, exact: bool = True) -> None:
        field = self.page.get_by_label(label, exact=exact).first
        field.fill(text)
        if enter:
            field.press("Enter")
        self.count += 1

    def picks(self, selector: str) -> None:
        self.page.locator(selector).click()
        self.count += 1


def test_a_new_instructor_makes_a_course_in_a_few_steps(site: Site, opened: Callable[..., BrowserContext]) -> None:
    """Two lessons and a five-question quiz, published, and a class list enrolled: at most 40 clicks and typed fields."""
    with site.services():
        teacher = people.person("Nadia New", SiteRole.INSTRUCTOR).at(datetime.now(UTC))
        token = teacher.signs_in(at=datetime.now(UTC))
    context = opened()
    sign_in(context, site, token)
    page = context.new_page()
    page.goto(routes.teaching())
    settled(page)
    hands = Hands(page)

    hands.clicks("button", "New course")
    hands.types("Title", "Ponds for beginners")
    hands.clicks("button", "Create course")
    expect(page.get_by_role("heading", name="Ponds for beginners")).to_be_visible()
    for title in ("Water", "Fish"):
        settled(page)
        hands.types("Title of something new in Module 1", title, enter=True)
        expect(page.get_by_role("heading", name=title, exact=True)).to_be_visible()
        settled(page)
        hands.types("Text", f"All about {title.lower()}.")
        expect(page.get_by_text(SAVED)).to_be_visible()
        hands.clicks("link", "Ponds for beginners")
        expect(page.get_by_role("heading", name="Outline")).to_be_visible()
    settled(page)
    hands.types("Title of something new in Module 1", "What do you remember?")
    hands.clicks("button", "Add quiz")
    expect(page.get_by_text("No questions yet. Add the first one.")).to_be_visible()
    settled(page)
    hands.clicks("button", "Add", exact=True)
    hands.clicks("menuitem", "Short answer", exact=True)
    for number in range(1, 6):
        expect(page.get_by_role("heading", name="New question: Short answer")).to_be_visible()
        expect(page.get_by_label("Question", exact=True)).to_have_value("")
        hands.types("Question", f"What is number {number}?")
        page.locator("[id='answers.0.text']").fill(f"answer {number}")
        hands.count += 1
        if number < 5:
            hands.clicks("button", "Save and add another")
            expect(page.locator(".k-ed-row")).to_have_count(number)
        else:
            hands.clicks("button", "Save question")
            expect(page.locator(".k-ed-row")).to_have_count(5)
    hands.clicks("link", "Ponds for beginners")
    settled(page)
    hands.clicks("button", "Publish course")
    hands.clicks("button", "Publish", exact=True)
    expect(page.get_by_text("Students see everything that is not hidden.")).to_be_visible()

    hands.clicks("link", "Course", exact=True)
    settled(page)
    hands.clicks("link", "People", exact=True)
    settled(page)
    hands.clicks("link", "Enrol people")
    settled(page)
    hands.types("People", "ada@example.org, Ada Park\nben@example.org, Ben Lund\ncleo@example.org, Cleo Diaz")
    hands.clicks("button", "Check list")
    expect(page.get_by_role("heading", name="What would happen")).to_be_visible()
    hands.clicks("button", "Enrol 3 people")
    expect(page.get_by_role("heading", name="Learners", exact=True)).to_be_visible()

    assert hands.count <= 40, hands.count
    with site.services():
        view = teacher.sees(service.teaching, slug="ponds-for-beginners")
    assert view.status == "published"
    assert [item.title for item in view.modules[0].items] == ["Water", "Fish", "What do you remember?"]
    assert UUID(view.modules[0].items[2].id)


def test_the_settings_of_a_course_save_themselves_with_its_seats(desk: Desk) -> None:
    path = str(routes.course_settings(desk.course.slug))
    page = desk.opens(desk.teacher, path)
    page.get_by_label("Seats").fill("24")
    expect(page.get_by_text(SAVED)).to_be_visible()
    page.reload()
    settled(page)

    page.get_by_label("In one sentence").fill("Life in still water.")
    expect(page.get_by_text(SAVED)).to_be_visible()

    page.goto(str(routes.course_people(desk.course.slug)))
    expect(page.get_by_text("1 of 24 seats taken")).to_be_visible()
