"""Bytes of every age and country become rows that know their lines."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms_app.core import table
from lms_app.core.table import Line

pytestmark = pytest.mark.no_database

LATIN = "email,name\na@x.org,Müller Jürgen\nb@x.org,Élodie Ñandú\n"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (LATIN, "utf-8"),
        (LATIN, "utf-8-sig"),
        (LATIN, "utf-16"),
        (LATIN, "utf-16-le"),
        (LATIN, "utf-16-be"),
        (LATIN, "utf-32"),
        (LATIN, "cp1252"),
        (LATIN, "mac_roman"),
        (LATIN, "cp850"),
        ("email,name\na@x.org,Łukasz Żółć\nb@x.org,Győző Ács\n", "cp1250"),
        ("email,name\na@x.org,Иван Петров\nb@x.org,Мария Смирнова\nc@x.org,Ольга Кузнецова\n", "cp1251"),
        ("email,name\na@x.org,Γιώργος Παπαδόπουλος\nb@x.org,Μαρία Νικολάου\n", "cp1253"),
        ("email,name\na@x.org,محمد أحمد\nb@x.org,فاطمة علي\n", "cp1256"),
        ("email,name\na@x.org,田中 太郎\nb@x.org,鈴木 花子\nc@x.org,佐藤さくら\n", "shift_jis"),
        ("email,name\na@x.org,王小明\nb@x.org,李华\nc@x.org,张伟\n", "gb18030"),
        ("email,name\na@x.org,김민수\nb@x.org,이영희\nc@x.org,박지성\n", "euc_kr"),
    ],
)
def test_names_come_out_whatever_they_were_written_in(text: str, encoding: str) -> None:
    assert table.decoded(text.encode(encoding))[0].removeprefix("\ufeff") == text


def test_a_person_can_overrule_the_guess() -> None:
    text = "a@x.org,Šárka Dvořáková\n"

    assert table.decoded(text.encode("cp1250"), "cp1250") == (text, "cp1250")
    with pytest.raises(ValueError, match="cannot read"):
        table.decoded(text.encode("cp1250"), "utf-8")
    with pytest.raises(ValueError, match="from the list"):
        table.decoded(b"", "rot13")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\u2028"])
@pytest.mark.parametrize("delimiter", list(",;\t|"))
def test_any_delimiter_and_line_end(delimiter: str, end: str) -> None:
    lines = table.lines_of(
        end.join([f"email{delimiter}name", f'a@x.org{delimiter}"King, Ada"', "", f"b@x.org{delimiter}"])
    )

    assert table.delimiter_of(lines) == delimiter
    assert list(table.rows_of(lines, delimiter)) == [
        Line(1, ["email", "name"]),
        Line(2, ["a@x.org", "King, Ada"]),
        Line(4, ["b@x.org", ""]),
    ]


def test_a_cell_may_go_over_lines_and_a_wrong_quote_spoils_its_own_line_alone() -> None:
    lines = ['a,"one', 'two ""said"" he",b', 'x,"open', "y,z", 'Anna "Ann" Lee,w', *["n,m"] * table.CELL_LINES_MAX]

    rows = list(table.rows_of(lines, ","))

    assert rows[0] == Line(1, ["a", 'one\ntwo "said" he', "b"])
    assert (rows[1].number, rows[1].problem) == (3, table.UNCLOSED)
    assert rows[2:4] == [Line(4, ["y", "z"]), Line(5, ['Anna "Ann" Lee', "w"])]
    assert len(rows) == 4 + table.CELL_LINES_MAX


@given(st.binary(max_size=400))
def test_whatever_is_sent_becomes_rows_or_a_sentence(content: bytes) -> None:
    try:
        text, _encoding = table.decoded(content)
    except ValueError as error:
        text = str(error)
    lines = table.lines_of(text)
    for row in table.rows_of(lines, table.delimiter_of(lines)):
        assert 1 <= row.number <= len(lines)
        assert all("\0" not in cell for cell in row.cells)
