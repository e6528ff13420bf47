"""What one can do with a gradebook, one function per verb. It owns no marks: every total is made of `grades` on read.

`totals` of one student, `explaining` them · `reading` the table that staff see, `marking` in it, `overriding` totals, `arranging` how they are made, `sheets` out and in · `facts` what
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
from lms_app.gradebook.service.explaining import explain, my_grades, what_if
from lms_app.gradebook.service.marking import fill_column, read_mark, type_mark, undo_mark, write_mark
from lms_app.gradebook.service.overriding import put_total
from lms_app.gradebook.service.planting import PlantedCategory, PlantedColumn, plant_setup
from lms_app.gradebook.service.reading import WINDOW, column, standings, table, tallies
from lms_app.gradebook.service.sheets import (
    check_sheet,
    csv_sheet,
    import_sheet,
    note_export,
    sheet_text,
    xlsx_sheet,
)
from lms_app.gradebook.service.sources import SOURCES, Answered, Behind, Source
from lms_app.gradebook.service.totals import course_shares, course_total, goals, shares

__all__ = [
    "SOURCES",
    "WINDOW",
    "Answered",
    "Behind",
    "CategoryValues",
    "ColumnValues",
    "PlantedCategory",
    "PlantedColumn",
    "Scheme",
    "Source",
    "add_category",
    "add_column",
    "check_sheet",
    "column",
    "course_shares",
    "course_total",
    "csv_sheet",
    "explain",
    "fill_column",
    "goals",
    "import_sheet",
    "move_column",
    "my_grades",
    "note_export",
    "plant_setup",
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
