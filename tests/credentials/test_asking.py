"""What a course asks, who lacks what, and awarding to many; and that changes are looked at again."""

import time
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from lms_app.core.errors import Conflict, Forbidden, Invalid
from lms_app.courses import service as courses
from lms_app.credentials import service
from lms_app.gradebook import service as gradebook
from lms_app.policy import Role
from tests import makers as people
from tests.courses import makers as course_makers
from tests.credentials import makers
from tests.makers import NOON

DAY = timedelta(days=1)


def _class(instructor: Any, count: int, **settings: Any) -> tuple[course_makers.Made, list[people.Person]]:
    """A course that so many have completed, before anybody looked."""
    made = course_makers.course(instructor, ["Scales of life"], **settings)
    learners = [people.person(f"Learner {number:03}") for number in range(count)]
    for one in learners:
        course_makers.enrolled(one, made)
        course_makers.completed(one, *made.items)
    return made, learners


def test_before_its_date_nothing_is_awarded_and_on_it_everything(instructor: Any) -> None:
    made, _learners = _class(instructor, 2)
    opens = NOON + 3 * DAY
    instructor.does(service.set_terms, slug=made.slug, not_before=opens)

    makers.deliver(NOON)
    before = instructor.sees(service.awards, slug=made.slug)
    makers.deliver(opens - timedelta(seconds=1))
    still = len(makers.rows())
    makers.deliver(opens)

    assert (still, [row.issued_at for row in makers.rows()]) == (0, [opens, opens])
    assert [line.lacks for line in before.learners] == [["date"], ["date"]]
    with pytest.raises(Conflict, match="does not award its certificate yet"):
        late, _ = _class(instructor, 1, title="Later")
        instructor.does(service.set_terms, slug=late.slug, not_before=opens)
        instructor.does(service.award, course_id=late.id, user_id=_[0].id)


def test_a_lower_grade_that_is_asked_awards_those_who_have_it(instructor: Any) -> None:
    made, (good, poor) = _class(instructor, 2, pass_fraction=Decimal("0.9"))
    item = makers.graded(instructor, good, made, "8")
    makers.graded(instructor, poor, made, "3", item=item)
    makers.deliver()
    before = len(makers.rows())

    instructor.at(NOON + DAY).does(courses.update_course, course_id=made.id, pass_fraction=Decimal("0.8"))
    makers.deliver(NOON + DAY)

    assert (before, [row.user_id for row in makers.rows()]) == (0, [good.id])
    shown = instructor.sees(service.awards, slug=made.slug)
    assert [(line.state, line.lacks, line.grade) for line in shown.learners] == [
        ("valid", [], "80%"),
        ("lacks", ["grade"], "30%"),
    ]
    assert (shown.holds, shown.due, shown.lacks, shown.ended, shown.total) == (1, 0, 1, 0, 2)


def test_another_way_of_making_totals_is_looked_at_too(instructor: Any) -> None:
    made, (one,) = _class(instructor, 1, pass_fraction=Decimal("0.8"))
    makers.graded(instructor, one, made, "9")
    column = instructor.does(gradebook.add_column, slug=made.slug, title="Talk", points_max=Decimal(10)).columns[-1]
    makers.deliver()
    before = len(makers.rows())

    instructor.at(NOON + DAY).does(gradebook.remove_column, item_id=UUID(column.id))
    makers.deliver(NOON + DAY)

    assert (before, len(makers.rows())) == (0, 1)


def test_turning_the_certificate_on_awards_what_was_earned_before(instructor: Any) -> None:
    made, learners = _class(instructor, 2, certificate=False)
    makers.deliver()
    before = len(makers.rows())

    instructor.at(NOON + DAY).does(service.set_terms, slug=made.slug, offered=True)
    makers.deliver(NOON + DAY)

    assert (before, {row.user_id for row in makers.rows()}) == (0, {one.id for one in learners})


def test_where_people_award_nothing_happens_by_itself(instructor: Any) -> None:
    made = course_makers.course(instructor, ["Scales of life"])
    instructor.does(service.set_terms, slug=made.slug, automatic=False)
    learners = [people.person(f"Learner {number}") for number in range(3)]
    for one in learners:
        course_makers.enrolled(one, made)
    for one in learners[:2]:
        course_makers.completed(one, *made.items)
    makers.deliver()
    rehearsal = instructor.sees(service.award_many, slug=made.slug, rehearsal=True)
    shown = instructor.sees(service.awards, slug=made.slug, show="due")
    before = len(makers.rows())

    asked = instructor.does(service.award_many, slug=made.slug)
    makers.deliver()

    assert (rehearsal, asked, before) == (2, 2, 0)
    assert [line.name for line in shown.learners] == ["Learner 0", "Learner 1"]
    assert {row.user_id for row in makers.rows()} == {one.id for one in learners[:2]}
    assert instructor.does(service.award_many, slug=made.slug) == 0
    lacking = instructor.sees(service.awards, slug=made.slug, show="lacks").learners
    assert [(line.name, line.lacks) for line in lacking] == [("Learner 2", ["completion"])]


def test_awarding_to_all_passes_over_whose_certificate_was_taken_back(instructor: Any) -> None:
    made, (one, two) = _class(instructor, 2)
    makers.deliver()
    taken = one.sees(service.mine)[0]
    instructor.does(service.revoke, certificate_id=UUID(taken.id), reason="Plagiarism")

    to_all = instructor.does(service.award_many, slug=made.slug)
    to_one = instructor.at(NOON + DAY).does(service.award_many, slug=made.slug, user_ids=[one.id, two.id])
    makers.deliver(NOON + DAY)

    assert (to_all, to_one) == (0, 1)
    assert [c.status for c in one.sees(service.mine)] == ["valid", "revoked"]


def test_a_hundred_and_more_are_awarded_in_several_steps_and_once(instructor: Any) -> None:
    made, learners = _class(instructor, 130)
    instructor.does(service.set_terms, slug=made.slug, automatic=False)
    instructor.does(service.award_many, slug=made.slug)

    for minutes in range(20):  # the loop takes some messages at a time
        makers.deliver(NOON + timedelta(minutes=minutes))

    assert sorted(row.user_id for row in makers.rows()) == sorted(one.id for one in learners)


def test_an_assistant_sees_and_does_not_award(instructor: Any, stranger: Any) -> None:
    made, (one,) = _class(instructor, 1)
    instructor.does(courses.add_member, course_id=made.id, user_id=stranger.id, role=Role.ASSISTANT)

    assert stranger.sees(service.awards, slug=made.slug).due == 1
    for act, given in (
        (service.award_many, {}),
        (service.set_terms, {"automatic": False}),
    ):
        with pytest.raises(Forbidden):
            stranger.does(act, slug=made.slug, **given)
    with pytest.raises(Forbidden):
        stranger.does(service.award, course_id=made.id, user_id=one.id)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"valid_months": 0}, "valid_months"),
        ({"valid_months": 601}, "valid_months"),
        ({"valid_months": 12, "valid_until": NOON + DAY}, "valid_until"),
        ({"valid_until": NOON - DAY}, "valid_until"),
        ({"pass_fraction": Decimal(2)}, "pass_fraction"),
    ],
)
def test_terms_that_make_no_sense_are_refused_by_field(instructor: Any, given: dict[str, Any], field: str) -> None:
    made = course_makers.course(instructor)

    with pytest.raises(Invalid) as refusal:
        instructor.does(service.set_terms, slug=made.slug, **given)

    assert list(refusal.value.fields) == [field]


def test_a_form_of_terms_and_back(instructor: Any) -> None:
    made = course_makers.course(instructor)
    wanted = {
        "offered": True,
        "pass_fraction": Decimal("0.65"),
        "automatic": False,
        "not_before": NOON + DAY,
        "valid_months": 36,
        "valid_until": None,
        "design_id": None,
    }
    instructor.does(service.set_terms, slug=made.slug, **wanted)

    _view, values, choices = instructor.sees(service.terms_form, slug=made.slug)

    assert service.read_terms(values, "UTC") == wanted
    assert [one.label for one in choices] == ["As the site does"]


def test_a_search_finds_parts_of_names(instructor: Any) -> None:
    made, _ = _class(instructor, 3)

    found = instructor.sees(service.awards, slug=made.slug, search="er 002")

    assert [line.name for line in found.learners] == ["Learner 002"]


@pytest.mark.long
def test_a_thousand_learners_are_shown_in_no_time(instructor: Any) -> None:
    made, _ = _class(instructor, 1000)

    begun = time.monotonic()
    shown = instructor.sees(service.awards, slug=made.slug)

    assert (shown.total, len(shown.learners)) == (1000, 50)
    assert time.monotonic() - begun < 2
