"""The layouts of certificates: where things stand on the page, and what is painted behind them. Millimetres."""

from collections.abc import Callable
from dataclasses import dataclass

from fpdf.drawing_primitives import rgb8

from lms_app.credentials import design
from lms_app.credentials.design import LayoutName
from lms_app.credentials.pen import Colour, Pen, towards_white

FRAME, RADIUS = 10, 5


@dataclass(frozen=True, slots=True)
class Layout:
    """`body` is from where to where the name and the course may stand when nobody signs; `signed` when somebody does.

    The feet of signatures stand on `sign_y`, the facts from `foot_y` on, the QR code's upper edge at `qr_y`. `stacked`
    facts stand below each other.
    """

    name: LayoutName
    landscape: bool
    left: float
    right: float
    head_y: float
    body: tuple[float, float]
    signed: tuple[float, float]
    sign_y: float
    foot_y: float
    qr_y: float
    centred: bool
    paint: Callable[[Pen, Colour, Colour], None]
    stacked: bool = False

    @property
    def width(self) -> float:
        return self.right - self.left


def _growth(pen: Pen, accent: Colour, _highlight: Colour) -> None:
    """A fine line around everything, and rings of growth in a corner."""
    with pen.rect_clip(FRAME, FRAME, pen.w - 2 * FRAME, pen.h - 2 * FRAME):
        pen.set_draw_color(towards_white(accent, 0.87))
        pen.set_line_width(0.5)
        for ring in range(18):
            pen.circle(pen.mirrored(pen.w - FRAME), FRAME, 16 + 6.5 * ring)
    pen.set_draw_color(towards_white(accent, 0.67))
    pen.set_line_width(0.4)
    pen.rect(FRAME, FRAME, pen.w - 2 * FRAME, pen.h - 2 * FRAME, round_corners=True, corner_radius=RADIUS)


def _band(pen: Pen, accent: Colour, highlight: Colour) -> None:
    """A band of colour along the edge at which lines begin."""
    pen.set_fill_color(accent)
    pen.rect(pen.mirrored(0, 20), 0, 20, pen.h, style="F")
    pen.set_fill_color(highlight)
    pen.rect(pen.mirrored(20, 1.6), 0, 1.6, pen.h, style="F")
    pen.set_draw_color(towards_white(accent, 0.8))
    pen.set_line_width(0.4)
    pen.line(pen.mirrored(36), pen.h - 58.6, pen.mirrored(277), pen.h - 58.6)


def _classic(pen: Pen, accent: Colour, highlight: Colour) -> None:
    """Two frames, and a quarter of a circle cut out of each corner."""
    pen.set_draw_color(accent)
    pen.set_line_width(1.1)
    _notched(pen, 9, 9, accent, 1.1)
    _notched(pen, 12.2, 8, highlight, 0.5)


def _notched(pen: Pen, inset: float, notch: float, colour: Colour, line: float) -> None:
    left, top, right, bottom = inset, inset, pen.w - inset, pen.h - inset
    with pen.new_path(left + notch, top) as path:
        path.style.fill_color = None
        path.style.stroke_color = rgb8(*colour)
        path.style.stroke_width = line
        path.line_to(right - notch, top)
        path.arc_to(notch, notch, 0, False, False, right, top + notch)
        path.line_to(right, bottom - notch)
        path.arc_to(notch, notch, 0, False, False, right - notch, bottom)
        path.line_to(left + notch, bottom)
        path.arc_to(notch, notch, 0, False, False, left, bottom - notch)
        path.line_to(left, top + notch)
        path.arc_to(notch, notch, 0, False, False, left + notch, top)


def _portrait(pen: Pen, accent: Colour, highlight: Colour) -> None:
    """A hill of colour at the top, and a frame around the rest."""
    with pen.rect_clip(0, 0, pen.w, 46):
        pen.set_fill_color(highlight)
        pen.ellipse(-60, -78, pen.w + 120, 112, style="F")
        pen.set_fill_color(accent)
        pen.ellipse(-60, -81, pen.w + 120, 112, style="F")
    pen.set_fill_color(highlight)  # the clip has taken the colours back, and fpdf2 only sets what it thinks is new
    pen.set_draw_color(towards_white(accent, 0.67))
    pen.set_line_width(0.4)
    pen.line(24, pen.h - 68, pen.w - 24, pen.h - 68)


LAYOUTS: dict[LayoutName, Layout] = {
    one.name: one
    for one in (
        Layout("growth", True, 30, 267, 26, (56, 150), (50, 126), 152, 164, 154, False, _growth),
        Layout("band", True, 36, 277, 22, (46, 146), (44, 122), 147, 159, 160, False, _band),
        Layout("classic", True, 32, 265, 22, (46, 148), (44, 122), 149, 161, 152, True, _classic),
        Layout("portrait", False, 24, 186, 46, (78, 210), (74, 186), 218, 236, 238, True, _portrait, stacked=True),
    )
}
assert tuple(LAYOUTS) == design.LAYOUTS
