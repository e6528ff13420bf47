"""What one can do with rubrics, one function per verb.

`keeping` rubrics and their versions · `editing` one in a form · `commenting` saved comments. What a marking is worth is
`points`, of the rules. A higher room imports from here only.
"""

from lms_app.rubrics.rules import criteria_from_json, draft, filled, marks_from_json, marks_to_json, points
from lms_app.rubrics.service.commenting import (
    change_comment,
    comments,
    keep_comment,
    plant_comments,
    remove_comment,
    use_comment,
)
from lms_app.rubrics.service.editing import act, new_form, read_form, read_marks, read_points, rubric_form, rubrics
from lms_app.rubrics.service.keeping import (
    USES,
    carry,
    create,
    duplicate,
    newest,
    of_course,
    plant,
    remove,
    restore,
    save,
    version,
)

__all__ = [
    "USES",
    "act",
    "carry",
    "change_comment",
    "comments",
    "create",
    "criteria_from_json",
    "draft",
    "duplicate",
    "filled",
    "keep_comment",
    "marks_from_json",
    "marks_to_json",
    "new_form",
    "newest",
    "of_course",
    "plant",
    "plant_comments",
    "points",
    "read_form",
    "read_marks",
    "read_points",
    "remove",
    "remove_comment",
    "restore",
    "rubric_form",
    "rubrics",
    "save",
    "use_comment",
    "version",
]
