"""How a text fits into a box: the largest size at which it does, and where its lines break. No PDF in here."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

MM_PER_POINT = 25.4 / 72
LINE = 1.22  # of the size

Measure = Callable[[str], float]
"""The width of a text in millimetres for each point of its size."""


@dataclass(frozen=True, slots=True)
class Block:
    """Lines of text in one size (points). Heights are in millimetres."""

    size: float
    lines: tuple[str, ...]

    @property
    def line_height(self) -> float:
        return self.size * MM_PER_POINT * LINE

    @property
    def height(self) -> float:
        return self.line_height * len(self.lines)


def fit(text: str, measure: Measure, width: float, height: float, sizes: Sequence[float]) -> Block:
    """`text` in the first of `sizes` at which it fits into `width` x `height`, in lines of about one length.

    A word is broken only where no size lets it stand whole. What does not even fit in the last size gets it all the same.
    """
    words = text.split()
    widths = {word: measure(word) for word in words}
    space = measure(" ")
    widest = max(widths.values(), default=0.0)
    whole = [size for size in sizes if widest * size <= width]
    for size in [*whole, *sizes]:
        pieces = _words(words, widths, measure, width / size)
        block = Block(size, _balanced(pieces, widths, space, width / size))
        if block.height <= height:
            return block  # pyright: ignore[reportPossiblyUnboundVariable]  there is always a size
    return block  # pyright: ignore[reportPossiblyUnboundVariable]  there is always a size


def _words(words: list[str], widths: dict[str, float], measure: Measure, room: float) -> list[str]:
    """The same words, those that are wider than `room` in pieces."""
    pieces: list[str] = []
    for word in words:
        if widths[word] <= room:
            pieces.append(word)
            continue
        while word:
            end = _cut(word, measure, room)
            widths[word[:end]] = measure(word[:end])
            pieces.append(word[:end])
            word = word[end:]
    return pieces


def _cut(word: str, measure: Measure, room: float) -> int:
    """How many characters of `word` fit, at least one."""
    low, high = 1, len(word)
    while low < high:
        middle = (low + high + 1) // 2
        if measure(word[:middle]) <= room:
            low = middle
        else:
            high = middle - 1
    return low


def _balanced(words: list[str], widths: dict[str, float], space: float, room: float) -> tuple[str, ...]:
    """As few lines as `room` allows, broken where the longest of them is shortest."""
    fewest = _broken(words, widths, space, room)
    for tenths in range(5, 10):
        narrower = _broken(words, widths, space, room * tenths / 10)
        if len(narrower) == len(fewest):
            return narrower
    return fewest


def _broken(words: list[str], widths: dict[str, float], space: float, room: float) -> tuple[str, ...]:
    lines: list[list[str]] = []
    left = 0.0
    for word in words:
        if lines and widths[word] + space <= left:
            lines[-1].append(word)
            left -= widths[word] + space
        else:
            lines.append([word])
            left = room - widths[word]
    return tuple(" ".join(line) for line in lines)
