"""Tables for spreadsheets."""

import csv as writing
import io
from collections.abc import Iterable, Sequence

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
