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

NOTHING = Fraction(0)


class _Child(NamedTuple):
    """A child before it is known what is dropped."""

    of: Column | Category
    fate: Fate
    share: Fraction | None
    worth: Exact
    size: Exact
    whole: Exact
    mark: Mark | None
    inside: Outcome | None


def evaluate(category: Category, marks: Marks, *, rest_is_zero: bool, missing: Decimal | None) -> Outcome:
    """What a student's marks come to: of the marked work alone, or with all that is not marked as 0.

    `missing` is the share that missing work counts as; None leaves it out like any unmarked work.
    """
    children = [
        _category(category.method, child, evaluate(child, marks, rest_is_zero=rest_is_zero, missing=missing))
        if isinstance(child, Category)
        else _column(category.method, child, marks.get(child.id, NO_MARK), rest_is_zero, missing)
        for child in category.children
    ]
    pool = [at for at, one in enumerate(children) if one.share is not None and one.worth and not one.of.extra]
    kept = _kept(category, children, pool)
    out_of: Exact = sum(children[at].worth for at in kept)
    parts = tuple(_part(one, at in kept, at in pool, out_of) for at, one in enumerate(children))
    held = {at for at in range(len(children)) if children[at].whole and not children[at].of.extra}
    return Outcome(
        of=category,
        share=sum((part.added for part in parts), NOTHING) if out_of else None,
        out_of=out_of,
        size=_of(sum(children[at].size for at in pool), len(kept), len(pool)),
        whole=_of(sum(children[at].whole for at in held), _count(category, children, held), len(held)),
        kept=len(kept),
        parts=parts,
    )


def _column(method: Method, column: Column, mark: Mark, rest_is_zero: bool, missing: Decimal | None) -> _Child:
    out_of = thousandths(column.points_max)
    worth = thousandths(column.weight) if method is Method.WEIGHTED else out_of
    fate, share = _counts(mark, out_of, rest_is_zero, missing)
    if not worth or not out_of:
        fate, share = Fate.NOTHING if share is not None else fate, None
    left_out = mark.status in (Status.EXCUSED, Status.EXEMPT)
    return _Child(column, fate, share, worth, out_of, 0 if left_out else out_of, mark, None)


def _counts(mark: Mark, out_of: int, rest_is_zero: bool, missing: Decimal | None) -> tuple[Fate, Fraction | None]:
    if mark.status == Status.EXCUSED:
        return Fate.EXCUSED, None
    if mark.status == Status.EXEMPT:
        return Fate.EXEMPT, None
    if mark.points is not None:
        return Fate.COUNTED, Fraction(thousandths(mark.points), out_of or 1)
    if mark.status == Status.MISSING and missing is not None:
        return Fate.MISSING, Fraction(missing)
    return (Fate.ZERO, NOTHING) if rest_is_zero else (Fate.UNMARKED, None)


def _category(method: Method, category: Category, inside: Outcome) -> _Child:
    worth = {
        Method.WEIGHTED: thousandths(category.weight),
        Method.POINTS: inside.size,
        Method.SIMPLE: inside.whole,
    }[method]
    counts = inside.share is not None
    fate = (Fate.COUNTED if worth else Fate.NOTHING) if counts else Fate.UNMARKED
    return _Child(category, fate, inside.share, worth, inside.size, inside.whole, None, inside)


def _kept(category: Category, children: list[_Child], pool: list[int]) -> set[int]:
    keep = _count(category, children, set(pool))
    if keep >= len(pool):
        return set(pool)
    forced = [at for at in pool if children[at].of.never_drop]
    free = [at for at in pool if not children[at].of.never_drop]
    # What stays whatever happens, extra credit among it, is part of what is made the greatest.
    certain = forced + [at for at, one in enumerate(children) if one.of.extra and one.share is not None]
    chosen = best(
        [_earned(children[at]) for at in free],
        keep - len(forced),
        score=sum(_earned(children[at])[0] for at in certain),
        worth=sum(children[at].worth for at in forced),
    )
    return {*forced, *(free[at] for at in chosen)}


def _count(category: Category, children: list[_Child], pool: set[int]) -> int:
    forced = sum(children[at].of.never_drop for at in pool)
    return kept_of(len(pool), drop_lowest=category.drop_lowest, keep_best=category.keep_best, forced=forced)


def _earned(child: _Child) -> tuple[Exact, Exact]:
    return (child.share or NOTHING) * child.worth, child.worth


def _part(child: _Child, kept: bool, in_pool: bool, out_of: Exact) -> Part:
    fate = child.fate
    if in_pool and not kept:
        fate = Fate.DROPPED
    elif child.of.extra and child.share is not None and child.worth:
        fate = Fate.EXTRA
    counts = out_of and (kept or fate is Fate.EXTRA)
    added = Fraction(_earned(child)[0], out_of) if counts else NOTHING
    return Part(child.of, fate, child.share, child.worth, added, child.mark, child.inside)


def _of(size: Exact, kept: int, count: int) -> Exact:
    """The points of `kept` parts of an average size: which ones were dropped must not change what a category is worth."""
    return size if kept == count else Fraction(size * kept, count)
