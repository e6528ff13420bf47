from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from lms_app.core import when

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
NIGHT = datetime(2026, 11, 24, 22, 59, tzinfo=UTC)
NNBSP, NBSP = "\u202f", "\u00a0"


@pytest.mark.parametrize(
    ("zone", "locale", "said"),
    [
        ("Europe/Berlin", "en", "Tue 24 Nov, 23:59"),
        ("Europe/Berlin", "en-GB", "Tue 24 Nov, 23:59"),
        ("Asia/Kathmandu", "en", "Wed 25 Nov, 04:44"),
        ("Europe/Berlin", "en-US", f"Tue, Nov 24, 11:59{NNBSP}PM"),
        ("Europe/Berlin", "de", "Di., 24. Nov., 23:59"),
        ("Europe/Berlin", "fr-CA", "mar. 24 nov., 23 h 59"),
        ("Europe/Berlin", "ja", "11月24日(火) 23:59"),
        ("Nowhere/Land", "xx-unknown", "Tue 24 Nov, 22:59"),
        ("../../etc/passwd", "", "Tue 24 Nov, 22:59"),
        ("", "en", "Tue 24 Nov, 22:59"),
    ],
)
def test_a_moment_is_said_in_the_readers_zone_and_language(zone: str, locale: str, said: str):
    assert when.moment(NIGHT, zone, locale) == said


def test_the_year_is_said_when_it_is_another_one():
    last_year = NOW.replace(year=2025)

    assert when.moment(NIGHT, "UTC", "en", now=last_year) == "Tue 24 Nov 2026, 22:59"
    assert when.moment(NIGHT, "UTC", "en", now=NOW) == "Tue 24 Nov, 22:59"
    assert when.day(NIGHT, "UTC", "en", now=last_year) == "24 November 2026"
    assert when.day(NIGHT, "UTC", "en") == "24 November"
    assert when.short_day(NIGHT, "UTC", "en") == "Tue 24 Nov"
    assert when.day(NIGHT, "UTC", "en-US", now=last_year) == "November 24, 2026"
    assert when.long_day(NIGHT, "UTC", "en") == "24 November 2026"
    assert when.long_day(NIGHT, "UTC", "de") == "24. November 2026"
    assert when.day_parts(NIGHT, NOW, "Asia/Kathmandu", "en") == ("25", "Nov")
    assert when.day_parts(NIGHT, last_year, "UTC", "en") == ("24", "Nov 2026")


def test_a_clock_follows_the_language():
    assert when.clock(NIGHT, "Europe/Berlin", "en") == "23:59"
    assert when.clock(NIGHT, "Europe/Berlin", "en-US") == f"11:59{NNBSP}PM"


def test_a_naive_moment_is_a_programming_error():
    with pytest.raises(ValueError, match="time zone"):
        when.moment(datetime(2026, 1, 1), "UTC", "en")  # noqa: DTZ001


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (0, "Today"),
        (1, "Tomorrow"),
        (2, "2 days"),
        (6, "6 days"),
        (7, "Fri 27 Nov"),
        (-1, "Yesterday"),
        (-4, "4 days ago"),
        (-7, "Fri 13 Nov"),
        (60, "Tue 19 Jan 2027"),
    ],
)
def test_near_days_have_words(days: int, said: str):
    assert when.relative_day(NOW + timedelta(days=days), NOW, "UTC", "en") == said


@pytest.mark.parametrize(
    ("locale", "tomorrow", "in_four"),
    [
        ("de", "Morgen", "In 4 Tagen"),
        ("fr", "Demain", "Dans 4 jours"),
        ("pl-PL", "Jutro", "Za 4 dni"),
        ("he", "מחר", "בעוד 4 ימים"),
        ("sv", "lör 21 nov.", "Om 4 dagar"),
    ],
)
def test_near_days_have_words_in_other_languages(locale: str, tomorrow: str, in_four: str):
    assert when.relative_day(NOW + timedelta(days=1), NOW, "UTC", locale) == tomorrow
    assert when.relative_day(NOW + timedelta(days=4), NOW, "UTC", locale) == in_four


def test_tomorrow_is_the_readers_tomorrow():
    late, soon = datetime(2026, 11, 20, 23, 30, tzinfo=UTC), datetime(2026, 11, 21, 0, 30, tzinfo=UTC)

    assert when.relative_day(soon, late, "UTC", "en") == "Tomorrow"
    assert when.relative_day(soon, late, "Asia/Tokyo", "en") == "Today"


def test_a_night_of_23_or_25_hours_is_one_night():
    # Berlin: clocks went forward on 29 March 2026 and go back on 25 October 2026.
    for before in (datetime(2026, 3, 28, 22, 30, tzinfo=UTC), datetime(2026, 10, 24, 21, 30, tzinfo=UTC)):
        assert when.relative_day(before + timedelta(hours=23), before, "Europe/Berlin", "en") == "Tomorrow"
    assert when.clock(datetime(2026, 3, 29, 0, 59, tzinfo=UTC), "Europe/Berlin", "en") == "01:59"
    assert when.clock(datetime(2026, 3, 29, 1, 0, tzinfo=UTC), "Europe/Berlin", "en") == "03:00"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("2026-11-24T23:59", "2026-11-24T22:59"),
        ("2026-07-01T12:00", "2026-07-01T10:00"),
        ("2026-03-29T02:30", "2026-03-29T01:30"),  # skipped: reads as 03:30
        ("2026-10-25T02:30", "2026-10-25T00:30"),  # twice: the first
        ("2026-11-24T23:59Z", "2026-11-24T23:59"),
    ],
)
def test_a_typed_time_means_the_typists_zone(typed: str, meant: str):
    assert f"{when.from_field(typed, 'Europe/Berlin'):%Y-%m-%dT%H:%M}" == meant


def test_a_typed_time_comes_back_as_it_was():
    assert when.to_field(when.from_field("2026-11-24T23:59", "Asia/Kathmandu"), "Asia/Kathmandu") == "2026-11-24T23:59"
    with pytest.raises(ValueError, match="isoformat"):
        when.from_field("soon", "UTC")


@pytest.mark.parametrize(
    ("apart", "said"),
    [
        (timedelta(seconds=-20), "just now"),
        (timedelta(minutes=-4), "4 minutes ago"),
        (timedelta(hours=2), "in 2 hours"),
        (timedelta(days=-1), "1 day ago"),
    ],
)
def test_how_long_ago(apart: timedelta, said: str):
    assert when.ago(NOW + apart, NOW, "en") == said


@pytest.mark.parametrize(
    ("minutes", "said"),
    [
        (0, "0 min"),
        (1, "1 min"),
        (12, "12 min"),
        (Decimal("12.2"), "13 min"),
        (60, "1 hour"),
        (90, "1 h 30 min"),
        (840, "14 hours"),
    ],
)
def test_durations_in_minutes(minutes: int, said: str):
    assert when.duration_minutes(minutes) == said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(-5, "0 s"), (45, "45 s"), (60, "1 min"), (725, "12 min 5 s"), (1200, "20 min"), (5400, "1 h 30 min")],
)
def test_durations_in_seconds(seconds: int, said: str):
    assert when.duration_seconds(seconds) == said


@pytest.mark.parametrize(
    ("value", "said"),
    [("17", "17"), ("17.50", "17.5"), ("0.3335", "0.334"), ("1250", "1,250"), ("-2", "-2"), ("0", "0"), ("1E+1", "10")],
)
def test_points(value: str, said: str):
    assert when.points(Decimal(value)) == said


@pytest.mark.parametrize(
    ("share", "said"),
    [
        ("0", "0%"),
        ("0.845", "85%"),
        ("0.855", "86%"),
        ("0.996", "99%"),
        ("1", "100%"),
        ("1.25", "125%"),
        ("0.004", "0%"),
    ],
)
def test_percentages_are_whole_and_never_promise_too_much(share: str, said: str):
    assert when.percent(Decimal(share)) == said


def test_numbers_follow_the_language():
    assert when.points(Decimal("1250.5"), "de") == "1.250,5"
    assert when.percent(Decimal("0.85"), "de") == f"85{NBSP}%"


@pytest.mark.parametrize(
    ("count", "word", "said"),
    [
        (1, "question", "1 question"),
        (0, "question", "0 questions"),
        (2, "quiz", "2 quizzes"),
        (3, "try", "3 tries"),
        (2, "day", "2 days"),
        (1200, "person", "1,200 people"),
        (2, "open branch", "2 open branches"),
        (Decimal("1"), "point", "1 point"),
        (Decimal("1.5"), "point", "1.5 points"),
    ],
)
def test_plurals_are_real(count: int, word: str, said: str):
    assert when.plural(count, word) == said


def test_a_plural_of_its_own():
    assert when.plural(2, "datum", "data") == "2 data"


def test_known_zones_and_languages():
    assert [when.is_zone(z) for z in ("Europe/Berlin", "UTC", "", "Mars/Base", "../UTC", "/etc/passwd")] == [
        True, True, False, False, False, False,
    ]  # fmt: skip
    assert [when.is_locale(x) for x in ("en", "pt-BR", "xx", "", "'; DROP")] == [True, True, False, False, False]
    assert when.zone_name(NIGHT, "Europe/Berlin", "en") == "Central European Standard Time"
