"""What one can do with assignments, one function per verb, split by who acts and why.

`door` who comes in · `reading` what was handed in · `grading` what a mark becomes. A higher room imports from here only.
"""

from lms_app.assignments.service.grading import ASSIGNMENT, after_late, give_mark
from lms_app.assignments.service.reading import SUBMISSION, read_submission, submission_files_door

__all__ = ["ASSIGNMENT", "SUBMISSION", "after_late", "give_mark", "read_submission", "submission_files_door"]
