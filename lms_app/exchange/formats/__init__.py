"""What comes in and goes out: one module per format.

A format of questions is a `base.QuestionFormat`; a format of courses has `read(folder) -> CourseDraft`. All are pure:
no database, no lock; `exchange.service` writes what they read.
"""

from lms_app.exchange.formats import csv_table, gift, moodle_xml, qti
from lms_app.exchange.formats.base import QuestionFormat

# The most particular one first: nearly everything looks a little like GIFT.
FORMATS: dict[str, QuestionFormat] = {"moodle-xml": moodle_xml, "qti": qti, "csv": csv_table, "gift": gift}
