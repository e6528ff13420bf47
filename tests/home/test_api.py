"""One's calendar by REST, and its address as calendar programs read it."""

import io
from datetime import timedelta
from typing import Any

import icalendar
import pypdf
import pytest

from lms_app.core import limits
from lms_app.core.work import utc_now
from lms_app.courses import service as courses
from lms_app.home import service
from lms_app.home.api import ROUTERS
from tests.courses import makers, rest

API = rest.app(*ROUTERS)
DAY = timedelta(days=1)


@pytest.fixture
def taking(student: Any, instructor: Any) -> Any:
    """Somebody with a lesson that is due in a week."""
    made = makers.course(instructor.at(utc_now()), ["Light"])
    instructor.at(utc_now()).does(courses.update_item, item_id=made.items[0], due_at=utc_now() + 7 * DAY)
    return makers.enrolled(student.at(utc_now()), made)


def test_a_program_reads_the_dates(taking: Any, stranger: Any) -> None:
    found = rest.program(taking, API).get("/api/v1/me/calendar").json()

    assert [(one["label"], one["title"]) for one in found["entries"]] == [("Due", "Light")]
    assert rest.program(stranger, API).get("/api/v1/me/calendar").json()["entries"] == []
    assert rest.program(None, API).get("/api/v1/me/calendar").status_code == 401
    window = {"from": (utc_now() + DAY).isoformat(), "until": (utc_now() + 2 * DAY).isoformat()}
    assert rest.program(taking, API).get("/api/v1/me/calendar", params=window).json()["entries"] == []
    for wrong in (
        {"from": "soon"},
        {"from": window["until"], "until": window["from"]},
        {"until": "2999-01-01T00:00:00Z"},
    ):
        assert rest.program(taking, API).get("/api/v1/me/calendar", params=wrong).status_code == 422


def test_the_address_is_made_read_renewed_and_ended(taking: Any) -> None:
    mine, anybody = rest.program(taking, API), rest.browser(None, API)
    assert mine.get("/api/v1/me/calendar/feed").json()["url"] == ""

    url = mine.post("/api/v1/me/calendar/feed").json()["url"]
    path = url.removeprefix("http://lectern.test")
    answer = anybody.get(path)

    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/calendar; charset=utf-8")
    assert answer.headers["cache-control"] == "private, no-cache"
    assert answer.headers["x-robots-tag"] == "noindex, nofollow"
    (event,) = icalendar.Calendar.from_ical(answer.content).walk("VEVENT")
    assert str(event["summary"]) == "Due: Light"
    again = anybody.get(path, headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    head = anybody.request("HEAD", path)
    assert (head.status_code, head.headers["etag"]) == (200, answer.headers["etag"])
    assert mine.get("/api/v1/me/calendar/feed").json()["read"] == "just now"

    newer = mine.post("/api/v1/me/calendar/feed").json()["url"].removeprefix("http://lectern.test")
    gone = anybody.get(path)
    assert (gone.status_code, gone.json()["code"]) == (404, "not_found")
    assert anybody.get(newer).status_code == 200
    assert mine.delete("/api/v1/me/calendar/feed").status_code == 204
    assert anybody.get(newer).status_code == 404


def test_reading_too_often_says_when_to_come_back(taking: Any) -> None:
    path = f"/calendar/{taking.does(service.make_feed).url.rpartition('/')[2]}"
    for _ in range(limits.LIMITS["feed"].times):
        assert rest.browser(None, API).get(path).status_code == 200

    refused = rest.browser(None, API).get(path)

    assert refused.status_code == 429
    assert 0 < int(refused.headers["retry-after"]) <= 3600


@pytest.mark.parametrize("secret", ["x", "%00", "x" * 3000, "..%2f..%2fetc", "%E2%80%AE"])
def test_no_other_address_opens_anything(taking: Any, secret: str) -> None:
    taking.does(service.make_feed)

    assert rest.browser(None, API).get(f"/calendar/{secret}.ics").status_code == 404


# ---- The transcript


def test_a_transcript_is_ones_own_and_downloads(taking: Any, stranger: Any, admin: Any) -> None:
    mine = rest.program(taking, API)

    assert [one["title"] for one in mine.get("/api/v1/me/transcript").json()["courses"]] == ["Principles of Ecology"]
    assert rest.program(stranger, API).get("/api/v1/me/transcript").json()["courses"] == []
    paper = mine.get("/api/v1/me/transcript.pdf")
    assert (paper.status_code, paper.headers["content-type"]) == (200, "application/pdf")
    assert (paper.content[:5], paper.headers["cache-control"]) == (b"%PDF-", "private, no-store")
    assert rest.browser(taking, API).get("/progress/transcript.pdf").headers["content-type"] == "application/pdf"
    turned = rest.browser(None, API).get("/progress/transcript.pdf")
    assert (turned.status_code, turned.headers["location"]) == (303, "/sign-in?next=/progress")

    theirs = f"/api/v1/admin/people/{taking.id}/transcript"
    assert rest.program(admin, API).get(theirs).json()["name"] == "Student"
    assert [rest.program(who, API).get(theirs).status_code for who in (None, stranger, taking)] == [401, 403, 403]


def test_paper_has_all_courses_of_all_windows(taking: Any, instructor: Any) -> None:
    for number in range(24):
        makers.enrolled(taking, makers.course(instructor.at(utc_now()), ["Light"], title=f"Course {number}"))

    paper = pypdf.PdfReader(io.BytesIO(rest.program(taking, API).get("/api/v1/me/transcript.pdf").content))

    text = "".join(page.extract_text() for page in paper.pages)
    assert all(f"Course {number}\n" in text for number in range(24))
    assert "Principles of Ecology" in text


def test_days_in_a_row_by_rest(taking: Any) -> None:
    mine = rest.program(taking, API)
    assert mine.get("/api/v1/me/streak").json()["shown"] is False
    assert mine.put("/api/v1/me/streak", json={"shown": True}).json()["shown"] is True
    assert mine.put("/api/v1/me/streak", json={"shown": "perhaps"}).status_code == 422
    assert rest.program(None, API).get("/api/v1/me/streak").status_code == 401
