"""What one can do with quizzes, one function per verb, split by who acts and why.

`door` who comes in · `authoring` writing one, `editing` its questions and `setting` its rules in a form, `arranging` what
it holds, `copying` one · `bank` the questions of a course, `categories` their folders and `moving` them in and out · `trying` things out · `drawing` what an
attempt asks · `attempting` taking one · `saving` an answer and `turning` a page, the hot paths · `checking` an answer before the
end · `submitting` and `closing` how an attempt ends · `marking` by hand · `reviewing` rules before, results after · `results` for the staff · `listing` for
outlines. A higher room imports from here only.
"""

from lms_app.quizzes.kinds.flat import problems as spec_problems
from lms_app.quizzes.service.arranging import (
    duplicate_slot,
    move_slot,
    new_slot_form,
    remove_slot,
    restore_slot,
    save_draw,
    save_section,
    save_slot,
    slot_form,
    use_questions,
)
from lms_app.quizzes.service.attaching import QUESTION, question_authors_door, question_files_door
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
    kind_of,
    questions,
    update_question,
    update_quiz,
)
from lms_app.quizzes.service.bank import (
    Wanted,
    add_questions_to_bank,
    bank,
    file_questions,
    question_uses,
    rate_questions,
    remove_questions,
    restore_questions,
    tag_questions,
    tags_of,
)
from lms_app.quizzes.service.categories import BELOW, add_category, categories, change_category, remove_category
from lms_app.quizzes.service.checking import check
from lms_app.quizzes.service.closing import close_overdue, grade_again
from lms_app.quizzes.service.editing import (
    bank_source,
    new_form,
    question_form,
    read_form,
    save_in_bank,
    save_question,
    source,
)
from lms_app.quizzes.service.filing import ANSWER, answer_files_door, answer_writers_door, check_answer_file
from lms_app.quizzes.service.listing import QUIZ_ITEM, describe
from lms_app.quizzes.service.marking import mark, marking, next_waiting, read_mark, waiting
from lms_app.quizzes.service.moving import Filed, bank_questions, take_in
from lms_app.quizzes.service.planting import Planted, plant_categories, plant_questions, plant_quiz, prune_categories
from lms_app.quizzes.service.results import results
from lms_app.quizzes.service.reviewing import overview, result
from lms_app.quizzes.service.saving import LANE, save, save_answer
from lms_app.quizzes.service.setting import preset, save_settings, settings_form
from lms_app.quizzes.service.sheets import read_sheet
from lms_app.quizzes.service.submitting import submit
from lms_app.quizzes.service.trying import discard_trial, show_question, start_trial, try_answer
from lms_app.quizzes.service.turning import put_flag, turn

__all__ = [
    "ANSWER",
    "BELOW",
    "LANE",
    "QUESTION",
    "QUIZ",
    "QUIZ_ITEM",
    "Draft",
    "Filed",
    "Planted",
    "QuizSettings",
    "Wanted",
    "add_category",
    "add_question",
    "add_questions",
    "add_questions_to_bank",
    "answer_files_door",
    "answer_writers_door",
    "bank",
    "bank_questions",
    "bank_source",
    "categories",
    "change_category",
    "check",
    "check_answer_file",
    "choose",
    "clash",
    "close_overdue",
    "create_quiz",
    "describe",
    "discard_trial",
    "draft",
    "duplicate_slot",
    "file_questions",
    "flag",
    "grade_again",
    "kind_of",
    "mark",
    "marking",
    "move_slot",
    "my_attempts",
    "new_form",
    "new_slot_form",
    "next_waiting",
    "overview",
    "plant_categories",
    "plant_questions",
    "plant_quiz",
    "preset",
    "prune_categories",
    "put_flag",
    "question_authors_door",
    "question_files_door",
    "question_form",
    "question_uses",
    "questions",
    "rate_questions",
    "read",
    "read_form",
    "read_mark",
    "read_question",
    "read_questions",
    "read_sheet",
    "remove_category",
    "remove_questions",
    "remove_slot",
    "restore_questions",
    "restore_slot",
    "result",
    "results",
    "review",
    "save",
    "save_answer",
    "save_draw",
    "save_in_bank",
    "save_question",
    "save_section",
    "save_settings",
    "save_slot",
    "settings_form",
    "show_question",
    "slot_form",
    "source",
    "spec_problems",
    "start",
    "start_trial",
    "submit",
    "tag_questions",
    "tags_of",
    "take_in",
    "time",
    "try_answer",
    "turn",
    "turn_to",
    "update_question",
    "update_quiz",
    "use_questions",
    "waiting",
]
