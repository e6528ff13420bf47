"""The pages of certificates: one's own, those of a course, and their designs."""

from typing import Any
from uuid import UUID

import pytest

from lms_app.core.work import ANONYMOUS
from lms_app.credentials import service
from lms_app.credentials.pages.certificates import PAGE
from lms_app.credentials.state import CertificatesState
from lms_app.web import guard
from tests import makers as people
from tests.courses import makers as course_makers
from tests.courses.tabs import Tab
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


# ---- The staff's pages


@pytest.fixture
def course(instructor: Any) -> course_makers.Made:
    made = course_makers.course(instructor, ["Scales of life"])
    for name in ("Amina Yusuf", "Ben Okafor"):
        learner = people.person(name)
        course_makers.enrolled(learner, made)
        if name.startswith("A"):
            course_makers.completed(learner, *made.items)
    makers.deliver()
    return made


def _course_page(person: Any, course: course_makers.Made, query: str = "") -> Tab:
    tab = Tab(person, CertificatesState, address=f"/teaching/x/certificates{query}", slug=course.slug)
    tab.sends("open_course")
    return tab


def test_a_course_shows_who_has_one_and_who_lacks_what(instructor: Any, course: course_makers.Made) -> None:
    tab = _course_page(instructor, course)

    (shown,) = tab.awards
    assert [(line.name, line.state, line.lacks) for line in shown.learners] == [
        ("Amina Yusuf", "valid", []),
        ("Ben Okafor", "lacks", ["completion"]),
    ]
    assert (tab.place["shown"], tab.place["manages"], tab.place["next_url"]) == ("1–2 of 2", "yes", "")
    assert [line.name for line in _course_page(instructor, course, "?show=lacks").awards[0].learners] == ["Ben Okafor"]


def test_terms_are_saved_or_said_what_is_wrong(instructor: Any, course: course_makers.Made) -> None:
    tab = _course_page(instructor, course)

    tab.sends("save_terms", {**tab.values, "valid_months": "many"})
    wrong = dict(tab.errors)
    tab.sends("save_terms", {**tab.values, "valid_months": "24", "pass": "60"})

    assert list(wrong) == ["valid_months"]
    assert tab.errors == {}
    kept = instructor.sees(service.terms, slug=course.slug)
    assert (kept.valid_months, str(kept.pass_fraction)) == (24, "0.6")


def test_revoking_asks_for_a_reason(instructor: Any, course: course_makers.Made) -> None:
    tab = _course_page(instructor, course)
    one = tab.awards[0].learners[0]

    tab.sends("pick", one.certificate, one.name)
    tab.sends("revoke", {"reason": " "})
    before = [row.revoked_at for row in makers.rows()]
    tab.sends("revoke", {"reason": "Plagiarism"})

    assert before == [None]
    assert [row.revoke_reason for row in makers.rows()] == ["Plagiarism"]
    assert tab.awards[0].ended == 1


def test_typing_into_a_design_moves_the_preview_and_saving_makes_a_version(
    instructor: Any, course: course_makers.Made
) -> None:
    made = instructor.does(service.create_design, name="Ecology", layout="classic", slug=course.slug)
    tab = Tab(instructor, CertificatesState, item=made.id)
    tab.sends("open_design")
    first = tab.place["preview"]

    tab.sends("send", {**tab.values, "do": "signatures.add"})
    tab.sends("send", {**tab.values, "do": "auto", "heading": "Well done", "signatures.0.name": "Ada"})
    drafted, saved = tab.place["preview"], instructor.sees(service.read_design, design_id=UUID(made.id))
    tab.sends("send", {**tab.values, "do": "auto", "accent": "#ffffff"})
    wrong, kept = dict(tab.errors), tab.place["preview"]
    tab.sends("send", {**tab.values, "do": "", "heading": "Well done", "signatures.0.name": "Ada"})

    assert (tab.values["signatures.rows"], saved.version) == ("1", 1)
    assert first != drafted == kept
    assert (list(wrong), tab.problems) == (["accent"], [])
    after = instructor.sees(service.read_design, design_id=UUID(made.id))
    assert (after.version, after.design.heading, after.design.signatures[0].name) == (2, "Well done", "Ada")


@pytest.mark.anyio
async def test_a_holder_shares_by_a_switch(anyio_backend: str, instructor: Any) -> None:
    holder = people.person("Amina Yusuf")
    made = makers.earned(holder, instructor)
    state = await _opened(holder)

    await CertificatesState.share.fn(state, made.id, True)

    assert [one.share_url for one in state.certificates] == [f"http://lectern.test/share/{made.code}"]
