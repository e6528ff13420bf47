"""Numbers turned into the lines of a chart. Drawn in a box of 100 by 100 that the page stretches; y grows downward."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, log10

LABELS_MAX = 7
LETTERS_MAX, APART = 64, 3
"""How many letters there is room for in the narrowest place of a chart, and between two labels."""
STEPS = 4


@dataclass(frozen=True, slots=True)
class Mark:
    """A word at a place of an axis, in hundredths of its length."""

    at: float
    text: str


@dataclass(frozen=True, slots=True)
class Curve:
    """One series: its line and the area below it, as paths."""

    label: str
    line: str
    area: str


@dataclass(frozen=True, slots=True)
class Plot:
    """What a chart of lines draws. Without curves there is nothing to show."""

    curves: list[Curve]
    across: list[Mark]
    up: list[Mark]


NO_PLOT = Plot(curves=[], across=[], up=[])


def plot(labels: Sequence[str], **series: Sequence[int]) -> Plot:
    """Curves over the same places, named by keyword. Nothing for fewer than two places, or where all numbers are 0."""
    top = max((value for values in series.values() for value in values), default=0)
    if len(labels) < 2 or top <= 0:
        return NO_PLOT
    ticks = scale(top)
    xs = [_round(index * 100 / (len(labels) - 1)) for index in range(len(labels))]
    return Plot(
        curves=[
            _curve(name, xs, [100 - value * 100 / ticks[-1] for value in values]) for name, values in series.items()
        ],
        across=_spread(labels, xs),
        up=[Mark(_round(100 - tick * 100 / ticks[-1]), f"{tick:,}") for tick in ticks],
    )


def scale(top: int) -> list[int]:
    """The numbers beside a chart, from 0 to `top` or a little more, in steps of 1, 2 or 5 times a power of ten."""
    rough = max(top / STEPS, 1)
    power = 10 ** int(log10(rough))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough)
    return [number * step for number in range(ceil(top / step) + 1)]


def _spread(labels: Sequence[str], xs: Sequence[float]) -> list[Mark]:
    """As many labels as there is room for, evenly, counted from the end: the last place is now."""
    fits = LETTERS_MAX // (max(len(label) for label in labels) + APART)
    every = ceil(len(labels) / min(max(fits, 2), LABELS_MAX))
    return [Mark(xs[index], labels[index]) for index in range(len(labels)) if (len(labels) - 1 - index) % every == 0]


def _curve(label: str, xs: Sequence[float], ys: Sequence[float]) -> Curve:
    line = f"M{xs[0]:g} {_round(ys[0]):g}" + "".join(_bends(xs, ys))
    return Curve(label, line, f"{line}L100 100L0 100Z")


def _bends(xs: Sequence[float], ys: Sequence[float]) -> list[str]:
    """A smooth line through all points that never rises or falls beyond them.

    Source: F. N. Fritsch and R. E. Carlson, Monotone Piecewise Cubic Interpolation (1980); the slopes of M. Steffen (1990).
    """
    gaps = [right - left for left, right in itertools.pairwise(xs)]
    rises = [(ys[index + 1] - ys[index]) / gap for index, gap in enumerate(gaps)]
    slopes = [rises[0], *[_slope(*pair) for pair in itertools.pairwise(rises)], rises[-1]]
    return [
        f"C{_round(xs[i] + gap / 3):g} {_round(ys[i] + slopes[i] * gap / 3):g}"
        f" {_round(xs[i + 1] - gap / 3):g} {_round(ys[i + 1] - slopes[i + 1] * gap / 3):g}"
        f" {xs[i + 1]:g} {_round(ys[i + 1]):g}"
        for i, gap in enumerate(gaps)
    ]


def _slope(before: float, after: float) -> float:
    """The slope at a point between two even steps: flat where the line turns."""
    if before * after <= 0:
        return 0.0
    size = min(2 * abs(before), 2 * abs(after), abs(before + after) / 2)
    return size if before > 0 else -size


def _round(value: float) -> float:
    return round(value, 2)
