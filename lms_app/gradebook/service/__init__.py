"""What one can do with a gradebook, one function per verb. It owns no marks: every total is made of `grades` on read.

`totals` of one student, `explaining` them · `reading` the table that staff see, `marking` in it, `overriding` totals, `arranging` how they are made and `copying` that, `sheets` out and in · `facts` what
is read for all of these, `sources` the rooms where marks come from.
"""

from lms_app.gradebook.service.arranging import (
    CategoryValues,
    ColumnValues,
    Scheme,
    add_category,
    add_column,
    move_column,
    remove_category,
    remove_column,
    restore_column,
    save_category,
    save_column,
    save_scheme,
    setup,
)
from lms_app.gradebook.service.copying import copy_setup
from lms_app.gradebook.service.explaining import explain, my_grades, what_if
from lms_app.gradebook.service.marking import fill_column, read_mark, type_mark, undo_mark, write_mark
from lms_app.gradebook.service.overriding import put_total
from lms_app.gradebook.service.reading import WINDOW, column, standings, table, tallies
from lms_app.gradebook.service.sheets import check_sheet, csv_sheet, import_sheet, sheet_text, xlsx_sheet
from lms_app.gradebook.service.sources import SOURCES, Answered, Behind, Source
from lms_app.gradebook.service.totals import course_total, goals, shares

__all__ = [
    "SOURCES",
    "WINDOW",
    "Answered",
    "Behind",
    "CategoryValues",
    "ColumnValues",
    "Scheme",
    "Source",
    "add_category",
    "add_column",
    "check_sheet",
    "column",
    "copy_setup",
    "course_total",
    "csv_sheet",
    "explain",
    "fill_column",
    "goals",
    "import_sheet",
    "move_column",
    "my_grades",
    "put_total",
    "read_mark",
    "remove_category",
    "remove_column",
    "restore_column",
    "save_category",
    "save_column",
    "save_scheme",
    "setup",
    "shares",
    "sheet_text",
    "standings",
    "table",
    "tallies",
    "type_mark",
    "undo_mark",
    "what_if",
    "write_mark",
    "xlsx_sheet",
]
