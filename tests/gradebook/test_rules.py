"""How totals are made, without a database: methods, dropping, statuses, letters, and the tree that explains them."""

import itertools
from decimal import Decimal
from fractions import Fraction
from math import comb
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms_app.gradebook import rules
from lms_app.gradebook.rules import Category, Column, Fate, Mark, Method, Node, Outcome, Plan
from lms_app.gradebook.rules.displaying import percent, split

D = Decimal


def column(name: str, points_max: Any = 10, **more: Any) -> Column:
    return Column(name, name, D(points_max), **{**more, "weight": D(more.get("weight", 1))})


def category(name: str, *children: Column | Category, **more: Any) -> Category:
    return Category(name, name, children, **{**more, "weight": D(more.get("weight", 1))})


def marks(**points: Any) -> dict[str, Mark]:
    """`a=5` are points, `a="excused"` is a status, `a=(5, "exempt")` both."""
    made: dict[str, Mark] = {}
    for name, one in points.items():
        has, status = one if isinstance(one, tuple) else (None, one) if isinstance(one, str) else (one, "")
        made[name] = Mark(None if has is None else D(has), status)
    return made


def so_far(root: Category, missing: Decimal | None = None, **points: Any) -> Fraction | None:
    return rules.totals(Plan(root, missing=missing), marks(**points)).share_so_far


def in_the_end(root: Category, missing: Decimal | None = None, **points: Any) -> Fraction:
    return rules.totals(Plan(root, missing=missing), marks(**points)).share


AB = (column("a", 10), column("b", 30))


@pytest.mark.parametrize(
    ("method", "weights", "share"),
    [
        (Method.POINTS, (1, 1), Fraction(8 + 15, 40)),
        (Method.SIMPLE, (1, 1), Fraction(8 + 15, 40)),
        (Method.WEIGHTED, (1, 1), Fraction(65, 100)),
        (Method.WEIGHTED, (40, 60), Fraction(62, 100)),
    ],
)
def test_each_method(method: Method, weights: tuple[int, int], share: Fraction) -> None:
    root = category("course", column("a", 10, weight=weights[0]), column("b", 30, weight=weights[1]), method=method)

    assert so_far(root, a=8, b=15) == share


def test_so_far_leaves_out_what_has_no_mark_and_the_end_counts_it_as_0() -> None:
    root = category("course", *AB)

    assert (so_far(root, a=8), in_the_end(root, a=8)) == (Fraction(8, 10), Fraction(8, 40))
    assert (so_far(root), in_the_end(root)) == (None, 0)


def test_weights_are_scaled_to_the_categories_that_have_marks() -> None:
    """canvas-lms lib/grade_calculator.rb: 30 and 20 of 100 marked make 50, scaled up."""
    quizzes = category("quizzes", column("a"), weight=30)
    labs = category("labs", column("b"), weight=20)
    root = category("course", quizzes, labs, category("exam", column("c"), weight=50), method=Method.WEIGHTED)

    assert so_far(root, a=10, b=5) == Fraction(30 * 2 + 20, 100)
    assert in_the_end(root, a=10, b=5) == Fraction(40, 100)


def test_a_category_is_worth_its_points_above() -> None:
    inside = category("labs", column("b", 20), column("c", 20))

    assert so_far(category("course", column("a"), inside), a=10, b=10) == Fraction(20, 30)
    simple = category("course", column("a"), inside, method=Method.SIMPLE)
    assert so_far(simple, a=10, b=10) == Fraction(10 + 20, 50)  # worth 40 from the start


def test_extra_credit_adds_and_never_divides() -> None:
    root = category("course", column("a"), column("x", 5, extra=True))

    assert so_far(root, a=8, x=5) == Fraction(13, 10)
    assert so_far(root, a=8) == Fraction(8, 10)
    assert so_far(root, x=5) is None
    weighted = category("course", column("a", weight=50), column("x", extra=True, weight=5), method=Method.WEIGHTED)
    assert so_far(weighted, a=8, x=10) == Fraction(80 + 10, 100)


@pytest.mark.parametrize("status", ["excused", "exempt"])
def test_what_is_excused_or_exempt_counts_nowhere(status: str) -> None:
    root = category("course", *AB)

    assert so_far(root, a=8, b=(3, status)) == Fraction(8, 10)
    assert in_the_end(root, a=8, b=(3, status)) == Fraction(8, 10)


@pytest.mark.parametrize(
    ("missing", "share"), [(None, Fraction(8, 10)), (D(0), Fraction(8, 40)), (D("0.4"), Fraction(20, 40))]
)
def test_missing_work_counts_as_the_course_says(missing: Decimal | None, share: Fraction) -> None:
    assert so_far(category("course", *AB), missing, a=8, b="missing") == share


def test_a_mark_for_missing_work_counts_as_it_is() -> None:
    assert so_far(category("course", *AB), D(0), a=8, b=(15, "missing")) == Fraction(23, 40)


def test_what_is_worth_nothing_changes_nothing() -> None:
    assert so_far(category("course", column("z", 0), column("a")), z=0, a=5) == Fraction(5, 10)
    assert so_far(category("course", column("z", 0)), z=0) is None
    free = category("course", column("z", weight=0), column("a"), method=Method.WEIGHTED, drop_lowest=1)
    assert so_far(free, z=0, a=5) == Fraction(5, 10)


# ---- Dropping


def test_dropping_by_percentage_is_not_the_best() -> None:
    root = category("course", column("a", 100), column("b", 5), column("c", 10), drop_lowest=1)

    assert so_far(root, a=50, b=2, c=10) == Fraction(80, 100)
    assert so_far(category("course", *root.children), a=50, c=10) == Fraction(60, 110)  # 54.55 %


def test_something_always_stays() -> None:
    root = category("course", *AB, drop_lowest=5)

    assert so_far(root, a=8, b=15) == Fraction(8, 10)
    assert so_far(root, b=15) == Fraction(15, 30)


def test_the_best_are_kept_and_extra_credit_is_never_dropped() -> None:
    root = category("course", column("a"), column("b"), column("c"), column("x", 5, extra=True), keep_best=2)

    assert so_far(root, a=9, b=2, c=7, x=0) == Fraction(16, 20)


def test_what_must_not_be_dropped_stays() -> None:
    root = category("course", column("a", never_drop=True), column("b"), column("c"), drop_lowest=1)

    assert so_far(root, a=1, b=5, c=9) == Fraction(1 + 9, 20)


def test_a_better_mark_never_costs_where_canvas_lets_it() -> None:
    """instructure/canvas-lms#2299: dropping the highest after the lowest gave who had one better score 7.9 for 46.2."""
    items = [column(name, worth) for name, worth in (("a", 100), ("b", 42), ("c", 55), ("d", 38), ("e", 22), ("f", 91))]
    root = category("course", *items, drop_lowest=2)
    albert = {"a": 30, "b": 14, "c": 30, "d": 13, "e": 2, "f": 29}

    for name in albert:
        better = so_far(root, **{**albert, name: albert[name] + 1})
        worse = so_far(root, **albert)
        assert better is not None
        assert worse is not None
        assert better >= worse


def test_what_a_category_drops_does_not_change_what_it_is_worth() -> None:
    """Points in points: keeping 1/2 instead of 51/100 would make the whole course 0.99, and one better mark 0.75."""
    labs = category("labs", column("b", 2), column("c", 100), drop_lowest=1)
    root = category("course", column("a", 100), labs)

    before, after = so_far(root, a=100, b=1, c=49), so_far(root, a=100, b=1, c=51)

    assert before is not None
    assert after is not None
    assert after > before


@given(st.data())
def test_dropping_is_as_good_as_trying_all(data: st.DataObject) -> None:
    count = data.draw(st.integers(1, 9))
    parts = data.draw(st.lists(st.tuples(st.integers(0, 40), st.integers(1, 60)), min_size=count, max_size=count))
    keep = data.draw(st.integers(1, count))
    score, worth = data.draw(st.tuples(st.integers(0, 50), st.integers(0, 50)))
    assert comb(count, keep) <= 5000

    chosen = rules.best(parts, keep, score=score, worth=worth)

    def ratio(some: Any) -> Fraction:
        return Fraction(score + sum(parts[at][0] for at in some), worth + sum(parts[at][1] for at in some))

    assert len(chosen) == keep
    assert ratio(chosen) == max(ratio(some) for some in itertools.combinations(range(count), keep))


# ---- What must hold of every course

_LEAF = st.builds(
    lambda worth, weight, extra, never, points, status: (worth, weight, extra, never, points, status),
    st.sampled_from([0, 1, 5, 10, 30, 100]),
    st.sampled_from([0, 1, 10, 25, 33]),
    st.sampled_from([False, False, False, True]),
    st.sampled_from([False, False, False, True]),
    st.one_of(st.none(), st.integers(0, 1000)),
    st.sampled_from(["", "", "", "", "excused", "missing", "exempt"]),
)


@st.composite
def courses(draw: st.DrawFn) -> tuple[Plan, dict[str, Mark]]:
    has: dict[str, Mark] = {}
    names = itertools.count()

    def leaf() -> Column:
        worth, weight, extra, never, points, status = draw(_LEAF)
        name = f"i{next(names)}"
        earned = None if points is None else (D(worth) * points / 1000).quantize(D("0.001"))
        has[name] = Mark(earned, status)
        return Column(name, name, D(worth), D(weight), extra, never)

    def group(level: int) -> Category:
        children: list[Any] = [leaf() for _ in range(draw(st.integers(0, 4)))]
        if level < 2:
            children += [group(level + 1) for _ in range(draw(st.integers(0, 2)))]
        return Category(
            f"c{next(names)}",
            "c",
            tuple(children),
            draw(st.sampled_from(list(Method))),
            D(draw(st.sampled_from([0, 1, 20, 40]))),
            draw(st.sampled_from([False, False, False, True])),
            draw(st.integers(0, 2)),
            draw(st.sampled_from([0, 0, 1, 2])),
        )

    missing = draw(st.sampled_from([None, D(0), D("0.5")]))
    return Plan(group(0), missing=missing), has


def _shares(outcome: Outcome) -> dict[str, Fraction | None]:
    inside = [part.inside for part in outcome.parts if part.inside is not None]
    return {outcome.of.id: outcome.share, **{k: v for one in inside for k, v in _shares(one).items()}}


@given(courses(), st.data())
def test_raising_one_score_lowers_no_total(course: tuple[Plan, dict[str, Mark]], data: st.DataObject) -> None:
    plan, has = course
    worths = {leaf.id: leaf.points_max for leaf in _leaves(plan.root)}
    raisable = [name for name, mark in has.items() if mark.points is not None and mark.points < worths[name]]
    if not raisable:
        return
    name = data.draw(st.sampled_from(raisable))
    room = int((worths[name] - (has[name].points or D(0))) * 1000)
    more = (has[name].points or D(0)) + D(data.draw(st.integers(1, room))) / 1000

    before = rules.totals(plan, has)
    after = rules.totals(plan, {**has, name: Mark(more, has[name].status)})

    for old, new in ((before.so_far, after.so_far), (before.in_the_end, after.in_the_end)):
        was, now = _shares(old), _shares(new)
        assert was.keys() == now.keys()
        assert all((now[k] is None) == (was[k] is None) and (now[k] or 0) >= (was[k] or 0) for k in was)


@given(courses())
def test_a_first_mark_lowers_nothing_in_the_end(course: tuple[Plan, dict[str, Mark]]) -> None:
    plan, has = course
    empty = [name for name, mark in has.items() if mark.points is None and not mark.status]

    before = rules.totals(plan, has).share

    for name in empty:
        assert rules.totals(plan, {**has, name: Mark(D(0))}).share >= before


@given(courses())
def test_the_parts_sum_to_the_total(course: tuple[Plan, dict[str, Mark]]) -> None:
    both = rules.totals(*course)

    for outcome in (both.so_far, both.in_the_end):
        top = rules.tree(outcome)
        assert top.adds == (D(0) if outcome.share is None else percent(outcome.share))
        _sums(top)


def _sums(node: Node) -> None:
    if node.children:
        assert sum((one.adds for one in node.children), D(0)) == node.adds
    for one in node.children:
        assert one.adds >= 0
        _sums(one)


def _leaves(one: Category) -> list[Column]:
    return [leaf for child in one.children for leaf in (_leaves(child) if isinstance(child, Category) else [child])]


@given(st.lists(st.fractions(0, 1), max_size=8))
def test_splitting_rounds_each_part_up_or_down(parts: list[Fraction]) -> None:
    total = percent(sum(parts, Fraction(0)))

    shown = split(total, parts)

    assert sum(shown, D(0)) == (total if parts else 0)
    assert all(abs(Fraction(one) - part * 100) < Fraction(1, 100) for one, part in zip(shown, parts, strict=True))


# ---- In words


def test_the_tree_says_its_arithmetic() -> None:
    quizzes = category("quizzes", column("a"), column("b"), weight=40, drop_lowest=1)
    root = category("course", quizzes, column("c", 20, weight=60), method=Method.WEIGHTED)

    top = rules.tree(rules.totals(Plan(root), marks(a=8, b=5, c=15)).so_far)

    assert (top.percent, top.words) == (D("77.00"), "(40 × 80% + 60 × 75%) ÷ 100 = 77%.")
    first, second = top.children
    assert (first.percent, first.adds, first.words) == (D("80.00"), D("32.00"), "8 ÷ 10 = 80%. The best 1 of 2 count.")
    assert [(one.fate, one.adds, one.words) for one in first.children] == [
        (Fate.COUNTED, D("32.00"), "8 of 10 points; counts 10 of 10."),
        (Fate.DROPPED, D("0.00"), "5 of 10 points. Dropped: the total is better without it."),
    ]
    assert (second.adds, second.words) == (D("45.00"), "15 of 20 points; counts 60 of 100.")


# ---- Letters


@pytest.mark.parametrize(
    ("share", "canvas", "moodle"),
    [
        (Fraction(94, 100), "A", "A"),
        (Fraction(93, 100), "A−", "A"),
        (Fraction(9, 10), "A−", "A−"),
        (Fraction(89_999, 100_000), "B+", "B+"),
        (Fraction(62, 100), "D−", "D"),
        (Fraction(2, 3), "D", "D"),
        (Fraction(0), "F", "F"),
        (Fraction(11, 10), "A", "A"),
    ],
)
def test_a_letter_is_looked_up_without_rounding(share: Fraction, canvas: str, moodle: str) -> None:
    assert (rules.letter(share, rules.CANVAS), rules.letter(share, rules.MOODLE)) == (canvas, moodle)


def test_thirds_reach_their_letter() -> None:
    """Three marks of 9/30, 27/30 and 27/30 in decimals would come to 69.99… %."""
    root = category("course", *(column(name, 30) for name in "abc"), method=Method.WEIGHTED)

    share = so_far(root, a=9, b=27, c=27)

    assert share is not None
    assert rules.letter(share, rules.CANVAS) == "C−"


@pytest.mark.parametrize(
    ("scale", "what"),
    [
        ([], ""),
        (rules.MOODLE, ""),
        ([(D(50), "Pass")], "One letter must begin at 0"),
        ([(D(0), "A"), (D(0), "B")], "Two lines are the same"),
        ([(D(0), "A"), (D(1), "a")], "Two lines are the same"),
        ([(D(-1), "A"), (D(0), "B")], "Enter percentages from 0"),
        ([(D(0), " ")], "Each line needs a letter"),
    ],
)
def test_scales(scale: Any, what: str) -> None:
    assert rules.wrong(scale).startswith(what)
    assert bool(rules.wrong(scale)) == bool(what)
