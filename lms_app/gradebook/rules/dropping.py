"""Which marks are kept where the lowest are dropped: those that leave the student with the most.

By percentage is not it: of 50/100, 2/5 and 10/10, dropping the lowest percentage leaves 55 %, dropping the first 80 %.
"""

from collections.abc import Sequence
from math import lcm

from lms_app.gradebook.rules.shape import Exact


def kept_of(count: int, *, drop_lowest: int, keep_best: int, forced: int) -> int:
    """How many of `count` marks stay. Something always does, and so does what must never be dropped."""
    keep = keep_best or count - drop_lowest
    return min(count, max(keep, forced, 1))


def best(parts: Sequence[tuple[Exact, Exact]], keep: int, *, score: Exact = 0, worth: Exact = 0) -> list[int]:
    """Which `keep` of the (score, worth) parts make (`score` + their scores) / (`worth` + their worths) the greatest.

    For a ratio q, the best parts are those with the greatest score - q * worth. From any q, the ratio that they make is
    a better q, until it is the best: few steps, each exact, where Canvas halves an interval (lib/grade_calculator.rb).
    Being the greatest of growing functions, the ratio never falls when a score rises. Of equals, what is worth less stays.
    """
    if keep >= len(parts):
        return list(range(len(parts)))
    whole = lcm(*(number.denominator for pair in (*parts, (score, worth)) for number in pair))
    scores = [int(one * whole) for one, _ in parts]
    worths = [int(one * whole) for _, one in parts]
    base, below = int(score * whole), int(worth * whole)
    above, under = 0, 1
    while True:
        order = sorted(range(len(parts)), key=lambda at: (worths[at] * above - scores[at] * under, worths[at], at))
        chosen = order[:keep]
        earned, out_of = base + sum(scores[at] for at in chosen), below + sum(worths[at] for at in chosen)
        if earned * under <= above * out_of:
            return sorted(chosen)
        above, under = earned, out_of
