"""The transcript as a PDF: A4 pages that flow, drawn by fpdf2 in the fonts of certificates.

Everything is embedded and shaped by HarfBuzz, in reading order; nothing is fetched. Never draw on the event loop.
"""

from datetime import datetime

from fpdf import FPDF, ViewerPreferences
from fpdf.enums import XPos, YPos

from lms_app.core.settings import settings
from lms_app.credentials.lettering import SANS, SANS_BOLD, SERIF, fallback, font_files, font_for, printable
from lms_app.home.views_progress import Transcript, TranscriptCourse, TranscriptPart
from lms_app.web.words import t

# Millimetres.
MARGIN, WIDTH = 20, 170
POINT = 25.4 / 72

Colour = tuple[int, int, int]
# The light theme of assets/theme.css.
TEXT: Colour = (0x17, 0x20, 0x1B)
TEXT_2: Colour = (0x46, 0x52, 0x4B)
BRAND: Colour = (0x1E, 0x5F, 0x49)
LINE: Colour = (0xDE, 0xE4, 0xDE)


def render(transcript: Transcript, made_at: datetime) -> bytes:
    """The whole transcript. `made_at` goes into the file's data; what is printed is in the transcript."""
    page = _Paper(transcript, made_at)
    page.head()
    for course in transcript.courses:
        page.course(course)
    for part in transcript.parts:
        page.part(part)
    return bytes(page.output())


class _Paper(FPDF):
    """Pages and the pen on them; every method draws one part."""

    def __init__(self, transcript: Transcript, made_at: datetime) -> None:
        super().__init__(orientation="portrait", unit="mm", format="A4")
        self._transcript = transcript
        self.set_auto_page_break(True, margin=24)
        self.set_margins(MARGIN, MARGIN, MARGIN)
        self.c_margin = 0
        self.set_lang(transcript.lang)
        self.set_title(t("Transcript: {name}", name=transcript.name))
        self.set_author(transcript.site)
        self.set_creator("Lectern")
        self.set_creation_date(made_at)
        self.viewer_preferences = ViewerPreferences(display_doc_title=True)
        for name, path in font_files().items():
            self.add_font(name, fname=path)
        self.set_fallback_fonts(fallback(), exact_match=False)
        self.set_text_shaping(True)
        self.alias_nb_pages("{pages}")
        self.add_page()

    def footer(self) -> None:
        """On every page: whose it is, and which of how many."""
        self.set_y(-16)
        site = f"{self._transcript.site} · {self._transcript.name}"
        self._line(site, SANS, 9, TEXT_2, width=WIDTH - 40, keep=True)
        self.set_font(SANS, size=9)
        self.cell(40, 5, f"{self.page_no()} / {{pages}}", align="R")

    def head(self) -> None:
        self._line(self._transcript.site, SANS_BOLD, 11, TEXT_2)
        self.ln(4)
        self._line(self._transcript.name, SERIF, 26, TEXT)
        self._line(t("Transcript of {day}", day=self._transcript.made), SANS, 11, TEXT_2)
        self.ln(4)

    def course(self, course: TranscriptCourse) -> None:
        """A course with its marks. Its heading never stands alone at the foot of a page."""
        self._rule()
        with self.offset_rendering() as rehearsal:
            self._heading(course)
        if rehearsal.page_break_triggered:
            self.add_page()
        self._heading(course)
        for mark in course.marks:
            self._pair(mark.title, mark.score)

    def part(self, part: TranscriptPart) -> None:
        self._rule()
        self._line(part.title, SANS_BOLD, 12, TEXT)
        self.ln(1)
        for line in part.lines:
            self._line(line.title, SERIF, 12, TEXT)
            self._line(line.note, SANS, 9.5, TEXT_2)
            if line.url:
                self._line(f"{settings.url}{line.url}", SANS, 9.5, BRAND, link=f"{settings.url}{line.url}")
            self.ln(2)

    def _heading(self, course: TranscriptCourse) -> None:
        self._line(course.title, SERIF, 15, TEXT)
        facts = (course.role, course.state, course.dates, course.progress)
        self._line(" · ".join(filter(None, facts)), SANS, 9.5, TEXT_2)
        if course.grade:
            self._line(t("Grade: {grade}", grade=course.grade), SANS_BOLD, 10.5, TEXT)
        self.ln(1.5)

    def _pair(self, name: str, value: str) -> None:
        """A mark: what it is for on the left, its points on the right of the first line."""
        if self.will_page_break(6):
            self.add_page()
        top = self.get_y()
        self._line(name, SANS, 10, TEXT, width=WIDTH - 40)
        bottom, page = self.get_y(), self.page_no()
        self.set_xy(MARGIN + WIDTH - 38, top if self.page_no() == page else bottom)
        self.set_font(SANS, size=10)
        self.set_text_color(TEXT)
        self.cell(38, 10 * POINT * 1.4, value, align="R", new_x=XPos.LMARGIN, new_y=YPos.TOP)
        self.set_xy(MARGIN, bottom)

    def _rule(self) -> None:
        self.ln(4)
        self.set_draw_color(LINE)
        self.set_line_width(0.3)
        self.line(MARGIN, self.get_y(), MARGIN + WIDTH, self.get_y())
        self.ln(4)

    def _line(
        self,
        text: str,
        font: str,
        size: float,
        colour: Colour,
        *,
        width: float = WIDTH,
        link: str = "",
        keep: bool = False,
    ) -> None:
        """A text, over as many lines as it takes; `keep` leaves the pen behind it."""
        text = _drawn(text)
        self.set_font(font_for(text, font), size=size)
        self.set_text_color(colour)
        x, y = (XPos.RIGHT, YPos.TOP) if keep else (XPos.LMARGIN, YPos.NEXT)
        self.multi_cell(width, size * POINT * 1.4, text, align="L", link=link, new_x=x, new_y=y)


def _drawn(text: str) -> str:
    """What our fonts have of it. A certificate with half a name is worse than none; of a list a part is better."""
    if printed := printable(text):
        return printed
    return "".join(letter if _has(letter) else "\u25a1" if _has("\u25a1") else "?" for letter in text)


def _has(letter: str) -> bool:
    return letter.isspace() or printable(letter) == letter
