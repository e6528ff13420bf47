"""The certificate as a PDF, by its design: one A4 page.

The preview, the picture that is shared and what is printed are all this document. The same sheet gives the same bytes.
Drawing one takes a tenth of a second of one core: never do it on the event loop.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from fpdf import ViewerPreferences
from fpdf.drawing_primitives import rgb8

from lms_app.core import files
from lms_app.credentials.design import HIGHLIGHT, rgb
from lms_app.credentials.labels import RIGHT_TO_LEFT, labels_of
from lms_app.credentials.layouts import LAYOUTS, Layout
from lms_app.credentials.lettering import SANS, SANS_BOLD, SERIF, font_files, needed, printable, trimmed
from lms_app.credentials.pen import INK, WHITE, Colour, Pen, Written, png_of, towards_white
from lms_app.credentials.views import Sheet
from lms_app.web.words import t

QUIET_INK: Colour = (0x46, 0x52, 0x4B)
QR_SIZE, QR_SIZE_SIGNED = 34, 40  # a signed statement needs three times the modules
SIGN_HEIGHT = 15
_NAME_SIZES = (46, 42, 36, 30, 25, 21, 17, 14, 11, 9, 7, 6, 5)
_COURSE_SIZES = (24, 21, 18, 15, 12, 10, 8, 7, 6)


@lru_cache(maxsize=32)
def render(sheet: Sheet) -> bytes:
    """The PDF of one certificate. Names of any length fit: they shrink, and break into lines."""
    fonts = font_files()
    return _render(sheet, {name: fonts[name] for name in needed(_texts(sheet))})


def render_many(sheets: Sequence[Sheet]) -> list[bytes]:
    """The PDFs of several certificates: `render` of each, in less time."""
    with trimmed(text for sheet in sheets for text in _texts(sheet)) as fonts:
        return [_render(sheet, {name: fonts[name] for name in needed(_texts(sheet))}) for sheet in sheets]


def picture(sheet: Sheet, width: int) -> bytes:
    """A PNG of the very PDF, `width` pixels wide."""
    return png_of(render(sheet), width)


def _render(sheet: Sheet, fonts: Mapping[str, Path]) -> bytes:
    page = _Certificate(sheet, fonts)
    page.describe()
    page.draw()
    return page.pen.finished()


def _texts(sheet: Sheet) -> Iterator[str]:
    """Everything that is written on the page."""
    design, labels = sheet.design, labels_of(sheet.design.lang)
    yield from (sheet.holder, sheet.course, sheet.issuer, sheet.issued_on, sheet.expires_on, sheet.workload)
    yield from (sheet.grade, sheet.code, sheet.verify_url, design.heading, design.lead, design.verb, design.text)
    yield from (getattr(labels, name) for name in labels.__slots__)
    for one in design.signatures:
        yield from (one.name, one.role)
    yield t("Sample") + "–"


class _Certificate:
    """One page; every method draws one part of it, in the order in which it is read."""

    def __init__(self, sheet: Sheet, fonts: Mapping[str, Path]) -> None:
        design = sheet.design
        self.sheet, self.design, self.labels = sheet, design, labels_of(design.lang)
        self.layout: Layout = LAYOUTS[design.layout]
        self.accent, self.highlight = rgb(design.accent), rgb(design.highlight)
        self.pen = Pen(landscape=self.layout.landscape, fonts=fonts, rtl=design.lang in RIGHT_TO_LEFT)

    def describe(self) -> None:
        """What readers and search of documents show of it."""
        pen, sheet = self.pen, self.sheet
        pen.set_lang(self.design.lang)
        pen.set_title(t("Certificate: {holder}, {course}", holder=sheet.holder, course=sheet.course))
        pen.set_author(sheet.issuer)
        pen.set_subject(t("Certificate of completion of {course}", course=sheet.course))
        pen.set_keywords(f"{sheet.code}, {sheet.verify_url}")
        pen.set_creator("Lectern")
        pen.set_creation_date(sheet.issued_at)
        pen.viewer_preferences = ViewerPreferences(display_doc_title=True)
        if sheet.credential:
            pen.facts["lectern_credential"] = sheet.credential
            pen.embed_file(
                bytes=sheet.credential.encode(),
                basename="credential.jwt",
                mime_type="application/jwt",
                desc=t("The signed statement behind this certificate"),
                creation_date=sheet.issued_at,
                modification_date=sheet.issued_at,
            )

    def draw(self) -> None:
        with self.pen.ornament():
            self.layout.paint(self.pen, self.accent, self.highlight)
        self._head()
        self._body()
        self._signatures()
        self._foot()

    def _head(self) -> None:
        """The logo, or the mark of the house, and the institution's name."""
        pen, layout = self.pen, self.layout
        size = 14.0 if self.design.logo else 11.0
        y = layout.head_y
        path = files.path_of(self.design.logo) if self.design.logo else None
        alt = t("Logo of {issuer}", issuer=self.sheet.issuer)
        issuer = self._fitted(self.sheet.issuer, SANS_BOLD, 150, size, (16, 12, 9, 7))
        if layout.centred:
            drawn = path is not None and pen.picture(path, pen.w / 2 - 40, y, 80, size, alt, side="C")
            if not drawn:
                self._mark(pen.w / 2 - size / 2, y, size)
            pen.write(issuer, layout.left, y + size + 2, layout.width, INK, centred=True)
            return
        wide = 42.0
        if path is not None and pen.picture(path, layout.left, y, wide, size, alt):
            pen.write(issuer, layout.left + wide + 4, y + (size - issuer.height) / 2, 150, INK)
            return
        self._mark(layout.left, y, size)
        pen.write(issuer, layout.left + size + 4, y + (size - issuer.height) / 2, 150, INK)

    def _mark(self, x: float, y: float, size: float) -> None:
        pen, unit = self.pen, size / 30
        x = pen.mirrored(x, size)
        with pen.ornament():
            pen.set_fill_color(self.accent)
            pen.rect(x, y, size, size, style="F", round_corners=True, corner_radius=8 * unit)
            light = rgb(HIGHLIGHT)
            strokes = ((8, 9.5, 22, 13.7, WHITE), (15, 12, 15, 21, WHITE), (10, 23.5, 20, 23.5, light))
            for x1, y1, x2, y2, colour in strokes:
                with pen.new_path(x + x1 * unit, y + y1 * unit) as path:
                    path.style.fill_color = None
                    path.style.stroke_color = rgb8(*colour)
                    path.style.stroke_width = 2.6 * unit
                    path.style.stroke_cap_style = "round"
                    path.line_to(x + x2 * unit, y + y2 * unit)

    def _body(self) -> None:
        """Who completed what, in the middle between head and foot."""
        pen, layout, design, labels = self.pen, self.layout, self.design, self.labels
        top, bottom = layout.signed if design.signatures else layout.body
        width, room = layout.width, bottom - top
        lead = self._fitted(design.lead or labels.lead, SANS, width, 10, (13, 11, 9, 7))
        verb = self._fitted(design.verb or labels.verb, SANS, width, 10, (13, 11, 9, 7))
        heading = self._fitted(design.heading, SERIF, width, room * 0.13, _COURSE_SIZES) if design.heading else None
        text = (
            self._fitted(design.text, SANS, min(width, 210), room * 0.17, (11, 10, 9, 8, 7, 6)) if design.text else None
        )
        tight = room < 80
        under, mark, gaps = (4.0, 1.4, (3.0, 4.0, 5.0, 3.0)) if tight else (6.0, 1.4, (5.0, 5.5, 8.0, 4.0))
        fixed = lead.height + verb.height + mark + sum(gaps)
        fixed += (heading.height + under if heading else 0) + (text.height + under if text else 0)
        free = max(room - fixed, 20)
        name = self._fitted(self.sheet.holder, SERIF, width, min(free * 0.6, 46), _NAME_SIZES)
        course = self._fitted(self.sheet.course, SERIF, width, min(free * 0.4, 26), _COURSE_SIZES)
        height = fixed + name.height + course.height
        y = top + max(0.0, (room - height) / 2)
        middle = layout.centred
        if heading:
            y = pen.write(heading, layout.left, y, width, self.accent, centred=middle, kind="H1") + under
        y = pen.write(lead, layout.left, y, width, QUIET_INK, centred=middle) + gaps[0]
        y = pen.write(name, layout.left, y, width, INK, centred=middle, kind="H2" if heading else "H1") + gaps[1]
        with pen.ornament():
            pen.set_fill_color(self.highlight)
            at = pen.w / 2 - 11 if middle else pen.mirrored(layout.left, 22)
            pen.rect(at, y, 22, mark, style="F", round_corners=True, corner_radius=mark / 2)
        y += mark + gaps[2]
        y = pen.write(verb, layout.left, y, width, QUIET_INK, centred=middle) + gaps[3]
        y = pen.write(course, layout.left, y, width, self.accent, centred=middle, kind="H2")
        if text:
            inset = (width - min(width, 210)) / 2 if middle else 0
            pen.write(text, layout.left + inset, y + under, min(width, 210), QUIET_INK, centred=middle)

    def _signatures(self) -> None:
        """Who signs: the picture of a signature above a line, name and role below it."""
        signers = self.design.signatures
        if not signers:
            return
        pen, layout = self.pen, self.layout
        room = layout.width if layout.stacked or layout.qr_y > layout.sign_y else layout.width - QR_SIZE_SIGNED - 8
        each = min(62.0, (room - 10 * (len(signers) - 1)) / len(signers))
        whole = each * len(signers) + 10 * (len(signers) - 1)
        x = layout.left + ((room - whole) / 2 if layout.centred else 0)
        foot = layout.sign_y
        for one in signers:
            name = self._fitted(one.name, SANS_BOLD, each, 5, (10, 9, 8, 7, 6, 5))
            role = self._fitted(one.role, SANS, each, 4.5, (8.5, 8, 7, 6, 5)) if one.role else None
            line = foot - name.height - (role.height if role else 0) - 1.5
            if one.picture:
                alt = t("Signature of {name}", name=one.name)
                side = "CB" if layout.centred else "B"
                pen.picture(files.path_of(one.picture), x, line - SIGN_HEIGHT + 1, each, SIGN_HEIGHT, alt, side=side)
            with pen.ornament():
                pen.set_draw_color(towards_white(INK, 0.45))
                pen.set_line_width(0.3)
                start = pen.mirrored(x, each)
                pen.line(start, line, start + each, line)
            y = pen.write(name, x, line + 1.2, each, INK, centred=layout.centred)
            if role:
                pen.write(role, x, y, each, QUIET_INK, centred=layout.centred)
            x += each + 10

    def _foot(self) -> None:
        """When, how much, and how to check it."""
        pen, layout, sheet, labels = self.pen, self.layout, self.sheet, self.labels
        size = QR_SIZE_SIGNED if sheet.credential else QR_SIZE
        room = layout.width - size - 8
        y = self._facts(room)
        check = self._fitted(labels.check, SANS, room, 4, (9.5, 8, 7, 6))
        y = pen.write(check, layout.left, y, room, QUIET_INK) + 0.8
        url = self._fitted(sheet.verify_url, SANS, room, 10, (9.5, 8, 7, 6, 5))
        pen.write(url, layout.left, y, room, self.accent, link=sheet.verify_url)
        text = f"{sheet.verify_url}#{sheet.credential}" if sheet.credential else sheet.verify_url
        alt = t("Check this certificate at {url}", url=sheet.verify_url)
        lower = layout.qr_y + QR_SIZE
        pen.qr(text, layout.right - size, lower - size, size, alt, sheet.verify_url)

    def _facts(self, room: float) -> float:
        """What the design shows of it, beside or below each other. Returns where the next thing may stand."""
        pen, layout, sheet, labels, design = self.pen, self.layout, self.sheet, self.labels, self.design
        facts = [
            (labels.issued, sheet.issued_on if design.show_date else ""),
            (labels.expires, sheet.expires_on if design.show_expiry else ""),
            (labels.workload, sheet.workload if design.show_hours else ""),
            (labels.grade, sheet.grade if design.show_grade else ""),
        ]
        code = (labels.code, t("Sample") if sheet.sample else sheet.code)
        facts = [(name, value) for name, value in facts if value]
        y = float(layout.foot_y)
        if layout.stacked:
            for name, value in [*facts, code]:
                label = self._fitted(name, SANS, 34, 4, (9, 8, 7, 6))
                said = self._fitted(value, SANS_BOLD, room - 36, 5, (10, 9, 8, 7, 6))
                pen.write(label, layout.left, y, 34, QUIET_INK)
                pen.write(said, layout.left + 36, y, room - 36, INK)
                y += 5.6
            return y + 1.5
        x, beside = 0.0, len(facts) < 4  # with more, the long code has a line of its own
        for name, value in [*facts, code] if beside else facts:
            most = room - x if value == code[1] else min(48.0, room - x)
            said = self._fitted(value, SANS_BOLD, most, 5, (11.5, 10, 9, 8, 7, 6, 5))
            label = self._fitted(name, SANS, most, 4, (9.5, 8, 7, 6, 5))
            pen.write(label, layout.left + x, y, most, QUIET_INK)
            pen.write(said, layout.left + x, y + 5, most, INK)
            pen.set_font(said.font, size=said.block.size)
            x += min(most, max(26.0, pen.get_string_width(value) + 8))
        y += 14
        if not beside:
            label = self._fitted(code[0], SANS, 36, 4, (9.5, 8, 7, 6, 5))
            said = self._fitted(code[1], SANS_BOLD, room - 38, 5, (9.5, 8, 7, 6))
            pen.set_font(label.font, size=label.block.size)
            wide = pen.get_string_width(label.block.lines[0]) + 2
            pen.write(label, layout.left, y, 36, QUIET_INK)
            y = pen.write(said, layout.left + wide, y, room - 38, INK) + 1.5
        return y

    # ---- Words

    def _fitted(self, text: str, font: str, width: float, height: float, sizes: tuple[float, ...]) -> Written:
        return self.pen.fitted(printable(text) or f"({self.labels.unprintable})", font, width, height, sizes)
