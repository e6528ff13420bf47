"""Which font has which letters: ours, and those that the school has put into its folder of fonts (`LMS_FONTS_DIR`)."""

import tempfile
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from lms_app.core.settings import settings

FONTS = Path(__file__).parent / "fonts"
# In the order in which they are asked for a letter that the font of the line does not have.
FALLBACK = ("serif-semibold", "more-semibold", "arabic-bold", "hebrew-semibold")
SERIF, SANS, SANS_BOLD = "serif-semibold", "sans-regular", "sans-semibold"


@cache
def font_files() -> dict[str, Path]:
    """Our fonts, and the school's by name."""
    ours = {name: FONTS / f"{name}.ttf" for name in (SANS, SANS_BOLD, *FALLBACK)}
    theirs = sorted(path for path in settings.fonts_folder.glob("*") if path.suffix.lower() in (".ttf", ".otf", ".ttc"))
    return {**ours, **{f"school-{path.stem.lower()}": path for path in theirs}}


@cache
def letters_of(font: str) -> frozenset[int]:
    with _opened(font_files()[font]) as opened:
        return frozenset(opened.getBestCmap() or ())


def font_for(text: str, wanted: str) -> str:
    """The font to begin with: one that has the whole text looks better than two in one word."""
    needed = {ord(c) for c in text if not c.isspace()}
    return next((font for font in (wanted, *fallback()) if needed <= letters_of(font)), wanted)


def fallback() -> list[str]:
    """Whom to ask for a letter that the font of a line does not have, in order."""
    return [name for name in font_files() if name not in (SANS, SANS_BOLD)]


def lost(text: str) -> str:
    """The letters and digits of a text that no font of this site can print, once each; empty when it can be printed."""
    text = _clean(text)
    unknown = _unknown(text)
    return "".join(dict.fromkeys(c for c in text if c in unknown and unicodedata.category(c)[0] in "LN"))


def printable(text: str) -> str:
    """`text` in one line, without the pictures and rare signs that no font of ours can draw. Empty where letters are lost.

    A certificate with half a name is worse than none: what stands there instead is for the caller to say.
    """
    text = _clean(text)
    unknown = _unknown(text)
    if any(unicodedata.category(c)[0] in "LN" for c in unknown):
        return ""
    return " ".join("".join(c for c in text if c not in unknown).split()) or "–"


def needed(texts: Iterable[str]) -> list[str]:
    """The fonts for these texts: the first three always, others where they are asked for a letter."""
    letters = {ord(c) for text in texts for c in text if not c.isspace()}
    found = [SANS, SANS_BOLD]
    for name in fallback():
        here = letters & letters_of(name)
        if name == SERIF or here - letters_of(SERIF):
            found.append(name)
            if name != SERIF:
                letters -= here - letters_of(SERIF)
    return found


@contextmanager
def trimmed(texts: Iterable[str]) -> Iterator[Mapping[str, Path]]:
    """The fonts for many documents, with no more than the letters of `texts`: each document is made in half the time.

    fpdf2 reads and cuts every font anew for each document; of small ones there is little to read.
    """
    from fontTools import subset

    texts = list(texts)
    letters = {ord(c) for text in texts for c in text} | {ord(" ")}
    with tempfile.TemporaryDirectory(prefix="lectern-fonts-") as folder:
        made: dict[str, Path] = {}
        for name in needed(texts):
            path = font_files()[name]
            made[name] = Path(folder) / f"{name}{'.ttf' if path.suffix.lower() == '.ttc' else path.suffix}"
            with _opened(path) as opened:
                options = subset.Options(name_IDs=["*"], notdef_outline=True, hinting=False)
                cutter = subset.Subsetter(options)
                cutter.populate(unicodes=letters & letters_of(name) | {ord(" ")})
                cutter.subset(opened)
                opened.save(made[name])
        yield made


def _opened(path: Path) -> Any:
    from fontTools.ttLib import TTFont  # large: loaded when the first letter is looked up

    return TTFont(path, lazy=True, recalcTimestamp=False, fontNumber=0)


def _clean(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def _unknown(text: str) -> set[str]:
    return {c for c in text if c != " " and ord(c) not in drawn()}


@cache
def drawn() -> frozenset[int]:
    """All letters that some font has."""
    return frozenset[int]().union(*(letters_of(font) for font in font_files()))
