"""A whole school in one archive, made while it runs, and back again, on SQLite and on PostgreSQL alike.

`writing` takes it · `reading` checks an archive before anything is touched · `restoring` brings it back · `checking`
looks whether what is there is whole · `running` does what was asked for on the page · `tables` rows as lines of text, the same for both databases.
"""

from lms_app.backup.checking import check
from lms_app.backup.reading import Damaged, Found, read
from lms_app.backup.restoring import NotEmpty, rehearse, restore
from lms_app.backup.running import work_on_backups
from lms_app.backup.writing import Written, is_due, keep_some, made, make_due, write

__all__ = [
    "Damaged",
    "Found",
    "NotEmpty",
    "Written",
    "check",
    "is_due",
    "keep_some",
    "made",
    "make_due",
    "read",
    "rehearse",
    "restore",
    "work_on_backups",
    "write",
]
