"""Six zones, and both nights in which their clocks change: page, mail and iCalendar say the same of every hour.

The formatter is `core/when.py`; here it is held against `zoneinfo` itself.
"""

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import pytest

from lms_app.assignments import service as assignments
from lms_app.core import when
from lms_app.core.work import ANONYMOUS, SYSTEM, reading, unit_of_work
from lms_app.courses import service as courses
from lms_app.home import ical, service
from lms_app.notifications import service as notifications
from tests.courses import makers
from tests.makers import person
from tests.notifications.makers import mails, post
from tests.notifications.test_rules import EDGES, local

HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _rooms(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(courses.ITEM_KINDS, assignments.ASSIGNMENT, assignments.ASSIGNMENT_ITEM)


@pytest.mark.parametrize(("zone", "night"), EDGES)
def test_page_mail_and_icalendar_agree(instructor: Any, zone: str, night: str) -> None:
    begins = local(night, zone) - 2 * HOUR
    moments = [begins + 0.5 * HOUR * number for number in range(16)]  # 8 h around the change, every half hour
    asked = begins - 12 * HOUR
    teacher = instructor.at(asked - 5 * HOUR)
    made = makers.course(teacher, [f"Lesson {number}" for number in range(len(moments))])
    for item_id, at in zip(made.items, moments, strict=True):
        teacher.does(courses.update_item, item_id=item_id, due_at=at)
    reader = makers.enrolled(person("Reader", zone=zone).at(asked - HOUR), made).at(asked)

    month = [
        entry
        for text in {f"{when.local_day(at, zone):%Y-%m}" for at in moments}
        for day in reader.sees(service.month, month=text).days
        if day.when != "other"
        for entry in day.dates
        if entry.day == day.day
    ]
    on_page = {entry.title: (entry.at, entry.moment, entry.day, entry.clock) for entry in month}
    by_rest = reader.sees(service.calendar, begins_at=moments[0], ends_at=moments[-1] + HOUR)
    with unit_of_work(SYSTEM, asked) as work:
        assert service.look_ahead(work) == len(moments)
        for item_id in made.items:
            service.tell_due_soon(work, {"item_id": str(item_id)})
    post(asked + HOUR)
    (mail,) = mails()
    mailed = dict(re.findall(r"(Lesson \d+) in .*? is due (.+)\.", mail["text"]))
    inbox = {
        one.title.removeprefix("Due soon: "): one.text
        for group in reader.sees(notifications.inbox).groups
        for one in group.notifications
    }
    secret = reader.does(service.make_feed).url.rpartition("/")[2].removesuffix(".ics")
    with reading(ANONYMOUS, asked) as work:
        feed = service.read_feed(work, secret=secret)
    events = {
        str(one["summary"]).removeprefix("Due: "): one
        for one in icalendar.Calendar.from_ical(ical.write(feed)).walk("VEVENT")
    }

    assert len(on_page) == len(mailed) == len(events) == len(inbox) == len(moments)
    assert [one.moment for one in by_rest.entries] == [on_page[one.title][1] for one in by_rest.entries]
    for number, at in enumerate(moments):
        title, there = f"Lesson {number}", at.astimezone(ZoneInfo(zone))
        said = f"{there:%a} {there.day} {there:%b, %H:%M}"
        assert on_page[title] == (at, said, there.date().isoformat(), f"{there:%H:%M}")
        name = when.zone_name(at, zone, "en")
        assert mailed[title] == f"{said} ({name})"
        assert f"is due {said} ({name})." in inbox[title]
        start = events[title]["dtstart"].dt
        assert (start, start.utcoffset()) == (at, timedelta())
        assert start.astimezone(ZoneInfo(zone)) == there
        assert f"Due {said} ({name})" in str(events[title]["description"])
    # The zone has a name on the page: both of its names, where the clocks change between its first and last hour.
    names = {when.zone_name(at, zone, "en") for at in moments}
    assert by_rest.zone == zone
    assert set(by_rest.zone_name.split(" / ")) == names


def test_in_europe_the_two_half_past_twos_of_autumn_are_told_apart(instructor: Any) -> None:
    """02:30 comes twice: the mail, which stands alone, says which of the two."""
    first = datetime(2027, 10, 31, 0, 30, tzinfo=UTC)

    said = [when.zoned(at, "Europe/Berlin", "en") for at in (first, first + HOUR)]

    assert said == [
        "Sun 31 Oct, 02:30 (Central European Summer Time)",
        "Sun 31 Oct, 02:30 (Central European Standard Time)",
    ]
