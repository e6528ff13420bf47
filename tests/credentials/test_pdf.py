"""The PDF, read back by another program."""

import io
import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from lms_app.core.settings import settings
from lms_app.credentials import lettering, pdf
from lms_app.credentials.views import Sheet

pytestmark = pytest.mark.no_database

SHEET = Sheet(
    holder="Amina Yusuf",
    course="Principles of Ecology",
    issuer="Northfield",
    issued_at=datetime(2026, 12, 18, 9, 30, tzinfo=UTC),
    issued_on="18 December 2026",
    workload="14 hours",
    code="7Q4K-2M9X-ABCD-EFGH-JKMN-PQRS-TVW0",
    verify_url="https://northfield.example/verify/7Q4K-2M9X-ABCD-EFGH-JKMN-PQRS-TVW0",
)


def _read(sheet: Sheet) -> PdfReader:
    return PdfReader(io.BytesIO(pdf.render(sheet)))


def _text(sheet: Sheet) -> str:
    return _read(sheet).pages[0].extract_text()


def test_it_says_all_of_the_sheet() -> None:
    assert _text(SHEET).strip().split("\n") == [
        "Northfield",
        "This certifies that",
        "Amina Yusuf",
        "completed",
        "Principles of Ecology",
        "Issued on",
        "18 December 2026",
        "Workload",
        "14 hours",
        "Certificate ID",
        "7Q4K-2M9X-ABCD-EFGH-JKMN-PQRS-TVW0",
        "Anybody can check this certificate at",
        "https://northfield.example/verify/7Q4K-2M9X-ABCD-EFGH-JKMN-PQRS-TVW0",
    ]


def test_it_is_one_landscape_a4_page_with_a_title_and_a_language() -> None:
    read = _read(SHEET)
    box = read.pages[0].mediabox

    assert len(read.pages) == 1
    assert (round(box.width), round(box.height)) == (842, 595)
    assert read.metadata is not None
    assert read.metadata.title == "Certificate: Amina Yusuf, Principles of Ecology"
    assert read.metadata.author == "Northfield"
    assert read.metadata.creation_date == SHEET.issued_at
    assert read.trailer["/Root"]["/Lang"] == "en"
    assert read.trailer["/Root"]["/ViewerPreferences"]["/DisplayDocTitle"] == True  # noqa: E712  a PDF boolean


def test_every_font_is_embedded() -> None:
    fonts = _read(SHEET).pages[0]["/Resources"]["/Font"]
    described = [font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"] for font in fonts.values()]

    assert len(described) == 3
    assert all("/FontFile2" in descriptor.get_object() for descriptor in described)


def test_its_addresses_can_be_clicked() -> None:
    links = [note.get_object()["/A"]["/URI"] for note in _read(SHEET).pages[0]["/Annots"]]

    assert links == [SHEET.verify_url, SHEET.verify_url]


def test_the_same_sheet_gives_the_same_bytes() -> None:
    first = pdf.render(SHEET)
    pdf.render.cache_clear()

    assert pdf.render(SHEET) == first


@pytest.mark.parametrize(
    "name",
    [
        "Nguyễn Thị Ánh Dương",
        "Łukasz Żółć-Szczęsny",
        "Παναγιώτης Παπαδόπουλος",
        "Ἀθηνᾶ Ξενάκη",
        "Екатерина Щукина",
        "Әлихан Бөкейхан",
        "محمد بن عبد الله",
        "شیرین عبادی",
        "יעל בן־דוד",
        "שרה לוי-כהן",
    ],
)
def test_names_of_many_scripts_can_be_read_back(name: str) -> None:
    said = _text(replace(SHEET, holder=name))

    assert sorted(_letters(name)) == sorted(_letters(said.split("that\n")[1].split("\ncompleted")[0]))


def _letters(text: str) -> str:
    return re.sub(r"\s", "", text)


def test_arabic_is_shaped_and_runs_from_right_to_left() -> None:
    """Joined letters are other glyphs than letters that stand alone, and the first one stands rightmost."""
    joined, apart = _glyphs("محمد"), _glyphs("م ح م د")

    assert len(joined) > 0
    assert set(joined).isdisjoint(set(apart) - set(_glyphs("د")))


def _glyphs(name: str) -> list[str]:
    """The glyphs' names of the Arabic font that this name embeds."""
    from fontTools.ttLib import TTFont

    for font in _read(replace(SHEET, holder=name)).pages[0]["/Resources"]["/Font"].values():
        described = font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
        if "Amiri" in described["/FontName"]:
            opened = TTFont(io.BytesIO(described["/FontFile2"].get_object().get_data()))
            table = opened["glyf"]
            return [str(table[name].coordinates) for name in table.glyphs if table[name].numberOfContours > 0]
    return []


@pytest.mark.parametrize("name", ["Maria " * 33 + "Ok", "W" * 200, "Ὦ" * 200, "محمد " * 40, "a b " * 50])
def test_a_name_of_200_characters_fits_on_one_page(name: str) -> None:
    sheet = replace(SHEET, holder=name, course="Everything there is to know about it all " * 4)
    read = _read(sheet)
    places: list[tuple[float, float]] = []

    def note(text: str, _cm: object, matrix: list[float], *_rest: object) -> None:
        if text.strip():
            places.append((matrix[4], matrix[5]))

    said = read.pages[0].extract_text(visitor_text=note)

    assert len(read.pages) == 1
    assert _letters(said).count(_letters(name)[0]) >= 33
    assert all(0 <= x <= 842 and 28 <= y <= 567 for x, y in places)


def test_pictures_and_line_breaks_in_a_title_do_no_harm() -> None:
    said = _text(replace(SHEET, course="Plants 🌱\r\nand\tpeople\x00"))

    assert "\ncompleted\nPlants and people\n" in said


def test_of_a_name_that_no_font_has_the_page_says_where_to_read_it() -> None:
    read = _read(replace(SHEET, holder="王小明"))

    assert "This certifies that\n(see the check page)\ncompleted" in read.pages[0].extract_text()
    assert read.metadata is not None
    assert read.metadata.title == "Certificate: 王小明, Principles of Ecology"
    assert lettering.lost("Amina 王小明 王") == "王小明"


def test_a_school_may_add_fonts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What no font of ours has is looked for in those of the data folder."""
    folder = tmp_path / "fonts"
    folder.mkdir()
    _font_with(folder / "Han.ttf", "王")
    monkeypatch.setattr(lettering, "settings", settings.model_copy(update={"fonts_dir": folder}))
    known: tuple[Any, ...] = (lettering.font_files, lettering.letters_of, lettering.drawn)
    for cached in known:
        cached.cache_clear()

    try:
        said = _text(replace(SHEET, holder="王 Wang"))
        lost = lettering.lost("王 Wang")
        (many,) = pdf.render_many([replace(SHEET, holder="王 Wang")])
    finally:
        for cached in known:
            cached.cache_clear()

    assert (lost, "王 Wang" in said) == ("", True)
    assert "王 Wang" in PdfReader(io.BytesIO(many)).pages[0].extract_text()


def _font_with(path: Path, letter: str) -> None:
    """A font of one letter: another one's A under that code."""
    from fontTools.ttLib import TTFont

    with TTFont(lettering.FONTS / "sans-regular.ttf") as font:
        for table in font["cmap"].tables:
            table.cmap = {ord(letter): table.cmap[ord("A")]}
        font.save(path)


def test_the_fonts_carry_their_licence() -> None:
    assert "SIL OPEN FONT LICENSE Version 1.1" in (lettering.FONTS / "OFL.txt").read_text()
    assert {path.name for path in lettering.FONTS.glob("*.ttf")} == {
        path.name for path in lettering.font_files().values()
    }
