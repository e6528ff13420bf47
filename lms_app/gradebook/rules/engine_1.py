"""The first way of making totals. It never changes: courses that began with it keep their totals (see `ENGINES`).

What a part is worth depends on which parts have marks, never on how good they are. So each total is a mean with fixed
weights, or the greatest of several, and raising a mark lowers none of them. Canvas and Moodle let a dropped mark change
what its category is worth above, which is why a better mark can cost a student there (instructure/canvas-lms#2299).
"""

from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from lms_app.gradebook.rules.dropping import best, kept_of
from lms_app.gradebook.rules.shape import (
    COUNTING,
    NO_MARK,
    Category,
    Column,
    Exact,
    Fate,
    Mark,
    Marks,
    Method,
    Outcome,
    Part,
    thousandths,
)
from lms_app.grades.models import Status

_LEFT_OUT = {Status.EXCUSED: Fate.EXCUSED, Status.EXEMPT: Fate.EXEMPT}


class _Child(NamedTuple):
    """A child before it is known what is dropped: what it earned of its worth, None where it counts for nothing."""

    of: Column | Category
    fate: Fate
    earned: Exact | None
    worth: Exact
    size: Exact
    whole: Exact
    mark: Mark | None
    inside: Outcome | None


def evaluate(category: Category, marks: Marks, *, rest_is_zero: bool, missing: Decimal | None) -> Outcome:
    """What a student's marks come to: of the marked work alone, or with all that is not marked as 0.

    `missing` is the share that missing work counts as; None leaves it out like any unmarked work.
    """
    method = category.method
    children = [
        _category(method, child, evaluate(child, marks, rest_is_zero=rest_is_zero, missing=missing))
        if isinstance(child, Category)
        else _column(method, child, marks.get(child.id, NO_MARK), rest_is_zero, missing)
        for child in category.children
    ]
    pool = [at for at, one in enumerate(children) if one.earned is not None and not one.of.extra]
    kept = _kept(category, children, pool)
    parts = tuple(_part(one, at in kept) for at, one in enumerate(children))
    out_of: Exact = sum(children[at].worth for at in kept)
    earned: Exact = sum(part.earned or 0 for part in parts if part.fate in COUNTING)
    held = [at for at, one in enumerate(children) if one.whole and not one.of.extra]
    return Outcome(
        of=category,
        share=Fraction(earned, out_of) if out_of else None,
        out_of=out_of,
        size=_of(sum(children[at].size for at in pool), len(kept), len(pool)),
        whole=_of(sum(children[at].whole for at in held), _count(category, children, held), len(held)),
        kept=len(kept),
        parts=parts,
    )


def _column(method: Method, column: Column, mark: Mark, rest_is_zero: bool, missing: Decimal | None) -> _Child:
    out_of = thousandths(column.points_max)
    worth = thousandths(column.weight) if method is Method.WEIGHTED else out_of
    whole = out_of
    earned: Exact | None = None
    if mark.status in _LEFT_OUT:
        fate, whole = _LEFT_OUT[Status(mark.status)], 0
    elif mark.points is not None:
        fate, points = Fate.COUNTED, thousandths(mark.points)
        earned = points if worth == out_of else Fraction(points * worth, out_of or 1)
    elif mark.status == Status.MISSING and missing is not None:
        fate, earned = Fate.MISSING, Fraction(missing) * worth
    elif rest_is_zero:
        fate, earned = Fate.ZERO, 0
    else:
        fate = Fate.UNMARKED
    if earned is not None and not (worth and out_of):
        fate, earned = Fate.NOTHING, None
    return _Child(column, fate, earned, worth, out_of, whole, mark, None)


def _category(method: Method, category: Category, inside: Outcome) -> _Child:
    worth = {
        Method.WEIGHTED: thousandths(category.weight),
        Method.POINTS: inside.size,
        Method.SIMPLE: inside.whole,
    }[method]
    if inside.share is None:
        return _Child(category, Fate.UNMARKED, None, worth, inside.size, inside.whole, None, inside)
    fate, earned = (Fate.COUNTED, inside.share * worth) if worth else (Fate.NOTHING, None)
    return _Child(category, fate, earned, worth, inside.size, inside.whole, None, inside)


def _kept(category: Category, children: list[_Child], pool: list[int]) -> set[int]:
    keep = _count(category, children, pool)
    if keep >= len(pool):
        return set(pool)
    forced = [at for at in pool if children[at].of.never_drop]
    free = [at for at in pool if not children[at].of.never_drop]
    # What stays whatever happens, extra credit among it, is part of what is made the greatest.
    certain = forced + [at for at, one in enumerate(children) if one.of.extra]
    chosen = best(
        [(children[at].earned or 0, children[at].worth) for at in free],
        keep - len(forced),
        score=sum(children[at].earned or 0 for at in certain),
        worth=sum(children[at].worth for at in forced),
    )
    return {*forced, *(free[at] for at in chosen)}


def _count(category: Category, children: list[_Child], pool: list[int]) -> int:
    if not (category.drop_lowest or category.keep_best):
        return len(pool)
    forced = sum(children[at].of.never_drop for at in pool)
    return kept_of(len(pool), drop_lowest=category.drop_lowest, keep_best=category.keep_best, forced=forced)


def _part(child: _Child, kept: bool) -> Part:
    fate = child.fate
    if child.earned is not None and not kept:
        fate = Fate.EXTRA if child.of.extra else Fate.DROPPED
    return Part(child.of, fate, child.earned, child.worth, child.mark, child.inside)


def _of(size: Exact, kept: int, count: int) -> Exact:
    """The points of `kept` parts of an average size: which ones were dropped must not change what a category is worth."""
    return size if kept == count else Fraction(size * kept, count)
