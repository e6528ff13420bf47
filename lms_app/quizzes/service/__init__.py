"""What one can do with quizzes, one function per verb, split by who acts and why.

`door` who comes in · `authoring` writing one, `editing` its questions and `setting` its rules in a form, `copying` one ·
`attempting` taking one · `saving` an answer and `turning` a page, the hot paths · `checking` an answer before the end ·
`submitting` and `closing` how an attempt ends · `marking` by hand · `reviewing` rules before, results after · `results`
for the staff · `listing` for outlines. A higher room imports from here only.
"""

from lms_app.quizzes.service.attempting import (
    choose,
    clash,
    flag,
    my_attempts,
    read,
    read_question,
    read_questions,
    review,
    start,
    time,
    turn_to,
)
from lms_app.quizzes.service.authoring import (
    QUIZ,
    Draft,
    QuizSettings,
    add_question,
    add_questions,
    create_quiz,
    draft,
    questions,
    remove_question,
    update_question,
    update_quiz,
)
from lms_app.quizzes.service.checking import check
from lms_app.quizzes.service.closing import close_overdue, grade_again
from lms_app.quizzes.service.editing import (
    duplicate_question,
    move_question,
    new_form,
    question_form,
    read_form,
    restore_question,
    save_question,
    source,
)
from lms_app.quizzes.service.listing import QUIZ_ITEM, describe
from lms_app.quizzes.service.marking import mark, marking, next_waiting, read_mark, waiting
from lms_app.quizzes.service.results import results
from lms_app.quizzes.service.reviewing import overview, result
from lms_app.quizzes.service.saving import LANE, save, save_answer
from lms_app.quizzes.service.setting import preset, save_settings, settings_form
from lms_app.quizzes.service.sheets import read_sheet
from lms_app.quizzes.service.submitting import submit
from lms_app.quizzes.service.turning import put_flag, turn

__all__ = [
    "LANE",
    "QUIZ",
    "QUIZ_ITEM",
    "Draft",
    "QuizSettings",
    "add_question",
    "add_questions",
    "check",
    "choose",
    "clash",
    "close_overdue",
    "create_quiz",
    "describe",
    "draft",
    "duplicate_question",
    "flag",
    "grade_again",
    "mark",
    "marking",
    "move_question",
    "my_attempts",
    "new_form",
    "next_waiting",
    "overview",
    "preset",
    "put_flag",
    "question_form",
    "questions",
    "read",
    "read_form",
    "read_mark",
    "read_question",
    "read_questions",
    "read_sheet",
    "remove_question",
    "restore_question",
    "result",
    "results",
    "review",
    "save",
    "save_answer",
    "save_question",
    "save_settings",
    "settings_form",
    "source",
    "start",
    "submit",
    "time",
    "turn",
    "turn_to",
    "update_question",
    "update_quiz",
    "waiting",
]
