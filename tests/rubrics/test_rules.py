"""What makes a rubric, and what a marking by it is worth."""

from dataclasses import replace
from decimal import Decimal

import pytest

from lms_app.core.errors import Invalid
from lms_app.rubrics import rules
from lms_app.rubrics.views import CriterionMark, RubricView
from tests.rubrics import makers
from tests.rubrics.makers import criterion, level

pytestmark = pytest.mark.no_database

POND = rules.settled(makers.pond())
GUIDE = rules.settled(makers.guide())
CHECKLIST = rules.settled(makers.checklist())
RANGED = rules.settled(
    rules.draft(
        "rubric",
        "Report",
        [criterion("Depth", level("Thin", "2", "0", id="thin"), level("Deep", "5", "3", id="deep"), id="depth")],
    )
)


def test_a_rubric_is_worth_its_best_levels() -> None:
    assert (POND.points_max, [one.points_max for one in POND.criteria]) == (10, [5, 5])
    assert GUIDE.points_max == 10
    assert CHECKLIST.points_max == Decimal("1.5")
    assert [one.ranged for one in (*POND.criteria, *RANGED.criteria)] == [False, False, True]


def test_what_has_no_id_gets_one_that_stays() -> None:
    first = rules.settled(rules.draft("rubric", " Pond \n survey ", [criterion("A", level("x", "0"), level("y", "1"))]))

    assert first.title == "Pond survey"
    assert first.criteria[0].id
    assert all(one.id for one in first.criteria[0].levels)
    assert rules.settled(first) == first


@pytest.mark.parametrize(
    ("drafted", "wrong"),
    [
        (rules.draft("poem", "", []), {"kind", "title", "criteria"}),
        (rules.draft("rubric", "T", [criterion("", level("x", "1"))]), {"criteria.0.title", "criteria.0.levels"}),
        (rules.draft("rubric", "T", [criterion("A", level("", "1"), level("y", "-1"))]), {"criteria.0.levels.0.title", "criteria.0.levels.1.points"}),
        (rules.draft("rubric", "T", [criterion("A", level("x", "1", "2"), level("y", "NaN"))]), {"criteria.0.levels.0.points_min", "criteria.0.levels.1.points"}),
        (rules.draft("rubric", "T", [criterion("A", level("x", "1", id="a"), level("y", "2", id="a"))]), {"criteria.0.levels"}),
        (rules.draft("guide", "T", [criterion("A", worth="0.0001"), criterion("B", level("x", "1"), worth="1")]), {"criteria.0.points_max", "criteria.1.levels"}),
        (rules.draft("checklist", "x" * 161, [criterion("A", worth="Infinity", id="no spaces")]), {"title", "criteria", "criteria.0.points_max"}),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_by_field(drafted: RubricView, wrong: set[str]) -> None:
    with pytest.raises(Invalid) as told:
        rules.settled(drafted)

    assert set(told.value.fields) == wrong
    assert all(said.endswith(".") for said in told.value.fields.values())


def test_levels_add_up() -> None:
    marks = {"observation": CriterionMark("O5"), "method": CriterionMark("M4", comment="Who else could repeat it?")}

    assert rules.points(POND, marks) == 9
    assert rules.filled(POND, marks) == {
        "observation": CriterionMark("O5", Decimal(5)),
        "method": CriterionMark("M4", Decimal(4), "Who else could repeat it?"),
    }


def test_a_range_is_worth_what_its_marker_says() -> None:
    assert rules.points(RANGED, {"depth": CriterionMark("deep")}) == 5
    assert rules.points(RANGED, {"depth": CriterionMark("deep", Decimal("3.5"))}) == Decimal("3.5")
    with pytest.raises(Invalid, match="from 3 to 5"):
        rules.points(RANGED, {"depth": CriterionMark("deep", Decimal("2.9"))})


def test_a_guide_takes_any_points_up_to_the_most() -> None:
    assert rules.points(
        GUIDE, {"argument": CriterionMark(points=Decimal("5.25")), "style": CriterionMark(points=Decimal(0))}
    ) == Decimal("5.25")
    for wrong in ("6.001", "-1", "NaN", "0.0001"):
        with pytest.raises(Invalid, match="from 0 to 6"):
            rules.points(GUIDE, {"argument": CriterionMark(points=Decimal(wrong))}, so_far=True)


def test_a_checklist_counts_what_is_met() -> None:
    assert rules.points(CHECKLIST, {}) == 0
    assert rules.points(CHECKLIST, {"gloves": CriterionMark("met")}) == Decimal("0.5")
    with pytest.raises(Invalid, match="met or not"):
        rules.points(CHECKLIST, {"gloves": CriterionMark("maybe")})


def test_what_is_missing_matters_only_in_the_end() -> None:
    marks = {"observation": CriterionMark("O2")}

    assert rules.points(POND, marks, so_far=True) == 2
    with pytest.raises(Invalid) as told:
        rules.points(POND, marks)
    assert told.value.fields == {"method": "Choose a level for “Method”."}


def test_a_mark_fits_its_rubric() -> None:
    with pytest.raises(Invalid) as told:
        rules.points(POND, {"observation": CriterionMark("M1"), "poetry": CriterionMark("P1")}, so_far=True)

    assert set(told.value.fields) == {"observation", "poetry"}


def test_points_survive_the_row() -> None:
    exact = replace(RANGED.criteria[0], points_max=Decimal("0.1"))
    marks = {"depth": CriterionMark("deep", Decimal("0.3")), "other": CriterionMark()}

    assert rules.criteria_from_json(rules.criteria_to_json([exact])) == [exact]
    assert rules.marks_from_json(rules.marks_to_json(marks)) == {"depth": CriterionMark("deep", Decimal("0.3"))}
