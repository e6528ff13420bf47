"""Replacing, expiring and sharing certificates; and what everybody hears of it (T33)."""

import asyncio
import io
import re
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from PIL import Image
from sqlmodel import col, select

from lms_app.core import signing, statuses
from lms_app.core.errors import Conflict, Forbidden, NotFound
from lms_app.core.identity import User
from lms_app.core.statuses import CredentialStatus
from lms_app.core.work import ANONYMOUS, SYSTEM, Work, reading
from lms_app.credentials import api, rules, service
from lms_app.credentials.views import CertificateView, VerifyView
from tests import makers as people
from tests.courses import makers as course_makers
from tests.courses import rest
from tests.credentials import makers
from tests.makers import NOON

DAY = timedelta(days=1)


@pytest.fixture
def holder() -> people.Person:
    return people.person("Amina Yusuff")


@pytest.fixture
def made(holder: Any, instructor: Any) -> CertificateView:
    return makers.earned(holder, instructor)


def _verify(code: str, at: datetime = NOON) -> VerifyView:
    with reading(ANONYMOUS, at) as work:
        return service.verify(work, code=code)


def _rename(person: Any, name: str) -> None:
    def rename(work: Work) -> None:
        user = work.db.get(User, person.id)
        assert user is not None
        user.name = name
        work.db.add(user)

    person.does(rename)


def _expiring(holder: Any, instructor: Any, **terms: Any) -> CertificateView:
    made = course_makers.course(instructor, ["Scales of life"])
    instructor.does(service.set_terms, slug=made.slug, **terms)
    course_makers.enrolled(holder, made)
    course_makers.completed(holder, *made.items)
    makers.deliver()
    return holder.sees(service.mine)[0]


# ---- Replacing


def test_a_new_one_with_the_corrected_name_comes_in_its_place(
    made: CertificateView, holder: Any, instructor: Any
) -> None:
    _rename(holder, "Amina Yusuf")

    new = instructor.at(NOON + DAY).does(service.reissue, certificate_id=UUID(made.id), reason="Misspelt name")

    old, fresh = _verify(made.code, NOON + DAY), _verify(new.code, NOON + DAY)
    assert (old.status, old.holder, old.revoked_on, old.replaced_by) == (
        "replaced",
        "Amina Yusuff",
        "2 March 2027",
        f"/verify/{new.code}",
    )
    assert (fresh.status, fresh.holder, fresh.issued_on) == ("valid", "Amina Yusuf", "2 March 2027")
    assert [(c.status, c.replaced_by) for c in holder.at(NOON + DAY).sees(service.mine)] == [
        ("valid", ""),
        ("replaced", f"/verify/{new.code}"),
    ]
    with pytest.raises(Conflict, match="replaced by a new one"):
        holder.sees(service.sheet, certificate_id=UUID(made.id))


def test_what_was_replaced_is_not_replaced_again(made: CertificateView, instructor: Any) -> None:
    instructor.does(service.reissue, certificate_id=UUID(made.id))

    with pytest.raises(Conflict, match="already ended"):
        instructor.does(service.reissue, certificate_id=UUID(made.id))

    assert len(makers.rows()) == 2


def test_replacing_20_times_in_parallel_replaces_once(made: CertificateView, instructor: Any) -> None:
    from tests.credentials.test_awarding import _at_once

    def replace() -> str:
        return instructor.does(service.reissue, certificate_id=UUID(made.id)).id

    answers = _at_once([replace] * 20)

    assert (answers.count("Conflict"), len(makers.rows())) == (19, 2)
    assert [c.revoked_at is None for c in makers.rows()].count(True) == 1


def test_the_one_of_an_erased_holder_is_not_issued_anew(made: CertificateView, holder: Any, instructor: Any) -> None:
    holder.does(service.forget_holder, user_id=holder.id)

    with pytest.raises(Conflict, match="erased on their own request"):
        instructor.does(service.reissue, certificate_id=UUID(made.id))

    assert (_verify(made.code).erased, _verify(made.code).holder) == (True, "Holder erased on request")


# ---- Expiring


def test_after_so_many_months_it_says_that_it_has_expired(holder: Any, instructor: Any) -> None:
    made = _expiring(holder, instructor, valid_months=12)
    last, over = datetime(2028, 3, 1, 23, 59, 59, tzinfo=UTC), datetime(2028, 3, 2, tzinfo=UTC)

    assert made.expires_on == "1 March 2028"
    assert [_verify(made.code, at).status for at in (NOON, last, over)] == ["valid", "valid", "expired"]
    assert (_verify(made.code, over).expires_on, _verify(made.code, over).holder) == ("1 March 2028", "Amina Yusuff")
    assert holder.at(over).sees(service.sheet, certificate_id=UUID(made.id)).expires_on == "1 March 2028"


def test_it_may_be_valid_until_a_day(holder: Any, instructor: Any) -> None:
    made = _expiring(holder, instructor, valid_until=NOON + 10 * DAY)

    assert made.expires_on == "11 March 2027"
    assert _verify(made.code, datetime(2027, 3, 12, tzinfo=UTC)).status == "expired"


def test_a_correction_keeps_the_time_and_a_renewal_begins_it_anew(holder: Any, instructor: Any) -> None:
    made = _expiring(holder, instructor, valid_months=12)
    corrected = instructor.at(NOON + 100 * DAY).does(service.reissue, certificate_id=UUID(made.id))
    later = datetime(2028, 6, 1, 12, tzinfo=UTC)

    renewed = instructor.at(later).does(service.reissue, certificate_id=UUID(corrected.id))

    assert (corrected.expires_on, renewed.expires_on) == ("1 March 2028", "1 June 2029")
    shown = instructor.at(later).sees(service.awards, slug="principles-of-ecology")
    assert (shown.holds, shown.ended) == (1, 0)


def test_of_an_expired_one_the_conditions_are_asked_again(holder: Any, instructor: Any) -> None:
    from decimal import Decimal

    made = _expiring(holder, instructor, valid_months=12)
    later = datetime(2028, 6, 1, 12, tzinfo=UTC)
    instructor.does(service.set_terms, slug="principles-of-ecology", pass_fraction=Decimal("0.5"))

    with pytest.raises(Conflict, match="grade is below"):
        instructor.at(later).does(service.reissue, certificate_id=UUID(made.id))

    assert [row.revoked_at for row in makers.rows()] == [None]


@pytest.mark.no_database
@pytest.mark.parametrize(
    ("issued", "months", "last"),
    [
        ("2027-03-01T12:00", 12, "2028-03-01"),
        ("2028-02-29T12:00", 12, "2029-02-28"),
        ("2027-01-31T23:59", 1, "2027-02-28"),
        ("2027-12-31T00:00", 600, "2077-12-31"),
    ],
)
def test_months_end_with_a_day_that_the_month_has(issued: str, months: int, last: str) -> None:
    ends = rules.expiry(datetime.fromisoformat(issued).replace(tzinfo=UTC), months, None)

    assert ends is not None
    assert f"{rules.last_day(ends):%Y-%m-%d}" == last


# ---- In the list of what was revoked


def test_its_place_in_the_status_list_says_that_it_was_ended(made: CertificateView, instructor: Any) -> None:
    def bits() -> list[bool]:
        with reading(SYSTEM) as work:
            rows = work.db.exec(select(CredentialStatus).order_by(col(CredentialStatus.revoked_at))).all()
            return [row.revoked_at is not None for row in rows]

    before = bits()

    instructor.does(service.revoke, certificate_id=UUID(made.id), reason="Plagiarism")

    assert (before, bits()) == ([False], [True])
    [row] = makers.rows()
    assert row.place is not None
    with reading(SYSTEM) as work:
        listed = statuses.signed_list(work, key=signing.active(), number=row.place // statuses.LIST_BITS)
        assert statuses.is_revoked_by(listed, signing.public_keys(), row.place, work.now)


# ---- Sharing


def _get(path: str, **given: Any) -> httpx.Response:
    app = rest.app(*api.ROUTERS)

    async def send() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://lectern.test") as client:
            return await client.get(path, **given)

    return asyncio.run(send())


def _meta(page: str) -> dict[str, str]:
    return dict(re.findall(r'<meta (?:name|property)="([^"]+)" content="([^"]*)"', page))


def test_without_consent_there_is_no_page_with_a_picture_and_no_name_in_previews(made: CertificateView) -> None:
    page, picture, checked = _get(f"/share/{made.code}"), _get(f"/share/{made.code}.png"), _get(f"/verify/{made.code}")

    assert (page.status_code, page.headers["location"]) == (303, f"/verify/{made.code}")
    assert picture.status_code == 404
    assert "Amina" not in str(_meta(checked.text))
    assert "og:image" not in checked.text


def test_with_consent_the_page_has_an_open_graph_picture_of_the_certificate(made: CertificateView, holder: Any) -> None:
    shared = holder.does(service.share, certificate_id=UUID(made.id), on=True)

    page = _get(shared.share_url.removeprefix("http://lectern.test"))
    meta = _meta(page.text)
    picture = _get(meta["og:image"].removeprefix("http://lectern.test"))

    assert page.status_code == 200
    assert meta["og:title"] == "Amina Yusuff completed Principles of Ecology"
    assert meta["robots"] == "noindex, nofollow"
    assert (picture.status_code, picture.headers["content-type"]) == (200, "image/png")
    assert Image.open(io.BytesIO(picture.content)).size == (1200, 849)
    assert _meta(_get(f"/verify/{made.code}").text)["og:image"] == meta["og:image"]
    assert "http" not in re.sub(r"http://lectern\.test", "", page.text).replace("http-equiv", "")


def test_consent_can_be_taken_back_and_ends_with_the_certificate(
    made: CertificateView, holder: Any, instructor: Any
) -> None:
    holder.does(service.share, certificate_id=UUID(made.id), on=True)
    holder.does(service.share, certificate_id=UUID(made.id), on=False)
    taken_back = _get(f"/share/{made.code}").status_code
    holder.does(service.share, certificate_id=UUID(made.id), on=True)
    instructor.does(service.revoke, certificate_id=UUID(made.id), reason="Plagiarism")

    assert (taken_back, _get(f"/share/{made.code}").status_code) == (303, 303)
    assert _get(f"/share/{made.code}.png").status_code == 404
    with pytest.raises(Conflict, match="Only a valid certificate"):
        holder.does(service.share, certificate_id=UUID(made.id), on=True)


def test_nobody_else_consents(made: CertificateView, instructor: Any, admin: Any, stranger: Any) -> None:
    for person in (instructor, admin):
        with pytest.raises(Forbidden, match="Only its holder"):
            person.does(service.share, certificate_id=UUID(made.id), on=True)
    with pytest.raises(NotFound):
        stranger.does(service.share, certificate_id=UUID(made.id), on=True)


def test_the_check_page_says_each_state_in_words(made: CertificateView, holder: Any, instructor: Any) -> None:
    new = instructor.does(service.reissue, certificate_id=UUID(made.id))
    replaced = _get(f"/verify/{made.code}").text
    other = people.person("Ben")
    expiring = makers.completed(other, instructor, title="Poems")
    instructor.does(service.set_terms, slug=expiring.slug, valid_until=NOON)
    makers.deliver()
    with reading(SYSTEM, datetime.now(UTC)) as work:
        now = work.now

    assert "A new certificate has come in the place of this one." in replaced
    assert f'href="/verify/{new.code}"' in replaced
    if now > NOON + DAY:  # routes ask the real clock
        assert "Expired on" in _get(f"/verify/{other.sees(service.mine)[0].code}").text
