"""The gradebook in a browser: an instructor who marks by keyboard alone, and a student who opens a total to its answers."""

import io
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect
from sqlmodel import select

from lms_app.core.identity import User
from lms_app.core.work import SYSTEM, Actor, SiteRole, unit_of_work, utc_now
from lms_app.courses.models import Course, CourseMember
from lms_app.gradebook import service
from tests.e2e.conftest import SIGN_INS, settled
from tests.e2e.server import Site

SLUG = "statistics-for-curious-people"


@pytest.fixture(scope="module")
def column(site: Site) -> str:
    """A column made by hand in a course with learners; its instructor and a student are at hand."""
    with site.services(), unit_of_work(SYSTEM) as work:
        course = work.db.exec(select(Course).where(Course.slug == SLUG)).one()
        for who, role in (("instructor", "instructor"), ("student", "student")):
            user = work.db.exec(select(User).where(User.email == SIGN_INS[who])).one()
            member = work.db.exec(
                select(CourseMember).where(CourseMember.course_id == course.id, CourseMember.user_id == user.id)
            ).first()
            if member is None:
                work.db.add(CourseMember(course_id=course.id, user_id=user.id, role=role, joined_at=utc_now()))
        work.db.flush()
        made = service.add_column(work, slug=SLUG, title="Field notes", points_max=Decimal(20))
    return next(one.id for one in made.columns if one.title == "Field notes")


def cell(page: Page, name: str, column: str) -> Any:
    row = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name=name))
    return row.locator(f"button[data-column='{column}']")


def test_marks_are_given_by_keyboard_alone(visit: Callable[..., Page], column: str) -> None:
    page = visit("instructor", f"/teaching/{SLUG}/gradebook")
    rows = page.locator("tbody tr")
    expect(rows.nth(2)).to_be_visible()
    first = rows.nth(0).locator(f"button[data-column='{column}']")
    second = rows.nth(1).locator(f"button[data-column='{column}']")
    third = rows.nth(2).locator(f"button[data-column='{column}']")

    # The table is one stop of the Tab key; arrows go on from there.
    page.locator("tbody button.k-cell[tabindex='0']").first.focus()
    while not first.evaluate("(cell) => cell === document.activeElement"):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.keyboard.type("15")
    page.keyboard.press("Enter")
    expect(first).to_have_text("15")
    expect(second).to_be_focused()
    page.keyboard.press("7")
    page.keyboard.press("ArrowDown")
    expect(second).to_have_text("7")
    expect(third).to_be_focused()

    # What makes no sense keeps the old mark, says why, and stays to be typed on.
    page.keyboard.type("99")
    page.keyboard.press("Enter")
    problem = page.get_by_text("Enter points from 0 to 20.")
    expect(problem).to_be_visible()
    field = page.locator(".k-gb-edit input")
    expect(field).to_be_focused()
    expect(field).to_have_value("99")
    expect(field).to_have_attribute("aria-invalid", "true")
    page.keyboard.press("Escape")
    expect(problem).to_be_hidden()
    expect(third).to_have_text("–No mark")
    expect(third).to_be_focused()

    # Undo takes the last change back.
    page.keyboard.press("Control+z")
    expect(second).to_have_text("–No mark")
    expect(first).to_have_text("15")


def test_a_total_follows_and_opens(visit: Callable[..., Page], column: str) -> None:
    page = visit("instructor", f"/teaching/{SLUG}/gradebook")
    mark = cell(page, "Amina Yusuf", column)
    mark.click()
    page.keyboard.type("20")
    page.keyboard.press("Tab")
    expect(mark).to_have_text("20")

    total = (
        page.get_by_role("row")
        .filter(has=page.get_by_role("rowheader", name="Amina Yusuf"))
        .locator("button[data-column='total']")
    )
    expect(total).to_be_focused()
    page.keyboard.press("Enter")
    dialog = page.locator("dialog#total")
    expect(dialog.get_by_text("Field notes").first).to_be_visible()
    expect(dialog.get_by_text("20 of 20 points").first).to_be_visible()
    page.keyboard.press("Escape")
    expect(total).to_be_focused()


def test_a_status_and_its_history(visit: Callable[..., Page], column: str) -> None:
    page = visit("instructor", f"/teaching/{SLUG}/gradebook")
    mark = page.locator("tbody tr").nth(3).locator(f"button[data-column='{column}']")
    mark.focus()
    page.keyboard.press("h")
    dialog = page.locator("dialog#cell")
    dialog.get_by_label("Status").select_option("excused")
    dialog.get_by_label("Reason (optional)").fill("Was ill")
    dialog.get_by_role("button", name="Save mark").click()
    expect(dialog.get_by_text("No mark, excused")).to_be_visible()
    dialog.get_by_role("button", name="Close").click()
    expect(mark).to_contain_text("Excused")


def test_two_people_at_one_cell(visit: Callable[..., Page], column: str, site: Site) -> None:
    page = visit("instructor", f"/teaching/{SLUG}/gradebook")
    row = page.locator("tbody tr").nth(4)
    mark = row.locator(f"button[data-column='{column}']")
    user = row.get_attribute("data-user")
    with site.services(), unit_of_work(Actor(None, role=SiteRole.ADMIN)) as work:
        service.type_mark(work, item_id=UUID(column), user_id=UUID(user or ""), text="11")

    mark.click()
    page.keyboard.type("3")
    page.keyboard.press("Enter")

    expect(page.get_by_text("changed this mark meanwhile: 11 points. Yours was not saved.")).to_be_visible()
    expect(page.locator(".k-gb-edit input")).to_have_value("3")
    page.keyboard.press("Escape")
    expect(mark).to_have_text("11")


def test_students_are_found_and_columns_sorted(visit: Callable[..., Page], column: str) -> None:
    page = visit("instructor", f"/teaching/{SLUG}/gradebook")
    page.get_by_role("searchbox", name="Find a student").fill("amina")
    page.keyboard.press("Enter")
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page).to_have_url(f"{page.url.split('?')[0]}?search=amina")
    page.get_by_role("searchbox", name="Find a student").fill("")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Field notes", exact=True).click()
    expect(page.locator("th[aria-sort=descending]")).to_contain_text("Field notes")
    settled(page)
    page.get_by_role("button", name="About Field notes").click()
    expect(page.locator("dialog#column").get_by_role("heading", name="Marks by tenths")).to_be_visible()


def test_a_sheet_goes_out_and_comes_in(visit: Callable[..., Page], column: str, tmp_path: Any) -> None:
    page = visit("instructor", f"/teaching/{SLUG}/gradebook")
    page.get_by_role("button", name="Export").click()
    with page.expect_download() as download:
        page.get_by_role("menuitem", name="Excel (XLSX)").click()
    path = tmp_path / "gradebook.xlsx"
    download.value.save_as(path)
    book = load_workbook(io.BytesIO(path.read_bytes()))
    sheet = book.active
    assert sheet is not None
    place = next(cell.column for cell in sheet[1] if str(cell.value).startswith("Field notes"))
    amina = next(row[0].row for row in sheet.iter_rows() if row[0].value == "Amina Yusuf")
    sheet.cell(amina, place).value = 13
    book.save(path)

    page.goto(f"/teaching/{SLUG}/gradebook/import")
    settled(page)
    page.get_by_label("File (optional)").set_input_files(path)
    expect(page.get_by_label("Sheet", exact=True)).to_have_value(re.compile("Amina"))
    page.get_by_role("button", name="Check sheet").click()
    expect(page.get_by_text("1 mark changes.")).to_be_visible()
    page.get_by_role("button", name="Import 1 mark").click()
    expect(cell(page, "Amina Yusuf", column)).to_have_text("13")


def test_a_student_opens_a_total_down_to_an_answer(visit: Callable[..., Page], column: str) -> None:
    page = visit("student", "/courses/principles-of-ecology")
    page.get_by_role("link", name="Grades and how they are made").click()
    page.wait_for_url("**/grades")
    settled(page)
    expect(page.get_by_text("If the rest is 0", exact=True)).to_be_visible()

    made = page.locator("#so-far")
    quiz = made.locator(".k-tree > li:has(details)").first
    quiz.locator("summary").first.click()
    expect(quiz.get_by_text("Question 1", exact=True)).to_be_visible()
    expect(quiz.get_by_text("points", exact=False).first).to_be_visible()
    quiz.get_by_role("link", name="See the work").click()
    page.wait_for_url("**/attempts/*/results*")


def test_a_student_tries_marks_out(visit: Callable[..., Page], column: str) -> None:
    page = visit("student", f"/courses/{SLUG}/grades")
    page.get_by_role("heading", name="What if …").click()
    page.get_by_label("Field notes").fill("1")
    page.get_by_role("button", name="Show the totals").click()
    expect(page.get_by_text("You are trying out marks.")).to_be_visible()
    expect(page.locator("#so-far").get_by_text("Tried out")).to_be_visible()
    page.get_by_role("button", name="Back to my marks").click()
    expect(page.get_by_text("You are trying out marks.")).to_be_hidden()


def test_only_whoever_may_reaches_a_sheet(visit: Callable[..., Page], column: str) -> None:
    page = visit("student", f"/courses/{SLUG}/grades")

    statuses = {ending: page.request.get(f"/teaching/{SLUG}/gradebook.{ending}").status for ending in ("csv", "xlsx")}

    assert statuses == {"csv": 403, "xlsx": 403}
