"""Colours that can be read: contrast, and all that the theme makes of one accent.

Shades are found in Oklch, where equal steps look equal (Ottosson 2020, https://bottosson.github.io/posts/oklab/), so a
lighter shade keeps its hue. Every colour here is `#rrggbb`, lower case.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import atan2, cos, hypot, sin

READABLE = 4.5
"""Of text on its ground. Source: WCAG 2.2, 1.4.3, level AA."""
STRONG = 7.0
"""For who wants more contrast. Source: WCAG 2.2, 1.4.6, level AAA."""
LIGHT = ("#ffffff", "#f6f8f5", "#eff2ee")
DARK = ("#0f1412", "#161c19", "#1d2521")
"""Surfaces of the theme that words of the accent stand on; a test holds them to `assets/theme.css`."""
TEXT = ("#17201b", "#e9efeb")
"""Of the theme, on light and on dark."""
USUAL = "#1e5f49"
"""The accent of the theme itself."""
NOT_A_COLOUR = "Write the colour as # and six digits or letters from a to f, like #1e5f49."
_SPELLED = re.compile(r"#[0-9a-f]{6}")
_Lch = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Palette:
    """What the theme draws an accent with, on light or on dark. Texts have 4.5:1 on all that they stand on."""

    brand: str
    brand_hover: str
    brand_active: str
    on_brand: str
    brand_text: str
    brand_soft: str
    brand_line: str


def clean(text: str) -> str:
    """A colour as it is kept, or "" for what is none: `#ABC` and `1E5F49` are taken, too."""
    digits = text.strip().lower().removeprefix("#")
    digits = "".join(one * 2 for one in digits) if len(digits) == 3 else digits
    return f"#{digits}" if _SPELLED.fullmatch(f"#{digits}") else ""


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, 1..21. Source: WCAG 2.2, relative luminance."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def least(colour: str, grounds: Sequence[str]) -> float:
    """The contrast with that of the grounds on which it is read worst."""
    return min(contrast(colour, ground) for ground in grounds)


def passes(accent: str) -> bool:
    """Whether an accent can be read on every light surface, and white on it. Its shade for dark ones always can."""
    return least(accent, LIGHT) >= READABLE


def nearest(accent: str) -> str:
    """The accent, or the lightest shade of its hue that passes."""
    return accent if passes(accent) else _darker(accent, LIGHT, READABLE)


@lru_cache(64)
def on_light(accent: str, strong: bool = False) -> Palette:
    """The theme of an accent that passes, on light surfaces."""
    _, chroma, hue = _lch(accent)
    brand = _darker(accent, LIGHT, STRONG) if strong else accent
    lightness = _lch(brand)[0]
    # Nothing is darker than black: what is nearly so grows lighter under the pointer.
    step = -0.06 if lightness > 0.2 else 0.06
    soft = _hex((0.945, min(chroma, 0.028), hue))
    return Palette(
        brand=brand,
        brand_hover=_hex((lightness + step, chroma, hue)),
        brand_active=_hex((lightness + 2 * step, chroma, hue)),
        on_brand="#ffffff",
        brand_text=_darker(brand, (*LIGHT, soft), STRONG if strong else READABLE),
        brand_soft=soft,
        brand_line=_hex((0.6 if strong else 0.845, min(chroma, 0.055), hue)),
    )


@lru_cache(64)
def on_dark(accent: str, strong: bool = False) -> Palette:
    """The same on dark ones: lighter shades of its hue."""
    _, chroma, hue = _lch(accent)
    vivid = min(chroma, 0.1)
    up = 0.06 if strong else 0.0
    return Palette(
        brand=_hex((0.79 + up, vivid, hue)),
        brand_hover=_hex((0.845 + up, vivid, hue)),
        brand_active=_hex((0.89 + up / 2, min(vivid, 0.07), hue)),
        on_brand=_hex((0.21, min(chroma, 0.03), hue)),
        brand_text=_hex((0.815 + up, vivid, hue)),
        brand_soft=_hex((0.295, min(chroma, 0.04), hue)),
        brand_line=_hex((0.65 if strong else 0.43, min(chroma, 0.06), hue)),
    )


def _darker(colour: str, grounds: Sequence[str], wanted: float) -> str:
    """The lightest shade of a colour, itself included, that has this contrast with light grounds."""
    if least(colour, grounds) >= wanted:
        return colour
    lightness, chroma, hue = _lch(colour)
    dark, light = 0.0, lightness
    for _ in range(20):  # halves the gap each time
        middle = (dark + light) / 2
        if least(_hex((middle, chroma, hue)), grounds) >= wanted:
            dark = middle
        else:
            light = middle
    return _hex((dark, chroma, hue))


# ---- sRGB and Oklch


def _channels(colour: str) -> tuple[float, float, float]:
    """Linear light, 0..1 each."""
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return _linear(red), _linear(green), _linear(blue)


def _linear(share: float) -> float:
    return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4


def _luminance(colour: str) -> float:
    red, green, blue = _channels(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _lch(colour: str) -> _Lch:
    """Lightness 0..1, chroma, and hue in radians."""
    r, g, b = _channels(colour)
    long = (0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b) ** (1 / 3)
    medium = (0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b) ** (1 / 3)
    short = (0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b) ** (1 / 3)
    lightness = 0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short
    a = 1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short
    b = 0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short
    return lightness, hypot(a, b), atan2(b, a)


def _hex(wanted: _Lch) -> str:
    """The colour that a screen has: with less chroma where there is none so vivid at that lightness."""
    lightness, chroma, hue = min(max(wanted[0], 0.0), 1.0), wanted[1], wanted[2]
    for _ in range(24):
        shares = _shares(lightness, chroma, hue)
        if all(-0.001 <= share <= 1.001 for share in shares):
            break
        chroma *= 0.88
    else:
        shares = _shares(lightness, 0.0, hue)
    return "#" + "".join(f"{round(255 * _curved(min(max(share, 0.0), 1.0))):02x}" for share in shares)


def _shares(lightness: float, chroma: float, hue: float) -> tuple[float, float, float]:
    a, b = chroma * cos(hue), chroma * sin(hue)
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )


def _curved(share: float) -> float:
    return 12.92 * share if share <= 0.0031308 else 1.055 * share ** (1 / 2.4) - 0.055
