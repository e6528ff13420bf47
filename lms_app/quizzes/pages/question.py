"""One question of the bank in the form of the quiz editor, or a new one."""

from typing import Any

import reflex as rx

from lms_app.policy import Can
from lms_app.quizzes.pages import edit
from lms_app.quizzes.state.editing import QuizEditorState
from lms_app.web import kit, routes
from lms_app.web.guard import member
from lms_app.web.kit import el, typed
from lms_app.web.page import Page
from lms_app.web.words import t

S: Any = QuizEditorState
SOURCE = S.quiz


def view() -> rx.Component:
    return kit.page_shell("Teaching", kit.page_states(S, _body(), kit.skel("100%", "480px"), what=t("the question")))


def _body() -> rx.Component:
    fresh = t("Once it is saved it stands in the question bank, for any quiz of the course.")
    return rx.fragment(
        kit.page_head(
            rx.cond(S.chosen != "", t("Edit question"), t("New question")),
            rx.cond(S.chosen != "", SOURCE.facts, fresh),
            typed.saved_status(S),
            crumb=(t("Question bank"), routes.question_bank(SOURCE.slug)),
        ),
        el.div(edit.form(edit.heading()), class_name="max-w-[52rem]"),
    )


PAGE = Page(routes.QUESTION_EDIT, view, QuizEditorState.open_question, t("Question"), member(Can.AUTHOR))
