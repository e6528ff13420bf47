"""A student works on an assignment: what is typed outlives a reload, and handing in gives a receipt that can be taken back."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from lms_app.assignments import service
from lms_app.core.work import SiteRole
from lms_app.web import routes
from tests import makers as people
from tests.assignments import makers
from tests.assignments.makers import PDF, zip_of
from tests.e2e.conftest import settled, sign_in, violations
from tests.e2e.server import Site

PATIENT = 10_000


class Desk:
    """An assignment that takes a text, files and a link, its student and its teacher."""

    def __init__(self, site: Site, opened: Callable[..., BrowserContext]) -> None:
        self._site, self._opened = site, opened
        now = datetime.now(UTC)
        with site.services():
            teacher = people.person("Ines Teacher", SiteRole.INSTRUCTOR).at(now)
            student = people.person("Ada Writes").at(now)
            self.made = makers.assignment(
                teacher,
                student,
                item={"due_at": now + timedelta(days=2)},
                takes_files=True,
                takes_link=True,
                files_max=2,
                file_types=["pdf"],
                statement="This is my own work.",
                reopen="manual",
            )
            self.teacher, self.student = teacher, student
            self._tokens = {"teacher": teacher.signs_in(at=now), "student": student.signs_in(at=now)}

    def opens(self, who: str, path: Any, **options: Any) -> Page:
        context = self._opened(**options)
        sign_in(context, self._site, self._tokens[who])
        page = context.new_page()
        page.goto(str(path))
        settled(page)
        return page

    @property
    def page(self) -> Any:
        return routes.assignment(self.made.course.slug, str(self.made.id))


@pytest.fixture
def desk(site: Site, opened: Callable[..., BrowserContext]) -> Desk:
    return Desk(site, opened)


def test_a_student_writes_submits_withdraws_and_submits_again(desk: Desk) -> None:
    page = desk.opens("student", desk.page)
    text = page.get_by_label("Text", exact=True)
    text.fill("The pond is green.")
    expect(page.get_by_text("Saved")).to_be_visible(timeout=PATIENT)
    # The last words are typed and the page is gone before they were sent: they are kept on this device.
    text.press_sequentially(" And still.")
    page.reload()
    settled(page)
    expect(text).to_have_value("The pond is green. And still.")
    expect(page.get_by_text("Saved")).to_be_visible(timeout=PATIENT)

    page.get_by_label("Files", exact=True).set_input_files(
        {"name": "pond.txt", "mimeType": "text/plain", "buffer": b"no drawing"}
    )
    expect(page.get_by_role("alert").filter(has_text="pond.txt: Files of this type")).to_be_visible(timeout=PATIENT)
    page.get_by_label("Files", exact=True).set_input_files(
        {"name": "pond.pdf", "mimeType": "application/pdf", "buffer": PDF}
    )
    expect(page.get_by_role("link", name="pond.pdf")).to_be_visible(timeout=PATIENT)

    page.get_by_role("button", name="Submit work").click()
    expect(page.locator("#error-summary")).to_contain_text("Tick this before you submit.")
    assert violations(page) == []
    page.get_by_label("This is my own work.").check()
    page.get_by_role("button", name="Submit work").click()
    expect(page.get_by_role("heading", name="Your submission")).to_be_visible(timeout=PATIENT)
    expect(page.get_by_text("SHA-256")).to_be_visible()
    expect(page.get_by_text("The pond is green. And still.")).to_be_visible()
    page.reload()
    settled(page)
    expect(page.get_by_role("heading", name="Your submission")).to_be_visible()
    assert violations(page) == []

    page.get_by_role("button", name="Withdraw").click()
    expect(text).to_have_value("The pond is green. And still.", timeout=PATIENT)
    text.fill("The pond is blue.")
    page.get_by_label("This is my own work.").check()
    page.get_by_role("button", name="Submit work").click()
    expect(page.get_by_role("heading", name="Your versions")).to_be_visible(timeout=PATIENT)
    expect(page.get_by_text("Withdrawn", exact=True)).to_be_visible()
    page.set_viewport_size({"width": 320, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_two_tabs_are_shown_both_texts(desk: Desk) -> None:
    first, second = desk.opens("student", desk.page), desk.opens("student", desk.page)
    first.get_by_label("Text", exact=True).fill("From the first tab.")
    expect(first.get_by_text("Saved")).to_be_visible(timeout=PATIENT)

    second.get_by_label("Text", exact=True).fill("From the second tab.")
    expect(second.get_by_text("Another tab of yours changed this text")).to_be_visible(timeout=PATIENT)
    assert violations(second) == []
    second.get_by_role("button", name="Go on with mine").click()
    expect(second.get_by_text("Saved")).to_be_visible(timeout=PATIENT)

    first.get_by_label("Text", exact=True).fill("From the first tab, later.")
    expect(first.get_by_text("Another tab of yours changed this text")).to_be_visible(timeout=PATIENT)
    first.get_by_role("button", name="Go on with the other").click()
    expect(first.get_by_label("Text", exact=True)).to_have_value("From the second tab.", timeout=PATIENT)
    first.reload()
    settled(first)
    expect(first.get_by_label("Text", exact=True)).to_have_value("From the second tab.")
    assert first.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('lectern.draft.'))") == []


def test_a_teacher_sets_it_looks_at_it_and_takes_feedback_back(desk: Desk) -> None:
    with desk._site.services():
        draft_id = makers.draft(desk.student, desk.made)
        receipt = desk.student.does(service.submit, submission_id=draft_id, body="Green.", agreed=True)
    page = desk.opens("teacher", routes.assignment_settings(desk.made.course.slug, str(desk.made.id)))
    page.get_by_label("Points", exact=True).fill("many")
    page.get_by_role("button", name="Save settings").click()
    expect(page.locator("#error-summary")).to_contain_text("Enter a number")
    page.get_by_label("Points", exact=True).fill("20")
    page.get_by_label("Cut-off").fill("2020-01-01T12:00")
    page.get_by_role("button", name="Save settings").click()
    expect(page.locator("#error-summary")).to_contain_text("Choose a cut-off on or after the due date.")
    page.get_by_label("Cut-off").fill("")
    page.get_by_role("button", name="Save settings").click()
    expect(page.get_by_text("Saved")).to_be_visible(timeout=PATIENT)

    page.goto(str(routes.submissions(desk.made.course.slug, str(desk.made.id))))
    settled(page)
    expect(page.get_by_role("row", name="Ada Writes")).to_contain_text("To mark")
    with page.expect_download() as started:
        page.get_by_role("link", name="Download all").click()
    assert started.value.suggested_filename == "A pond in words submissions.zip"
    page.get_by_role("button", name="Feedback as a zip").click()
    page.get_by_label("Zip file").set_input_files(
        {
            "name": "feedback.zip",
            "mimeType": "application/zip",
            "buffer": zip_of({f"Ada Writes ({receipt.reference})/notes.txt": b"Well seen.", "Nobody/a.txt": b"x"}),
        }
    )
    expect(page.get_by_text("1 file for 1 submission")).to_be_visible(timeout=PATIENT)
    page.get_by_role("button", name="Close").click()
    expect(page.get_by_text("Nobody: no submission has this reference")).to_be_visible()
    page.get_by_role("button", name="Another attempt").click()
    expect(page.get_by_text("They have another attempt")).to_be_visible(timeout=PATIENT)
