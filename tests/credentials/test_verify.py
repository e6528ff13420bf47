"""Checking a certificate, as anybody may: the database decides, whatever a paper says."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from lms_app.core.errors import NotFound, TooMany
from lms_app.core.identity import User
from lms_app.core.work import ANONYMOUS, Actor, Work, reading
from lms_app.courses import service as courses
from lms_app.credentials import rules, service
from lms_app.credentials.views import CertificateView, VerifyView
from tests import makers as people
from tests.credentials import makers
from tests.makers import NOON


@pytest.fixture
def holder() -> people.Person:
    return people.person("Amina Yusuf")


@pytest.fixture
def made(holder: Any, instructor: Any) -> CertificateView:
    return makers.earned(holder, instructor)


def _verify(code: str, actor: Actor = ANONYMOUS) -> VerifyView:
    with reading(actor, NOON) as work:
        return service.verify(work, code=code)


def test_anybody_with_the_code_sees_what_it_says(made: CertificateView) -> None:
    assert _verify(made.code) == VerifyView(
        status="valid",
        erased=False,
        code=made.code,
        url=made.verify_url,
        holder="Amina Yusuf",
        course="Principles of Ecology",
        issuer="Northfield",
        issued_at=NOON,
        issued_on="1 March 2027",
        workload="",
        expires_at=None,
        expires_on="",
        revoked_at=None,
        revoked_on="",
        revoke_reason="",
        replaced_by="",
        shared_url="",
        pdf_url="",
    )


def test_only_the_holder_is_offered_the_pdf(made: CertificateView, holder: Any, stranger: Any) -> None:
    assert [_verify(made.code, p.actor).pdf_url for p in (holder, stranger)] == [f"/certificates/{made.id}.pdf", ""]


@pytest.mark.parametrize("spelt", [str.lower, lambda c: c.replace("-", ""), lambda c: f" {c.replace('-', ' ')} "])
def test_a_code_may_be_typed_carelessly(made: CertificateView, spelt: Any) -> None:
    assert _verify(spelt(made.code)).code == made.code


def test_a_revoked_one_says_so_with_day_and_reason(made: CertificateView, instructor: Any, holder: Any) -> None:
    later = NOON + timedelta(days=3)
    instructor.at(later).does(service.revoke, certificate_id=UUID(made.id), reason="Awarded by mistake.")

    found = _verify(made.code, holder.actor)

    assert (found.status, found.revoked_at, found.revoked_on, found.revoke_reason, found.pdf_url) == (
        "revoked",
        later,
        "4 March 2027",
        "Awarded by mistake.",
        "",
    )


def test_renaming_an_account_makes_it_nobody_elses(made: CertificateView, instructor: Any, holder: Any) -> None:
    def rename(work: Work) -> None:
        user = work.db.get(User, holder.id)
        assert user is not None
        user.name = "Somebody Else"
        work.db.add(user)

    before = _verify(made.code)

    holder.does(rename)

    assert _verify(made.code) == before


def test_one_of_another_course_stays_of_that_course(made: CertificateView, holder: Any, instructor: Any) -> None:
    makers.completed(holder, instructor, title="Astrology")
    makers.deliver()

    codes = {c.course: c.code for c in holder.sees(service.mine)}

    assert {course: _verify(code).course for course, code in codes.items()} == {
        "Astrology": "Astrology",
        "Principles of Ecology": "Principles of Ecology",
    }


def test_a_suspended_holder_and_an_archived_course_change_nothing(
    made: CertificateView, holder: Any, instructor: Any
) -> None:
    def suspend(work: Work) -> None:
        user = work.db.get(User, holder.id)
        assert user is not None
        user.suspended_at = work.now
        work.db.add(user)

    before = _verify(made.code)

    instructor.does(suspend)
    instructor.does(courses.archive, course_id=makers.rows()[0].course_id)

    assert _verify(made.code) == before


def test_an_erased_holder_has_no_name_any_more(made: CertificateView, holder: Any) -> None:
    before = _verify(made.code, holder.actor)

    holder.does(service.forget_holder, user_id=holder.id)

    assert _verify(made.code, holder.actor) == replace(
        before, holder="Holder erased on request", erased=True, pdf_url=""
    )


@pytest.mark.parametrize("count", [10_000, pytest.param(100_000, marks=pytest.mark.long)])
def test_guesses_find_nothing(made: CertificateView, count: int) -> None:
    found: list[VerifyView] = []
    with reading(ANONYMOUS, NOON) as work:
        for number, guess in enumerate(_guesses(made.code, count)):
            # Somebody with a whole network: the limit for one address does not stop them.
            asking = replace(work, actor=Actor(None, ip=f"10.0.{number // 50 // 256}.{number // 50 % 256}"))
            try:
                found.append(service.verify(asking, code=guess))
            except NotFound:
                continue
    assert (number >= count - 1, found) == (True, [])


def _guesses(code: str, count: int) -> Iterator[str]:
    """Everything that differs in one place from a true code, and then codes at random."""
    plain = code.replace("-", "")
    near = [plain[:at] + c + plain[at + 1 :] for at in range(28) for c in rules.ALPHABET if c != plain[at]]
    yield from near
    for _ in range(count - len(near)):
        yield rules.new_code()


def test_who_tries_many_codes_must_wait(made: CertificateView) -> None:
    here, elsewhere = Actor(None, ip="203.0.113.7"), Actor(None, ip="203.0.113.8")
    for _ in range(60):
        with pytest.raises(NotFound):
            _verify(rules.new_code(), here)

    with pytest.raises(TooMany) as refusal:
        _verify(made.code, here)

    assert refusal.value.retry_after > 0
    assert _verify(made.code, elsewhere).status == "valid"
