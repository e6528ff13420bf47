"""What may be told of few people: nothing, wherever it is told. Pure."""

from collections.abc import Sequence

FEW = 5
FEWER = "Fewer than 5"
NEARLY_ALL = "Nearly all"


def is_few(people: int) -> bool:
    """Whether a figure rests on too few people to be told: 0 is as few as 4, or it would be known which of them it is."""
    return people < FEW


def share_of(part: int, whole: int) -> tuple[str, int]:
    """How many of `whole` people, in words and as a whole percentage for the drawing.

    Neither the few that are in nor the few that are out are told: a difference is a figure like any other.
    """
    if is_few(part):
        return FEWER, 0
    if is_few(whole - part):
        return NEARLY_ALL, 100
    percent = part * 100 // whole
    return f"{percent}%", percent


def bars(values: Sequence[int]) -> list[float]:
    """Each as hundredths of the largest: how long its bar is."""
    top = max(values, default=0)
    return [round(value * 100 / top, 1) if top else 0 for value in values]
