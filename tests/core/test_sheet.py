"""What a spreadsheet reads, and never runs."""

import csv
import io

import pytest

from lms_app.core import sheet


def _read(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


def test_lines_come_back_as_they_were() -> None:
    lines = [("name", "note"), ("Élodie, Ñandú", 'says "yes"'), ("two\nlines", ""), ("plain = text", "a-b")]

    text = sheet.csv(lines)

    assert text.startswith("\ufeff")
    assert _read(text) == [list(line) for line in lines]


@pytest.mark.parametrize(
    "cell",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "  =1+1",
        "\t=1",
        "\n=1",
        "\r=1",
        "\tone",
        "\none",
        "\xa0=1",
        "\uff1d1",
        "\uff0b1",
        "\uff0d1",
        "\uff201",
    ],
)
def test_text_never_becomes_a_formula(cell: str) -> None:
    assert _read(sheet.csv([(cell,)])) == [[f"'{cell}"]]


def test_numbers_stay_numbers() -> None:
    assert _read(sheet.csv([(-1, 0.5, "1", None)])) == [["-1", "0.5", "1", ""]]
