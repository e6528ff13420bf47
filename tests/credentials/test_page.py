"""The page of one's certificates."""

from typing import Any

import pytest

from lms_app.core.work import ANONYMOUS
from lms_app.credentials import service
from lms_app.credentials.pages.certificates import PAGE
from lms_app.credentials.state import CertificatesState
from lms_app.web import guard
from tests import makers as people
from tests.credentials import makers


def test_the_page_renders() -> None:
    drawn = str(PAGE.view().render())

    for words in ("No certificates yet", "Download PDF", "Check page", "Revoked", "Issued on"):
        assert words in drawn
    assert (PAGE.route, PAGE.title, PAGE.who) == ("/certificates", "Certificates", "signed_in")


def test_who_is_not_signed_in_does_not_come_this_far() -> None:
    mark = guard.mark_of(CertificatesState.open_certificates.fn)

    assert mark is not None
    assert not mark.allows(ANONYMOUS)


async def _opened(person: Any) -> Any:
    guard.act_as(person.actor)
    state = CertificatesState()
    await CertificatesState.open_certificates.fn(state)
    return state


@pytest.mark.anyio
async def test_it_shows_ones_own_certificates(anyio_backend: str, instructor: Any) -> None:
    holder, other = people.person("Amina Yusuf"), people.person("Ben Okafor")
    makers.earned(holder, instructor)

    states = [await _opened(person) for person in (holder, other)]

    assert [state.certificates for state in states] == [holder.sees(service.mine), []]
    assert [(state.loaded, state.failed) for state in states] == [(True, ""), (True, "")]
