"""A page to draw on: tagged text that fits, pictures with words for who cannot see them, and QR codes. By fpdf2.

Everything is embedded (`fonts/README.md`), shaped by HarfBuzz, and nothing is fetched.
"""

import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import segno
from fpdf import FPDF
from fpdf.enums import Align, XPos, YPos
from fpdf.fonts import TTFFont
from fpdf.output import OutputProducer, PDFInfo
from fpdf.syntax import PDFString
from PIL import Image, UnidentifiedImageError

from lms_app.credentials.layout import Block, fit
from lms_app.credentials.lettering import font_for

POINT = 25.4 / 72
QR_PIXELS = 5  # of a module, so that no viewer blurs its edge
# Any mask can be read; trying all eight for the prettiest takes most of the time.
QR_MASK = 3
PICTURE_DPI = 300

Colour = tuple[int, int, int]
WHITE: Colour = (0xFF, 0xFF, 0xFF)
INK: Colour = (0x17, 0x20, 0x1B)


def towards_white(colour: Colour, share: float) -> Colour:
    """A colour with so much white in it: 0 is itself, 1 is white."""
    red, green, blue = (round(channel + (255 - channel) * share) for channel in colour)
    return red, green, blue


@dataclass(frozen=True, slots=True)
class Written:
    """A text that fits, and the font that has all or most of it."""

    block: Block
    font: str

    @property
    def height(self) -> float:
        return self.block.height


# Most of what stands on a certificate stands on all of its course.
_fitted: dict[tuple[str, str, float, float, tuple[float, ...]], Written] = {}
FITTED_MAX = 2_000


class Pen(FPDF):
    """One page in millimetres. `rtl` mirrors it: what begins at the left begins at the right."""

    def __init__(self, *, landscape: bool, fonts: Mapping[str, Path], rtl: bool) -> None:
        super().__init__(orientation="landscape" if landscape else "portrait", unit="mm", format="A4")
        self.rtl = rtl
        self.facts: dict[str, str] = {}  # further keys of the document's information
        self.set_auto_page_break(False)
        self.set_margin(0)
        self.c_margin = 0
        for name, path in fonts.items():
            self.add_font(name, fname=path)
            # Letters stay as they are drawn, so nobody needs to measure each of them again when the font is embedded.
            cast(TTFFont, self.fonts[name]).ttfont.recalcBBoxes = False
        self.set_fallback_fonts([name for name in fonts if not name.startswith("sans-")], exact_match=False)
        self.set_text_shaping(True)
        self.add_page()

    def mirrored(self, x: float, width: float = 0) -> float:
        """Where a thing begins that stands at `x` on a page from left to right."""
        return self.w - x - width if self.rtl else x

    # ---- Tags

    @contextmanager
    def tagged(self, kind: str) -> Iterator[None]:
        """What is drawn inside is a part of the text: a heading (`H1`), a paragraph (`P`).

        fpdf2 tags pictures and links by itself, and text not yet; this is the same machinery.
        """
        mcid = self.struct_builder.next_mcid_for_page(self.page)
        self._add_marked_content(struct_type=f"/{kind}", mcid=mcid)
        self._out(f"/{kind} <</MCID {mcid}>> BDC")
        yield
        self._out("EMC")

    @contextmanager
    def ornament(self) -> Iterator[None]:
        """What is drawn inside says nothing, and is not read out."""
        self._out("/Artifact BMC")
        yield
        self._out("EMC")

    # ---- Text

    def fitted(self, text: str, font: str, width: float, height: float, sizes: Sequence[float]) -> Written:
        """`text` as large as fits into a box; see `layout.fit`."""
        font = font_for(text, font)
        if font not in self.fonts:
            font = next(iter(self.fonts))
        known = (text, font, width, height, tuple(sizes))
        if (found := _fitted.get(known)) is None:
            self.set_font(font, size=100)
            found = Written(fit(text, lambda words: self.get_string_width(words) / 100, width, height, sizes), font)
            if len(_fitted) >= FITTED_MAX:
                _fitted.clear()
            _fitted[known] = found
        return found

    def write(  # pyright: ignore[reportIncompatibleMethodOverride]  ours says where; fpdf's flows
        self,
        text: Written,
        x: float,
        y: float,
        width: float,
        colour: Colour,
        *,
        centred: bool = False,
        kind: str = "P",
        link: str = "",
    ) -> float:
        """Write into a box that begins at `x`. Returns where the next thing may stand."""
        block = text.block
        align = Align.C if centred else Align.R if self.rtl else Align.L
        with self.tagged(kind):
            for line in block.lines:
                self.set_font(text.font, size=block.size)
                self.set_text_color(colour)
                self.set_xy(self.mirrored(x, width), y)
                height = block.line_height
                self.cell(width, height, line, align=align, link=link, new_x=XPos.RIGHT, new_y=YPos.TOP)
                y += height
        return y

    # ---- Pictures

    def picture(self, path: Path, x: float, y: float, width: float, height: float, alt: str, *, side: str = "") -> bool:
        """A stored picture as large as fits into a box, at its start, in its middle ("C") or at its foot ("B").

        False where there is none any more, or what is there cannot be drawn.
        """
        try:
            with Image.open(path) as opened:
                opened.load()
                ready: Image.Image = opened.convert("RGBA" if opened.has_transparency_data else "RGB")
        except (OSError, UnidentifiedImageError, Image.DecompressionBombError):
            return False
        most = (round(width / 25.4 * PICTURE_DPI), round(height / 25.4 * PICTURE_DPI))
        ready.thumbnail(most, Image.Resampling.LANCZOS)
        scale = min(width / ready.width, height / ready.height)
        wide, tall = ready.width * scale, ready.height * scale
        x = x + (width - wide) / 2 if "C" in side else x
        y = y + (height - tall) if "B" in side else y + (height - tall) / 2
        self.image(ready, self.mirrored(x, wide), y, wide, tall, alt_text=alt)
        return True

    def qr(self, text: str, x: float, y: float, size: float, alt: str, link: str) -> None:
        """A QR code on white, so that scanners see its edge; `size` is without that."""
        code = segno.make(text, error="l", micro=False, mask=QR_MASK, boost_error=False)
        rows = [bytes(row) for row in code.matrix]
        image = Image.frombytes("L", (len(rows), len(rows)), b"".join(rows)).point(lambda dark: 0 if dark else 255)
        image = image.resize((len(rows) * QR_PIXELS,) * 2, Image.Resampling.NEAREST).convert("1")
        quiet = 4 * size / len(rows)
        x = self.mirrored(x, size)
        with self.ornament():
            self.set_fill_color(WHITE)
            self.rect(x - quiet, y - quiet, size + 2 * quiet, size + 2 * quiet, style="F")
        self.image(image, x, y, size, size, alt_text=alt)
        self.link(x, y, size, size, link=link)

    def finished(self) -> bytes:
        return bytes(self.output(output_producer_class=_WithFacts) or b"")


class _WithFacts(OutputProducer):
    """Writes further keys into the document's information: fpdf2 knows a fixed set of them."""

    def _add_info(self) -> PDFInfo:
        info: Any = super()._add_info()
        pen: Any = self.fpdf
        for name, value in pen.facts.items():
            setattr(info, name, PDFString(value, encrypt=True))
        return info


def png_of(content: bytes, width: int) -> bytes:
    """The first page of a PDF of ours as a picture, `width` pixels wide."""
    import pypdfium2  # slow import

    document = pypdfium2.PdfDocument(content)
    try:
        page = document[0]
        drawn = page.render(scale=width / page.get_width()).to_pil().convert("RGB")
    finally:
        document.close()
    made = io.BytesIO()
    drawn.quantize(128, dither=Image.Dither.NONE).save(made, "PNG")
    return made.getvalue()
