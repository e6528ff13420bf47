"""What one can do with assignments, one function per verb, split by who acts and why.

`door` who comes in · `dates` that hold for somebody and `retiming` when they move · `authoring` writing one, `setting` it in a form · `overview` coming to one · `working` on a
draft · `submitting`, withdrawing and trying again, with `receipts` · `reading` what was handed in · `grading` what a mark
becomes · `marking` by a rubric, `marking_queue` what waits, `marking_notes` on the work itself, `marking_allocating` who
marks what, `marking_release` what students read of it · `collecting`
what came in, and `packing` it · `reminding`, what happens by itself · `listing` for outlines. A higher room imports from here only.
"""

from lms_app.assignments.service.authoring import (
    BRIEF,
    GRADE_BY,
    STATEMENT,
    AssignmentSettings,
    brief_authors_door,
    brief_files_door,
    create_assignment,
    rubric_uses,
    update_assignment,
)
from lms_app.assignments.service.collecting import SHOWS, submissions
from lms_app.assignments.service.grading import ASSIGNMENT, after_late, give_mark
from lms_app.assignments.service.listing import ASSIGNMENT_ITEM, describe
from lms_app.assignments.service.marking import OWN, grading, mark, read_marks_of, save_marking_draft
from lms_app.assignments.service.marking_allocating import allocate, divide, take_back
from lms_app.assignments.service.marking_notes import (
    FEEDBACK,
    add_note,
    change_note,
    feedback_authors_door,
    remove_note,
)
from lms_app.assignments.service.marking_queue import COUNTS, IS_MARKED, Shown, list_submissions, next_waiting
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
from lms_app.assignments.service.overview import open_assignment, read_assignment
from lms_app.assignments.service.packing import (
    FEEDBACK_ZIP,
    Pack,
    Packed,
    check_feedback_zip,
    feedback_bytes,
    feedback_zip_door,
    note_download,
    pack,
    take_feedback,
    unpack,
    zipped,
)
from lms_app.assignments.service.planting import plant_assignment
from lms_app.assignments.service.reading import SUBMISSION, read_submission, submission_files_door
from lms_app.assignments.service.reminding import mark_missing, remind_to_mark
from lms_app.assignments.service.setting import assignment_form, save_assignment
from lms_app.assignments.service.submitting import begin_again, reopen, submit, withdraw
from lms_app.assignments.service.working import begin_draft, check_file, read_draft, save_draft, submission_writers_door

__all__ = [
    "ASSIGNMENT",
    "ASSIGNMENT_ITEM",
    "BRIEF",
    "COUNTS",
    "FEEDBACK",
    "FEEDBACK_ZIP",
    "GRADES_PUBLISHED",
    "GRADE_BY",
    "IS_MARKED",
    "OWN",
    "SHOWS",
    "STATEMENT",
    "SUBMISSION",
    "AssignmentSettings",
    "Pack",
    "Packed",
    "Shown",
    "add_note",
    "after_late",
    "allocate",
    "assignment_form",
    "begin_again",
    "begin_draft",
    "brief_authors_door",
    "brief_files_door",
    "change_note",
    "check_feedback_zip",
    "check_file",
    "create_assignment",
    "describe",
    "divide",
    "feedback",
    "feedback_authors_door",
    "feedback_bytes",
    "feedback_files_door",
    "feedback_zip_door",
    "give_mark",
    "grading",
    "hide_grades",
    "list_submissions",
    "mark",
    "mark_missing",
    "marking_begun",
    "my_feedback",
    "next_waiting",
    "note_download",
    "open_assignment",
    "pack",
    "plant_assignment",
    "publish_grades",
    "read_assignment",
    "read_draft",
    "read_marks_of",
    "read_submission",
    "remind_to_mark",
    "remove_note",
    "reopen",
    "rubric_uses",
    "save_assignment",
    "save_draft",
    "save_marking_draft",
    "submission_files_door",
    "submission_writers_door",
    "submissions",
    "submit",
    "take_back",
    "take_feedback",
    "tell_graded",
    "unpack",
    "update_assignment",
    "withdraw",
    "zipped",
]
