"""What courses mean, as tables."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from lms_app.courses import rules
from lms_app.courses.rules import Pace

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
DAY = timedelta(days=1)
A, B, C = "1", "2", "3"


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Principles of Ecology", "principles-of-ecology"),
        ("Crème brûlée, part 2", "creme-brulee-part-2"),
        ("  C++ & C#  ", "c-c"),
        ("物理", "course"),
        ("Straße", "strasse"),
        ("a" * 100, "a" * 60),
        ("a" * 59 + " b", "a" * 59),
    ],
)
def test_an_address_is_made_from_any_title(title: str, slug: str) -> None:
    assert rules.slug_of(title) == slug
    assert rules.is_slug(slug)


@pytest.mark.parametrize("text", ["", "-a", "a-", "a--b", "A", "a b", "a/b", "a" * 81])
def test_what_is_no_address(text: str) -> None:
    assert not rules.is_slug(text)


@pytest.mark.parametrize(
    ("done", "total", "percent"), [(0, 0, 0), (0, 3, 0), (1, 3, 33), (2, 3, 66), (3, 3, 100), (199, 200, 99)]
)
def test_a_hundred_percent_means_everything(done: int, total: int, percent: int) -> None:
    assert rules.percent(done, total) == percent


@pytest.mark.parametrize(
    ("opens_at", "starts_at", "completed", "later"),
    [
        (None, None, False, None),
        (NOW, None, False, None),
        (NOW + DAY, None, False, NOW + DAY),
        (None, NOW + DAY, False, NOW + DAY),
        (NOW + DAY, NOW + 2 * DAY, False, NOW + 2 * DAY),
        (NOW - DAY, NOW + DAY, False, NOW + DAY),
        (NOW + DAY, NOW + DAY, True, None),
    ],
)
def test_an_item_opens_with_its_course_or_later_and_never_locks_again(
    opens_at: datetime | None, starts_at: datetime | None, completed: bool, later: datetime | None
) -> None:
    assert rules.opens_later(NOW, opens_at=opens_at, starts_at=starts_at, completed=completed) == later


@dataclass(frozen=True)
class Step:
    id: str
    required: bool
    is_done: bool
    is_open: bool


def _steps(text: str) -> list[Step]:
    """`d` done, `t` to do, `l` locked, `o` optional and to do."""
    return [
        Step(str(number), required=letter != "o", is_done=letter == "d", is_open=letter != "l")
        for number, letter in enumerate(text, start=1)
    ]


@pytest.mark.parametrize(
    ("steps", "last", "resume"),
    [
        ("", None, None),
        ("ttt", None, A),
        ("ttt", B, B),  # unfinished: stay there
        ("tdt", B, C),  # finished: the next one after it
        ("tdd", C, A),  # nothing after it: what was left out before
        ("dot", A, C),  # required ones first
        ("dod", A, B),  # then the others
        ("dlt", A, C),  # never to a locked one
        ("ddd", B, B),  # all done: where they were
        ("ddd", None, A),
        ("lll", None, None),
        ("tt", "9", A),  # the last item is gone
    ],
)
def test_resuming(steps: str, last: str | None, resume: str | None) -> None:
    found = rules.resume_at(_steps(steps), last)

    assert (found.id if found else None) == resume


@pytest.mark.parametrize(
    ("done", "begun", "starts", "ends", "pace"),
    [
        (5, -10 * DAY, None, None, None),  # no end, no pace
        (5, -10 * DAY, None, -DAY, None),  # over
        (10, -10 * DAY, None, 10 * DAY, None),  # all done
        (5, -10 * DAY, None, 10 * DAY, Pace(on_track=True, per_week=4)),
        (2, -10 * DAY, None, 10 * DAY, Pace(on_track=False, per_week=6)),
        (0, timedelta(0), -10 * DAY, 10 * DAY, Pace(on_track=True, per_week=7)),  # who joins late is not behind
        (0, -10 * DAY, timedelta(0), 14 * DAY, Pace(on_track=True, per_week=5)),
        (4, -10 * DAY, None, DAY, Pace(on_track=False, per_week=6)),
    ],
)
def test_the_pace_of_ten_items(
    done: int, begun: timedelta, starts: timedelta | None, ends: timedelta | None, pace: Pace | None
) -> None:
    found = rules.pace(
        NOW,
        done=done,
        total=10,
        begun_at=NOW + begun,
        starts_at=None if starts is None else NOW + starts,
        ends_at=None if ends is None else NOW + ends,
    )

    assert found == pace


def test_a_cover_never_changes_and_stays_in_its_palette() -> None:
    covers = {rules.cover_of(UUID(int=n)) for n in range(500)}

    assert rules.cover_of(UUID(int=1)) == rules.cover_of(UUID(int=1))
    assert covers == {(hue, motif) for hue in range(1, 7) for motif in range(6)}


def test_finding_does_not_care_for_case_and_accents() -> None:
    assert rules.folded("ÉCOLOGIE") == "ecologie"
    assert rules.folded("Ωμέγα") == rules.folded("ΩΜΕΓΑ")


@pytest.mark.parametrize(("words", "minutes"), [(0, 1), (1, 1), (200, 1), (201, 2), (1000, 5)])
def test_reading_takes_a_minute_for_two_hundred_words(words: int, minutes: int) -> None:
    assert rules.reading_minutes("word " * words) == minutes
