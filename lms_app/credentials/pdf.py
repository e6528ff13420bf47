"""The certificate as a PDF: one landscape A4 page, drawn by fpdf2.

Everything is embedded (`fonts/README.md`), shaped by HarfBuzz and drawn as vectors; nothing is fetched. The same sheet
gives the same bytes. Drawing takes about a tenth of a second of one core: never do it on the event loop.
"""

import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

import segno
from fontTools.ttLib import TTFont
from fpdf import FPDF, ViewerPreferences
from fpdf.drawing_primitives import rgb8
from fpdf.enums import XPos, YPos

from lms_app.core.errors import Conflict
from lms_app.core.settings import settings
from lms_app.credentials.layout import Block, fit
from lms_app.credentials.views import Sheet
from lms_app.web.words import t

FONTS = Path(__file__).parent / "fonts"
# In the order in which they are asked for a letter that the font of the line does not have.
FALLBACK = ("serif-semibold", "more-semibold", "arabic-bold", "hebrew-semibold")
SERIF, SANS, SANS_BOLD = "serif-semibold", "sans-regular", "sans-semibold"

# Millimetres.
WIDTH, HEIGHT = 297, 210
FRAME, RADIUS = 10, 5
LEFT, RIGHT = 30, 267
TEXT_TOP, TEXT_BOTTOM = 56, 150
FOOT = 164
QR_SIZE = 34
POINT = 25.4 / 72

Colour = tuple[int, int, int]
# The light theme of assets/theme.css.
TEXT: Colour = (0x17, 0x20, 0x1B)
TEXT_2: Colour = (0x46, 0x52, 0x4B)
BRAND: Colour = (0x1E, 0x5F, 0x49)
BRAND_SOFT: Colour = (0xE2, 0xEF, 0xE8)
BRAND_LINE: Colour = (0xB5, 0xD3, 0xC5)
MARK: Colour = (0xFF, 0xE2, 0x7A)
WHITE: Colour = (0xFF, 0xFF, 0xFF)


@lru_cache(maxsize=32)
def render(sheet: Sheet) -> bytes:
    """The PDF of one certificate. Names of any length fit: they shrink, and break into lines."""
    page = _Page(sheet)
    page.frame()
    page.head()
    page.body()
    page.foot()
    return bytes(page.output())


@dataclass(frozen=True, slots=True)
class _Written:
    """A text that fits, and the font that has all or most of it."""

    block: Block
    font: str

    @property
    def height(self) -> float:
        return self.block.height


class _Page(FPDF):
    """One page and the pen on it; every method draws one part."""

    def __init__(self, sheet: Sheet) -> None:
        super().__init__(orientation="landscape", unit="mm", format="A4")
        self._sheet = sheet
        self.set_auto_page_break(False)
        self.set_margin(0)
        self.c_margin = 0
        self.set_lang(sheet.lang)
        self.set_title(t("Certificate: {holder}, {course}", holder=sheet.holder, course=sheet.course))
        self.set_author(sheet.issuer)
        self.set_subject(t("Certificate of completion of {course}", course=sheet.course))
        self.set_keywords(f"{sheet.code}, {sheet.verify_url}")
        self.set_creator("Lectern")
        self.set_creation_date(sheet.issued_at)
        self.viewer_preferences = ViewerPreferences(display_doc_title=True)
        for name, path in font_files().items():
            self.add_font(name, fname=path)
        self.set_fallback_fonts(fallback(), exact_match=False)
        self.set_text_shaping(True)
        self.add_page()

    def frame(self) -> None:
        """A fine line around everything, and rings of growth in a corner."""
        with self.rect_clip(FRAME, FRAME, WIDTH - 2 * FRAME, HEIGHT - 2 * FRAME):
            self.set_draw_color(BRAND_SOFT)
            self.set_line_width(0.5)
            for ring in range(18):
                self.circle(WIDTH - FRAME, FRAME, 16 + 6.5 * ring)
        self.set_draw_color(BRAND_LINE)
        self.set_line_width(0.4)
        self.rect(FRAME, FRAME, WIDTH - 2 * FRAME, HEIGHT - 2 * FRAME, round_corners=True, corner_radius=RADIUS)

    def head(self) -> None:
        """The mark of the house and the institution's name."""
        size = 11.0
        unit = size / 30
        x, y = LEFT, 26.0
        self.set_fill_color(BRAND)
        self.rect(x, y, size, size, style="F", round_corners=True, corner_radius=8 * unit)
        strokes = ((8, 9.5, 22, 13.7, WHITE), (15, 12, 15, 21, WHITE), (10, 23.5, 20, 23.5, MARK))
        for x1, y1, x2, y2, colour in strokes:
            with self.new_path(x + x1 * unit, y + y1 * unit) as path:
                path.style.fill_color = None
                path.style.stroke_color = rgb8(*colour)
                path.style.stroke_width = 2.6 * unit
                path.style.stroke_cap_style = "round"
                path.line_to(x + x2 * unit, y + y2 * unit)
        block = self._fitted(self._sheet.issuer, SANS_BOLD, 170, size, (16, 12, 9, 7))
        self._write(block, x + size + 4, y + (size - block.height) / 2, TEXT)

    def body(self) -> None:
        """Who completed what, in the middle between head and foot."""
        width = RIGHT - LEFT
        name = self._fitted(self._sheet.holder, SERIF, width, 46, (42, 36, 30, 25, 21, 17, 14, 11, 9, 7))
        course = self._fitted(self._sheet.course, SERIF, width, 26, (24, 21, 18, 15, 12, 10, 8))
        small, mark = 13 * POINT, 1.4
        gaps = (5.0, 5.5, 8.0, 4.0)
        height = small + gaps[0] + name.height + gaps[1] + mark + gaps[2] + small + gaps[3] + course.height
        y = TEXT_TOP + max(0.0, (TEXT_BOTTOM - TEXT_TOP - height) / 2)
        self._line(t("This certifies that"), SANS, 13, LEFT, y, TEXT_2)
        y += small + gaps[0]
        y = self._write(name, LEFT, y, TEXT) + gaps[1]
        self.set_fill_color(MARK)
        self.rect(LEFT, y, 22, mark, style="F", round_corners=True, corner_radius=mark / 2)
        y += mark + gaps[2]
        self._line(t("completed"), SANS, 13, LEFT, y, TEXT_2)
        self._write(course, LEFT, y + small + gaps[3], BRAND)

    def foot(self) -> None:
        """When, how much, and how to check it."""
        sheet = self._sheet
        facts = [(t("Issued on"), sheet.issued_on), (t("Workload"), sheet.workload), (t("Certificate ID"), sheet.code)]
        x = float(LEFT)
        for name, value in facts:
            if not value:
                continue
            self._line(name, SANS, 9.5, x, FOOT, TEXT_2)
            self._line(value, SANS_BOLD, 11.5, x, FOOT + 5.5, TEXT)
            self.set_font(SANS_BOLD, size=11.5)
            x += max(34.0, self.get_string_width(value) + 12)
        self._line(t("Anybody can check this certificate at"), SANS, 9.5, LEFT, FOOT + 15, TEXT_2)
        url = self._fitted(sheet.verify_url, SANS, RIGHT - LEFT - QR_SIZE - 10, 10, (9.5, 8, 7, 6, 5))
        self._write(url, LEFT, FOOT + 20, BRAND, link=sheet.verify_url)
        self._qr(RIGHT - QR_SIZE, FOOT - 10)

    def _qr(self, x: float, y: float) -> None:
        """The address as a QR code, on white so that scanners see its edge."""
        rows = [list(row) for row in segno.make(self._sheet.verify_url, error="m", micro=False).matrix]
        module = QR_SIZE / len(rows)
        quiet = 2 * module
        self.set_fill_color(255, 255, 255)
        self.rect(x - quiet, y - quiet, QR_SIZE + 2 * quiet, QR_SIZE + 2 * quiet, style="F")
        self.set_fill_color(TEXT)
        for number, row in enumerate(rows):
            start = None
            for place, dark in enumerate([*row, 0]):
                if dark and start is None:
                    start = place
                elif not dark and start is not None:
                    self.rect(x + start * module, y + number * module, (place - start) * module, module, style="F")
                    start = None
        url = self._sheet.verify_url
        self.link(x, y, QR_SIZE, QR_SIZE, link=url, alt_text=t("Check this certificate at {url}", url=url))

    # ---- Text

    def _fitted(self, text: str, font: str, width: float, height: float, sizes: tuple[float, ...]) -> "_Written":
        text = printable(text)
        font = font_for(text, font)
        self.set_font(font, size=100)
        block = fit(text, lambda words: self.get_string_width(words) / 100, width, height, sizes)
        return _Written(block, font)

    def _write(self, text: "_Written", x: float, y: float, colour: Colour, link: str = "") -> float:
        """Returns where the next thing may stand."""
        block = text.block
        for line in block.lines:
            self._line(line, text.font, block.size, x, y, colour, height=block.line_height, link=link)
            y += block.line_height
        return y

    def _line(
        self,
        text: str,
        font: str,
        size: float,
        x: float,
        y: float,
        colour: Colour,
        *,
        height: float | None = None,
        link: str = "",
    ) -> None:
        self.set_font(font, size=size)
        self.set_text_color(colour)
        self.set_xy(x, y)
        self.cell(0, height or size * POINT, text, link=link, new_x=XPos.RIGHT, new_y=YPos.TOP)


# ---- Fonts


@cache
def font_files() -> dict[str, Path]:
    """Our fonts, and those that the school has put into its data folder."""
    ours = {name: FONTS / f"{name}.ttf" for name in (SANS, SANS_BOLD, *FALLBACK)}
    folder = settings.data_dir / "fonts"
    theirs = sorted(path for path in folder.glob("*") if path.suffix.lower() in (".ttf", ".otf"))
    return {**ours, **{f"school-{path.stem.lower()}": path for path in theirs}}


@cache
def letters_of(font: str) -> frozenset[int]:
    with TTFont(font_files()[font], lazy=True) as opened:
        return frozenset(opened.getBestCmap() or ())


def font_for(text: str, wanted: str) -> str:
    """The font to begin with: one that has the whole text looks better than two in one word."""
    needed = {ord(c) for c in text if not c.isspace()}
    return next((font for font in (wanted, *fallback()) if needed <= letters_of(font)), wanted)


def fallback() -> list[str]:
    """Whom to ask for a letter that the font of a line does not have, in order."""
    return [name for name in font_files() if name not in (SANS, SANS_BOLD)]


def printable(text: str) -> str:
    """`text` in one line, without what no font of ours can draw: pictures and rare signs. Raises Conflict for letters.

    A certificate with half a name is worse than none: whoever runs the site can add a font.
    """
    text = " ".join(unicodedata.normalize("NFC", text).split())
    drawn = frozenset[int]().union(*(letters_of(font) for font in font_files()))
    unknown = [c for c in text if c != " " and ord(c) not in drawn]
    if lost := "".join(dict.fromkeys(c for c in unknown if unicodedata.category(c)[0] in "LN")):
        raise Conflict(
            t("No font of this site can print {letters}. Ask the person who runs it to add one.", letters=lost[:40])
        )
    return " ".join("".join(c for c in text if c not in unknown).split()) or "–"
