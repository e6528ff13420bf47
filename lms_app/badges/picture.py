"""The picture of a badge: a design of five choices, drawn as an SVG of paths alone, and the same as a PNG.

The SVG is made here and nowhere else, of our own shapes and icons and of letters turned into outlines: nothing that
anybody typed comes into it but as escaped text, so there is nothing to sanitise. The colour of what is drawn on the
ground follows from the ground: black or white, whichever can be read, and the rim is moved until it shows.
"""

import io
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from lms_app.badges.icons import ICONS, SHAPES
from lms_app.core.errors import Invalid
from lms_app.core.words import say

TEXT_MAX = 18
PNG_SIZE = 512
LIGHT, DARK = "#FFFFFF", "#040404"
# WCAG 2.2, 1.4.11: what must be told apart without being text.
SHOWS = 3.0
_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")
_FONT = Path(__file__).parent / "fonts" / "figtree-semibold.ttf"
_TEXT_WIDTH, _TEXT_SIZE = 148.0, 30.0


@dataclass(frozen=True, slots=True)
class Design:
    """What an author chooses. Colours are #RRGGBB; `text` stands under the icon and may be empty."""

    shape: str = "hexagon"
    colour: str = "#1E5F49"
    rim: str = "#E0B72E"
    icon: str = "star"
    text: str = ""

    def as_json(self) -> dict[str, str]:
        return asdict(self)


def read_design(given: Mapping[str, Any]) -> Design:
    """A design from texts by name; what is missing is as in a new one. Raises Invalid for what cannot be drawn."""
    words = {name: str(given.get(name, getattr(Design(), name))).strip() for name in Design.__slots__}
    wrong: dict[str, str] = {}
    if words["shape"] not in SHAPES:
        wrong["shape"] = say("Choose one of the shapes.")
    if words["icon"] not in ICONS:
        wrong["icon"] = say("Choose one of the icons.")
    for name in ("colour", "rim"):
        if not _COLOUR.fullmatch(words[name]):
            wrong[name] = say("Choose a colour, such as #1E5F49.")
    text = " ".join(words["text"].split())
    if len(text) > TEXT_MAX:
        wrong["text"] = say("Use at most {text_max} characters.", text_max=TEXT_MAX)
    elif missing := sorted({c for c in text if ord(c) not in _letters()}):
        wrong["text"] = say(
            "Our badges have no letter {missing}. Use Latin letters and digits, or leave the text out.",
            missing=missing[0],
        )
    if wrong:
        raise Invalid(wrong)
    return Design(words["shape"], words["colour"].upper(), words["rim"].upper(), words["icon"], text)


def svg(design: Design, title: str = "") -> str:
    """The picture as an SVG document. `title` is what a screen reader says."""
    ink = ink_on(design.colour)
    shape, icon = SHAPES[design.shape][1], ICONS[design.icon][1]
    name = f"<title>{escape(_plain(title))}</title>" if title else ""
    at, scale = ((128, 104), 4.0) if design.text else ((128, 128), 5.0)
    words = f'<path fill="{ink}" d="{_outline(design.text)}"/>' if design.text else ""
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 256 256" width="256" height="256" role="img">'
        f'{name}<path fill="{rim_on(design.rim, design.colour)}" d="{shape}"/>'
        f'<g transform="translate(12.8 12.8) scale(0.9)"><path fill="{design.colour}" d="{shape}"/></g>'
        f'<g transform="translate({at[0] - 12 * scale:g} {at[1] - 12 * scale:g}) scale({scale:g})">'
        f'<path fill="{ink}" fill-rule="evenodd" d="{icon}"/></g>{words}</svg>'
    )


@lru_cache(256)
def png(design: Design, size: int = PNG_SIZE) -> bytes:
    """The picture as a PNG of `size` pixels a side, with nothing behind it. It takes some 30 ms: not on the event loop."""
    # Large libraries, loaded by whoever draws and not by every process that serves.
    import pypdfium2
    from fpdf import FPDF
    from fpdf.svg import SVGObject

    drawing = SVGObject(svg(design))
    sheet = FPDF(unit="pt", format=(256, 256))
    sheet.set_auto_page_break(False)
    sheet.set_margin(0)
    sheet.add_page()
    drawing.draw_to_page(sheet)
    document = pypdfium2.PdfDocument(bytes(sheet.output()))
    try:
        page = document[0]
        scale: Any = size / 256  # its type is said to be a whole number
        image = page.render(scale=scale, fill_color=(0, 0, 0, 0)).to_pil()
    finally:
        document.close()
    made = io.BytesIO()
    image.convert("RGBA").save(made, "PNG", optimize=True)
    return made.getvalue()


# ---- Colours


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, 1..21. Source: WCAG 2.2, relative luminance."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def ink_on(colour: str) -> str:
    """What is read best on a ground. It always has 4.5:1, as one of black and white has on any colour."""
    return max((LIGHT, DARK), key=lambda ink: contrast(ink, colour))


def rim_on(rim: str, colour: str) -> str:
    """The rim as chosen, or as near to it as shows beside the ground."""
    ink = ink_on(colour)
    for tenths in range(11):
        mixed = _mixed(rim, ink, tenths / 10)
        if contrast(mixed, colour) >= SHOWS:
            return mixed
    return ink


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _mixed(one: str, other: str, share: float) -> str:
    pairs = ((int(one[at : at + 2], 16), int(other[at : at + 2], 16)) for at in (1, 3, 5))
    return "#" + "".join(f"{round(a + (b - a) * share):02X}" for a, b in pairs)


# ---- Letters


@cache
def _font() -> Any:
    from fontTools.ttLib import TTFont

    return TTFont(_FONT)


@cache
def _letters() -> dict[int, str]:
    return _font().getBestCmap() or {}


@lru_cache(256)
def _outline(text: str) -> str:
    """The letters of a text as one path, in the middle under the icon, as large as there is room."""
    from fontTools.misc.transform import Transform
    from fontTools.pens.svgPathPen import SVGPathPen
    from fontTools.pens.transformPen import TransformPen

    glyphs = _font().getGlyphSet()
    names = [_letters()[ord(c)] for c in text]
    width = sum(glyphs[name].width for name in names)
    head: Any = _font()["head"]
    scale = min(_TEXT_SIZE / head.unitsPerEm, _TEXT_WIDTH / max(width, 1))
    pen = SVGPathPen(glyphs, ntos=lambda number: f"{number:.2f}".rstrip("0").rstrip("."))
    x = 128 - width * scale / 2
    for name in names:
        glyphs[name].draw(TransformPen(pen, Transform(scale, 0, 0, -scale, x, 190)))
        x += glyphs[name].width * scale
    return pen.getCommands()


def _plain(text: str) -> str:
    """Text that XML can hold."""
    return re.sub(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "", text)
