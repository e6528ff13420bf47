"""Whatever accent is taken, what is written in it and on it can be read."""

import random
import re
from pathlib import Path

import pytest

from lms_app.core import colours
from lms_app.core.colours import (
    DARK,
    LIGHT,
    READABLE,
    STRONG,
    clean,
    contrast,
    least,
    nearest,
    on_dark,
    on_light,
    passes,
)

pytestmark = pytest.mark.no_database
_DICE = random.Random(20261128)
ANY = ["#000000", "#ffffff", "#ff0000", "#00ff00", "#0000ff", "#ffff00", "#808080", "#1e5f49"] + [
    f"#{_DICE.randrange(1 << 24):06x}" for _ in range(600)
]


def test_contrast_is_that_of_the_guidelines() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
    assert contrast("#1e5f49", "#1e5f49") == 1


def test_the_nearest_shade_passes_and_one_that_passes_stays() -> None:
    for colour in ANY:
        found = nearest(colour)
        assert passes(found), colour
        assert not passes(colour) or found == colour


def test_no_lighter_shade_would_have_done() -> None:
    """A suggestion is as near as it can be: hardly above what is asked for."""
    for colour in ANY:
        if not passes(colour):
            assert least(nearest(colour), LIGHT) < READABLE + 0.12, colour


@pytest.mark.parametrize("strong", [False, True])
def test_every_accent_that_is_taken_can_be_read(strong: bool) -> None:
    wanted = STRONG if strong else READABLE
    for colour in map(nearest, ANY):
        for palette, grounds in ((on_light(colour, strong), LIGHT), (on_dark(colour, strong), DARK)):
            for shade in (palette.brand, palette.brand_hover, palette.brand_active):
                assert contrast(palette.on_brand, shade) >= wanted, (colour, palette)
            assert least(palette.brand, grounds) >= wanted, (colour, palette)
            assert least(palette.brand_text, (*grounds, palette.brand_soft)) >= wanted, (colour, palette)
            assert all(re.fullmatch(r"#[0-9a-f]{6}", getattr(palette, name)) for name in palette.__slots__)


def test_a_button_looks_otherwise_under_the_pointer() -> None:
    for colour in map(nearest, ANY):
        for palette in (on_light(colour), on_dark(colour)):
            assert len({palette.brand, palette.brand_hover, palette.brand_active}) == 3, (colour, palette)


def test_spellings_of_a_colour() -> None:
    assert clean(" #1E5F49 ") == "#1e5f49"
    assert clean("abc") == "#aabbcc"
    assert [clean(words) for words in ("", "green", "#12345", "#1e5f4g", "url(x)", "#１e5f49")] == [""] * 6


def test_the_surfaces_are_those_of_the_theme() -> None:
    theme = Path("assets/theme.css").read_text().lower()
    light, dark = theme.split("@media screen{html.dark{")[:2]

    for part, grounds in ((light, LIGHT), (dark, DARK)):
        told = {re.search(rf"--{name}:(#\w+)", part).group(1) for name in ("bg", "surface", "surface-2")}  # type: ignore[union-attr]
        assert told == set(grounds)
    assert colours.passes("#1e5f49")
