"""The editor of a quiz: its questions beside the form of one of them."""

from typing import Any

import reflex as rx

from lms_app.policy import Can
from lms_app.quizzes.kinds import KINDS, TEXTS, authoring
from lms_app.quizzes.state.editing import QuizEditorState
from lms_app.web import kit, routes
from lms_app.web.guard import member
from lms_app.web.kit import el, typed
from lms_app.web.page import Page
from lms_app.web.words import t

S: Any = QuizEditorState
QUIZ = S.quiz
IS_TEXT = rx.Var.create(list(TEXTS)).contains(S.kind)


def view() -> rx.Component:
    return kit.page_shell("Teaching", kit.page_states(QuizEditorState, _body(), _skeleton(), what=t("the quiz")))


def _skeleton() -> rx.Component:
    return rx.fragment(
        kit.skel("280px", "32px", class_name="mb-8"),
        el.div(kit.skel("100%", "320px"), kit.skel("100%", "480px"), class_name="k-editor"),
    )


def _body() -> rx.Component:
    return rx.fragment(
        kit.page_head(
            QUIZ.title,
            QUIZ.facts,
            typed.saved_status(S),
            kit.btn(t("Settings"), "secondary", "settings", href=routes.quiz_settings(QUIZ.slug, QUIZ.item_id)),
            kit.btn(t("See the quiz"), "secondary", "eye", href=routes.quiz(QUIZ.slug, QUIZ.item_id)),
            crumb=(QUIZ.course, routes.course_build(QUIZ.slug)),
        ),
        el.div(rx.cond(S.removed != "", el.div(_undo(), class_name="mb-6")), role="status"),
        el.div(_list(), el.div(_form(), class_name="min-w-0"), class_name="k-editor"),
    )


def _undo() -> rx.Component:
    return kit.note(
        "info",
        "trash-2",
        el.div(
            el.p(t("The question is removed. Attempts that had it keep it.")),
            kit.btn(t("Bring it back"), size="sm", on_click=S.bring_back),
            class_name="flex flex-wrap items-center gap-4",
        ),
    )


def _list() -> rx.Component:
    def line(one: Any) -> rx.Component:
        return el.li(
            el.button(
                el.span(rx.cond(one.number > 0, one.number, "–"), class_name="k-ed-n"),
                el.span(
                    el.span(one.text, class_name="k-ed-t"),
                    el.span(one.kind, class_name="t-small t-2"),
                    class_name="min-w-0 flex-1 flex flex-col",
                ),
                kit.when(one.number > 0, el.span(one.points, kit.sr(" " + t("points")), class_name="t-small t-num")),
                type="button",
                on_click=S.choose(one.id),
                class_name="k-ed-row",
                aria_current=rx.cond(one.id == S.chosen, "true", "false"),
            )
        )

    kinds = [(kind.label, {"on_click": S.begin(kind.name)}) for kind in KINDS.values()]
    return el.section(
        el.div(
            el.h2(t("Questions"), class_name="t-h3", custom_attrs={"id": "questions"}),
            kit.menu(t("Add"), "add-question", *kinds, ic="plus", kind="secondary", icon_only=False),
            class_name="flex items-center justify-between gap-3 p-4",
        ),
        rx.cond(
            QUIZ.lines.length() > 0,
            el.ol(rx.foreach(QUIZ.lines, line)),
            el.p(t("No questions yet. Add the first one."), class_name="t-2 px-4 pb-4"),
        ),
        aria_labelledby="questions",
        class_name="k-card",
    )


def _form() -> rx.Component:
    return rx.cond(
        S.kind != "",
        rx.fragment(
            kit.error_summary(S.problems),
            el.form(
                _head(),
                _basics(),
                rx.match(
                    S.kind, *[(kind.name, kind.form(S.values, S.errors)) for kind in KINDS.values()], rx.fragment()
                ),
                rx.cond(IS_TEXT, rx.fragment(), _after()),
                el.div(
                    kit.btn(t("Save question"), "primary", type="submit"),
                    kit.btn(t("Save and add another"), "secondary", "plus", data_does="another"),
                    class_name="flex flex-wrap gap-3 mt-2",
                ),
                key=S.form,
                on_submit=S.send,
                class_name="k-card k-card--pad flex flex-col gap-5",
                custom_attrs={"noValidate": True, "data-autosaves": "true"},
            ),
        ),
        kit.card(
            kit.empty(
                "list-checks",
                t("Nothing to edit yet"),
                t("Choose “Add” and a kind of question."),
            ),
            pad=False,
        ),
    )


def _head() -> rx.Component:
    names = rx.match(S.kind, *[(kind.name, kind.label) for kind in KINDS.values()], "")
    more = kit.menu(
        t("More actions"),
        "question-actions",
        (t("Move up"), {"on_click": S.move(-1)}),
        (t("Move down"), {"on_click": S.move(1)}),
        (t("Duplicate"), {"on_click": S.duplicate}),
        None,
        (t("Remove question"), {"on_click": S.remove, "danger": True}),
    )
    drop = kit.btn(t("Throw away"), "quiet", "trash-2", size="sm", on_click=S.remove)
    return el.div(
        el.h2(rx.cond(S.chosen != "", t("Question"), t("New question")), ": ", names, class_name="t-h3"),
        rx.cond(S.chosen != "", more, drop),
        class_name="flex items-center justify-between gap-3",
    )


def _after() -> rx.Component:
    """What comes after an answer; hints and their price are for quizzes that check each one."""
    return rx.fragment(
        authoring.lines(
            S.values,
            S.errors,
            "q.feedback",
            t("General feedback"),
            hint=t("Everybody sees this after the attempt, whatever they answered."),
            optional=True,
            rows=2,
        ),
        authoring.more(
            authoring.lines(
                S.values,
                S.errors,
                "q.hints",
                t("Hints, one a line"),
                hint=t("Where each answer can be checked: a wrong one brings the next hint, and with it one more try."),
                optional=True,
                rows=2,
            ),
            el.div(
                authoring.percent(S.values, S.errors, "q.penalty", t("Penalty for each further try")),
                class_name="max-w-[16rem]",
            ),
        ),
    )


def _basics() -> rx.Component:
    return rx.fragment(
        authoring.lines(
            S.values,
            S.errors,
            "q.stem",
            rx.cond(IS_TEXT, t("Text"), t("Question")),
            hint=t("Markdown and maths work here: **bold**, $E = mc^2$."),
            rows=4,
        ),
        rx.cond(
            IS_TEXT,
            rx.fragment(),
            el.div(authoring.number(S.values, S.errors, "q.points", t("Points")), class_name="max-w-[12rem]"),
        ),
    )


PAGE = Page(routes.QUIZ_EDIT, view, QuizEditorState.open, rx.cond(S.loaded, QUIZ.title, t("Quiz")), member(Can.AUTHOR))
