"""What one can do with assignments, one function per verb, split by who acts and why.

`door` who comes in · `dates` that hold for somebody · `authoring` writing one · `overview` coming to one · `working` on a
draft · `submitting`, withdrawing and trying again, with `receipts` · `reading` what was handed in · `grading` what a mark
becomes · `listing` for outlines. A higher room imports from here only.
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
from lms_app.assignments.service.grading import ASSIGNMENT, after_late, give_mark
from lms_app.assignments.service.listing import ASSIGNMENT_ITEM, describe
from lms_app.assignments.service.overview import open_assignment, read_assignment
from lms_app.assignments.service.reading import SUBMISSION, read_submission, submission_files_door
from lms_app.assignments.service.submitting import begin_again, reopen, submit, withdraw
from lms_app.assignments.service.working import (
    begin_draft,
    check_file,
    read_draft,
    save_draft,
    submission_writers_door,
)

__all__ = [
    "ASSIGNMENT",
    "ASSIGNMENT_ITEM",
    "BRIEF",
    "GRADE_BY",
    "STATEMENT",
    "SUBMISSION",
    "AssignmentSettings",
    "after_late",
    "begin_again",
    "begin_draft",
    "brief_authors_door",
    "brief_files_door",
    "check_file",
    "create_assignment",
    "describe",
    "give_mark",
    "open_assignment",
    "read_assignment",
    "read_draft",
    "read_submission",
    "reopen",
    "rubric_uses",
    "save_draft",
    "submission_files_door",
    "submission_writers_door",
    "submit",
    "update_assignment",
    "withdraw",
]
