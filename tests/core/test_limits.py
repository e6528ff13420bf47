"""Rates: above them is refused, refusals count, windows end, and a restart forgives nothing."""

from datetime import timedelta

import pytest
from sqlmodel import select

from lms_app.core import limits
from lms_app.core.errors import Conflict, TooMany
from lms_app.core.limits import LIMITS, RateCount
from lms_app.core.work import SYSTEM, unit_of_work
from tests.makers import NOON


def _often(name: str, who: str, times: int, at: object = NOON) -> None:
    for _ in range(times):
        limits.check(name, who, at)  # type: ignore[arg-type]


def test_one_more_than_allowed_is_refused_with_the_time_to_wait() -> None:
    _often("mail_account", "ada", LIMITS["mail_account"].times)

    with pytest.raises(TooMany, match=r"Try again in 60 minutes\.") as refused:
        limits.check("mail_account", "ada", NOON)

    assert refused.value.retry_after == 3600
    limits.check("mail_account", "ben", NOON)
    limits.check("mail_account", "ada", NOON + timedelta(hours=1))


def test_an_act_that_is_undone_still_counts() -> None:
    for _ in range(LIMITS["enrol_key"].times):
        with pytest.raises(Conflict), unit_of_work(SYSTEM, NOON) as work:
            limits.hit(work, "enrol_key", "ada")
            raise Conflict("Wrong key.")

    with pytest.raises(TooMany), unit_of_work(SYSTEM, NOON) as work:
        limits.hit(work, "enrol_key", "ada")


def test_what_turned_out_well_is_forgiven() -> None:
    _often("sign_in_account", "ada", 10)
    limits.forgive("sign_in_account", "ada")

    _often("sign_in_account", "ada", 10)


def test_a_restart_forgives_nothing_and_names_nobody() -> None:
    _often("mail_account", "ada@example.org", 3)
    with unit_of_work(SYSTEM, NOON) as work:
        limits.flush(work)
        assert "ada" not in str(work.db.exec(select(RateCount)).one())

    limits.forget()
    with unit_of_work(SYSTEM, NOON) as work:
        limits.load(work)

    with pytest.raises(TooMany):
        limits.check("mail_account", "ada@example.org", NOON)
