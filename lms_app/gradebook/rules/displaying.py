"""An outcome as a tree that people can check: each part says what it adds, and the parts sum to the total, exactly."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from math import floor

from lms_app.core.words import later, say
from lms_app.gradebook.rules.shape import COUNTING, Category, Exact, Fate, Mark, Method, Outcome, Part, decimal

HUNDREDTH = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Node:
    """A part of a total. `adds` is in percentage points of the total at the top; the children's sum to it exactly.

    `percent` is what the part itself came to, None while it has nothing; `words` is its arithmetic.
    """

    id: str
    title: str
    is_category: bool
    fate: Fate
    percent: Decimal | None
    adds: Decimal
    words: str
    mark: Mark | None
    children: "tuple[Node, ...]"


def tree(outcome: Outcome) -> Node:
    """The whole derivation of a total."""
    total = Decimal(0) if outcome.share is None else percent(outcome.share)
    fate = Fate.UNMARKED if outcome.share is None else Fate.COUNTED
    return _node(outcome.of.id, outcome.of.title, fate, outcome, outcome.share or Fraction(0), total)


def percent(share: Exact) -> Decimal:
    """A share as a percentage with two decimals, halves up: what is shown, never what is looked up."""
    return decimal(share * 100).quantize(HUNDREDTH, rounding=ROUND_HALF_UP)


def split(total: Decimal, parts: Sequence[Fraction]) -> list[Decimal]:
    """Hundredths for the parts, each rounded up or down so that they sum to `total`: the largest rests go up."""
    exact = [part * 10_000 for part in parts]
    units = [floor(one) for one in exact]
    spare = int(total.scaleb(2)) - sum(units)
    for at in sorted(range(len(parts)), key=lambda at: (units[at] - exact[at], at))[: max(spare, 0)]:
        units[at] += 1
    return [Decimal(unit).scaleb(-2) for unit in units]


def _node(id: str, title: str, fate: Fate, outcome: Outcome, scale: Fraction, adds: Decimal) -> Node:
    """`scale` is the exact share of the whole that this category makes."""
    exact = [_scaled(outcome.added(part), outcome.share, scale) for part in outcome.parts]
    shown = split(adds, exact)
    return Node(
        id=id,
        title=title,
        is_category=True,
        fate=fate,
        percent=None if outcome.share is None else percent(outcome.share),
        adds=adds,
        words=arithmetic(outcome),
        mark=None,
        children=tuple(
            _child(outcome, part, its, own) for part, its, own in zip(outcome.parts, exact, shown, strict=True)
        ),
    )


def _scaled(added: Fraction, share: Fraction | None, scale: Fraction) -> Fraction:
    return added / share * scale if share else Fraction(0)


def _child(outcome: Outcome, part: Part, exact: Fraction, adds: Decimal) -> Node:
    if part.inside is not None:
        return _node(part.of.id, part.of.title, part.fate, part.inside, exact, adds)
    return Node(
        id=part.of.id,
        title=part.of.title,
        is_category=False,
        fate=part.fate,
        percent=None if part.share is None else percent(part.share),
        adds=adds,
        words=_of_column(outcome, part),
        mark=part.mark,
        children=(),
    )


# ---- In words


def arithmetic(outcome: Outcome) -> str:
    """How a category's share is made: `(8 + 9) ÷ (10 + 10) = 85%`."""
    counted = [part for part in outcome.parts if part.fate in COUNTING]
    if outcome.share is None:
        return say("Nothing in it counts yet.")
    method = outcome.of.method
    terms = [_term(method, part) for part in counted if part.worth]
    above = " + ".join(terms) if len(terms) <= 8 else said(decimal(outcome.share * outcome.out_of / 1000))
    above = f"({above})" if "+" in above else above
    made = f"{above} ÷ {said(decimal(Fraction(outcome.out_of, 1000)))} = {said(percent(outcome.share))}%"
    return f"{made}. {_kept(outcome)}".strip()


def _term(method: Method, part: Part) -> str:
    share = part.share or Fraction(0)
    if method is Method.WEIGHTED:
        return f"{said(decimal(Fraction(part.worth, 1000)))} × {said(percent(share))}%"
    return said(decimal(share * part.worth / 1000))


def _kept(outcome: Outcome) -> str:
    dropped = sum(part.fate is Fate.DROPPED for part in outcome.parts)
    if not dropped:
        return ""
    return say("The best {kept} of {all} count.", kept=outcome.kept, all=outcome.kept + dropped)


def _of_column(outcome: Outcome, part: Part) -> str:
    column, mark = part.of, part.mark
    assert not isinstance(column, Category)
    out_of = said(column.points_max)
    has = say("No mark yet")
    if mark is not None and mark.points is not None:
        has = say("{points} of {all} points", points=said(mark.points), all=out_of)
    if part.fate is Fate.MISSING and part.share is not None:
        return say("Missing: counts as {share}% of {all} points.", share=said(percent(part.share)), all=out_of)
    if part.fate not in COUNTING:
        return f"{has}. {say(_FATES[part.fate])}"
    worth, whole = said(decimal(Fraction(part.worth, 1000))), said(decimal(Fraction(outcome.out_of, 1000)))
    if part.fate is Fate.EXTRA:
        return say("{mark}. Extra credit, {worth} of {all} on top.", mark=has, worth=worth, all=whole)
    if part.fate is Fate.ZERO:
        return say("{mark}, as 0 for now; counts {worth} of {all}.", mark=has, worth=worth, all=whole)
    return say("{mark}; counts {worth} of {all}.", mark=has, worth=worth, all=whole)


_FATES = {
    Fate.DROPPED: later("Dropped: the total is better without it."),
    Fate.EXCUSED: later("Excused: it does not count."),
    Fate.EXEMPT: later("Exempt: the mark stands and does not count."),
    Fate.UNMARKED: later("It does not count so far."),
    Fate.NOTHING: later("It is worth nothing here."),
}


def said(number: Decimal) -> str:
    """At most three decimals, none that are zero."""
    text = f"{number.quantize(Decimal('0.001'), rounding=ROUND_HALF_UP):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
