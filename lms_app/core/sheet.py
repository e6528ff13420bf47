"""Tables for spreadsheets, out and in again."""

import csv as writing
import io
import zipfile
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from lms_app.core import table

# A cell that begins so, after any blanks, is a formula to a spreadsheet, whoever wrote it; in full width too.
FORMULAS = tuple("=+-@＝＋－＠")


def csv(lines: Iterable[Sequence[object]]) -> str:
    """Comma-separated values (RFC 4180) that Excel reads as UTF-8. Text that would run as a formula is made plain.

    Source: OWASP, CSV Injection: such a cell, and one that begins with a tab or a new line, gets an apostrophe in
    front. Numbers stay numbers, negative ones too.
    """
    made = io.StringIO()
    made.write("\ufeff")
    writing.writer(made).writerows([_plain(cell) for cell in line] for line in lines)
    return made.getvalue()


def _plain(cell: object) -> object:
    if not isinstance(cell, str):
        return cell
    runs = cell.lstrip().startswith(FORMULAS) or cell.startswith(("\t", "\r", "\n"))
    return f"'{cell}" if runs else cell


XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_ZIP = b"PK\x03\x04"
_UNPACKED_MAX = 60 * 1024 * 1024
_PARTS_MAX = 200
_LINES_MAX, _CELLS_MAX = 20_000, 500


def xlsx(title: str, lines: Iterable[Sequence[object]]) -> bytes:
    """The same table as an Excel file with one sheet; its first line and column stay in sight. Numbers are numbers."""
    from openpyxl import Workbook  # slow import

    book = Workbook(write_only=True)
    sheet = book.create_sheet(title[:31])
    sheet.freeze_panes = "B2"
    for line in lines:
        sheet.append([_plain(cell) for cell in line])
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def read(content: bytes) -> list[list[str]]:
    """The cells of a CSV or Excel file as texts, without the apostrophes of `csv`. Raises ValueError with a sentence.

    Attackers send files, too: an archive is looked at before it is unpacked, and XML is read by defusedxml.
    """
    lines = _of_xlsx(content) if content.startswith(_ZIP) else _of_csv(table.decoded(content)[0])
    return [[unquoted(cell) for cell in line] for line in lines if any(line)]


def _of_csv(text: str) -> list[list[str]]:
    given = table.lines_of(text)
    rows = list(table.rows_of(given, table.delimiter_of(given)))
    if any(row.problem for row in rows):
        raise ValueError("We cannot read this as CSV. Save it from your spreadsheet once more.")
    _check_size([row.cells for row in rows])
    return [row.cells for row in rows]


def _of_xlsx(content: bytes) -> list[list[str]]:
    from openpyxl import load_workbook  # slow import

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            if len(parts) > _PARTS_MAX or sum(part.file_size for part in parts) > _UNPACKED_MAX:
                raise ValueError("This file is larger than a gradebook can be.")
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        sheet: Any = book.worksheets[0]
        sheet.reset_dimensions()  # what the file says of its size may be anything
        lines: list[list[str]] = []
        for row in sheet.iter_rows(values_only=True):
            lines.append([_said(cell) for cell in row[: _CELLS_MAX + 1]])
            if len(lines) > _LINES_MAX:
                break
        book.close()
    except ValueError:
        raise
    except Exception as error:  # whatever a broken archive makes openpyxl raise
        raise ValueError("We cannot read this file. Save it as XLSX or CSV once more.") from error
    _check_size(lines)
    return lines


def _check_size(lines: Sequence[Sequence[str]]) -> None:
    if len(lines) > _LINES_MAX or max(map(len, lines), default=0) > _CELLS_MAX:
        raise ValueError("This file is larger than a gradebook can be.")


def _said(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float):
        return f"{Decimal(repr(cell)):f}".removesuffix(".0")
    return str(cell).strip()


def unquoted(cell: str) -> str:
    """A cell without the apostrophe that `csv` puts before a formula."""
    return cell[1:] if cell.startswith("'") and _plain(cell[1:]) != cell[1:] else cell
