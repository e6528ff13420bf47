"""What one can do with assignments, one function per verb, split by who acts and why.

`door` who comes in · `reading` what was handed in · `grading` what a mark becomes · `marking` by a rubric, `marking_queue` what
waits, `marking_notes` on the work itself, `marking_allocating` who marks what, `marking_release` what students read of it. A
higher room imports from here only.
"""

from lms_app.assignments.service.grading import ASSIGNMENT, after_late, give_mark
from lms_app.assignments.service.marking import OWN, grading, mark, read_marks_of, save_marking_draft
from lms_app.assignments.service.marking_allocating import allocate, divide, take_back
from lms_app.assignments.service.marking_notes import (
    FEEDBACK,
    add_note,
    change_note,
    feedback_authors_door,
    remove_note,
)
from lms_app.assignments.service.marking_queue import Shown, list_submissions, next_waiting
from lms_app.assignments.service.marking_release import (
    GRADES_PUBLISHED,
    feedback,
    feedback_files_door,
    hide_grades,
    marking_begun,
    my_feedback,
    publish_grades,
    tell_graded,
)
from lms_app.assignments.service.reading import SUBMISSION, read_submission, submission_files_door

__all__ = [
    "ASSIGNMENT",
    "FEEDBACK",
    "GRADES_PUBLISHED",
    "OWN",
    "SUBMISSION",
    "Shown",
    "add_note",
    "after_late",
    "allocate",
    "change_note",
    "divide",
    "feedback",
    "feedback_authors_door",
    "feedback_files_door",
    "give_mark",
    "grading",
    "hide_grades",
    "list_submissions",
    "mark",
    "marking_begun",
    "my_feedback",
    "next_waiting",
    "publish_grades",
    "read_marks_of",
    "read_submission",
    "remove_note",
    "save_marking_draft",
    "submission_files_door",
    "take_back",
    "tell_graded",
]
