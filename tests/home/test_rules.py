from datetime import UTC, datetime, timedelta

import pytest

from lms_app.home.rules import Standing, greeting, truth

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("hour", "zone", "expected"),
    [
        (4, "UTC", "Good evening, Amina"),
        (5, "UTC", "Good morning, Amina"),
        (11, "UTC", "Good morning, Amina"),
        (12, "UTC", "Good afternoon, Amina"),
        (18, "UTC", "Good evening, Amina"),
        (23, "Asia/Tokyo", "Good morning, Amina"),
    ],
)
def test_the_greeting_follows_the_readers_clock(hour: int, zone: str, expected: str):
    assert greeting(NOW.replace(hour=hour), zone, "Amina Yusuf") == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [("Dr Tomas Lindqvist", "Good morning, Tomas"), ("Björk", "Good morning, Björk"), ("", "Good morning")],
)
def test_one_is_greeted_by_first_name(name: str, expected: str):
    assert greeting(NOW, "UTC", name) == expected


@pytest.mark.parametrize(
    ("due", "expected"),
    [
        ([], "Nothing is due this week."),
        ([NOW + 8 * DAY], "Nothing is due this week."),
        ([NOW + DAY], "One thing is due this week."),
        ([NOW + DAY, NOW + 7 * DAY, NOW + 9 * DAY], "2 things are due this week."),
        ([NOW - DAY], "One thing is overdue."),
        ([NOW - DAY, NOW - DAY, NOW + DAY], "2 things are overdue. One thing is due this week."),
        ([NOW - DAY, NOW + DAY, NOW + DAY], "One thing is overdue. 2 things are due this week."),
        ([NOW + DAY] * 12, "12 things are due this week."),
    ],
)
def test_what_is_late_and_due_is_counted(due: list[datetime], expected: str):
    assert truth(NOW, due, [Standing("Ecology", None)]) == expected


@pytest.mark.parametrize(
    ("on_track", "expected"),
    [
        ([True], "You are on track in Course 1."),
        ([True, True], "You are on track in both courses."),
        ([True, True, True, None], "You are on track in all 3 courses."),
        ([True, False], "You are a little behind in Course 2."),
        ([False, False, True], "You are a little behind in 2 courses."),
    ],
)
def test_how_the_courses_stand_is_said_in_one_sentence(on_track: list[bool | None], expected: str):
    standings = [Standing(f"Course {number}", is_on_track) for number, is_on_track in enumerate(on_track, start=1)]

    assert truth(NOW, [], standings) == f"Nothing is due this week. {expected}"


def test_without_courses_there_is_nothing_to_say():
    assert truth(NOW, [], []) == ""
