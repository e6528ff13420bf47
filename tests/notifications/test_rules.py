"""When mail may go out: bursts, digests and quiet hours, at both edges of summer time in six zones."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from lms_app.core import when
from lms_app.notifications import rules
from lms_app.notifications.models import Pace
from lms_app.notifications.rules import Wish

pytestmark = pytest.mark.no_database

# A night in which clocks go forward, and one in which they go back.
NIGHTS = {
    "Europe/Berlin": ("2027-03-28", "2027-10-31"),
    "America/New_York": ("2027-03-14", "2027-11-07"),
    "America/Sao_Paulo": ("2027-03-28", "2027-10-31"),  # has none any more
    "Australia/Lord_Howe": ("2027-10-03", "2027-04-04"),  # by half an hour
    "Pacific/Auckland": ("2027-09-26", "2027-04-04"),
    "Africa/Cairo": ("2027-04-30", "2027-10-29"),  # at midnight
}
EDGES = [(zone, night) for zone, both in NIGHTS.items() for night in both]


def local(text: str, zone: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def shown(at: datetime, zone: str) -> str:
    return when.to_field(at, zone)


@pytest.mark.parametrize(("zone", "night"), EDGES)
def test_nothing_goes_out_in_quiet_hours_and_all_of_it_after_them(zone: str, night: str) -> None:
    wish = Wish(zone, Pace.NOW, 22 * 60, 7 * 60)
    begins = local(night, zone) - timedelta(hours=4)

    for quarter in range(16 * 4):
        now = begins + timedelta(minutes=15 * quarter)
        due = rules.after_quiet(now, wish)
        assert due >= now
        assert 7 * 60 <= when.minute_of_day(due, zone) < 22 * 60
        if due != now:
            assert shown(due, zone) == f"{night}T07:00"


@pytest.mark.parametrize(("zone", "night"), EDGES)
def test_a_digest_comes_at_eight_on_the_wall_on_every_day(zone: str, night: str) -> None:
    begins = local(night, zone) - timedelta(hours=30)

    found = [rules.mail_at(begins + timedelta(hours=hour), Wish(zone, Pace.DAILY)) for hour in range(60)]

    assert {shown(at, zone)[11:] for at in found} == {"08:00"}
    assert len(set(found)) in (3, 4)
    assert all(rules.mail_at(at, Wish(zone, Pace.DAILY)) > at for at in found)


@pytest.mark.parametrize(("zone", "night"), EDGES)
def test_quiet_hours_that_end_within_the_change_end_all_the_same(zone: str, night: str) -> None:
    """02:30 is skipped or comes twice."""
    wish = Wish(zone, Pace.NOW, 23 * 60, 2 * 60 + 30)
    for hour in range(12):
        now = local(night, zone) - timedelta(hours=3) + timedelta(minutes=30 * hour)
        due = rules.after_quiet(now, wish)
        assert timedelta() <= due - now <= timedelta(hours=5)


def test_a_weekly_digest_comes_on_mondays() -> None:
    sunday, monday = local("2027-03-28T12:00", "Europe/Berlin"), "2027-03-29T08:00"
    wish = Wish("Europe/Berlin", Pace.WEEKLY)

    first = rules.mail_at(sunday, wish)

    assert shown(first, "Europe/Berlin") == monday
    assert shown(rules.mail_at(first, wish), "Europe/Berlin") == "2027-04-05T08:00"


def test_quiet_hours_within_a_day_and_none() -> None:
    noon = datetime(2027, 3, 1, 12, tzinfo=UTC)

    assert rules.after_quiet(noon, Wish("UTC", Pace.NOW, 11 * 60, 13 * 60)) == noon + timedelta(hours=1)
    assert rules.after_quiet(noon, Wish("UTC", Pace.NOW, 13 * 60, 14 * 60)) == noon
    assert rules.mail_at(noon, Wish()) == noon + rules.BURST
    assert rules.mail_at(noon, Wish("No/Where")) == noon + rules.BURST
