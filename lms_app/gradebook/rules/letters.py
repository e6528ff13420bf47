"""Letters for totals: a scale is the least percentage of each letter, the best first, down to 0."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from lms_app.core import typed

LETTERS_MAX = 30
NAME_MAX = 20
Scale = Sequence[tuple[Decimal, str]]


def _scale(**bounds: int) -> tuple[tuple[Decimal, str], ...]:
    named = {"plus": "+", "minus": "−"}
    return tuple(
        (Decimal(low), "".join(named.get(word, word) for word in name.split("_"))) for name, low in bounds.items()
    )


# Source: moodle lib/gradelib.php grade_get_letters; canvas-lms app/models/grading_standard.rb
MOODLE = _scale(A=93, A_minus=90, B_plus=87, B=83, B_minus=80, C_plus=77, C=73, C_minus=70, D_plus=67, D=60, F=0)
CANVAS = _scale(
    A=94, A_minus=90, B_plus=87, B=84, B_minus=80, C_plus=77, C=74, C_minus=70, D_plus=67, D=64, D_minus=61, F=0
)
SCALES: dict[str, Scale] = {"letters": CANVAS, "letters-60": MOODLE}


def letter(share: Fraction, scale: Scale) -> str:
    """The letter of a share, which is not rounded first; empty without a scale."""
    percent = share * 100
    return next((name for low, name in scale if percent >= Fraction(low)), "")


def wrong(scale: Scale) -> str:
    """What is wrong with a scale, as a sentence; empty when nothing is. No letters at all are right."""
    lows, names = [low for low, _ in scale], [name.strip() for _, name in scale]
    if len(scale) > LETTERS_MAX:
        return f"A scale has at most {LETTERS_MAX} letters."
    if any(not name or len(name) > NAME_MAX for name in names):
        return f"Each line needs a letter or a word of at most {NAME_MAX} characters."
    if any(not low.is_finite() or not 0 <= low <= 1000 for low in lows):
        return "Enter percentages from 0."
    if len(set(lows)) < len(lows) or len({name.casefold() for name in names}) < len(names):
        return "Two lines are the same. Each letter and each percentage may stand once."
    if scale and 0 not in lows:
        return "One letter must begin at 0, so that every total has one."
    return ""


def read(text: str) -> list[tuple[Decimal, str]]:
    """A scale as one types it, a line a letter: `93 A`. Raises ValueError with a sentence for people."""
    scale: list[tuple[Decimal, str]] = []
    for line in filter(None, (line.strip() for line in text.splitlines())):
        low, _, name = line.partition(" ")
        percent = typed.decimal(low.removesuffix("%"))
        if percent is None or not name.strip():
            raise ValueError(f"Write “{line[:40]}” as a percentage and a letter: 93 A.")
        scale.append((percent, name.strip()))
    return sorted(scale, key=lambda one: one[0], reverse=True)


def written(scale: Scale) -> str:
    return "\n".join(f"{typed.number(low)} {name}" for low, name in scale)
